package registry

import (
	"testing"
	"time"
)

var modelNow = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// attrZone is a zone of the models that are not the default.
func attrZone() *Zone {
	z := NewZone("attr", TargetZone)
	z.DNS.Nameservers = []ApexServer{{Name: "ns1.dns.test"}}
	z.Model = Model{Hosts: HostAttributes, Contacts: MinimumContacts}
	z.DNSSEC.Interface = KeyDataInterface
	return z
}

func attr(name string, addrs ...string) HostAttrIn {
	h := HostAttrIn{Name: name}
	for _, a := range addrs {
		version := "v4"
		for _, c := range a {
			if c == ':' {
				version = "v6"
			}
		}
		h.Addrs = append(h.Addrs, HostAddr{version, a})
	}
	return h
}

func TestHostAttributes(t *testing.T) {
	z := attrZone()
	create := func(hosts ...HostAttrIn) error {
		_, err := NewDomain(Actor{Registrar: "registrar-a"}, z, DomainCreate{Name: "a.attr", HostAttrs: hosts}, modelNow)
		return err
	}
	var many []HostAttrIn
	for i := range MaxNameservers + 1 {
		many = append(many, attr(string(rune('a'+i))+".dns.test"))
	}
	for _, c := range []struct {
		what string
		err  error
		want Kind
	}{
		{"outside", create(attr("ns1.dns.test")), 0},
		{"below the domain", create(attr("NS1.A.attr", "192.0.2.1", "2001:db8::1")), 0},
		{"the domain itself", create(attr("a.attr", "192.0.2.1")), 0},
		{"below another domain", create(attr("ns1.b.attr")), 0},
		{"no glue", create(attr("ns1.a.attr")), KindParamPolicy},
		{"no glue at the domain", create(attr("a.attr")), KindParamPolicy},
		{"glue of another domain", create(attr("ns1.b.attr", "192.0.2.1")), KindParamPolicy},
		{"glue of a name that only ends alike", create(attr("ns1.xa.attr", "192.0.2.1")), KindParamPolicy},
		{"glue outside", create(attr("ns1.dns.test", "192.0.2.1")), KindParamPolicy},
		{"loopback", create(attr("ns1.a.attr", "127.0.0.1")), KindValue},
		{"unspecified", create(attr("ns1.a.attr", "::")), KindValue},
		{"wrong version", create(HostAttrIn{"ns1.a.attr", []HostAddr{{"v4", "2001:db8::1"}}}), KindValue},
		{"address twice", create(attr("ns1.a.attr", "192.0.2.1", "192.0.2.1")), KindParamPolicy},
		{"one label", create(attr("ns1")), KindValue},
		{"bad label", create(attr("ns!.dns.test")), KindValue},
		{"twice", create(attr("ns1.dns.test"), attr("NS1.dns.test")), KindParamPolicy},
		{"too many", create(many...), KindParamPolicy},
	} {
		wantKind(t, c.what, c.want, c.err)
	}
	_, err := NewDomain(Actor{Registrar: "registrar-a"}, z, DomainCreate{Name: "a.attr", Nameservers: []string{"ns1.dns.test"}}, modelNow)
	wantKind(t, "host object", KindParamPolicy, err)
}

func TestContactModels(t *testing.T) {
	z := attrZone()
	wantKind(t, "registrant", KindParamPolicy, z.checkContacts("sh8013", nil))
	wantKind(t, "contact", KindParamPolicy, z.checkContacts("", []DomainContact{{"tech", "sh8013"}}))
	wantKind(t, "nobody", 0, z.checkContacts("", nil))
	z.Model = Model{ContactTypes: []string{"tech"}}
	wantKind(t, "no registrant", KindMissing, z.checkContacts("", []DomainContact{{"tech", "sh8013"}}))
	wantKind(t, "no tech", KindMissing, z.checkContacts("sh8013", []DomainContact{{"admin", "sh8013"}}))
	wantKind(t, "all", 0, z.checkContacts("sh8013", []DomainContact{{"tech", "sh8013"}}))

	full := &Contact{
		Handle: "sh8013", Voice: Phone{"+1.2", "3"}, Fax: Phone{"+1.2", "3"},
		Postal: []PostalInfo{{Type: "int", Org: "O", Street: []string{"S"}, SP: "WA", PC: "1"}, {Type: "loc", Org: "O", Street: []string{"S"}, SP: "WA", PC: "1"}},
	}
	bare := &Contact{Handle: "sh8014", Postal: []PostalInfo{{Type: "loc"}}}
	for _, e := range ContactElements() {
		z.Model = Model{RequiredElements: []string{e}}
		wantKind(t, e+" is there", 0, z.CheckContactElements(full, "domain:registrant"))
		wantKind(t, e+" is not there", KindParamPolicy, z.CheckContactElements(bare, "domain:registrant"))
		z.Model = Model{Elements: []string{}}
		for _, other := range ContactElements() {
			if other != e {
				z.Model.Elements = append(z.Model.Elements, other)
			}
		}
		wantKind(t, e+" is not wanted", KindParamPolicy, z.CheckContactElements(full, "domain:registrant"))
		wantKind(t, e+" is not wanted and not there", 0, z.CheckContactElements(bare, "domain:registrant"))
	}
	half := *full
	half.Postal = []PostalInfo{full.Postal[0], {Type: "loc"}}
	z.Model = Model{RequiredElements: []string{"street"}}
	wantKind(t, "in one of two addresses", KindParamPolicy, z.CheckContactElements(&half, "domain:registrant"))
	for form, want := range map[string][2]Kind{"int": {KindParamPolicy, KindParamPolicy}, "loc": {KindParamPolicy, 0}, "both": {0, 0}} {
		z.Model = Model{Postal: form}
		wantKind(t, form+": both", want[0], z.CheckContactElements(full, "domain:registrant"))
		wantKind(t, form+": loc", want[1], z.CheckContactElements(bare, "domain:registrant"))
	}
}

