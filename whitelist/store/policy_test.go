package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"cadastre/internal/pgtest"
	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/registry/store/migrations"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

var (
	policyActor = registry.Actor{Operator: true, Channel: "cli", SvTRID: "test"}
	policyNow   = time.Date(2026, 11, 21, 10, 20, 30, 0, time.UTC)
)

func newPolicyStore(t *testing.T) *store.Store {
	t.Helper()
	st, err := store.Open(context.Background(), store.Config{DSN: pgtest.New(t, migrations.FS)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	return st
}

func transact(t *testing.T, st *store.Store, fn func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if err := st.Transact(context.Background(), policyActor, policyNow, fn); err != nil {
		t.Fatal(err)
	}
}

func parsed(t *testing.T, id string) *whitelist.Policy {
	t.Helper()
	p, err := whitelist.ParsePolicy([]byte(`{"id": "` + id + `", "overseer": "Board", "zone": "有效.zone", "forms": ["{registrant}.{domain}", "{registrar}.{domain}"],
		"scope": {"any": [{"suffix": "trips"}, {"all": [{"word": "bank"}, {"registrantCountry": "XX"}]}]},
		"hash": {"registrant": "hmac-sha256"}, "key": "c2VjcmV0LXNlY3JldC1zZWNyZXQ=", "life": "2y", "hold": "36h", "prune": "week",
		"verifiers": [{"type": "rules", "words": ["a"]}, {"type": "manual", "persons": 2}], "records": [{"type": "A", "value": "192.0.2.1"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// granted stores a policy that is in force.
func granted(t *testing.T, st *store.Store, id string) {
	t.Helper()
	transact(t, st, func(ctx context.Context, tx *store.Tx) error {
		p := parsed(t, id)
		return wlstore.InsertPolicy(ctx, tx, &wlstore.PolicyRow{Name: id, State: wlstore.InForce, Granted: p, GrantedAt: tx.Now, Grant: 1, PruneAt: p.Prune.Next(tx.Now)})
	})
}

// withdraw ends a policy.
func withdraw(t *testing.T, st *store.Store, id string) {
	t.Helper()
	transact(t, st, func(ctx context.Context, tx *store.Tx) error { return end(ctx, tx, id) })
}

func end(ctx context.Context, tx *store.Tx, id string) error {
	row, err := wlstore.LockPolicy(ctx, tx, id)
	if err != nil {
		return err
	}
	row.State, row.Granted, row.Proposed = wlstore.Withdrawn, nil, row.Granted
	return wlstore.UpdatePolicy(tx, row, "withdraw")
}

// TestPolicyStored: a document comes back as it was stored, secrets included.
func TestPolicyStored(t *testing.T) {
	st := newPolicyStore(t)
	granted(t, st, "board-a")
	row, err := wlstore.Policy(context.Background(), st, "board-a")
	if err != nil {
		t.Fatal(err)
	}
	if same, err := wlstore.Same(row.Granted, parsed(t, "board-a")); err != nil || !same {
		t.Errorf("stored %+v, %v", row.Granted, err)
	}
	if row.Version != 1 || row.ID == 0 || !row.Added.Equal(policyNow) || !row.GrantedAt.Equal(policyNow) || row.Proposed != nil ||
		!row.PruneAt.Equal(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)) || !row.PrunedAt.IsZero() {
		t.Errorf("%+v", row)
	}
	err = st.Transact(context.Background(), policyActor, policyNow, func(ctx context.Context, tx *store.Tx) error {
		return wlstore.InsertPolicy(ctx, tx, &wlstore.PolicyRow{Name: "board-a", State: wlstore.Proposed, Proposed: parsed(t, "board-a")})
	})
	if !registry.IsKind(err, registry.KindExists) {
		t.Errorf("stored twice: %v", err)
	}
	if _, err := wlstore.Policy(context.Background(), st, ""); !registry.IsKind(err, registry.KindNotFound) {
		t.Errorf("no id: %v", err)
	}
}

// TestPolicySameAndProcedure: what makes names is the procedure; everything is the document.
func TestPolicySameAndProcedure(t *testing.T) {
	for name, tc := range map[string]struct {
		change    func(*whitelist.Policy)
		procedure bool // it changes
	}{
		"life":         {func(p *whitelist.Policy) { p.Life.Years = 3 }, false},
		"ground":       {func(p *whitelist.Policy) { p.Ground = "law" }, false},
		"records":      {func(p *whitelist.Policy) { p.Records = nil }, false},
		"zone":         {func(p *whitelist.Policy) { p.Zone = "valid.zone" }, true},
		"order":        {func(p *whitelist.Policy) { p.Forms[0], p.Forms[1] = p.Forms[1], p.Forms[0] }, true},
		"hash":         {func(p *whitelist.Policy) { p.Hash.Whole = whitelist.HashSHA256 }, true},
		"key":          {func(p *whitelist.Policy) { p.Key[0]++ }, true},
		"registrar_as": {func(p *whitelist.Policy) { p.RegistrarAs = "name" }, true},
	} {
		a, b := parsed(t, "board-a"), parsed(t, "board-a")
		tc.change(b)
		if same, err := wlstore.Same(a, b); err != nil || same {
			t.Errorf("%s: the documents are the same: %v", name, err)
		}
		x, err := wlstore.Procedure(a)
		if err != nil {
			t.Fatal(err)
		}
		y, err := wlstore.Procedure(b)
		if err != nil {
			t.Fatal(err)
		}
		if (x != y) != tc.procedure {
			t.Errorf("%s: procedures %s, %s", name, x, y)
		}
	}
	if same, err := wlstore.Same(nil, parsed(t, "board-a")); err != nil || same {
		t.Errorf("nothing is a document: %v", err)
	}
}

// TestGranted: the cache knows what is in force, and looks again when it forgets.
func TestGranted(t *testing.T) {
	st := newPolicyStore(t)
	g := wlstore.NewGranted(st)
	ids := func(want ...string) []*wlstore.GrantedPolicy {
		t.Helper()
		g.Forget()
		list, err := g.Get(context.Background())
		if err != nil || len(list) != len(want) {
			t.Fatalf("%v, %v; want %v", list, err, want)
		}
		for i, p := range list {
			if p.ID != want[i] {
				t.Errorf("policy %d is %s, want %s", i, p.ID, want[i])
			}
		}
		return list
	}
	ids()
	granted(t, st, "board-b")
	granted(t, st, "board-a")
	transact(t, st, func(ctx context.Context, tx *store.Tx) error {
		return wlstore.InsertPolicy(ctx, tx, &wlstore.PolicyRow{Name: "board-c", State: wlstore.Proposed, Proposed: parsed(t, "board-c")})
	})
	list := ids("board-a", "board-b")
	if p := list[0]; p.Version != 1 || p.ObjectID == 0 || p.Grant != 1 || p.Overseer != "Board" || len(p.Key) == 0 {
		t.Errorf("%+v", p)
	}
	withdraw(t, st, "board-a")
	ids("board-b")
}

// TestGrantedTogether: many callers get the same list, and one that gives up does
// not spoil it for others.
func TestGrantedTogether(t *testing.T) {
	st := newPolicyStore(t)
	granted(t, st, "board-a")
	g := wlstore.NewGranted(st)
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			ctx := context.Background()
			if i%4 == 0 {
				ctx = gone
			}
			if i%5 == 0 {
				g.Forget()
			}
			list, err := g.Get(ctx)
			switch {
			case err != nil && !errors.Is(err, context.Canceled):
				t.Errorf("%v", err)
			case err != nil && ctx != gone:
				t.Errorf("another's end: %v", err)
			case err == nil && (len(list) != 1 || list[0].ID != "board-a"):
				t.Errorf("%v", list)
			}
		})
	}
	wg.Wait()
}

// TestShareGranted: who writes under a policy keeps it from ending meanwhile, and
// others may write under it too; one that ended is not there.
func TestShareGranted(t *testing.T) {
	st := newPolicyStore(t)
	granted(t, st, "board-a")
	granted(t, st, "board-b")
	withdraw(t, st, "board-b")
	var order []string
	var mu sync.Mutex
	note := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, what)
	}
	ended := make(chan error, 1)
	transact(t, st, func(ctx context.Context, tx *store.Tx) error {
		list, err := wlstore.ShareGranted(ctx, tx, []string{"board-a", "board-b", "board-c"})
		if err != nil || len(list) != 1 || list[0].ID != "board-a" {
			t.Fatalf("%v, %v", list, err)
		}
		// Another shares it at the same time.
		transact(t, st, func(ctx context.Context, tx *store.Tx) error {
			list, err := wlstore.ShareGranted(ctx, tx, []string{"board-a"})
			if err != nil || len(list) != 1 {
				t.Errorf("%v, %v", list, err)
			}
			return err
		})
		go func() {
			ended <- st.Transact(context.Background(), policyActor, policyNow, func(ctx context.Context, tx *store.Tx) error {
				row, err := wlstore.LockPolicy(ctx, tx, "board-a")
				if err != nil {
					return err
				}
				note("ended")
				row.State, row.Granted, row.Proposed = wlstore.Withdrawn, nil, row.Granted
				return wlstore.UpdatePolicy(tx, row, "withdraw")
			})
		}()
		waitForLock(t, st)
		note("written")
		return nil
	})
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if len(order) != 2 || order[0] != "written" {
		t.Errorf("order %v", order)
	}
}

// waitForLock returns when some session of the database waits for a lock.
func waitForLock(t *testing.T, st *store.Store) {
	t.Helper()
	for range 1000 {
		var n int
		err := st.QueryRow(context.Background(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("nobody waits for the lock")
}
