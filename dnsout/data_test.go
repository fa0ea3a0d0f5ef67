package dnsout

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

const (
	entry     = "v=wl1; target=miami.trips; registrant=UID5439394; registrar=146; until=2027-11-21T00:00:00Z"
	entryName = "uid_5439394.146.miami.trips.valid.zone"
	validSOA  = "valid.zone. 1 IN SOA ns1.nic.valid.zone. hostmaster.registry.test. 100 1800 900 604800 1\n"
)

// validZone is a whitelist zone in the sandbox's manner, open to everybody.
func validZone(id int64) PublishedZone {
	z := exampleZone(id, "valid.zone")
	z.Kind, z.Minimum = "whitelist", 1
	return z
}

func txt(name, text string) Delegation {
	return Delegation{Name: name, Data: []Data{{Type: "TXT", TTL: 60, Values: []string{text}}}}
}

// dataSource is a whitelist zone with data of every kind.
func dataSource() *memSource {
	src := newMemSource()
	src.addZone(validZone(4))
	src.load(4,
		txt(entryName, entry),
		txt("miami.trips.valid.zone", entry),
		txt("long.valid.zone", strings.Repeat("x", 255)+strings.Repeat("y", 255)+"z"),
		txt("huge.valid.zone", strings.Repeat("h", 3000)),
		txt("odd.valid.zone", "a\"b\\c;d\x00\xff "),
		txt("empty.valid.zone", ""),
		Delegation{Name: "all.valid.zone", Data: []Data{
			{Type: "A", TTL: 30, Values: []string{"192.0.2.1", "192.0.2.2", "192.0.2.1"}},
			{Type: "TXT", TTL: 60, Values: []string{"one", "two"}},
			{Type: "AAAA", TTL: 90, Values: []string{"2001:db8::1"}},
		}},
	)
	return src
}

func TestDataAnswers(t *testing.T) {
	src := dataSource()
	src.load(4, Delegation{Name: "ns.valid.zone", Data: []Data{
		{Type: "NS", TTL: 60, Values: []string{"ns1.elsewhere.test", "ns2.valid.zone"}},
		{Type: "TXT", TTL: 60, Values: []string{"t"}},
	}})
	s := startServer(t, src)
	quoted := `"` + entry + `"`
	for _, tc := range []struct{ q, want string }{
		{entryName + ". TXT", "NOERROR aa\nanswer: " + entryName + ". 60 IN TXT " + quoted + "\n"},
		{entryName + ". ANY", "NOERROR aa\nanswer: " + entryName + ". 60 IN TXT " + quoted + "\n"},
		{"UID_5439394.146.Miami.trips.valid.ZONE. TXT", "NOERROR aa\nanswer: UID_5439394.146.Miami.trips.valid.ZONE. 60 IN TXT " + quoted + "\n"},
		{entryName + ". A", "NOERROR aa\nauthority: " + validSOA},
		{entryName + ". DS", "NOERROR aa\nauthority: " + validSOA},
		{"x." + entryName + ". TXT", "NXDOMAIN aa\nauthority: " + validSOA},
		{"146.miami.trips.valid.zone. TXT", "NOERROR aa\nauthority: " + validSOA},
		{"miami.trips.valid.zone. TXT", "NOERROR aa\nanswer: miami.trips.valid.zone. 60 IN TXT " + quoted + "\n"},
		{"trips.valid.zone. TXT", "NOERROR aa\nauthority: " + validSOA},
		{"147.miami.trips.valid.zone. TXT", "NXDOMAIN aa\nauthority: " + validSOA},
		{"long.valid.zone. TXT", "NOERROR aa\nanswer: long.valid.zone. 60 IN TXT \"" + strings.Repeat("x", 255) + `" "` + strings.Repeat("y", 255) + "\" \"z\"\n"},
		{"empty.valid.zone. TXT", "NOERROR aa\nanswer: empty.valid.zone. 60 IN TXT \"\"\n"},
		{"all.valid.zone. A", "NOERROR aa\nanswer: all.valid.zone. 30 IN A 192.0.2.1\nanswer: all.valid.zone. 30 IN A 192.0.2.2\n"},
		{"all.valid.zone. AAAA", "NOERROR aa\nanswer: all.valid.zone. 90 IN AAAA 2001:db8::1\n"},
		{"all.valid.zone. NS", "NOERROR aa\nauthority: " + validSOA},
		{"ns.valid.zone. NS", "NOERROR aa\nanswer: ns.valid.zone. 60 IN NS ns1.elsewhere.test.\nanswer: ns.valid.zone. 60 IN NS ns2.valid.zone.\n"},
		{"ns.valid.zone. TXT", "NOERROR aa\nanswer: ns.valid.zone. 60 IN TXT \"t\"\n"},
		{"x.ns.valid.zone. TXT", "NXDOMAIN aa\nauthority: " + validSOA},
	} {
		for _, network := range []string{"udp", "tcp"} {
			q := question(tc.q)
			q.SetEdns0(1232, false)
			if d := cmp.Diff(tc.want+optPlain, show(exchange(t, q, network, s.Addr()))); d != "" {
				t.Errorf("%s over %s (-want +got)\n%s", tc.q, network, d)
			}
		}
	}
	q := question("huge.valid.zone. TXT")
	if m := exchange(t, q, "udp", s.Addr()); !m.Truncated || len(m.Answer) != 0 {
		t.Errorf("3000 octets over UDP: %s", show(m))
	}
	if m := exchange(t, q, "tcp", s.Addr()); m.Truncated || len(strings.Join(m.Answer[0].(*dns.TXT).Txt, "")) != 3000 {
		t.Errorf("3000 octets over TCP: %s", show(m))
	}
}

