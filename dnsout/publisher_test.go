package dnsout

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"
)

// ask returns the answer of a running server as text.
func ask(t testing.TB, s *Server, text string) string {
	t.Helper()
	r, _, err := (&dns.Client{Timeout: 5 * time.Second}).Exchange(question(text), s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	return show(r)
}

func wantAnswer(t testing.TB, s *Server, text, want string) {
	t.Helper()
	if d := cmp.Diff(want, ask(t, s, text)); d != "" {
		t.Errorf("%s (-want +got)\n%s", text, d)
	}
}

// eventually waits for what no call announces.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for range 2000 {
		if ok() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("never happened: %s", what)
}

func serialOf(t testing.TB, s *Server, zone string) uint32 {
	t.Helper()
	r, _, err := (&dns.Client{Timeout: 5 * time.Second}).Exchange(question(zone+". SOA"), s.Addr())
	if err != nil || len(r.Answer) != 1 {
		t.Fatalf("SOA of %s: %v %v", zone, r, err)
	}
	return r.Answer[0].(*dns.SOA).Serial
}

func ns(name string, hosts ...string) Delegation { return Delegation{Name: name, NS: hosts} }

func TestPublish(t *testing.T) {
	src := newMemSource()
	src.addZone(exampleZone(1, "example"))
	s := startServer(t, src, func(c *Config) { c.Poll = time.Hour })
	if !s.Ready() {
		t.Error("not ready after the start")
	}
	wantAnswer(t, s, "new.example. A", "NXDOMAIN aa\nauthority: "+exampleSOA)
	if got := serialOf(t, s, "example"); got != 100 {
		t.Errorf("serial %d at the start", got)
	}

	src.change(1, ns("new.example", "a.test", "b.test"), ns("other.example", "a.test"))
	published(t, s)
	wantAnswer(t, s, "new.example. A", "NOERROR\nauthority: new.example. 3600 IN NS a.test.\nauthority: new.example. 3600 IN NS b.test.\n")
	if got := serialOf(t, s, "example"); got != 101 {
		t.Errorf("serial %d after one step", got)
	}

	src.change(1, ns("new.example", "c.test"))
	eventually(t, "the wake made the step", func() bool { return serialOf(t, s, "example") == 102 })
	wantAnswer(t, s, "new.example. A", "NOERROR\nauthority: new.example. 3600 IN NS c.test.\n")

	src.change(1, ns("new.example"))
	published(t, s)
	wantAnswer(t, s, "new.example. A", "NXDOMAIN aa\nauthority: "+strings.Replace(exampleSOA, " 100 ", " 103 ", 1))
}

