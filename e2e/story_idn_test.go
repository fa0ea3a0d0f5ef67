package e2e

import (
	"strings"
	"testing"

	"golang.org/x/net/idna"

	"cadastre/epp"
)

// aName is a name in A-labels.
func aName(t *testing.T, name string) string {
	t.Helper()
	a, err := idna.Punycode.ToASCII(name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// idnCreate is a create with the idn extension.
func idnCreate(d newDomain, table, uname string) string {
	if uname != "" {
		uname = el("idn:uname", uname)
	}
	extension := `<extension><idn:data xmlns:idn="urn:ietf:params:xml:ns:idn-1.0">` + el("idn:table", table) + uname + "</idn:data></extension>"
	return strings.Replace(d.create(), "<clTRID>", extension+"<clTRID>", 1)
}

// TestIDNStory registers internationalised names in the sandbox's example, and in zones
// that block variants, allocate them, and take nothing else.
func TestIDNStory(t *testing.T) {
	t.Parallel()
	s := newStory(t, "idn", "2026-01-01T00:00:00Z")
	for _, flags := range [][]string{
		{"blocked", "--idn", "Grek", "--idn", "Latn"},
		{"allocated", "--idn", "Grek", "--idn-variants", "allocate", "--idn-only"},
	} {
		cadastre(t, append([]string{"zone", "add", "--dir", s.dir}, flags...)...)
	}
	holder, other := "idn-holder", "idn-other"
	s.send("contact-create", goodContact(holder).create(), 1000)
	s.send("contact-create-other", goodContact(other).create(), 1000)
	domain := func(name string) newDomain { return newDomain{name: aName(t, name), registrant: holder} }

	// The cast's example has a Latin table.
	s.send("create-latin", idnCreate(domain("bücher.example"), "Latn", "bücher.example"), 1000)
	info := s.send("info-latin", domainInfo(aName(t, "bücher.example")), 1000)
	if !strings.Contains(string(info.frame), "<idn:table>und-Latn</idn:table><idn:uname>bücher.example</idn:uname>") {
		t.Errorf("info does not show the table: %s", info.frame)
	}
	s.send("create-without-extension", domain("größe.example").create(), 1000)
	s.send("create-unknown-table", idnCreate(domain("naïve.example"), "Cyrl", ""), 2306)
	s.send("create-other-uname", idnCreate(domain("naïve.example"), "Latn", "naive.example"), 2306)
	s.send("create-outside-table", domain("пример.example").create(), 2306)
	s.send("create-context", domain("a·b.example").create(), 2005)

	// Variants blocked: with and without accents a Greek name is one.
	s.send("blocked-create", domain("αθηνα.blocked").create(), 1000)
	s.send("blocked-variant", domain("αθήνα.blocked").create(), 2306)
	avail := data[*epp.DomainCheckData](t, s.send("blocked-check",
		domainCheck(aName(t, "αθήνα.blocked"), aName(t, "σπαρτη.blocked"), "plain.blocked"), 1000)).Results
	if avail[0].Avail || avail[0].Reason == "" || !avail[1].Avail || !avail[2].Avail {
		t.Errorf("check: %+v", avail)
	}
	s.as("registrar-b").send("blocked-variant-as-b", newDomain{name: aName(t, "αθήνα.blocked"), registrant: holder}.create(), 2306)
	s.as("registrar-a").send("blocked-delete", domainDelete(aName(t, "αθηνα.blocked")), 1000)
	s.send("blocked-variant-freed", domain("αθήνα.blocked").create(), 1000)

	// Variants for the same registrant, and no ASCII labels.
	s.send("ascii-refused", domain("plain.allocated").create(), 2306)
	s.send("allocated-create", domain("αθηνα.allocated").create(), 1000)
	stranger := domain("αθήνα.allocated")
	stranger.registrant = other
	s.send("allocated-stranger", stranger.create(), 2306)
	s.send("allocated-holder", domain("αθήνα.allocated").create(), 1000)
	s.send("allocated-registrant", domainUpdate(aName(t, "αθήνα.allocated"), "", "", el("domain:registrant", other)), 2305)
	s.send("allocated-delete", domainDelete(aName(t, "αθηνα.allocated")), 1000)
	s.send("allocated-registrant-alone", domainUpdate(aName(t, "αθήνα.allocated"), "", "", el("domain:registrant", other)), 1000)
}
