package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

// Hosts and contacts that a domain refers to are read narrowly: most creates name
// two hosts and three contacts, and what the rules ask of them is little. The lock
// is the one the foreign keys take anyway, so it costs nothing more, and it keeps
// the rows as they are: whoever changes a host or a contact locks it FOR UPDATE.
const (
	sqlReferredHosts = `
		SELECT h.id, h.name, coalesce(h.superordinate_id, 0),
		       coalesce((SELECT s.name FROM domains s WHERE s.id = h.superordinate_id), ''), h.addrs
		FROM hosts h WHERE h.name = ANY ($1)`
	sqlReferredContacts = `
		SELECT id, handle, registrar, kind, coalesce(real_id, 0), secondary_email, coalesce(emergency->>'number', ''), identifier, version, transfer
		FROM contacts WHERE handle = ANY ($1)`
	sqlKeepHosts    = sqlReferredHosts + ` FOR KEY SHARE OF h`
	sqlKeepContacts = sqlReferredContacts + ` FOR KEY SHARE`
)

// References is what a domain create or update names. Of hosts and contacts it
// holds what the rules about references ask for.
type References struct {
	Domain   *registry.Domain // the row that has the name, locked; nil when free
	Hosts    map[string]*registry.Host
	Contacts map[string]*registry.Contact

	VariantHolder string // of a new domain that can have variants

	now  time.Time // the instant they are read for
	keep bool      // locked until the commit
}

// ReadForCreate is LockForCreate for a create that relies on no more of contacts than that
// they are there. If no host needs an address, nothing is locked: that the name is free,
// and that hosts and contacts are there, is what the constraints say when the domain is
// written. So the writes may be committed with those of others, and if a constraint refuses
// them the command is carried out again with the locks.
func (tx *Tx) ReadForCreate(ctx context.Context, name string, hosts, contacts []string) (References, error) {
	if tx.alone || tx.begun {
		return tx.LockForCreate(ctx, name, hosts, contacts)
	}
	known, err := tx.store.referred.get(ctx, referral{hosts, contacts})
	if err != nil {
		return References{}, fmt.Errorf("domain %s: %w", name, err)
	}
	refs := newReferences(tx.Now, false)
	for _, n := range hosts {
		h := known.hosts[n]
		if h != nil && !h.External() { // its addresses must stay
			return tx.LockForCreate(ctx, name, hosts, contacts)
		}
		if h != nil {
			refs.Hosts[n] = h
		}
	}
	for _, n := range contacts {
		if c := known.contacts[n]; c != nil {
			refs.addContact(*c)
		}
	}
	for _, h := range refs.Hosts {
		tx.external = append(tx.external, h.ID)
	}
	tx.guarded = true
	return refs, nil
}

// referral is what a create refers to: names of hosts and handles of contacts.
type referral struct{ hosts, contacts []string }

// referred is what is there of it, as it is stored.
type referred struct {
	hosts    map[string]*registry.Host
	contacts map[string]*registry.Contact
}

// askReferred reads the hosts and contacts that several sessions refer to.
func (s *Store) askReferred(ctx context.Context, questions []referral) (referred, error) {
	r := referred{map[string]*registry.Host{}, map[string]*registry.Contact{}}
	var hosts, contacts []string
	for _, q := range questions {
		hosts, contacts = append(hosts, q.hosts...), append(contacts, q.contacts...)
	}
	b := &pgx.Batch{}
	queueHosts(b, sqlReferredHosts, hosts, func(h *registry.Host) { r.hosts[h.Name] = h })
	queueContacts(b, sqlReferredContacts, contacts, func(c *registry.Contact) { r.contacts[c.Handle] = c })
	if b.Len() == 0 {
		return r, nil
	}
	return r, s.pool.SendBatch(ctx, b).Close()
}

// sqlStillExternal fails, by dividing by zero, unless all of the hosts are there and lie
// outside our zones, and keeps them so.
const sqlStillExternal = `
	SELECT 1 / (count(*) = cardinality($1::bigint[]))::int
	FROM (SELECT id FROM hosts WHERE id = ANY ($1) AND superordinate_id IS NULL FOR KEY SHARE) h`

// guards is what must hold, beside the constraints, when writes are committed that nothing
// was locked for.
func guards(external []int64) []write {
	if len(external) == 0 {
		return nil
	}
	return []write{{sql: sqlStillExternal, args: []any{slices.Compact(slices.Sorted(slices.Values(external)))}}}
}

