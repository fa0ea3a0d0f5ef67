package desk_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"cadastre/whitelist/desk"
)

// slowTargets knows no name, and says so when it is let.
type slowTargets struct {
	once           sync.Once
	entered, letGo chan struct{}
}

func (s *slowTargets) Registered(_ context.Context, names []string) (map[string]bool, error) {
	s.once.Do(func() { close(s.entered) })
	<-s.letGo
	out := map[string]bool{}
	for _, n := range names {
		out[n] = false
	}
	return out, nil
}

// Whoever moves the clock is answered when the pruning that it began is done, also
// when the desk's own work began it.
func TestSettleWaitsForPruning(t *testing.T) {
	w := newFarWorld(t)
	w.grant(map[string]any{"verifiers": rules, "life": "1d"})
	w.apply(ra, "miami.trips", "UID1")
	slow := &slowTargets{entered: make(chan struct{}), letGo: make(chan struct{})}
	d, err := desk.New(desk.Config{Store: w.store, Clock: w.clock, Targets: slow})
	w.must(err)
	ctx, stop := context.WithCancel(w.ctx)
	var runs sync.WaitGroup
	runs.Go(func() { d.Run(ctx) })
	defer runs.Wait()
	defer stop()
	w.clock.Advance(25 * time.Hour)
	<-slow.entered
	time.AfterFunc(100*time.Millisecond, func() { close(slow.letGo) }) // SettleBy has long been at work by then
	w.must(d.SettleBy(w.ctx, w.clock.Now()))
	w.wantZone()
}
