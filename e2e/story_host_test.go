package e2e

import "testing"

// TestHosts renames hosts, changes glue, goes deep below a domain, and looks at
// DNS after every step.
func TestHosts(t *testing.T) {
	t.Parallel()
	s := newStory(t, "hosts", "2026-01-01T00:00:00Z")
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	s.send("create", newDomain{name: "hosts.example", registrant: "al-holder"}.create(), 1000)
	s.eventually(t, "hosts.example") // no name servers: not in DNS
	s.send("info-inactive", domainInfo("hosts.example"), 1000)

	// One label below the domain, and five.
	s.send("host-create", hostCreate("ns1.hosts.example", v4("208.77.190.200"), v6("2602:800:900e:1257::200")), 1000)
	s.send("host-create-deep", hostCreate("a.b.c.d.e.hosts.example", v4("208.77.190.201")), 1000)
	s.send("delegate", domainUpdate("hosts.example", delegation("ns1.hosts.example", "a.b.c.d.e.hosts.example"), "", ""), 1000)
	own := []string{
		"hosts.example. NS a.b.c.d.e.hosts.example.", "hosts.example. NS ns1.hosts.example.",
		"a.b.c.d.e.hosts.example. A 208.77.190.201", "ns1.hosts.example. A 208.77.190.200", "ns1.hosts.example. AAAA 2602:800:900e:1257::200",
	}
	s.eventually(t, "hosts.example", own...)
	s.eventually(t, "a.b.c.d.e.hosts.example", own...) // a referral, however deep the question
	s.eventually(t, "www.hosts.example", own...)
	s.send("info-all", domainInfo("hosts.example"), 1000)
	for _, hosts := range []string{"del", "sub", "none"} {
		s.send("info-"+hosts, command(object("info", "domain", `<domain:name hosts="`+hosts+`">hosts.example</domain:name>`)), 1000)
	}

	// Another domain delegates there: narrow glue means none for it.
	s.send("create-guest", newDomain{name: "guest.example", registrant: "al-holder", hosts: []string{"ns1.hosts.example"}}.create(), 1000)
	s.eventually(t, "guest.example", "guest.example. NS ns1.hosts.example.")

	// Glue changes are seen; the last address stays.
	s.send("glue", hostUpdate("ns1.hosts.example", v4("208.77.190.202"), v4("208.77.190.200")+v6("2602:800:900e:1257::200"), ""), 1000)
	own = []string{own[0], own[1], own[2], "ns1.hosts.example. A 208.77.190.202"}
	s.eventually(t, "hosts.example", own...)
	s.send("glue-last", hostUpdate("ns1.hosts.example", "", v4("208.77.190.202"), ""), 2305)

	// What is linked or has hosts below it stays.
	s.send("host-delete-linked", hostDelete("ns1.hosts.example"), 2305)
	s.send("delete-with-hosts", domainDelete("hosts.example"), 2305)

	// A rename is seen in every delegation.
	s.send("rename", hostRename("ns1.hosts.example", "dns.hosts.example"), 1000)
	s.eventually(t, "hosts.example",
		"hosts.example. NS a.b.c.d.e.hosts.example.", "hosts.example. NS dns.hosts.example.",
		"a.b.c.d.e.hosts.example. A 208.77.190.201", "dns.hosts.example. A 208.77.190.202")
	s.eventually(t, "guest.example", "guest.example. NS dns.hosts.example.")
	s.send("info-renamed", hostInfo("dns.hosts.example"), 1000)
	s.send("rename-taken", hostRename("dns.hosts.example", "a.b.c.d.e.hosts.example"), 2302)

	// Out of the zones, which takes the addresses away, and below the other domain.
	s.send("rename-out", hostRename("dns.hosts.example", "dns.hosts.icann"), 1000)
	s.eventually(t, "hosts.example",
		"hosts.example. NS a.b.c.d.e.hosts.example.", "hosts.example. NS dns.hosts.icann.", "a.b.c.d.e.hosts.example. A 208.77.190.201")
	s.eventually(t, "guest.example", "guest.example. NS dns.hosts.icann.")
	s.send("rename-in-without-glue", hostRename("dns.hosts.icann", "ns.guest.example"), 2305)
	s.send("rename-in", hostUpdate("dns.hosts.icann", v4("208.77.190.203"), "", el("host:name", "ns.guest.example")), 1000)
	s.eventually(t, "guest.example", "guest.example. NS ns.guest.example.", "ns.guest.example. A 208.77.190.203")
	s.eventually(t, "hosts.example",
		"hosts.example. NS a.b.c.d.e.hosts.example.", "hosts.example. NS ns.guest.example.", "a.b.c.d.e.hosts.example. A 208.77.190.201")
	s.send("info-moved", domainInfo("guest.example"), 1000)

	// The first domain can go when its hosts have gone.
	s.send("undelegate", domainUpdate("hosts.example", "", delegation("a.b.c.d.e.hosts.example", "ns.guest.example"), ""), 1000)
	s.eventually(t, "hosts.example")
	s.send("host-delete", hostDelete("a.b.c.d.e.hosts.example"), 1000)
	s.send("delete", domainDelete("hosts.example"), 1000)
	s.send("host-of-nobody", hostCreate("ns1.hosts.example", v4("208.77.190.204")), 2303)
}

