package desk

import (
	"context"
	"strconv"
	"strings"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// Announce is Apply by a verifier for a direct application (C-110, C-111): held until
// the verifier decides; rules and other verifiers of the chain are not asked. registrar is
// an IANA number or account id, and must be known when a form needs it. policy may be
// empty when the account has one policy only.
func (d *Desk) Announce(ctx context.Context, actor registry.Actor, policy string, req ApplyRequest) (*Application, error) {
	var f *file
	r, err := d.announced(ctx, actor, req)
	if err == nil {
		err = d.again(func() error {
			f, err = d.announce(ctx, r, policy)
			return err
		})
	}
	if err != nil {
		d.metrics.applied(outcomeOf(err))
		return nil, err
	}
	d.metrics.applied(appliedAs(f.app.State))
	return f.view(), nil
}

// announced checks an application that a verifier tells of.
func (d *Desk) announced(ctx context.Context, actor registry.Actor, req ApplyRequest) (*request, error) {
	if !actor.Verifier || actor.Registrar == "" {
		return nil, registry.Errorf(registry.KindAuthorization, "", "", "verifiers announce applications; registrars apply")
	}
	r, err := d.checked(ctx, actor, req)
	if err != nil {
		return nil, err
	}
	if r.reg.Registrant.ID == "" {
		return nil, registry.Errorf(registry.KindMissing, "preapproval:registrant", "", "say whom the approval is for")
	}
	r.source = wlstore.FromVerifier
	r.reg.Registrar, err = d.registrarCalled(ctx, req.Preapproval.Registrar)
	return r, err
}

// announce is one attempt.
func (d *Desk) announce(ctx context.Context, r *request, policy string) (*file, error) {
	p, err := d.policyOf(ctx, r.actor, policy)
	if err != nil {
		return nil, err
	}
	if !controls(p.Policy, r.reg) {
		return nil, outsideScope(p.Policy, r.reg.Target)
	}
	zones, err := d.store.ZonesFor(ctx, p.Zone)
	if err != nil {
		return nil, err
	}
	if zoneNamed(zones, p.Zone) == nil {
		return nil, registry.Errorf(registry.KindParamPolicy, "policy", p.ID, "its whitelist zone is run by another registry")
	}
	dr, err := draftOf(p, zones, r.reg)
	if err != nil {
		return nil, err
	}
	if err := d.sole(ctx, dr, r.reg); err != nil {
		return nil, err
	}
	ans, err := d.askTarget(ctx, r.reg.Target)
	if err != nil {
		return nil, err
	}
	if ans == taken {
		return nil, registered(r.reg.Target)
	}
	if carries(p.Policy, r) {
		if _, err := d.credentialHash(ctx, r); err != nil {
			return nil, err
		}
	}
	return d.putOne(ctx, r, dr, ans)
}

// putOne stores the application that one draft makes.
func (d *Desk) putOne(ctx context.Context, r *request, dr *draft, ans answer) (*file, error) {
	names, err := namesOf([]*draft{dr})
	if err != nil {
		return nil, err
	}
	if err := d.compareCredential(ctx, r, names); err != nil {
		return nil, err
	}
	var f *file
	read := false
	err = d.transact(ctx, r.actor, func(ctx context.Context, tx *store.Tx) error {
		read = false
		if err := sameGrants(ctx, tx, []*draft{dr}); err != nil {
			return err
		}
		ans, err := d.targetNow(ctx, tx, r.reg.Target, ans)
		if err != nil {
			return err
		}
		if ans == taken {
			return registered(r.reg.Target)
		}
		rows, err := d.lockNames(ctx, tx, names, r.reg.Target, ans)
		if err != nil {
			return err
		}
		if f, err = d.put(ctx, tx, r, dr, rows, ans); err != nil {
			return err
		}
		if f == nil {
			return inUse(names[0])
		}
		read = true
		return nil
	})
	if read && registry.IsKind(err, registry.KindExists) {
		return nil, errAgain
	}
	return f, err
}

// policyOf finds the policy in force under which a verifier acts.
func (d *Desk) policyOf(ctx context.Context, actor registry.Actor, id string) (*wlstore.GrantedPolicy, error) {
	granted, err := d.granted.Get(ctx)
	if err != nil {
		return nil, err
	}
	var own []*wlstore.GrantedPolicy
	for _, p := range granted {
		if p.VerifierAccount() == actor.Registrar {
			own = append(own, p)
		}
	}
	if id == "" && len(own) == 1 {
		return own[0], nil
	}
	if id == "" && len(own) > 1 {
		return nil, registry.Errorf(registry.KindMissing, "policy", "", "the account has several policies: say which")
	}
	for _, p := range own {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, registry.Errorf(registry.KindAuthorization, "policy", id, "the account has no such policy in force")
}

// registrarCalled finds a registrar by its IANA number, account id or name. One
// that has no account here is taken as it is called: it may be accredited at the
// target registry alone.
func (d *Desk) registrarCalled(ctx context.Context, called string) (whitelist.Registrar, error) {
	const field = "preapproval:registrar"
	if called == "" {
		return whitelist.Registrar{}, registry.Errorf(registry.KindMissing, field, "", "say which registrar the approval is for")
	}
	if err := clean(called, maxIdentifier, field); err != nil {
		return whitelist.Registrar{}, err
	}
	list, err := d.store.Registrars(ctx)
	if err != nil {
		return whitelist.Registrar{}, err
	}
	number, _ := strconv.Atoi(called)
	for _, r := range list {
		if r.Kind == registry.RegistrarAccount && (r.ID == called || number > 0 && r.IANA == number) {
			return registrarFacts(r), nil
		}
	}
	for _, r := range list {
		if r.Kind == registry.RegistrarAccount && strings.EqualFold(r.Name, called) {
			return registrarFacts(r), nil
		}
	}
	if number > 0 && strconv.Itoa(number) == called {
		return whitelist.Registrar{IANA: number}, nil
	}
	return whitelist.Registrar{Account: called, Name: called}, nil
}

// controls is whether a policy may control a registration of which the verifier
// says no more than who it is for: the country is not known.
func controls(p *whitelist.Policy, reg whitelist.Registration) bool {
	return p.Controls(reg) || reg.Registrant.Country == "" && p.ControlsAnywhere(reg)
}

func outsideScope(p *whitelist.Policy, target string) error {
	return registry.Errorf(registry.KindAuthorization, "domain:name", target, "the name lies outside the scope of the policy %s", p.ID)
}
