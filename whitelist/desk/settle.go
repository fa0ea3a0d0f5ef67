package desk

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"

	"cadastre/internal/clock"
	"cadastre/registry"
	wlstore "cadastre/whitelist/store"
)

const (
	workEvery  = time.Second
	settleWait = 5 * time.Millisecond
)

// wakeUp has the worker look at once.
func (d *Desk) wakeUp() {
	select {
	case d.wake <- struct{}{}:
	default: // a signal is waiting already
	}
}

// SettleBy denies and prunes until nothing is left that fell due by the instant at. It
// does not wait for outside verifiers: no question to them falls due by business time.
func (d *Desk) SettleBy(ctx context.Context, at time.Time) error {
	for {
		_, workErr := d.workOverdue(ctx)
		_, pruneErr := d.pruneInTurn(ctx)
		if err := errors.Join(workErr, pruneErr); err != nil {
			return err
		}
		now := d.now()
		if at.After(now) { // the clock was set back meanwhile
			at = now
		}
		overdue, err := wlstore.Overdue(ctx, d.store, at, 1)
		if err != nil {
			return err
		}
		due, err := wlstore.DuePrunings(ctx, d.store, at, now)
		if err != nil || len(overdue)+len(due) == 0 {
			return err
		}
		select { // another process has it in hand
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(settleWait):
		}
	}
}

// Run works and prunes, every second and whenever something was applied for or the
// clock is moved, until ctx ends.
func (d *Desk) Run(ctx context.Context) {
	defer d.outside.close()
	// A process that was killed after a change of what is in force left this undone.
	if err := d.clearLeftovers(ctx, registry.System("leftovers")); err != nil && ctx.Err() == nil {
		d.log.Error("names of policies that are not in force could not be looked at", zap.Error(err))
	}
	var wg sync.WaitGroup
	c := &crew{after: func(_ bool, err error) {
		if err != nil && ctx.Err() == nil {
			d.failed("work", err)
		}
		d.wakeUp() // there is room again
	}}
	defer c.wait()
	wg.Go(func() {
		d.every(ctx, d.wake, "work", func(ctx context.Context) (int, error) {
			n, _, err := d.round(ctx, c)
			return n, err
		})
	})
	wg.Go(func() { d.every(ctx, nil, "pruning", d.pruneInTurn) })
	wg.Wait()
}

// pruneInTurn prunes when nobody else in this process does. A policy that is being
// pruned is not due any more: whoever is to know that it is done waits for its turn.
func (d *Desk) pruneInTurn(ctx context.Context) (int, error) {
	select {
	case d.pruning <- struct{}{}:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	defer func() { <-d.pruning }()
	return d.Prune(ctx)
}

func (d *Desk) failed(what string, err error) {
	d.metrics.workErrors.Inc()
	d.log.Error(what+" failed; it is tried again", zap.Error(err))
}

// every runs a job each second, when it is woken, and when the clock is moved.
func (d *Desk) every(ctx context.Context, wake <-chan struct{}, what string, job func(context.Context) (int, error)) {
	tick := time.NewTicker(workEvery)
	defer tick.Stop()
	for {
		var jumped <-chan struct{} // nil, which never fires, for a clock nobody moves
		if j, ok := d.cfg.Clock.(clock.Jumper); ok {
			jumped = j.Jumped()
		}
		if _, err := job(ctx); err != nil && ctx.Err() == nil {
			d.failed(what, err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-wake:
		case <-jumped:
		}
	}
}
