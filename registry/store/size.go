package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

const (
	sqlDomainsByZone      = `SELECT zone_id, count(*) FROM domains GROUP BY zone_id`
	sqlDomainsByRegistrar = `SELECT registrar, count(*) FROM domains GROUP BY registrar`
	sqlZoneSize           = `
		SELECT count(*),
		       count(*) FILTER (WHERE ` + inZone + ` AND (d.host_attrs IS NOT NULL
		           OR EXISTS (SELECT 1 FROM domain_hosts dh WHERE dh.domain_id = d.id))),
		       count(*) FILTER (WHERE d.purge_at IS NOT NULL)
		FROM domains d WHERE d.zone_id = $1`
)

// DomainsByZone counts the domains of each zone that has any.
func (s *Store) DomainsByZone(ctx context.Context) (map[int64]int64, error) {
	return count[int64](ctx, s, sqlDomainsByZone)
}

// DomainsByRegistrar counts the domains of each registrar that has any.
func (s *Store) DomainsByRegistrar(ctx context.Context) (map[string]int64, error) {
	return count[string](ctx, s, sqlDomainsByRegistrar)
}

func count[K comparable](ctx context.Context, s *Store, sql string) (map[K]int64, error) {
	rows, err := s.pool.Query(ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("count domains: %w", err)
	}
	out := map[K]int64{}
	var key K
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&key, &n}, func() error { out[key] = n; return nil })
	if err != nil {
		return nil, fmt.Errorf("count domains: %w", err)
	}
	return out, nil
}

// ZoneSize says how much there is in a zone.
type ZoneSize struct {
	Domains     int64 // registered, those being deleted too
	Delegations int64 // shown in DNS
	Deleted     int64 // in redemption or pending delete
}

// ZoneSize counts a zone's domains, as their rows stand.
func (s *Store) ZoneSize(ctx context.Context, zoneID int64) (size ZoneSize, err error) {
	if err := s.pool.QueryRow(ctx, sqlZoneSize, zoneID).Scan(&size.Domains, &size.Delegations, &size.Deleted); err != nil {
		return ZoneSize{}, fmt.Errorf("size of the zone: %w", err)
	}
	return size, nil
}
