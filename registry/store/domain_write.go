package store

import (
	"context"
	"slices"
	"time"

	"cadastre/registry"
)

const (
	sqlInsertDomain = `
		INSERT INTO domains (id, name, zone_id, registrar, registrant, statuses, auth_salt, auth_hash, auth_set_at, created_at,
			created_by, expires_at, graces, due_at, version, class, idn_table, variant_key, secure, host_attrs, ttls, launch)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`
	sqlUpdateDomain = `
		UPDATE domains SET registrar = $2, registrant = CASE WHEN $18::boolean THEN $3::bigint ELSE registrant END, statuses = $4,
			auth_salt = $5, auth_hash = $6, auth_set_at = $7,
			updated_at = $8, updated_by = $9, transferred_at = $10, expires_at = $11, graces = $12, redeem_until = $13,
			purge_at = $14, due_at = $15, version = $16, status_texts = $17,
			transfer = $19, restore_due = $20, refunded = $21, final = $22, report_until = $27, secure = $23, host_attrs = $24, ttls = $25, launch = $26
		WHERE id = $1`
	sqlLinkHost       = `INSERT INTO domain_hosts (domain_id, host_id) VALUES ($1, $2)`
	sqlUnlinkHosts    = `DELETE FROM domain_hosts dh USING hosts h WHERE h.id = dh.host_id AND dh.domain_id = $1 AND h.name = ANY ($2)`
	sqlLinkContact    = `INSERT INTO domain_contacts (domain_id, type, contact_id) VALUES ($1, $2, $3)`
	sqlUnlinkContacts = `
		DELETE FROM domain_contacts dc USING contacts c, unnest($2::text[], $3::text[]) AS gone (type, handle)
		WHERE c.id = dc.contact_id AND dc.domain_id = $1 AND dc.type = gone.type AND c.handle = gone.handle`
	sqlDeleteDomainHosts    = `DELETE FROM domain_hosts WHERE domain_id = $1`
	sqlDeleteDomainContacts = `DELETE FROM domain_contacts WHERE domain_id = $1`
	sqlDeleteDomain         = `DELETE FROM domains WHERE id = $1`
)

// InsertDomain stores a new domain and sets its id. refs holds the hosts and
// contacts it names, and who may have its variants.
func (tx *Tx) InsertDomain(ctx context.Context, d *registry.Domain, refs References) (err error) {
	if d.ID, err = tx.newID(ctx); err != nil {
		return err
	}
	tx.write("domain:name", d.Name, sqlInsertDomain, d.ID, d.Name, d.ZoneID, d.Registrar, refs.contactID(d.Registrant),
		d.Statuses.Strings(), d.AuthInfo.Salt, d.AuthInfo.Hash, NullTime(d.AuthInfo.Set), d.Created, d.CreatedBy, d.Expires,
		gracesOf(d), d.DueAt(), d.Version, d.Class, d.IDNTable, d.VariantKey, d.Secure, attrsOf(d), ttlsOf(d.TTLs), d.Launch)
	tx.names = append(tx.names, d.Name)
	tx.joinVariants(d, refs.VariantHolder)
	if d.Launch != nil {
		tx.keepMarks(d, d.Launch.Marks)
	}
	tx.link(d.ID, d.Nameservers, d.Contacts, refs)
	if d.InZone() {
		tx.markDirty(d.ZoneID, d.Name)
	}
	return tx.recordDomain(d, "create", tx.Now)
}

// link adds hosts and contacts to a domain.
func (tx *Tx) link(id int64, hosts []string, contacts []registry.DomainContact, refs References) {
	for _, n := range hosts {
		tx.write("domain:hostObj", n, sqlLinkHost, id, refs.Hosts[n].ID)
	}
	for _, c := range contacts {
		tx.write("domain:contact", c.ID, sqlLinkContact, id, c.Type, refs.Contacts[c.ID].ID)
	}
}

// SaveDomain stores a changed domain. old is the row before the change, refs
// holds the hosts and contacts that were added, action names the change in the
// history. The delegation is marked when DNS may show something else.
func (tx *Tx) SaveDomain(old, d *registry.Domain, refs References, action string) error {
	tx.saveDomain(old, d, refs)
	return tx.recordDomain(d, action, tx.Now)
}

