package desk_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist/desk"
	wlstore "cadastre/whitelist/store"
)

// C-115 to C-118, C-121, C-122: what is expired and unregistered goes.
func TestPruneC115C116C117C118(t *testing.T) {
	for name, make := range map[string]func(*testing.T) *world{"combined": newWorld, "apart": newFarWorld} {
		t.Run(name, func(t *testing.T) {
			w := make(t)
			w.grant(map[string]any{"verifiers": rules, "life": "30d"})
			w.grant(map[string]any{"id": "other-board", "overseer": "Other Board", "zone": "preapproved.works", "scope": map[string]any{"suffix": "domains"}, "verifiers": rules, "life": "30d"})
			w.apply(ra, "miami.trips", "UID1")
			w.apply(ra, "kept.trips", "UID1")
			w.apply(rb, "miami.domains", "UID1")
			w.register("kept.trips")
			w.clock.Advance(29 * 24 * time.Hour)
			young := w.apply(ra, "young.trips", "UID1")
			w.clock.Advance(24*time.Hour - time.Second) // a second before
			equal(t, "pruned", w.prune(), 0)
			w.clock.Advance(time.Hour)
			w.targets.down.Store(true)
			if name == "apart" {
				equal(t, "pruned without a target registry", w.prune(), 0)
				w.clock.Advance(time.Hour)
			}
			w.targets.down.Store(false)
			equal(t, "pruned", w.prune(), 2)
			w.wantZone("uid1.146.kept.trips.valid.zone", "uid1.146.young.trips.valid.zone")
			equal(t, "other zone", len(w.zone("preapproved.works")), 0)
			list := w.messages("registrar-a")
			if len(list) != 1 || !strings.Contains(list[0].Text, "uid1.146.miami.trips.valid.zone expired on 2026-12-21T10:20:30Z and was removed") {
				t.Errorf("told %+v", list)
			}
			equal(t, "the other registrar is told", len(w.messages("registrar-b")), 1)
			_, err := w.InfoName(w.ctx, ra, "uid1.146.miami.trips.valid.zone", nil)
			w.refused(err, registry.KindNotFound, "does not exist")
			w.apply(ra, "miami.trips", "UID1") // C-121
			// C-122: the kept one goes when its target is gone for good.
			_, err = w.srs.DeleteDomain(w.ctx, op, "kept.trips")
			w.must(err)
			w.clock.Advance(20 * 24 * time.Hour)
			equal(t, "pruned in redemption", w.prune(), 0) // redemption counts as registered
			w.clock.Advance(20 * 24 * time.Hour)
			_, err = w.srs.Sweep(w.ctx)
			w.must(err)
			equal(t, "pruned", w.prune(), 3)
			w.wantZone()
			equal(t, "an application is kept", w.show(young.ID).Status, desk.StatusApproved)
		})
	}
}

// C-119: the interval of each policy, and the time of its last run.
func TestPruneIntervalsC119(t *testing.T) {
	w := newWorld(t)
	for i, word := range []string{"second", "minute", "hour", "day", "week", "month"} {
		w.grant(map[string]any{
			"id": "board-" + word, "scope": map[string]any{"suffix": "trips"}, "forms": []string{[]string{
				"{domain}", "{domain}.{registrar}", "{registrar}.{domain}", "{registrant}.{domain}", "{domain}.{registrant}", "{registrant}.{registrar}.{domain}",
			}[i]}, "verifiers": rules, "prune": word,
		})
	}
	list, err := w.Apply(w.ctx, ra, request("miami.trips", "UID1"))
	w.must(err)
	equal(t, "applications", len(list), 6)
	w.clock.Set(time.Date(2027, 11, 21, 10, 20, 31, 0, time.UTC)) // a Sunday
	w.prune()                                                     // all were due: a year has passed
	equal(t, "names left", len(w.zone("valid.zone")), 0)
	for word, due := range map[string]time.Time{
		"second": time.Date(2027, 11, 21, 10, 20, 32, 0, time.UTC), "minute": time.Date(2027, 11, 21, 10, 21, 0, 0, time.UTC),
		"hour": time.Date(2027, 11, 21, 11, 0, 0, 0, time.UTC), "day": time.Date(2027, 11, 22, 0, 0, 0, 0, time.UTC),
		"week": time.Date(2027, 11, 22, 0, 0, 0, 0, time.UTC), "month": time.Date(2027, 12, 1, 0, 0, 0, 0, time.UTC),
	} {
		p, err := w.ShowPolicy(w.ctx, "board-"+word)
		w.must(err)
		equal(t, word, p.PruneAt, due)
		equal(t, word, p.PrunedAt, w.clock.Now())
	}
	w.clock.Advance(time.Second)
	equal(t, "due", w.count(`SELECT count(*) FROM policies WHERE prune_at <= $1`, w.clock.Now()), 1)
	w.must(w.SettleBy(w.ctx, w.clock.Now()))
	equal(t, "due", w.count(`SELECT count(*) FROM policies WHERE prune_at <= $1`, w.clock.Now()), 0)
}

