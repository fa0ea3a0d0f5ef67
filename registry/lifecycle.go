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
	RedemptionEnd EventKind = "redemption-end"
	Purged        EventKind = "purge"
)

// Event is something that fell due at an instant.
type Event struct {
	Kind   EventKind
	At     time.Time
	Amount int64 // minor units charged (AutoRenewed)
}

// At projects the domain to now: a pure function of the row, the zone's settings
// and the instant, so no answer depends on a sweep having run. It returns the
// state, the events since the row was written in order, and whether the domain
// still exists. The receiver is left alone.
func (d *Domain) At(now time.Time, z *Zone) (state *Domain, events []Event, exists bool) {
	out := *d
	for !out.Deleted() && !out.Expires.After(now) {
		ev := Event{Kind: AutoRenewed, At: out.Expires, Amount: z.Prices.Renew}
		events = append(events, ev)
		if grace := z.Periods.AutoRenewGrace.D(); grace > 0 {
			out.Graces = append(slices.Clone(out.Graces), Grace{AutoRenewPeriod, ev.At.Add(grace), ev.Amount})
		}
		out.Expires = AddYears(out.Expires, 1)
	}
	if out.Deleted() && !out.RedeemUntil.IsZero() && !out.RedeemUntil.After(now) {
		events = append(events, Event{Kind: RedemptionEnd, At: out.RedeemUntil})
		out.RedeemUntil = time.Time{}
	}
	out.Graces = slices.DeleteFunc(slices.Clone(out.Graces), func(g Grace) bool { return !g.Until.After(now) })
	if out.Deleted() && !out.PurgeAt.After(now) {
		return &out, append(events, Event{Kind: Purged, At: out.PurgeAt}), false
	}
	return &out, events, true
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
		d.Graces = append(slices.Clone(d.Graces), Grace{RenewPeriod, now.Add(grace), z.Prices.Renew * int64(years)})
	}
	d.touch(actor, now)
	return years, nil
}

// Deletion is what a delete leads to.
type Deletion struct {
	Gone   bool  // purged at once; else redemption and pending delete follow
	Refund int64 // minor units given back for running grace periods
}

// Delete deletes the domain (RFC 5731, Section 3.2.2): at once within the add
// grace period, else it enters redemption (RFC 3915). subordinates are host
// objects below the domain; while there are any, the delete is refused.
func (d *Domain) Delete(actor Actor, z *Zone, subordinates []string, now time.Time) (Deletion, error) {
	if err := actor.owns(d.Registrar, "domain:name", d.Name); err != nil {
		return Deletion{}, err
	}
	if d.Deleted() {
		return Deletion{}, prohibited(PendingDelete, "domain")
	}
	for _, st := range []Status{ClientDeleteProhibited, ServerDeleteProhibited} {
		if !actor.Operator && d.Statuses.Has(st) {
			return Deletion{}, prohibited(st, "domain")
		}
	}
	if len(subordinates) > 0 {
		return Deletion{}, Errorf(KindAssociation, "domain:name", d.Name,
			"host objects are subordinate to the domain: %s", listed(subordinates))
	}
	var del Deletion
	for _, g := range d.Graces {
		del.Refund += g.Amount
		del.Gone = del.Gone || g.Kind == AddPeriod
	}
	if z.Periods.Redemption.D()+z.Periods.PendingDelete.D() == 0 {
		del.Gone = true
	}
	if !del.Gone {
		if r := z.Periods.Redemption.D(); r > 0 {
			d.RedeemUntil = now.Add(r)
		}
		d.PurgeAt = now.Add(z.Periods.Redemption.D() + z.Periods.PendingDelete.D())
		d.Graces = nil
	}
	d.touch(actor, now)
	return del, nil
}

// touch records who changed the row and when.
func (d *Domain) touch(actor Actor, now time.Time) {
	d.Updated, d.UpdatedBy = now, actor.ID()
	d.Version++
}
