package e2e

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// mRegistration is a domain create.
type mRegistration struct {
	who, name, registrant, contact, host, auth string
	years                                      int
	ds                                         []int
}

func (m *model) createDomain(r mRegistration) (v verdict) {
	z := zoneOfModel(r.name)
	v.ok = 1000
	v.refuse(m.domains[r.name] != nil, 2302)
	v.refuse(r.years < 1 || r.years > maxYears, 2004)
	v.refuse(r.registrant == "", 2003)
	v.registrant(m, z, r.who, r.registrant)
	v.refuse(r.contact != "" && m.contacts[r.contact] == nil, 2303)
	v.delegable(m, r.host)
	v.refuse(!strong(r.auth), 2202)
	amount := pricesOf(r.name).create * int64(max(r.years, 0))
	v.pays(m, r.who, amount)
	v.then = func(at time.Time) {
		d := &mDomain{zone: z, registrant: r.registrant, expires: plusYears(at, r.years), ds: r.ds}
		d.name, d.sponsor, d.creator, d.created, d.auth = r.name, r.who, r.who, at, r.auth
		if r.contact != "" {
			d.contacts = []string{"admin " + r.contact}
		}
		if r.host != "" {
			d.hosts = []string{r.host}
		}
		d.graces = []mGrace{{"addPeriod", at.Add(addGrace), amount, r.years}}
		m.balance[r.who] -= amount
		m.domains[r.name] = d
	}
	return v
}

// registrant holds a new registrant against the zone's policy (docs/epp.md, contactKind).
func (v *verdict) registrant(m *model, z mZone, who, id string) {
	c := m.contacts[id]
	v.refuse(id != "" && c == nil, 2303)
	if c != nil && z.genuine {
		v.refuse(!c.genuine, 2306)
		v.refuse(c.sponsor != who, 2201)
	}
}

// delegable holds a name server: it is there and, if it is ours, has an address.
func (v *verdict) delegable(m *model, host string) {
	if host == "" {
		return
	}
	h := m.hosts[host]
	v.refuse(h == nil, 2303)
	v.refuse(h != nil && h.superordinate != nil && len(h.addrs) == 0, 2306)
}

// mChange is a domain update.
type mChange struct {
	addStatus, remStatus   string
	addHost, remHost       string
	addContact, remContact string // "admin ct-1"
	registrant             string // "": stays
	auth                   *string
	addDS, remDS           int  // 0 for none
	remAll                 bool // of the DS records
}

func (m *model) updateDomain(who, name string, c mChange) (v verdict) {
	d := m.domains[name]
	if d == nil {
		return unknown()
	}
	v.ok = 1000
	v.own(&d.mSponsored, who)
	v.refuse(d.deleted() || d.pending(), 2304)
	v.changeable(&d.mSponsored, c.remStatus)
	statuses := v.changeStatus(d.statuses, c.addStatus, c.remStatus)
	hosts := v.changeSet(d.hosts, c.addHost, c.remHost)
	if c.addHost != "" {
		v.delegable(m, c.addHost)
	}
	contacts := v.changeSet(d.contacts, c.addContact, c.remContact)
	ds := v.changeDS(d.ds, c)
	if _, id, found := strings.Cut(c.addContact, " "); found {
		v.refuse(m.contacts[id] == nil, 2303)
	}
	if c.registrant != "" && c.registrant != d.registrant {
		v.registrant(m, d.zone, who, c.registrant)
	}
	v.refuse(c.auth != nil && !strong(*c.auth), 2202)
	v.then = func(at time.Time) {
		d.statuses, d.hosts, d.contacts, d.ds = statuses, hosts, contacts, ds
		if c.registrant != "" {
			d.registrant = c.registrant
		}
		if c.auth != nil {
			d.auth, d.wrong = *c.auth, 0
		}
		d.touch(who, at)
	}
	return v
}

// changeDS changes delegation signer records: what is removed is removed first (RFC 5910,
// Section 5.2.5).
func (v *verdict) changeDS(have []int, c mChange) []int {
	out := slices.Clone(have)
	if c.remAll {
		out = nil
	}
	if c.remDS > 0 {
		v.refuse(!slices.Contains(out, c.remDS), 2306)
		out = slices.DeleteFunc(out, func(n int) bool { return n == c.remDS })
	}
	if c.addDS > 0 {
		v.refuse(slices.Contains(out, c.addDS), 2306)
		out = append(out, c.addDS)
	}
	slices.Sort(out)
	return out
}

// dsOf is one of the delegation signer records, as a command has it and as DNS shows it.
func dsOf(n int) (element, record string) {
	digest := strings.Repeat(fmt.Sprintf("%02X", 160+n), 32)
	return dsData(n, 13, 2, digest, ""), fmt.Sprintf("%d 13 2 %s", n, digest)
}

// changeSet adds to and removes from what a domain has, sorted.
func (v *verdict) changeSet(have []string, add, rem string) []string {
	v.refuse(add != "" && slices.Contains(have, add), 2306)
	v.refuse(rem != "" && !slices.Contains(have, rem), 2306)
	out := slices.DeleteFunc(slices.Clone(have), func(s string) bool { return s == rem })
	if add != "" {
		out = append(out, add)
	}
	slices.Sort(out)
	return out
}

func (m *model) renewDomain(who, name, until string, years int) (v verdict) {
	d := m.domains[name]
	if d == nil {
		return unknown()
	}
	v.ok = 1000
	v.own(&d.mSponsored, who)
	v.refuse(d.deleted() || d.pending() || d.has("clientRenewProhibited"), 2304)
	v.refuse(until != d.expires.Format(time.DateOnly), 2004)
	v.refuse(years < 1 || years > maxYears, 2004)
	v.refuse(plusYears(d.expires, years).After(plusYears(m.now, maxYears)), 2105)
	amount := pricesOf(name).renew * int64(years)
	v.pays(m, who, amount)
	v.then = func(at time.Time) {
		d.expires = plusYears(d.expires, years)
		d.graces = append(d.graces, mGrace{"renewPeriod", at.Add(renewGrace), amount, years})
		m.balance[who] -= amount
		d.touch(who, at)
	}
	return v
}

func (m *model) deleteDomain(who, name string) (v verdict) {
	d := m.domains[name]
	if d == nil {
		return unknown()
	}
	gone := slices.ContainsFunc(d.graces, func(g mGrace) bool { return g.kind == "addPeriod" })
	v.ok = 1001
	if gone {
		v.ok = 1000
	}
	v.own(&d.mSponsored, who)
	v.refuse(d.deleted() || d.pending() || d.has("clientDeleteProhibited"), 2304)
	v.refuse(len(m.below(d)) > 0, 2305)
	v.then = func(at time.Time) {
		m.remove(d, at)
		d.touch(who, at)
		if gone {
			delete(m.domains, name)
		}
	}
	return v
}

// remove refunds what is in grace and begins the course of a deletion.
func (m *model) remove(d *mDomain, at time.Time) {
	d.refunded = 0
	for _, g := range d.graces {
		d.refunded += g.amount
	}
	m.balance[d.sponsor] += d.refunded
	d.graces, d.corrected = nil, time.Time{}
	d.redemption = at.Add(d.zone.redemption)
	d.purge = d.redemption.Add(pendingDeleteTime)
}
