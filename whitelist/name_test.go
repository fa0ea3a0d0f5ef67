package whitelist

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cadastre/registry"
)

// miami is the registration of the examples.
func miami() Registration {
	return Registration{
		Target: "miami.trips", Registrant: Registrant{ID: "UID5439394"},
		Registrar: Registrar{Account: "registrar-a", IANA: 146, Name: "Registrar A"},
	}
}

// by is the registration of the examples by another registrant.
func by(id string) Registration {
	r := miami()
	r.Registrant.ID = id
	return r
}

func forms(f ...string) string {
	return `["` + strings.Join(f, `","`) + `"]`
}

const (
	form1 = "{registrant}.{registrar}.{domain}"
	form2 = "{domain}.{registrant}.{registrar}"
	form3 = "{registrar}.{domain}.{registrant}"
	form4 = "{domain}"
	form5 = "{registrant}.{domain}"
	form6 = "{registrar}.{domain}"
)

// TestC61_Identifiers makes a legal name or refuses clearly.
func TestC61_Identifiers(t *testing.T) {
	clear := parse(t, with("forms", forms(form5)))
	hidden := parse(t, with("forms", forms(form5), "hash", `{"registrant":"sha256"}`))
	alone := parse(t, with("forms", forms(form4)))
	for _, c := range []struct {
		id                   string
		clear, hidden, alone bool // whether a name results
	}{
		{"John Doe", true, true, true},
		{"John_Doe", true, true, true},
		{"a.b", false, true, true},
		{"Ünal", false, true, true},
		{"日本", false, true, true},
		{"a;b", false, true, true},
		{"a@b", false, true, true},
		{"*", false, true, true},
		{"-", true, true, true},
		{strings.Repeat("a", 63), true, true, true},
		{strings.Repeat("a", 64), false, true, true},
		{strings.Repeat("a", 80), false, true, true},
		{strings.Repeat("a", 255), false, true, true},
		{strings.Repeat("a", 256), false, true, false},
		{strings.Repeat("ü", 43), false, true, false}, // 258 octets when escaped
		{strings.Repeat("a", 1025), false, false, false},
		{" ", false, false, false},
		{"\u00a0", false, false, false},
		{"a\x00b", false, false, false},
		{"a\nb", false, false, false},
		{"a\u0085b", false, false, false},
		{"a\xffb", false, false, false},
		// What a record shows of another registrant, hashed, is nobody's identifier.
		{"sha256:nsj6f38hvnhga2pvnbgfludhfofqi4f0eik7bpsphveaqbds90t0", false, true, false},
		{"HMAC-sha256:x", false, true, false},
	} {
		for _, v := range []struct {
			about string
			p     *Policy
			want  bool
		}{{"clear", clear, c.clear}, {"hashed", hidden, c.hidden}, {"in the record alone", alone, c.alone}} {
			names, err := v.p.Names(by(c.id))
			if (err == nil) != v.want {
				t.Errorf("%q %s: %v, %v", c.id, v.about, names, err)
			}
			var e *registry.Error
			if err != nil && (!errors.As(err, &e) || e.Kind != registry.KindValue || e.Field != "preapproval:registrant" || len(e.Value) > 110) {
				t.Errorf("%q %s: %v", c.id, v.about, err)
			}
			if err != nil {
				continue
			}
			if n, err := CanonicalName(names[0].Name); err != nil || n != names[0].Name {
				t.Errorf("%q: %q is not canonical: %v", c.id, n, err)
			}
			rec := v.p.Record("miami.trips", names[0], instant("2027-11-21T00:00:00Z"), "")
			if _, err := ParseRecord(rec.Text()); err != nil {
				t.Errorf("%q: %v", c.id, err)
			}
		}
	}
	if _, err := clear.Names(by("")); !registry.IsKind(err, registry.KindMissing) {
		t.Errorf("no registrant: %v", err)
	}
}

// TestC61_Registrars refuses registrars whose identifier makes no label.
func TestC61_Registrars(t *testing.T) {
	p := parse(t, with("forms", forms(form6), "registrar_as", `"name"`))
	r := miami()
	r.Registrar.Name = "GoDaddy, Inc."
	var e *registry.Error
	if names, err := p.Names(r); !errors.As(err, &e) || e.Kind != registry.KindValue || e.Field != "preapproval:registrar" {
		t.Errorf("%v, %v", names, err)
	}
	r.Registrar.Name = ""
	if names, err := p.Names(r); !registry.IsKind(err, registry.KindParamPolicy) {
		t.Errorf("%v, %v", names, err)
	}
}

// TestC61_Length keeps names within 253 octets; a target that is too long for that
// can be hashed.
func TestC61_Length(t *testing.T) {
	r := miami()
	r.Target = strings.Repeat(strings.Repeat("a", 56)+".", 4) + "trips" // 233 octets
	zone := `"0123456789.zone"`                                         // 1+15
	clear := parse(t, with("zone", zone, "forms", forms(form4)))
	if n, err := clear.Names(r); err != nil || len(n[0].Name) != 249 {
		t.Errorf("%v, %v", n, err)
	}
	r.Registrant.ID = "abcd"
	longer := parse(t, with("zone", zone, "forms", forms(form5)))
	if n, err := longer.Names(r); !registry.IsKind(err, registry.KindValue) {
		t.Errorf("%v, %v", n, err)
	}
	r.Registrant.ID = "abc"
	if n, err := longer.Names(r); err != nil || len(n[0].Name) != 253 {
		t.Errorf("%v, %v", n, err)
	}
	r.Registrant.ID = "abcd"
	for _, hash := range []string{`{"domain":"sha256"}`, `{"whole":"sha256"}`} {
		if _, err := parse(t, with("zone", zone, "forms", forms(form5), "hash", hash)).Names(r); err != nil {
			t.Error(err)
		}
	}
}

