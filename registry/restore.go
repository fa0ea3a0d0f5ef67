package registry

import "time"

// RGPStatus is a value of rgpStatus (RFC 3915, Section 3.1).
type RGPStatus string

// The values beyond the grace periods.
const (
	RGPRedemption     RGPStatus = "redemptionPeriod"
	RGPPendingRestore RGPStatus = "pendingRestore"
	RGPPendingDelete  RGPStatus = "pendingDelete"
)

// RGPStatuses lists the domain's grace period statuses, each once, oldest first.
func (d *Domain) RGPStatuses() []RGPStatus {
	switch {
	case !d.RestoreDue.IsZero():
		return []RGPStatus{RGPPendingRestore}
	case !d.RedeemUntil.IsZero():
		return []RGPStatus{RGPRedemption}
	case d.Deleted():
		return []RGPStatus{RGPPendingDelete}
	}
	var out []RGPStatus
	for _, g := range d.Graces {
		if len(out) == 0 || out[len(out)-1] != RGPStatus(g.Kind) {
			out = append(out, RGPStatus(g.Kind))
		}
	}
	return out
}

// RequestRestore begins to undo a delete (RFC 3915, Section 2, step 4), or undoes
// it at once where the zone wants no report. It returns what the registrar pays:
// the price of a restore, and when it is done at once what ReportRestore returns.
func (d *Domain) RequestRestore(actor Actor, z *Zone, now time.Time) (price int64, err error) {
	if err := actor.owns(d.Registrar, "domain:name", d.Name); err != nil {
		return 0, err
	}
	switch {
	case !d.Deleted():
		return 0, Errorf(KindStatus, "domain:name", d.Name, "the domain is not deleted, so there is nothing to restore")
	case d.Final:
		return 0, Errorf(KindStatus, "domain:name", d.Name, "the registry deleted the domain irrevocably: it cannot be restored")
	case !d.RestoreDue.IsZero():
		return 0, Errorf(KindStatus, "domain:name", d.Name, "a restore was requested: its report is awaited until %s", d.RestoreDue.Format(time.RFC3339))
	case d.RedeemUntil.IsZero():
		return 0, Errorf(KindStatus, "domain:name", d.Name, "the redemption period is over: the domain is purged on %s", d.PurgeAt.Format(time.RFC3339))
	}
	price = z.PricesAt(d.Class, now).Restore
	if wait := z.Periods.RestoreReport.D(); wait > 0 {
		d.RestoreDue = now.Add(wait)
		d.touch(actor, now)
		return price, nil
	}
	return price + d.restore(actor, z, now), nil
}

// ReportRestore completes a restore (RFC 3915, Section 2, step 7): the domain is
// what it was before the delete. It returns what the registrar pays: what the delete
// gave back, and the renewals of the years that ended meanwhile.
func (d *Domain) ReportRestore(actor Actor, z *Zone, now time.Time) (price int64, err error) {
	if err := actor.owns(d.Registrar, "domain:name", d.Name); err != nil {
		return 0, err
	}
	if d.RestoreDue.IsZero() {
		return 0, Errorf(KindStatus, "domain:name", d.Name, "no restore was requested, so there is nothing to report")
	}
	return d.restore(actor, z, now), nil
}

func (d *Domain) restore(actor Actor, z *Zone, now time.Time) (price int64) {
	price = d.Refunded
	d.RedeemUntil, d.RestoreDue, d.PurgeAt, d.Refunded = time.Time{}, time.Time{}, time.Time{}, 0
	for !d.Expires.After(now) {
		price += z.PricesAt(d.Class, d.Expires).Renew
		d.Expires = AddYears(d.Expires, 1)
	}
	d.touch(actor, now)
	return price
}

// lapseRestore returns the domain to redemption because no report came (RFC 3915,
// Section 2, step 6). Redemption ends when it would have ended, and the purge is
// never nearer than the zone's pending delete period.
func (d *Domain) lapseRestore(z *Zone) {
	at := d.RestoreDue
	d.RestoreDue = time.Time{}
	if d.RedeemUntil.After(at) {
		return
	}
	d.RedeemUntil = at
	if earliest := at.Add(z.Periods.PendingDelete.D()); d.PurgeAt.Before(earliest) {
		d.PurgeAt = earliest
	}
}
