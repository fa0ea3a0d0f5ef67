package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"go.uber.org/zap"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// file is an application with its policy and its whitelist names, in a
// transaction that has them locked or makes them.
type file struct {
	app    *wlstore.Application
	policy *whitelist.Policy
	rows   map[string]*wlstore.Name
}

// put judges a draft and stores what comes of it: an application that waits, or
// one that is approved with its names published. It returns nil when all its names
// are there already. 2308 denies.
func (d *Desk) put(ctx context.Context, tx *store.Tx, r *request, dr *draft, rows map[string]*wlstore.Name, ans answer) (*file, error) {
	claimed, all, err := d.claim(tx, dr, r.reg.Target, rows)
	if err != nil || all {
		return nil, err
	}
	for _, row := range claimed {
		if err := r.sharesCredential(row, dr.policy.Policy); err != nil {
			return nil, err
		}
	}
	app, err := d.newApplication(tx, r, dr)
	if err != nil {
		return nil, err
	}
	chain := chainOf(app, dr.policy.Policy)
	if app.Source == wlstore.FromVerifier {
		app.Stage = 0 // it knows of the application already
	}
	end := carryOn(app, chain, r.reg, tx.Now, ans)
	if end.denied {
		d.log.Info("application denied", zap.String("target", app.Target), zap.String("policy", app.Policy), zap.String("sponsor", app.Sponsor),
			zap.String("part", end.part), zap.String("reason", end.reason))
		d.metrics.denials.WithLabelValues(end.label()).Inc()
		return nil, refusedBy(dr.policy.Policy, app.Target, end.reason)
	}
	f := &file{app: app, policy: dr.policy.Policy, rows: claimed}
	forget(app, chain)
	if end.approved {
		app.State, app.Decided, app.DecidedBy = wlstore.Approved, tx.Now, end.by
		if n := len(app.Reviews); n > 0 {
			app.DecidedBy = app.Reviews[n-1].By
		}
		if err := d.publish(ctx, tx, f); err != nil {
			return nil, err
		}
		if err := d.charge(ctx, tx, f, false); err != nil {
			return nil, err
		}
	} else if err := holdNames(ctx, tx, f); err != nil {
		return nil, err
	}
	if err := wlstore.InsertApplication(ctx, tx, app); err != nil {
		return nil, err
	}
	wlstore.LinkNames(tx, app)
	if end.approved {
		tellRegistrant(tx, f)
	}
	return f, nil
}

// refusedBy is the answer to an application that is denied at once (2308).
func refusedBy(p *whitelist.Policy, target, reason string) error {
	ground := ""
	if p.Ground != "" {
		ground = ", " + p.Ground
	}
	return registry.Errorf(registry.KindDataPolicy, "domain:name", target, "denied by %s (policy %s%s): %s", p.Overseer, p.ID, ground, reason)
}

// newApplication is the application that a draft makes, before its chain.
func (d *Desk) newApplication(tx *store.Tx, r *request, dr *draft) (*wlstore.Application, error) {
	p := dr.policy
	a := &wlstore.Application{
		Policy: p.ID, PolicyVersion: p.Grant, Target: r.reg.Target, Registrant: r.reg.Registrant.ID,
		RegistrantCountry: r.reg.Registrant.Country, Registrar: r.reg.Registrar.Account, Agent: dr.agent, Sponsor: r.actor.Registrar,
		Source: r.source, Mail: r.mail, State: wlstore.Held, Stage: wlstore.StageUnasked, ClTRID: r.actor.ClTRID, SvTRID: r.actor.SvTRID,
		Created: tx.Now, DecideBy: p.Hold.After(tx.Now),
	}
	for _, n := range dr.names {
		a.Names = append(a.Names, n.Name)
	}
	slices.Sort(a.Names)
	credential := carries(p.Policy, r)
	if credential {
		a.CredHash = r.hash
		a.Credentials = &wlstore.Credentials{Registrant: r.pre.Credential}
	}
	if p.Credentials != whitelist.CredentialsNone && r.pre.RegistrarCredential.Type != "" {
		if a.Credentials == nil {
			a.Credentials = &wlstore.Credentials{}
		}
		a.Credentials.Registrar = r.pre.RegistrarCredential
	}
	var err error
	a.Evidence, err = r.kept(credential)
	return a, err
}

// holdNames stores the new names of a file as held: they block others and are
// shown nowhere (C-44 to C-46).
func holdNames(ctx context.Context, tx *store.Tx, f *file) error {
	for _, name := range f.app.Names {
		row := f.rows[name]
		if row.Version > 0 {
			continue // shared with an earlier application, or an entry
		}
		row.Sponsor = f.app.Sponsor
		if row.Agent != "" {
			row.Registrar = f.app.Registrar
		}
		if err := wlstore.InsertName(ctx, tx, row, "hold"); err != nil {
			return err
		}
	}
	return nil
}

// idText is an application's id as clients see it.
func idText(id int64) string { return strconv.FormatInt(id, 10) }

// view is the file's application as its parties may see it.
func (f *file) view() *Application {
	v := viewOf(f.app, f.policy)
	if f.app.State == wlstore.Approved {
		v.Expires = f.expires()
	}
	return v
}

// expires is when the first of the published names does.
func (f *file) expires() time.Time {
	var at time.Time
	for _, name := range f.app.Names {
		if row := f.rows[name]; row != nil && row.State == wlstore.Published && (at.IsZero() || row.Expires.Before(at)) {
			at = row.Expires
		}
	}
	return at
}

// viewOf shows an application; p may be nil when its policy is gone.
func viewOf(a *wlstore.Application, p *whitelist.Policy) *Application {
	v := &Application{
		ID: idText(a.ID), Policy: a.Policy, Target: a.Target, Registrant: a.Registrant, Registrar: a.Registrar, Agent: a.Agent,
		Sponsor: a.Sponsor, Source: a.Source, Names: append([]string{}, a.Names...), Reasons: a.Reasons, Created: a.Created,
		DecideBy: a.DecideBy, Decided: a.Decided, DecidedBy: a.DecidedBy, Tries: a.Tries, Fault: a.Fault,
	}
	for _, r := range a.Reviews {
		v.Reviews = append(v.Reviews, Review{By: r.By, At: r.At, Stage: r.Stage, Approve: r.Approve, Note: r.Note})
	}
	var k kept
	if json.Unmarshal(a.Evidence, &k) == nil { // written by this program
		v.Evidence, v.Credential = k.Evidence, k.CredentialType
	}
	switch a.State {
	case wlstore.Approved:
		v.Status = StatusApproved
	case wlstore.Denied:
		v.Status = StatusDenied
	default:
		v.Status = StatusPending
		if p != nil {
			v.Waiting = waitingFor(a, chainOf(a, p))
		}
	}
	if p != nil {
		v.Overseer = p.Overseer
	}
	return v
}

// waitingFor says who has to say something about a held application next.
func waitingFor(a *wlstore.Application, chain []whitelist.Verifier) string {
	switch {
	case a.Stage < 0 || a.Stage >= len(chain):
		return "the target registry"
	case a.Source == wlstore.FromVerifier:
		return "the outside verifier"
	}
	switch v := chain[a.Stage]; v.Type {
	case whitelist.RulesVerifier:
		return "rules"
	case whitelist.HTTPVerifier:
		return "the outside verifier"
	default:
		if v.Persons > 1 && len(approvals(a)) > 0 {
			return "a second person"
		}
		return "a person"
	}
}
