package whitelist

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cadastre/registry"
)

// The vocabulary is small, so that what could be confused often is.
var vocabulary = []string{"a", "b", "trips", "domains", "community", "seattle", "miami", "146", "147"}

// targetZones are the zones of one target registry: registrable names of it are
// never below each other.
func targetZones() registry.Zones {
	zones := registry.Zones{
		registry.NewZone("trips", registry.TargetZone), registry.NewZone("domains", registry.TargetZone), registry.NewZone("community", registry.TargetZone),
	}
	zones[2].Suffixes = []string{"community", "seattle.community", "a.b.community"}
	return zones
}

func registrable(name string) bool {
	z := targetZones().Find(name)
	return z != nil && z.CheckRegistrable(name) == nil
}

// allForms are all forms there can be.
func allForms() []Form {
	parts := []string{partRegistrant, partRegistrar, partDomain}
	var all []Form
	for _, a := range parts {
		all = append(all, Form(a))
		for _, b := range parts {
			all = append(all, Form(a+"."+b))
			for _, c := range parts {
				all = append(all, Form(a+"."+b+"."+c))
			}
		}
	}
	var ok []Form
	for _, f := range all {
		if p := (&Policy{Forms: []Form{f}}); p.checkForms() == nil {
			ok = append(ok, f)
		}
	}
	return ok
}

// policies draws policies of every kind of naming over the vocabulary.
func policies(most int) *rapid.Generator[*Policy] {
	return rapid.Custom(func(t *rapid.T) *Policy {
		p := defaults()
		p.ID, p.Overseer, p.Zone = "property", "Trips Board", "valid.zone"
		p.Forms = rapid.SliceOfNDistinct(rapid.SampledFrom(allForms()), 1, most, rapid.ID[Form]).Draw(t, "forms")
		p.RegistrarAs = rapid.SampledFrom([]string{AsIANA, AsID, AsName}).Draw(t, "registrar_as")
		word := func(name string) string {
			if rapid.IntRange(0, 3).Draw(t, name+" clear") > 0 {
				return HashNone
			}
			return rapid.SampledFrom(hashWords).Draw(t, name)
		}
		p.Hash = Hash{word("registrant"), word("registrar"), word("domain"), word("whole")}
		if strings.Contains(fmt.Sprint(p.Hash), HashHMAC) {
			p.Key = []byte("0123456789abcdef")
		}
		p.Scope = rapid.SampledFrom([]Scope{
			{Any: []Scope{{Suffix: "trips"}, {Suffix: "domains"}, {Suffix: "community"}}},
			{Suffix: "seattle.community"},
			{Any: []Scope{{Suffix: "trips"}, {Word: "a"}}},
			{Registrar: "146"},
		}).Draw(t, "scope")
		p.Verifiers = []Verifier{{Type: RulesVerifier}}
		p.Records = []ExtraData{}
		if err := p.check(); err != nil {
			t.Fatalf("%+v: %v", p, err)
		}
		return p
	})
}

func registrations() *rapid.Generator[Registration] {
	return rapid.Custom(func(t *rapid.T) Registration {
		words := rapid.SampledFrom(vocabulary)
		name := strings.Join(rapid.SliceOfN(words, 2, 4).Filter(func(l []string) bool { return registrable(strings.Join(l, ".")) }).Draw(t, "target"), ".")
		id := rapid.OneOf(words, rapid.SampledFrom([]string{"A", "a b", "a_b", "UID5439394"})).Draw(t, "registrant")
		iana := rapid.IntRange(146, 147).Draw(t, "iana")
		return Registration{
			Target: name, Registrant: Registrant{ID: id},
			Registrar: Registrar{Account: words.Draw(t, "account"), IANA: iana, Name: rapid.SampledFrom([]string{"a b", "A_B", "miami"}).Draw(t, "name")},
		}
	})
}

// TestC52_TwoTargets never have the same name under one policy.
func TestC52_TwoTargets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := policies(4).Draw(t, "policy")
		r, s := registrations().Draw(t, "one"), registrations().Draw(t, "other")
		if r.Target == s.Target || !p.Controls(r) || !p.Controls(s) {
			return
		}
		a, err := p.Names(r)
		if err != nil {
			return
		}
		b, err := p.Names(s)
		if err != nil {
			return
		}
		for _, n := range a {
			for _, m := range b {
				if n.Name == m.Name {
					t.Fatalf("%s is the name of %s and of %s", n.Name, r.Target, s.Target)
				}
			}
		}
	})
}

