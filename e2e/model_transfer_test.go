package e2e

import (
	"time"
)

// requestDomain is a transfer request; auth nil is none, years 0 no period.
func (m *model) requestDomain(who, name string, auth *string, years int) (v verdict) {
	d := m.domains[name]
	switch {
	case auth == nil: // said before anything is looked up
		v.refuse(true, 2003)
		v.refuse(d == nil, 2303)
		return v
	case d == nil:
		return unknown()
	}
	v.ok = 1001
	v.refuse(d.sponsor == who, 2106)
	v.refuse(d.pending(), 2300)
	v.refuse(d.deleted() || d.has("clientTransferProhibited"), 2304)
	v.refuse(years != 0 && years != d.zone.transferYears, 2306)
	at, last := d.foreseen(m.now)
	v.refuse(d.zone.transferYears > 0 && last.After(plusYears(m.now, maxYears)), 2306)
	if d.sponsor != who {
		v.proves(&d.mSponsored, *auth)
	}
	amount := pricesOf(name).transfer * int64(d.zone.transferYears)
	v.pays(m, who, amount)
	v.then = func(now time.Time) {
		m.balance[who] -= amount
		m.ask(&d.mSponsored, who, now, amount)
		if d.zone.transferYears > 0 {
			d.transfer.expires = at
		}
		m.tellTransfer(&d.mSponsored, now)
	}
	return v
}

// foreseen is when the registration ends if nobody answers, and the latest end that
// any approval can lead to.
func (d *mDomain) foreseen(now time.Time) (byItself, latest time.Time) {
	due := now.Add(transferWindow)
	end := func(at time.Time) time.Time {
		if d.expires.Before(at) { // renewed meanwhile, which the transfer's year replaces
			return plusYears(d.expires, 1)
		}
		if d.replaced(at) {
			return d.expires
		}
		return plusYears(d.expires, d.zone.transferYears)
	}
	byItself, latest = end(due), end(now)
	if byItself.After(latest) {
		latest = byItself
	}
	return byItself, latest
}

func (m *model) answerDomain(who, name, op string) (v verdict) {
	d := m.domains[name]
	if d == nil {
		return unknown()
	}
	v.ok = 1000
	status := v.answer(&d.mSponsored, op, who)
	v.then = func(at time.Time) {
		if op == "approve" {
			m.completeDomain(d, status, at)
		} else {
			m.balance[d.transfer.gaining] += d.transfer.price
			m.undo(&d.mSponsored, status, at)
		}
		d.touch(who, at)
	}
	return v
}

// undo ends a transfer that does not happen.
func (m *model) undo(o *mSponsored, status string, at time.Time) {
	o.transfer.status, o.transfer.due, o.transfer.expires = status, at, time.Time{}
	m.tellTransfer(o, at)
}

// query shows the newest transfer to both sides, and to whoever has the authInfo.
func (v *verdict) query(o *mSponsored, who string, auth *string) {
	party := who == o.sponsor || o.transfer != nil && (who == o.transfer.gaining || who == o.transfer.losing)
	switch {
	case !party && auth == nil:
		v.refuse(true, 2201)
	case !party:
		v.proves(o, *auth)
	}
	v.refuse(o.transfer == nil, 2301)
	v.ok = 1000
}

func (m *model) queryDomain(who, name string, auth *string) (v verdict) {
	d := m.domains[name]
	if d == nil {
		return unknown()
	}
	v.query(&d.mSponsored, who, auth)
	return v
}

func (m *model) requestRestore(who, name string) (v verdict) {
	d := m.domains[name]
	if d == nil {
		return unknown()
	}
	v.ok = 1000
	v.own(&d.mSponsored, who)
	v.refuse(!d.deleted() || d.final || !d.report.IsZero() || d.redemption.IsZero(), 2304)
	v.pays(m, who, pricesOf(name).restore)
	v.then = func(at time.Time) {
		m.balance[who] -= v.cost
		d.report = at.Add(reportTime)
		if late := d.report.Sub(d.redemption); late > 0 {
			d.purge = d.purge.Add(late)
		}
		d.touch(who, at)
	}
	return v
}

func (m *model) reportRestore(who, name string) (v verdict) {
	d := m.domains[name]
	if d == nil {
		return unknown()
	}
	v.ok = 1000
	v.own(&d.mSponsored, who)
	v.refuse(d.report.IsZero() && d.corrected.IsZero(), 2304)
	if !d.report.IsZero() {
		v.pays(m, who, d.owed(m.now))
	}
	v.then = func(at time.Time) {
		if !d.report.IsZero() {
			d.corrected = d.report
			m.restore(d, at)
		}
		d.touch(who, at)
	}
	return v
}

// owed is what the delete gave back, and the renewals that it kept from happening.
func (d *mDomain) owed(at time.Time) int64 {
	amount := d.refunded
	for end := d.expires; !end.After(at); end = plusYears(end, 1) {
		amount += pricesOf(d.name).renew
	}
	return amount
}

// restore makes a domain what it would be without the delete.
func (m *model) restore(d *mDomain, at time.Time) {
	m.balance[d.sponsor] -= d.owed(at)
	for !d.expires.After(at) {
		m.happened("restore across the end", d)
		d.expires = plusYears(d.expires, 1)
	}
	d.redemption, d.purge, d.report, d.refunded = time.Time{}, time.Time{}, time.Time{}, 0
}
