package srs_test

import (
	"context"
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
)

// world is a registry with two zones (example; genuine, which has the genuine
// policy), two registrars, and a clock the test moves.
type world struct {
	*srs.SRS
	t     *testing.T
	ctx   context.Context
	store *store.Store
	clock *clock.Fake
	dsn   string
}

var (
	ra = registry.Actor{Registrar: "registrar-a", Channel: "epp", SvTRID: "test"}
	rb = registry.Actor{Registrar: "registrar-b", Channel: "epp", SvTRID: "test"}
	op = registry.Actor{Operator: true, Channel: "cli", SvTRID: "test"}
)

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOn(t, 0)
}

// newWorldOn makes a world on a pool of so many connections.
func newWorldOn(t *testing.T, conns int32) *world {
	t.Helper()
	ctx := context.Background()
	dsn := pgtest.New(t, migrations.FS)
	st, err := store.Open(ctx, store.Config{DSN: dsn, MaxConns: conns})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	clk := clock.NewFake(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	s, err := srs.New(srs.Config{Store: st, Clock: clk, ROIDSuffix: "TEST"})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{SRS: s, t: t, ctx: ctx, store: st, clock: clk, dsn: dsn}
	for _, name := range []string{"example", "genuine"} {
		z := registry.NewZone(name, registry.TargetZone)
		z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.nic." + name, Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}}
		z.Reserved = []string{"www"}
		z.IDNTables = []string{"Latn"}
		if name == "genuine" {
			z.Policy.Registrants = registry.GenuineRegistrants
		}
		w.must(s.AddZone(ctx, op, z))
	}
	for _, id := range []string{"registrar-a", "registrar-b"} {
		r := &registry.Registrar{ID: id, Name: id, Currency: "USD", LowBalance: 5000}
		w.must(s.AddRegistrar(ctx, op, r, "secret-"+id[10:]+"-123"))
		_, err := s.Deposit(ctx, op, id, 100_000)
		w.must(err)
	}
	t.Cleanup(w.check)
	return w
}

// check verifies the whole registry's invariants.
func (w *world) check() {
	w.t.Helper()
	faults, err := w.store.CheckWorld(w.ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range faults {
		w.t.Error(f)
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused demands an error of a kind whose text holds part.
func (w *world) refused(err error, kind registry.Kind, part string) {
	w.t.Helper()
	var e *registry.Error
	if !errors.As(err, &e) || e.Kind != kind || !strings.Contains(e.Error(), part) {
		w.t.Fatalf("got %v, want kind %d with %q", err, kind, part)
	}
	w.check()
}

func (w *world) contact(actor registry.Actor, handle string, change func(*registry.ContactCreate)) {
	w.t.Helper()
	_, err := w.newContact(actor, handle, change)
	w.must(err)
}

func (w *world) newContact(actor registry.Actor, handle string, change func(*registry.ContactCreate)) (*registry.Contact, error) {
	req := registry.ContactCreate{
		Handle: handle, Email: handle + "@mail.example", Voice: &registry.Phone{Number: "+1.7035555555"},
		Postal: []registry.PostalInfo{{Type: "int", Name: "A Person", City: "Town", CC: "US"}},
	}
	if change != nil {
		change(&req)
	}
	return w.CreateContact(w.ctx, actor, req)
}

func (w *world) domain(actor registry.Actor, name, registrant string, hosts ...string) *registry.Domain {
	w.t.Helper()
	d, err := w.CreateDomain(w.ctx, actor, registry.DomainCreate{Name: name, Registrant: registrant, Nameservers: hosts})
	w.must(err)
	return d
}

func (w *world) host(actor registry.Actor, name string, addrs ...string) {
	w.t.Helper()
	w.must(w.tryHost(actor, name, addrs...))
}

func (w *world) tryHost(actor registry.Actor, name string, addrs ...string) error {
	req := registry.HostCreate{Name: name}
	for _, a := range addrs {
		v := "v4"
		if strings.Contains(a, ":") {
			v = "v6"
		}
		req.Addrs = append(req.Addrs, registry.HostAddr{Version: v, Text: a})
	}
	_, err := w.CreateHost(w.ctx, actor, req)
	return err
}

func (w *world) info(name string) *registry.DomainView {
	w.t.Helper()
	v, err := w.InfoDomain(w.ctx, ra, name, nil)
	w.must(err)
	return v
}

func (w *world) balance(registrar string) int64 {
	w.t.Helper()
	r, err := w.store.Registrar(w.ctx, registrar)
	w.must(err)
	return r.Balance
}

// inZone lists the names DNS shows in a zone.
func (w *world) inZone(zone string) []string {
	w.t.Helper()
	zones, err := w.store.Zones(w.ctx)
	w.must(err)
	var names []string
	_, err = w.store.SnapshotZone(w.ctx, zones.Find(zone).ID, func(d *store.Delegation) error {
		names = append(names, d.Name)
		return nil
	})
	w.must(err)
	slices.Sort(names)
	return names
}

func ptr[T any](v T) *T { return &v }