func TestTTLRules(t *testing.T) {
	z := NewZone("example", TargetZone)
	set := func(v uint32) *uint32 { return &v }
	change := func(c TTLChange) error { return second(z.changeTTLs(nil, c, z.DomainTTLTypes())) }
	for _, c := range []struct {
		what string
		err  error
		want Kind
	}{
		{"lowest", change(TTLChange{"NS": set(300)}), 0},
		{"highest", change(TTLChange{"DS": set(172800)}), 0},
		{"default", change(TTLChange{"DS": nil}), 0},
		{"too low", change(TTLChange{"NS": set(299)}), KindRange},
		{"zero", change(TTLChange{"NS": set(0)}), KindRange},
		{"too high", change(TTLChange{"NS": set(172801)}), KindRange},
		{"address", change(TTLChange{"A": set(3600)}), KindParamPolicy},
		{"default of an address", change(TTLChange{"A": nil}), KindParamPolicy},
		{"custom", change(TTLChange{"custom NS": set(3600)}), KindParamPolicy},
	} {
		wantKind(t, c.what, c.want, c.err)
	}
	old := TTLs{"NS": 300}
	now, err := z.changeTTLs(old, TTLChange{"NS": nil, "DS": set(600)}, z.DomainTTLTypes())
	if err != nil || len(now) != 1 || now["DS"] != 600 || old["NS"] != 300 {
		t.Errorf("%v of %v, %v", now, old, err)
	}
	z.DNS.TTL = 60 // the zone's own is always within
	wantKind(t, "the zone's own", 0, change(TTLChange{"NS": set(60)}))
	z.TTLLimits.NS = nil
	wantKind(t, "not to be set", KindParamPolicy, change(TTLChange{"NS": set(3600)}))
	z.Model.Hosts = HostAttributes
	wantKind(t, "address of an attribute", 0, change(TTLChange{"A": set(3600)}))
	host := &Host{Name: "ns1.dns.test"}
	wantKind(t, "external host", KindParamPolicy, host.SetTTLs(nil, TTLChange{"A": set(3600)}))
}

func TestAddlEmail(t *testing.T) {
	for address, want := range map[string]Kind{
		"a@example.com": 0, "麥克風@example.com": 0, "a@bücher.example": 0, "δοκιμή.a@παράδειγμα.example": 0,
		"a": KindValue, "麥": KindValue, "@bücher.example": KindValue, "a b@bücher.example": KindValue, "a\u00a0b@example.com": KindValue,
		"麥..克@example.com": KindValue, "a@-ü.example": KindValue, "麥@example": KindValue, "a\x00ü@example.com": KindValue, "\xff@bücher.example": KindValue,
	} {
		wantKind(t, address, want, (&AddlEmail{Email: address}).check())
	}
}

func TestZoneChecksModels(t *testing.T) {
	for what, change := range map[string]func(*Zone){
		"host model":            func(z *Zone) { z.Model.Hosts = "both" },
		"contact model":         func(z *Zone) { z.Model.Contacts = "thick" },
		"contact type":          func(z *Zone) { z.Model.ContactTypes = []string{"owner"} },
		"element":               func(z *Zone) { z.Model.Elements = []string{"email"} },
		"required, unsupported": func(z *Zone) { z.Model.Elements, z.Model.RequiredElements = []string{"org"}, []string{"sp"} },
		"postal":                func(z *Zone) { z.Model.Postal = "tni" },
		"rules about nobody":    func(z *Zone) { z.Model.Contacts, z.Model.ContactTypes = MinimumContacts, []string{"tech"} },
		"genuine nobody":        func(z *Zone) { z.Model.Contacts, z.Policy.Registrants = MinimumContacts, GenuineRegistrants },
		"genuine, or nobody":    func(z *Zone) { z.Model.Contacts, z.Policy.Registrants = PerRegistrarContacts, GenuineRegistrants },
		"interface":             func(z *Zone) { z.DNSSEC.Interface = "both" },
		"records":               func(z *Zone) { z.DNSSEC.MaxRecords = 17 },
		"signature life":        func(z *Zone) { z.DNSSEC.MaxSigLife = -1 },
		"ttl of zero":           func(z *Zone) { z.TTLLimits.NS = &TTLRange{0, 10} },
		"ttl upside down":       func(z *Zone) { z.TTLLimits.AAAA = &TTLRange{20, 10} },
	} {
		z := NewZone("example", TargetZone)
		z.DNS.Nameservers = []ApexServer{{Name: "ns1.dns.test"}}
		if err := z.Check(); err != nil {
			t.Fatal(err)
		}
		if change(z); z.Check() == nil {
			t.Errorf("%s: taken", what)
		}
	}
}
