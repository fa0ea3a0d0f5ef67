package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// An entry does not say in DNS under which policy it was approved. So no name may be
// held or published that two policies in force both make for the registration it is
// about: what one verifier approves must not pass for the other's approval.

// sole refuses with 2306 names that another granted policy makes too for the
// registration. Countries that are not known may be any.
func (d *Desk) sole(ctx context.Context, dr *draft, reg whitelist.Registration) error {
	granted, err := d.granted.Get(ctx)
	if err != nil {
		return err
	}
	for _, p := range granted {
		if p.ID == dr.policy.ID || p.Zone != dr.policy.Zone {
			continue
		}
		// A policy that asks for existence alone takes the name for whoever comes.
		if !controls(p.Policy, reg) && (p.Compare != whitelist.CompareExistence || !p.MayControlTarget(reg.Target)) {
			continue
		}
		if name := sameName(p.Policy, reg, dr.names); name != "" {
			return registry.Errorf(registry.KindParamPolicy, "domain:name", name,
				"the policies %s and %s make the same whitelist name: the operator must have one of them make another", p.ID, dr.policy.ID)
		}
	}
	return nil
}

// sameName is a name among names that the policy makes for the registration, or "".
func sameName(p *whitelist.Policy, reg whitelist.Registration, names []whitelist.Name) string {
	made, err := p.Names(reg)
	if err != nil {
		return "" // it makes none
	}
	for _, n := range names {
		if slices.ContainsFunc(made, func(m whitelist.Name) bool { return m.Name == n.Name }) {
			return n.Name
		}
	}
	return ""
}

// clearLeftovers removes published names of policies that are not in force where they
// would pass for approvals under one that is. It is called after every change of what
// is in force.
func (d *Desk) clearLeftovers(ctx context.Context, actor registry.Actor) error {
	list, err := d.store.Registrars(ctx)
	if err != nil {
		return err
	}
	return d.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		inForce, err := wlstore.LockGranted(ctx, tx)
		if err != nil {
			return err
		}
		left, err := wlstore.LeftoverNames(ctx, tx)
		if err != nil {
			return err
		}
		passing := map[string]string{} // name to the policy it would pass under
		for _, n := range left {
			for _, p := range inForce {
				if p.Zone == n.Zone && passes(p.Policy, n, list) {
					passing[n.Name] = p.ID
				}
			}
		}
		if len(passing) == 0 {
			return nil
		}
		rows, err := wlstore.LockNames(ctx, tx, slices.Sorted(maps.Keys(passing)))
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(rows)) {
			row := rows[name]
			if row.Sponsor != operatorID {
				tx.Notify(row.Sponsor, tx.Now, fmt.Sprintf("The whitelist name %s was removed: its policy %s is not in force, and the policy %s decides on %s",
					name, row.Policy, passing[name], row.Target))
			}
			if err := tx.SetData(row.ZoneID, name, nil); err != nil {
				return err
			}
			if err := wlstore.DeleteName(tx, row, "delete"); err != nil {
				return err
			}
		}
		return nil
	})
}

// passes says whether a policy would take a name of another one for its own approval.
func passes(p *whitelist.Policy, n wlstore.Leftover, list []*registry.Registrar) bool {
	reg := whitelist.Registration{Target: n.Target, Registrant: whitelist.Registrant{ID: n.Registrant}, Registrar: agentCalled(list, n.Agent)}
	// A name that is not about a party is made whoever that party is.
	if n.Registrant == "" {
		reg.Registrant.ID = "anybody"
	}
	if n.Agent == "" {
		reg.Registrar = whitelist.Registrar{Account: "anybody", IANA: 1, Name: "anybody"}
	}
	may := p.MayControl(reg.Target, reg.Registrar) || p.Compare == whitelist.CompareExistence && p.MayControlTarget(reg.Target)
	return may && sameName(p, reg, []whitelist.Name{{Name: n.Name}}) != ""
}

// agentCalled finds a registrar among accounts by what a name says of it: IANA
// number, account id or name.
func agentCalled(list []*registry.Registrar, called string) whitelist.Registrar {
	number, _ := strconv.Atoi(called)
	for _, r := range list {
		if r.Kind == registry.RegistrarAccount && (r.ID == called || number > 0 && r.IANA == number || strings.EqualFold(r.Name, called)) {
			return registrarFacts(r)
		}
	}
	return whitelist.Registrar{Account: called, IANA: number, Name: called}
}
