package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

const sqlTakenDomains = `SELECT name, registrar, purge_at, class FROM domains WHERE name = ANY ($1)`

// TakenName is the row of a name.
type TakenName struct {
	Registrar string
	Purge     time.Time // zero when it stays
	Class     string    // of its prices; empty: the standard one
}

// Kept says whether the name is still taken at an instant.
func (n TakenName) Kept(now time.Time) bool { return n.Purge.IsZero() || n.Purge.After(now) }

// kept is TakenName.Kept in SQL, of the domain d at the instant $2.
const kept = `(d.purge_at IS NULL OR d.purge_at > $2)`

type takenNames map[string]TakenName

// askTaken asks for the names of several sessions.
func (s *Store) askTaken(ctx context.Context, questions [][]string) (takenNames, error) {
	taken := takenNames{}
	rows, err := s.checks.Query(ctx, sqlTakenDomains, slices.Concat(questions...))
	if err != nil {
		return nil, err
	}
	return taken, taken.scan(rows)
}

func (t takenNames) scan(rows pgx.Rows) error {
	var name, registrar, class string
	var purge *time.Time
	_, err := pgx.ForEachRow(rows, []any{&name, &registrar, &purge, &class}, func() error {
		t[name] = TakenName{registrar, TimeOf(purge), class}
		return nil
	})
	return err
}

// Taken is Store.Taken within the transaction. Nothing is locked.
func (tx *Tx) Taken(ctx context.Context, names []string) (map[string]TakenName, error) {
	taken := takenNames{}
	b := &pgx.Batch{}
	b.Queue(sqlTakenDomains, names).Query(taken.scan)
	return taken, tx.read(ctx, b)
}

// Taken reports which of the canonical names have a domain row, and when that
// row is purged. The result is shared, and may hold other names: do not change it.
func (s *Store) Taken(ctx context.Context, names []string) (map[string]TakenName, error) {
	if s.presence.free(names) {
		return nil, nil
	}
	taken, err := s.taken.get(ctx, names)
	if err != nil {
		return nil, fmt.Errorf("check domains: %w", err)
	}
	return taken, nil
}

const (
	sqlTakenHosts    = `SELECT name FROM hosts WHERE name = ANY ($1)`
	sqlTakenContacts = `SELECT handle FROM contacts WHERE handle = ANY ($1)`
)

// TakenHosts reports which of the canonical host names exist.
func (s *Store) TakenHosts(ctx context.Context, names []string) (map[string]bool, error) {
	return s.existing(ctx, sqlTakenHosts, names)
}

// TakenContacts reports which of the contact handles exist.
func (s *Store) TakenContacts(ctx context.Context, handles []string) (map[string]bool, error) {
	return s.existing(ctx, sqlTakenContacts, handles)
}

func (s *Store) existing(ctx context.Context, sql string, keys []string) (map[string]bool, error) {
	rows, err := s.pool.Query(ctx, sql, keys)
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	out := make(map[string]bool, len(found))
	for _, f := range found {
		out[f] = true
	}
	return out, nil
}
