package e2e

import (
	"fmt"
	"strings"
	"testing"

	"cadastre/epp"
)

// TestDialects sends one command in the many ways that clients write XML. All are
// valid, and mean the same.
func TestDialects(t *testing.T) {
	t.Parallel()
	box := newSandbox(t)
	s := box.login(t, "registrar-a")
	const (
		decl  = `<?xml version="1.0" encoding="UTF-8"?>`
		check = `<check><domain:check xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"><domain:name>taken.example</domain:name></domain:check></check>`
		start = `<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><command>`
		end   = `<clTRID>ABC-12345</clTRID></command></epp>`
	)
	for name, frame := range map[string]string{
		"plain":                       decl + start + check + end,
		"no declaration":              start + check + end,
		"standalone no":               `<?xml version="1.0" encoding="UTF-8" standalone="no"?>` + start + check + end,
		"standalone yes":              `<?xml version='1.0' encoding='utf-8' standalone='yes'?>` + start + check + end,
		"no encoding":                 `<?xml version="1.0"?>` + start + check + end,
		"byte order mark":             "\ufeff" + decl + start + check + end,
		"lines and indents":           decl + "\r\n" + strings.ReplaceAll(start+check+end, "><", ">\r\n\t <") + "\r\n",
		"text with blanks":            decl + start + strings.Replace(check, "taken.example", "\n\t taken.example \n", 1) + end,
		"schemaLocation":              decl + strings.Replace(start, "<epp ", `<epp xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:ietf:params:xml:ns:epp-1.0 epp-1.0.xsd" `, 1) + strings.Replace(check, "<domain:check ", `<domain:check xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:ietf:params:xml:ns:domain-1.0 domain-1.0.xsd" `, 1) + end,
		"prefix for EPP":              decl + `<e:epp xmlns:e="urn:ietf:params:xml:ns:epp-1.0"><e:command><e:check><d:check xmlns:d="urn:ietf:params:xml:ns:domain-1.0"><d:name>taken.example</d:name></d:check></e:check><e:clTRID>ABC-12345</e:clTRID></e:command></e:epp>`,
		"default namespace of object": decl + start + `<check><check xmlns="urn:ietf:params:xml:ns:domain-1.0"><name>taken.example</name></check></check>` + end,
		"all declared at the root":    decl + `<epp xmlns="urn:ietf:params:xml:ns:epp-1.0" xmlns:contact="urn:ietf:params:xml:ns:contact-1.0" xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"><command>` + strings.Replace(check, ` xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"`, "", 1) + end,
		"misleading prefixes":         decl + start + strings.NewReplacer("domain:", "contact:", "xmlns:domain", "xmlns:contact").Replace(check) + end,
		"comments":                    decl + "<!-- a client -->" + start + "<!-- check -->" + strings.Replace(check, "taken", "ta<!-- - -->ken", 1) + end + "<!-- bye -->",
		"CDATA":                       decl + start + strings.Replace(check, "taken.example", "<![CDATA[taken]]>.exam<![CDATA[ple]]>", 1) + end,
		"character references":        decl + start + strings.Replace(check, "taken", "&#116;&#x61;ken", 1) + end,
		"single quotes":               decl + strings.ReplaceAll(start+check+end, `"`, "'"),
		"upper case name":             decl + start + strings.Replace(check, "taken.example", "TAKEN.EXAMPLE", 1) + end,
	} {
		r := s.do(t, frame)
		if r.Code() != 1000 || r.ClTRID != "ABC-12345" {
			t.Errorf("%s: %s", name, r.frame)
			continue
		}
		if got := data[*epp.DomainCheckData](t, r).Results; len(got) != 1 || got[0].Avail || got[0].Name != "taken.example" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for _, id := range []string{"abc", strings.Repeat("x", 64), `a<b>&"c'`, "ключ-🔑", "  padded  id "} {
		frame := fmt.Sprintf(`%s%s%s<clTRID>%s</clTRID></command></epp>`, decl, start, check, escape(id))
		r := s.do(t, frame).want(t, 1000)
		if want := strings.Join(strings.Fields(id), " "); r.ClTRID != want { // an XML schema token
			t.Errorf("clTRID %q came back as %q", id, r.ClTRID)
		}
	}
	for _, id := range []string{"", "ab", strings.Repeat("x", 65)} {
		s.do(t, fmt.Sprintf(`%s%s%s<clTRID>%s</clTRID></command></epp>`, decl, start, check, id)).want(t, 2001, 2005)
	}
	s.do(t, decl+start+check+`</command></epp>`).want(t, 1000) // no clTRID at all
	dialectsOfContacts(t, s)
}

// dialectsOfContacts reads back text that must not change on its way.
func dialectsOfContacts(t *testing.T, s *session) {
	c := goodContact(randomID("c"))
	c.postalType, c.name, c.org = "loc", `Ünïcødé <&> "quoted" 'single' ]]>`, "株式会社\u200bテスト 🏢"
	c.street = []string{"ул. Примерная, 1", "", "דוגמה"}
	c.city, c.email = "São Paulo", "o'neil+tag=1@example.com"
	s.do(t, c.create()).want(t, 1000)
	got := data[*epp.ContactInfoData](t, s.do(t, contactInfo(c.id)).want(t, 1000))
	p := got.PostalInfo[0]
	if p.Name != c.name || p.Org != c.org || p.Addr.City != c.city || got.Email != c.email || strings.Join(p.Addr.Street, "|") != strings.Join(c.street, "|") {
		t.Errorf("sent %+v, got %+v", c, got)
	}
	// A second form beside the first, and disclosure of everything.
	s.do(t, contactUpdate(c.id, "", "", `<contact:postalInfo type="int">`+el("contact:name", "Unicode")+goodContact("xyz").address()+`</contact:postalInfo>`+
		`<contact:disclose flag="1"><contact:name type="int"/><contact:name type="loc"/><contact:org type="loc"/><contact:addr type="int"/><contact:voice/><contact:fax/><contact:email/></contact:disclose>`, "")).want(t, 1000)
	got = data[*epp.ContactInfoData](t, s.do(t, contactInfo(c.id)).want(t, 1000))
	d := got.Disclose
	if len(got.PostalInfo) != 2 || d == nil || !d.Flag || len(d.Name) != 2 || len(d.Org) != 1 || len(d.Addr) != 1 || !d.Voice || !d.Fax || !d.Email {
		t.Errorf("after the update: %+v, disclose %+v", got, d)
	}
}
