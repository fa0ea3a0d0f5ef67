package srs

import (
	"context"
	"crypto/rand"
	"math/big"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
)

// DeleteDomain deletes a domain: gone at once in the add grace period, else in
// redemption (RFC 3915). Running grace periods are refunded.
func (s *SRS) DeleteDomain(ctx context.Context, actor registry.Actor, name string) (gone bool, err error) {
	_, del, err := s.RemoveDomain(ctx, actor, registry.DomainDelete{Name: name})
	return del.Gone, err
}

// RemoveDomain is DeleteDomain with what the registry itself may ask for. What it
// deletes is told to the sponsor, with the reason.
func (s *SRS) RemoveDomain(ctx context.Context, actor registry.Actor, req registry.DomainDelete) (*registry.Domain, registry.Deletion, error) {
	var d *registry.Domain
	var del registry.Deletion
	err := s.changeDomain(ctx, actor, req.Name, func(ctx context.Context, tx *store.Tx, c *domainChange) error {
		spread, err := drawn(c.zone.Periods.PurgeSpread.D())
		if err != nil {
			return err
		}
		d = c.domain
		if del, err = d.Delete(actor, c.zone, req, spread, tx.Now); err != nil {
			return err
		}
		if len(c.subordinates) > 0 {
			use, err := tx.SubordinateUse(ctx, c.before)
			if err != nil {
				return err
			}
			return registry.HasSubordinates(c.before.Name, use)
		}
		tx.Refund(posting(c, del.Refund, "delete", tx.Now))
		tellCancelled(tx, c, del.Cancelled)
		if actor.Operator {
			if err := tellDeleted(tx, c, del, req.Reason); err != nil {
				return err
			}
		}
		if del.Gone {
			return tx.PurgeDomain(d, c.before.InZone(), "delete", tx.Now)
		}
		return tx.SaveDomain(c.before, d, store.References{}, "delete")
	})
	return d, del, err
}

// tellCancelled gives the gaining registrar of a transfer that a delete ended its money
// back, and tells both registrars; nil for none.
func tellCancelled(tx *store.Tx, c *domainChange, t *registry.Transfer) {
	if t == nil {
		return
	}
	back := posting(c, t.Charged, registry.TransferReturned, tx.Now)
	back.Registrar = t.Gaining
	tx.Refund(back)
	tx.NotifyTransfer(t.View("domain", c.domain.Name), tx.Now)
}

// drawn draws a length of time below max evenly, in microseconds, so that nobody can
// tell when a name will be free before its registry says so; 0 when max is.
func drawn(max time.Duration) (time.Duration, error) {
	steps := int64(max / time.Microsecond)
	if steps <= 0 {
		return 0, nil
	}
	n, err := rand.Int(rand.Reader, big.NewInt(steps))
	if err != nil {
		return 0, err
	}
	return time.Duration(n.Int64()) * time.Microsecond, nil
}

// tellDeleted tells the sponsor of a delete by the registry: of the domain as it is now,
// or as it was where it is gone.
func tellDeleted(tx *store.Tx, c *domainChange, del registry.Deletion, reason string) error {
	text := deletedText(c.domain, del, reason)
	if del.Gone {
		return tx.NotifyDomain(c.before, text, registry.Change{Operation: registry.ChangeDelete, Op: registry.OpPurge, At: tx.Now, Before: true})
	}
	return tx.NotifyDomain(c.domain, text, registry.Change{Operation: registry.ChangeDelete, At: tx.Now})
}

// deletedText tells the sponsor of a delete by the registry.
func deletedText(d *registry.Domain, del registry.Deletion, reason string) string {
	text := d.Name + " was deleted by the registry"
	switch {
	case del.Gone:
		text += " and is free"
	case d.RedeemUntil.IsZero():
		text += " irrevocably: it cannot be restored and is purged on " + d.PurgeAt.Format(time.RFC3339)
	default:
		text += "; it can be restored until " + d.RedeemUntil.Format(time.RFC3339)
	}
	if reason != "" {
		text += ": " + reason
	}
	return text
}