// saveDomain is SaveDomain without the history.
func (tx *Tx) saveDomain(old, d *registry.Domain, refs References) {
	tx.write("domain:name", d.Name, sqlUpdateDomain,
		domainArgs(d, d.Registrant != old.Registrant, refs.contactID(d.Registrant))...)
	addH, remH := difference(d.Nameservers, old.Nameservers)
	addC, remC := difference(d.Contacts, old.Contacts)
	if len(remH) > 0 {
		tx.write("domain:hostObj", remH[0], sqlUnlinkHosts, d.ID, remH)
	}
	if len(remC) > 0 {
		types, handles := make([]string, len(remC)), make([]string, len(remC))
		for i, c := range remC {
			types[i], handles[i] = c.Type, c.ID
		}
		tx.write("domain:contact", remC[0].ID, sqlUnlinkContacts, d.ID, types, handles)
	}
	tx.link(d.ID, addH, addC, refs)
	if d.InZone() != old.InZone() || d.InZone() && (len(addH)+len(remH) > 0 || !d.SameRecords(old)) {
		tx.markDirty(d.ZoneID, d.Name)
	}
}

// SaveRestore stores a domain after a step of its restore, as SaveDomain does. The
// report, where there is one, is kept in the history.
func (tx *Tx) SaveRestore(old, d *registry.Domain, report *registry.RestoreReport, action string) error {
	tx.saveDomain(old, d, References{})
	return tx.recordAt(tx.Now, record{d.ID, d.Version, "domain", d.Name, action, restored{recorded(d), report}})
}

// restored is a domain in the history with the report of its restore.
type restored struct {
	*registry.Domain
	RestoreReport *registry.RestoreReport `json:",omitempty"`
}

// domainArgs are the parameters of sqlUpdateDomain. newRegistrant says whether the
// registrant is replaced by the one given (nil: by none).
func domainArgs(d *registry.Domain, newRegistrant bool, registrant *int64) []any {
	return []any{
		d.ID, d.Registrar, registrant, d.Statuses.Strings(), d.AuthInfo.Salt, d.AuthInfo.Hash, NullTime(d.AuthInfo.Set),
		NullTime(d.Updated), d.UpdatedBy, NullTime(d.Transferred), d.Expires, gracesOf(d), NullTime(d.RedeemUntil),
		NullTime(d.PurgeAt), d.DueAt(), d.Version, textsOf(d.StatusTexts), newRegistrant, d.Transfer, NullTime(d.RestoreDue), d.Refunded,
		d.Final, d.Secure, attrsOf(d), ttlsOf(d.TTLs), d.Launch, NullTime(d.ReportUntil),
	}
}

// PurgeDomain removes a domain; the name is free afterwards.
func (tx *Tx) PurgeDomain(d *registry.Domain, wasInZone bool, action string, at time.Time) error {
	tx.write("domain:name", d.Name, sqlDeleteDomainHosts, d.ID)
	tx.write("domain:name", d.Name, sqlDeleteDomainContacts, d.ID)
	if d.Launch != nil {
		tx.write("domain:name", d.Name, sqlDeleteMarks, d.ID)
	}
	tx.write("domain:name", d.Name, sqlDeleteDomain, d.ID)
	tx.leaveVariants(d)
	if wasInZone {
		tx.markDirty(d.ZoneID, d.Name)
	}
	return tx.recordDomain(d, action, at)
}

func (tx *Tx) recordDomain(d *registry.Domain, action string, at time.Time) error {
	return tx.recordAt(at, record{d.ID, d.Version, "domain", d.Name, action, recorded(d)})
}

// recorded is a domain as the history keeps it, without secrets.
func recorded(d *registry.Domain) *registry.Domain {
	state := *d
	state.AuthInfo = registry.AuthInfo{Set: d.AuthInfo.Set}
	return &state
}

func (r References) contactID(handle string) *int64 {
	if c := r.Contacts[handle]; c != nil {
		return &c.ID
	}
	return nil
}

func gracesOf(d *registry.Domain) []registry.Grace {
	if d.Graces == nil {
		return []registry.Grace{}
	}
	return d.Graces
}

// attrsOf makes no host attributes NULL.
func attrsOf(d *registry.Domain) *registry.HostAttrs {
	if len(d.HostAttrs) == 0 {
		return nil
	}
	return &d.HostAttrs
}

// ttlsOf makes no times to live NULL.
func ttlsOf(t registry.TTLs) *registry.TTLs {
	if len(t) == 0 {
		return nil
	}
	return &t
}

// textsOf makes no texts an empty object: the column is never NULL.
func textsOf(t registry.StatusTexts) registry.StatusTexts {
	if t == nil {
		return registry.StatusTexts{}
	}
	return t
}

// difference returns what is in now but not in before, and the reverse.
func difference[T comparable](now, before []T) (added, removed []T) {
	for _, x := range now {
		if !slices.Contains(before, x) {
			added = append(added, x)
		}
	}
	for _, x := range before {
		if !slices.Contains(now, x) {
			removed = append(removed, x)
		}
	}
	return added, removed
}
