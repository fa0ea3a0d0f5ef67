package dnsout

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// follower keeps one zone current. Its goroutine alone writes the zone's content.
type follower struct {
	p      *publisher
	id     int64
	name   string
	ctx    context.Context
	cancel context.CancelFunc
	log    *zap.Logger
	wake   chan struct{}
	first  chan struct{} // closed when the zone is loaded, or found unfit

	mu          sync.Mutex
	seen        view // the latest the poll showed
	waiters     []waiter
	behindSince time.Time // since when answers lack something; zero when they do not

	zone atomic.Pointer[zone] // nil until loaded; set by the goroutine

	// The rest belongs to the goroutine.
	enc    encoder
	config int64 // ConfigVersion of the apex that is served
	tried  bool
}

// waiter wants to hear when what v shows is in the answers.
type waiter struct {
	v    view
	done chan outcome
}

// outcome of one round: settled says that nothing v showed as dirty is left.
type outcome struct {
	settled bool
	err     error
}

func newFollower(p *publisher, v view) *follower {
	f := &follower{
		p: p, id: v.ID, name: v.Name, log: p.cfg.Log.With(zap.String("zone", v.Name)),
		wake: make(chan struct{}, 1), first: make(chan struct{}),
	}
	f.ctx, f.cancel = context.WithCancel(p.ctx)
	p.cfg.Metrics.rejected.WithLabelValues(f.name) // so that an alarm sees the first one
	return f
}

// notify hands over how the zone stands in the store.
func (f *follower) notify(v view) {
	f.mu.Lock()
	f.seen = v
	if v.Dirty && f.behindSince.IsZero() {
		f.behindSince = time.Now()
	}
	lag := 0.0
	if !f.behindSince.IsZero() {
		lag = time.Since(f.behindSince).Seconds()
	}
	f.mu.Unlock()
	f.p.cfg.Metrics.dirty.WithLabelValues(f.name).Set(float64(v.Backlog))
	f.p.cfg.Metrics.lag.WithLabelValues(f.name).Set(lag)
	f.poke()
}

func (f *follower) poke() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// await returns after a round that began after the call and knew of v.
func (f *follower) await(ctx context.Context, v view) outcome {
	w := waiter{v, make(chan outcome, 1)}
	f.mu.Lock()
	f.waiters = append(f.waiters, w)
	f.mu.Unlock()
	f.poke()
	select {
	case o := <-w.done:
		return o
	case <-ctx.Done():
		return outcome{err: ctx.Err()}
	case <-f.ctx.Done():
		return outcome{err: f.ctx.Err()}
	}
}

// take returns what a round has to regard.
func (f *follower) take() (view, []waiter) {
	f.mu.Lock()
	defer f.mu.Unlock()
	waiters := f.waiters
	f.waiters = nil
	return f.seen, waiters
}

// run does a round whenever it is woken, and after a failure when the wait is over.
func (f *follower) run() {
	defer f.gone()
	var retry backoff
	for {
		select {
		case <-f.ctx.Done():
			return
		case <-f.wake:
		}
		v, waiters := f.take()
		for _, w := range waiters {
			v.Dirty = v.Dirty || w.v.Dirty
		}
		drained, err := f.round(v)
		if f.ctx.Err() != nil {
			return
		}
		if err == nil && (drained || !v.Dirty) {
			f.mu.Lock()
			f.behindSince = time.Time{}
			f.mu.Unlock()
		}
		for _, w := range waiters {
			w.done <- outcome{settled: drained || !w.v.Dirty, err: err}
		}
		if err == nil {
			retry.reset()
			continue
		}
		wait := retry.next()
		if errors.Is(err, errHeld) {
			wait = jitter(heldRetry)
		}
		f.log.Error("the zone is not up to date", zap.Error(err), zap.Duration("next_try", wait))
		if !f.rest(wait, err) {
			return
		}
		f.poke()
	}
}

// rest waits after a failure and says whether to go on. Somebody who waits for the
// zone has just read the store: he shortens the wait, but hears at once that the
// zone is held.
func (f *follower) rest(d time.Duration, failure error) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		select {
		case <-f.ctx.Done():
			return false
		case <-timer.C:
			return true
		case <-f.wake:
		}
		if !errors.Is(failure, errHeld) {
			f.mu.Lock()
			wanted := len(f.waiters) > 0
			f.mu.Unlock()
			if wanted {
				return sleep(f.ctx, f.p.cfg.MinStep)
			}
			continue
		}
		_, waiters := f.take()
		for _, w := range waiters {
			w.done <- outcome{err: failure}
		}
	}
}

// gone takes a removed zone out of the answers; when the whole server stops, the
// zone stays.
func (f *follower) gone() {
	if f.p.ctx.Err() != nil {
		return
	}
	f.log.Info("zone removed")
	if z := f.zone.Load(); z != nil {
		f.p.zones.drop(z)
	}
	f.p.cfg.Metrics.forget(f.name)
}

// round brings the zone up to v and further: loads it, takes changed settings,
// publishes dirty names and applies the journal. drained says that the dirty names
// were published to the last.
func (f *follower) round(v view) (drained bool, err error) {
	if f.zone.Load() == nil {
		err := f.load(v)
		if err == nil || errors.Is(err, errHeld) {
			f.settleFirst()
		}
		f.held(err)
		if err != nil {
			return false, err
		}
	}
	var configErr error
	if v.ConfigVersion != f.config {
		// A fault in the settings must not keep names from being published.
		configErr = f.refreshApex(v)
	}
	if v.Dirty {
		drained, err = f.publish()
	}
	switch {
	case err != nil:
	case v.rewound && serialLess(v.Serial, f.serial()):
		f.log.Error("the store was set back to an older serial; building the zone anew",
			zap.Uint32("stored", v.Serial), zap.Uint32("served", f.serial()))
		err = f.rebuild()
	case serialLess(f.serial(), v.Serial): // else publish went beyond v already
		err = f.catchUp()
	}
	err = errors.Join(configErr, err)
	f.held(err)
	return drained, err
}

func (f *follower) settleFirst() {
	if !f.tried {
		f.tried = true
		close(f.first)
	}
}

func (f *follower) held(err error) {
	value := 0.0
	if errors.Is(err, errHeld) {
		value = 1
	}
	f.p.cfg.Metrics.zoneHeld.WithLabelValues(f.name).Set(value)
}

func (f *follower) serial() uint32 { return f.zone.Load().serial() }

// fail counts a failed operation and passes its error on.
func (f *follower) fail(operation string, err error) error {
	if f.ctx.Err() == nil {
		f.p.cfg.Metrics.errors.WithLabelValues(operation).Inc()
	}
	return err
}
