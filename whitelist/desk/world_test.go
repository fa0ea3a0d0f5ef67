package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
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

var (
	ra = registry.Actor{Registrar: "registrar-a", Channel: "epp", ClTRID: "CL-A", SvTRID: "SV-A"}
	rb = registry.Actor{Registrar: "registrar-b", Channel: "epp", ClTRID: "CL-B", SvTRID: "SV-B"}
	rc = registry.Actor{Registrar: "registrar-c", Channel: "epp", ClTRID: "CL-C", SvTRID: "SV-C"}
	op = registry.Actor{Operator: true, Channel: "cli", SvTRID: "SV-OP"}
	vs = registry.Actor{Registrar: "trips-board", Verifier: true, Channel: "epp", SvTRID: "SV-V"}
	v2 = registry.Actor{Registrar: "other-board", Verifier: true, Channel: "rest", SvTRID: "SV-V2"}
)

// world is a whitelist registry on a database of its own. Combined, it runs the
// target zones trips and domains too; else these are another registry's.
type world struct {
	*desk.Desk
	*testing.T
	ctx     context.Context
	store   *store.Store
	clock   *clock.Fake
	srs     *srs.SRS // of the target registry
	targets *farTargets
	dsn     string
	known   []*registry.Zone
}

// farTargets asks another registry, as long as the way there is open.
type farTargets struct {
	*desk.LocalTargets
	down  atomic.Bool
	asked atomic.Int64
}

func (f *farTargets) Registered(ctx context.Context, names []string) (map[string]bool, error) {
	f.asked.Add(1)
	if f.down.Load() {
		return nil, errors.New("no way to the target registry")
	}
	return f.LocalTargets.Registered(ctx, names)
}

func newWorld(t *testing.T) *world { return makeWorld(t, true) }

// newFarWorld is a whitelist registry whose targets are another registry's.
func newFarWorld(t *testing.T) *world { return makeWorld(t, false) }

