package registry

import (
	"slices"
	"strings"
	"time"
)

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
		if !slices.Contains(out, RGPStatus(g.Kind)) {
			out = append(out, RGPStatus(g.Kind))
		}
	}
	return out
}

// DomainRestore is a request to restore a deleted domain (RFC 3915, Section 4.2.5),
// with a report or without.
type DomainRestore struct {
	Name   string
	Report *RestoreReport
}

// RestoreReport is what a registrar states of a restore (RFC 3915, Section 4.2.5). It
// is kept and believed: nothing in it is compared with the registry's own data.
type RestoreReport struct {
	PreData    string       `json:"pre_data"`
	PostData   string       `json:"post_data"`
	Deleted    time.Time    `json:"deleted"`
	Requested  time.Time    `json:"requested"`
	Reason     StatusText   `json:"reason"`
	Statements []StatusText `json:"statements"`
	Other      string       `json:"other,omitempty"`
}

// maxReport bounds the texts of one report, in octets: a registration's data twice.
const maxReport = 32 << 10

// Check refuses a report that says nothing where it must (2003), or too much (2306).
func (r *RestoreReport) Check() error {
	size := len(r.PreData) + len(r.PostData) + len(r.Reason.Text) + len(r.Other)
	if len(r.Statements) == 0 { // one may hold both
		return Errorf(KindMissing, "rgp:statement", "", "a restore report makes two statements: that the name is not restored to use or sell it, and that the report is true (RFC 3915, Section 4.2.5)")
	}
	texts := []struct{ name, text string }{{"preData", r.PreData}, {"postData", r.PostData}, {"resReason", r.Reason.Text}}
	for _, st := range r.Statements {
		size += len(st.Text)
		texts = append(texts, struct{ name, text string }{"statement", st.Text})
	}
	for _, x := range texts {
		if strings.TrimSpace(x.text) == "" {
			return Errorf(KindMissing, "rgp:"+x.name, "", "a restore report needs it")
		}
	}
	if size > maxReport {
		return Errorf(KindParamPolicy, "rgp:report", "", "a restore report has at most %d octets of text", maxReport)
	}
	return nil
}

// Restoration is what a step of a restore leads to; amounts are minor units that the
// sponsor pays.
type Restoration struct {
	Done     bool    // the domain is what it was before the delete; else the report is awaited
	Fee      int64   // the price of a restore
	Returned int64   // what the delete gave back
	Renewals []Event // automatic renewals of the years that ended meanwhile
}

// Price is all that the sponsor pays for the step.
func (r Restoration) Price() int64 {
	sum := r.Fee + r.Returned
	for _, ev := range r.Renewals {
		sum += ev.Amount
	}
	return sum
}

// RequestRestore begins to undo a delete (RFC 3915, Section 2, step 4), or undoes it
// at once where the zone wants no report. The registry itself restores at once,
// within the same time, and charges no fee for what was its own decision.
func (d *Domain) RequestRestore(actor Actor, z *Zone, now time.Time) (Restoration, error) {
	if err := actor.owns(d.Registrar, "domain:name", d.Name); err != nil {
		return Restoration{}, err
	}
	switch {
	case !d.Deleted():
		return Restoration{}, Errorf(KindStatus, "domain:name", d.Name, "the domain is not deleted, so there is nothing to restore")
	case d.Final:
		return Restoration{}, Errorf(KindStatus, "domain:name", d.Name, "the registry deleted the domain irrevocably: it cannot be restored")
	case !d.RestoreDue.IsZero() && !actor.Operator:
		return Restoration{}, Errorf(KindStatus, "domain:name", d.Name, "a restore was requested: its report is awaited until %s", d.RestoreDue.Format(time.RFC3339))
	case d.RedeemUntil.IsZero():
		return Restoration{}, Errorf(KindStatus, "domain:name", d.Name, "the redemption period is over: the domain is purged on %s", d.PurgeAt.Format(time.RFC3339))
	}
	if actor.Operator {
		return d.restore(actor, z, now), nil
	}
	fee := z.PricesAt(d.Class, now).Restore
	if wait := z.Periods.RestoreReport.D(); wait > 0 {
		d.awaitReport(now.Add(wait))
		d.touch(actor, now)
		return Restoration{Fee: fee}, nil
	}
	r := d.restore(actor, z, now)
	r.Fee = fee
	return r, nil
}

// awaitReport stops the course of the deletion until the instant due. Should the
// wait outlast redemption, the purge is put off by as much: what follows a lapse is
// never shorter than it was to be, and whoever looks at PurgeAt alone does not take
// the name to be free.
func (d *Domain) awaitReport(due time.Time) {
	d.RestoreDue = due
	if late := due.Sub(d.RedeemUntil); late > 0 {
		d.PurgeAt = d.PurgeAt.Add(late)
	}
}

// ReportRestore completes a restore (RFC 3915, Section 2, step 7): the domain is what
// it was before the delete, without grace periods. A report of a restore that it
// completed may be followed by corrected ones, which change nothing (Section 4.2.5).
func (d *Domain) ReportRestore(actor Actor, z *Zone, r *RestoreReport, now time.Time) (Restoration, error) {
	if err := actor.owns(d.Registrar, "domain:name", d.Name); err != nil {
		return Restoration{}, err
	}
	if err := r.Check(); err != nil {
		return Restoration{}, err
	}
	switch {
	case !d.RestoreDue.IsZero():
		until := d.RestoreDue
		done := d.restore(actor, z, now)
		d.ReportUntil = until
		return done, nil
	case !d.Deleted() && d.ReportUntil.After(now):
		d.touch(actor, now)
		return Restoration{Done: true}, nil
	case d.Final:
		return Restoration{}, Errorf(KindStatus, "domain:name", d.Name, "the registry deleted the domain irrevocably: it cannot be restored")
	case d.Deleted() && d.RedeemUntil.IsZero():
		return Restoration{}, Errorf(KindStatus, "domain:name", d.Name, "the redemption period is over: the domain is purged on %s", d.PurgeAt.Format(time.RFC3339))
	}
	return Restoration{}, Errorf(KindStatus, "domain:name", d.Name, "no restore was requested, or its report came too late: there is nothing to report")
}

// restore makes the domain what it would be, had it not been deleted.
func (d *Domain) restore(actor Actor, z *Zone, now time.Time) Restoration {
	r := Restoration{Done: true, Returned: d.Refunded}
	d.RedeemUntil, d.RestoreDue, d.PurgeAt, d.Refunded = time.Time{}, time.Time{}, time.Time{}, 0
	for !d.Expires.After(now) {
		r.Renewals = append(r.Renewals, Event{AutoRenewed, d.Expires, z.PricesAt(d.Class, d.Expires).Renew})
		d.Expires = AddYears(d.Expires, 1)
	}
	d.touch(actor, now)
	return r
}

// lapseRestore returns the domain to redemption because no report came (RFC 3915,
// Section 2, step 6). Redemption ends when it would have ended, or now.
func (d *Domain) lapseRestore() {
	if d.RedeemUntil.Before(d.RestoreDue) {
		d.RedeemUntil = d.RestoreDue
	}
	d.RestoreDue = time.Time{}
}
