package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// TestDNSSEC signs a delegation, rolls its key over, breaks every rule, changes
// times to live, and looks at DNS after every step.
func TestDNSSEC(t *testing.T) {
	t.Parallel()
	s := newStory(t, "dnssec", "2026-01-01T00:00:00Z")
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	s.send("host-create", hostCreate("ns1.dns.icann"), 1000)

	// A create that is signed from the start, with the key along.
	tag, digest := signerOf(t, "safe.example", 16, ed448('a'))
	first := dsData(tag, 16, 2, digest, "")
	frame := newDomain{name: "safe.example", registrant: "al-holder", hosts: []string{"ns1.dns.icann"}}.create()
	s.send("create-wrong-key", with(frame, secDNS("create", dsData(tag, 16, 2, digest, keyData(257, 3, 16, ed448('b'))))), 2306)
	s.send("create", with(frame, secDNS("create", dsData(tag, 16, 2, digest, keyData(257, 3, 16, ed448('a'))))), 1000)
	shown := fmt.Sprintf("safe.example. DS 3600 %d 16 2 %s", tag, digest)
	s.zoneShows(t, "safe.example", dns.TypeDS, shown)
	// The zone is not signed, so a referral tells nothing of it.
	s.zoneShows(t, "www.safe.example", dns.TypeA, "safe.example. NS 3600 ns1.dns.icann.")
	s.send("info", domainInfo("safe.example"), 1000)

	// A roll-over: the new record beside the old, then alone, in one command.
	tag2, digest2 := signerOf(t, "safe.example", 16, ed448('c'))
	second := dsData(tag2, 16, 2, digest2, "")
	update := func(inside string) string {
		return with(domainUpdate("safe.example", "", "", ""), secDNS("update", inside))
	}
	add := func(inside string) string { return "<secDNS:add>" + inside + "</secDNS:add>" }
	rem := func(inside string) string { return "<secDNS:rem>" + inside + "</secDNS:rem>" }
	s.send("add", update(add(second)), 1000)
	shown2 := fmt.Sprintf("safe.example. DS 3600 %d 16 2 %s", tag2, digest2)
	s.zoneShows(t, "safe.example", dns.TypeDS, shown, shown2)
	s.send("add-again", update(add(second)), 2306)
	s.send("rem-and-add", update(rem(first)+add(first)), 1000) // removed first, so it can be added
	s.send("rem", update(rem(first)), 1000)
	s.zoneShows(t, "safe.example", dns.TypeDS, shown2)
	s.send("rem-again", update(rem(first)), 2306)
	urgent := strings.Replace(update(rem("<secDNS:all>true</secDNS:all>")+add(first)), "<secDNS:update ", `<secDNS:update urgent="true" `, 1)
	s.send("urgent", urgent, 1000)
	s.zoneShows(t, "safe.example", dns.TypeDS, shown)
	s.send("max-sig-life", update("<secDNS:chg><secDNS:maxSigLife>604800</secDNS:maxSigLife></secDNS:chg>"), 2102)
	s.send("nothing", update(""), 2003)
	s.send("key-interface", update(add(keyData(257, 3, 16, ed448('c')))), 2306)

	nine := ""
	for i := range 9 {
		nine += dsData(i, 13, 2, strings.Repeat("AB", 32), "")
	}
	s.send("nine", update(rem("<secDNS:all>true</secDNS:all>")+add(nine)), 2306)

	// Times to live.
	times := func(list ...string) string {
		return with(domainUpdate("safe.example", "", "", ""), ttls("update", list...))
	}
	s.send("ttl", times("NS 7200", "DS 300"), 1000)
	s.zoneShows(t, "safe.example", dns.TypeDS, strings.Replace(shown, "3600", "300", 1))
	s.zoneShows(t, "safe.example", dns.TypeNS, "safe.example. NS 7200 ns1.dns.icann.")
	s.send("ttl-info", with(domainInfo("safe.example"), ttlInfo(false)), 1000)
	s.send("ttl-policy", with(domainInfo("safe.example"), ttlInfo(true)), 1000)
	s.send("ttl-low", times("NS 1"), 2004)
	s.send("ttl-high", times("DS 2147483647"), 2004)
	s.send("ttl-address", times("A 3600"), 2306)
	s.send("ttl-dname", times("DNAME 3600"), 2306)
	s.send("ttl-custom", strings.Replace(times("NS"), `for="NS"`, `for="custom" custom="DELEG"`, 1), 2306)
	s.send("ttl-default", times("NS"), 1000)
	s.zoneShows(t, "safe.example", dns.TypeNS, "safe.example. NS 3600 ns1.dns.icann.")

	s.send("own-host", with(hostCreate("ns2.safe.example", v4("208.77.190.200"), v6("2602:800:900e:1257::200")), ttls("create", "A 600")), 1000)
	s.send("own-host-ns", with(hostUpdate("ns2.safe.example", "", "", ""), ttls("update", "NS 600")), 2306)
	s.send("delegate", domainUpdate("safe.example", delegation("ns2.safe.example"), "", ""), 1000)
	s.zoneShows(t, "safe.example", dns.TypeNS, "safe.example. NS 3600 ns1.dns.icann.", "safe.example. NS 3600 ns2.safe.example.",
		"ns2.safe.example. A 600 208.77.190.200", "ns2.safe.example. AAAA 3600 2602:800:900e:1257::200")
	s.send("host-ttl", with(hostUpdate("ns2.safe.example", "", "", ""), ttls("update", "A", "AAAA 900")), 1000)
	s.zoneShows(t, "safe.example", dns.TypeNS, "safe.example. NS 3600 ns1.dns.icann.", "safe.example. NS 3600 ns2.safe.example.",
		"ns2.safe.example. A 3600 208.77.190.200", "ns2.safe.example. AAAA 900 2602:800:900e:1257::200")
	s.send("host-ttl-info", with(hostInfo("ns2.safe.example"), ttlInfo(false)), 1000)
	s.send("host-ttl-policy", with(hostInfo("ns2.safe.example"), ttlInfo(true)), 1000)
	s.send("outside-ttl", with(hostUpdate("ns1.dns.icann", "", "", ""), ttls("update", "A 900")), 2306)
	s.send("outside-ttl-info", with(hostInfo("ns1.dns.icann"), ttlInfo(true)), 1000)
	zoneFileHolds(t, s.sandbox, "example", "safe.example.\t300\tIN\tDS\t"+fmt.Sprint(tag), "ns2.safe.example.\t900\tIN\tAAAA")

	// No DS without name servers, nor on hold.
	s.send("hold", domainUpdate("safe.example", status("domain", "clientHold"), "", ""), 1000)
	s.zoneShows(t, "safe.example", dns.TypeDS)
	s.send("unhold", domainUpdate("safe.example", "", status("domain", "clientHold"), ""), 1000)
	s.send("undelegate", domainUpdate("safe.example", "", delegation("ns1.dns.icann", "ns2.safe.example"), ""), 1000)
	s.zoneShows(t, "safe.example", dns.TypeDS)
	s.send("info-undelegated", domainInfo("safe.example"), 1000)
	s.send("rem-all", update(rem("<secDNS:all>true</secDNS:all>")), 1000)
	s.send("info-unsigned", domainInfo("safe.example"), 1000)
}

// zoneFileHolds exports a zone, wants the text in it, and has it judged by BIND and
// ldns where they are installed.
func zoneFileHolds(t *testing.T, box *sandbox, zone string, want ...string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), zone)
	cadastre(t, "zone", "export", zone, "--dir", box.dir, "--output", file)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range want {
		if !strings.Contains(string(text), w) {
			t.Errorf("the zone file of %s does not hold %q", zone, w)
		}
	}
	for _, judge := range [][]string{{"named-checkzone", "-i", "local", zone, file}, {"ldns-read-zone", file}} {
		path, err := exec.LookPath(judge[0])
		if err != nil {
			t.Logf("not installed: %s", judge[0])
			continue
		}
		if out, err := exec.Command(path, judge[1:]...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", judge[0], err, out)
		}
	}
}
