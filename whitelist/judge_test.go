package whitelist

import (
	"errors"
	"strings"
	"testing"

	"cadastre/registry"
)

const until = "2027-11-21T00:00:00Z"

var token = registry.Credential{Type: "token", Value: "s3cret"}

// verdict is what a judgement says: its code's kind, field and words.
type verdict struct {
	kind  registry.Kind // 0 for nil
	field string
	words string
}

func checkVerdict(t *testing.T, about string, err error, want verdict) {
	t.Helper()
	if want.kind == 0 {
		if err != nil {
			t.Errorf("%s: %v", about, err)
		}
		return
	}
	var e *registry.Error
	if !errors.As(err, &e) {
		t.Errorf("%s: %v, want %q", about, err, want.words)
		return
	}
	if e.Kind != want.kind || e.Field != want.field || !strings.Contains(e.Reason, want.words) {
		t.Errorf("%s: kind %d, %v; want kind %d of %s with %q", about, e.Kind, e, want.kind, want.field, want.words)
	}
	for _, must := range []string{"Trips Board", "trips-board"} {
		if !strings.Contains(e.Reason, must) {
			t.Errorf("%s: %q does not name %q", about, e.Reason, must)
		}
	}
	if strings.Contains(e.Error(), "s3cret") || strings.Contains(e.Error(), "argon2") {
		t.Errorf("%s: a secret is told: %v", about, e)
	}
}

// TestC98_Compare holds entries of form 4 against the present request; each denial
// has its own words (C-99, C-100, C-102).
func TestC98_Compare(t *testing.T) {
	p := parse(t, minimal)
	entry := func(t *testing.T, r Registration, cred string) (Name, Record) {
		t.Helper()
		n, err := p.Names(r)
		if err != nil {
			t.Fatal(err)
		}
		return n[0], p.Record(r.Target, n[0], instant(until), cred)
	}
	_, rec := entry(t, miami(), "")
	_, secured := entry(t, miami(), CredentialHash("token", "s3cret"))
	_, elsewhere := entry(t, Registration{Target: "other.trips", Registrant: miami().Registrant, Registrar: miami().Registrar}, "")
	kindless := rec
	kindless.Registrar = ""
	costly := secured
	costly.Credential = "$argon2id$v=19$m=4194304,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$bMfmTRavMqCWfwGu9LvJcH4r4ympqqvzF5OpaeAlIL4"
	rb := miami()
	rb.Registrar = Registrar{Account: "registrar-b", IANA: 147}
	const early, late = "2027-11-20T23:59:59.9Z", until
	const (
		policy    = registry.KindDataPolicy
		differ    = registry.KindAuthInfo
		name      = "domain:name"
		who       = "preapproval:registrant"
		agent     = "preapproval:registrar"
		proof     = "preapproval:credential"
		wrongCred = "the credential is not the one"
	)
	for _, c := range []struct {
		about string
		r     Registration
		rec   Record
		cred  registry.Credential
		at    string
		want  verdict
	}{
		{"the right pair", miami(), rec, registry.Credential{}, early, verdict{}},
		{"a credential nobody asks for", miami(), rec, token, early, verdict{}},
		{"other case", by("uid5439394"), rec, registry.Credential{}, early, verdict{}},
		{"another registrant", by("UID1"), rec, registry.Credential{}, early, verdict{differ, who, "another registrant"}},
		{"another registrar", rb, rec, registry.Credential{}, early, verdict{differ, agent, "another registrar"}},
		{"the right credential", miami(), secured, token, early, verdict{}},
		{"no credential", miami(), secured, registry.Credential{}, early, verdict{registry.KindMissing, proof, "must be presented"}},
		{"a type alone", miami(), secured, registry.Credential{Type: "token"}, early, verdict{registry.KindMissing, proof, "must be presented"}},
		{"a wrong credential", miami(), secured, registry.Credential{Type: "token", Value: "s3cret2"}, early, verdict{differ, proof, wrongCred}},
		{"a token as password", miami(), secured, registry.Credential{Type: "password", Value: "s3cret"}, early, verdict{differ, proof, wrongCred}},
		{"another registrant with the credential", by("UID1"), secured, token, early, verdict{differ, who, "another registrant"}},
		{"an over-costly hash", miami(), costly, token, early, verdict{differ, proof, wrongCred}},
		{"C-120: expired this instant", miami(), rec, registry.Credential{}, late, verdict{policy, name, "expired at 2027-11-21T00:00:00Z"}},
		{"an entry of another target", miami(), elsewhere, registry.Credential{}, early, verdict{policy, name, "another name"}},
		{"an entry of another kind", miami(), kindless, registry.Credential{}, early, verdict{policy, name, "another kind of party"}},
		{"an empty record", miami(), Record{}, registry.Credential{}, early, verdict{policy, name, "another name"}},
	} {
		n, _ := entry(t, c.r, "")
		checkVerdict(t, c.about, p.Judge(c.r, n, c.rec, c.cred, instant(c.at)), c.want)
	}
}

