package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

const (
	sqlLockSubordinates = `SELECT id FROM hosts WHERE superordinate_id = $1 ORDER BY name FOR UPDATE`
	sqlReadSubordinates = `SELECT ` + hostColumns + ` FROM hosts h JOIN domains s ON s.id = h.superordinate_id
		WHERE h.superordinate_id = $1 ORDER BY h.name`
	sqlFollowHost = `UPDATE hosts SET registrar = $2, transferred_at = $3, version = $4 WHERE id = $1`
)

// FollowHosts gives the hosts below a locked domain to the registrar that the domain
// went to, at the instant of its transfer, with a line of history each (RFC 5731,
// Section 3.2.4). DNS shows the same as before, so nothing is marked.
func (tx *Tx) FollowHosts(ctx context.Context, d *registry.Domain, at time.Time) error {
	hosts, err := tx.lockSubordinates(ctx, d.ID)
	if err != nil {
		return fmt.Errorf("hosts below %s: %w", d.Name, err)
	}
	for _, h := range hosts {
		h.Follow(d.Transfer)
		tx.write("host:name", h.Name, sqlFollowHost, h.ID, h.Registrar, h.Transferred, h.Version)
		if err := tx.recordAt(at, record{h.ID, h.Version, "host", h.Name, "transfer", h}); err != nil {
			return err
		}
	}
	return nil
}

// lockSubordinates locks the hosts below a domain, then reads them in a second
// statement, which sees what was committed while it waited.
func (tx *Tx) lockSubordinates(ctx context.Context, domain int64) (hosts []*registry.Host, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlLockSubordinates, domain)
	b.Queue(sqlReadSubordinates, domain, tx.Now).Query(func(rows pgx.Rows) (err error) {
		hosts, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (*registry.Host, error) { return scanHost(row) })
		return err
	})
	return hosts, tx.read(ctx, b)
}
