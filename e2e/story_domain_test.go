package e2e

import (
	"testing"
	"time"

	"cadastre/epp"
)

const day = 24 * time.Hour

// TestDomainLife tells the life of a domain in years: registered, renewed,
// renewed automatically, deleted, purged at the exact instant, registered by
// somebody else.
func TestDomainLife(t *testing.T) {
	t.Parallel()
	s := newStory(t, "domain-life", "2026-01-01T00:00:00Z")
	const name = "miami.example"
	holder := goodContact("al-holder")
	holder.authInfo = el("contact:pw", strongAuthInfo)
	s.send("contact-create", holder.create(), 1000)
	s.send("host-create", hostCreate("ns1.dns.icann"), 1000)
	s.send("host-create", hostCreate("ns2.dns.icann"), 1000)
	s.send("check-free", domainCheck(name), 1000)
	funds := s.funds()
	s.send("create", newDomain{
		name: name, period: years(2), hosts: []string{"ns2.dns.icann", "ns1.dns.icann"}, registrant: "al-holder",
		contacts: `<domain:contact type="admin">al-holder</domain:contact><domain:contact type="tech">al-holder</domain:contact>`,
		authInfo: "<domain:authInfo>" + el("domain:pw", strongAuthInfo) + "</domain:authInfo>",
	}.create(), 1000)
	s.wantFunds(funds - 2*1000)
	s.eventually(t, name, name+". NS ns1.dns.icann.", name+". NS ns2.dns.icann.")
	s.send("info-created", domainInfo(name), 1000)
	s.send("contact-info-linked", contactInfo("al-holder"), 1000)
	s.send("host-info-linked", hostInfo("ns1.dns.icann"), 1000)

	s.at("2026-06-01T00:00:00Z")
	s.send("renew", domainRenew(name, "2028-01-01", years(1)), 1000)
	s.wantFunds(funds - 3*1000)
	s.send("renew-wrong-date", domainRenew(name, "2028-01-01", years(1)), 2004)
	s.send("renew-too-far", domainRenew(name, "2029-01-01", years(8)), 2105)
	s.send("info-renewed", domainInfo(name), 1000)

	// The first of January of 2029, 2030 and 2031 pass.
	s.at("2031-02-01T00:00:00Z")
	s.wantFunds(funds - 6*1000)
	s.send("info-autorenewed", domainInfo(name), 1000)
	s.eventually(t, name, name+". NS ns1.dns.icann.", name+". NS ns2.dns.icann.")
	for range 3 {
		s.ackNext("autorenew")
	}
	s.send("poll-none", poll(), 1300)

	// Within 45 days of the last automatic renewal it is given back.
	s.send("delete", domainDelete(name), 1001)
	s.wantFunds(funds - 5*1000)
	s.eventually(t, name)
	deleted := data[*epp.DomainInfoData](t, s.send("info-deleted", domainInfo(name), 1000))
	s.send("delete-again", domainDelete(name), 2304)
	s.send("renew-deleted", domainRenew(name, "2032-01-01", years(1)), 2304)
	s.send("update-deleted", domainUpdate(name, status("domain", "clientHold"), "", ""), 2304)
	s.send("check-deleted", domainCheck(name), 1000)
	s.as("registrar-b").send("create-taken", newDomain{name: name, registrant: "rc-contact1"}.create(), 2302)

	// 30 days of redemption and 5 of pending delete after the delete.
	purge := deleted.UpDate.Add(35 * day)
	s.set(t, purge.Add(-time.Minute))
	s.send("check-before-purge", domainCheck(name), 1000)
	s.send("create-before-purge", newDomain{name: name, registrant: "rc-contact1"}.create(), 2302)
	s.set(t, purge)
	s.world()
	s.send("check-purged", domainCheck(name), 1000)
	s.send("info-purged", domainInfo(name), 2303)
	s.send("create-by-another", newDomain{name: name, registrant: "rc-contact1"}.create(), 1000)
	s.send("info-by-another", domainInfo(name), 1000)
	s.as("registrar-a").send("info-as-stranger", domainInfo(name), 1000)
	s.ackNext("redemption-over")
	s.ackNext("purged")
	s.send("contact-delete", contactDelete("al-holder"), 1000)
	s.send("host-delete", hostDelete("ns1.dns.icann"), 1000)
}

