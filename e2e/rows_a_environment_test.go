package e2e

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"cadastre/epp"
)

func environmentRows(t *testing.T, x *rowsA) {
	t.Run("C-2", x.c2)
	t.Run("C-3", x.c3)
	t.Run("C-4", x.c4)
	if x.combined() {
		t.Run("C-5", x.c5)
		t.Run("C-6", x.c6)
	}
	t.Run("C-7", x.c7)
	t.Run("C-8", x.c8)
	t.Run("C-9", x.c9)
	t.Run("C-10", x.c10)
}

// c1: end points, stores and zones are apart, and each registry goes on when the
// other is stopped. It leaves both stopped.
func (x *rowsA) c1(t *testing.T) {
	const target, name = "apart.trips", "apart.146.apart.trips.valid.zone"
	x.a.do(t, apply(target, "apart")).want(t, 1000)
	x.published(t, name)
	// A whitelist name is no name of the target registry, nor the reverse.
	x.ta.do(t, domainInfo(target)).want(t, 2303)
	x.a.do(t, domainInfo(name)).want(t, 1000)
	if x.combined() {
		x.a.do(t, newDomain{name: name}.create()).want(t, 2201)
		return
	}
	x.ta.do(t, domainInfo(name)).want(t, 2303, 2306)
	if x.whitelist.info.EPP.Addr == x.target.info.EPP.Addr || x.whitelist.info.Database.DSN == x.target.info.Database.DSN {
		t.Error("the registries share an end point or a store")
	}
	for _, z := range x.whitelist.info.Zones {
		if a := x.target.dns(t, z.Name, dnsmessage.TypeSOA); a.rcode != dnsmessage.RCodeRefused {
			t.Errorf("the target registry answers for %s: %v", z.Name, a.rcode)
		}
	}
	x.target.stop(t)
	held := x.a.do(t, apply("alone.trips", "apart")).want(t, 1001) // nobody says that it is free
	x.published(t, name)
	x.target.start(t, "--only", "target", "--whitelist", x.whitelist.path("relayed.json"))
	x.acquainted(t)
	x.a.toldOf(t, held.value(t, "preapproval:application")).wantReason(t, `paResult="1">alone.trips<`)

	x.whitelist.stop(t)
	ta := x.target.login(t, "registrar-a")
	ta.do(t, newDomain{name: "alone.example", registrant: "owner-1"}.create()).want(t, 1000)
	x.target.eventually(t, "alone.example")
	ta.mayFail = true
	ta.do(t, register(target, "owner-1", "apart")).want(t, 2400).wantReason(t, "Trips Board").wantReason(t, "trips-board")
}

// c2: several registrars work at each registry under credentials of their own, and
// none gets at another's objects.
func (x *rowsA) c2(t *testing.T) {
	codes := (&races{}).together(t, []*session{x.a, x.b, x.ta, x.tb},
		apply("both-a.trips", "UID1"), apply("both-b.trips", "UID1"),
		newDomain{name: "both-a.example", registrant: "owner-1"}.create(), newDomain{name: "both-b.example", registrant: "owner-b"}.create())
	oneOf(t, codes, []int{1000, 1000, 1000, 1000})
	x.b.do(t, domainInfo("uid1.146.both-a.trips.valid.zone")).want(t, 2201)
	x.a.do(t, domainInfo("uid1.146.both-a.trips.valid.zone")).want(t, 1000)
	x.b.do(t, domainInfo("uid1.147.both-b.trips.valid.zone")).want(t, 1000)
	x.tb.do(t, domainUpdate("both-a.example", status("domain", "clientHold"), "", "")).want(t, 2201)
	x.ta.do(t, domainUpdate("both-b.example", status("domain", "clientHold"), "", "")).want(t, 2201)
	if d := data[*epp.DomainInfoData](t, x.ta.do(t, domainInfo("both-b.example")).want(t, 1000)); d.ClID != "registrar-b" {
		t.Errorf("both-b.example is sponsored by %s", d.ClID)
	}
}

