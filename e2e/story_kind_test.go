package e2e

import (
	"strings"
	"testing"

	"cadastre/epp"
)

// proxyContact is a proxy linked to a real contact, or to none.
func proxyContact(id, link string) newContact {
	c := goodContact(id)
	c.name, c.org, c.email = "Privacy Service", "Proxies Inc.", id+"@proxy.example"
	inside := ""
	if link != "" {
		inside = el("kind:realContact", link)
	}
	c.kind = kindCreate("proxy", inside)
	return c
}

// kindChange updates nothing but the extension's values.
func kindChange(id, kind, inside string) string {
	return contactUpdate(id, "", "", "", kindUpdate(kind, inside))
}

// registrant changes a domain's registrant.
func registrant(name, id string) string {
	return domainUpdate(name, "", "", el("domain:registrant", id))
}

// wantReason demands that the answer's explanation names something.
func (r *reply) wantReason(t testing.TB, what string) *reply {
	t.Helper()
	if !strings.Contains(string(r.frame), what) {
		t.Errorf("the answer does not name %s\n%s", what, r.frame)
	}
	return r
}

// TestProxyAndRealContacts goes through the rules of contactKind-1.0 in the zone
// extension, which demands genuine registrants.
func TestProxyAndRealContacts(t *testing.T) {
	t.Parallel()
	s := newStory(t, "contact-kind", "2026-01-01T00:00:00Z")
	kindLinks(t, s)
	kindRegistrants(t, s)
	kindInUse(t, s)
	kindSwaps(t, s)
	kindValues(t, s)
	kindOthers(t, s)
}

// kindLinks: a proxy may link to a real contact of the same registrar, and to
// nothing else.
func kindLinks(t *testing.T, s *story) {
	s.send("create-short-id", proxyContact("p0", "").create(), 2005)
	s.send("create-proxy-unlinked", proxyContact("proxy0", "").create(), 1000)
	s.send("info-proxy-unlinked", contactInfo("proxy0"), 1000)
	s.send("create-real", genuineContact("real1").create(), 1000)
	s.send("info-real", contactInfo("real1"), 1000).wantReason(t, "real1@second.example").wantReason(t, "+1.2025550199")
	s.send("create-proxy", proxyContact("proxy1", "real1").create(), 1000)
	s.send("info-proxy", contactInfo("proxy1"), 1000).wantReason(t, "<kind:realContact>real1<")

	s.send("link-to-unknown", proxyContact("proxy2", "nobody-here").create(), 2303)
	s.send("link-to-proxy", proxyContact("proxy2", "proxy1").create(), 2306)
	s.send("link-to-self", proxyContact("proxy2", "proxy2").create(), 2306)
	s.send("relink-to-unknown", kindChange("proxy0", "", el("kind:realContact", "nobody-here")), 2303)
	s.send("relink-to-proxy", kindChange("proxy0", "", el("kind:realContact", "proxy1")), 2306)
	s.send("relink-to-self", kindChange("proxy0", "", el("kind:realContact", "proxy0")), 2306)
	s.send("link-real-to-real", kindChange("real1", "", el("kind:realContact", "proxy1")), 2306)
	// A real contact with proxies cannot become one, for then they would link to a proxy.
	s.send("mark-linked-real-as-proxy", kindChange("real1", "proxy", "<kind:secondaryEmail/><kind:emergencyPhone/>"), 2305)
	s.send("delete-linked-real", contactDelete("real1"), 2305)
}