// wantFunds checks the balance of the speaker.
func (s *story) wantFunds(want int64) {
	s.t.Helper()
	if got := s.funds(); got != want {
		s.t.Errorf("after step %d the balance is %d, want %d", s.step, got, want)
	}
}

// ackNext reads the oldest message and acknowledges it.
func (s *story) ackNext(what string) {
	s.t.Helper()
	r := s.send("poll-"+what, poll(), 1301)
	if r.MsgQ == nil {
		s.t.Fatalf("no message: %s", r.frame)
	}
	s.send("ack-"+what, ack(r.MsgQ.ID), 1000)
}

// TestGracePeriods deletes on both sides of the end of grace periods, to the
// instant (RFC 3915, Section 3.1).
func TestGracePeriods(t *testing.T) {
	t.Parallel()
	s := newStory(t, "grace", "2026-01-01T00:00:00Z")
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	s.send("host-create", hostCreate("ns1.dns.icann"), 1000)
	domain := func(name string, n int) time.Time {
		t.Helper()
		r := s.send("create", newDomain{name: name, period: years(n), registrant: "al-holder", hosts: []string{"ns1.dns.icann"}}.create(), 1000)
		return data[*epp.DomainCreateData](t, r).CrDate
	}
	funds := s.funds()
	domain("soon.example", 3)
	s.eventually(t, "soon.example", "soon.example. NS ns1.dns.icann.")
	s.wantFunds(funds - 3000)
	s.send("delete-soon", domainDelete("soon.example"), 1000)
	s.wantFunds(funds)
	s.eventually(t, "soon.example")
	s.send("check-free-at-once", domainCheck("soon.example"), 1000)
	s.as("registrar-b").send("create-by-another", newDomain{name: "soon.example", registrant: "rc-contact1"}.create(), 1000)

	s.as("registrar-a")
	domain("before.example", 1)
	created := domain("after.example", 2)
	s.set(t, created.Add(5*day-time.Minute))
	s.send("delete-before-the-end", domainDelete("before.example"), 1000)
	s.set(t, created.Add(5*day))
	s.send("delete-at-the-end", domainDelete("after.example"), 1001)
	s.wantFunds(funds - 2000) // nothing comes back
	s.eventually(t, "after.example")

	// A renewal's grace period is its own: its years come back, the first do not.
	s.at("2026-02-01T00:00:00Z")
	domain("renewed.example", 1)
	s.at("2026-03-01T00:00:00Z")
	s.send("renew", domainRenew("renewed.example", "2027-02-01", years(2)), 1000)
	s.wantFunds(funds - 5000)
	s.at("2026-03-04T00:00:00Z")
	s.send("delete-renewed", domainDelete("renewed.example"), 1001)
	s.wantFunds(funds - 3000)

	// The zone extension keeps a deleted name 180 + 5 days.
	s.send("kind-contact", genuineContact("al-real").create(), 1000)
	s.send("create-extension", newDomain{name: "long.extension", registrant: "al-real"}.create(), 1000)
	s.at("2026-04-01T00:00:00Z")
	s.send("delete-extension", domainDelete("long.extension"), 1001)
	deleted := data[*epp.DomainInfoData](t, s.send("info-extension", domainInfo("long.extension"), 1000))
	s.set(t, deleted.UpDate.Add(185*day-time.Minute))
	s.send("info-extension-before", domainInfo("long.extension"), 1000)
	s.set(t, deleted.UpDate.Add(185*day))
	s.send("info-extension-after", domainInfo("long.extension"), 2303)
}
