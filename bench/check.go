package main

import (
	"context"
	"time"
)

// manySessions is the number of sessions of the tables in the documentation. The sandbox
// lets each of its three registrars have twenty.
const manySessions = 32

// warmUp fills caches and pools before a measurement: connections to the database,
// prepared statements, the branch predictor.
const warmUp = 500 * time.Millisecond

// measureCheck compares domain:check with a TLS echo.
func (b *bench) measureCheck(ctx context.Context) error {
	e, err := startEcho()
	if err != nil {
		return err
	}
	defer e.stop()
	limit, err := e.load(ctx, manySessions)
	if err != nil {
		return err
	}
	defer closeAll(limit.conns)
	value, err := b.checkLoad(ctx, manySessions)
	if err != nil {
		return err
	}
	defer closeAll(value.conns)
	rounds, err := b.compare(ctx, limit.run, value.run)
	if err != nil {
		return err
	}
	b.report.compare(row{
		Name: "domain:check, 32 sessions", Unit: "/s",
		LimitName: "Go TLS 1.3 echo of 700 octets, 32 sessions", Target: bar(0.5),
	}, middle(rounds))
	return b.profileRound(ctx, "check", value.run)
}

// checkLoad opens sessions that check names nobody has.
func (b *bench) checkLoad(ctx context.Context, count int) (l load, err error) {
	l.cpu = b.sandbox.cpu
	if l.conns, err = b.sandbox.login(ctx, count); err != nil {
		return l, err
	}
	for i := range l.conns {
		l.frames = append(l.frames, checkFrame(i))
	}
	return l, nil
}

// measurer measures one thing for a while.
type measurer func(context.Context, time.Duration) (outcome, error)

// compare measures a limit and a value in turns.
func (b *bench) compare(ctx context.Context, limit, value measurer) (rounds []pair, err error) {
	for _, m := range []measurer{limit, value} {
		if _, err := m(ctx, warmUp); err != nil {
			return nil, err
		}
	}
	for range b.rounds {
		var p pair
		if p.limit, err = limit(ctx, b.round); err != nil {
			return nil, err
		}
		if p.value, err = value(ctx, b.round); err != nil {
			return nil, err
		}
		rounds = append(rounds, p)
	}
	return rounds, nil
}
