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
	sqlKeepHosts = `
		SELECT h.id, h.name, coalesce(h.superordinate_id, 0),
		       coalesce((SELECT s.name FROM domains s WHERE s.id = h.superordinate_id), ''), h.addrs
		FROM hosts h WHERE h.name = ANY ($1) FOR KEY SHARE OF h`
	sqlKeepContacts = `
		SELECT id, handle, registrar, kind, coalesce(real_id, 0), secondary_email, coalesce(emergency->>'number', ''), identifier, version, transfer
		FROM contacts WHERE handle = ANY ($1) FOR KEY SHARE`
)

// References is what a domain create or update names. Of hosts and contacts it
// holds what the rules about references ask for.
type References struct {
	Domain   *registry.Domain // the row that has the name, locked; nil when free
	Hosts    map[string]*registry.Host
	Contacts map[string]*registry.Contact
}

// LockForCreate reads in one round trip what a create needs: the row that has
// the name, if any, and the hosts and contacts it names.
func (tx *Tx) LockForCreate(ctx context.Context, name string, hosts, contacts []string) (References, error) {
	refs := newReferences()
	var taken int64
	b := &pgx.Batch{}
	queueLock(b, &taken, sqlLockDomain, name)
	refs.queue(b, tx.Now, hosts, contacts)
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
	refs := newReferences()
	b := &pgx.Batch{}
	refs.queue(b, tx.Now, hosts, contacts)
	if b.Len() == 0 {
		return refs, nil
	}
	if err := tx.read(ctx, b); err != nil {
		return refs, fmt.Errorf("hosts and contacts: %w", err)
	}
	return refs, nil
}

func newReferences() References {
	return References{Hosts: map[string]*registry.Host{}, Contacts: map[string]*registry.Contact{}}
}

// queue adds the reading of hosts and contacts, as of now, to a batch. Unknown ones
// are absent.
func (r References) queue(b *pgx.Batch, now time.Time, hosts, contacts []string) {
	if len(hosts) > 0 {
		b.Queue(sqlKeepHosts, sortedSet(hosts)).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				h := &registry.Host{}
				if err := rows.Scan(&h.ID, &h.Name, &h.SuperordinateID, &h.Superordinate, &h.Addrs); err != nil {
					return err
				}
				r.Hosts[h.Name] = h
			}
			return rows.Err()
		})
	}
	if len(contacts) > 0 {
		b.Queue(sqlKeepContacts, sortedSet(contacts)).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				c := &registry.Contact{}
				err := rows.Scan(&c.ID, &c.Handle, &c.Registrar, &c.Kind, &c.RealID, &c.SecondaryEmail, &c.Emergency.Number, &c.Identifier,
					&c.Version, &c.Transfer)
				if err != nil {
					return err
				}
				state, _ := c.At(now)
				state.Version = c.Version // of the row, as everybody else reads it
				r.Contacts[c.Handle] = state
			}
			return rows.Err()
		})
	}
}

// sortedSet puts names in the order in which index scans meet, and so lock, them.
func sortedSet(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }
