package store

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

const sqlLockZoneSettings = `SELECT id, kind, settings, config_version FROM zones WHERE name = $1 FOR NO KEY UPDATE`

// LockZone locks a zone and reads its settings for a change; KindNotFound when
// there is none.
func (tx *Tx) LockZone(ctx context.Context, name string) (*registry.Zone, error) {
	z := &registry.Zone{Name: name}
	b := &pgx.Batch{}
	b.Queue(sqlLockZoneSettings, name).QueryRow(func(row pgx.Row) error {
		var settings []byte
		if err := row.Scan(&z.ID, &z.Kind, &settings, &z.ConfigVersion); err != nil {
			return err
		}
		return json.Unmarshal(settings, z)
	})
	return z, missing(tx.read(ctx, b), "zone", name)
}

// zoneContradicts lists up to five names each that a setting of a zone would
// contradict.
var zoneContradicts = map[registry.ZoneDemand]string{
	registry.NoHostObjects: `
		SELECT x.name FROM (
			SELECT d.name FROM domains d WHERE d.zone_id = $1 AND EXISTS (SELECT 1 FROM domain_hosts dh WHERE dh.domain_id = d.id)
			UNION ALL
			SELECT 'host ' || h.name FROM hosts h JOIN domains d ON d.id = h.superordinate_id WHERE d.zone_id = $1) x
		ORDER BY 1 LIMIT 5`,
	registry.NoHostAttributes: `SELECT name FROM domains WHERE zone_id = $1 AND host_attrs IS NOT NULL ORDER BY 1 LIMIT 5`,
	registry.NoDSData:         `SELECT name FROM domains WHERE zone_id = $1 AND secure ? 'ds' ORDER BY 1 LIMIT 5`,
	registry.NoKeyData:        `SELECT name FROM domains WHERE zone_id = $1 AND secure ? 'keys' ORDER BY 1 LIMIT 5`,
	registry.NoContacts: `
		SELECT d.name FROM domains d WHERE d.zone_id = $1
		  AND (d.registrant IS NOT NULL OR EXISTS (SELECT 1 FROM domain_contacts dc WHERE dc.domain_id = d.id))
		ORDER BY 1 LIMIT 5`,
	registry.Registrants: `SELECT name FROM domains WHERE zone_id = $1 AND registrant IS NULL ORDER BY 1 LIMIT 5`,
	registry.SameTables:  `SELECT name FROM domains WHERE zone_id = $1 ORDER BY 1 LIMIT 5`,
	registry.NoDomains:   `SELECT name FROM domains WHERE zone_id = $1 ORDER BY 1 LIMIT 5`,
}

// Contradicting lists up to five names of a zone that do not meet a demand.
func (tx *Tx) Contradicting(ctx context.Context, zoneID int64, demand registry.ZoneDemand) (names []string, err error) {
	b := &pgx.Batch{}
	queueStrings(b, &names, zoneContradicts[demand], zoneID)
	return names, tx.read(ctx, b)
}