// TestC74_Pairings lets one pair of four through, by the name and by the record,
// hashed or not.
func TestC74_Pairings(t *testing.T) {
	key := `"MDEyMzQ1Njc4OWFiY2RlZg=="`
	for _, doc := range []string{
		with("forms", forms(form1)),
		with("forms", forms(form4)),
		with("forms", forms(form5, form6)),
		with("forms", forms(form4), "hash", `{"registrant":"sha256","registrar":"hmac-sha256","domain":"sha256"}`, "key", key),
		with("forms", forms(form3), "hash", `{"whole":"sha256"}`),
	} {
		p := parse(t, doc)
		entries := map[string]Record{}
		names, err := p.Names(miami())
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			rec, err := ParseRecord(p.Record("miami.trips", n, instant(until), "").Text())
			if err != nil {
				t.Fatal(err)
			}
			entries[n.Name] = rec
		}
		for _, id := range []string{"uid5439394", "UID1"} {
			for _, iana := range []int{146, 147} {
				r := by(id)
				r.Registrar = Registrar{IANA: iana}
				names, err := p.Names(r)
				if err != nil {
					t.Fatal(err)
				}
				ok := true
				for _, n := range names {
					rec, there := entries[n.Name]
					ok = ok && there && p.Judge(r, n, rec, registry.Credential{}, instant("2027-01-01T00:00:00Z")) == nil
				}
				if want := id == "uid5439394" && iana == 146; ok != want {
					t.Errorf("%s: %s through %d: %v", doc, id, iana, ok)
				}
			}
		}
	}
}

// TestC62_Kinds takes no registrant's entry for a registrar's, however entries are
// compared, nor the entry of two parties for that of one.
func TestC62_Kinds(t *testing.T) {
	for _, compare := range []string{"existence", "record", "both"} {
		p := parse(t, with("forms", forms(form5, form6), "compare", `"`+compare+`"`))
		approved := by("146")
		approved.Registrar = Registrar{IANA: 147}
		names, err := p.Names(approved)
		if err != nil {
			t.Fatal(err)
		}
		about146 := p.Record("miami.trips", names[0], instant(until), "")
		asked := by("UID1") // through registrar 146
		names, err = p.Names(asked)
		if err != nil {
			t.Fatal(err)
		}
		err = p.Judge(asked, names[1], about146, registry.Credential{}, instant("2027-01-01T00:00:00Z"))
		checkVerdict(t, compare, err, verdict{registry.KindDataPolicy, "domain:name", "another kind of party and approves nothing for registrar 146"})
	}
}

// TestC101_Existence takes an entry for enough, but not an expired one, one of
// another target, nor one whose label only looks the same (C-61).
func TestC101_Existence(t *testing.T) {
	p := parse(t, with("forms", forms(form1), "compare", `"existence"`))
	judge := func(entry, asked, at, cred string) error {
		n, err := p.Names(by(entry))
		if err != nil {
			t.Fatal(err)
		}
		m, err := p.Names(by(asked))
		if err != nil {
			t.Fatal(err)
		}
		return p.Judge(by(asked), m[0], p.Record("miami.trips", n[0], instant(until), cred), registry.Credential{}, instant(at))
	}
	const early = "2027-01-01T00:00:00Z"
	checkVerdict(t, "there", judge("UID1", "uid1", early, ""), verdict{})
	checkVerdict(t, "with a credential", judge("UID1", "uid1", early, CredentialHash("token", "x")), verdict{})
	checkVerdict(t, "expired", judge("UID1", "UID1", until, ""), verdict{registry.KindDataPolicy, "domain:name", "expired"})
	checkVerdict(t, "the same", judge("John Doe", "john doe", early, ""), verdict{})
	checkVerdict(t, "the same label", judge("John Doe", "John_Doe", early, ""), verdict{registry.KindAuthInfo, "preapproval:registrant", "another registrant"})
	other := miami()
	other.Target = "other.trips"
	n, err := p.Names(other)
	if err != nil {
		t.Fatal(err)
	}
	checkVerdict(t, "another target", p.Judge(miami(), n[0], p.Record("other.trips", n[0], instant(until), ""), registry.Credential{}, instant(early)),
		verdict{registry.KindDataPolicy, "domain:name", "another name"})

	// Where no form holds the parties, the name alone was approved.
	p = parse(t, with("compare", `"existence"`))
	checkVerdict(t, "form 4", judge("John Doe", "UID_1", early, ""), verdict{})
}

