package registry

import (
	"slices"
	"time"
)

// AddYears adds whole years to an instant. 29 February becomes 28 February in a
// year without one, so an anniversary never moves into March.
func AddYears(t time.Time, years int) time.Time {
	out := t.AddDate(years, 0, 0)
	if out.Day() != t.Day() {
		out = out.AddDate(0, 0, -out.Day())
	}
	return out
}

// EventKind says what fell due.
type EventKind string

// The events of a domain's lifecycle that nobody commands.
const (
	AutoRenewed   EventKind = "autorenew"
	Transferred   EventKind = "transfer"       // the losing registrar did not answer in time
	RestoreLapsed EventKind = "restore-lapsed" // no report came in time
	RedemptionEnd EventKind = "redemption-end"
	Purged        EventKind = "purge"
)

// Event is something that fell due at an instant.
type Event struct {
	Kind   EventKind
	At     time.Time
	Amount int64 // minor units: charged (AutoRenewed), or given back to the losing registrar (Transferred)
}

// At projects the domain to now: a pure function of the row, the zone's settings
// and the instant, so no answer depends on a sweep having run. It returns the
// state, the events since the row was written in order, and whether the domain
// still exists. The receiver is left alone.
func (d *Domain) At(now time.Time, z *Zone) (state *Domain, events []Event, exists bool) {
	out := *d
	out.Graces = slices.Clone(d.Graces)
	for kind, at := out.next(); !at.After(now); kind, at = out.next() {
		ev := Event{Kind: kind, At: at}
		out.Graces = running(out.Graces, at)
		switch kind {
		case AutoRenewed:
			ev.Amount = out.autoRenew(z)
		case Transferred:
			ev.Amount = out.completeTransfer(ServerApproved, at, z)
		case RestoreLapsed:
			out.lapseRestore()
		case RedemptionEnd:
			out.RedeemUntil = time.Time{}
		}
		events = append(events, ev)
		if kind == Purged {
			return &out, events, false
		}
	}
	out.Graces = running(out.Graces, now)
	return &out, events, true
}

// running drops the grace periods that have ended by now.
func running(graces []Grace, now time.Time) []Grace {
	return slices.DeleteFunc(graces, func(g Grace) bool { return !g.Until.After(now) })
}

// autoRenew renews for a year at the instant of expiry and returns the price.
func (d *Domain) autoRenew(z *Zone) (price int64) {
	at := d.Expires
	price = z.PricesAt(d.Class, at).Renew
	if grace := z.Periods.AutoRenewGrace.D(); grace > 0 {
		d.Graces = append(slices.Clone(d.Graces), Grace{AutoRenewPeriod, at.Add(grace), price, 1})
	}
	d.Expires = AddYears(at, 1)
	return price
}

// Renew extends the registration (RFC 5731, Section 3.2.3). curExp is the
// current expiry date the client knows. It returns the years bought.
func (d *Domain) Renew(actor Actor, z *Zone, curExp time.Time, p Period, now time.Time) (years int, err error) {
	if err := actor.owns(d.Registrar, "domain:name", d.Name); err != nil {
		return 0, err
	}
	if d.Deleted() {
		return 0, prohibited(PendingDelete, "domain")
	}
	if d.Transfer.Pending() {
		return 0, prohibited(PendingTransfer, "domain")
	}
	for _, st := range []Status{ClientRenewProhibited, ServerRenewProhibited} {
		if !actor.Operator && d.Statuses.Has(st) {
			return 0, prohibited(st, "domain")
		}
	}
	const day = "2006-01-02"
	if given := curExp.UTC().Format(day); given != d.Expires.UTC().Format(day) {
		return 0, Errorf(KindRange, "domain:curExpDate", given, "the domain expires on %s", d.Expires.UTC().Format(day))
	}
	if years, err = p.Years(z.Policy.MaxYears, "domain:period"); err != nil {
		return 0, err
	}
	expires := AddYears(d.Expires, years)
	if expires.After(AddYears(now, z.Policy.MaxYears)) {
		return 0, Errorf(KindNotRenewable, "domain:name", d.Name,
			"the registration would end on %s, more than %d years from now", expires.UTC().Format(day), z.Policy.MaxYears)
	}
	d.Expires = expires
	if grace := z.Periods.RenewGrace.D(); grace > 0 {
		d.Graces = append(slices.Clone(d.Graces), Grace{RenewPeriod, now.Add(grace), z.PricesAt(d.Class, now).Renew * int64(years), years})
	}
	d.touch(actor, now)
	return years, nil
}

// touch records who changed the row and when.
func (d *Domain) touch(actor Actor, now time.Time) {
	d.Updated, d.UpdatedBy = now, actor.ID()
	d.Version++
}
