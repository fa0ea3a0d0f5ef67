package e2e

import (
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"cadastre/epp"
)

// TestRegistrationSuffixes registers below the suffixes of community, which are
// two and three labels long, and looks at the names between them in DNS: they
// exist without records (RFC 4592, Section 2.2.2).
func TestRegistrationSuffixes(t *testing.T) {
	t.Parallel()
	s := newStory(t, "suffixes", "2026-01-01T00:00:00Z")
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	s.send("host-create", hostCreate("ns1.dns.icann"), 1000)
	names := []string{
		"miami.community", "miami.seattle.community", "miami.east.kingcounty.community",
		"seattle.community", "kingcounty.community", "east.kingcounty.community", "community",
		"west.kingcounty.community", "a.miami.seattle.community", "a.miami.community",
	}
	checked := data[*epp.DomainCheckData](t, s.send("check", domainCheck(names...), 1000)).Results
	for i, c := range checked {
		if c.Avail != (i < 3) {
			t.Errorf("%s: available %v", c.Name, c.Avail)
		}
	}
	for _, name := range names[3:] {
		s.send("create-refused", newDomain{name: name, registrant: "al-holder"}.create(), 2306)
	}
	s.wantRcode("miami.east.kingcounty.community", dnsmessage.RCodeNameError)
	// This is about suffixes, not about pre-approval.
	cadastre(t, "policy", "withdraw", "seattle-board", "--dir", s.dir)
	for _, name := range names[:3] {
		s.send("create", newDomain{name: name, registrant: "al-holder", hosts: []string{"ns1.dns.icann"}}.create(), 1000)
		s.eventually(t, name, name+". NS ns1.dns.icann.")
	}
	// The names between exist, and have nothing.
	for _, name := range []string{"seattle.community", "kingcounty.community", "east.kingcounty.community"} {
		s.wantRcode(name, dnsmessage.RCodeSuccess)
	}
	s.wantRcode("west.kingcounty.community", dnsmessage.RCodeNameError)
	// The superordinate domain is the registered name, also below a long suffix.
	s.send("host-deep", hostCreate("ns1.x.miami.east.kingcounty.community", v4("208.77.190.205")), 1000)
	s.send("info-deep", domainInfo("miami.east.kingcounty.community"), 1000)
	s.send("host-below-suffix", hostCreate("ns1.seattle.community", v4("208.77.190.205")), 2303)
	s.send("host-at-suffix", hostCreate("seattle.community", v4("208.77.190.205")), 2306)
	s.send("host-above-suffix", hostCreate("ns1.west.kingcounty.community", v4("208.77.190.205")), 2306)
	s.send("host-delete", hostDelete("ns1.x.miami.east.kingcounty.community"), 1000)

	for _, name := range names[:3] {
		s.send("delete", domainDelete(name), 1000)
		s.eventually(t, name)
	}
	for _, name := range []string{"seattle.community", "kingcounty.community", "east.kingcounty.community"} {
		s.wantRcode(name, dnsmessage.RCodeNameError) // nothing is below them any more
	}
}

// wantRcode asks for a name that is no delegation: the SOA comes with the answer
// (RFC 2308, Section 3).
func (s *story) wantRcode(name string, want dnsmessage.RCode) {
	s.t.Helper()
	a := s.dns(s.t, name, dnsmessage.TypeA)
	if a.rcode != want || !a.authoritative || len(a.answers) != 0 || len(a.authority) != 1 || a.authority[0] != "community. SOA ns1.nic.community." {
		s.t.Errorf("DNS says of %s: %v %+v, want %v with the SOA", name, a.rcode, *a, want)
	}
}