// TestC61_Judge keeps "John Doe" and "John_Doe" apart although their name is one.
func TestC61_Judge(t *testing.T) {
	p := parse(t, with("forms", forms(form5)))
	a, err := p.Names(by("John Doe"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.Names(by("John_Doe"))
	if err != nil {
		t.Fatal(err)
	}
	if a[0].Name != b[0].Name {
		t.Fatalf("%v and %v", a, b)
	}
	rec := p.Record("miami.trips", a[0], instant(until), "")
	checkVerdict(t, "John_Doe", p.Judge(by("John_Doe"), b[0], rec, token, instant("2027-01-01T00:00:00Z")),
		verdict{registry.KindAuthInfo, "preapproval:registrant", `another registrant than "John_Doe"`})
}

// TestRefusals has their words (C-21: overseer and ground in each).
func TestRefusals(t *testing.T) {
	p := parse(t, contract)
	lead := `"miami.trips" needs pre-approval by Trips Board (policy trips-board; Travel Names Act, s. 4): `
	nobody := by("")
	nobody.Registrar = Registrar{Account: "registrar-x"}
	for _, c := range []struct {
		err    error
		kind   registry.Kind
		field  string
		reason string
	}{
		{p.Missing(miami()), registry.KindDataPolicy, "domain:name", `no approval is on record for registrant "UID5439394" through registrar 146`},
		{p.Missing(nobody), registry.KindDataPolicy, "domain:name", `no approval is on record for registrar "registrar-x"`},
		{p.Unasked(miami(), "no answer within 5 s"), registry.KindUnavailable, "domain:name", "the whitelist registry of valid.zone could not be asked (no answer within 5 s); try again later"},
		{p.NeedCredentials(miami(), "preapproval:registrant"), registry.KindMissing, "preapproval:registrant", "it must be said who the registrant is (preapproval:registrant)"},
		{p.NeedCredentials(miami(), "preapproval:credential"), registry.KindMissing, "preapproval:credential", "the registrant's credential must be presented (preapproval:credential)"},
	} {
		var e *registry.Error
		if !errors.As(c.err, &e) || e.Kind != c.kind || e.Field != c.field || e.Reason != lead+c.reason {
			t.Errorf("%v", c.err)
		}
	}
	if err := parse(t, minimal).Missing(miami()); !strings.Contains(err.Error(), "Trips Board (policy trips-board): no") {
		t.Error(err)
	}
}

// TestCredentialHash makes strings of the agreed cost, each with its own salt.
func TestCredentialHash(t *testing.T) {
	a, b := CredentialHash("token", "s3cret"), CredentialHash("token", "s3cret")
	if a == b || !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("%s and %s", a, b)
	}
	if !CredentialMatches(a, "token", "s3cret") || CredentialMatches(a, "token", "s3creT") || CredentialMatches(a, "passport", "s3cret") {
		t.Error("the comparison is wrong")
	}
	for _, bad := range []string{
		"", "x", "$argon2id$", strings.Replace(a, "p=1", "p=0", 1), strings.Replace(a, "t=2", "t=0", 1), strings.Replace(a, "m=19456", "m=7", 1),
		strings.Replace(a, "m=19456", "m=-1", 1), strings.Replace(a, "m=19456", "m=+19456", 1), strings.Replace(a, "t=2", "t=02", 1), a + "=", a + "$", a[:len(a)-24],
		strings.Replace(a, "m=19456,t=2", "t=2,m=19456", 1), "x" + a,
	} {
		if CredentialMatches(bad, "token", "s3cret") {
			t.Errorf("%q matches", bad)
		}
		if _, err := parsePHC(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}