// kindRegistrants: who may be registrant in a zone with the policy.
func kindRegistrants(t *testing.T, s *story) {
	domain := func(id string) string { return newDomain{name: "p.extension", registrant: id}.create() }
	s.send("registrant-unlinked-proxy", domain("proxy0"), 2306).wantReason(t, "real contact")
	s.send("domain-not-there", domainInfo("p.extension"), 2303)
	s.send("create-unmarked", goodContact("unmarked").create(), 1000)
	s.send("registrant-unmarked", domain("unmarked"), 2306).wantReason(t, "secondaryEmail")
	for _, tt := range []struct{ id, inside, lacks string }{
		{"no-phone", el("kind:secondaryEmail", "second@mail.example"), "emergencyPhone"},
		{"no-mail", el("kind:emergencyPhone", "+1.2025550199"), "secondaryEmail"},
	} {
		c := goodContact(tt.id)
		c.kind = kindCreate("real", tt.inside)
		s.send("create-"+tt.id, c.create(), 1000)
		s.send("registrant-"+tt.id, domain(tt.id), 2306).wantReason(t, tt.lacks)
		s.send("create-proxy-of-"+tt.id, proxyContact("p-"+tt.id, tt.id).create(), 1000)
		s.send("registrant-proxy-of-"+tt.id, domain("p-"+tt.id), 2306).wantReason(t, tt.lacks)
	}
	s.send("registrant-proxy", domain("proxy1"), 1000)
	s.send("registrant-real", newDomain{name: "r.extension", registrant: "real1"}.create(), 1000)
	s.send("change-to-unlinked-proxy", registrant("r.extension", "proxy0"), 2306)
	s.send("change-to-unmarked", registrant("r.extension", "unmarked"), 2306)
	// As another contact an unlinked proxy is welcome, and so it is in other zones.
	s.send("unlinked-proxy-as-tech", domainUpdate("r.extension", `<domain:contact type="tech">proxy0</domain:contact>`, "", ""), 1000)
	s.send("unlinked-proxy-elsewhere", newDomain{name: "p.example", registrant: "proxy0"}.create(), 1000)
}

// kindInUse: what stood behind a registrant at its creation has to stay.
func kindInUse(t *testing.T, s *story) {
	s.send("unlink-in-use", kindChange("proxy1", "", "<kind:realContact/>"), 2305)
	s.send("delete-real-in-use", contactDelete("real1"), 2305)
	s.send("mark-real-in-use-as-proxy", kindChange("real1", "proxy", "<kind:secondaryEmail/><kind:emergencyPhone/>"), 2305)
	s.send("remove-mail-in-use", kindChange("real1", "", "<kind:secondaryEmail/>"), 2305).wantReason(t, "secondaryEmail")
	s.send("remove-phone-in-use", kindChange("real1", "", "<kind:emergencyPhone/>"), 2305).wantReason(t, "emergencyPhone")
	s.send("mark-proxy-in-use-as-real", kindChange("proxy1", "real", "<kind:realContact/>"), 2305)
	// Neither may the proxy be moved to a real contact that would not do.
	s.send("relink-in-use-to-incomplete", kindChange("proxy1", "", el("kind:realContact", "no-phone")), 2305)
	s.send("delete-proxy-in-use", contactDelete("proxy1"), 2305)
	s.send("info-proxy-unchanged", contactInfo("proxy1"), 1000)
	s.send("info-real-unchanged", contactInfo("real1"), 1000)
	// New values are welcome (B-87), and a link to another complete one.
	s.send("change-values", kindChange("real1", "", genuine("newer@second.example", "+44.2071838750")), 1000)
	s.send("create-second-real", genuineContact("real2").create(), 1000)
	s.send("relink-in-use", kindChange("proxy1", "", el("kind:realContact", "real2")), 1000)
	s.send("relink-back", kindChange("proxy1", "", el("kind:realContact", "real1")), 1000)
}

// kindSwaps: a proxy is modified, never replaced; it comes back as it was.
func kindSwaps(t *testing.T, s *story) {
	before := data[*epp.ContactInfoData](t, s.send("info-before", contactInfo("proxy1"), 1000))
	s.send("rotate-mail", contactUpdate("proxy1", "", "", el("contact:email", "rotated-2@proxy.example"), ""), 1000)
	s.send("create-second-proxy", proxyContact("proxy2", "real1").create(), 1000)
	s.send("swap-proxies", registrant("p.extension", "proxy2"), 2306).wantReason(t, "proxy1")
	s.send("show-real", registrant("p.extension", "real1"), 1000)
	s.send("hide-again", registrant("p.extension", "proxy1"), 1000)
	after := data[*epp.ContactInfoData](t, s.send("info-after", contactInfo("proxy1"), 1000))
	if before.ROID != after.ROID || !before.CrDate.Equal(after.CrDate) || after.Email != "rotated-2@proxy.example" {
		t.Errorf("before %+v, after %+v", before, after)
	}
	s.send("delete-unused-proxy", contactDelete("proxy2"), 1000)
}