func openStore(t *testing.T) (*store.Store, string) {
	t.Helper()
	dsn := pgtest.New(t, migrations.FS)
	st, err := store.Open(context.Background(), store.Config{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	return st, dsn
}

func makeWorld(t *testing.T, combined bool) *world {
	t.Helper()
	w := &world{T: t, ctx: context.Background(), clock: clock.NewFake(time.Date(2026, 11, 21, 10, 20, 30, 500_000_000, time.UTC))}
	w.store, w.dsn = openStore(t)
	own, err := srs.New(srs.Config{Store: w.store, Clock: w.clock, ROIDSuffix: "TEST"})
	w.must(err)
	w.srs = own
	targetStore := w.store
	if !combined {
		targetStore, _ = openStore(t)
		w.srs, err = srs.New(srs.Config{Store: targetStore, Clock: w.clock, ROIDSuffix: "TEST"})
		w.must(err)
	}
	for _, z := range []*registry.Zone{registry.NewWhitelistZone("valid.zone"), registry.NewWhitelistZone("preapproved.works")} {
		w.addZone(own, z)
	}
	for _, name := range []string{"trips", "domains"} {
		z := registry.NewZone(name, registry.TargetZone)
		z.Policy.RegistrantRequired = false
		w.addZone(w.srs, z)
	}
	for i, id := range []string{"registrar-a", "registrar-b", "registrar-c"} {
		r := registry.Registrar{ID: id, Name: "Registrar " + strings.ToUpper(id[10:]), IANA: 146 + i, Country: "US", Currency: "USD"}
		w.account(own, r)
		if !combined {
			w.account(w.srs, r)
		}
	}
	for _, id := range []string{"trips-board", "other-board"} {
		w.account(own, registry.Registrar{ID: id, Name: id, Kind: registry.VerifierAccount, Currency: "USD"})
	}
	w.targets = &farTargets{LocalTargets: desk.NewLocalTargets(targetStore, w.clock)}
	w.Desk = w.desk(w.store, combined)
	t.Cleanup(w.check)
	return w
}

// desk makes another process's desk on the same database.
func (w *world) desk(st *store.Store, combined bool) *desk.Desk {
	w.Helper()
	d, err := desk.New(desk.Config{Store: st, Clock: w.clock, Targets: w.targets})
	w.must(err)
	return d
}

func (w *world) addZone(s *srs.SRS, z *registry.Zone) {
	w.Helper()
	z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.nic." + z.Name, Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}}
	w.must(s.AddZone(w.ctx, op, z))
	w.known = append(w.known, z)
}

func (w *world) account(s *srs.SRS, r registry.Registrar) {
	w.Helper()
	w.must(s.AddRegistrar(w.ctx, op, &r, "secret-"+r.ID[:5]))
	_, err := s.Deposit(w.ctx, op, r.ID, 100_000)
	w.must(err)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// check verifies the invariants of the registry and of its whitelist.
func (w *world) check() {
	w.Helper()
	for _, check := range []func() ([]string, error){
		func() ([]string, error) { return w.store.CheckWorld(w.ctx) },
		func() ([]string, error) { return wlstore.CheckWorld(w.ctx, w.store) },
	} {
		faults, err := check()
		if err != nil || len(faults) > 0 {
			w.Fatalf("the registry is not sound: %v %v", err, faults)
		}
	}
}

// refused demands an error of a kind whose text holds part.
func (w *world) refused(err error, kind registry.Kind, part string) {
	w.Helper()
	var e *registry.Error
	if !errors.As(err, &e) || e.Kind != kind || !strings.Contains(e.Error(), part) {
		w.Fatalf("got %v, want kind %d with %q", err, kind, part)
	}
	w.check()
}

// Policies of the tests.
var (
	manual = []any{map[string]any{"type": "manual"}}
	rules  = []any{map[string]any{"type": "rules", "words": []string{"offensiveword"}, "registrants": []string{"UID666"}, "registrars": []string{"148"}}}
)

// grant puts a policy in force; change alters the one over trips that asks a person.
func (w *world) grant(change map[string]any) {
	w.Helper()
	doc := map[string]any{
		"id": "trips-board", "overseer": "Trips Board", "ground": "Travel Names Act, s. 4", "zone": "valid.zone",
		"forms": []string{"{registrant}.{registrar}.{domain}"}, "scope": map[string]any{"suffix": "trips"}, "verifiers": manual, "prune": "hour",
	}
	for k, v := range change {
		doc[k] = v
	}
	data, err := json.Marshal(doc)
	w.must(err)
	_, err = w.AddPolicy(w.ctx, op, data)
	w.must(err)
	_, err = w.GrantPolicy(w.ctx, op, doc["id"].(string))
	w.must(err)
}

func request(target, registrant string) desk.ApplyRequest {
	return desk.ApplyRequest{Target: target, Preapproval: registry.Preapproval{Registrant: registrant}}
}

// apply applies and expects one application.
func (w *world) apply(actor registry.Actor, target, registrant string) *desk.Application {
	w.Helper()
	list, err := w.Apply(w.ctx, actor, request(target, registrant))
	w.must(err)
	w.check()
	if len(list) != 1 {
		w.Fatalf("%d applications", len(list))
	}
	return list[0]
}

func (w *world) decide(id string, dec desk.Decision) *desk.Application {
	w.Helper()
	a, err := w.Decide(w.ctx, op, id, dec)
	w.must(err)
	w.check()
	return a
}

func (w *world) approve(id string) *desk.Application {
	w.Helper()
	return w.decide(id, desk.Decision{Approve: true, By: "ann"})
}

func (w *world) show(id string) *desk.Application {
	w.Helper()
	a, err := w.ShowApplication(w.ctx, op, id)
	w.must(err)
	return a
}

func (w *world) status(id, want string) *desk.Application {
	w.Helper()
	a := w.show(id)
	if a.Status != want {
		w.Fatalf("application %s is %s, want %s: %+v", id, a.Status, want, a)
	}
	return a
}

// work does one round and checks what it left.
func (w *world) work() int {
	w.Helper()
	n, err := w.Work(w.ctx)
	w.must(err)
	w.check()
	return n
}

func (w *world) prune() int {
	w.Helper()
	n, err := w.Prune(w.ctx)
	w.must(err)
	w.check()
	return n
}

// register takes a target name at the target registry.
func (w *world) register(target string) {
	w.Helper()
	_, err := w.srs.CreateDomain(w.ctx, rc, registry.DomainCreate{Name: target})
	w.must(err)
}

// zone is what DNS shows in a whitelist zone: TXT by name.
func (w *world) zone(name string) map[string]string {
	w.Helper()
	zones, err := w.store.ZonesFor(w.ctx, name)
	w.must(err)
	out := map[string]string{}
	_, err = w.store.SnapshotZone(w.ctx, zones.Find(name).ID, func(d *store.Delegation) error {
		for _, r := range d.Data {
			if r.Type == "TXT" {
				out[d.Name] = strings.Join(r.Values, "")
			}
		}
		return nil
	})
	w.must(err)
	return out
}

// wantZone demands exactly these names in valid.zone.
func (w *world) wantZone(names ...string) {
	w.Helper()
	var got []string
	for n := range w.zone("valid.zone") {
		got = append(got, n)
	}
	slices.Sort(got)
	slices.Sort(names)
	if !slices.Equal(got, names) {
		w.Fatalf("in the zone: %v, want %v", got, names)
	}
}

// messages takes all of an account's service messages.
func (w *world) messages(account string) (list []*registry.PollMessage) {
	w.Helper()
	actor := registry.Actor{Registrar: account, Channel: "epp", SvTRID: "poll"}
	own, err := srs.New(srs.Config{Store: w.store, Clock: w.clock, ROIDSuffix: "TEST"})
	w.must(err)
	for {
		m, _, err := w.store.PollHead(w.ctx, account)
		w.must(err)
		if m == nil {
			return list
		}
		list = append(list, m)
		_, err = own.PollAck(w.ctx, actor, m.ID)
		w.must(err)
	}
}

// told demands exactly one message, about a decision.
func (w *world) told(account, application string, approved bool) *registry.PendingAction {
	w.Helper()
	list := w.messages(account)
	if len(list) != 1 || list[0].Pending == nil {
		w.Fatalf("%s has %d messages, want one about a decision: %+v", account, len(list), list)
	}
	p := list[0].Pending
	if p.Application != application || p.Approved != approved {
		w.Fatalf("told %+v, want application %s, approved %v", p, application, approved)
	}
	return p
}

func (w *world) untold(account string) {
	w.Helper()
	if list := w.messages(account); len(list) != 0 {
		w.Fatalf("%s has messages: %q", account, list[0].Text)
	}
}

func (w *world) balance(account string) int64 {
	w.Helper()
	r, err := w.store.Registrar(w.ctx, account)
	w.must(err)
	return r.Balance
}

// count runs a query of one number.
func (w *world) count(sql string, args ...any) (n int) {
	w.Helper()
	w.must(w.store.QueryRow(w.ctx, sql, args...).Scan(&n))
	return n
}

// write runs a statement, as time or another process would.
func (w *world) write(sql string, args ...any) {
	w.Helper()
	w.must(w.store.Transact(w.ctx, op, w.clock.Now(), func(_ context.Context, tx *store.Tx) error {
		tx.Write("", "", sql, args...)
		return nil
	}))
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
