package desk

import (
	"context"

	"cadastre/registry"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// Bounds of one list of applications.
const (
	defaultListed = 100
	maxListed     = 1000
)

// Applications lists applications, oldest first, for the operator or a verifier
// (its own policies only).
func (d *Desk) Applications(ctx context.Context, actor registry.Actor, f ApplicationFilter) ([]*Application, error) {
	q := wlstore.ApplicationFilter{Policy: f.Policy, Target: f.Target, Limit: f.Limit}
	switch {
	case actor.Operator:
	case actor.Verifier:
		q.Account = actor.Registrar
	default:
		return nil, registry.Errorf(registry.KindAuthorization, "", "", "the operator and verifiers list applications")
	}
	switch f.Status {
	case "":
	case StatusPending:
		q.State = wlstore.Held
	case StatusApproved:
		q.State = wlstore.Approved
	case StatusDenied:
		q.State = wlstore.Denied
	default:
		return nil, registry.Errorf(registry.KindValue, "status", f.Status, "a status is pending, approved or denied")
	}
	if f.Target != "" {
		var err error
		if q.Target, err = registry.CanonicalName(f.Target, "target"); err != nil {
			return nil, err
		}
	}
	if q.Limit <= 0 {
		q.Limit = defaultListed
	}
	q.Limit = min(q.Limit, maxListed)
	list, err := wlstore.Applications(ctx, d.store, q)
	if err != nil {
		return nil, err
	}
	return d.views(ctx, list)
}

// ShowApplication shows one to the operator, the policy's verifier, or who applied.
func (d *Desk) ShowApplication(ctx context.Context, actor registry.Actor, id string) (*Application, error) {
	a, p, err := d.readApplication(ctx, id)
	if err != nil {
		return nil, err
	}
	if !actor.Operator && !decides(actor, p) && (actor.Registrar == "" || actor.Registrar != a.Sponsor) {
		return nil, registry.Errorf(registry.KindAuthorization, "application", id, "the application is somebody else's")
	}
	list, err := d.views(ctx, []*wlstore.Application{a})
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// views shows applications with their policies and expiries.
func (d *Desk) views(ctx context.Context, list []*wlstore.Application) ([]*Application, error) {
	policies := map[string]*whitelist.Policy{}
	for _, a := range list {
		if _, ok := policies[a.Policy]; ok {
			continue
		}
		var err error
		if policies[a.Policy], err = wlstore.Document(ctx, d.store, a.Policy); err != nil {
			return nil, err
		}
	}
	ids := make([]int64, 0, len(list))
	for _, a := range list {
		if a.State == wlstore.Approved {
			ids = append(ids, a.ID)
		}
	}
	expiry, err := wlstore.ExpiryOf(ctx, d.store, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*Application, len(list))
	for i, a := range list {
		out[i] = viewOf(a, policies[a.Policy])
		out[i].Expires = expiry[a.ID]
	}
	return out, nil
}
