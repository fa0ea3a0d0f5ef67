package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cadastre/epp"
)

// fewSessions is the number of sessions, and of pgbench's clients, that a small registry
// has at work at a time.
const fewSessions = 8

// First seeds of the names that each use of createLoad makes, so that no two make one.
const (
	seedFew     = 0
	seedMany    = 40
	seedVisible = 80
	seedGrowth  = 120
	seedGrown   = 140
	seedSample  = 160

	// In zones, or at registries, of their own.
	seedApproved = 0
	seedBulk     = 0
	seedOthers   = 40
)

// measureCreate compares durable domain:create with pgbench. Both numbers of sessions are
// compared with the same run of pgbench: more clients would not change what the disk and
// the registrars' three account rows let through.
func (b *bench) measureCreate(ctx context.Context) error {
	if err := b.setLimits(ctx); err != nil {
		return err
	}
	few, err := b.createLoad(ctx, fewSessions, seedFew)
	if err != nil {
		return err
	}
	defer closeAll(few.conns)
	many, err := b.createLoad(ctx, manySessions, seedMany)
	if err != nil {
		return err
	}
	defer closeAll(many.conns)
	limit := func(ctx context.Context, d time.Duration) (outcome, error) {
		return b.limits.run(ctx, d, pgbenchRun{script: scriptCreate, clients: fewSessions})
	}
	fewRounds, manyRounds, err := b.compareBoth(ctx, limit, few.run, many.run)
	if err != nil {
		return err
	}
	for _, x := range []struct {
		sessions int
		rounds   []pair
	}{{fewSessions, fewRounds}, {manySessions, manyRounds}} {
		b.report.compare(row{
			Name: fmt.Sprintf("domain:create%s, %d sessions", few.with, x.sessions), Unit: "/s",
			LimitName: "pgbench, same inserts, 8 clients", Target: bar(0.7),
		}, middle(x.rounds))
	}
	pipelined, err := b.limits.run(ctx, b.round, pgbenchRun{script: scriptPipelined, clients: fewSessions})
	if err != nil {
		return err
	}
	b.report.add(row{Name: "  for information: pgbench, each transaction in one round trip", Unit: "/s", Value: pipelined.rate()}.with(pipelined))
	return errors.Join(b.profileRound(ctx, "create-8", few.run), b.profileRound(ctx, "create-32", many.run))
}

// compareBoth is compare with two values for one limit.
func (b *bench) compareBoth(ctx context.Context, limit, one, two measurer) (first, second []pair, err error) {
	for _, m := range []measurer{limit, one, two} {
		if _, err := m(ctx, warmUp); err != nil {
			return nil, nil, err
		}
	}
	for range b.rounds {
		var o [3]outcome
		for i, m := range []measurer{limit, one, two} {
			if o[i], err = m(ctx, b.round); err != nil {
				return nil, nil, err
			}
		}
		first, second = append(first, pair{o[0], o[1]}), append(second, pair{o[0], o[2]})
	}
	return first, second, nil
}

// createLoad opens sessions that create names nobody has.
func (b *bench) createLoad(ctx context.Context, sessions, seed int) (l load, err error) {
	if err := b.setStage(ctx); err != nil {
		return l, err
	}
	l.cpu = b.sandbox.cpu
	if l.conns, err = b.sandbox.login(ctx, sessions); err != nil {
		return l, err
	}
	ext, err := b.sandbox.createExtensions(ctx)
	if err != nil {
		return l, err
	}
	l.with = extended(ext)
	for i := range l.conns {
		l.frames = append(l.frames, createFrame(seed+i, contactsOf(i), ext...))
	}
	return l, nil
}

// takenName is registered when a sandbox begins.
const takenName = "taken." + zone

// measureLosing compares creates of a name that is taken with pgbench's vain inserts.
func (b *bench) measureLosing(ctx context.Context) error {
	if err := b.setLimits(ctx); err != nil {
		return err
	}
	value, err := b.createLoad(ctx, manySessions, 0)
	if err != nil {
		return err
	}
	defer closeAll(value.conns)
	for i := range value.frames {
		value.frames[i] = newPrepared(createBody(takenName, contactsOf(i)), 0, epp.CodeObjectExists.String())
	}
	limit := func(ctx context.Context, d time.Duration) (outcome, error) {
		return b.limits.run(ctx, d, pgbenchRun{script: scriptLosing, clients: manySessions})
	}
	rounds, err := b.compare(ctx, limit, value.run)
	if err != nil {
		return err
	}
	b.report.compare(row{
		Name: "domain:create of a taken name, 32 sessions", Unit: "/s",
		LimitName: "pgbench, INSERT … ON CONFLICT DO NOTHING, 32 clients", Target: bar(1),
	}, middle(rounds))
	return b.profileRound(ctx, "losing", value.run)
}
