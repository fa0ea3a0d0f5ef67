package gate

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"cadastre/registry"
	"cadastre/whitelist"
)

// question is a controlled registration with what proves it.
type question struct {
	whitelist.Registration
	id         identity
	credential registry.Credential
	transfer   bool
	names      []whitelist.Name
}

// answer is what a whitelist registry says of one name.
type answer struct {
	found  bool
	record whitelist.Record
}

// way is a way of asking a whitelist registry: one answer for each of the
// question's names, in their order. An error is *unasked, or the context's.
type way interface {
	name() string
	ask(ctx context.Context, p *whitelist.Policy, q *question) ([]answer, error)
}

// unasked says why a whitelist registry could not be asked: why for the client, err
// for the log. Neither holds a credential.
type unasked struct {
	why string
	err error
}

func (u *unasked) Error() string {
	if u.err == nil {
		return u.why
	}
	return u.why + ": " + u.err.Error()
}

func (u *unasked) Unwrap() error { return u.err }

// errPatience is why a context ended when the whitelist registry was too slow.
var errPatience = errors.New("gate: no answer within " + patience.String())

// finding is the entries that approve a registration under one policy, for the
// transaction that uses them.
type finding struct {
	policy  *whitelist.Policy
	reg     whitelist.Registration
	way     way
	found   bool // there is an entry of every name
	names   []whitelist.Name
	records []whitelist.Record
}

// check asks for a registration's entries under one policy and holds them against
// it. An error is the refusal.
func (g *Gate) check(ctx context.Context, p *whitelist.Policy, q *question) (finding, error) {
	f := finding{policy: p, reg: q.Registration}
	began := time.Now()
	err := g.find(ctx, &f, q)
	if f.way == nil {
		f.way = noWay{}
	}
	outcome := outcomeOf(err, f.found)
	g.metrics.observe(f.way.name(), outcome, time.Since(began))
	if err != nil {
		g.log.Info("pre-approval refused", zap.String("policy", p.ID), zap.String("way", f.way.name()), zap.String("outcome", outcome),
			zap.String("name", q.Target), zap.String("registrar", q.Registrar.Account))
	}
	return f, err
}

func (g *Gate) find(ctx context.Context, f *finding, q *question) (err error) {
	p := f.policy
	if q.id.id == "" {
		return q.nobody(p)
	}
	if q.names, err = p.Names(q.Registration); err != nil {
		if q.id.bare && !q.transfer && registry.IsKind(err, registry.KindValue) {
			return q.nobody(p)
		}
		return err
	}
	var answers []answer
	if f.way, err = g.wayTo(ctx, p); err == nil {
		answers, err = g.inTurn(ctx, f.way, p, q)
	}
	if err != nil {
		return g.refuse(ctx, f, q, err)
	}
	for _, a := range answers {
		if !a.found {
			return q.missing(p)
		}
	}
	f.found = true
	now := g.clock.Now()
	for i, a := range answers {
		if err := g.judge(ctx, p, q, q.names[i], a.record, now); err != nil {
			return err
		}
		f.records = append(f.records, a.record)
	}
	f.names = q.names
	return nil
}

// refuse turns a failure to ask into the policy's refusal; the log has the reason.
func (g *Gate) refuse(ctx context.Context, f *finding, q *question, err error) error {
	var u *unasked
	late := errors.Is(context.Cause(ctx), errPatience)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return err // whoever wanted to know has gone
	case errors.As(err, &u):
	case late:
		u = &unasked{why: "the whitelist registry did not answer within " + patience.String(), err: err}
	default:
		u = &unasked{why: "it failed", err: err}
	}
	g.log.Warn("whitelist registry could not be asked", zap.String("policy", f.policy.ID), zap.String("zone", f.policy.Zone), zap.Error(u))
	return f.policy.Unasked(q.Registration, u.why)
}

// inTurn asks with no more than atOnce others under the policy.
func (g *Gate) inTurn(ctx context.Context, w way, p *whitelist.Policy, q *question) ([]answer, error) {
	turn := g.turn(p.ID)
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return nil, &unasked{why: "too many registrations are being checked", err: ctx.Err()}
	}
	defer func() { <-turn }()
	return w.ask(ctx, p, q)
}

func (g *Gate) turn(policy string) chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	turn, ok := g.turns[policy]
	if !ok {
		turn = make(chan struct{}, g.atOnce)
		g.turns[policy] = turn
	}
	return turn
}

// judge holds one entry against the registration.
func (g *Gate) judge(ctx context.Context, p *whitelist.Policy, q *question, n whitelist.Name, rec whitelist.Record, now time.Time) error {
	if rec.Credential != "" && q.credential.Value != "" && p.Compare != whitelist.CompareExistence {
		select {
		case g.comparing <- struct{}{}:
		case <-ctx.Done():
			return p.Unasked(q.Registration, "too many credentials are being compared")
		}
		defer func() { <-g.comparing }()
	}
	err := p.Judge(q.Registration, n, rec, q.credential, now)
	if q.id.bare && registry.IsKind(err, registry.KindAuthInfo) &&
		!whitelist.SameIdentifier(rec.Registrant, p.Record(q.Target, n, now, "").Registrant) {
		return q.missing(p) // it is somebody else's
	}
	return err
}

// missing refuses a registration without an entry: as lacking credentials where
// nobody said who the registrant is.
func (q *question) missing(p *whitelist.Policy) error {
	if q.id.bare {
		return q.nobody(p)
	}
	return p.Missing(q.Registration)
}

// nobody refuses a registration of which nobody said who the registrant is. An update
// has no way of saying it, so there the entry is what is missing.
func (q *question) nobody(p *whitelist.Policy) error {
	if q.transfer {
		return p.Missing(q.Registration)
	}
	return p.NeedCredentials(q.Registration, "preapproval:registrant")
}

// noWay is the way of a registration that was refused before it was chosen.
type noWay struct{}

func (noWay) name() string { return "none" }

func (noWay) ask(context.Context, *whitelist.Policy, *question) ([]answer, error) { return nil, nil }