func TestNamesRefuseTargets(t *testing.T) {
	p := parse(t, minimal)
	r := miami()
	for _, target := range []string{"", "miami.trips.", "mi_ami.trips", "mi ami.trips", "miami..trips", "ünal.trips", "1.2.3.4"} {
		r.Target = target
		if n, err := p.Names(r); !registry.IsKind(err, registry.KindValue) {
			t.Errorf("%q: %v, %v", target, n, err)
		}
	}
}

// TestC62_SameLabel keeps apart what registrant and registrar are called, and says
// so where both happen to have the same name.
func TestC62_SameLabel(t *testing.T) {
	p := parse(t, with("forms", forms(form5, form6)))
	names, err := p.Names(by("146"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Name{{"146.miami.trips.valid.zone", "146", "146"}}, names); diff != "" {
		t.Error(diff)
	}
	other, err := p.Names(by("UID1"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Name{"146.miami.trips.valid.zone", "", "146"}, other[1]); diff != "" {
		t.Error(diff)
	}
}

// TestC52_Misread refuses names that could be another target's where the forms put
// the target in different places.
func TestC52_Misread(t *testing.T) {
	both := `{"any":[{"suffix":"trips"},{"suffix":"domains"}]}`
	r := func(target, id string) Registration { v := by(id); v.Target = target; return v }
	for _, c := range []struct {
		about, scope, forms string
		r                   Registration
		ok                  bool
	}{
		{"miami + trips.domains would be miami.trips + domains", both, forms(form5, "{domain}.{registrant}"), r("trips.domains", "miami"), false},
		{"and the other way round", both, forms(form5, "{domain}.{registrant}"), r("miami.trips", "domains"), false},
		{"nobody else's", both, forms(form5, "{domain}.{registrant}"), r("miami.trips", "UID1"), true},
		{"the other target is not under control", `{"suffix":"trips"}`, forms(form5, "{domain}.{registrant}"), r("miami.trips", "domains"), true},
		{"one place only", both, forms(form5, form6), r("trips.domains", "miami"), true},
		{"one form only", both, forms("{domain}.{registrant}"), r("miami.trips", "domains"), true},
		{"all six forms", `{"suffix":"trips"}`, forms(form1, form2, form3, form4, form5, form6), r("miami.trips", "UID5439394"), true},
	} {
		n, err := parse(t, with("scope", c.scope, "forms", c.forms)).Names(c.r)
		if (err == nil) != c.ok || err != nil && !registry.IsKind(err, registry.KindValue) {
			t.Errorf("%s: %v, %v", c.about, n, err)
		}
	}
	// Whose hash a label is cannot be known, so one that looks like a hash is refused.
	hidden := parse(t, with("forms", forms(form5, "{domain}.{registrant}"), "hash", `{"domain":"sha256"}`))
	if n, err := hidden.Names(by("nsj6f38hvnhga2pvnbgfludhfofqi4f0eik7bpsphveaqbds90t0")); err == nil {
		t.Errorf("%v", n)
	}
	if _, err := hidden.Names(miami()); err != nil {
		t.Error(err)
	}
}

// TestC67_Case gives one label under the zone whatever the case of the input.
func TestC67_Case(t *testing.T) {
	p := parse(t, with("forms", forms(form1), "hash", `{"registrant":"sha256","whole":"sha256"}`))
	a, err := p.Names(miami())
	if err != nil {
		t.Fatal(err)
	}
	r := by("uId5439394")
	r.Target = "MIAMI.Trips"
	b, err := p.Names(r)
	if err != nil {
		t.Fatal(err)
	}
	if a[0].Name != b[0].Name || strings.Count(a[0].Name, ".") != strings.Count(p.Zone, ".")+1 {
		t.Errorf("%v and %v", a, b)
	}
}

// TestC75_TwoRegistrants have a name each for one target under form 1, and one
// between them under form 4.
func TestC75_TwoRegistrants(t *testing.T) {
	for form, same := range map[string]bool{form1: false, form5: false, form4: true, form6: true} {
		p := parse(t, with("forms", forms(form)))
		a, err := p.Names(by("UID2"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := p.Names(by("UID3"))
		if err != nil {
			t.Fatal(err)
		}
		if (a[0].Name == b[0].Name) != same || a[0] == b[0] {
			t.Errorf("%s: %v and %v", form, a, b)
		}
	}
}

func TestCanonicalName(t *testing.T) {
	for name, want := range map[string]string{
		"John_Doe.146.Miami.trips.valid.zone": "john_doe.146.miami.trips.valid.zone", "-a-.whitelist": "-a-.whitelist", "whitelist": "whitelist",
		"": "", ".": "", "a.": "", ".a": "", "a..b": "", "a b.c": "", "ü.b": "", "a\x00.b": "", "\u212a.b": "", strings.Repeat("a", 64) + ".b": "",
		strings.Repeat("a.", 127) + "b": "", "a*b.c": "",
	} {
		got, err := CanonicalName(name)
		if got != want || (err == nil) != (want != "") || err != nil && !registry.IsKind(err, registry.KindValue) {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
}
