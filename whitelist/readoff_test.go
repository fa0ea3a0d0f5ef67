package whitelist

import (
	"strings"
	"testing"

	"cadastre/registry"
)

func inTrips(target string) bool {
	return strings.Count(target, ".") == 1 && strings.HasSuffix(target, ".trips")
}

func TestReadOff(t *testing.T) {
	for _, c := range []struct{ form, name, target, registrant, agent string }{
		{form1, "UID5439394.146.Miami.trips.valid.zone", "miami.trips", "UID5439394", "146"},
		{form1, "uid5439394.146.miami.trips.VALID.zone", "miami.trips", "uid5439394", "146"},
		{form2, "Miami.trips.UID5439394.146.valid.zone", "miami.trips", "UID5439394", "146"},
		{form3, "146.Miami.trips.UID5439394.valid.zone", "miami.trips", "UID5439394", "146"},
		{"{registrar}.{registrant}.{domain}", "146.a_b.miami.trips.valid.zone", "miami.trips", "a_b", "146"},
		{form1, "146.147.miami.trips.valid.zone", "miami.trips", "146", "147"},
	} {
		p := parse(t, with("forms", forms(c.form)))
		target, registrant, agent, err := p.ReadOff(c.name, inTrips)
		if err != nil || target != c.target || registrant != c.registrant || agent != c.agent {
			t.Errorf("%s by %s: %s, %s, %s, %v", c.name, c.form, target, registrant, agent, err)
		}
	}
	p := parse(t, with("forms", forms(form1), "registrar_as", `"name"`, "scope", `{"suffix":"community"}`))
	target, registrant, agent, err := p.ReadOff("John_Doe.GODADDY.cafe.seattle.community.valid.zone", nil)
	if err != nil || target != "cafe.seattle.community" || registrant != "John_Doe" || agent != "GODADDY" {
		t.Errorf("%s, %s, %s, %v", target, registrant, agent, err)
	}
}

func TestReadOffRefuses(t *testing.T) {
	key := `"MDEyMzQ1Njc4OWFiY2RlZg=="`
	for _, doc := range []string{
		with("forms", forms(form4)), with("forms", forms(form5)), with("forms", forms(form6)), with("forms", forms(form5, form6)),
		with("forms", forms(form1, form2)), with("forms", forms(form1), "hash", `{"registrant":"sha256"}`),
		with("forms", forms(form1), "hash", `{"registrar":"sha256"}`), with("forms", forms(form1), "hash", `{"domain":"sha256"}`),
		with("forms", forms(form1), "hash", `{"whole":"hmac-sha256"}`, "key", key),
	} {
		_, _, _, err := parse(t, doc).ReadOff("uid1.146.miami.trips.valid.zone", nil)
		if !registry.IsKind(err, registry.KindParamPolicy) || !strings.Contains(err.Error(), `op="enter"`) {
			t.Errorf("%s: %v", doc, err)
		}
	}
	p := parse(t, with("forms", forms(form1)))
	for _, name := range []string{
		"uid1.146.miami.trips.other.zone", "uid1.146.miami.trips.xvalid.zone", "valid.zone", "trips.valid.zone", "146.miami.trips.valid.zone",
		"uid1.146.trips.valid.zone", "uid1.registrar.miami.trips.valid.zone", "uid1.0146.miami.trips.valid.zone",
		"uid1.146.a.miami.trips.valid.zone", "uid1.146.miami.domains.valid.zone", "uid1.146.mi_ami.trips.valid.zone", "uid1.146.-a.trips.valid.zone",
		"uid1.146.miami.148.valid.zone", "uid1..146.miami.trips.valid.zone", "uid1.146.miami.trips.valid.zone.", "uid 1.146.miami.trips.valid.zone", "",
	} {
		if target, registrant, agent, err := p.ReadOff(name, inTrips); !registry.IsKind(err, registry.KindValue) {
			t.Errorf("%s: %s, %s, %s, %v", name, target, registrant, agent, err)
		}
	}
	var none Policy
	if _, _, _, err := none.ReadOff("a.b", nil); !registry.IsKind(err, registry.KindParamPolicy) {
		t.Error(err)
	}
}