// TestDataFollows: data comes, changes, becomes a delegation and back, and goes, by
// the journal.
func TestDataFollows(t *testing.T) {
	src := newMemSource()
	src.addZone(validZone(1))
	s := startServer(t, src)
	serial := 100
	step := func(d Delegation, want string) {
		t.Helper()
		src.change(1, d)
		published(t, s)
		serial++
		wantAnswer(t, s, "a.b.valid.zone. TXT", strings.Replace(want, " 100 ", fmt.Sprintf(" %d ", serial), 1))
	}
	const name = "a.b.valid.zone"
	step(txt(name, "one"), "NOERROR aa\nanswer: a.b.valid.zone. 60 IN TXT \"one\"\n")
	step(txt(name, "two"), "NOERROR aa\nanswer: a.b.valid.zone. 60 IN TXT \"two\"\n")
	step(ns(name, "h.test"), "NOERROR\nauthority: a.b.valid.zone. 3600 IN NS h.test.\n")
	step(txt(name, "three"), "NOERROR aa\nanswer: a.b.valid.zone. 60 IN TXT \"three\"\n")
	step(Delegation{Name: name, Data: []Data{{Type: "A", TTL: 60, Values: []string{"192.0.2.1"}}}}, "NOERROR aa\nauthority: "+validSOA)
	if c := s.zones.set.Load().byName["\x05valid\x04zone"].content.Load(); c.names != 1 {
		t.Errorf("%d names", c.names)
	}
	step(Delegation{Name: name}, "NXDOMAIN aa\nauthority: "+validSOA)
	wantAnswer(t, s, "b.valid.zone. TXT", "NXDOMAIN aa\nauthority: "+strings.Replace(validSOA, " 100 ", fmt.Sprintf(" %d ", serial), 1))
}

