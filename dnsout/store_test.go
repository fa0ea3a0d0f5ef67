package dnsout_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"cadastre/dnsout"
	"cadastre/internal/pgtest"
	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/registry/store/migrations"
)

// TestWhitelistZoneOfStore: what transactions make of a whitelist zone is answered,
// loaded at the start or followed by the journal, to those on its list.
func TestWhitelistZoneOfStore(t *testing.T) {
	st, err := store.Open(t.Context(), store.Config{DSN: pgtest.New(t, migrations.FS)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	zone := registry.NewWhitelistZone("valid.zone")
	zone.DNS.Nameservers = []registry.ApexServer{{Name: "ns.registry.test"}}
	write := func(fn func(ctx context.Context, tx *store.Tx) error) {
		t.Helper()
		if err := st.Transact(t.Context(), registry.System("test"), time.Now(), fn); err != nil {
			t.Fatal(err)
		}
	}
	set := func(name string, texts ...string) {
		t.Helper()
		write(func(_ context.Context, tx *store.Tx) error {
			if len(texts) == 0 {
				return tx.SetData(zone.ID, name, nil)
			}
			return tx.SetData(zone.ID, name, []store.Data{{Type: "TXT", TTL: 60, Values: texts}})
		})
	}
	write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertZone(ctx, zone) })
	set("uid_1.146.miami.trips.valid.zone", "before")

	s, err := dnsout.New(dnsout.Config{Source: st, Addrs: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:0")}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	want := func(name, answer string) {
		t.Helper()
		if err := s.WaitPublished(t.Context()); err != nil {
			t.Fatal(err)
		}
		q := new(dns.Msg)
		q.SetQuestion(name+".", dns.TypeTXT)
		m, _, err := (&dns.Client{Timeout: 5 * time.Second}).Exchange(q, s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		got := dns.RcodeToString[m.Rcode]
		for _, rr := range m.Answer {
			got = strings.Join(rr.(*dns.TXT).Txt, "")
		}
		for _, rr := range m.Ns {
			if ttl := rr.Header().Ttl; ttl != 1 {
				t.Errorf("%s: negative TTL %d", name, ttl)
			}
		}
		if got != answer {
			t.Errorf("%s: %s, want %s", name, got, answer)
		}
	}
	want("uid_1.146.miami.trips.valid.zone", "before")
	want("trips.valid.zone", "NOERROR")
	want("uid_2.146.miami.trips.valid.zone", "NXDOMAIN")
	long := strings.Repeat("0123456789", 40)
	set("uid_2.146.miami.trips.valid.zone", long)
	set("uid_1.146.miami.trips.valid.zone", "after")
	want("uid_2.146.miami.trips.valid.zone", long)
	want("uid_1.146.miami.trips.valid.zone", "after")
	set("uid_1.146.miami.trips.valid.zone")
	set("uid_2.146.miami.trips.valid.zone")
	want("uid_1.146.miami.trips.valid.zone", "NXDOMAIN")
	want("trips.valid.zone", "NXDOMAIN")

	zone.Access.Addresses = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	write(func(ctx context.Context, tx *store.Tx) error { return tx.SaveZone(ctx, zone) })
	want("trips.valid.zone", "REFUSED")
	zone.Access = nil
	write(func(ctx context.Context, tx *store.Tx) error { return tx.SaveZone(ctx, zone) })
	want("trips.valid.zone", "NXDOMAIN")
}
