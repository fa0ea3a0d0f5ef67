package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

const domainColumns = `
	d.id, d.name, d.zone_id, d.registrar, coalesce(c.handle, ''), d.statuses, d.status_texts, d.auth_salt, d.auth_hash, d.auth_set_at,
	d.created_at, d.created_by, d.updated_at, d.updated_by, d.transferred_at, d.expires_at, d.graces, d.redeem_until, d.purge_at,
	d.version, d.transfer, d.restore_due, d.refunded, d.final, d.report_until, d.class, d.idn_table, d.variant_key, d.secure, d.host_attrs, d.ttls, d.launch,
	ARRAY (SELECT h.name FROM domain_hosts dh JOIN hosts h ON h.id = dh.host_id WHERE dh.domain_id = d.id ORDER BY h.name),
	ARRAY (SELECT dc.type || ' ' || k.handle FROM domain_contacts dc JOIN contacts k ON k.id = dc.contact_id
	       WHERE dc.domain_id = d.id ORDER BY 1)`

const (
	sqlDomain     = `SELECT ` + domainColumns + ` FROM domains d LEFT JOIN contacts c ON c.id = d.registrant WHERE d.name = $1`
	sqlLockDomain = `SELECT id FROM domains WHERE name = $1 FOR UPDATE`
	// The hosts a locked domain delegates to keep their names until the commit.
	sqlShareDomainHosts = `
		SELECT h.id FROM hosts h JOIN domain_hosts dh ON dh.host_id = h.id JOIN domains d ON d.id = dh.domain_id
		WHERE d.name = $1 ORDER BY h.name FOR KEY SHARE OF h`
	// A host is put under a domain that must not go away meanwhile.
	sqlShareDomain       = `SELECT id FROM domains WHERE name = $1 FOR KEY SHARE`
	sqlCountSubordinates = `SELECT count(*) FROM hosts h JOIN domains d ON d.id = h.superordinate_id WHERE d.name = $1`
	sqlSubordinates      = `SELECT h.name FROM hosts h JOIN domains d ON d.id = h.superordinate_id WHERE d.name = $1 ORDER BY 1`
)

func scanDomain(row pgx.Row) (*registry.Domain, error) {
	d := &registry.Domain{}
	var statuses, contacts []string
	var authSet, updated, transferred, redeem, purge, restore, report *time.Time
	err := row.Scan(&d.ID, &d.Name, &d.ZoneID, &d.Registrar, &d.Registrant, &statuses, &d.StatusTexts, &d.AuthInfo.Salt,
		&d.AuthInfo.Hash, &authSet, &d.Created, &d.CreatedBy, &updated, &d.UpdatedBy, &transferred, &d.Expires, &d.Graces, &redeem, &purge,
		&d.Version, &d.Transfer, &restore, &d.Refunded, &d.Final, &report, &d.Class, &d.IDNTable, &d.VariantKey, &d.Secure, &d.HostAttrs, &d.TTLs,
		&d.Launch, &d.Nameservers, &contacts)
	if err != nil {
		return nil, err
	}
	d.Statuses = registry.StatusesOf(statuses)
	for _, c := range contacts {
		var dc registry.DomainContact
		fmt.Sscan(c, &dc.Type, &dc.ID) //nolint:errcheck // the query joins the two with a blank
		d.Contacts = append(d.Contacts, dc)
	}
	d.Created, d.Expires = d.Created.UTC(), d.Expires.UTC()
	d.AuthInfo.Set, d.Updated, d.Transferred = TimeOf(authSet), TimeOf(updated), TimeOf(transferred)
	d.RedeemUntil, d.PurgeAt, d.RestoreDue, d.ReportUntil = TimeOf(redeem), TimeOf(purge), TimeOf(restore), TimeOf(report)
	for i := range d.Graces {
		d.Graces[i].Until = d.Graces[i].Until.UTC()
	}
	return d, nil
}

// Domain reads a domain as it is stored, with the hosts below it; KindNotFound
// when there is none.
func (s *Store) Domain(ctx context.Context, name string) (d *registry.Domain, subordinates []string, err error) {
	b := &pgx.Batch{}
	queueDomain(b, &d, &subordinates, name)
	err = s.pool.SendBatch(ctx, b).Close()
	return d, subordinates, missing(err, "domain:name", name)
}

func queueDomain(b *pgx.Batch, d **registry.Domain, subordinates *[]string, name string) {
	b.Queue(sqlDomain, name).QueryRow(func(row pgx.Row) (err error) {
		*d, err = scanDomain(row)
		return err
	})
	queueStrings(b, subordinates, sqlSubordinates, name)
}

// LockDomain locks a domain and reads it, with the hosts below it.
func (tx *Tx) LockDomain(ctx context.Context, name string) (d *registry.Domain, subordinates []string, err error) {
	return tx.lockDomain(ctx, name)
}

// lockDomain locks a domain, then whatever else the statements lock, and reads it.
func (tx *Tx) lockDomain(ctx context.Context, name string, also ...string) (d *registry.Domain, subordinates []string, err error) {
	var id int64
	b := &pgx.Batch{}
	queueLock(b, &id, sqlLockDomain, name)
	for _, sql := range also {
		b.Queue(sql, name)
	}
	queueDomain(b, &d, &subordinates, name)
	err = tx.read(ctx, b)
	if err == nil && d.ID != id {
		return nil, nil, errStale
	}
	return d, subordinates, missing(err, "domain:name", name)
}

// LockDomainAndHosts locks a domain and reads it as LockDomain does, and keeps the
// hosts it delegates to from being renamed: what an update removes by name is
// then what it read.
func (tx *Tx) LockDomainAndHosts(ctx context.Context, name string) (d *registry.Domain, subordinates []string, err error) {
	return tx.lockDomain(ctx, name, sqlShareDomainHosts)
}

// ShareDomain reads a domain, counts the hosts below it, and keeps it from being
// deleted until the commit; nil when there is none.
func (tx *Tx) ShareDomain(ctx context.Context, name string) (d *registry.Domain, hosts int, err error) {
	var id int64
	b := &pgx.Batch{}
	queueLock(b, &id, sqlShareDomain, name)
	b.Queue(sqlCountSubordinates, name).QueryRow(func(row pgx.Row) error { return row.Scan(&hosts) })
	b.Queue(sqlDomain, name).QueryRow(func(row pgx.Row) (err error) {
		d, err = scanDomain(row)
		return err
	})
	if err := tx.read(ctx, b); errors.Is(err, pgx.ErrNoRows) {
		return nil, 0, nil
	} else if err != nil {
		return nil, 0, fmt.Errorf("domain %s: %w", name, err)
	}
	if d.ID != id {
		return nil, 0, errStale
	}
	return d, hosts, nil
}
