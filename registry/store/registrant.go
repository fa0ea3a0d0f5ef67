package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Names of which a contact is the registrant, itself or behind a proxy.
const sqlRegistrantNames = `
	SELECT d.name, d.registrar FROM domains d WHERE d.registrant = $1 AND ` + kept + `
	UNION ALL
	SELECT d.name, d.registrar FROM contacts p JOIN domains d ON d.registrant = p.id
	WHERE p.real_id = $1 AND ` + kept

// SponsoredName is a registered name with the registrar that sponsors it.
type SponsoredName struct{ Name, Registrar string }

// RegistrantNames returns those names that a contact holds at an instant, itself or
// behind a proxy, which keep accepts, at most limit.
func (s *Store) RegistrantNames(ctx context.Context, contact int64, now time.Time, limit int, keep func(name, registrar string) bool) ([]SponsoredName, error) {
	rows, err := s.pool.Query(ctx, sqlRegistrantNames, contact, now)
	if err != nil {
		return nil, fmt.Errorf("names of a contact: %w", err)
	}
	return keepNames(rows, limit, keep)
}

// RegistrantNames is Store.RegistrantNames within the transaction, at its instant.
// With the contact locked no name is added to them until the transaction ends.
func (tx *Tx) RegistrantNames(ctx context.Context, contact int64, limit int, keep func(name, registrar string) bool) (names []SponsoredName, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlRegistrantNames, contact, tx.Now).Query(func(rows pgx.Rows) error {
		names, err = keepNames(rows, limit, keep)
		return err
	})
	return names, tx.read(ctx, b)
}

// keepNames reads all rows, so that the connection is of further use, and keeps few.
func keepNames(rows pgx.Rows, limit int, keep func(name, registrar string) bool) (names []SponsoredName, err error) {
	var n SponsoredName
	_, err = pgx.ForEachRow(rows, []any{&n.Name, &n.Registrar}, func() error {
		if len(names) < limit && keep(n.Name, n.Registrar) {
			names = append(names, n)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("names of a contact: %w", err)
	}
	return names, nil
}
