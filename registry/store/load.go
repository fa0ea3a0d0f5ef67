package store

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"cadastre/registry"
)

// LoadDomain is a domain for LoadDomains: registered in the past, without
// statuses, authorization information or running grace periods. It delegates to
// the external hosts of HostIDs and to all of Hosts, which are made with it.
type LoadDomain struct {
	Name             string // canonical
	Registrar        string
	Registrant       string // contact's handle
	RegistrantID     int64
	Created, Expires time.Time
	Nameservers      []string // names of all hosts it delegates to, sorted
	HostIDs          []int64
	Hosts            []LoadHost
}

// LoadHost is a host for LoadDomains, which puts it under its domain, or for
// LoadHosts, which makes external ones.
type LoadHost struct {
	Name      string // canonical
	Registrar string // of an external host; a subordinate one has its domain's
	Created   time.Time
	Addrs     []netip.Addr // none for an external host
}

const (
	sqlLoadTaken = `SELECT name FROM domains WHERE name = ANY ($1)`
	// Each call of nextval hands out idBlock ids.
	sqlLoadIDs   = `SELECT nextval('object_id') FROM generate_series(1, $1::int)`
	sqlLoadDirty = `INSERT INTO dirty_names (zone_id, name, queued_at) SELECT $1, unnest($2::text[]), $3`
	sqlLoadHosts = `SELECT name, id FROM hosts WHERE name = ANY ($1)`
	sqlAnalyze   = `ANALYZE domains, domain_hosts, hosts, history`
)

// loadTries bounds the attempts at a chunk of which a name was registered, or a
// host made, by somebody else in the very moment.
const loadTries = 5