// TestC102_Judge lets through nobody but those who were approved for the target:
// registrant and registrar, together where a form holds both or neither.
func TestC102_Judge(t *testing.T) {
	now := instant("2027-01-01T00:00:00Z")
	rapid.Check(t, func(t *rapid.T) {
		p := policies(3).Draw(t, "policy")
		entries := map[string]Record{}
		approved := rapid.SliceOfN(registrations(), 1, 3).Draw(t, "approved")
		for _, r := range approved {
			names, err := p.Names(r)
			if err != nil {
				continue
			}
			for _, n := range names {
				if _, held := entries[n.Name]; !held { // first come, first served
					entries[n.Name] = p.Record(r.Target, n, now.Add(time.Hour), "")
				}
			}
		}
		r := registrations().Draw(t, "asked")
		names, err := p.Names(r)
		if err != nil {
			return
		}
		for _, n := range names {
			rec, there := entries[n.Name]
			if !there || p.Judge(r, n, rec, registry.Credential{}, now) != nil {
				return
			}
		}
		var who, through, together bool
		agent, _ := p.Agent(r.Registrar)
		for _, a := range approved {
			theirs, _ := p.Agent(a.Registrar)
			w := a.Target == r.Target && SameIdentifier(a.Registrant.ID, r.Registrant.ID)
			g := a.Target == r.Target && SameIdentifier(theirs, agent)
			who, through, together = who || w, through || g, together || w && g
		}
		pair := p.named(partRegistrant) != p.named(partRegistrar) || !p.named(partRegistrant)
		for _, f := range p.Forms {
			pair = pair || f.has(partRegistrant) && f.has(partRegistrar)
		}
		if !who || !through || pair && !together {
			t.Fatalf("%+v got through by the approvals of %+v: %v", r, approved, entries)
		}
	})
}

// TestC71_SameProcedure gives the same names whatever the case, and each approved
// registration gets through.
func TestC71_SameProcedure(t *testing.T) {
	now := instant("2027-01-01T00:00:00Z")
	rapid.Check(t, func(t *rapid.T) {
		p := policies(4).Draw(t, "policy")
		r := registrations().Draw(t, "registration")
		names, err := p.Names(r)
		if err != nil {
			return
		}
		shout := r
		shout.Target, shout.Registrant.ID = strings.ToUpper(r.Target), strings.ToUpper(r.Registrant.ID)
		again, err := p.Names(shout)
		if err != nil || len(again) != len(names) {
			t.Fatalf("%v, %v", again, err)
		}
		for i, n := range names {
			if again[i].Name != n.Name {
				t.Fatalf("%s and %s", n.Name, again[i].Name)
			}
			if c, err := CanonicalName(n.Name); err != nil || c != n.Name || !strings.HasSuffix(c, "."+p.Zone) || c == r.Target+"."+p.Zone && n.Name == r.Target {
				t.Fatalf("%s: %v", n.Name, err)
			}
			rec, err := ParseRecord(p.Record(r.Target, n, now.Add(time.Second), "").Text())
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Judge(r, n, rec, registry.Credential{}, now); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestReadOffInvertsNames for all forms with all three components.
func TestReadOffInvertsNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := policies(1).Filter(func(p *Policy) bool { return p.readable() }).Draw(t, "policy")
		r := registrations().Draw(t, "registration")
		r.Registrant.ID = rapid.StringMatching(`[A-Za-z0-9_-]{1,30}`).Draw(t, "registrant")
		names, err := p.Names(r)
		if err != nil {
			t.Fatal(err)
		}
		target, registrant, agent, err := p.ReadOff(names[0].Name, registrable)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := p.Agent(r.Registrar)
		if target != r.Target || !SameIdentifier(registrant, r.Registrant.ID) || !SameIdentifier(agent, strings.ReplaceAll(want, " ", "_")) {
			t.Fatalf("%s was read as %s, %s, %s", names[0].Name, target, registrant, agent)
		}
		// What was read gives the name again.
		r = Registration{Target: target, Registrant: Registrant{ID: registrant}, Registrar: Registrar{Account: agent, Name: agent, IANA: r.Registrar.IANA}}
		again, err := p.Names(r)
		if err != nil || again[0].Name != names[0].Name {
			t.Fatalf("%v, %v", again, err)
		}
	})
}

// TestRecordRoundTrip writes and reads any values.
func TestRecordRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.StringN(0, 40, 120), rapid.StringOf(rapid.RuneFrom([]rune(`a ;%"\=$,+é日`))))
		r := Record{
			Target: value.Filter(func(s string) bool { return s != "" }).Draw(t, "target"), Registrant: value.Draw(t, "registrant"),
			Registrar: value.Draw(t, "registrar"), Until: time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "until"), 0).UTC(),
			Credential: rapid.SampledFrom([]string{"", "$argon2id$v=19$m=64,t=1,p=2$c2FsdHNhbHQ$3WN+rggGaKHFlwpjB06QDQ"}).Draw(t, "credential"),
		}
		text := r.Text()
		for i := range len(text) {
			if text[i] < ' ' || text[i] > '~' || text[i] == '"' || text[i] == '\\' {
				t.Fatalf("%q is not plain", text)
			}
		}
		got, err := ParseRecord(text)
		if len(text) > MaxRecord {
			if err == nil {
				t.Fatalf("%d octets were read", len(text))
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestPolicyDocumentRoundTrip reads what it writes of any policy.
func TestPolicyDocumentRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := policies(8).Draw(t, "policy")
		p.Life = Period{Exact: time.Duration(rapid.Int64Range(1, 3_000_000_000).Draw(t, "life")) * time.Second}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParsePolicy(text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
