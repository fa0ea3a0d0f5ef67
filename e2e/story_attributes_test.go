package e2e

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// attrNS is an ns element of host attributes: a name, and addresses after it.
func attrNS(hosts ...[]string) string {
	var b strings.Builder
	for _, h := range hosts {
		b.WriteString("<domain:hostAttr>" + el("domain:hostName", h[0]))
		for _, a := range h[1:] {
			ip := "v4"
			if strings.Contains(a, ":") {
				ip = "v6"
			}
			fmt.Fprintf(&b, `<domain:hostAddr ip="%s">%s</domain:hostAddr>`, ip, a)
		}
		b.WriteString("</domain:hostAttr>")
	}
	return "<domain:ns>" + b.String() + "</domain:ns>"
}

// refusedBy runs the program, which has to fail, and gives what it says.
func refusedBy(t *testing.T, args ...string) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Stderr = &stderr
	if err := cmd.Run(); err == nil {
		t.Errorf("cadastre %s: succeeds", strings.Join(args, " "))
	}
	return stderr.String()
}

// TestAttributes runs a zone of the other models: name servers are attributes,
// DNSSEC data are keys, and nobody is known. Then it switches them.
func TestAttributes(t *testing.T) {
	t.Parallel()
	s := newStory(t, "attributes", "2026-01-01T00:00:00Z")
	cadastre(t, "zone", "add", "attr", "--dir", s.dir, "--host-model", "attributes", "--secdns", "keyData", "--data-model", "minimum", "--max-sig-life", "30d")

	// Nobody is known, and name servers are no objects.
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	s.send("host-create", hostCreate("ns1.dns.icann"), 1000)
	ns := func(hosts ...[]string) string { return attrNS(hosts...) }
	create := func(name string, hosts ...[]string) string {
		return newDomain{name: name, period: ns(hosts...)}.create()
	}
	s.send("registrant", newDomain{name: "first.attr", registrant: "al-holder"}.create(), 2306)
	s.send("contact", newDomain{name: "first.attr", contacts: `<domain:contact type="tech">al-holder</domain:contact>`}.create(), 2306)
	s.send("host-object", newDomain{name: "first.attr", hosts: []string{"ns1.dns.icann"}}.create(), 2306)

	// Glue is narrow: needed below the domain, refused elsewhere.
	own, out := []string{"ns1.first.attr", "208.77.190.200", "2602:800:900e:1257::200"}, []string{"ns1.dns.icann"}
	s.send("glueless", create("first.attr", []string{"ns1.first.attr"}), 2306)
	for what, addr := range map[string]string{"loopback": "127.0.0.1", "short": "208.77.190", "unspecified": "::"} {
		s.refuses(what, create("first.attr", []string{"ns1.first.attr", addr}))
	}
	s.send("foreign-glue", create("first.attr", []string{"ns1.other.attr", "208.77.190.201"}), 2306)
	s.send("twice", create("first.attr", out, []string{"NS1.dns.icann"}), 2306)
	frame := with(create("first.attr", own, out), secDNS("create", keyData(257, 3, 16, ed448('a'))), ttls("create", "NS 7200", "A 600"))
	s.send("create", frame, 1000)
	s.send("host-below", hostCreate("ns2.first.attr", v4("208.77.190.202")), 2306)
	tag, digest := signerOf(t, "first.attr", 16, ed448('a'))
	s.zoneShows(t, "first.attr", dns.TypeDS, fmt.Sprintf("first.attr. DS 3600 %d 16 2 %s", tag, digest))
	s.zoneShows(t, "www.first.attr", dns.TypeA, "first.attr. NS 7200 ns1.dns.icann.", "first.attr. NS 7200 ns1.first.attr.",
		"ns1.first.attr. A 600 208.77.190.200", "ns1.first.attr. AAAA 3600 2602:800:900e:1257::200")
	s.send("info", domainInfo("first.attr"), 1000)
	s.send("ttl-policy", with(domainInfo("first.attr"), ttlInfo(true)), 1000)
	zoneFileHolds(t, s.sandbox, "attr", "first.attr.\t3600\tIN\tDS", "ns1.first.attr.\t600\tIN\tA\t208.77.190.200")

	// Another domain uses that name server, without addresses of its own for it.
	s.send("guest", create("guest.attr", []string{"ns1.first.attr"}), 1000)
	s.zoneShows(t, "guest.attr", dns.TypeA, "guest.attr. NS 3600 ns1.first.attr.")

	// Additions and removals are by name, and strict.
	s.send("add-again", domainUpdate("first.attr", ns(out), "", ""), 2306)
	s.send("rem-unknown", domainUpdate("first.attr", "", ns([]string{"ns9.dns.icann"}), ""), 2306)
	s.send("rem-wrong-address", domainUpdate("first.attr", "", ns([]string{"ns1.first.attr", "208.77.190.209"}), ""), 2306)
	s.send("new-address", domainUpdate("first.attr", ns([]string{"ns1.first.attr", "208.77.190.203"}), ns([]string{"ns1.first.attr"}), ""), 1000)
	s.send("rem", domainUpdate("first.attr", "", ns(out), ""), 1000)
	s.zoneShows(t, "first.attr", dns.TypeNS, "first.attr. NS 7200 ns1.first.attr.", "ns1.first.attr. A 600 208.77.190.203")
	s.send("host-object-update", domainUpdate("first.attr", delegation("ns1.dns.icann"), "", ""), 2306)

	// Keys, of which the registry makes the records.
	update := func(inside string) string {
		return with(domainUpdate("first.attr", "", "", ""), secDNS("update", inside))
	}
	s.send("ds-interface", update("<secDNS:add>"+dsData(tag, 16, 2, digest, "")+"</secDNS:add>"), 2306)
	for what, key := range map[string]string{
		"flags-1": keyData(1, 3, 16, ed448('b')), "flags-256": keyData(256, 3, 16, ed448('b')), "protocol": keyData(257, 1, 16, ed448('b')),
		"algorithm": keyData(257, 3, 123, ed448('b')), "short-key": keyData(257, 3, 13, ed448('b')), "no-key": keyData(257, 3, 8, "AQ=="),
	} {
		s.refuses("key "+what, update("<secDNS:add>"+key+"</secDNS:add>"))
	}
	s.send("roll-over", update("<secDNS:rem>"+keyData(257, 3, 16, ed448('a'))+"</secDNS:rem><secDNS:add>"+keyData(257, 3, 16, ed448('b'))+"</secDNS:add>"), 1000)
	tag, digest = signerOf(t, "first.attr", 16, ed448('b'))
	s.zoneShows(t, "first.attr", dns.TypeDS, fmt.Sprintf("first.attr. DS 3600 %d 16 2 %s", tag, digest))
	s.send("sig-life", update("<secDNS:chg><secDNS:maxSigLife>604800</secDNS:maxSigLife></secDNS:chg>"), 1000)
	s.send("sig-life-long", update("<secDNS:chg><secDNS:maxSigLife>26784000</secDNS:maxSigLife></secDNS:chg>"), 2004)
	s.send("info-rolled", domainInfo("first.attr"), 1000)

	// The models stay while names contradict another.
	for flag, why := range map[string]string{"--host-model=objects": "first.attr, guest.attr", "--secdns=dsData": "first.attr", "--data-model=maximum": "first.attr, guest.attr"} {
		if said := refusedBy(t, "zone", "set", "attr", "--dir", s.dir, flag); !strings.Contains(said, why) {
			t.Errorf("zone set %s says %q, not %q", flag, said, why)
		}
	}
	s.send("delete", domainDelete("first.attr"), 1000)
	s.send("delete-guest", domainDelete("guest.attr"), 1000)
	s.zoneShows(t, "first.attr", dns.TypeNS)
	cadastre(t, "zone", "set", "attr", "--dir", s.dir, "--host-model=objects", "--secdns=dsData", "--data-model=maximum", "--max-sig-life=0s",
		"--contact-types=tech", "--contact-elements=org,street,sp,pc,voice", "--required-elements=street", "--postal-info=int")
	tech := func(id string) string { return `<domain:contact type="tech">` + id + `</domain:contact>` }
	s.eventuallySends("no-tech", newDomain{name: "first.attr", registrant: "al-holder"}.create(), 2003)

	// Contacts are held against the zone's rules where they are linked, and when they change.
	s.send("element-refused", newDomain{name: "first.attr", registrant: "al-holder", contacts: tech("al-holder")}.create(), 2306)
	lean := goodContact("al-lean")
	lean.voiceX, lean.omitFax = "", true
	s.send("lean-create", lean.create(), 1000)
	s.send("create-lean", newDomain{name: "first.attr", registrant: "al-lean", contacts: tech("al-lean"), hosts: []string{"ns1.dns.icann"}}.create(), 1000)
	s.send("fax-refused", contactUpdate("al-lean", "", "", phone("contact:fax", "+1.7035555556", ""), ""), 2306)
	s.send("voice", contactUpdate("al-lean", "", "", phone("contact:voice", "+1.7035555557", ""), ""), 1000)
	s.send("last-tech", domainUpdate("first.attr", "", tech("al-lean"), ""), 2003)
	s.send("registrant-refused", domainUpdate("first.attr", "", "", el("domain:registrant", "al-holder")), 2306)
	s.send("host-below-now", hostCreate("ns2.first.attr", v4("208.77.190.202")), 1000)
}

