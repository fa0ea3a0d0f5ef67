package main

import (
	"context"
	"errors"
	"slices"
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
	round := max(1, int(b.round.Seconds()*createsPerSecond))
	warm := max(1, round/6)
	applied := warm + b.rounds*round
	if b.profiles != "" {
		applied += 2 * round
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
	var rounds []preapprovalRound
	for i := range b.rounds + 1 {
		plain.most, controlled.most = round, round
		if i == 0 {
			plain.most, controlled.most = warm, warm
		}
		x, err := r.compareCreates(ctx, plain, controlled)
		if err != nil {
			return err
		}
		if i > 0 {
			rounds = append(rounds, x)
		}
	}
	b.reportPreapproval(rounds)
	return errors.Join(b.profileCreates(ctx, "create-plain", plain), b.profileCreates(ctx, "create-preapproved", controlled))
}

// profileCreates is profileRound for creates whose number is given.
func (b *bench) profileCreates(ctx context.Context, name string, l load) error {
	l.most *= 2
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

// preapprovalRound is one round of both kinds of creates.
type preapprovalRound struct {
	plain, controlled outcome
	asked             cpu // of the whitelist registry during the controlled ones
}

func (r *registries) compareCreates(ctx context.Context, plain, controlled load) (x preapprovalRound, err error) {
	if x.plain, err = plain.run(ctx, longRound); err != nil {
		return x, err
	}
	before := r.whitelist.cpu()
	x.controlled, err = controlled.run(ctx, longRound)
	x.asked = r.whitelist.cpu().since(before)
	return x, err
}

func (x preapprovalRound) p99() (plain, controlled time.Duration) {
	return percentile(x.plain.latencies, 0.99), percentile(x.controlled.latencies, 0.99)
}

// each is the processor time of single creates.
func (x preapprovalRound) each() (plain, controlled cpu) {
	return x.plain.cpu.per(x.plain.ops), x.controlled.cpu.per(x.controlled.ops)
}

// middleBy is the round of which key is the median.
func middleBy(rounds []preapprovalRound, key func(preapprovalRound) float64) preapprovalRound {
	sorted := slices.Clone(rounds)
	slices.SortFunc(sorted, func(a, b preapprovalRound) int {
		switch ka, kb := key(a), key(b); {
		case ka < kb:
			return -1
		case ka > kb:
			return 1
		}
		return 0
	})
	return sorted[(len(sorted)-1)/2]
}

func (b *bench) reportPreapproval(rounds []preapprovalRound) {
	const limit = "creates of names under no policy, 8 sessions, in turns"
	x := middleBy(rounds, func(x preapprovalRound) float64 { return x.controlled.rate() / x.plain.rate() })
	b.report.compare(row{Name: "domain:create with pre-approval over DNS, 8 sessions", Unit: "/s", LimitName: limit}, pair{x.plain, x.controlled})

	x = middleBy(rounds, func(x preapprovalRound) float64 {
		plain, controlled := x.each()
		return float64(controlled.server) / float64(plain.server)
	})
	plain, controlled := x.each()
	b.report.against(row{Name: "  processor time of the target registry's server", Unit: "s", Target: mostRatio(preapprovalCPU)}, plain.server, controlled.server)
	b.report.against(row{Name: "  processor time of its PostgreSQL", Unit: "s"}, plain.database, controlled.database)
	asked := x.asked.per(x.controlled.ops)
	b.report.against(row{Name: "  processor time of the whitelist registry's server, one question", Unit: "s"}, unknown, asked.server)

	x = middleBy(rounds, func(x preapprovalRound) float64 {
		plain, controlled := x.p99()
		return float64(controlled - plain)
	})
	was, is := x.p99()
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