// TestHolds takes names out of DNS and puts them back.
func TestHolds(t *testing.T) {
	t.Parallel()
	s := newStory(t, "holds", "2026-01-01T00:00:00Z")
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	s.send("host-create", hostCreate("ns1.dns.icann"), 1000)
	s.send("create", newDomain{name: "hold.example", registrant: "al-holder", hosts: []string{"ns1.dns.icann"}}.create(), 1000)
	shown := "hold.example. NS ns1.dns.icann."
	s.eventually(t, "hold.example", shown)
	s.send("hold", domainUpdate("hold.example", status("domain", "clientHold"), "", ""), 1000)
	s.eventually(t, "hold.example")
	s.send("info-held", domainInfo("hold.example"), 1000)
	s.send("hold-again", domainUpdate("hold.example", status("domain", "clientHold"), "", ""), 2306)

	// The update that lifts clientUpdateProhibited may do other things too.
	s.send("lock", domainUpdate("hold.example", status("domain", "clientUpdateProhibited"), "", ""), 1000)
	s.send("unhold-locked", domainUpdate("hold.example", "", status("domain", "clientHold"), ""), 2304)
	s.send("unhold", domainUpdate("hold.example", "", status("domain", "clientHold")+status("domain", "clientUpdateProhibited"), ""), 1000)
	s.eventually(t, "hold.example", shown)
	s.send("server-hold", domainUpdate("hold.example", status("domain", "serverHold"), "", ""), 2306)

	// Every prohibition prohibits.
	all := ""
	for _, st := range []string{"clientDeleteProhibited", "clientRenewProhibited", "clientTransferProhibited", "clientUpdateProhibited"} {
		all += status("domain", st)
	}
	s.send("lock-all", domainUpdate("hold.example", all, "", ""), 1000)
	s.send("info-locked", domainInfo("hold.example"), 1000)
	s.send("delete-locked", domainDelete("hold.example"), 2304)
	s.send("renew-locked", domainRenew("hold.example", "2027-01-01", years(1)), 2304)
	s.send("update-locked", domainUpdate("hold.example", "", "", el("domain:registrant", "rc-contact1")), 2304)
	s.eventually(t, "hold.example", shown) // locks do not concern DNS
	s.send("unlock-all", domainUpdate("hold.example", "", all, ""), 1000)
	s.send("info-unlocked", domainInfo("hold.example"), 1000)

	// The registry's own hold is the registry's to lift.
	cadastre(t, "domain", "hold", "hold.example", "--reason", "court order 12/2027", "--dir", s.dir)
	s.eventually(t, "hold.example")
	s.send("info-server-hold", domainInfo("hold.example"), 1000)
	s.send("server-unhold", domainUpdate("hold.example", "", status("domain", "serverHold"), ""), 2306)
	s.ackNext("held")
	cadastre(t, "domain", "unhold", "hold.example", "--dir", s.dir)
	s.eventually(t, "hold.example", shown)
	s.ackNext("unheld")
	s.send("ack-unknown", ack("999999"), 2303)
	s.send("ack-malformed", ack("first"), 2303)
}
