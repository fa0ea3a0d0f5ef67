package srs

import (
	"context"

	"cadastre/registry"
	"cadastre/registry/store"
)

// handover is what was asked about an update that gives a name another registrant.
// nil: nothing binds the name, whoever has it.
type handover struct {
	asked                 bool // false: it looked as if the update would be refused, or leave the registrant
	registrar, registrant string
	approval              Approval
}

// askHandover asks for the pre-approval of an update that changes the registrant of
// a name that some policy may bind. What the rules refuse anyway is not asked about.
func (s *SRS) askHandover(ctx context.Context, actor registry.Actor, u registry.DomainUpdate) (*handover, error) {
	if s.preapproval == nil || u.Registrant == nil {
		return nil, nil
	}
	bound, err := s.preapproval.Bound(ctx)
	if err != nil || bound == nil {
		return nil, err
	}
	name, err := registry.CanonicalName(u.Name, "domain:name")
	if err != nil || (!actor.Operator && !bound(name, actor.Registrar)) {
		return nil, nil // refused later; or, unless it is somebody else's, unbound
	}
	h := &handover{}
	before, after, err := s.foresee(ctx, actor, name, u)
	if err != nil || after == nil || after.Registrant == before.Registrant {
		return h, err
	}
	if !bound(name, before.Registrar) {
		return nil, nil
	}
	h.asked, h.registrar, h.registrant = true, before.Registrar, before.Registrant
	h.approval, err = s.askTransfer(ctx, actor, before, before.Registrar, after.Registrant)
	return h, err
}

// foresee reads a domain outside any transaction, and what an update would make of
// it; nil for both where the update would be refused.
func (s *SRS) foresee(ctx context.Context, actor registry.Actor, name string, u registry.DomainUpdate) (before, after *registry.Domain, err error) {
	z, _, err := s.zoneOf(ctx, name, "domain:name")
	if err != nil {
		return nil, nil, refusedLater(err)
	}
	row, _, err := s.store.Domain(ctx, name)
	if err != nil {
		return nil, nil, refusedLater(err)
	}
	now := s.Now()
	before, _, exists := row.At(now, z)
	if !exists {
		return nil, nil, nil
	}
	changed := *before
	if changed.Update(actor, z, u, now) != nil {
		return nil, nil, nil
	}
	return before, &changed, nil
}

// refusedLater leaves a refusal to the transaction that would do the work, and keeps
// faults.
func refusedLater(err error) error {
	if _, ok := err.(*registry.Error); ok {
		return nil
	}
	return err
}

// confirm holds a change of registrant against what was asked. before is the locked
// domain as it was.
func (h *handover) confirm(ctx context.Context, tx *store.Tx, before *registry.Domain, registrant *registry.Contact) error {
	if h == nil {
		return nil
	}
	if !h.asked || h.registrar != before.Registrar || h.registrant != before.Registrant {
		return ErrAskAgain
	}
	return confirm(ctx, tx, h.approval, registrant)
}
