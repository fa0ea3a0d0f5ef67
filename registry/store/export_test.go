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
