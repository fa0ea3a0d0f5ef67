package registry

import (
	"slices"
	"time"
)

// DomainUpdate is a request for a change (RFC 5731, Section 3.2.5). Pointers are
// nil where the request leaves the value alone.
type DomainUpdate struct {
	Name                     string
	AddHosts, RemHosts       []string     // in a zone with host objects
	AddAttrs, RemAttrs       []HostAttrIn // in a zone with host attributes
	AddContacts, RemContacts []DomainContact
	Status                   StatusChange
	Registrant               *string // empty removes the registrant
	AuthInfo                 *string // empty unsets it
	Secure                   *SecureChange
	TTLs                     TTLChange
}

// Empty reports whether nothing is asked.
func (u DomainUpdate) Empty() bool {
	return len(u.AddHosts) == 0 && len(u.RemHosts) == 0 && len(u.AddContacts) == 0 && len(u.RemContacts) == 0 &&
		len(u.AddAttrs) == 0 && len(u.RemAttrs) == 0 && u.Status.Empty() && u.Registrant == nil && u.AuthInfo == nil &&
		u.Secure == nil && len(u.TTLs) == 0
}

// Update applies u. Hosts and contacts named in it are canonical and known.
// Removals come before additions.
func (d *Domain) Update(actor Actor, z *Zone, u DomainUpdate, now time.Time) error {
	if err := actor.owns(d.Registrar, "domain:name", d.Name); err != nil {
		return err
	}
	if d.Deleted() {
		return prohibited(PendingDelete, "domain")
	}
	if d.Transfer.Pending() && (!actor.Operator || u.Status.adds(ClientTransferProhibited, ServerTransferProhibited)) {
		return prohibited(PendingTransfer, "domain")
	}
	if err := updateProhibited(d.Statuses, u.Status, actor, "domain"); err != nil {
		return err
	}
	if u.Empty() {
		return Errorf(KindMissing, "domain:update", "", "add, rem or chg is needed")
	}
	allowed := domainClientStatuses
	if actor.Operator {
		allowed = slices.Concat(domainClientStatuses, domainServerStatuses)
	}
	var err error
	if d.Statuses, err = changeStatuses(d.Statuses, u.Status, allowed, "domain"); err != nil {
		return err
	}
	if d.StatusTexts, err = d.StatusTexts.changed(u.Status, "domain"); err != nil {
		return err
	}
	if err := d.changeDelegation(z, u); err != nil {
		return err
	}
	if err := d.changeContacts(u); err != nil {
		return err
	}
	if u.Registrant != nil {
		d.Registrant = *u.Registrant
	}
	if err := z.checkNewContacts(d, u); err != nil {
		return err
	}
	if u.AuthInfo != nil {
		if d.AuthInfo, err = NewAuthInfo(*u.AuthInfo, "domain:pw", now); err != nil {
			return err
		}
	}
	d.touch(actor, now)
	return nil
}

// changeDelegation changes what DNS shows of the domain.
func (d *Domain) changeDelegation(z *Zone, u DomainUpdate) (err error) {
	if err := z.checkHostModel(slices.Concat(u.RemHosts, u.AddHosts), slices.Concat(u.RemAttrs, u.AddAttrs)); err != nil {
		return err
	}
	if err := d.changeHosts(u); err != nil {
		return err
	}
	if d.HostAttrs, err = remHostAttrs(d.HostAttrs, u.RemAttrs); err != nil {
		return err
	}
	if d.HostAttrs, err = addHostAttrs(d.Name, d.HostAttrs, u.AddAttrs); err != nil {
		return err
	}
	if u.Secure != nil {
		if d.Secure, err = z.changeSecure(d.Name, d.Secure, u.Secure); err != nil {
			return err
		}
	}
	d.TTLs, err = z.changeTTLs(d.TTLs, u.TTLs, z.DomainTTLTypes())
	return err
}

func (d *Domain) changeHosts(u DomainUpdate) (err error) {
	for _, n := range u.RemHosts {
		if !slices.Contains(d.Nameservers, n) {
			return Errorf(KindParamPolicy, "domain:hostObj", n, "the domain does not have this name server")
		}
		d.Nameservers = slices.DeleteFunc(slices.Clone(d.Nameservers), func(x string) bool { return x == n })
	}
	d.Nameservers, err = addNames(d.Nameservers, u.AddHosts)
	return err
}

func (d *Domain) changeContacts(u DomainUpdate) (err error) {
	for _, c := range u.RemContacts {
		if !slices.Contains(d.Contacts, c) {
			return Errorf(KindParamPolicy, "domain:contact", c.ID, "the domain does not have this %s contact", c.Type)
		}
		d.Contacts = slices.DeleteFunc(slices.Clone(d.Contacts), func(x DomainContact) bool { return x == c })
	}
	d.Contacts, err = addContacts(d.Contacts, u.AddContacts)
	return err
}

// DomainView is a domain with what an info answer adds to it.
type DomainView struct {
	*Domain
	ROID         string
	Subordinates []string // host objects below it, sorted
	Settings     *Zone    // of its zone
	Full         bool     // the asker may see contacts and dates of others' changes
	AuthInfoSet  bool     // shown to the sponsor alone (RFC 9154, Section 3)
}