// c3: the target registry answers for a registered name, by EPP and in DNS.
func (x *rowsA) c3(t *testing.T) {
	x.ta.do(t, hostCreate("ns1.dns.icann")).want(t, 1000)
	x.ta.do(t, newDomain{name: "parts.example", registrant: "owner-1", hosts: []string{"ns1.dns.icann"}}.create()).want(t, 1000)
	x.target.eventually(t, "parts.example", "parts.example. NS ns1.dns.icann.")
	x.ta.do(t, domainInfo("parts.example")).want(t, 1000)
}

// c4: the whitelist registry answers for an entry to a permitted client, and its
// pruning runs.
func (x *rowsA) c4(t *testing.T) {
	const name = "uid1.146.parts.trips.valid.zone"
	x.approved(t, x.a, "parts.trips", registrantID("UID1", "", ""))
	x.a.do(t, domainInfo(name)).want(t, 1000)
	runs := x.whitelist.counted(t, "cadastre_whitelist_prune_runs_total")
	at := time.Date(2026, 11, 21, 1, 0, 0, 0, time.UTC)
	x.at(t, at)
	if now := x.whitelist.counted(t, "cadastre_whitelist_prune_runs_total"); now <= runs {
		t.Errorf("%v runs of the pruning, then %v", runs, now)
	}
	if last := int64(x.whitelist.counted(t, "cadastre_whitelist_prune_last_run_timestamp_seconds")); last < at.Unix() {
		t.Errorf("the last run was at %v", time.Unix(last, 0).UTC())
	}
}

// c5: one process holds it all: whitelist registration, verification, target
// registration, both kinds of DNS, pruning. The other rows have the same results.
func (x *rowsA) c5(t *testing.T) {
	s, box := x.a, x.whitelist
	s.do(t, register("single.trips", "owner-1", "UID1")).want(t, 2308)
	x.approved(t, s, "single.trips", registrantID("UID1", "", ""))
	s.do(t, register("single.trips", "owner-1", "UID1")).want(t, 1000)
	for _, m := range []string{"cadastre_preapproval_checks_total", "cadastre_whitelist_applications_total", "cadastre_whitelist_prune_runs_total"} {
		if box.counted(t, m) == 0 {
			t.Errorf("%s does not count", m)
		}
	}
}

// c6: one DNS server answers for both kinds of names, each under its own rule.
func (x *rowsA) c6(t *testing.T) {
	const target, entry = "parts.example", "uid1.146.parts.trips.valid.zone"
	for _, c := range []struct{ from, name, typ, want string }{
		{"127.0.0.1", target, "NS", "NOERROR"},
		{"127.0.0.1", entry, "TXT", "NOERROR"},
		{"127.0.0.2", target, "NS", "NOERROR"},
		{"127.0.0.2", entry, "TXT", "REFUSED"},
	} {
		if got := x.whitelist.digFrom(t, c.from, c.name, c.typ); !strings.Contains(got, "status: "+c.want) {
			t.Errorf("dig %s from %s, want %s\n%s", c.name, c.from, c.want, got)
		}
	}
}

// digFrom asks with dig from an address of this machine.
func (s *sandbox) digFrom(t testing.TB, from, name, typ string) string {
	t.Helper()
	host, port, _ := strings.Cut(s.info.DNS.Addr, ":")
	out, err := exec.CommandContext(t.Context(), "dig", "-b", from, "@"+host, "-p", port, "+norec", name, typ).CombinedOutput()
	if err != nil {
		t.Fatalf("dig: %v\n%s", err, out)
	}
	return string(out)
}

// c7: two whitelist domains under two policies: each target is looked for in its own.
func (x *rowsA) c7(t *testing.T) {
	trips := x.approved(t, x.a, "several.trips", registrantID("UID1", "", ""))
	if !slices.Equal(trips, []string{"uid1.146.several.trips.valid.zone"}) {
		t.Errorf("whitelist names %v", trips)
	}
	// The same in the other whitelist domain would approve nothing here.
	x.ta.do(t, register("several.management", "owner-1", "UID1")).want(t, 2308).wantReason(t, "Management Board").wantReason(t, "manual-board")
	manual := x.a.do(t, apply("several.management", "UID1")).want(t, 1001)
	id := manual.value(t, "preapproval:application")
	cadastre(t, "whitelist", "approve", id, "--dir", x.whitelist.dir)
	x.published(t, "several.management.preapproved.works")
	x.absent(t, "several.management.valid.zone")
	x.a.toldOf(t, id)
	x.ta.do(t, register("several.trips", "owner-1", "UID1")).want(t, 1000)
	x.ta.do(t, register("several.management", "owner-1", "UID1")).want(t, 1000)
}