// LockForCreate reads in one round trip what a create needs: the row that has
// the name, if any, and the hosts and contacts it names. It keeps them as they are until
// the commit.
func (tx *Tx) LockForCreate(ctx context.Context, name string, hosts, contacts []string) (References, error) {
	refs := newReferences(tx.Now, true)
	var taken int64
	b := &pgx.Batch{}
	queueLock(b, &taken, sqlLockDomain, name)
	refs.queue(b, hosts, contacts)
	if err := tx.read(ctx, b); err != nil {
		return refs, fmt.Errorf("domain %s: %w", name, err)
	}
	if taken == 0 {
		return refs, nil
	}
	var err error
	refs.Domain, _, err = tx.LockDomain(ctx, name)
	return refs, err
}

// LockReferences reads the hosts and contacts an update names.
func (tx *Tx) LockReferences(ctx context.Context, hosts, contacts []string) (References, error) {
	refs := newReferences(tx.Now, true)
	b := &pgx.Batch{}
	refs.queue(b, hosts, contacts)
	if b.Len() == 0 {
		return refs, nil
	}
	if err := tx.read(ctx, b); err != nil {
		return refs, fmt.Errorf("hosts and contacts: %w", err)
	}
	return refs, nil
}

// newReferences is filled by queue, for an instant. keep locks what is read.
func newReferences(now time.Time, keep bool) References {
	return References{now: now, keep: keep, Hosts: map[string]*registry.Host{}, Contacts: map[string]*registry.Contact{}}
}

// queue adds the reading of hosts and contacts, as of now, to a batch. Unknown ones
// are absent.
func (r References) queue(b *pgx.Batch, hosts, contacts []string) {
	hostsSQL, contactsSQL := sqlReferredHosts, sqlReferredContacts
	if r.keep {
		hostsSQL, contactsSQL = sqlKeepHosts, sqlKeepContacts
	}
	queueHosts(b, hostsSQL, hosts, func(h *registry.Host) { r.Hosts[h.Name] = h })
	queueContacts(b, contactsSQL, contacts, func(c *registry.Contact) { r.addContact(*c) })
}

// addContact adds a contact as it is at the instant.
func (r References) addContact(c registry.Contact) {
	state, _ := c.At(r.now)
	state.Version = c.Version // of the row, as everybody else reads it
	r.Contacts[c.Handle] = state
}

func queueHosts(b *pgx.Batch, sql string, names []string, add func(*registry.Host)) {
	if len(names) == 0 {
		return
	}
	b.Queue(sql, sortedSet(names)).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			h := &registry.Host{}
			if err := rows.Scan(&h.ID, &h.Name, &h.SuperordinateID, &h.Superordinate, &h.Addrs); err != nil {
				return err
			}
			add(h)
		}
		return rows.Err()
	})
}

func queueContacts(b *pgx.Batch, sql string, handles []string, add func(*registry.Contact)) {
	if len(handles) == 0 {
		return
	}
	b.Queue(sql, sortedSet(handles)).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			c := &registry.Contact{}
			err := rows.Scan(&c.ID, &c.Handle, &c.Registrar, &c.Kind, &c.RealID, &c.SecondaryEmail, &c.Emergency.Number, &c.Identifier,
				&c.Version, &c.Transfer)
			if err != nil {
				return err
			}
			add(c)
		}
		return rows.Err()
	})
}

// sortedSet puts names in the order in which index scans meet, and so lock, them.
func sortedSet(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

const sqlContactZones = `
	SELECT zone_id FROM domains WHERE registrant = $1
	UNION SELECT d.zone_id FROM domain_contacts dc JOIN domains d ON d.id = dc.domain_id WHERE dc.contact_id = $1`

// ContactZones says in which zones domains use a contact.
func (tx *Tx) ContactZones(ctx context.Context, id int64) (map[int64]bool, error) {
	in := map[int64]bool{}
	b := &pgx.Batch{}
	b.Queue(sqlContactZones, id).Query(func(rows pgx.Rows) error {
		var zone int64
		_, err := pgx.ForEachRow(rows, []any{&zone}, func() error { in[zone] = true; return nil })
		return err
	})
	return in, tx.read(ctx, b)
}
