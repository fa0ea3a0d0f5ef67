package srs

import (
	"context"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
)

// mayGain refuses whoever may not ask for a domain: its sponsor with 2106, who does not
// bring the authorization information with 2202.
func mayGain(ctx context.Context, actor registry.Actor, cmd registry.TransferCommand, c *domainChange, read guesses, now time.Time) error {
	if actor.Registrar == "" {
		return registry.Errorf(registry.KindAuthorization, "domain:name", c.before.Name, "a registrar asks for a transfer")
	}
	if actor.Registrar == c.before.Registrar {
		return registry.Errorf(registry.KindNotTransferable, "domain:name", c.before.Name, "the registrar sponsors the domain already")
	}
	return proveDomain(ctx, c.before, c.zone, *cmd.AuthInfo, read, now)
}

// askGain asks for the pre-approval of a transfer of a name that some policy may bind
// under its new registrar: a transfer must not be a way around pre-approval. What the
// rules refuse anyway is not asked about.
func (s *SRS) askGain(ctx context.Context, actor registry.Actor, cmd registry.TransferCommand) (*handover, error) {
	if s.preapproval == nil {
		return nil, nil
	}
	bound, err := s.preapproval.Bound(ctx)
	if err != nil || bound == nil {
		return nil, err
	}
	name, err := registry.CanonicalName(cmd.Name, "domain:name")
	if err != nil || !bound(name, actor.Registrar) {
		return nil, nil // refused later, or unbound
	}
	h := &handover{}
	d, err := s.foreseeGain(ctx, actor, name, cmd)
	if err != nil || d == nil {
		return h, err
	}
	h.asked, h.registrar, h.registrant = true, d.Registrar, d.Registrant
	h.approval, err = s.askTransfer(ctx, actor, d, actor.Registrar, d.Registrant)
	return h, err
}

// confirmGain holds a transfer, which leaves the registrant, against what was asked.
func (h *handover) confirmGain(ctx context.Context, tx *store.Tx, before *registry.Domain) error {
	if h == nil {
		return nil
	}
	refs, err := tx.LockReferences(ctx, nil, present(before.Registrant))
	if err != nil {
		return err
	}
	return h.confirm(ctx, tx, before, refs.Contacts[before.Registrant])
}

// foreseeGain reads a domain outside any transaction; nil where the request would be
// refused.
func (s *SRS) foreseeGain(ctx context.Context, actor registry.Actor, name string, cmd registry.TransferCommand) (*registry.Domain, error) {
	z, _, err := s.zoneOf(ctx, name, "domain:name")
	if err != nil {
		return nil, refusedLater(err)
	}
	row, _, err := s.store.Domain(ctx, name)
	if err != nil {
		return nil, refusedLater(err)
	}
	now := s.Now()
	d, _, exists := row.At(now, z)
	if !exists {
		return nil, nil
	}
	c := &domainChange{zone: z, before: d}
	if err := mayGain(ctx, actor, cmd, c, s.store.Guesses, now); err != nil {
		return nil, foreseen(err)
	}
	after := *d
	if _, _, err := after.RequestTransfer(actor, z, cmd.Period, now); err != nil {
		return nil, nil
	}
	return d, nil
}

// foreseen leaves a refusal, or a wrong guess, to the transaction, and keeps faults.
func foreseen(err error) error {
	if _, ok := err.(*wrongGuess); ok {
		return nil
	}
	return refusedLater(err)
}
