package dnsout

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

func TestExport(t *testing.T) {
	var out bytes.Buffer
	if err := Export(t.Context(), answersSource(), 1, &out); err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(`example. 3600 IN SOA ns1.nic.example. hostmaster.registry.test. 100 1800 900 604800 60
example. 3600 IN NS ns1.nic.example.
example. 3600 IN NS ns2.registry.test.
glue.example. 3600 IN NS ns1.glue.example.
glue.example. 3600 IN NS ns2.glue.example.
ns1.glue.example. 3600 IN A 192.0.2.1
ns1.glue.example. 3600 IN AAAA 2001:db8::1
ns2.glue.example. 3600 IN A 192.0.2.2
miami.example. 3600 IN NS ns1.host.test.
miami.example. 3600 IN NS ns2.host.test.
ns1.nic.example. 3600 IN A 192.0.2.53
ns1.nic.example. 3600 IN AAAA 2001:db8::53
sibling.example. 3600 IN NS ns1.glue.example.
sibling.example. 3600 IN NS sibling.example.
sibling.example. 3600 IN A 192.0.2.9
signed.example. 3600 IN NS ns.host.test.
signed.example. 3600 IN DS 12345 13 2 3031323334353637383961626364656630313233343536373839616263646566
times.example. 300 IN NS ns.host.test.
times.example. 300 IN NS ns.times.example.
times.example. 600 IN DS 8 15 2 3031323334353637383961626364656630313233343536373839616263646566
ns.times.example. 3600 IN A 192.0.2.3
ns.times.example. 86400 IN AAAA 2001:db8::3
`, " 3600 IN ", "\t3600\tIN\t")
	for _, ttl := range []string{"300", "600", "86400"} {
		want = strings.ReplaceAll(want, " "+ttl+" IN ", "\t"+ttl+"\tIN\t")
	}
	for _, rrtype := range []string{"SOA", "NS", "AAAA", "A", "DS"} {
		want = strings.ReplaceAll(want, "IN\t"+rrtype+" ", "IN\t"+rrtype+"\t")
	}
	if d := cmp.Diff(want, out.String()); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// TestExportParses reads the export with another parser and with the checkers
// operators use.
func TestExportParses(t *testing.T) {
	src := answersSource()
	src.load(1, manyHosts("many.example", 13), ns("xn--bcher-kva.example", "ns.xn--bcher-kva.example"),
		Delegation{Name: "a.b.c.deep.example", NS: []string{"ns.a.b.c.deep.example"}, Glue: []Glue{
			{Host: "ns.a.b.c.deep.example", Addrs: addrs("2001:db8::5", "192.0.2.5", "2001:db8::6")},
		}})
	src.load(1, Delegation{Name: "xn--bcher-kva.example", NS: []string{"ns.xn--bcher-kva.example"}, Glue: []Glue{
		{Host: "ns.xn--bcher-kva.example", Addrs: addrs("192.0.2.77")},
	}})
	big := newSyntheticSource(5000)
	for name, export := range map[string]func(*bytes.Buffer) error{
		"hand-made": func(w *bytes.Buffer) error { return Export(t.Context(), src, 1, w) },
		"synthetic": func(w *bytes.Buffer) error { return Export(t.Context(), big, 1, w) },
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := export(&out); err != nil {
				t.Fatal(err)
			}
			var again bytes.Buffer
			if err := export(&again); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
				t.Errorf("two exports differ: %v", err)
			}
			records := 0
			zp := dns.NewZoneParser(bytes.NewReader(out.Bytes()), "", "")
			for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
				records++
				if !dns.IsSubDomain("example.", rr.Header().Name) {
					t.Errorf("outside: %s", rr)
				}
			}
			if err := zp.Err(); err != nil || records != bytes.Count(out.Bytes(), []byte("\n")) {
				t.Errorf("%d records parsed: %v", records, err)
			}
			file := filepath.Join(t.TempDir(), "zone")
			if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			runChecker(t, "named-checkzone", "-i", "local", "example", file)
			runChecker(t, "ldns-read-zone", file)
		})
	}
}

func runChecker(t *testing.T, name string, args ...string) {
	t.Run(name, func(t *testing.T) {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Skipf("needs %s (Debian: bind9-utils, ldnsutils): %v", name, err)
		}
		out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
		if err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
}

func TestExportRefuses(t *testing.T) {
	src := answersSource()
	if err := Export(t.Context(), src, 99, new(bytes.Buffer)); !errors.Is(err, ErrNoZone) {
		t.Errorf("unknown zone: %v", err)
	}
	src.load(1, ns("bad.example", "no..host"))
	if err := Export(t.Context(), src, 1, new(bytes.Buffer)); err == nil {
		t.Error("a zone with unfit data was exported")
	}
	if err := Export(t.Context(), answersSource(), 1, fullDisk{}); !errors.Is(err, errDiskFull) {
		t.Errorf("full disk: %v", err)
	}
}

var errDiskFull = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errDiskFull }

func TestNames(t *testing.T) {
	for text, want := range map[string]string{
		"Miami.EXAMPLE":       "miami.example.",
		"a.":                  "a.",
		`first\.last.x.`:      `first\.last.x.`,
		`\097\.\046.x`:        `a\.\..x.`,
		`sp\032ace.x`:         `sp\032ace.x.`,
		`"q".x`:               `\"q\".x.`,
		"":                    ".",
		".":                   ".",
		"*._dns.xn--p1ai":     "*._dns.xn--p1ai.",
		"b\u00fccher.exaMPle": `b\195\188cher.example.`,
	} {
		labels, err := appendName(nil, text)
		if got := string(appendText(nil, labels)); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"..", "a..b", ".a", `a\`, `a\25`, `a\256`, `a\2x5`, strings.Repeat("a", 64), strings.Repeat("a.", 128)} {
		if labels, err := appendName([]byte("kept"), text); err == nil || string(labels) != "kept" {
			t.Errorf("%q: %q, %v", text, labels, err)
		}
	}
	longest := strings.Repeat(strings.Repeat("a", 63)+".", 3) + strings.Repeat("b", 61)
	if labels, err := appendName(nil, longest); err != nil || len(labels) != maxName {
		t.Errorf("%d octets, %v", len(labels), err)
	}
	if _, err := appendName(nil, longest+"b"); err == nil {
		t.Error("256 octets taken")
	}
	order := []string{"example", "a.example", "yljkjljk.a.example", "z.a.example", "zabc.a.example", "z.example", `\001.z.example`, "*.z.example", `\200.z.example`}
	var wire [][]byte
	for _, n := range order { // the example of RFC 4034, Section 6.1
		w, err := appendName(nil, n)
		if err != nil {
			t.Fatal(err)
		}
		wire = append(wire, w)
	}
	if !slices.IsSortedFunc(wire, compareNames) {
		t.Error("not in canonical order")
	}
}

func TestSerialLess(t *testing.T) {
	for _, tc := range []struct {
		a, b uint32
		want bool
	}{{0, 1, true}, {1, 0, false}, {5, 5, false}, {1<<32 - 1, 0, true}, {0, 1<<32 - 1, false}, {0, 1<<31 - 1, true}, {0, 1<<31 + 1, false}, {0, 1 << 31, false}} {
		if got := serialLess(tc.a, tc.b); got != tc.want {
			t.Errorf("%d before %d: %t", tc.a, tc.b, got)
		}
	}
}
