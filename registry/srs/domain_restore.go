package srs

import (
	"context"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
)

// RestoreDomain requests the restore of a deleted domain, or reports on it and so
// completes it (RFC 3915, Section 4.2.5), and charges for it: the price of a restore
// with the request; with the completion what the delete gave back, and the automatic
// renewals that would have come meanwhile. Nobody is asked for a pre-approval: the
// name never went to somebody new. What the registry restores itself is told to the
// sponsor, and goes through whatever the balance.
func (s *SRS) RestoreDomain(ctx context.Context, actor registry.Actor, req registry.DomainRestore) (*registry.Domain, registry.Restoration, error) {
	var d *registry.Domain
	var r registry.Restoration
	err := s.changeDomain(ctx, actor, req.Name, func(_ context.Context, tx *store.Tx, c *domainChange) (err error) {
		d = c.domain
		action := "restore-request"
		if req.Report != nil {
			action = "restore-report"
			r, err = d.ReportRestore(actor, c.zone, req.Report, tx.Now)
		} else {
			r, err = d.RequestRestore(actor, c.zone, tx.Now)
		}
		if err != nil {
			return err
		}
		if r.Done && req.Report == nil {
			action = "restore"
		}
		chargeRestore(tx, c, r)
		if actor.Operator {
			text := d.Name + " was restored by the registry; it expires on " + d.Expires.Format(time.DateOnly)
			if err := tx.NotifyDomain(d, text, registry.Change{Operation: registry.ChangeRestore, Op: restoreOp(req), At: tx.Now}); err != nil {
				return err
			}
		}
		return tx.SaveRestore(c.before, d, req.Report, action)
	})
	return d, r, err
}

// restoreOp names the step of a restore (RFC 8590, Section 2.1).
func restoreOp(req registry.DomainRestore) string {
	if req.Report != nil {
		return "report"
	}
	return "request"
}

// chargeRestore charges the sponsor for a step of a restore.
func chargeRestore(tx *store.Tx, c *domainChange, r registry.Restoration) {
	charge := func(amount int64, reason string, at time.Time) {
		p := posting(c, amount, reason, at)
		p.Forced = tx.Actor.Operator
		tx.Charge(p)
	}
	charge(r.Fee, "restore", tx.Now)
	charge(r.Returned, "restore-returned", tx.Now)
	for _, ev := range r.Renewals {
		charge(ev.Amount, string(ev.Kind), tx.Now)
	}
}
