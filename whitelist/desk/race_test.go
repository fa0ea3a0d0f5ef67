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
	"cadastre/registry/srs"
	"cadastre/whitelist/desk"
	"cadastre/whitelist/gate"
	wlstore "cadastre/whitelist/store"
)

// gated puts the target registry's check before the world's registrations.
func (w *world) gated() {
	w.Helper()
	g, err := gate.New(gate.Config{Store: w.store, Clock: w.clock, Policies: wlstore.NewGranted(w.store)})
	w.must(err)
	w.srs, err = srs.New(srs.Config{Store: w.store, Clock: w.clock, ROIDSuffix: "TEST", Preapproval: g})
	w.must(err)
}

func (w *world) create(actor registry.Actor, target, registrant string) error {
	_, err := w.srs.CreateDomain(w.ctx, actor, registry.DomainCreate{Name: target, Preapproval: registry.Preapproval{Registrant: registrant}})
	return err
}

// C-50, C-86, C-120: the target's check sees what the desk does, at once.
func TestTargetSeesC50C86C120(t *testing.T) {
	w := newWorld(t)
	w.gated()
	w.grant(map[string]any{"prune": "month"})
	w.refused(w.create(ra, "miami.trips", "UID1"), registry.KindDataPolicy, "Trips Board")
	a := w.apply(ra, "miami.trips", "UID1")
	w.refused(w.create(ra, "miami.trips", "UID1"), registry.KindDataPolicy, "Trips Board")
	w.approve(a.ID)
	b := w.apply(ra, "tokyo.trips", "UID1")
	w.approve(b.ID)
	w.must(w.create(ra, "miami.trips", "UID1"))
	w.clock.Advance(366 * 24 * time.Hour)
	w.refused(w.create(ra, "tokyo.trips", "UID1"), registry.KindDataPolicy, "expired")
	equal(t, "pruned", w.prune(), 1)
	w.refused(w.create(ra, "tokyo.trips", "UID1"), registry.KindDataPolicy, "Trips Board")
}

// C-123: creates, pruning and time race around the instants at which entries
// expire. A name that is registered has the entry it was checked against.
func TestPruneRacesCreatesC123(t *testing.T) {
	w := newWorld(t)
	w.gated()
	w.grant(map[string]any{"verifiers": rules, "life": "20s", "prune": "second"})
	_, err := w.srs.Deposit(w.ctx, op, "registrar-a", 1_000_000_000)
	w.must(err)
	second := w.desk(w.store, true)
	ctx, stop := context.WithTimeout(w.ctx, 4*time.Second)
	defer stop()
	var created, denied, pruned, cursor atomic.Int64
	var wg sync.WaitGroup
	wg.Go(func() {
		for ; ctx.Err() == nil; cursor.Add(1) {
			name := fmt.Sprintf("name%d.trips", cursor.Load())
			if _, err := w.Apply(w.ctx, ra, request(name, "UID1")); err != nil {
				t.Error(err)
			}
		}
	})
	for range 3 {
		wg.Go(func() {
			for ctx.Err() == nil {
				name := fmt.Sprintf("name%d.trips", max(0, cursor.Load()-rand.Int64N(40)))
				switch err := w.create(ra, name, "UID1"); {
				case err == nil:
					created.Add(1)
				case registry.IsKind(err, registry.KindDataPolicy):
					denied.Add(1)
				case !registry.IsKind(err, registry.KindExists):
					t.Error(err)
				}
			}
		})
	}
	for _, d := range []*desk.Desk{w.Desk, second} {
		wg.Go(func() {
			for ctx.Err() == nil {
				w.clock.Advance(time.Second)
				n, err := d.Prune(w.ctx)
				if err != nil {
					t.Error(err)
				}
				pruned.Add(int64(n))
			}
		})
	}
	wg.Wait()
	w.check()
	t.Logf("%d created, %d denied, %d pruned", created.Load(), denied.Load(), pruned.Load())
	if created.Load() < 5 || pruned.Load() < 5 {
		t.Errorf("%d created and %d pruned: the test shows little", created.Load(), pruned.Load())
	}
	equal(t, "registered without an entry", w.count(`SELECT count(*) FROM domains d WHERE NOT EXISTS (SELECT 1 FROM whitelist_names n WHERE n.target = d.name)`), 0)
	equal(t, "registered after the entry expired", w.count(`SELECT count(*) FROM domains d JOIN whitelist_names n ON n.target = d.name WHERE d.created_at >= n.expires_at`), 0)
}
