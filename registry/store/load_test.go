package store_test

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"cadastre/internal/pgtest"
	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/registry/store/migrations"
)

// loadWorld is a store with a zone, a registrar and its contact.
type loadWorld struct {
	*store.Store
	t       *testing.T
	dsn     string
	zone    *registry.Zone
	contact *registry.Contact
	now     time.Time
}

var loader = registry.Actor{Operator: true, Channel: "cli", SvTRID: "test"}

func newLoadWorld(t *testing.T) *loadWorld {
	t.Helper()
	ctx := context.Background()
	dsn := pgtest.New(t, migrations.FS)
	st, err := store.Open(ctx, store.Config{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	w := &loadWorld{Store: st, t: t, dsn: dsn, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	w.zone = registry.NewZone("example", registry.TargetZone)
	w.zone.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.dns.test"}}
	actor := registry.Actor{Registrar: "registrar-a", Channel: "epp", SvTRID: "test"}
	w.contact, err = registry.NewContact(actor, registry.ContactCreate{
		Handle: "sh8013", Email: "a@mail.example", Postal: []registry.PostalInfo{{Type: "int", Name: "A", City: "T", CC: "US"}},
	}, nil, w.now)
	if err != nil {
		t.Fatal(err)
	}
	err = st.Transact(ctx, loader, w.now, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertZone(ctx, w.zone); err != nil {
			return err
		}
		if err := tx.InsertRegistrar(ctx, &registry.Registrar{ID: "registrar-a", Currency: "USD"}); err != nil {
			return err
		}
		return tx.InsertContact(ctx, w.contact)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		faults, err := st.CheckWorld(ctx)
		if err != nil {
			t.Error(err)
		}
		for _, f := range faults {
			t.Error(f)
		}
	})
	return w
}

// external makes hosts and returns their ids.
func (w *loadWorld) external(names ...string) map[string]int64 {
	w.t.Helper()
	var hosts []store.LoadHost
	for _, n := range names {
		hosts = append(hosts, store.LoadHost{Name: n, Registrar: "registrar-a", Created: w.now})
	}
	ids, err := w.LoadHosts(context.Background(), loader, w.now, hosts)
	if err != nil {
		w.t.Fatal(err)
	}
	return ids
}

// domains are n domains; every fifth has a host of its own beside the external.
func (w *loadWorld) domains(from, n int, host string, id int64) []store.LoadDomain {
	list := make([]store.LoadDomain, n)
	for i := range list {
		d := store.LoadDomain{
			Name: fmt.Sprintf("n%d.example", from+i), Registrar: "registrar-a", Registrant: "sh8013", RegistrantID: w.contact.ID,
			Created: w.now.Add(-time.Hour), Expires: w.now.AddDate(1, 0, 0), Nameservers: []string{host}, HostIDs: []int64{id},
		}
		if i%5 == 0 {
			own := store.LoadHost{Name: "ns." + d.Name, Created: d.Created, Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}
			d.Hosts, d.Nameservers = []store.LoadHost{own}, []string{own.Name, host}
		}
		list[i] = d
	}
	return list
}

func (w *loadWorld) load(list []store.LoadDomain) int {
	w.t.Helper()
	added, err := w.LoadDomains(context.Background(), loader, w.now, w.zone, list)
	if err != nil {
		w.t.Fatal(err)
	}
	return added
}

// publish moves the zone's dirty names into its journal and returns them.
func (w *loadWorld) publish() map[string]bool {
	w.t.Helper()
	ctx := context.Background()
	if _, err := w.PublishDirty(ctx, w.zone.ID, 1<<20); err != nil {
		w.t.Fatal(err)
	}
	changes, ok, err := w.Changes(ctx, w.zone.ID, 1)
	if err != nil || !ok {
		w.t.Fatal(ok, err)
	}
	names := map[string]bool{}
	for _, c := range changes {
		for _, n := range c.Names {
			names[n] = true
		}
	}
	return names
}

func TestLoadDomains(t *testing.T) {
	w := newLoadWorld(t)
	ctx := context.Background()
	ids := w.external("ns1.other.test", "ns2.other.test")
	again := w.external("ns2.other.test", "ns3.other.test")
	if len(ids) != 2 || len(again) != 2 || again["ns2.other.test"] != ids["ns2.other.test"] || again["ns3.other.test"] == 0 {
		t.Fatalf("%v, %v", ids, again)
	}
	// More than one block of ids, and names that are there already.
	if n := w.load(w.domains(0, 150, "ns1.other.test", ids["ns1.other.test"])); n != 150 {
		t.Fatalf("%d added", n)
	}
	if n := w.load(w.domains(100, 120, "ns2.other.test", ids["ns2.other.test"])); n != 70 {
		t.Fatalf("%d added", n)
	}
	if n := w.load(w.domains(0, 220, "ns1.other.test", ids["ns1.other.test"])); n != 0 {
		t.Fatalf("%d added", n)
	}
	names := w.publish()
	if len(names) != 221 || !names["n0.example"] || !names["n219.example"] || !names["example"] {
		t.Errorf("%d names are dirty", len(names))
	}
	got, err := w.Delegations(ctx, w.zone.ID, []string{"n0.example", "n1.example", "n149.example", "n150.example"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"n0.example": "[ns.n0.example ns1.other.test]", "n1.example": "[ns1.other.test]",
		"n149.example": "[ns1.other.test]", "n150.example": "[ns.n150.example ns2.other.test]",
	} {
		if text := fmt.Sprint(got[name].NS); text != want {
			t.Errorf("%s has %s, want %s", name, text, want)
		}
	}
	d, below, err := w.Domain(ctx, "n0.example")
	if err != nil || len(below) != 1 || d.Registrant != "sh8013" || d.CreatedBy != "registrar-a" || !d.Expires.Equal(w.now.AddDate(1, 0, 0)) || len(d.Graces) != 0 {
		t.Errorf("%+v, %v, %v", d, below, err)
	}
	h, err := w.Host(ctx, "ns.n0.example", w.now)
	if err != nil || h.Registrar != "registrar-a" || h.Superordinate != "n0.example" || len(h.Addrs) != 1 {
		t.Errorf("%+v, %v", h, err)
	}
	// A fresh id is nobody's.
	id, err := w.NewID(ctx)
	if err != nil || id == d.ID || id == h.ID {
		t.Errorf("id %d, %v", id, err)
	}
	if size, err := w.ZoneSize(ctx, w.zone.ID); err != nil || size != (store.ZoneSize{Domains: 220, Delegations: 220}) {
		t.Errorf("%+v, %v", size, err)
	}
	if by, err := w.DomainsByRegistrar(ctx); err != nil || by["registrar-a"] != 220 {
		t.Errorf("%v, %v", by, err)
	}
	if err := w.Analyze(ctx); err != nil {
		t.Error(err)
	}
}

// TestLoadRaces: loads of the same names at once add each name once and lose none.
func TestLoadRaces(t *testing.T) {
	w := newLoadWorld(t)
	ids := w.external("ns1.other.test")
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for i := range 4 {
		wg.Go(func() {
			for j := range 5 {
				n, err := w.LoadDomains(context.Background(), loader, w.now, w.zone, w.domains(20*j+10*(i%2), 30, "ns1.other.test", ids["ns1.other.test"]))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				total += n
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if total != 120 {
		t.Errorf("%d names added, want 120", total)
	}
}

// TestLoadIsWhole: a chunk with a fault leaves nothing behind.
func TestLoadIsWhole(t *testing.T) {
	w := newLoadWorld(t)
	ctx := context.Background()
	ids := w.external("ns1.other.test")
	list := w.domains(0, 50, "ns1.other.test", ids["ns1.other.test"])
	list[49].HostIDs = []int64{1 << 60} // no such host
	if n, err := w.LoadDomains(ctx, loader, w.now, w.zone, list); err == nil || n != 0 {
		t.Fatalf("%d added, %v", n, err)
	}
	if by, err := w.DomainsByZone(ctx); err != nil || len(by) != 0 {
		t.Errorf("%v, %v", by, err)
	}
	if names := w.publish(); len(names) != 1 {
		t.Errorf("%d names are dirty", len(names))
	}
}
