package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"cadastre/internal/clock"
	"cadastre/internal/pgtest"
	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/store"
	"cadastre/registry/store/migrations"
	"cadastre/whitelist/desk"
	wlstore "cadastre/whitelist/store"
)

// policyWorld is a registry with a target zone (trips), whitelist zones
// (valid.zone, 有效.zone), a registrar, a verifier, and a clock the test moves.
type policyWorld struct {
	*desk.Desk
	*testing.T
	ctx   context.Context
	srs   *srs.SRS
	store *store.Store
	clock *clock.Fake
}

var policyOp = registry.Actor{Operator: true, Channel: "cli", SvTRID: "test", ClTRID: "alice"}

func newPolicyWorld(t *testing.T) *policyWorld {
	t.Helper()
	w := &policyWorld{T: t, ctx: context.Background(), clock: clock.NewFake(time.Date(2026, 11, 21, 10, 20, 30, 0, time.UTC))}
	var err error
	w.store, err = store.Open(w.ctx, store.Config{DSN: pgtest.New(t, migrations.FS)})
	w.must(err)
	t.Cleanup(w.store.Close)
	w.srs, err = srs.New(srs.Config{Store: w.store, Clock: w.clock, ROIDSuffix: "TEST"})
	w.must(err)
	for _, z := range []*registry.Zone{
		registry.NewZone("trips", registry.TargetZone), registry.NewWhitelistZone("valid.zone"), registry.NewWhitelistZone("xn--fcvx2b.zone"),
	} {
		z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.nic." + z.Name, Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}}
		w.must(w.srs.AddZone(w.ctx, policyOp, z))
	}
	w.must(w.srs.AddRegistrar(w.ctx, policyOp, &registry.Registrar{ID: "registrar-a", Name: "GODADDY", IANA: 146, Country: "US", Currency: "USD"}, "secret-a-123"))
	w.must(w.srs.AddRegistrar(w.ctx, policyOp, &registry.Registrar{ID: "trips-board", Name: "Trips Board", Kind: registry.VerifierAccount, Currency: "USD"}, "secret-t-123"))
	w.Desk, err = desk.New(desk.Config{Store: w.store, Clock: w.clock})
	w.must(err)
	t.Cleanup(func() {
		faults, err := w.store.CheckWorld(w.ctx)
		if err != nil || len(faults) > 0 {
			t.Errorf("the registry is not sound: %v, %v", faults, err)
		}
	})
	return w
}

func (w *policyWorld) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// refused demands an error of a kind whose text holds part.
func (w *policyWorld) refused(err error, kind registry.Kind, part string) {
	w.Helper()
	var e *registry.Error
	if !errors.As(err, &e) || e.Kind != kind || !strings.Contains(e.Error(), part) {
		w.Fatalf("got %v, want kind %d with %q", err, kind, part)
	}
}

// document is a policy over trips, with some keys changed; a nil value leaves a key out.
func document(change map[string]any) []byte {
	doc := map[string]any{
		"id": "trips-board", "overseer": "Trips Board", "ground": "Travel Names Act, s. 4", "zone": "valid.zone",
		"forms": []string{"{registrant}.{registrar}.{domain}"},
		"scope": map[string]any{"suffix": "trips"},
		"verifiers": []any{
			map[string]any{"type": "rules", "words": []string{"offensiveword"}, "registrants": []string{"UID666"}, "registrars": []string{"148"}},
			map[string]any{"type": "manual"},
		},
		"prune": "hour",
	}
	for k, v := range change {
		if v == nil {
			delete(doc, k)
		} else {
			doc[k] = v
		}
	}
	data, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	return data
}

func (w *policyWorld) add(change map[string]any) *desk.Policy {
	w.Helper()
	p, err := w.AddPolicy(w.ctx, policyOp, document(change))
	w.must(err)
	return p
}

func (w *policyWorld) grant(id string) *desk.Policy {
	w.Helper()
	p, err := w.GrantPolicy(w.ctx, policyOp, id)
	w.must(err)
	return p
}

func (w *policyWorld) withdraw(id, reason string) *desk.Policy {
	w.Helper()
	p, err := w.WithdrawPolicy(w.ctx, policyOp, id, reason)
	w.must(err)
	return p
}

// inForce are the ids of the granted policies, as a process sees them that starts now.
func (w *policyWorld) inForce() (ids []string) {
	w.Helper()
	list, err := wlstore.NewGranted(w.store).Get(w.ctx)
	w.must(err)
	for _, p := range list {
		ids = append(ids, p.ID)
	}
	return ids
}

// actions are the lines of a policy's history.
func (w *policyWorld) actions(id string) (list []string) {
	w.Helper()
	entries, err := w.store.History(w.ctx, "policy", id)
	w.must(err)
	for _, e := range entries {
		list = append(list, e.Action)
		if e.Actor != "registry" || e.Channel != "cli" || e.ClTRID != "alice" {
			w.Errorf("history does not say who: %+v", e)
		}
	}
	return list
}

func (w *policyWorld) balance(id string) int64 {
	w.Helper()
	r, err := w.store.Registrar(w.ctx, id)
	w.must(err)
	return r.Balance
}

// publish puts a whitelist name of a policy straight into the store.
func (w *policyWorld) publish(policy, name string) {
	w.Helper()
	w.must(w.store.Transact(w.ctx, policyOp, w.clock.Now(), func(ctx context.Context, tx *store.Tx) error {
		id, err := tx.NewID(ctx)
		if err != nil {
			return err
		}
		tx.Write("", "", `INSERT INTO whitelist_names (name, id, zone_id, policy, target, registrant, sponsor, state, created_at, published_at, expires_at, version)
			VALUES ($1, $2, 1, $3, 'miami.trips', 'UID1', 'trips-board', 'published', $4, $4, $5, 1)`,
			name, id, policy, tx.Now, tx.Now.AddDate(1, 0, 0))
		return nil
	}))
}

func (w *policyWorld) unpublish(name string) {
	w.Helper()
	w.must(w.store.Transact(w.ctx, policyOp, w.clock.Now(), func(_ context.Context, tx *store.Tx) error {
		tx.Write("", "", `DELETE FROM whitelist_names WHERE name = $1`, name)
		return nil
	}))
}

func (w *policyWorld) equal(what string, got, want any) {
	w.Helper()
	g, err := json.Marshal(got)
	w.must(err)
	x, err := json.Marshal(want)
	w.must(err)
	if !slices.Equal(g, x) {
		w.Errorf("%s: %s, want %s", what, g, x)
	}
}
