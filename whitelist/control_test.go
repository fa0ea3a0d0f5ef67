package whitelist

import (
	"testing"

	"cadastre/registry"
)

// under asks a policy of this scope whether it controls a registration.
func under(t *testing.T, scope string, r Registration) bool {
	t.Helper()
	return parse(t, with("scope", scope)).Controls(r)
}

func target(name string) Registration { return Registration{Target: name} }

func TestC12_Words(t *testing.T) {
	for _, c := range []struct {
		word, target string
		want         bool
	}{
		{"bank", "mybank.tld", true},
		{"bank", "mybike.tld", false},
		{"BANK", "mybank.tld", true},
		{"bank", "ban.ktld", false}, // labels are searched one by one
		{"tld", "x.tld", true},
		{"straße", "xn--strae-oqa.tld", true},
		{"STRASSE", "xn--strae-oqa.tld", true}, // full case folding
		{"Bücher", "xn--meinebcher-feb.tld", true},
		{"Bücher", "xn--strae-oqa.tld", false},
		{"BÜCHER", "xn--bcher-kva.tld", true},
		{"bu\u0308cher", "xn--bcher-kva.tld", true}, // another normal form
		{"有", "xn--fcvx2b.zone", true},
		{"xn--fcv", "xn--fcvx2b.zone", true},
		{"ü", "bucher.tld", false},
		{"very bad", "averybadname.tld", true},
		{"very bad", "a-very-bad-name.tld", true},
		{"very bad", "averyabad.tld", false},
	} {
		if got := under(t, `{"word":"`+c.word+`"}`, target(c.target)); got != c.want {
			t.Errorf("%q in %s: %v", c.word, c.target, got)
		}
	}
}

func TestC13_Registrants(t *testing.T) {
	r := Registration{Target: "a.tld", Registrant: Registrant{ID: "UID5439394", Country: "XX"}}
	for scope, want := range map[string]bool{
		`{"registrant":"uid5439394"}`:       true,
		`{"registrant":"UID5439394"}`:       true,
		`{"registrant":"UID543939"}`:        false,
		`{"registrantCountry":"XX"}`:        true,
		`{"registrantCountry":"YY"}`:        false,
		`{"registrarCountry":"XX"}`:         false,
		`{"registrar":"UID5439394"}`:        false,
		`{"registrant":"\u212aID543"}`:      false,
		`{"registrant":"UID5439394\u0307"}`: false,
	} {
		if got := under(t, scope, r); got != want {
			t.Errorf("%s: %v", scope, got)
		}
	}
	if under(t, `{"registrantCountry":"XX"}`, target("a.tld")) {
		t.Error("an unknown country is no country")
	}
	// Without ASCII case only: the Kelvin sign is no k.
	if SameIdentifier("\u212a1", "k1") || !SameIdentifier("ÜK1", "Ük1") || SameIdentifier("Ü", "ü") {
		t.Error("case of characters outside ASCII counts")
	}
}

func TestC14_Registrars(t *testing.T) {
	r := Registration{Target: "a.tld", Registrar: Registrar{Account: "registrar-a", IANA: 146, Name: "A", Country: "XX"}}
	for scope, want := range map[string]bool{
		`{"registrar":"146"}`:         true,
		`{"registrar":"registrar-a"}`: true,
		`{"registrar":"0146"}`:        false,
		`{"registrar":"147"}`:         false,
		`{"registrar":"A"}`:           false,
		`{"registrarCountry":"XX"}`:   true,
		`{"registrarCountry":"YY"}`:   false,
		`{"registrantCountry":"XX"}`:  false,
	} {
		if got := under(t, scope, r); got != want {
			t.Errorf("%s: %v", scope, got)
		}
	}
	if under(t, `{"registrar":"0"}`, target("a.tld")) {
		t.Error("no IANA number is not number 0")
	}
}

