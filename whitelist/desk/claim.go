package desk

import (
	"context"
	"slices"
	"strings"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// draft is an application under one policy before it is stored.
type draft struct {
	policy *wlstore.GrantedPolicy
	zone   *registry.Zone
	names  []whitelist.Name
	agent  string
}

// draftOf makes the whitelist names that a registration needs under a policy.
func draftOf(p *wlstore.GrantedPolicy, zones registry.Zones, reg whitelist.Registration) (*draft, error) {
	dr := &draft{policy: p, zone: zoneNamed(zones, p.Zone)}
	var err error
	if dr.names, err = p.Names(reg); err != nil {
		return nil, err
	}
	for _, n := range dr.names {
		if n.Agent != "" {
			dr.agent = n.Agent
		}
	}
	return dr, nil
}

func zoneNamed(zones registry.Zones, name string) *registry.Zone {
	for _, z := range zones {
		if z.Name == name && z.Kind == registry.WhitelistZone {
			return z
		}
	}
	return nil
}

// namesOf lists the whitelist names of drafts, sorted; 2306 when two policies want
// the same: what one verifier approves must not pass for the other's approval.
func namesOf(drafts []*draft) ([]string, error) {
	owner := map[string]string{}
	for _, dr := range drafts {
		for _, n := range dr.names {
			if other, ok := owner[n.Name]; ok {
				return nil, registry.Errorf(registry.KindParamPolicy, "domain:name", n.Name,
					"the policies %s and %s make the same whitelist name", other, dr.policy.ID)
			}
			owner[n.Name] = dr.policy.ID
		}
	}
	names := make([]string, 0, len(owner))
	for n := range owner {
		names = append(names, n)
	}
	slices.Sort(names)
	return names, nil
}

func inUse(name string) error {
	return registry.Errorf(registry.KindExists, "domain:name", name, "the whitelist name is held or registered already")
}

// holds decides whether a locked row may serve a name that is wanted: it must be
// the same policy's, for the same target and about the same party. Else 2302, or
// 2005 when another identifier makes the same label (C-61, C-62).
func holds(row *wlstore.Name, p *whitelist.Policy, target string, n whitelist.Name) error {
	if row.Policy != p.ID {
		return inUse(row.Name)
	}
	clash := func(field, value string) error {
		return registry.Errorf(registry.KindValue, field, value, "it makes the whitelist name %s, which stands for another registration already", row.Name)
	}
	if row.Target != target {
		return clash("domain:name", target)
	}
	for _, c := range []struct{ there, wanted, component, field string }{
		{row.Registrant, n.Registrant, "{registrant}", "preapproval:registrant"},
		{row.Agent, n.Agent, "{registrar}", "preapproval:registrar"},
	} {
		switch {
		case (c.there == "") != (c.wanted == ""):
			return clash(c.field, c.wanted)
		case whitelist.SameIdentifier(c.there, c.wanted):
		case inForms(p, c.component):
			return clash(c.field, c.wanted)
		default:
			return inUse(row.Name) // the name does not say whom it is for: first come, first served
		}
	}
	return nil
}

// inForms says whether some form of the policy holds a component.
func inForms(p *whitelist.Policy, component string) bool {
	return slices.ContainsFunc(p.Forms, func(f whitelist.Form) bool { return strings.Contains(string(f), component) })
}

// rowOf is a name that is not stored yet.
func (dr *draft) rowOf(n whitelist.Name, target string, tx *store.Tx) *wlstore.Name {
	return &wlstore.Name{
		Name: n.Name, ZoneID: dr.zone.ID, Policy: dr.policy.ID, Target: target, Registrant: n.Registrant, Agent: n.Agent,
		State: wlstore.Held, Created: tx.Now,
	}
}

// claim finds or makes the rows of a draft's names. all says that every one of
// them is there already.
func (d *Desk) claim(tx *store.Tx, dr *draft, target string, rows map[string]*wlstore.Name) (claimed map[string]*wlstore.Name, all bool, err error) {
	claimed, all = make(map[string]*wlstore.Name, len(dr.names)), true
	for _, n := range dr.names {
		row := rows[n.Name]
		if row == nil {
			row, all = dr.rowOf(n, target, tx), false
		} else if err := holds(row, dr.policy.Policy, target, n); err != nil {
			return nil, false, err
		}
		claimed[n.Name] = row
	}
	return claimed, all, nil
}

// lockNames locks the whitelist names that exist. Those that are past their time
// while their target is free are as good as pruned: they are removed here (C-121).
func (d *Desk) lockNames(ctx context.Context, tx *store.Tx, names []string, target string, ans answer) (map[string]*wlstore.Name, error) {
	rows, err := wlstore.LockNames(ctx, tx, names)
	if err != nil || ans != free {
		return rows, err
	}
	for name, row := range rows {
		if row.Target != target || !row.Expired(tx.Now) {
			continue
		}
		gone, err := d.expire(tx, row)
		if err != nil {
			return nil, err
		}
		if gone {
			delete(rows, name)
		}
	}
	return rows, nil
}

// targetNow refines what the target registries said by what this registry's own
// database says within the transaction.
func (d *Desk) targetNow(ctx context.Context, tx *store.Tx, target string, ans answer) (answer, error) {
	here, err := wlstore.RegisteredNow(ctx, tx, []string{target})
	if err == nil && here[target] {
		ans = taken
	}
	return ans, err
}