// refuses is an exchange of the story that must fail, whatever the code.
func (s *story) refuses(what, frame string) {
	s.t.Helper()
	s.t.Run(what, func(t *testing.T) { s.sessions[s.who].do(t, frame).refused(t) })
}

// TestAddlEmail gives a contact an additional mail address (RFC 9873).
func TestAddlEmail(t *testing.T) {
	t.Parallel()
	s := newStory(t, "addl-email", "2026-01-01T00:00:00Z")
	addl := func(address, attr string) string {
		return `<addlEmail:addlEmail xmlns:addlEmail="urn:ietf:params:xml:ns:epp:addlEmail-1.0"><addlEmail:email` + attr + `>` + address +
			`</addlEmail:email></addlEmail:addlEmail>`
	}
	s.send("create-bad", with(goodContact("al-mail").create(), addl("nobody", "")), 2005)
	s.send("create", with(goodContact("al-mail").create(), addl("麥克風@example.com", ` primary="true"`)), 1000)
	s.send("info", contactInfo("al-mail"), 1000)
	for _, bad := range []string{"麥 克@example.com", ".麥@example.com", "麥@example", "麥@exa_mple.com", "@bücher.example", "a@b@c.example", strings.Repeat("麥", 22) + "@example.com"} {
		s.refuses(bad, contactUpdate("al-mail", "", "", "", addl(bad, "")))
	}
	s.send("update", contactUpdate("al-mail", "", "", "", addl("user@bücher.example", "")), 1000)
	s.send("info-updated", contactInfo("al-mail"), 1000)
	s.send("remove", contactUpdate("al-mail", "", "", "", addl("", "")), 1000)
	s.send("info-removed", contactInfo("al-mail"), 1000)
}

// eventuallySends is send for a command whose answer a change of settings decides,
// which every server obeys within a second.
func (s *story) eventuallySends(what, frame string, want int) {
	s.t.Helper()
	for range 100 {
		if r := s.sessions[s.who].do(s.t, frame); int(r.Code()) == want {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.send(what, frame, want)
}
