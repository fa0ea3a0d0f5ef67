package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rowsKey is the key of hmac-sha256 that both registries have.
const rowsKey = `"key": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="`

// namingRules are a policy for every way of making whitelist names.
func namingRules() rules {
	const registrant, registrar, domain = "{registrant}", "{registrar}", "{domain}"
	forms := func(list ...string) string { return `"forms": ["` + strings.Join(list, `", "`) + `"]` }
	join := func(parts ...string) string { return strings.Join(parts, ".") }
	miami, website := wordBelow("trips", "miami"), wordBelow("domains", "website")
	several := wordBelow("domains", "several")
	return rules{
		zones: []string{"whitelist.domains", "safe.systems", "whitelist.zone", "whitelist", "有效.zone"},
		named: map[string]string{"registrar-a": "GODADDY"},
		policies: []string{
			ruledBy("form-2", "valid.zone", miami, forms(join(domain, registrant, registrar))),
			ruledBy("form-3", "valid.zone", miami, forms(join(registrar, domain, registrant))),
			ruledBy("form-4", "valid.zone", miami, forms(domain)),
			ruledBy("forms-5-6", "valid.zone", miami, forms(join(registrant, domain), join(registrar, domain))),
			ruledBy("by-name", "valid.zone", website, `"registrar_as": "name"`),
			ruledBy("by-names", "valid.zone", website, `"registrar_as": "name"`, forms(join(registrant, domain), join(registrar, domain))),
			ruledBy("zone-1", "whitelist.domains", several),
			ruledBy("zone-2", "safe.systems", several),
			ruledBy("zone-3", "whitelist.zone", several),
			ruledBy("zone-4", "preapproved.works", several),
			ruledBy("bare", "whitelist", wordBelow("domains", "bare")),
			ruledBy("hanzi", "有效.zone", wordBelow("domains", "hanzi")),
			ruledBy("hash-one", "valid.zone", wordBelow("domains", "hashone"), `"hash": {"registrant": "sha256"}`),
			ruledBy("hash-all", "valid.zone", wordBelow("domains", "hashall"), `"hash": {"registrant": "sha256", "registrar": "sha256", "domain": "sha256"}`),
			ruledBy("hash-whole", "valid.zone", wordBelow("domains", "hashwhole"), `"hash": {"whole": "sha256"}`),
			ruledBy("hash-keyed", "valid.zone", wordBelow("domains", "hashkeyed"),
				`"hash": {"registrant": "sha256", "registrar": "hmac-sha256", "whole": "hmac-sha256"}`, rowsKey),
			ruledBy("other-way", "preapproved.works", wordBelow("domains", "otherway"), forms(join(registrar, domain, registrant))),
			ruledBy("agent-only", "valid.zone", wordBelow("domains", "agentonly"), forms(join(registrar, domain)), `"compare": "existence"`),
			ruledBy("holder-only", "valid.zone", wordBelow("domains", "holderonly"), forms(join(registrant, domain)), `"compare": "existence"`),
			ruledBy("second", "valid.zone", wordBelow("domains", "second")),
		},
	}
}

// naming is the world of the rows about whitelist names, with a session for each
// who acts.
type naming struct {
	*ruledWorld
	a, b     *session // registrars at the whitelist registry
	ta, tb   *session // the same at the target registry
	approved map[string][]string
}

// TestRowsBNames shows how whitelist names are made (C-52 to C-75).
func TestRowsBNames(t *testing.T) {
	t.Parallel()
	w := ruledTwo(t, "2026-11-21T00:00:00Z", namingRules())
	n := &naming{ruledWorld: w, approved: map[string][]string{}}
	n.a, n.b = w.whitelist.login(t, "registrar-a"), w.whitelist.login(t, "registrar-b")
	n.ta, n.tb = w.target.login(t, "registrar-a"), w.target.login(t, "registrar-b")
	w.contact(t, n.ta, goodContact("owner-a"))
	w.contact(t, n.tb, goodContact("owner-b"))
	n.rowsOfForms(t)
	n.rowsOfZones(t)
	n.rowsOfIdentifiers(t)
	n.rowsOfHashes(t)
	n.rowsOfParties(t)
	t.Run("C-52", n.madeOfTheTarget)
	t.Run("C-53", n.neverIdentical)
	t.Run("C-54", n.noSwitchForIdentical)
	t.Run("X-10", n.examples)
	w.checkWorlds(t)
}

// apply applies by registrar-a, has it approved at once, and gives the names.
func (n *naming) apply(t testing.TB, target, registrant string) []string {
	t.Helper()
	names := n.a.do(t, apply(target, registrant)).want(t, 1000).values("preapproval:name")
	slices.Sort(names)
	n.approved[target] = append(n.approved[target], names...)
	return names
}

// wantNames demands the names of an application, all of them published.
func (n *naming) wantNames(t testing.TB, got []string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("whitelist names (-want +got):\n%s", diff)
	}
	for _, name := range got {
		n.published(t, name)
	}
}

