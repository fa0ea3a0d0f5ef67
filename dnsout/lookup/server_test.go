package lookup_test

import (
	"bytes"
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"cadastre/dnsout"
	"cadastre/dnsout/lookup"
	"cadastre/registry"
	"cadastre/registry/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	secret      = bytes.Repeat([]byte("s3cret"), 6)
	otherSecret = bytes.Repeat([]byte("0ther!"), 6)
)

const (
	keyName = "target.registry.test."
	entry   = "v=wl1; target=miami.trips; registrant=UID5439394; registrar=146; until=2027-11-21T00:00:00Z"
	name    = "uid_5439394.146.miami.trips.valid.zone"
	absent  = "uid_5439394.147.miami.trips.valid.zone"
)

func octets() string {
	var b strings.Builder
	for c := range 256 {
		b.WriteByte(byte(c))
	}
	return b.String()
}

// zoneData is a whitelist zone as the store has it; it does not change.
type zoneData map[string][]string

func validZone() zoneData {
	return zoneData{
		name:                     {entry},
		"other.valid.zone":       {"other"},
		"two.valid.zone":         {"one", "two; \"three\"\\"},
		"octets.valid.zone":      {octets()},
		"huge.valid.zone":        {strings.Repeat("h", 5000)},
		"huger.valid.zone":       {strings.Repeat("H", 9000)},
		"b\u00fccher.valid.zone": {"utf-8"},
	}
}

func (z zoneData) PublishedZones(context.Context) ([]dnsout.PublishedZone, error) {
	zone := dnsout.PublishedZone{
		ID: 1, Name: "valid.zone", Kind: "whitelist", NS: []string{"ns.registry.test"}, MName: "ns.registry.test", RName: "hostmaster.registry.test",
		Refresh: 1800, Retry: 900, Expire: 604800, Minimum: 1, TTL: 3600, Serial: 1, ConfigVersion: 1,
		Access: &registry.Access{Keys: []string{keyName, "k384", "k512"}},
	}
	return []dnsout.PublishedZone{zone}, nil
}

func (z zoneData) SnapshotZone(_ context.Context, _ int64, fn func(*dnsout.Delegation) error) (uint32, error) {
	for name, texts := range z {
		if err := fn(&dnsout.Delegation{Name: name, Data: []store.Data{{Type: "TXT", TTL: 60, Values: texts}}}); err != nil {
			return 0, err
		}
	}
	return 1, nil
}

func (z zoneData) PublishDirty(context.Context, int64, int) (dnsout.PublishResult, error) {
	return dnsout.PublishResult{Serial: 1}, nil
}

func (z zoneData) Changes(context.Context, int64, uint32) ([]dnsout.ZoneChange, bool, error) {
	return nil, true, nil
}

func (z zoneData) Delegations(context.Context, int64, []string) (map[string]dnsout.Delegation, error) {
	return nil, nil
}

func (z zoneData) DirtyWake() <-chan struct{} { return nil }

func (z zoneData) ZoneVersions(context.Context) ([]dnsout.ZoneVersion, error) {
	return []dnsout.ZoneVersion{{ID: 1, Name: "valid.zone", Serial: 1, ConfigVersion: 1}}, nil
}

// startServer runs the whitelist registry's DNS and returns its address.
func startServer(t testing.TB, change ...func(*dnsout.Config)) string {
	t.Helper()
	cfg := dnsout.Config{
		Source: validZone(), Addrs: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:0")},
		Keys: []dnsout.Key{
			{Name: keyName, Algorithm: "hmac-sha256", Secret: secret},
			{Name: "k384", Algorithm: "hmac-sha384", Secret: secret},
			{Name: "k512", Algorithm: "hmac-sha512", Secret: secret},
			{Name: "unlisted", Algorithm: "hmac-sha256", Secret: secret},
			{Name: "somebody", Algorithm: "hmac-sha256", Secret: otherSecret},
		},
	}
	for _, fn := range change {
		fn(&cfg)
	}
	s, err := dnsout.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return s.Addr()
}

// newClient is a client of the server at addr, closed with the test.
func newClient(t testing.TB, addr string, change ...func(*lookup.Config)) *lookup.Client {
	t.Helper()
	cfg := lookup.Config{Addr: addr, Key: lookup.Key{Name: keyName, Algorithm: "hmac-sha256", Secret: secret}}
	for _, fn := range change {
		fn(&cfg)
	}
	c, err := lookup.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func within(d time.Duration) func(*lookup.Config) {
	return func(c *lookup.Config) { c.Timeout = d }
}

func listeningOn(addr string) func(*dnsout.Config) {
	return func(c *dnsout.Config) { c.Addrs = []netip.AddrPort{netip.MustParseAddrPort(addr)} }
}
