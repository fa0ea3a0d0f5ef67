package e2e

import (
	"slices"
	"time"
)

// happening is something that falls due by itself.
type happening struct {
	at    time.Time
	carry func()
}

// next is what falls due next, nil for nothing.
func (m *model) next() *happening {
	var first *happening
	try := func(at time.Time, carry func()) {
		if first == nil || at.Before(first.at) {
			first = &happening{at, carry}
		}
	}
	for _, name := range sortedKeys(m.domains) {
		d := m.domains[name]
		switch {
		case !d.report.IsZero():
			try(d.report, func() { m.lapse(d) })
		case !d.redemption.IsZero():
			try(d.redemption, func() { m.endRedemption(d) })
		case d.deleted():
			try(d.purge, func() { m.purge(d) })
		case d.pending() && !d.transfer.due.After(d.expires):
			try(d.transfer.due, func() { m.completeDomain(d, "serverApproved", d.transfer.due) })
		default:
			try(d.expires, func() { m.autoRenew(d) })
		}
	}
	for _, id := range sortedKeys(m.contacts) {
		if c := m.contacts[id]; c.pending() {
			try(c.transfer.due, func() { m.completeContact(c, "serverApproved", c.transfer.due) })
		}
	}
	return first
}

// pass lets everything happen that falls due by an instant.
func (m *model) pass(now time.Time) {
	for h := m.next(); h != nil && !h.at.After(now); h = m.next() {
		m.endGraces(h.at)
		h.carry()
	}
	m.endGraces(now)
	m.now = now
}

func (m *model) endGraces(now time.Time) {
	for _, d := range m.domains {
		d.graces = slices.DeleteFunc(d.graces, func(g mGrace) bool { return !g.until.After(now) })
		if !d.corrected.IsZero() && !d.corrected.After(now) {
			d.corrected = time.Time{}
		}
		d.forget(now)
	}
	for _, c := range m.contacts {
		c.forget(now)
	}
}

// forget closes the window in which wrong values are counted.
func (o *mSponsored) forget(now time.Time) {
	if o.wrong > 0 && !o.wrongSince.Add(guessTime).After(now) {
		o.wrong = 0
	}
}

// turning lists the instants at which anything changes, the events and the ends of
// periods.
func (m *model) turning() (out []time.Time) {
	for _, d := range m.domains {
		for _, g := range d.graces {
			out = append(out, g.until)
		}
		out = append(out, d.corrected)
		if d.wrong > 0 {
			out = append(out, d.wrongSince.Add(guessTime))
		}
	}
	for _, c := range m.contacts {
		if c.wrong > 0 {
			out = append(out, c.wrongSince.Add(guessTime))
		}
	}
	if h := m.next(); h != nil {
		out = append(out, h.at)
	}
	out = slices.DeleteFunc(out, func(t time.Time) bool { return !t.After(m.now) })
	slices.SortFunc(out, time.Time.Compare)
	return out
}

func (m *model) autoRenew(d *mDomain) {
	at := d.expires
	amount := pricesOf(d.name).renew
	m.happened("autorenew", d)
	m.balance[d.sponsor] -= amount
	d.expires = plusYears(at, 1)
	d.graces = append(d.graces, mGrace{"autoRenewPeriod", at.Add(autoRenewGrace), amount, 1})
	m.tell(d.sponsor, mNotice{about: d.name, at: at, words: "renewed"})
}

func (m *model) lapse(d *mDomain) {
	at := d.report
	m.happened("lapse", d)
	d.report = time.Time{}
	if d.redemption.Before(at) {
		d.redemption = at
	}
	m.tell(d.sponsor, mNotice{about: d.name, at: at, words: "restore"})
}

func (m *model) endRedemption(d *mDomain) {
	m.happened("redemption end", d)
	m.tell(d.sponsor, mNotice{about: d.name, at: d.redemption, words: "redemption"})
	d.redemption = time.Time{}
}

func (m *model) purge(d *mDomain) {
	m.happened("purge", d)
	m.tell(d.sponsor, mNotice{about: d.name, at: d.purge, words: "purged"})
	delete(m.domains, d.name)
}

// replaced is the automatic renewal that a transfer's year takes the place of, if any.
func (d *mDomain) replaced(at time.Time) bool {
	return d.zone.transferYears > 0 && slices.ContainsFunc(d.graces, func(g mGrace) bool {
		return g.kind == "autoRenewPeriod" && g.until.After(at)
	})
}

// completeDomain gives a domain to the registrar that asked for it, and its hosts.
func (m *model) completeDomain(d *mDomain, status string, at time.Time) {
	if status == "serverApproved" {
		m.happened("transfer", d)
	}
	if d.replaced(at) {
		m.happened("renewal replaced", d)
		m.balance[d.sponsor] += pricesOf(d.name).renew
	} else {
		d.expires = plusYears(d.expires, d.zone.transferYears)
	}
	d.graces = []mGrace{{"transferPeriod", at.Add(transferGrace), d.transfer.price, d.zone.transferYears}}
	d.corrected = time.Time{}
	d.transfer.expires = d.expires
	m.hand(&d.mSponsored, status, at)
	for _, h := range m.below(d) {
		h.sponsor, h.transferred = d.sponsor, at
	}
}

func (m *model) completeContact(c *mContact, status string, at time.Time) {
	if status == "serverApproved" {
		m.events["contact transfer"]++
	}
	m.hand(&c.mSponsored, status, at)
}

// hand changes the sponsor; authorization information is good for one transfer.
func (m *model) hand(o *mSponsored, status string, at time.Time) {
	o.transfer.status, o.transfer.due = status, at
	o.sponsor, o.transferred, o.auth = o.transfer.gaining, at, ""
	m.tellTransfer(o, at)
}
