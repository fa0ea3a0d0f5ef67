package store

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

// Delegation is what DNS shows for one name now. Names are lower-case A-labels
// without a trailing dot.
type Delegation struct {
	Name  string
	NS    []string // host names, sorted
	NSTTL uint32   // seconds; 0: the zone's
	Glue  []Glue   // narrow: the name servers at or below Name
	DS    []DS
	DSTTL uint32 // seconds; 0: the zone's
	Data  []Data // authoritative data, where the name is no delegation
}

// Glue is a name server's addresses.
type Glue struct {
	Host         string
	Addrs        []netip.Addr
	TTLv4, TTLv6 uint32 // of its A and its AAAA records, seconds; 0: the zone's
}

// DS is a delegation signer record (RFC 4034, Section 5).
type DS struct {
	KeyTag                uint16
	Algorithm, DigestType uint8
	Digest                []byte
}

// PublishedZone is what a zone shows of itself. Times are seconds.
type PublishedZone struct {
	ID                                   int64
	Name, Kind                           string
	NS                                   []string
	NSGlue                               []Glue
	MName, RName                         string
	Refresh, Retry, Expire, Minimum, TTL uint32
	Serial                               uint32
	ConfigVersion                        int64
	Access                               *registry.Access // nil: everybody may ask
}

// ZoneVersion is what a publisher polls.
type ZoneVersion struct {
	ID            int64
	Name          string
	Serial        uint32
	Dirty         bool
	Backlog       int // dirty names waiting, counted up to backlogCounted
	ConfigVersion int64
}

// PublishResult is one serial step.
type PublishResult struct {
	Serial      uint32
	Names       int       // dirty rows taken; 0 means there was nothing to do
	OldestDirty time.Time // wall time at which the oldest of them was marked
}

// ZoneChange is one step of a zone's journal.
type ZoneChange struct {
	Serial uint32
	Names  []string
}

// journalKept is how many steps of a zone's journal are kept.
const journalKept = 10_000

// PublishedZones returns all zones as DNS shows them.
func (s *Store) PublishedZones(ctx context.Context) ([]PublishedZone, error) {
	zones, err := readZones(ctx, s.pool, nil)
	if err != nil {
		return nil, err
	}
	versions, err := s.ZoneVersions(ctx)
	if err != nil {
		return nil, err
	}
	serials := map[int64]uint32{}
	for _, v := range versions {
		serials[v.ID] = v.Serial
	}
	out := make([]PublishedZone, 0, len(zones))
	for _, z := range zones {
		out = append(out, published(z, serials[z.ID]))
	}
	return out, nil
}

func published(z *registry.Zone, serial uint32) PublishedZone {
	p := PublishedZone{
		ID: z.ID, Name: z.Name, Kind: string(z.Kind), RName: z.DNS.RName, Refresh: z.DNS.Refresh, Retry: z.DNS.Retry,
		Expire: z.DNS.Expire, Minimum: z.DNS.Minimum, TTL: z.DNS.TTL, Serial: serial, ConfigVersion: z.ConfigVersion,
		Access: z.Access,
	}
	for i, ns := range z.DNS.Nameservers {
		if i == 0 {
			p.MName = ns.Name
		}
		p.NS = append(p.NS, ns.Name)
		if len(ns.Addrs) > 0 && registry.IsSubordinate(ns.Name, z.Name) {
			p.NSGlue = append(p.NSGlue, Glue{Host: ns.Name, Addrs: ns.Addrs})
		}
	}
	return p
}

const sqlZoneVersions = `
	SELECT z.id, z.name, z.serial, z.config_version,
	       (SELECT count(*) FROM (SELECT 1 FROM dirty_names d WHERE d.zone_id = z.id LIMIT $1) AS waiting)
	FROM zones z ORDER BY z.name`

// backlogCounted bounds the counting of dirty names: beyond it, more says nothing.
const backlogCounted = 10_000

