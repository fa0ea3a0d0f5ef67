package e2e

import (
	"slices"
	"time"
)

func (m *model) createHost(who, name string, addrs []string) (v verdict) {
	v.ok = 1000
	v.refuse(m.hosts[name] != nil, 2302)
	sup := v.place(m, who, name)
	v.refuse(superordinateOf(name) == "" && len(addrs) > 0, 2306)
	v.then = func(at time.Time) {
		h := &mHost{superordinate: sup, addrs: slices.Sorted(slices.Values(addrs))}
		h.name, h.sponsor, h.creator, h.created = name, who, who, at
		m.hosts[name] = h
	}
	return v
}

// place holds the name of a host: the domain above it is there, and the registrar's own.
func (v *verdict) place(m *model, who, name string) *mDomain {
	above := superordinateOf(name)
	if above == "" {
		return nil
	}
	d := m.domains[above]
	v.refuse(d == nil, 2303)
	if d != nil {
		v.refuse(d.sponsor != who, 2201)
		v.refuse(d.deleted(), 2304)
	}
	return d
}

// mHostChange is a host update; "" stands for no change.
type mHostChange struct{ addStatus, remStatus, addAddr, remAddr, name string }

func (m *model) updateHost(who, name string, c mHostChange) (v verdict) {
	h := m.hosts[name]
	if h == nil {
		v = unknown()
		if c.name != "" {
			v.place(m, who, c.name) // which may be looked at before
		}
		return v
	}
	v.ok = 1000
	v.own(&h.mSponsored, who)
	v.changeable(&h.mSponsored, c.remStatus)
	statuses := v.changeStatus(h.statuses, c.addStatus, c.remStatus)
	addrs := v.changeSet(h.addrs, c.addAddr, c.remAddr)
	sup := h.superordinate
	users := m.usersOf(name)
	if c.name != "" && c.name != name {
		v.refuse(m.hosts[c.name] != nil, 2302)
		v.refuse(sup == nil && slices.ContainsFunc(users, func(d *mDomain) bool { return d.sponsor != h.sponsor }), 2305)
		if sup = v.place(m, who, c.name); superordinateOf(c.name) == "" {
			addrs = nil
		}
	} else {
		v.refuse(sup == nil && len(addrs) > 0, 2306)
	}
	ours := sup != nil || superordinateOf(c.name) != ""
	v.refuse(ours && len(users) > 0 && len(addrs) == 0, 2305)
	v.then = func(at time.Time) {
		h.statuses, h.addrs, h.superordinate = statuses, addrs, sup
		if sup != nil {
			h.sponsor = sup.sponsor
		}
		if c.name != "" && c.name != name {
			delete(m.hosts, name)
			h.name = c.name
			m.hosts[c.name] = h
			for _, d := range users {
				d.hosts = slices.DeleteFunc(d.hosts, func(x string) bool { return x == name })
				d.hosts = append(d.hosts, c.name)
				slices.Sort(d.hosts)
			}
		}
		h.touch(who, at)
	}
	return v
}

func (m *model) deleteHost(who, name string) (v verdict) {
	h := m.hosts[name]
	if h == nil {
		return unknown()
	}
	v.ok = 1000
	v.own(&h.mSponsored, who)
	v.refuse(h.has("clientDeleteProhibited"), 2304)
	v.refuse(m.linkedHost(name), 2305)
	v.then = func(time.Time) { delete(m.hosts, name) }
	return v
}

func (m *model) createContact(who, id, auth string, genuine bool) (v verdict) {
	v.ok = 1000
	v.refuse(m.contacts[id] != nil, 2302)
	v.refuse(!strong(auth), 2202)
	v.then = func(at time.Time) {
		c := &mContact{genuine: genuine, voice: "+1.7035555555"}
		c.name, c.sponsor, c.creator, c.created, c.auth = id, who, who, at, auth
		m.contacts[id] = c
	}
	return v
}

func (m *model) updateContact(who, id, addStatus, remStatus, voice string, auth *string) (v verdict) {
	c := m.contacts[id]
	if c == nil {
		return unknown()
	}
	v.ok = 1000
	v.own(&c.mSponsored, who)
	v.refuse(c.pending(), 2304)
	v.changeable(&c.mSponsored, remStatus)
	statuses := v.changeStatus(c.statuses, addStatus, remStatus)
	v.refuse(auth != nil && !strong(*auth), 2202)
	v.then = func(at time.Time) {
		c.statuses = statuses
		if voice != "" {
			c.voice = voice
		}
		if auth != nil {
			c.auth, c.wrong = *auth, 0
		}
		c.touch(who, at)
	}
	return v
}

func (m *model) deleteContact(who, id string) (v verdict) {
	c := m.contacts[id]
	if c == nil {
		return unknown()
	}
	v.ok = 1000
	v.own(&c.mSponsored, who)
	v.refuse(c.pending() || c.has("clientDeleteProhibited"), 2304)
	v.refuse(m.linkedContact(id), 2305)
	v.then = func(time.Time) { delete(m.contacts, id) }
	return v
}

func (m *model) requestContact(who, id string, auth *string) (v verdict) {
	c := m.contacts[id]
	switch {
	case auth == nil:
		v.refuse(true, 2003)
		v.refuse(c == nil, 2303)
		return v
	case c == nil:
		return unknown()
	}
	v.ok = 1001
	v.refuse(c.sponsor == who, 2106)
	v.refuse(c.pending(), 2300)
	v.refuse(c.has("clientTransferProhibited"), 2304)
	if c.sponsor != who {
		v.proves(&c.mSponsored, *auth)
	}
	v.then = func(at time.Time) {
		m.ask(&c.mSponsored, who, at, 0)
		m.tellTransfer(&c.mSponsored, at)
	}
	return v
}

func (m *model) answerContact(who, id, op string) (v verdict) {
	c := m.contacts[id]
	if c == nil {
		return unknown()
	}
	v.ok = 1000
	status := v.answer(&c.mSponsored, op, who)
	v.then = func(at time.Time) {
		if op == "approve" {
			m.completeContact(c, status, at)
		} else {
			m.undo(&c.mSponsored, status, at)
		}
		c.touch(who, at)
	}
	return v
}
