package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// Enter writes a whitelist name by a verifier's own create; 2201 outside its scope
// or by a registrar.
func (d *Desk) Enter(ctx context.Context, actor registry.Actor, req EnterRequest) (*Name, error) {
	var row *wlstore.Name
	e, err := d.entry(ctx, actor, req)
	if err == nil {
		err = d.again(func() error {
			row, err = d.enter(ctx, actor, e)
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	d.metrics.entries.WithLabelValues("enter").Inc()
	d.log.Info("whitelist name entered", zap.String("name", row.Name), zap.String("policy", row.Policy), zap.String("by", actor.ID()))
	return d.nameOf(row), nil
}

// entry is a whitelist name to be entered, read and checked.
type entry struct {
	name      string // canonical
	written   string // as sent: identifiers keep their case
	zone      *registry.Zone
	zones     registry.Zones
	given     bool // the parties were given, not to be read off
	target    string
	who       whitelist.Registrant
	registrar whitelist.Registrar
}

func (d *Desk) entry(ctx context.Context, actor registry.Actor, req EnterRequest) (*entry, error) {
	if !actor.Operator && !actor.Verifier {
		return nil, registry.Errorf(registry.KindAuthorization, "domain:name", req.Name, "whitelist names are entered by verifiers; registrars apply for them with preapproval:create op=\"apply\"")
	}
	name, err := whitelist.CanonicalName(req.Name)
	if err != nil {
		return nil, err
	}
	e := &entry{name: name, written: req.Name, given: req.Target != "" || req.Registrant != "" || req.Registrar != ""}
	if e.zones, err = d.store.ZonesFor(ctx, name); err != nil {
		return nil, err
	}
	if e.zone = e.zones.Find(name); e.zone == nil || e.zone.Kind != registry.WhitelistZone || e.zone.Name == name {
		return nil, registry.Errorf(registry.KindParamPolicy, "domain:name", name, "the name lies below no whitelist zone of this registry")
	}
	if e.given {
		return e, d.readGiven(ctx, e, req)
	}
	return e, nil
}

// readGiven checks target and parties that came with op="enter".
func (d *Desk) readGiven(ctx context.Context, e *entry, req EnterRequest) (err error) {
	for _, m := range []struct{ field, value string }{
		{"preapproval:target", req.Target}, {"preapproval:registrant", req.Registrant}, {"preapproval:registrar", req.Registrar},
	} {
		if m.value == "" {
			return registry.Errorf(registry.KindMissing, m.field, "", "op=\"enter\" says target, registrant and registrar")
		}
	}
	if e.target, err = registry.CanonicalName(req.Target, "preapproval:target"); err != nil {
		return err
	}
	if err := clean(req.Registrant, maxIdentifier, "preapproval:registrant"); err != nil {
		return err
	}
	e.who.ID = req.Registrant
	if err := d.checkTarget(ctx, e.target); err != nil {
		return err
	}
	e.registrar, err = d.registrarCalled(ctx, req.Registrar)
	return err
}

// enter is one attempt.
func (d *Desk) enter(ctx context.Context, actor registry.Actor, e *entry) (*wlstore.Name, error) {
	dr, target, err := d.entryDraft(ctx, actor, e)
	if err != nil {
		return nil, err
	}
	ans, err := d.askTarget(ctx, target)
	if err != nil {
		return nil, err
	}
	// A registered name may go to another holder, where the policy binds that too: only
	// the verifier's own entry can approve of it, for applications are for free names.
	handover := dr.policy.Binds == whitelist.BindsAlways
	if ans == taken && !handover {
		return nil, registered(target)
	}
	var row *wlstore.Name
	err = d.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if err := sameGrants(ctx, tx, []*draft{dr}); err != nil {
			return err
		}
		ans, err := d.targetNow(ctx, tx, target, ans)
		if err != nil {
			return err
		}
		if ans == taken && !handover {
			return registered(target)
		}
		rows, err := d.lockNames(ctx, tx, []string{e.name}, target, ans)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			return inUse(e.name)
		}
		row = dr.rowOf(dr.names[0], target, tx)
		row.State, row.Published, row.Sponsor = wlstore.Published, tx.Now, actor.ID()
		row.Expires = dr.policy.Life.After(tx.Now).UTC().Truncate(time.Second)
		if row.Agent != "" {
			row.Registrar = e.registrar.Account
		}
		if err := wlstore.InsertName(ctx, tx, row, "enter"); err != nil {
			return err
		}
		return show(tx, dr.policy.Policy, row)
	})
	return row, err
}

// entryDraft finds the policy under which a name is entered: one of the verifier's
// own in that zone, which makes this very name and controls the registration.
func (d *Desk) entryDraft(ctx context.Context, actor registry.Actor, e *entry) (*draft, string, error) {
	granted, err := d.granted.Get(ctx)
	if err != nil {
		return nil, "", err
	}
	var refusal error
	for _, p := range granted {
		if p.Zone != e.zone.Name || !actor.Operator && p.VerifierAccount() != actor.Registrar {
			continue
		}
		dr, target, err := d.tryEntry(ctx, e, p)
		if err == nil {
			return dr, target, nil
		}
		// Of several policies the one that would let the name be says why not.
		if refusal == nil || registry.IsKind(refusal, registry.KindAuthorization) {
			refusal = err
		}
	}
	if refusal == nil {
		refusal = registry.Errorf(registry.KindAuthorization, "domain:name", e.name, "the account has no policy in force in the zone %s", e.zone.Name)
	}
	return nil, "", refusal
}

func (d *Desk) tryEntry(ctx context.Context, e *entry, p *wlstore.GrantedPolicy) (*draft, string, error) {
	reg := whitelist.Registration{Target: e.target, Registrant: e.who, Registrar: e.registrar}
	if !e.given {
		target, registrant, agent, err := p.ReadOff(e.written, func(target string) bool { return registrable(e.zones, target) })
		if err != nil {
			return nil, "", err
		}
		if err := d.checkTarget(ctx, target); err != nil {
			return nil, "", err
		}
		reg.Target, reg.Registrant.ID = target, registrant
		if reg.Registrar, err = d.registrarCalled(ctx, agent); err != nil {
			return nil, "", err
		}
		e.registrar = reg.Registrar
	}
	if !controls(p.Policy, reg) {
		return nil, "", outsideScope(p.Policy, reg.Target)
	}
	dr, err := draftOf(p, e.zones, reg)
	if err != nil {
		return nil, "", err
	}
	i := slices.IndexFunc(dr.names, func(n whitelist.Name) bool { return n.Name == e.name })
	if i < 0 {
		names := make([]string, len(dr.names))
		for j, n := range dr.names {
			names[j] = n.Name
		}
		return nil, "", registry.Errorf(registry.KindValue, "domain:name", e.name, "under the policy %s the name would be %s", p.ID, strings.Join(names, " and "))
	}
	dr.names = dr.names[i : i+1]
	return dr, reg.Target, d.sole(ctx, dr, reg)
}

// registrable says whether a target can be registered, as far as is known here.
func registrable(zones registry.Zones, target string) bool {
	target, err := registry.CanonicalName(target, "domain:name")
	if err != nil {
		return false
	}
	z := zones.Find(target)
	return z == nil || z.Kind == registry.TargetZone && z.CheckRegistrable(target) == nil
}