// C-120, C-121: an entry past its time that no run has met yet makes way at once.
func TestExpiredMakesWay(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"verifiers": rules, "life": "30d", "prune": "month", "forms": []string{"{domain}"}})
	w.apply(ra, "miami.trips", "UID1")
	_, err := w.Apply(w.ctx, rb, request("miami.trips", "UID2"))
	w.refused(err, registry.KindExists, "miami.trips.valid.zone")
	w.clock.Advance(30 * 24 * time.Hour)
	w.apply(rb, "miami.trips", "UID2")
	equal(t, "who has it", strings.Contains(w.zone("valid.zone")["miami.trips.valid.zone"], "registrant=UID2; registrar=147"), true)
	equal(t, "the first is told", len(w.messages("registrar-a")), 1)
	w.clock.Advance(30 * 24 * time.Hour)
	_, err = w.Enter(w.ctx, vs, desk.EnterRequest{Name: "miami.trips.valid.zone", Target: "miami.trips", Registrant: "UID3", Registrar: "148"})
	w.must(err)
	w.check()
}

// An application that waits keeps a name it shares with an entry that is pruned.
func TestPruneSharedWithHeld(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"life": "1d", "forms": []string{"{registrant}.{domain}", "{registrar}.{domain}"}})
	w.approve(w.apply(ra, "miami.trips", "UID1").ID)
	w.clock.Advance(23 * time.Hour)
	b := w.apply(ra, "miami.trips", "UID2")
	w.clock.Advance(2 * time.Hour)
	equal(t, "pruned", w.prune(), 2)
	w.wantZone()
	_, err := w.Apply(w.ctx, ra, request("miami.trips", "UID2"))
	w.refused(err, registry.KindExists, "held")
	w.messages("registrar-a")
	w.approve(b.ID)
	w.wantZone("uid2.miami.trips.valid.zone", "146.miami.trips.valid.zone")
	w.told("registrar-a", b.ID, true)
}

// Names of a withdrawn policy are pruned until none is left.
func TestPruneWithdrawn(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"verifiers": rules, "life": "1d"})
	w.apply(ra, "miami.trips", "UID1")
	_, err := w.WithdrawPolicy(w.ctx, op, "trips-board", "over")
	w.must(err)
	w.refused(w.RemovePolicy(w.ctx, op, "trips-board"), registry.KindAssociation, "name")
	w.clock.Advance(25 * time.Hour)
	w.must(w.SettleBy(w.ctx, w.clock.Now()))
	w.wantZone()
	w.must(w.RemovePolicy(w.ctx, op, "trips-board"))
}

// C-123: what a target create has in hand is not pruned, before its commit or after.
func TestPruneSparesCreateC123(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"verifiers": rules, "life": "1d", "prune": "second"})
	w.apply(ra, "miami.trips", "UID1")
	w.apply(ra, "tokyo.trips", "UID1")
	w.clock.Advance(24 * time.Hour)
	inHand, goOn, written := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		written <- w.store.Transact(w.ctx, ra, w.clock.Now(), func(ctx context.Context, tx *store.Tx) error {
			if _, err := wlstore.ShareEntries(ctx, tx, []string{"uid1.146.miami.trips.valid.zone"}); err != nil {
				return err
			}
			close(inHand)
			<-goOn
			_, err := tx.LockForCreate(ctx, "miami.trips", nil, nil)
			if err != nil {
				return err
			}
			d, err := registry.NewDomain(ra, w.zoneNamed("trips"), registry.DomainCreate{Name: "miami.trips"}, tx.Now)
			if err != nil {
				return err
			}
			return tx.InsertDomain(ctx, d, store.References{})
		})
	}()
	<-inHand
	equal(t, "pruned beside the create", w.prune(), 1)
	w.wantZone("uid1.146.miami.trips.valid.zone")
	close(goOn)
	w.must(<-written)
	w.clock.Advance(time.Second)
	equal(t, "pruned after it", w.prune(), 0)
	w.wantZone("uid1.146.miami.trips.valid.zone")
}

func (w *world) zoneNamed(name string) *registry.Zone {
	w.Helper()
	i := slices.IndexFunc(w.known, func(z *registry.Zone) bool { return z.Name == name })
	if i < 0 {
		w.Fatalf("no zone %s", name)
	}
	return w.known[i]
}

// Many names, two processes at once: each is removed once.
func TestPruneMany(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"verifiers": rules, "life": "1d"})
	const n = 230
	for i := range n {
		w.must(second2(w.Apply(w.ctx, ra, request(fmt.Sprintf("name%d.trips", i), "UID1"))))
	}
	for i := range 3 {
		w.register(fmt.Sprintf("name%d.trips", i*60))
	}
	w.clock.Advance(25 * time.Hour)
	second := w.desk(w.store, true)
	var wg sync.WaitGroup
	var removed [2]int
	for i, d := range []*desk.Desk{w.Desk, second} {
		wg.Go(func() {
			var err error
			if removed[i], err = d.Prune(w.ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.check()
	equal(t, "removed", removed[0]+removed[1], n-3)
	equal(t, "told", len(w.messages("registrar-a")), n-3)
	equal(t, "left", len(w.zone("valid.zone")), 3)
}