// LoadDomains stores domains with their hosts, links, history and dirty names by
// COPY, in one transaction: all of them, or none after an error. Names that are
// registered already are passed over; added is how many were not. The caller
// answers for the rules: the names are canonical, registrable and distinct, the
// ids exist, the registrars too. Nothing is charged.
func (s *Store) LoadDomains(ctx context.Context, actor registry.Actor, now time.Time, z *registry.Zone, list []LoadDomain) (added int, err error) {
	err = s.load(ctx, actor, now, func(ctx context.Context, tx *Tx) error {
		c := loadCopy{tx: tx, zone: z}
		if err := c.choose(ctx, list); err != nil {
			return err
		}
		added = len(c.domains)
		if added == 0 {
			return nil
		}
		return c.copy(ctx)
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

// LoadHosts makes the external hosts that do not exist yet and returns the ids
// of all, by name.
func (s *Store) LoadHosts(ctx context.Context, actor registry.Actor, now time.Time, hosts []LoadHost) (ids map[string]int64, err error) {
	names := make([]string, len(hosts))
	for i := range hosts {
		names[i] = hosts[i].Name
	}
	err = s.load(ctx, actor, now, func(ctx context.Context, tx *Tx) error {
		ids = make(map[string]int64, len(hosts))
		c := loadCopy{tx: tx}
		b := &pgx.Batch{}
		b.Queue(sqlLoadHosts, names).Query(func(rows pgx.Rows) error {
			var name string
			var id int64
			_, err := pgx.ForEachRow(rows, []any{&name, &id}, func() error { ids[name] = id; return nil })
			return err
		})
		c.queueIDs(b, len(hosts))
		if err := tx.read(ctx, b); err != nil {
			return fmt.Errorf("hosts: %w", err)
		}
		for i := range hosts {
			if _, ok := ids[hosts[i].Name]; !ok {
				id := c.nextID()
				ids[hosts[i].Name] = id
				c.hosts = append(c.hosts, placedHost{LoadHost: &hosts[i], id: id, registrar: hosts[i].Registrar})
			}
		}
		if len(c.hosts) == 0 {
			return nil
		}
		tx.write("", "", sqlLoadDone)
		return c.copyAll(ctx, c.hostRows(), c.historyRows())
	})
	return ids, err
}

// sqlLoadDone makes a transaction that only copied one that commits.
const sqlLoadDone = `SELECT 1`

// Analyze refreshes what the planner knows of the tables that a load fills.
func (s *Store) Analyze(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, sqlAnalyze)
	return err
}

// load is Transact that tries again when it lost a race for a name.
func (s *Store) load(ctx context.Context, actor registry.Actor, now time.Time, fn func(context.Context, *Tx) error) error {
	for try := 1; ; try++ {
		err := s.Transact(ctx, actor, now, fn)
		var pg *pgconn.PgError
		const uniqueViolation = "23505"
		if !errors.As(err, &pg) || pg.Code != uniqueViolation || try == loadTries {
			return err
		}
	}
}

// loadCopy is one transaction's worth of rows.
type loadCopy struct {
	tx      *Tx
	zone    *registry.Zone
	blocks  []int64 // first ids of blocks that are not used up
	used    int64   // ids of blocks[0] that are
	domains []placedDomain
	hosts   []placedHost
}

type placedDomain struct {
	*LoadDomain
	id    int64
	hosts [2]int // from and to, in loadCopy.hosts
}

type placedHost struct {
	*LoadHost
	id            int64
	superordinate *placedDomain // nil for an external host
	registrar     string
}

// choose leaves out the names that are registered and gives ids to the others.
func (c *loadCopy) choose(ctx context.Context, list []LoadDomain) error {
	names := make([]string, len(list))
	need := len(list)
	for i := range list {
		names[i] = list[i].Name
		need += len(list[i].Hosts)
	}
	var found []string
	b := &pgx.Batch{}
	queueStrings(b, &found, sqlLoadTaken, names)
	c.queueIDs(b, need)
	if err := c.tx.read(ctx, b); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	taken := make(map[string]bool, len(found))
	for _, n := range found {
		taken[n] = true
	}
	c.domains = make([]placedDomain, 0, len(list))
	for i := range list {
		if d := &list[i]; !taken[d.Name] {
			c.domains = append(c.domains, placedDomain{LoadDomain: d, id: c.nextID()})
		}
	}
	for i := range c.domains { // the slice stays where it is from here on
		d := &c.domains[i]
		d.hosts[0] = len(c.hosts)
		for j := range d.Hosts {
			c.hosts = append(c.hosts, placedHost{LoadHost: &d.Hosts[j], id: c.nextID(), superordinate: d, registrar: d.Registrar})
		}
		d.hosts[1] = len(c.hosts)
	}
	return nil
}

// queueIDs claims at least n ids.
func (c *loadCopy) queueIDs(b *pgx.Batch, n int) {
	b.Queue(sqlLoadIDs, (n+idBlock-1)/idBlock).Query(func(rows pgx.Rows) (err error) {
		c.blocks, err = pgx.CollectRows(rows, pgx.RowTo[int64])
		return err
	})
}

func (c *loadCopy) nextID() int64 {
	id := c.blocks[0] + c.used
	if c.used++; c.used == idBlock {
		c.blocks, c.used = c.blocks[1:], 0
	}
	return id
}

// copy sends all rows, referred rows first, and queues the dirty names.
func (c *loadCopy) copy(ctx context.Context) error {
	names := make([]string, len(c.domains))
	for i := range c.domains {
		names[i] = c.domains[i].Name
	}
	slices.Sort(names)
	c.tx.names = append(c.tx.names, names...)
	c.tx.write("", "", sqlLoadDirty, c.zone.ID, names, time.Now())
	c.tx.dirty = true
	return c.copyAll(ctx, c.domainRows(), c.hostRows(), c.linkRows(), c.historyRows())
}

func (c *loadCopy) copyAll(ctx context.Context, tables ...*copyRows) error {
	for _, t := range tables {
		if _, err := c.tx.conn.CopyFrom(ctx, pgx.Identifier{t.table}, t.columns, t); err != nil {
			return fmt.Errorf("load %s: %w", t.table, err)
		}
	}
	return nil
}
