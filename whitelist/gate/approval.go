package gate

import (
	"context"
	"slices"

	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// approval is what was found for a registration. Without findings it says that the
// registration is under no control as long as the registrant stays who it is.
type approval struct {
	gate         *Gate
	registration srs.Registration
	policies     []*whitelist.Policy // that may control the registration
	agent        whitelist.Registrar
	party        party
	unread       bool // the party was not read; see saysWho
	findings     []finding
}

// ask asks under each policy that controls the registration. An error is the refusal.
func (a *approval) ask(ctx context.Context, id identity) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errPatience)
	defer cancel()
	r := a.registration
	for _, p := range a.policies {
		reg, controlled := controls(p, r.Name, a.agent, id)
		if !controlled {
			continue
		}
		f, err := a.gate.check(ctx, p, &question{Registration: reg, id: id, credential: r.Preapproval.Credential, transfer: r.Transfer})
		if err != nil {
			return err
		}
		if err := a.apart(&f); err != nil {
			return err
		}
		a.findings = append(a.findings, f)
	}
	return nil
}

// apart refuses two policies that control the registration and make the same whitelist
// name: an entry there would be one verifier's approval and pass for the other's, for a
// record does not say under which policy it was given.
func (a *approval) apart(f *finding) error {
	for _, other := range a.findings {
		for _, n := range f.names {
			if slices.ContainsFunc(other.names, func(o whitelist.Name) bool { return o.Name == n.Name }) {
				return registry.Errorf(registry.KindDataPolicy, "domain:name", a.registration.Name,
					"the policies %s of %s and %s of %s both control the name and make the same whitelist name %s, so that neither approval can be told from the other",
					other.policy.ID, other.policy.Overseer, f.policy.ID, f.policy.Overseer, n.Name)
			}
		}
	}
	return nil
}

// Confirm implements srs.Approval. Entries in this database are read again and kept
// from changing; what others answered holds until it expires.
func (a *approval) Confirm(ctx context.Context, tx *store.Tx, registrant *registry.Contact) error {
	var err error
	switch {
	case a.unread:
		err = a.confirmUnread(ctx, tx, registrant)
	case a.registration.Person == nil:
		err = a.party.confirm(ctx, tx, registrant)
	}
	if err != nil {
		return err
	}
	entries, err := a.reread(ctx, tx)
	if err != nil {
		return err
	}
	for i := range a.findings {
		if err := a.findings[i].confirm(tx, entries); err != nil {
			return err
		}
	}
	return nil
}

// reread locks the entries that are in this database, in one order for all.
func (a *approval) reread(ctx context.Context, tx *store.Tx) (map[string]wlstore.Entry, error) {
	var names []string
	for _, f := range a.findings {
		if f.way == way(a.gate.local) {
			for _, n := range f.names {
				names = append(names, n.Name)
			}
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	slices.Sort(names)
	return wlstore.ShareEntries(ctx, tx, slices.Compact(names))
}

// confirm holds the entries against the registration once more, at the instant of
// the transaction. entries are those of this database, nil when others were asked.
// A credential was compared before: it is enough that the entry has the same.
func (f *finding) confirm(tx *store.Tx, entries map[string]wlstore.Entry) error {
	_, here := f.way.(*local)
	for i, n := range f.names {
		rec := f.records[i]
		if here {
			e, ok := entries[n.Name]
			if !ok || e.Policy != f.policy.ID {
				return f.policy.Missing(f.reg)
			}
			rec = recordOf(f.policy, e)
			if rec.Credential != f.records[i].Credential {
				return srs.ErrAskAgain
			}
		}
		rec.Credential = ""
		if err := f.policy.Judge(f.reg, n, rec, registry.Credential{}, tx.Now); err != nil {
			return err
		}
	}
	return nil
}

// confirm holds the locked registrant against the one that was asked about.
func (y party) confirm(ctx context.Context, tx *store.Tx, c *registry.Contact) error {
	was := y.contact
	switch {
	case c == nil && was == nil:
		return nil
	case c == nil || was == nil || c.ID != was.ID || c.Kind != was.Kind || c.RealID != was.RealID || c.Version != was.Version:
		return srs.ErrAskAgain
	}
	behind, err := shareBehind(ctx, tx, c)
	if err != nil || behind == nil {
		return err
	}
	if behind.ID != y.behind.ID || behind.Version != y.behind.Version {
		return srs.ErrAskAgain
	}
	return nil
}

// shareBehind reads the real contact that a locked proxy links to and keeps it from
// changing; nil when it links to none.
func shareBehind(ctx context.Context, tx *store.Tx, c *registry.Contact) (*registry.Contact, error) {
	if c.RealID == 0 {
		return nil, nil
	}
	behind, err := tx.ShareContact(ctx, c.RealID)
	if registry.IsKind(err, registry.KindNotFound) {
		return nil, srs.ErrAskAgain
	}
	return behind, err
}

// recordOf is what DNS shows of an entry.
func recordOf(p *whitelist.Policy, e wlstore.Entry) whitelist.Record {
	return p.Record(e.Target, whitelist.Name{Name: e.Name, Registrant: e.Registrant, Agent: e.Agent}, e.Expires, e.CredHash)
}