// c8: creates work in several TLDs, and each has a zone and an SOA of its own.
func (x *rowsA) c8(t *testing.T) {
	cadastre(t, "zone", "add", "shoes", "--kind", "target", "--dir", x.target.dir)
	for _, zone := range []string{"shoes", "domains"} {
		name := "tld." + zone
		x.ta.do(t, newDomain{name: name, registrant: "owner-1", hosts: []string{"ns1.dns.icann"}}.create()).want(t, 1000)
		x.target.eventually(t, name, name+". NS ns1.dns.icann.")
		soa := x.target.dns(t, zone, dnsmessage.TypeSOA)
		if len(soa.answers) != 1 || !strings.HasPrefix(soa.answers[0], zone+". SOA ") {
			t.Errorf("SOA of %s: %v", zone, soa.answers)
		}
	}
	// The whitelist registry learns of the new zone and can ask whether names are free.
	x.policy(t, policyDoc("soles-board", leaf("word", "sole"), nil))
	if r := x.a.do(t, apply("sole.shoes", "UID1")).want(t, 1000, 1001); int(r.Code()) == 1001 {
		x.a.toldOf(t, r.value(t, "preapproval:application")).wantReason(t, `paResult="1">sole.shoes<`)
	}
	x.published(t, "uid1.146.sole.shoes.valid.zone")
	x.ta.do(t, register("sole.shoes", "owner-1", "UID1")).want(t, 1000)
}

// c9: built-in rules and an outside service that knows the same rule say the same.
func (x *rowsA) c9(t *testing.T) {
	x.policy(t, policyDoc("inside-board", leaf("word", "inside"), document{"verifiers": rulesChain(document{"words": []string{"deny"}})}))
	x.policy(t, policyDoc("outside-board", leaf("word", "outside"), document{"verifiers": x.board.chain()}))
	for _, c := range []struct{ inside, outside, result string }{
		{"inside.example", "outside.example", "1"}, {"inside-deny.example", "outside-deny.example", "0"},
	} {
		by := x.a.do(t, apply(c.outside, "UID1")).want(t, 1001)
		x.a.toldOf(t, by.value(t, "preapproval:application")).wantReason(t, `paResult="`+c.result+`">`+c.outside)
		if c.result == "0" {
			x.a.do(t, apply(c.inside, "UID1")).want(t, 2308).wantReason(t, "Overseers of inside-board").wantReason(t, "inside-board")
			x.ta.do(t, register(c.outside, "owner-1", "UID1")).want(t, 2308)
			continue
		}
		x.approved(t, x.a, c.inside, registrantID("UID1", "", ""))
		x.published(t, "uid1.146."+c.outside+".valid.zone")
		x.ta.do(t, register(c.inside, "owner-1", "UID1")).want(t, 1000)
		x.ta.do(t, register(c.outside, "owner-1", "UID1")).want(t, 1000)
	}
}

// c10: the check works over the network, by DNS and by EPP, and no credential goes
// over it in clear.
func (x *rowsA) c10(t *testing.T) {
	const secret = "hunter2-over-the-wire"
	party := registrantID("UID1", "password", secret)
	for _, via := range []string{"dns", "epp"} {
		if x.combined() {
			via = "local"
		}
		word := "net" + via
		x.policy(t, policyDoc(word+"-board", leaf("word", word), document{"via": via, "account": "trips-board"}))
		target := word + ".example"
		x.approved(t, x.a, target, party)
		x.ta.do(t, newDomain{name: target, registrant: "owner-1"}.with(preapproval("", party))).want(t, 1000)
		if x.combined() {
			return
		}
	}
	if !x.wire.holds("valid\x04zone") {
		t.Error("no question for the whitelist zone was seen on the wire: the relays are not in use")
	}
	for _, text := range []string{secret, "<epp"} {
		if x.wire.holds(text) {
			t.Errorf("%q went over the wire in clear", text)
		}
	}
}
