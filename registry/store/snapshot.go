package store

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

const (
	sqlSnapshotHosts = `SELECT id, name, coalesce(superordinate_id, 0), addrs, ttls FROM hosts`
	// One row a domain, in the order of the primary key: a merge join streams it
	// without sorting.
	sqlSnapshot = `
		SELECT d.id, d.name, d.secure, d.host_attrs, d.ttls, array_agg(dh.host_id) FILTER (WHERE dh.host_id IS NOT NULL)
		FROM domains d LEFT JOIN domain_hosts dh ON dh.domain_id = d.id
		WHERE d.zone_id = $1 AND ` + inZone + `
		GROUP BY d.id`
)

type snapshotHost struct {
	name          string
	superordinate int64
	addrs         []netip.Addr
	ttls          registry.TTLs
}

// SnapshotZone streams all delegations of a zone as of one instant and returns
// the serial they belong to. The *Delegation is reused between calls of fn.
// The order is not that of the names.
func (s *Store) SnapshotZone(ctx context.Context, zoneID int64, fn func(*Delegation) error) (uint32, error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return 0, fmt.Errorf("database connection: %w", err)
	}
	defer conn.Release()
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return 0, fmt.Errorf("snapshot: %w", err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) //nolint:errcheck // read-only
	if _, err := tx.Exec(ctx, sqlWholeTables); err != nil {
		return 0, fmt.Errorf("snapshot: %w", err)
	}
	var serial int64
	if err := tx.QueryRow(ctx, sqlSerial, zoneID).Scan(&serial); err != nil {
		return 0, fmt.Errorf("snapshot: %w", err)
	}
	hosts, err := snapshotHosts(ctx, tx)
	if err != nil {
		return 0, fmt.Errorf("snapshot hosts: %w", err)
	}
	rows, err := tx.Query(ctx, sqlSnapshot, zoneID)
	if err != nil {
		return 0, fmt.Errorf("snapshot: %w", err)
	}
	var id int64
	var name string
	var ids []int64
	var own ownRecords
	var d Delegation
	_, err = pgx.ForEachRow(rows, []any{&id, &name, &own.secure, &own.attrs, &own.ttls, &ids}, func() error {
		d = Delegation{Name: name, NS: d.NS[:0], Glue: d.Glue[:0], DS: d.DS[:0]}
		own.addTo(&d)
		own = ownRecords{}
		for _, h := range ids {
			d.NS = append(d.NS, hosts[h].name)
		}
		slices.Sort(d.NS)
		for _, h := range ids {
			if host := hosts[h]; host.superordinate == id && len(host.addrs) > 0 {
				d.Glue = append(d.Glue, glue(host.name, host.addrs, host.ttls))
			}
		}
		if len(d.NS) == 0 {
			return nil
		}
		slices.SortFunc(d.Glue, func(a, b Glue) int { return strings.Compare(a.Host, b.Host) })
		return fn(&d)
	})
	if err != nil {
		return 0, fmt.Errorf("snapshot: %w", err)
	}
	if rows, err = tx.Query(ctx, sqlSnapshotData, zoneID); err != nil {
		return 0, fmt.Errorf("snapshot: %w", err)
	}
	err = scanData(rows, func(name string, data []Data) error {
		d = Delegation{Name: name, Data: data}
		return fn(&d)
	})
	if err != nil {
		return 0, fmt.Errorf("snapshot: %w", err)
	}
	return uint32(serial), nil
}

func snapshotHosts(ctx context.Context, tx pgx.Tx) (map[int64]snapshotHost, error) {
	rows, err := tx.Query(ctx, sqlSnapshotHosts)
	if err != nil {
		return nil, err
	}
	hosts := map[int64]snapshotHost{}
	var id int64
	var h snapshotHost
	_, err = pgx.ForEachRow(rows, []any{&id, &h.name, &h.superordinate, &h.addrs, &h.ttls}, func() error {
		if len(h.addrs) == 0 {
			h.addrs = nil
		}
		hosts[id] = h
		h.addrs, h.ttls = nil, nil // the map keeps them
		return nil
	})
	return hosts, err
}