// ZoneVersions tells in one cheap query which zones there are and which changed.
func (s *Store) ZoneVersions(ctx context.Context) ([]ZoneVersion, error) {
	rows, err := s.pool.Query(ctx, sqlZoneVersions, backlogCounted)
	if err != nil {
		return nil, fmt.Errorf("zone versions: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (ZoneVersion, error) {
		var v ZoneVersion
		var serial int64
		err := row.Scan(&v.ID, &v.Name, &serial, &v.ConfigVersion, &v.Backlog)
		v.Serial, v.Dirty = uint32(serial), v.Backlog > 0
		return v, err
	})
}

const (
	sqlLockSerial = `SELECT serial FROM zones WHERE id = $1 FOR NO KEY UPDATE`
	sqlTakeDirty  = `
		DELETE FROM dirty_names WHERE id IN (SELECT id FROM dirty_names WHERE zone_id = $1 ORDER BY id LIMIT $2)
		RETURNING name, queued_at`
	sqlSetSerial     = `UPDATE zones SET serial = $2 WHERE id = $1`
	sqlInsertJournal = `INSERT INTO zone_journal (zone_id, serial, names) VALUES ($1, $2, $3)`
	sqlPruneJournal  = `DELETE FROM zone_journal WHERE zone_id = $1 AND serial <= $2`
)

// PublishDirty moves up to max of a zone's dirty names into its journal as one
// serial step. Any process may call it: the zone's row lock decides who does.
func (s *Store) PublishDirty(ctx context.Context, zoneID int64, max int) (res PublishResult, err error) {
	err = s.Transact(ctx, registry.System(""), time.Now(), func(ctx context.Context, tx *Tx) error {
		var serial int64
		seen := map[string]bool{}
		var names []string
		res = PublishResult{}
		b := &pgx.Batch{}
		b.Queue(sqlLockSerial, zoneID).QueryRow(func(row pgx.Row) error { return row.Scan(&serial) })
		b.Queue(sqlTakeDirty, zoneID, max).Query(func(rows pgx.Rows) error {
			var name string
			var at time.Time
			_, err := pgx.ForEachRow(rows, []any{&name, &at}, func() error {
				if res.Names++; res.OldestDirty.IsZero() || at.Before(res.OldestDirty) {
					res.OldestDirty = at
				}
				if !seen[name] {
					seen[name] = true
					names = append(names, name)
				}
				return nil
			})
			return err
		})
		if err := tx.read(ctx, b); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
		res.Serial = uint32(serial)
		if res.Names == 0 {
			return nil
		}
		serial++
		res.Serial = uint32(serial)
		tx.write("", "", sqlSetSerial, zoneID, serial)
		tx.write("", "", sqlInsertJournal, zoneID, serial, names)
		if serial%100 == 0 {
			tx.write("", "", sqlPruneJournal, zoneID, serial-journalKept)
		}
		return nil
	})
	return res, err
}

const (
	sqlSerial  = `SELECT serial FROM zones WHERE id = $1`
	sqlJournal = `SELECT serial, names FROM zone_journal WHERE zone_id = $1 AND serial > $2 ORDER BY serial`
)

// Changes returns the journal after serial since, in order; ok is false when the
// journal no longer reaches back that far.
func (s *Store) Changes(ctx context.Context, zoneID int64, since uint32) (changes []ZoneChange, ok bool, err error) {
	var current int64
	if err := s.pool.QueryRow(ctx, sqlSerial, zoneID).Scan(&current); err != nil {
		return nil, false, fmt.Errorf("serial: %w", err)
	}
	// How many steps behind, in serial arithmetic (RFC 1982).
	from := current - int64(uint32(current)-since)
	rows, err := s.pool.Query(ctx, sqlJournal, zoneID, from)
	if err != nil {
		return nil, false, fmt.Errorf("journal: %w", err)
	}
	next := from + 1
	ok = true
	var serial int64
	var names []string
	_, err = pgx.ForEachRow(rows, []any{&serial, &names}, func() error {
		ok = ok && serial == next
		next = serial + 1
		changes = append(changes, ZoneChange{uint32(serial), names})
		names = nil
		return nil
	})
	return changes, ok && next > current, err
}
