package srs

import (
	"context"

	"cadastre/registry"
	"cadastre/registry/store"
)

// TransferResult is what a transfer command leads to.
type TransferResult struct {
	registry.TransferView
	// What this command moved on the account of the registrar that asked, in minor
	// units of Currency: charged by a request. Contacts cost nothing.
	Price    int64
	Currency string
	// Zone and Class say which prices hold; Zone is nil for a contact.
	Zone  *registry.Zone
	Class string
}

// TransferDomain carries out a transfer command on a domain (RFC 5731, Sections 3.1.3
// and 3.2.4).
func (s *SRS) TransferDomain(ctx context.Context, actor registry.Actor, cmd registry.TransferCommand) (*TransferResult, error) {
	var out *TransferResult
	var err error
	switch cmd.Op {
	case registry.TransferQueried:
		out, err = s.queryTransfer(ctx, actor, cmd)
	case registry.TransferRequested:
		err = s.asking(func() error {
			out, err = s.requestTransfer(ctx, actor, cmd)
			return err
		})
	default:
		out, err = s.endTransfer(ctx, actor, cmd)
	}
	return out, s.counted(ctx, actor, err)
}

// queryTransfer shows the newest transfer, as of this instant, to the registrars on
// both sides and to whoever brings the authorization information.
func (s *SRS) queryTransfer(ctx context.Context, actor registry.Actor, cmd registry.TransferCommand) (*TransferResult, error) {
	name, err := registry.CanonicalName(cmd.Name, "domain:name")
	if err != nil {
		return nil, err
	}
	z, _, err := s.zoneOf(ctx, name, "domain:name")
	if err != nil {
		return nil, notFoundInstead(err)
	}
	row, _, err := s.store.Domain(ctx, name)
	if err != nil {
		return nil, err
	}
	d, _, exists := row.At(s.Now(), z)
	if !exists {
		return nil, registry.Errorf(registry.KindNotFound, "domain:name", name, "the object does not exist")
	}
	party := actor.Operator || actor.Registrar == d.Registrar || d.Transfer.Party(actor.Registrar)
	switch {
	case !party && cmd.AuthInfo == nil:
		return nil, registry.Errorf(registry.KindAuthorization, "domain:name", name,
			"a transfer is shown to the registrars on both sides, and to others with the authorization information")
	case !party:
		if err := proveDomain(ctx, d, z, *cmd.AuthInfo, s.store.Guesses, s.Now()); err != nil {
			return nil, err
		}
	}
	if d.Transfer == nil {
		return nil, registry.Errorf(registry.KindNotPendingTransfer, "domain:name", name, "no transfer was ever asked for")
	}
	return domainTransfer(d, z), nil
}

// domainTransfer is the result that shows a domain's newest transfer.
func domainTransfer(d *registry.Domain, z *registry.Zone) *TransferResult {
	return &TransferResult{TransferView: d.Transfer.View("domain", d.Name), Currency: z.Prices.Currency, Zone: z, Class: d.Class}
}

// requestTransfer begins a transfer, or carries it out where the zone leaves the losing
// registrar no time. The gaining registrar pays with the request.
func (s *SRS) requestTransfer(ctx context.Context, actor registry.Actor, cmd registry.TransferCommand) (out *TransferResult, err error) {
	if cmd.AuthInfo == nil {
		return nil, registry.Errorf(registry.KindMissing, "domain:authInfo", "", "a request needs the authorization information")
	}
	h, err := s.askGain(ctx, actor, cmd)
	if err != nil {
		return nil, err
	}
	err = s.changeDomain(ctx, actor, cmd.Name, func(ctx context.Context, tx *store.Tx, c *domainChange) error {
		if err := mayGain(ctx, actor, cmd, c, tx.Guesses, tx.Now); err != nil {
			return err
		}
		if err := mayMoveVariants(ctx, tx, c, actor.Registrar); err != nil {
			return err
		}
		price, refund, err := c.domain.RequestTransfer(actor, c.zone, cmd.Period, tx.Now)
		if err != nil {
			return err
		}
		if err := mustOffer(actor, c.zone, c.before.Name, c.before.Class, price); err != nil {
			return err
		}
		if err := h.confirmGain(ctx, tx, c.before); err != nil {
			return err
		}
		if err := useToken(ctx, tx, cmd.Token, "transfer", c.before.Name); err != nil {
			return err
		}
		charge := posting(c, price, registry.TransferCharged, tx.Now)
		charge.Registrar = actor.Registrar
		tx.Charge(charge)
		out = domainTransfer(c.domain, c.zone)
		out.Price = price
		return saveTransfer(ctx, tx, c, refund, "transfer-request")
	})
	return out, err
}

// saveTransfer writes a domain whose transfer began or ended: what the losing registrar
// gets back, the hosts that follow, and the messages to both.
func saveTransfer(ctx context.Context, tx *store.Tx, c *domainChange, losing int64, action string) error {
	tx.Refund(posting(c, losing, registry.ReplacedByTransfer, tx.Now))
	if c.domain.Registrar != c.before.Registrar {
		if err := tx.FollowHosts(ctx, c.domain, tx.Now); err != nil {
			return err
		}
	}
	if err := keepVariantsTogether(ctx, tx, c); err != nil {
		return err
	}
	tx.NotifyTransfer(c.domain.Transfer.View("domain", c.domain.Name), tx.Now)
	return tx.SaveDomain(c.before, c.domain, store.References{}, action)
}

// endTransfer approves, rejects or cancels a transfer. What the gaining registrar paid
// for one that does not happen goes back.
func (s *SRS) endTransfer(ctx context.Context, actor registry.Actor, cmd registry.TransferCommand) (out *TransferResult, err error) {
	to := cmd.Op.Outcome(actor)
	if to == "" {
		return nil, registry.Errorf(registry.KindValue, "op", string(cmd.Op), "request, query, approve, reject or cancel")
	}
	err = s.changeDomain(ctx, actor, cmd.Name, func(ctx context.Context, tx *store.Tx, c *domainChange) error {
		gaining, losing, err := c.domain.EndTransfer(actor, c.zone, to, tx.Now)
		if err != nil {
			return err
		}
		g := guarded{c.before.ID, "domain:pw", c.before.AuthInfo}
		if err := g.confirm(ctx, actor, c.before.Registrar, cmd.AuthInfo, tx); err != nil {
			return err
		}
		back := posting(c, gaining, registry.TransferReturned, tx.Now)
		back.Registrar = c.domain.Transfer.Gaining
		tx.Refund(back)
		out = domainTransfer(c.domain, c.zone)
		return saveTransfer(ctx, tx, c, losing, "transfer-"+string(cmd.Op))
	})
	return out, err
}
