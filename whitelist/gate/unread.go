package gate

import (
	"context"
	"slices"

	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/store"
	"cadastre/whitelist"
)

// saysWho reports whether a create itself says all that the policies want to know of
// the registrant. Then the contact is not read before the whitelist registry is asked:
// the transaction that writes the registration reads it anyway, and the identifier is
// held against it there.
func saysWho(r srs.Registration, policies []*whitelist.Policy) bool {
	if r.Transfer || r.Person != nil || r.Preapproval.Registrant == "" {
		return false
	}
	return !slices.ContainsFunc(policies, func(p *whitelist.Policy) bool {
		return reads(p.Scope, func(s whitelist.Scope) bool { return s.RegistrantCountry != "" })
	})
}

// askUnread asks with the identifier that was sent. Where that is refused, what is wrong
// with the registrant itself comes first, as if it had been looked at before.
func (a *approval) askUnread(ctx context.Context) error {
	err := a.ask(ctx, identity{id: a.registration.Preapproval.Registrant})
	if err == nil {
		return nil
	}
	y, unknown := a.gate.party(ctx, a.registration)
	if unknown != nil {
		return unknown
	}
	if other := a.mistakes(y); other != nil {
		return other
	}
	return err
}

// confirmUnread holds the locked registrant against the identifier that was asked with.
func (a *approval) confirmUnread(ctx context.Context, tx *store.Tx, c *registry.Contact) error {
	if c == nil {
		return nil
	}
	behind, err := shareBehind(ctx, tx, c)
	if err != nil {
		return err
	}
	return a.mistakes(party{person: srs.PersonBehind(c, behind)})
}

// mistakes refuses an identifier that is not that of the person behind the registrant.
func (a *approval) mistakes(y party) error {
	id, genuine := y.identify(a.registration)
	if genuine.id == "" {
		return nil
	}
	return mistaken(a.policies, a.registration, a.agent, id, genuine)
}