// TestUnfitDataOfNames: what is wrong is left out with an alarm, and the rest is shown.
func TestUnfitDataOfNames(t *testing.T) {
	good := Data{Type: "TXT", TTL: 60, Values: []string{"good"}}
	many := make([]string, 4000)
	for i := range many {
		many[i] = fmt.Sprintf("10.0.%d.%d", i/256, i%256)
	}
	unfit := []Data{
		{Type: "A", TTL: 60, Values: []string{"2001:db8::1"}},
		{Type: "A", TTL: 60, Values: []string{"192.0.2.1", "192.0.2.300"}},
		{Type: "AAAA", TTL: 60, Values: []string{"::ffff:192.0.2.1"}},
		{Type: "AAAA", TTL: 60, Values: []string{"fe80::1%eth0"}},
		{Type: "NS", TTL: 60, Values: []string{"a..b"}},
		{Type: "NS", TTL: 60, Values: []string{"."}},
		{Type: "MX", TTL: 60, Values: []string{"10 a.test"}},
		{Type: "", TTL: 60, Values: []string{"x"}},
		{Type: "A", TTL: 1 << 31, Values: []string{"192.0.2.1"}},
		{Type: "A", TTL: 60},
		{Type: "A", TTL: 60, Values: many},
		{Type: "TXT", TTL: 60, Values: []string{"a second TXT RRset"}},
	}
	src := newMemSource()
	src.addZone(validZone(1))
	for i, d := range unfit {
		src.load(1, Delegation{Name: fmt.Sprintf("n%d.valid.zone", i), Data: []Data{good, d}})
	}
	src.load(1,
		Delegation{Name: "alone.valid.zone", Data: []Data{{Type: "TXT", TTL: 60, Values: []string{strings.Repeat("x", 20_000)}}}},
		Delegation{Name: "ns1.nic.valid.zone", Data: []Data{good}},
		Delegation{Name: "both.valid.zone", NS: []string{"h.test"}, Data: []Data{good}},
		Delegation{Name: "elsewhere.test", Data: []Data{good}},
		Delegation{Name: "valid.zone", Data: []Data{good}},
		Delegation{Name: "a..valid.zone", Data: []Data{good}},
	)
	metrics := NewMetrics(nil)
	s := startServer(t, src, func(c *Config) { c.Metrics = metrics })
	rejected := testutil.ToFloat64(metrics.rejected.WithLabelValues("valid.zone"))
	if want := float64(len(unfit) + 6); rejected != want {
		t.Errorf("%v rejected, want %v", rejected, want)
	}
	for i, d := range unfit {
		wantAnswer(t, s, fmt.Sprintf("n%d.valid.zone. TXT", i), fmt.Sprintf("NOERROR aa\nanswer: n%d.valid.zone. 60 IN TXT \"good\"\n", i))
		if d.Type == "A" {
			wantAnswer(t, s, fmt.Sprintf("n%d.valid.zone. A", i), "NOERROR aa\nauthority: "+validSOA)
		}
	}
	wantAnswer(t, s, "alone.valid.zone. TXT", "NXDOMAIN aa\nauthority: "+validSOA)
	wantAnswer(t, s, "ns1.nic.valid.zone. TXT", "NOERROR aa\nauthority: "+validSOA)
	wantAnswer(t, s, "ns1.nic.valid.zone. A", "NOERROR aa\nanswer: ns1.nic.valid.zone. 3600 IN A 192.0.2.53\n")
	wantAnswer(t, s, "both.valid.zone. TXT", "NOERROR\nauthority: both.valid.zone. 3600 IN NS h.test.\n")
	if err := Export(t.Context(), src, 1, new(bytes.Buffer)); err == nil {
		t.Error("a zone with unfit data was exported")
	}

	// The journal's way: an entry that is replaced by something unfit must not stay.
	src.change(1, txt("n1.valid.zone", strings.Repeat("x", 20_000)), Delegation{Name: "ns1.nic.valid.zone"})
	published(t, s)
	soa := strings.Replace(validSOA, " 100 ", " 101 ", 1)
	wantAnswer(t, s, "n1.valid.zone. TXT", "NXDOMAIN aa\nauthority: "+soa)
	wantAnswer(t, s, "ns1.nic.valid.zone. A", "NOERROR aa\nanswer: ns1.nic.valid.zone. 3600 IN A 192.0.2.53\n")
	if got := testutil.ToFloat64(metrics.rejected.WithLabelValues("valid.zone")); got != rejected+1 {
		t.Errorf("%v rejected after the change", got)
	}
}