func TestC15_Suffixes(t *testing.T) {
	scope := `{"any":[{"suffix":"management"},{"suffix":"seattle.community"},{"suffix":"east.kingcounty.community"}]}`
	for name, want := range map[string]bool{
		"property.management":            true,
		"cafe.seattle.community":         true, // C-126
		"a.b.seattle.community":          true,
		"cafe.east.kingcounty.community": true,
		"cafe.kingcounty.community":      false,
		"kingcounty.community":           false,
		"cafe.community":                 false,
		"seattle.community":              false, // the suffix itself
		"cafe.xseattle.community":        false,
		"xmanagement":                    false,
		"management.example":             false,
	} {
		if got := under(t, scope, target(name)); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !under(t, `{"suffix":"dominos.pizza"}`, target("x.dominos.pizza")) || under(t, `{"suffix":"dominos.pizza"}`, target("dominos.pizza")) {
		t.Error("dominos.pizza")
	}
}

func TestC16_Combinations(t *testing.T) {
	and := `{"all":[{"suffix":"domains"},{"registrantCountry":"XX"}]}`
	or := `{"any":[{"suffix":"domains"},{"registrantCountry":"XX"}]}`
	caught := 0
	for _, name := range []string{"a.domains", "a.tld"} {
		for _, country := range []string{"XX", "YY"} {
			r := Registration{Target: name, Registrant: Registrant{Country: country}}
			if got, want := under(t, and, r), name == "a.domains" && country == "XX"; got != want {
				t.Errorf("and: %v: %v", r, got)
			}
			if under(t, or, r) {
				caught++
			}
		}
	}
	if caught != 3 {
		t.Errorf("or caught %d of 4", caught)
	}
}

// TestMayControl never says no where some registrant would be under control (C-17:
// and says no as often as it can).
func TestMayControl(t *testing.T) {
	a := Registrar{Account: "registrar-a", IANA: 146, Country: "XX"}
	for _, c := range []struct {
		scope string
		want  bool
	}{
		{`{"suffix":"trips"}`, true},
		{`{"suffix":"domains"}`, false},
		{`{"registrant":"x"}`, true},
		{`{"registrantCountry":"ZZ"}`, true},
		{`{"registrar":"147"}`, false},
		{`{"all":[{"registrant":"x"},{"suffix":"domains"}]}`, false},
		{`{"all":[{"registrant":"x"},{"registrar":"146"}]}`, true},
		{`{"any":[{"all":[{"registrant":"x"},{"registrarCountry":"YY"}]},{"word":"bank"}]}`, false},
	} {
		if got := parse(t, with("scope", c.scope)).MayControl("miami.trips", a); got != c.want {
			t.Errorf("%s: %v", c.scope, got)
		}
	}
}

// TestOwnZoneIsFree leaves the names of the whitelist zone itself alone.
func TestOwnZoneIsFree(t *testing.T) {
	p := parse(t, with("zone", `"whitelist.domains"`, "scope", `{"any":[{"suffix":"domains"},{"registrar":"146"}]}`))
	r := Registration{Registrar: Registrar{IANA: 146}}
	for name, want := range map[string]bool{
		"a.domains": true, "whitelist.domains": false, "a.b.whitelist.domains": false, "xwhitelist.domains": true, "a.tld": true,
	} {
		r.Target = name
		if p.Controls(r) != want || p.MayControl(name, r.Registrar) != want {
			t.Errorf("%s: want %v", name, want)
		}
	}
}

func TestAgent(t *testing.T) {
	a := Registrar{Account: "registrar-a", IANA: 146, Name: "GODADDY"}
	for as, want := range map[string]string{"iana": "146", "id": "registrar-a", "name": "GODADDY"} {
		p := parse(t, with("registrar_as", `"`+as+`"`))
		if got, err := p.Agent(a); got != want || err != nil {
			t.Errorf("%s: %q, %v", as, got, err)
		}
		if got, err := p.Agent(Registrar{}); !registry.IsKind(err, registry.KindParamPolicy) || got != "" {
			t.Errorf("%s: a registrar without is %q, %v", as, got, err)
		}
	}
}

// TestCheckZones grants nothing outside the operator's zones.
func TestCheckZones(t *testing.T) {
	zones := func(whitelist bool, targets ...string) registry.Zones {
		var z registry.Zones
		if whitelist {
			z = append(z, registry.NewWhitelistZone("valid.zone"))
		}
		for _, name := range targets {
			z = append(z, registry.NewZone(name, registry.TargetZone))
		}
		return z
	}
	for _, c := range []struct {
		about, scope  string
		zones         registry.Zones
		runsWhitelist bool
		field         string // "" when granted
	}{
		{"both registries in one", `{"suffix":"trips"}`, zones(true, "trips"), true, ""},
		{"a suffix inside a zone", `{"suffix":"seattle.community"}`, zones(true, "community"), true, ""},
		{"no such target zone", `{"any":[{"suffix":"trips"},{"suffix":"domains"}]}`, zones(true, "trips"), true, "scope.any[1].suffix"},
		{"above a target zone", `{"suffix":"community"}`, zones(true, "seattle.community"), true, "scope.suffix"},
		{"a whitelist registry alone", `{"suffix":"trips"}`, zones(true), true, ""},
		{"another whitelist zone", `{"all":[{"suffix":"zone"},{"word":"x"}]}`, append(zones(true, "trips"), registry.NewWhitelistZone("zone")), true, "scope.all[0].suffix"},
		{"below another whitelist zone", `{"suffix":"a.safe.systems"}`, append(zones(true), registry.NewWhitelistZone("safe.systems")), true, "scope.suffix"},
		{"a target registry alone", `{"suffix":"trips"}`, zones(false, "trips"), false, ""},
		{"a target registry without the suffix", `{"suffix":"trips"}`, zones(false, "domains"), false, "scope.suffix"},
		{"the whitelist zone is not run", `{"suffix":"trips"}`, zones(false, "trips"), true, "zone"},
		{"the whitelist zone's parent is run", `{"suffix":"trips"}`, zones(false, "trips", "zone"), true, "zone"},
		{"delegated by this target registry", `{"suffix":"trips"}`, zones(false, "trips", "zone"), false, ""},
		{"the whitelist zone takes registrations", `{"suffix":"trips"}`, zones(false, "trips", "valid.zone"), true, "zone"},
		{"the same at a target registry", `{"suffix":"trips"}`, zones(false, "trips", "valid.zone"), false, "zone"},
		{"no suffix at all", `{"word":"bank"}`, zones(true), true, ""},
	} {
		err := parse(t, with("scope", c.scope)).CheckZones(c.zones, c.runsWhitelist)
		if c.field == "" {
			if err != nil {
				t.Errorf("%s: %v", c.about, err)
			}
			continue
		}
		if e, ok := err.(*registry.Error); !ok || e.Field != c.field || e.Kind != registry.KindParamPolicy {
			t.Errorf("%s: %v, want a refusal of %s", c.about, err, c.field)
		}
	}
}