// wantRecord demands the record of a name, without its end.
func (n *naming) wantRecord(t testing.TB, name, target, parties string) {
	t.Helper()
	want := "v=wl1; target=" + target + "; " + parties + "; until=2027-11-2"
	if text := n.published(t, name); !strings.HasPrefix(text, want) {
		t.Errorf("TXT of %s: %q, want %q", name, text, want)
	}
}

// rowsOfForms: one application under five policies at once, which make their names
// each in its own way.
func (n *naming) rowsOfForms(t *testing.T) {
	names := n.apply(t, "Miami.trips", "UID5439394")
	both := "registrant=UID5439394; registrar=146"
	has := func(t *testing.T, name, parties string) {
		t.Helper()
		if !slices.Contains(names, name) {
			t.Errorf("no %s among %v", name, names)
		}
		n.wantRecord(t, name, "miami.trips", parties)
	}
	website := n.apply(t, "website.domains", "John Doe")
	t.Run("C-55", func(t *testing.T) {
		has(t, "uid5439394.146.miami.trips.valid.zone", both)
		// Names are compared without case.
		n.wantRecord(t, "UID5439394.146.Miami.trips.valid.zone", "miami.trips", both)
		n.wantRecord(t, "John_Doe.GODADDY.website.domains.valid.zone", "website.domains", "registrant=John Doe; registrar=GODADDY")
	})
	t.Run("C-56", func(t *testing.T) { has(t, "miami.trips.uid5439394.146.valid.zone", both) })
	t.Run("C-57", func(t *testing.T) { has(t, "146.miami.trips.uid5439394.valid.zone", both) })
	t.Run("C-58", func(t *testing.T) { has(t, "miami.trips.valid.zone", both) })
	t.Run("C-59", func(t *testing.T) {
		has(t, "uid5439394.miami.trips.valid.zone", "registrant=UID5439394")
		has(t, "146.miami.trips.valid.zone", "registrar=146")
		n.wantNames(t, website, "john_doe.godaddy.website.domains.valid.zone", "john_doe.website.domains.valid.zone", "godaddy.website.domains.valid.zone")
	})
	t.Run("C-71", func(t *testing.T) {
		n.relay.questions()
		for target, registrant := range map[string]string{"Miami.trips": "UID5439394", "website.domains": "John Doe"} {
			frame := register(target, "owner-a", registrant)
			if strings.Contains(frame, "valid.zone") {
				t.Errorf("the registrar mentions the whitelist name: %s", frame)
			}
			n.ta.do(t, frame).want(t, 1000)
		}
		asked := n.relay.questions()
		for _, name := range slices.Concat(names, website) {
			if !slices.Contains(asked, name+" TXT") {
				t.Errorf("the target registry did not ask for %s: %v", name, asked)
			}
		}
	})
	t.Run("C-60", n.allMustBeThere)
}

// allMustBeThere: the registrant's name alone approves nobody.
func (n *naming) allMustBeThere(t *testing.T) {
	board := n.whitelist.login(t, "seattle-board")
	const target = "half.seattle.community"
	board.do(t, enter("uid7."+target+".valid.zone", target, "UID7", "147")).want(t, 1000)
	n.published(t, "uid7."+target+".valid.zone")
	n.absent(t, "147."+target+".valid.zone")
	n.tb.do(t, register(target, "owner-b", "UID7")).want(t, 2308).wantAll(t, "City of Seattle Board", "seattle-board", "no approval is on record")
	// Approved through registrar-a, the registrant cannot register through another.
	n.wantNames(t, n.apply(t, "whole.seattle.community", "UID7"), "uid7.whole.seattle.community.valid.zone", "146.whole.seattle.community.valid.zone")
	n.tb.do(t, register("whole.seattle.community", "owner-b", "UID7")).want(t, 2308)
	n.ta.do(t, register("whole.seattle.community", "owner-a", "UID7")).want(t, 1000)
	// With the registrar's name beside it, it works.
	board.do(t, enter("147."+target+".valid.zone", target, "UID7", "147")).want(t, 1000)
	n.published(t, "147."+target+".valid.zone")
	n.tb.do(t, register(target, "owner-b", "UID7")).want(t, 1000)
}

