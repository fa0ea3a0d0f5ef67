package desk_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/whitelist/desk"
)

// TestCrashes applies, decides, enters, prunes and registers from two processes
// while connections to the database are cut at any instant, and holds what is left
// against the invariants: nothing half done, nothing told twice.
func TestCrashes(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"forms": []string{"{registrant}.{domain}", "{registrar}.{domain}"}, "life": "90s", "prune": "second", "hold": "120s"})
	second := w.desk(w.store, true)
	ctx, stop := context.WithTimeout(w.ctx, 4*time.Second)
	defer stop()
	var wg sync.WaitGroup
	var cuts, answered atomic.Int64
	pick := func() *desk.Desk {
		if rand.IntN(2) == 0 {
			return second
		}
		return w.Desk
	}
	loop := func(f func() error) {
		wg.Go(func() {
			for ctx.Err() == nil {
				if f() == nil {
					answered.Add(1)
				}
			}
		})
	}
	target := func() string { return fmt.Sprintf("name%d.trips", rand.IntN(12)) }
	for _, actor := range []registry.Actor{ra, rb} {
		loop(func() error {
			_, err := pick().Apply(ctx, actor, request(target(), fmt.Sprintf("UID%d", rand.IntN(3))))
			return err
		})
	}
	loop(func() error {
		list, err := pick().Applications(ctx, op, desk.ApplicationFilter{Status: desk.StatusPending})
		if err != nil || len(list) == 0 {
			return err
		}
		_, err = pick().Decide(ctx, op, list[rand.IntN(len(list))].ID, desk.Decision{Approve: rand.IntN(3) > 0, By: "ann"})
		return err
	})
	loop(func() error {
		name := target()
		if _, err := pick().Enter(ctx, vs, desk.EnterRequest{Name: "uid9." + name + ".valid.zone", Target: name, Registrant: "UID9", Registrar: "148"}); err != nil {
			return err
		}
		return pick().DeleteName(ctx, vs, "uid9."+name+".valid.zone")
	})
	loop(func() error {
		name := target()
		if _, err := w.srs.CreateDomain(ctx, rc, registry.DomainCreate{Name: name}); err != nil {
			return err
		}
		_, err := w.srs.DeleteDomain(ctx, rc, name)
		return err
	})
	loop(func() error {
		w.clock.Advance(time.Duration(rand.IntN(5)) * time.Second)
		_, err := pick().Prune(ctx)
		if _, e := pick().Work(ctx); e != nil {
			return e
		}
		return err
	})
	wg.Go(func() { // the plug
		for ctx.Err() == nil {
			time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
			var n int
			if w.store.QueryRow(ctx, `SELECT count(pg_terminate_backend(pid)) FROM (
				SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 2) x`).Scan(&n) == nil {
				cuts.Add(int64(n))
			}
		}
	})
	wg.Wait()
	// Connections that were cut last are found out by using all of them at once.
	for range w.store.PoolStat().Max {
		wg.Go(func() {
			var one int
			w.store.QueryRow(w.ctx, `SELECT 1 FROM pg_sleep(0.1)`).Scan(&one) //nolint:errcheck // as it should be
		})
	}
	wg.Wait()
	w.check()
	if cuts.Load() < 10 || answered.Load() < 50 {
		t.Errorf("%d connections cut, %d commands answered: the test shows little", cuts.Load(), answered.Load())
	}
	t.Logf("%d connections cut, %d commands answered, %d applications", cuts.Load(), answered.Load(), w.count(`SELECT count(*) FROM applications`))
	// Every application that is over was told of, once: by a message, or by the answer alone.
	w.clock.Advance(time.Hour)
	w.must(w.SettleBy(w.ctx, w.clock.Now()))
	w.check()
	equal(t, "undecided", w.count(`SELECT count(*) FROM applications WHERE state = 'held'`), 0)
	equal(t, "told", w.count(`SELECT count(*) FROM poll_messages WHERE pending IS NOT NULL`), w.count(`SELECT count(*) FROM applications`))
}
