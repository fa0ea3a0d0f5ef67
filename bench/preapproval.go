package main

import (
	"context"
	"errors"
	"time"

	"cadastre/epp"
)

// What pre-approval may add to a create of the target registry.
const (
	preapprovalCPU = 1.3                  // times the processor time without
	preapprovalP99 = 5 * time.Millisecond // to the latency that one in a hundred exceeds
)

// createsPerSecond is how many creates of one session make up a second of a round: each
// name must have been applied for, so their number is what is given.
const createsPerSecond = 100

// turns is in how many parts a round is done, of the one kind and of the other by turns:
// what is compared here is close together, and what else the machine does meanwhile is to
// be the same for both. All parts count.
const turns = 4

// measurePreapproval compares creates of names that a policy controls, of which the
// whitelist registry is asked over DNS, with creates of others.
func (b *bench) measurePreapproval(ctx context.Context) (err error) {
	r, err := b.startRegistries(ctx)
	shared := b.sandbox
	defer func() {
		b.sandbox, b.stage = shared, nil
		err = errors.Join(r.explain(b, err), r.stop())
	}()
	if err != nil {
		return err
	}
	b.sandbox = r.target
	turn := max(1, int(b.round.Seconds()*createsPerSecond/turns))
	applied := turn + b.rounds*turns*turn // with one turn to warm up
	if b.profiles != "" {
		applied += turns * turn
	}
	if err := r.applyForAll(ctx, applied); err != nil {
		return err
	}
	plain, controlled, err := r.createLoads(ctx, b)
	if err != nil {
		return err
	}
	defer closeAll(plain.conns)
	defer closeAll(controlled.conns)
	plain.most, controlled.most = turn, turn
	if _, err := r.compareCreates(ctx, plain, controlled); err != nil {
		return err
	}
	var all comparison
	for range b.rounds * turns {
		x, err := r.compareCreates(ctx, plain, controlled)
		if err != nil {
			return err
		}
		all = all.with(x)
	}
	b.reportPreapproval(all)
	plain.most, controlled.most = turns*turn, turns*turn
	return errors.Join(b.profileCreates(ctx, "create-plain", plain), b.profileCreates(ctx, "create-preapproved", controlled))
}

// profileCreates is profileRound for creates whose number is given.
func (b *bench) profileCreates(ctx context.Context, name string, l load) error {
	return b.profileRound(ctx, name, func(ctx context.Context, _ time.Duration) (outcome, error) { return l.run(ctx, longRound) })
}

// longRound is more than any round takes whose end something else decides.
const longRound = time.Hour

// applyForAll has the first names of each session's creates approved.
func (r *registries) applyForAll(ctx context.Context, each int) error {
	l, err := r.applyLoad(ctx, fewSessions, seedApproved, trusted)
	if err != nil {
		return err
	}
	defer closeAll(l.conns)
	l.most = each
	if _, err := l.run(ctx, longRound); err != nil {
		return err
	}
	return r.awaitPublished(ctx)
}

// createLoads opens sessions at the target registry that create names in both ways. A
// session that creates controlled names does so in the order in which the same session
// at the whitelist registry applied for them.
func (r *registries) createLoads(ctx context.Context, b *bench) (plain, controlled load, err error) {
	if err := b.setStage(ctx); err != nil {
		return plain, controlled, err
	}
	plain.cpu, controlled.cpu = r.target.cpu, r.target.cpu
	fail := func(err error) (load, load, error) {
		closeAll(plain.conns)
		closeAll(controlled.conns)
		return load{}, load{}, err
	}
	for i := range fewSessions {
		for _, l := range []*load{&plain, &controlled} {
			c, err := r.target.loginAs(ctx, r.target.registrarOf(trusted(i)))
			if err != nil {
				return fail(err)
			}
			l.conns = append(l.conns, c)
		}
		contacts := contactsOf(trusted(i))
		plain.frames = append(plain.frames, newPrepared(createBody("b"+mark+"."+freeZone, contacts), seedApproved+i, "1000"))
		register := &epp.PreapprovalCreate{Op: epp.PreapprovalRegister, Registrant: &epp.PreapprovalParty{ID: person(i)}}
		controlled.frames = append(controlled.frames, newPrepared(createBody("b"+mark+"."+tripsZone, contacts), seedApproved+i, "1000", register))
	}
	return plain, controlled, nil
}

// comparison is creates of both kinds.
type comparison struct {
	plain, controlled outcome
	asked             cpu // of the whitelist registry during the controlled ones
}

func (r *registries) compareCreates(ctx context.Context, plain, controlled load) (x comparison, err error) {
	if x.plain, err = plain.run(ctx, longRound); err != nil {
		return x, err
	}
	before := r.whitelist.cpu()
	x.controlled, err = controlled.run(ctx, longRound)
	x.asked = r.whitelist.cpu().since(before)
	return x, err
}

func (x comparison) with(y comparison) comparison {
	return comparison{x.plain.with(y.plain), x.controlled.with(y.controlled), x.asked.plus(y.asked)}
}

func (b *bench) reportPreapproval(x comparison) {
	b.report.compare(row{
		Name: "domain:create with pre-approval over DNS, 8 sessions", Unit: "/s", LimitName: "creates of names under no policy, 8 sessions, in turns",
	}, pair{x.plain, x.controlled})
	plain, controlled := x.plain.cpu.per(x.plain.ops), x.controlled.cpu.per(x.controlled.ops)
	b.report.against(row{Name: "  processor time of the target registry's server", Unit: "s", Target: mostRatio(preapprovalCPU)}, plain.server, controlled.server)
	b.report.against(row{Name: "  processor time of its PostgreSQL", Unit: "s"}, plain.database, controlled.database)
	asked := x.asked.per(x.controlled.ops)
	b.report.against(row{Name: "  processor time of the whitelist registry's server, one question", Unit: "s"}, unknown, asked.server)
	was, is := percentile(x.plain.latencies, 0.99), percentile(x.controlled.latencies, 0.99)
	b.report.against(row{Name: "  p99", Unit: "s", Target: most((was + preapprovalP99).Seconds())}, was, is)
}

// against adds a time beside the one it is compared with; unknown ones are left out.
func (r *report) against(x row, limit, value time.Duration) {
	if value < 0 {
		return
	}
	x.Value = value.Seconds()
	if limit > 0 {
		x.Limit, x.Ratio = limit.Seconds(), value.Seconds()/limit.Seconds()
	}
	r.add(x)
}
