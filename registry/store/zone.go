package store

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

// The settings of zones that are known at their present version are not read again.
const sqlZones = `
	SELECT id, name, kind, CASE WHEN EXISTS (
		SELECT 1 FROM unnest($1::bigint[], $2::bigint[]) AS known (id, version) WHERE known.id = z.id AND known.version = z.config_version
	) THEN NULL ELSE settings END, config_version FROM zones z ORDER BY name`

// zoneCacheLife bounds how long a change that another process made to a zone's
// settings stays unseen here.
const zoneCacheLife = time.Second

// zoneMissLife is the same for a name that lies in none of the zones known: it
// may be that its zone was just added. It bounds what asking for such names costs.
const zoneMissLife = 20 * time.Millisecond

// zoneCache keeps the zones. Every command asks, so looking takes no lock.
type zoneCache struct {
	known   atomic.Pointer[knownZones] // nil: nothing is known
	last    atomic.Pointer[knownZones] // what was known last, forgotten or not
	reading sync.Mutex
}

type knownZones struct {
	zones registry.Zones
	read  time.Time // when the query began
}

// forget waits for a reading that is under way: it may be of what was before.
func (c *zoneCache) forget() {
	c.reading.Lock()
	c.known.Store(nil)
	c.reading.Unlock()
}

// within gives what is known if it is younger than age.
func (c *zoneCache) within(age time.Duration) *knownZones {
	if k := c.known.Load(); k != nil && time.Since(k.read) < age {
		return k
	}
	return nil
}

// ForgetZones has the settings of all zones read anew before they are used again.
func (s *Store) ForgetZones() { s.zones.forget() }

// Zones returns all zones, at most a second old. The result is shared: do not
// change it.
func (s *Store) Zones(ctx context.Context) (registry.Zones, error) {
	return s.zonesWithin(ctx, zoneCacheLife)
}

// ZonesFor returns all zones as Zones does, and looks again when the canonical
// name lies in none of them.
func (s *Store) ZonesFor(ctx context.Context, name string) (registry.Zones, error) {
	zones, err := s.zonesWithin(ctx, zoneCacheLife)
	if err == nil && zones.Find(name) == nil {
		return s.zonesWithin(ctx, zoneMissLife)
	}
	return zones, err
}

func (s *Store) zonesWithin(ctx context.Context, age time.Duration) (registry.Zones, error) {
	if k := s.zones.within(age); k != nil {
		return k.zones, nil
	}
	s.zones.reading.Lock()
	defer s.zones.reading.Unlock()
	if k := s.zones.within(age); k != nil {
		return k.zones, nil
	}
	began := time.Now()
	var before registry.Zones
	if k := s.zones.last.Load(); k != nil {
		before = k.zones
	}
	zones, err := readZones(ctx, s.pool, before)
	if err != nil {
		return nil, err
	}
	if err := useLabels(ctx, s.pool, zones, before); err != nil {
		return nil, err
	}
	k := &knownZones{zones, began}
	s.zones.known.Store(k)
	s.zones.last.Store(k)
	return zones, nil
}

// readZones reads all zones; known are some that were read before.
func readZones(ctx context.Context, q querier, known registry.Zones) (registry.Zones, error) {
	ids, versions := make([]int64, len(known)), make([]int64, len(known))
	for i, z := range known {
		ids[i], versions[i] = z.ID, z.ConfigVersion
	}
	rows, err := q.Query(ctx, sqlZones, ids, versions)
	if err != nil {
		return nil, fmt.Errorf("zones: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*registry.Zone, error) {
		z := &registry.Zone{}
		var settings []byte
		if err := row.Scan(&z.ID, &z.Name, &z.Kind, &settings, &z.ConfigVersion); err != nil {
			return nil, err
		}
		for _, k := range known {
			if settings == nil && k.ID == z.ID {
				return k, nil
			}
		}
		err := json.Unmarshal(settings, z)
		z.UseTables()
		return z, err
	})
}

const sqlNamesBelow = `
	SELECT name FROM domains WHERE name = $1 OR right(name, length($1) + 1) = '.' || $1
	UNION SELECT 'host ' || name FROM hosts WHERE name = $1 OR right(name, length($1) + 1) = '.' || $1
	ORDER BY 1 LIMIT 6`

// NamesBelow lists up to six domains and hosts at or below a name.
func (tx *Tx) NamesBelow(ctx context.Context, name string) (names []string, err error) {
	b := &pgx.Batch{}
	queueStrings(b, &names, sqlNamesBelow, name)
	return names, tx.read(ctx, b)
}

const sqlInsertZone = `
	INSERT INTO zones (id, name, kind, settings, config_version, serial, created_at)
	VALUES ($1, $2, $3, $4, $5, 1, $6)`

// InsertZone adds a zone and sets its id.
func (tx *Tx) InsertZone(ctx context.Context, z *registry.Zone) error {
	id, err := tx.newID(ctx)
	if err != nil {
		return err
	}
	z.ID, z.ConfigVersion = id, 1
	settings, err := json.Marshal(z)
	if err != nil {
		return fmt.Errorf("zone %s: %w", z.Name, err)
	}
	tx.write("zone", z.Name, sqlInsertZone, z.ID, z.Name, z.Kind, settings, z.ConfigVersion, tx.Now)
	tx.keepNotices(z)
	tx.markDirty(z.ID, z.Name)
	tx.changed = append(tx.changed, z.Name)
	return tx.recordAt(tx.Now, record{z.ID, 1, "zone", z.Name, "create", z})
}

const sqlLockZone = `SELECT config_version FROM zones WHERE id = $1 FOR NO KEY UPDATE`

const sqlUpdateZone = `UPDATE zones SET settings = $2, config_version = $3 WHERE id = $1`

// SaveZone stores changed settings; the publisher takes up what DNS shows.
func (tx *Tx) SaveZone(ctx context.Context, z *registry.Zone) error {
	b := &pgx.Batch{}
	b.Queue(sqlLockZone, z.ID).QueryRow(func(row pgx.Row) error { return row.Scan(&z.ConfigVersion) })
	if err := tx.read(ctx, b); err != nil {
		return fmt.Errorf("zone %s: %w", z.Name, err)
	}
	z.ConfigVersion++
	settings, err := json.Marshal(z)
	if err != nil {
		return fmt.Errorf("zone %s: %w", z.Name, err)
	}
	tx.write("zone", z.Name, sqlUpdateZone, z.ID, settings, z.ConfigVersion)
	tx.keepNotices(z)
	tx.markDirty(z.ID, z.Name)
	tx.changed = append(tx.changed, z.Name)
	return tx.recordAt(tx.Now, record{z.ID, int(z.ConfigVersion), "zone", z.Name, "update", z})
}