func (n *naming) rowsOfZones(t *testing.T) {
	soaAt := func(t *testing.T, zone string) {
		t.Helper()
		if text := n.digText(t, zone, "SOA"); !strings.Contains(text, "\n"+zone+".\t") || !strings.Contains(text, "flags: qr aa") {
			t.Errorf("no SOA at %s.:\n%s", zone, text)
		}
	}
	t.Run("C-63", func(t *testing.T) {
		n.wantNames(t, n.apply(t, "several.domains", "UID1"), "uid1.146.several.domains.whitelist.domains", "uid1.146.several.domains.safe.systems",
			"uid1.146.several.domains.whitelist.zone", "uid1.146.several.domains.preapproved.works")
		for _, zone := range []string{"whitelist.domains", "safe.systems", "whitelist.zone", "preapproved.works"} {
			soaAt(t, zone)
		}
		n.ta.do(t, register("several.domains", "owner-a", "UID2")).want(t, 2308)
		n.ta.do(t, register("several.domains", "owner-a", "UID1")).want(t, 1000)
	})
	t.Run("C-64", func(t *testing.T) {
		n.ta.do(t, register("bare.domains", "owner-a", "UID1")).want(t, 2308)
		n.wantNames(t, n.apply(t, "bare.domains", "UID1"), "uid1.146.bare.domains.whitelist")
		soaAt(t, "whitelist")
		n.ta.do(t, register("bare.domains", "owner-a", "UID1")).want(t, 1000)
	})
	t.Run("C-65", func(t *testing.T) {
		n.ta.do(t, register("hanzi.domains", "owner-a", "UID1")).want(t, 2308)
		n.wantNames(t, n.apply(t, "hanzi.domains", "UID1"), "uid1.146.hanzi.domains.xn--fcvx2b.zone")
		soaAt(t, "xn--fcvx2b.zone")
		n.ta.do(t, register("hanzi.domains", "owner-a", "UID1")).want(t, 1000)
	})
	t.Run("C-70", func(t *testing.T) {
		n.wantNames(t, n.apply(t, "own-way.trips", "UID1"), "uid1.146.own-way.trips.valid.zone")
		n.wantNames(t, n.apply(t, "otherway.domains", "UID1"), "146.otherway.domains.uid1.preapproved.works")
		n.ta.do(t, register("own-way.trips", "owner-a", "UID1")).want(t, 1000)
		n.ta.do(t, register("otherway.domains", "owner-a", "UID1")).want(t, 1000)
	})
}

// madeOfTheTarget looks at all names that were approved.
func (n *naming) madeOfTheTarget(t *testing.T) {
	zones := []string{"valid.zone", "preapproved.works", "whitelist.domains", "safe.systems", "whitelist.zone", "whitelist", "xn--fcvx2b.zone"}
	owner := map[string]string{}
	for target, names := range n.approved {
		target = strings.ToLower(target)
		for _, name := range names {
			if other := owner[name]; other != "" {
				t.Errorf("%s stands for %s and %s", name, other, target)
			}
			owner[name] = target
			if !slices.ContainsFunc(zones, func(z string) bool { return strings.HasSuffix(name, "."+z) }) {
				t.Errorf("%s is in no whitelist zone", name)
			}
			if !strings.Contains("."+name, "."+target+".") && !strings.Contains(target, "hashall") && !strings.Contains(target, "hashwhole") &&
				!strings.Contains(target, "hashkeyed") {
				t.Errorf("%s does not hold the labels of %s", name, target)
			}
			info := n.a.do(t, domainInfo(name)).want(t, 1000)
			if got := info.value(t, "preapproval:target"); got != target {
				t.Errorf("%s stands for %s, want %s", name, got, target)
			}
		}
	}
	if len(owner) < 25 {
		t.Errorf("only %d names were approved", len(owner))
	}
}

func (n *naming) neverIdentical(t *testing.T) {
	for zone, why := range map[string]string{"": "would be the target name itself", ".": "zone"} {
		doc := ruledBy("identical", zone, `{"suffix": "domains"}`, `"forms": ["{domain}"]`)
		if said := cadastreRefuses(t, "policy", "add", n.whitelist.document(t, "same", doc), "--dir", n.whitelist.dir); !strings.Contains(said, why) {
			t.Errorf("zone %q: %s, want %q", zone, said, why)
		}
	}
	// A zone that takes registrations cannot hold whitelist names.
	doc := ruledBy("identical", "domains", `{"suffix": "trips"}`, `"forms": ["{domain}"]`)
	if said := cadastreRefuses(t, "policy", "add", n.target.document(t, "same", doc), "--dir", n.target.dir); !strings.Contains(said, "not a whitelist zone") {
		t.Errorf("a target zone as whitelist zone: %s", said)
	}
	for target, names := range n.approved {
		if slices.Contains(names, strings.ToLower(target)) {
			t.Errorf("%s is its own whitelist name", target)
		}
	}
}

// noSwitchForIdentical: the optional switch is not offered; a policy that asks for it
// is refused and not obeyed by half.
func (n *naming) noSwitchForIdentical(t *testing.T) {
	doc := ruledBy("identical", "valid.zone", `{"suffix": "domains"}`, `"identical": true`)
	if said := cadastreRefuses(t, "policy", "add", n.whitelist.document(t, "same", doc), "--dir", n.whitelist.dir); !strings.Contains(said, "unknown key") {
		t.Errorf("an unknown switch: %s", said)
	}
}
