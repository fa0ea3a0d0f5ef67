package desk

import (
	"context"
	"errors"
	"slices"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// errAgain says that what an attempt was built on changed meanwhile.
var errAgain = errors.New("desk: begin anew")

// attempts bounds how often a use case begins anew. Each time somebody else was
// faster; twenty who apply at once for names that can be shared need a few.
const attempts = 8

// again runs fn until it finds the world as it expected it.
func (d *Desk) again(fn func() error) error {
	for try := 1; ; try++ {
		err := fn()
		if !errors.Is(err, errAgain) {
			return err
		}
		if try == attempts {
			return registry.Errorf(registry.KindUnavailable, "", "", "too many others changed the same at once; try again")
		}
		d.granted.Forget()
	}
}

// Apply applies for pre-approval (C-22 to C-36): one application under each policy
// that controls the registration. Errors: 2001-2005 for the request, 2306 when no
// policy controls it, 2302 when the target is registered or the whitelist names are
// all held or registered, 2308 when a rule denies at once, 2104 when the fees of what
// is undecided are not covered.
func (d *Desk) Apply(ctx context.Context, actor registry.Actor, req ApplyRequest) ([]*Application, error) {
	r, err := d.request(ctx, actor, req)
	if err != nil {
		d.metrics.applied("refused")
		return nil, err
	}
	var files []*file
	err = d.again(func() error {
		files, err = d.apply(ctx, r)
		return err
	})
	if err != nil {
		d.metrics.applied(outcomeOf(err))
		return nil, err
	}
	out := make([]*Application, len(files))
	for i, f := range files {
		out[i] = f.view()
		d.metrics.applied(appliedAs(f.app.State))
		if !f.app.TryAt.IsZero() {
			d.wakeUp()
		}
	}
	return out, nil
}

func appliedAs(state string) string {
	if state == wlstore.Approved {
		return "approved"
	}
	return "held"
}

func outcomeOf(err error) string {
	switch {
	case registry.IsKind(err, registry.KindDataPolicy):
		return "denied"
	case registry.IsKind(err, registry.KindExists):
		return "taken"
	default:
		return "refused"
	}
}

// apply is one attempt.
func (d *Desk) apply(ctx context.Context, r *request) ([]*file, error) {
	drafts, err := d.drafts(ctx, r)
	if err != nil {
		return nil, err
	}
	names, err := namesOf(drafts)
	if err != nil {
		return nil, err
	}
	ans, err := d.askTarget(ctx, r.reg.Target)
	if err != nil {
		return nil, err
	}
	if ans == taken {
		return nil, registered(r.reg.Target)
	}
	for _, dr := range drafts {
		if carries(dr.policy.Policy, r) {
			if _, err := d.credentialHash(ctx, r); err != nil {
				return nil, err
			}
		}
	}
	if err := d.compareCredential(ctx, r, names); err != nil {
		return nil, err
	}
	var files []*file
	read := false // everything was read and judged: what fails now is the writing
	err = d.transact(ctx, r.actor, func(ctx context.Context, tx *store.Tx) error {
		files, read = nil, false
		if err := sameGrants(ctx, tx, drafts); err != nil {
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
		for _, dr := range drafts {
			f, err := d.put(ctx, tx, r, dr, rows, ans)
			if err != nil {
				return err
			}
			if f != nil {
				files = append(files, f)
			}
		}
		if len(files) == 0 {
			return inUse(names[0])
		}
		if err := covered(ctx, tx, r.actor.Registrar, files); err != nil {
			return err
		}
		read = true
		return nil
	})
	if read && registry.IsKind(err, registry.KindExists) {
		return nil, errAgain // somebody took a name in the very moment: it may be one to share
	}
	return files, err
}

func registered(target string) error {
	return registry.Errorf(registry.KindExists, "domain:name", target, "the target name is registered")
}

// drafts finds the policies that control a registration, and what each asks for.
func (d *Desk) drafts(ctx context.Context, r *request) ([]*draft, error) {
	granted, err := d.granted.Get(ctx)
	if err != nil {
		return nil, err
	}
	if r.reg.Registrant.ID == "" {
		return nil, missingRegistrant(granted, r.reg)
	}
	var drafts []*draft
	elsewhere := ""
	for _, p := range granted {
		if !p.Controls(r.reg) {
			continue
		}
		zones, err := d.store.ZonesFor(ctx, p.Zone)
		if err != nil {
			return nil, err
		}
		if zoneNamed(zones, p.Zone) == nil {
			elsewhere = p.Zone
			continue
		}
		if p.Credentials == whitelist.CredentialsVerified && r.pre.Credential.Type == "" && r.source == wlstore.FromRegistrar {
			return nil, p.NeedCredentials(r.reg, "preapproval:credential")
		}
		dr, err := draftOf(p, zones, r.reg)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, dr)
	}
	for _, dr := range drafts {
		if err := d.sole(ctx, dr, r.reg); err != nil {
			return nil, err
		}
	}
	switch {
	case len(drafts) > 0:
		return drafts, nil
	case elsewhere != "":
		return nil, registry.Errorf(registry.KindParamPolicy, "domain:name", r.reg.Target, "the whitelist zone %s is run by another registry: apply there", elsewhere)
	}
	return nil, notControlled(r.reg.Target)
}

func notControlled(target string) error {
	return registry.Errorf(registry.KindParamPolicy, "domain:name", target, "no pre-approval is needed: no policy controls this registration")
}

// missingRegistrant is 2003 where some registrant would be under control.
func missingRegistrant(granted []*wlstore.GrantedPolicy, reg whitelist.Registration) error {
	for _, p := range granted {
		if p.MayControl(reg.Target, reg.Registrar) {
			return p.NeedCredentials(reg, "preapproval:registrant")
		}
	}
	return notControlled(reg.Target)
}

// sameGrants keeps the drafts' policies from being changed, and has the attempt
// begin anew when they are not any more what the drafts were made with.
func sameGrants(ctx context.Context, tx *store.Tx, drafts []*draft) error {
	ids := make([]string, len(drafts))
	for i, dr := range drafts {
		ids[i] = dr.policy.ID
	}
	slices.Sort(ids)
	now, err := wlstore.ShareGranted(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, dr := range drafts {
		same := slices.ContainsFunc(now, func(p *wlstore.GrantedPolicy) bool {
			return p.ID == dr.policy.ID && p.Version == dr.policy.Version
		})
		if !same {
			return errAgain
		}
	}
	return nil
}