// kindValues: which values go with which kind, and which are real.
func kindValues(t *testing.T, s *story) {
	for i, tt := range []struct {
		what, kind, inside string
		want               int
	}{
		{"proxy-with-mail", "proxy", el("kind:secondaryEmail", "second@mail.example"), 2306},
		{"proxy-with-phone", "proxy", el("kind:emergencyPhone", "+1.2025550199"), 2306},
		{"proxy-with-identifier", "proxy", el("kind:identifier", "UID5439394"), 2306},
		{"real-with-link", "real", el("kind:realContact", "real1"), 2306},
		{"same-mail", "real", genuine("JDoe@example.com", "+1.2025550199"), 2005},
		{"bad-mail", "real", genuine("no-mail", "+1.2025550199"), 2005},
		{"bad-phone", "real", genuine("second@mail.example", "12025550199"), 2005},
		{"phone-too-long", "real", genuine("second@mail.example", "+1.202555019912345"), 2005},
		{"unknown-kind", "fake", "", 2005},
	} {
		c := goodContact("value" + string(rune('a'+i)))
		c.kind = kindCreate(tt.kind, tt.inside)
		s.send("create-"+tt.what, c.create(), tt.want)
		s.send("not-created-"+tt.what, contactInfo(c.id), 2303)
	}
	full := goodContact("full")
	full.kind = kindCreate("real", el("kind:secondaryEmail", "full@second.example")+phone("kind:emergencyPhone", "+1.2025550199", "12")+
		el("kind:identifier", "UID5439394"))
	s.send("create-full", full.create(), 1000)
	s.send("info-full", contactInfo("full"), 1000).wantReason(t, "UID5439394").wantReason(t, `x="12"`)
	// Marked as a proxy only when the values are gone (B-84), in one command or two.
	s.send("mark-with-values", kindChange("full", "proxy", ""), 2306)
	s.send("mark-and-clear", kindChange("full", "proxy", "<kind:secondaryEmail/><kind:emergencyPhone/><kind:identifier/>"), 1000)
	s.send("info-marked", contactInfo("full"), 1000)
	s.send("mark-real-again", kindChange("full", "real", genuine("full@second.example", "+1.2025550199")), 1000)
	s.send("same-mail-later", contactUpdate("full", "", "", el("contact:email", "full@second.example"), ""), 2005)
}

// kindOthers: what other registrars see and may do.
func kindOthers(t *testing.T, s *story) {
	secret := goodContact("secret")
	secret.authInfo = el("contact:pw", strongAuthInfo)
	secret.kind = kindCreate("real", genuine("hidden@second.example", "+1.2025550177")+el("kind:identifier", "UID-HIDDEN"))
	s.send("create-secret", secret.create(), 1000)
	s.as("registrar-b")
	s.send("stranger-info", contactInfo("secret"), 2201)
	opened := s.send("stranger-info-with-authinfo", command(object("info", "contact",
		el("contact:id", "secret")+"<contact:authInfo>"+el("contact:pw", strongAuthInfo)+"</contact:authInfo>")), 1000)
	for _, hidden := range []string{"hidden@second.example", "2025550177", "UID-HIDDEN"} {
		if strings.Contains(string(opened.frame), hidden) {
			t.Errorf("another registrar sees %s\n%s", hidden, opened.frame)
		}
	}
	s.send("stranger-update", kindChange("secret", "", "<kind:secondaryEmail/>"), 2201)
	s.send("stranger-link", proxyContact("b-proxy", "secret").create(), 2201)
	s.send("stranger-registrant", newDomain{name: "b.extension", registrant: "real1"}.create(), 2201)
	s.send("stranger-proxy-registrant", newDomain{name: "b.extension", registrant: "proxy1"}.create(), 2201)
	s.send("wrong-command", extended(object("info", "contact", el("contact:id", "rc-contact1")), kindCreate("real", "")), 2002)
	unknown := goodContact("b-contact")
	unknown.kind = `<x:y xmlns:x="urn:nobody"/>`
	s.send("wrong-extension", unknown.create(), 2103)
}