// TestEmptyNonTerminalsVanish: a name exists while something exists below it.
func TestEmptyNonTerminalsVanish(t *testing.T) {
	src := newMemSource()
	src.addZone(exampleZone(1, "community"))
	s := startServer(t, src)
	rcode := func(name string) string {
		out, _, _ := strings.Cut(ask(t, s, name+". TXT"), "\n")
		return out
	}
	src.change(1, ns("a.x.seattle.community", "h.test"), ns("b.seattle.community", "h.test"))
	published(t, s)
	for name, want := range map[string]string{
		"seattle.community": "NOERROR aa", "x.seattle.community": "NOERROR aa", "b.seattle.community": "NOERROR",
		"a.x.seattle.community": "NOERROR", "c.seattle.community": "NXDOMAIN aa",
	} {
		if got := rcode(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	src.change(1, ns("a.x.seattle.community"))
	published(t, s)
	if got := rcode("x.seattle.community"); got != "NXDOMAIN aa" {
		t.Errorf("x.seattle.community after its last child: %s", got)
	}
	src.change(1, ns("b.seattle.community"))
	published(t, s)
	if got := rcode("seattle.community"); got != "NXDOMAIN aa" {
		t.Errorf("seattle.community after its last child: %s", got)
	}
}

// TestProcessesAgree: two servers on one store show the same serials, whichever
// of them makes the step, and neither needs to be woken.
func TestProcessesAgree(t *testing.T) {
	src := newMemSource()
	src.addZone(exampleZone(1, "example"))
	a, b := startServer(t, src), startServer(t, src)
	for i := range 50 {
		src.put(1, ns(fmt.Sprintf("n%d.example", i), "h.test"))
		if i%10 == 0 {
			published(t, a)
		}
	}
	published(t, a)
	published(t, b)
	if x, y := serialOf(t, a, "example"), serialOf(t, b, "example"); x != y {
		t.Errorf("serials %d and %d", x, y)
	}
	for _, s := range []*Server{a, b} {
		wantAnswer(t, s, "n49.example. A", "NOERROR\nauthority: n49.example. 3600 IN NS h.test.\n")
	}
}

// TestBatches: many dirty names become steps of at most BatchNames.
func TestBatches(t *testing.T) {
	src := newMemSource()
	src.addZone(exampleZone(1, "example"))
	s := startServer(t, src, func(c *Config) { c.BatchNames = 100 })
	var list []Delegation
	for i := range 1050 {
		list = append(list, ns(fmt.Sprintf("n%d.example", i), "h.test"))
	}
	src.change(1, list...)
	published(t, s)
	if got := serialOf(t, s, "example"); got != 111 {
		t.Errorf("serial %d after 11 steps from 100", got)
	}
	wantAnswer(t, s, "n1049.example. A", "NOERROR\nauthority: n1049.example. 3600 IN NS h.test.\n")
}

// TestSerialWraps: the serial after 2^32-1 is 0 (RFC 1982).
func TestSerialWraps(t *testing.T) {
	src := newMemSource()
	z := exampleZone(1, "example")
	z.Serial = 1<<32 - 2
	src.addZone(z)
	s := startServer(t, src)
	for i, want := range []uint32{1<<32 - 1, 0, 1, 2} {
		src.change(1, ns(fmt.Sprintf("n%d.example", i), "h.test"))
		published(t, s)
		if got := serialOf(t, s, "example"); got != want {
			t.Fatalf("serial %d, want %d", got, want)
		}
	}
	if n := src.called("SnapshotZone"); n != 1 {
		t.Errorf("%d snapshots; the wrap must not cost a rebuild", n)
	}
}

// TestStoreDown: a store that fails leaves the old answers, and is followed again
// when it comes back.
func TestStoreDown(t *testing.T) {
	src := newMemSource()
	src.addZone(exampleZone(1, "example"))
	src.load(1, ns("old.example", "h.test"))
	s := startServer(t, src)
	src.setDown(errors.New("connection refused"))
	src.change(1, ns("new.example", "h.test"))
	before := src.called("ZoneVersions")
	eventually(t, "the publisher tries again", func() bool { return src.called("ZoneVersions") > before+2 })
	wantAnswer(t, s, "old.example. A", "NOERROR\nauthority: old.example. 3600 IN NS h.test.\n")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.WaitPublished(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("WaitPublished: %v", err)
	}
	src.setDown(nil)
	published(t, s)
	wantAnswer(t, s, "new.example. A", "NOERROR\nauthority: new.example. 3600 IN NS h.test.\n")
}

// TestJournalGap: a journal that no longer reaches back costs a rebuild.
func TestJournalGap(t *testing.T) {
	src := newMemSource()
	src.addZone(exampleZone(1, "example"))
	src.load(1, ns("old.example", "h.test"), ns("stays.example", "h.test"))
	s := startServer(t, src)
	src.edit(1, func(z *memZone) {
		z.Serial, z.journal = 5000, nil
		delete(z.delegations, "old.example")
		z.delegations["new.example"] = ns("new.example", "h.test")
	})
	published(t, s)
	if got := serialOf(t, s, "example"); got != 5000 {
		t.Errorf("serial %d", got)
	}
	wantAnswer(t, s, "old.example. A", "NXDOMAIN aa\nauthority: "+strings.Replace(exampleSOA, " 100 ", " 5000 ", 1))
	wantAnswer(t, s, "new.example. A", "NOERROR\nauthority: new.example. 3600 IN NS h.test.\n")
}

// TestStoreRestored: a store set back to an older state is believed after a while.
func TestStoreRestored(t *testing.T) {
	src := newMemSource()
	src.addZone(exampleZone(1, "example"))
	s := startServer(t, src)
	src.change(1, ns("lost.example", "h.test"))
	published(t, s)
	src.edit(1, func(z *memZone) {
		z.Serial, z.journal = 100, nil
		delete(z.delegations, "lost.example")
	})
	eventually(t, "the zone is built anew", func() bool { return serialOf(t, s, "example") == 100 })
	wantAnswer(t, s, "lost.example. A", "NXDOMAIN aa\nauthority: "+exampleSOA)
}

// TestGuard: a rebuild that would lose most of the zone is held back.
func TestGuard(t *testing.T) {
	src := newMemSource()
	src.addZone(exampleZone(1, "example"))
	for i := range 200 {
		src.load(1, ns(fmt.Sprintf("n%d.example", i), "h.test"))
	}
	reg := prometheus.NewPedanticRegistry()
	s := startServer(t, src, func(c *Config) { c.Metrics = NewMetrics(reg) })
	src.edit(1, func(z *memZone) {
		z.Serial, z.journal = 5000, nil
		for i := range 101 {
			delete(z.delegations, fmt.Sprintf("n%d.example", i))
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.WaitPublished(ctx); !errors.Is(err, errHeld) {
		t.Errorf("WaitPublished: %v", err)
	}
	wantAnswer(t, s, "n0.example. A", "NOERROR\nauthority: n0.example. 3600 IN NS h.test.\n")
	if got := serialOf(t, s, "example"); got != 100 {
		t.Errorf("serial %d", got)
	}
	want := "# HELP cadastre_dns_zone_held 1 while what the store says of the zone is not believed and the old data is served.\n# TYPE cadastre_dns_zone_held gauge\ncadastre_dns_zone_held{zone=\"example\"} 1\n"
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want), "cadastre_dns_zone_held"); err != nil {
		t.Error(err)
	}
}

func TestZonesComeAndGo(t *testing.T) {
	src := newMemSource()
	src.addZone(exampleZone(1, "example"))
	s := startServer(t, src)
	wantAnswer(t, s, "x.second. A", "REFUSED\n")
	src.addZone(exampleZone(2, "second"))
	src.change(2, ns("x.second", "h.test"))
	published(t, s)
	wantAnswer(t, s, "x.second. A", "NOERROR\nauthority: x.second. 3600 IN NS h.test.\n")
	src.dropZone(2)
	eventually(t, "the zone is refused", func() bool { return ask(t, s, "x.second. A") == "REFUSED\n" })

	// A store that shows no zones at all is not believed.
	src.dropZone(1)
	before := src.called("ZoneVersions")
	eventually(t, "some polls", func() bool { return src.called("ZoneVersions") > before+5 })
	if got := serialOf(t, s, "example"); got != 100 {
		t.Errorf("serial %d", got)
	}
}

func TestSettingsChange(t *testing.T) {
	src := newMemSource()
	src.addZone(exampleZone(1, "example"))
	s := startServer(t, src)
	src.configure(1, func(z *PublishedZone) {
		z.NS = []string{"ns9.nic.example"}
		z.NSGlue = []Glue{{Host: "ns9.nic.example", Addrs: addrs("192.0.2.99")}}
		z.MName, z.TTL, z.Minimum = "ns9.nic.example", 30, 300
	})
	published(t, s)
	wantAnswer(t, s, "example. NS", "NOERROR aa\nanswer: example. 30 IN NS ns9.nic.example.\nadditional: ns9.nic.example. 30 IN A 192.0.2.99\n")
	wantAnswer(t, s, "ns9.nic.example. A", "NOERROR aa\nanswer: ns9.nic.example. 30 IN A 192.0.2.99\n")
	wantAnswer(t, s, "ns1.nic.example. A", "NXDOMAIN aa\nauthority: example. 30 IN SOA ns9.nic.example. hostmaster.registry.test. 100 1800 900 604800 300\n")

	// Settings that would lose the apex are held back; names go on.
	src.configure(1, func(z *PublishedZone) { z.NS = nil })
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	src.put(1, ns("new.example", "h.test"))
	if err := s.WaitPublished(ctx); !errors.Is(err, errHeld) {
		t.Errorf("WaitPublished: %v", err)
	}
	wantAnswer(t, s, "new.example. A", "NOERROR\nauthority: new.example. 30 IN NS h.test.\n")
	wantAnswer(t, s, "example. NS", "NOERROR aa\nanswer: example. 30 IN NS ns9.nic.example.\nadditional: ns9.nic.example. 30 IN A 192.0.2.99\n")
}

// TestUnfitData: what cannot be shown leaves the name as it was, and a zone that
// cannot be served does not keep the others from it.
func TestUnfitData(t *testing.T) {
	src := newMemSource()
	src.addZone(exampleZone(1, "example"))
	bad := exampleZone(2, "broken")
	bad.NS = nil
	src.addZone(bad)
	src.load(1, ns("miami.example", "h.test"))
	reg := prometheus.NewPedanticRegistry()
	m := NewMetrics(reg)
	s := startServer(t, src, func(c *Config) { c.Metrics = m })
	wantAnswer(t, s, "broken. SOA", "REFUSED\n")
	src.change(1, ns("other.example", "h.test"))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.WaitPublished(ctx); !errors.Is(err, errHeld) {
		t.Errorf("WaitPublished: %v", err)
	}
	wantAnswer(t, s, "other.example. A", "NOERROR\nauthority: other.example. 3600 IN NS h.test.\n")
	src.dropZone(2)
	src.change(1, ns("miami.example", "h..test"), ns("elsewhere.test", "h.test"), ns("fine.example", "h.test"))
	published(t, s)
	wantAnswer(t, s, "miami.example. A", "NOERROR\nauthority: miami.example. 3600 IN NS h.test.\n")
	wantAnswer(t, s, "fine.example. A", "NOERROR\nauthority: fine.example. 3600 IN NS h.test.\n")
	if got := testutil.ToFloat64(m.rejected.WithLabelValues("example")); got != 2 {
		t.Errorf("%v names rejected, want 2", got)
	}
}

func TestStartFails(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	src := newMemSource()
	src.setDown(errors.New("connection refused"))
	s, err := New(Config{Source: src, Addrs: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:0")}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := s.Start(ctx); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("start without a store: %v", err)
	}
	if s.Ready() {
		t.Error("ready")
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}

	src.setDown(nil)
	one := startServer(t, src)
	two, err := New(Config{Source: src, Addrs: []netip.AddrPort{netip.MustParseAddrPort(one.Addr())}})
	if err != nil {
		t.Fatal(err)
	}
	if err := two.Start(t.Context()); err == nil {
		t.Error("two servers on one address")
	}
	if err := one.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestMetricsLint(t *testing.T) {
	src := answersSource()
	reg := prometheus.NewPedanticRegistry()
	s := startServer(t, src, func(c *Config) { c.Metrics = NewMetrics(reg) })
	ask(t, s, "nowhere.example. A")
	src.change(1, ns("new.example", "h.test"))
	published(t, s)
	problems, err := testutil.GatherAndLint(reg)
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
	eventually(t, "the answer is counted", func() bool {
		return testutil.ToFloat64(s.cfg.Metrics.answers.WithLabelValues("udp", "NXDOMAIN")) == 1
	})
	for name, g := range map[string]struct {
		got, want float64
	}{
		"serial": {testutil.ToFloat64(s.cfg.Metrics.zoneSerial.WithLabelValues("example")), 101},
		"names":  {testutil.ToFloat64(s.cfg.Metrics.zoneNames.WithLabelValues("example")), 6},
		"steps":  {testutil.ToFloat64(s.cfg.Metrics.steps.WithLabelValues("example")), 1},
		"dirty":  {testutil.ToFloat64(s.cfg.Metrics.dirty.WithLabelValues("community")), 0},
	} {
		if g.got != g.want {
			t.Errorf("%s: %v, want %v", name, g.got, g.want)
		}
	}
}
