package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

const (
	subordinatesTold = 20 // hosts at most that SubordinateUse reads
	usersTold        = 5  // domains at most that it names for each
)

// The hosts that other domains delegate to come first: they are what a message must name.
const sqlSubordinateUse = `
	SELECT h.name, count(dh.domain_id),
	       ARRAY (SELECT u.name FROM domain_hosts x JOIN domains u ON u.id = x.domain_id
	              WHERE x.host_id = h.id AND u.id <> h.superordinate_id ORDER BY 1 LIMIT $3)
	FROM hosts h LEFT JOIN domain_hosts dh ON dh.host_id = h.id AND dh.domain_id <> h.superordinate_id
	WHERE h.superordinate_id = $1
	GROUP BY h.id ORDER BY count(dh.domain_id) = 0, h.name LIMIT $2`

// SubordinateUse reads the host objects below a domain, those that other domains
// delegate to first, and who these are; of many the first.
func (tx *Tx) SubordinateUse(ctx context.Context, d *registry.Domain) (list []registry.Subordinate, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlSubordinateUse, d.ID, subordinatesTold, usersTold).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (s registry.Subordinate, err error) {
			return s, row.Scan(&s.Host, &s.Count, &s.Users)
		})
		return err
	})
	return list, tx.read(ctx, b)
}
