package store

import (
	"context"
	"time"

	"cadastre/registry"
)

// NewID takes a fresh object id as a transaction does.
func (s *Store) NewID(ctx context.Context) (id int64, err error) {
	err = s.Transact(ctx, registry.System(""), time.Now(), func(ctx context.Context, tx *Tx) error {
		id, err = tx.newID(ctx)
		return err
	})
	return id, err
}

// Free reports whether the names are known to be free without asking the database.
func (s *Store) Free(names ...string) bool { return s.presence.free(names) }

// Process is the id by which other processes know this one; 0: they do not yet.
func (s *Store) Process() int64 {
	if row := s.presence.row.Load(); row != nil {
		return row.id
	}
	return 0
}

// Registering begins a commit of new names.
func (s *Store) Registering(names ...string) (done func(), err error) {
	_, done, err = s.presence.registering(context.Background(), names)
	return done, err
}

// Rereading reports whether the store is reading all names.
func (s *Store) Rereading() bool {
	known := s.presence.names.Load()
	return known != nil && known.until.Load() == 0
}