// TestDataSnapshotShowsNameTwice: the store's snapshot has delegations and data in
// two passes.
func TestDataSnapshotShowsNameTwice(t *testing.T) {
	src := &twoPasses{newMemSource()}
	src.addZone(validZone(1))
	src.load(1, ns("both.valid.zone", "h.test"))
	metrics := NewMetrics(nil)
	s := startServer(t, src, func(c *Config) { c.Metrics = metrics })
	wantAnswer(t, s, "both.valid.zone. TXT", "NOERROR\nauthority: both.valid.zone. 3600 IN NS h.test.\n")
	if got := testutil.ToFloat64(metrics.rejected.WithLabelValues("valid.zone")); got != 1 {
		t.Errorf("%v rejected", got)
	}
}

func TestDataExport(t *testing.T) {
	src := dataSource()
	var out bytes.Buffer
	if err := Export(t.Context(), src, 4, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		entryName + ".\t60\tIN\tTXT\t\"" + entry + "\"\n",
		`odd.valid.zone.` + "\t60\tIN\tTXT\t" + `"a\"b\\c;d\000\255 "` + "\n",
		"all.valid.zone.\t30\tIN\tA\t192.0.2.2\n", "all.valid.zone.\t90\tIN\tAAAA\t2001:db8::1\n",
		"empty.valid.zone.\t60\tIN\tTXT\t\"\"\n",
		"long.valid.zone.\t60\tIN\tTXT\t\"" + strings.Repeat("x", 255) + `" "` + strings.Repeat("y", 255) + "\" \"z\"\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	zp := dns.NewZoneParser(bytes.NewReader(out.Bytes()), "", "")
	records := 0
	for _, ok := zp.Next(); ok; _, ok = zp.Next() {
		records++
	}
	if err := zp.Err(); err != nil || records != bytes.Count(out.Bytes(), []byte("\n")) {
		t.Errorf("%d records parsed: %v", records, err)
	}
	file := filepath.Join(t.TempDir(), "zone")
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	runChecker(t, "named-checkzone", "-i", "local", "valid.zone", file)
	runChecker(t, "ldns-read-zone", file)

	src.load(4, Delegation{Name: "ns.valid.zone", Data: []Data{{Type: "NS", TTL: 60, Values: []string{"h.elsewhere.test"}}}})
	out.Reset()
	if err := Export(t.Context(), src, 4, &out); err != nil || !strings.Contains(out.String(), "ns.valid.zone.\t60\tIN\tNS\th.elsewhere.test.\n") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// twoPasses shows every delegation once more, as data.
type twoPasses struct{ *memSource }

func (s *twoPasses) SnapshotZone(ctx context.Context, id int64, fn func(*Delegation) error) (uint32, error) {
	serial, err := s.memSource.SnapshotZone(ctx, id, fn)
	if err != nil {
		return 0, err
	}
	for name := range s.zones[id].delegations {
		d := txt(name, "data")
		if err := fn(&d); err != nil {
			return 0, err
		}
	}
	return serial, nil
}

// runTool runs a client with the server's address put in for HOST and PORT.
func runTool(t *testing.T, s *Server, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(args[0])
	if err != nil {
		t.Skipf("needs %s (Debian: bind9-dnsutils, knot-dnsutils, ldnsutils): %v", args[0], err)
	}
	host, port, err := net.SplitHostPort(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	replace := strings.NewReplacer("HOST", host, "PORT", port)
	for i := range args {
		args[i] = replace.Replace(args[i])
	}
	out, _ := exec.CommandContext(t.Context(), path, args[1:]...).CombinedOutput() // tools fail on errors we want to see
	return string(out)
}
