package e2e

import (
	"testing"
	"time"

	"cadastre/epp"
)

// TestTransfer tells of a domain that changes its registrar: what it takes, what may go
// wrong, who hears of it, and what follows it.
func TestTransfer(t *testing.T) {
	t.Parallel()
	s := newStory(t, "transfer", "2026-01-01T00:00:00Z")
	const name, host = "miami.example", "ns1.miami.example"
	delegation := []string{name + ". NS " + host + ".", host + ". A 208.77.190.205"}
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	s.send("create", newDomain{name: name, period: years(2), registrant: "al-holder"}.create(), 1000)
	s.send("host-create", hostCreate(host, v4("208.77.190.205")), 1000)
	s.send("delegate", domainUpdate(name, "<domain:ns>"+el("domain:hostObj", host)+"</domain:ns>", "", ""), 1000)
	s.eventually(t, name, delegation...)
	fundsA, fundsB := s.funds(), s.as("registrar-b").funds()

	auth := withAuth("domain", strongAuthInfo)
	s.send("request-without-authinfo", domainTransfer("request", name, ""), 2003)
	s.send("request-while-unset", domainTransfer("request", name, auth), 2202)
	s.send("query-as-stranger", domainTransfer("query", name, ""), 2201)
	s.as("registrar-a").send("query-never-asked", domainTransfer("query", name, ""), 2301)
	s.send("approve-never-asked", domainTransfer("approve", name, ""), 2301)
	s.send("set-weak-authinfo", domainUpdate(name, "", "", withAuth("domain", "2fooBAR")), 2202)
	s.send("lock-and-set", domainUpdate(name, status("domain", "clientTransferProhibited"), "", auth), 1000)
	s.as("registrar-b").send("request-locked", domainTransfer("request", name, auth), 2304)
	s.as("registrar-a").send("unlock", domainUpdate(name, "", status("domain", "clientTransferProhibited"), ""), 1000)
	s.send("request-own", domainTransfer("request", name, auth), 2106)
	s.as("registrar-b").send("verify", command(object("info", "domain", el("domain:name", name)+auth)), 1000)
	s.send("request-wrong-authinfo", domainTransfer("request", name, withAuth("domain", strongAuthInfo+"x")), 2202)
	s.send("request-empty-authinfo", domainTransfer("request", name, withAuth("domain", "")), 2202)
	s.send("request-ten-years", domainTransfer("request", name, years(10)+auth), 2306)
	s.wantFunds(fundsB)

	s.at("2026-01-02T00:00:00Z")
	asked := data[*epp.TransferData](t, s.send("request", domainTransfer("request", name, years(1)+auth), 1001))
	if !asked.AcDate.Equal(asked.ReDate.Add(5 * day)) {
		t.Errorf("acDate %v is not five days after reDate %v", asked.AcDate, asked.ReDate)
	}
	s.wantFunds(fundsB - 1000)
	s.send("request-again", domainTransfer("request", name, auth), 2300)
	s.as("registrar-c").send("request-by-another", domainTransfer("request", name, auth), 2300)
	s.send("approve-as-stranger", domainTransfer("approve", name, ""), 2201)
	s.as("registrar-a").send("cancel-as-losing", domainTransfer("cancel", name, ""), 2201)
	s.ackNext("requested")
	s.send("info-pending", domainInfo(name), 1000)
	s.send("host-info-pending", hostInfo(host), 1000)
	s.send("update-pending", domainUpdate(name, status("domain", "clientHold"), "", ""), 2304)
	s.send("renew-pending", domainRenew(name, "2028-01-01", years(1)), 2304)
	s.send("delete-pending", domainDelete(name), 2304)
	s.send("query-as-losing", domainTransfer("query", name, ""), 1000)
	s.as("registrar-b").send("approve-as-gaining", domainTransfer("approve", name, ""), 2201)

	s.at("2026-01-03T00:00:00Z").as("registrar-a").send("reject", domainTransfer("reject", name, ""), 1000)
	s.ackNext("rejected-losing")
	s.send("info-rejected", domainInfo(name), 1000)
	s.as("registrar-b").wantFunds(fundsB)
	s.ackNext("requested-gaining")
	s.ackNext("rejected-gaining")
	s.send("query-rejected", domainTransfer("query", name, ""), 1000)
	s.send("request-2", domainTransfer("request", name, auth), 1001)
	s.send("cancel", domainTransfer("cancel", name, ""), 1000)
	s.wantFunds(fundsB)
	s.send("cancel-again", domainTransfer("cancel", name, ""), 2301)

	s.send("request-3", domainTransfer("request", name, auth), 1001)
	s.at("2026-01-04T00:00:00Z").as("registrar-a").send("approve", domainTransfer("approve", name, ""), 1000)
	s.wantFunds(fundsA)
	s.send("info-as-losing", domainInfo(name), 1000)
	s.send("update-as-losing", hostUpdate(host, v4("208.77.190.206"), "", ""), 2201)
	s.as("registrar-b").wantFunds(fundsB - 1000)
	info := data[*epp.DomainInfoData](t, s.send("info-as-gaining", domainInfo(name), 1000))
	if info.ClID != "registrar-b" || info.AuthInfo != nil || !info.ExDate.Equal(info.CrDate.AddDate(3, 0, 0)) {
		t.Errorf("after the transfer: %+v", info)
	}
	s.send("host-info-as-gaining", hostInfo(host), 1000)
	s.send("request-used-up", domainTransfer("request", name, auth), 2106)
	s.as("registrar-a").send("authinfo-used-up", domainTransfer("request", name, auth), 2202)
	s.eventually(t, name, delegation...)
	s.as("registrar-b")
	for range 4 {
		s.ackNext("gaining")
	}
	s.send("poll-none", poll(), 1300)

	// A delete within the grace period of the transfer gives back what it cost.
	s.send("undelegate", domainUpdate(name, "", "<domain:ns>"+el("domain:hostObj", host)+"</domain:ns>", ""), 1000)
	s.send("host-delete", hostDelete(host), 1000)
	s.send("delete-in-grace", domainDelete(name), 1001)
	s.wantFunds(fundsB)
	s.as("registrar-a").send("request-deleted", domainTransfer("request", name, auth), 2202)
	s.eventually(t, name)
}

// TestTransferWithoutAnswer: the losing registrar says nothing, in a zone whose
// transfers add a year and in one where they do not (rows B-136 to B-138).
func TestTransferWithoutAnswer(t *testing.T) {
	t.Parallel()
	s := newStory(t, "transfer-unanswered", "2026-01-01T00:00:00Z")
	s.send("contact-create", genuineContact("al-holder").create(), 1000)
	auth := withAuth("domain", strongAuthInfo)
	for _, name := range []string{"miami.example", "miami.extension"} {
		s.send("create", newDomain{name: name, registrant: "al-holder", authInfo: auth}.create(), 1000)
	}
	fundsA, fundsB := s.funds(), s.as("registrar-b").funds()
	s.at("2026-03-01T00:00:00Z")
	s.send("request-with-a-year", domainTransfer("request", "miami.extension", years(1)+auth), 2306)
	asked := map[string]*epp.TransferData{}
	for _, name := range []string{"miami.example", "miami.extension"} {
		asked[name] = data[*epp.TransferData](t, s.send("request", domainTransfer("request", name, auth), 1001))
		s.set(t, asked[name].AcDate.Add(-time.Minute))
		s.send("query-a-minute-before", domainTransfer("query", name, ""), 1000)
		s.as("registrar-a").send("info-a-minute-before", domainInfo(name), 1000)
		s.as("registrar-b").set(t, asked[name].AcDate)
		info := data[*epp.DomainInfoData](t, s.send("info-at-the-instant", domainInfo(name), 1000))
		if info.ClID != "registrar-b" || !info.TrDate.Equal(asked[name].AcDate) {
			t.Errorf("%s: transferred %v to %s, due was %v", name, info.TrDate, info.ClID, asked[name].AcDate)
		}
		end := data[*epp.TransferData](t, s.send("query-afterwards", domainTransfer("query", name, ""), 1000))
		if !end.AcDate.Equal(asked[name].AcDate) {
			t.Errorf("%s: acDate %v, due was %v", name, end.AcDate, asked[name].AcDate)
		}
		s.as("registrar-a").send("reject-too-late", domainTransfer("reject", name, ""), 2301)
		s.ackNext("requested")
		s.ackNext("approved")
		s.as("registrar-b").ackNext("requested")
		s.ackNext("approved")
	}
	s.wantFunds(fundsB - 1000) // for miami.example alone
	s.as("registrar-a").wantFunds(fundsA)

	// Both were renewed on the first of January. In example the transfer's year takes the
	// place of that renewal, which is given back; in extension there is none to do so.
	s.at("2028-01-15T00:00:00Z")
	fundsB = s.as("registrar-b").funds()
	for _, name := range []string{"miami.example", "miami.extension"} {
		before := data[*epp.DomainInfoData](t, s.send("info-renewed", domainInfo(name), 1000))
		s.send("set-authinfo", domainUpdate(name, "", "", auth), 1000)
		s.as("registrar-a").send("request-back", domainTransfer("request", name, auth), 1001)
		s.as("registrar-b").send("approve-back", domainTransfer("approve", name, ""), 1000)
		after := data[*epp.DomainInfoData](t, s.send("info-back", domainInfo(name), 1000))
		if !after.ExDate.Equal(before.ExDate) || after.ClID != "registrar-a" {
			t.Errorf("%s: until %v with %s, was %v", name, after.ExDate, after.ClID, before.ExDate)
		}
	}
	s.wantFunds(fundsB + 1000)
	s.as("registrar-a").wantFunds(fundsA - 1000)
}

// TestTransferInAutoRenewGrace: the transfer's year takes the place of the renewal.
func TestTransferInAutoRenewGrace(t *testing.T) {
	t.Parallel()
	s := newStory(t, "transfer-renewed", "2026-01-01T00:00:00Z")
	const name = "miami.example"
	auth := withAuth("domain", strongAuthInfo)
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	s.send("create", newDomain{name: name, registrant: "al-holder", authInfo: auth}.create(), 1000)
	fundsA := s.funds()
	s.at("2027-02-01T00:00:00Z")
	s.wantFunds(fundsA - 1000)
	before := data[*epp.DomainInfoData](t, s.send("info-renewed", domainInfo(name), 1000))
	fundsB := s.as("registrar-b").funds()
	s.send("request", domainTransfer("request", name, auth), 1001)
	s.as("registrar-a").send("approve", domainTransfer("approve", name, ""), 1000)
	s.wantFunds(fundsA)
	s.as("registrar-b").wantFunds(fundsB - 1000)
	after := data[*epp.DomainInfoData](t, s.send("info-transferred", domainInfo(name), 1000))
	if !after.ExDate.Equal(before.ExDate) {
		t.Errorf("the registration ends %v, was %v", after.ExDate, before.ExDate)
	}
}

// TestContactTransfer: a contact goes without its domains, and a proxy not at all.
func TestContactTransfer(t *testing.T) {
	t.Parallel()
	s := newStory(t, "transfer-contact", "2026-01-01T00:00:00Z")
	holder := goodContact("al-holder")
	holder.authInfo = el("contact:pw", strongAuthInfo)
	auth := withAuth("contact", strongAuthInfo)
	s.send("contact-create", holder.create(), 1000)
	s.send("create", newDomain{name: "miami.example", registrant: "al-holder"}.create(), 1000)
	s.send("query-never-asked", contactTransfer("query", "al-holder", ""), 2301)
	s.as("registrar-b").send("query-as-stranger", contactTransfer("query", "al-holder", ""), 2201)
	s.send("request-without-authinfo", contactTransfer("request", "al-holder", ""), 2003)
	s.send("request-wrong-authinfo", contactTransfer("request", "al-holder", withAuth("contact", strongAuthInfo+"x")), 2202)
	s.send("request-unknown", contactTransfer("request", "al-nobody", auth), 2303)
	s.send("request", contactTransfer("request", "al-holder", auth), 1001)
	s.as("registrar-a").ackNext("requested")
	s.send("update-pending", contactUpdate("al-holder", "", "", el("contact:email", "new@mail.example"), ""), 2304)
	s.send("info-pending", contactInfo("al-holder"), 1000)
	s.send("reject", contactTransfer("reject", "al-holder", ""), 1000)
	s.as("registrar-b").send("request-2", contactTransfer("request", "al-holder", auth), 1001)
	s.send("cancel", contactTransfer("cancel", "al-holder", ""), 1000)
	asked := data[*epp.TransferData](t, s.send("request-3", contactTransfer("request", "al-holder", auth), 1001))
	s.set(t, asked.AcDate.Add(-time.Minute))
	s.send("query-a-minute-before", contactTransfer("query", "al-holder", ""), 1000)
	s.set(t, asked.AcDate)
	info := data[*epp.ContactInfoData](t, s.send("info-at-the-instant", contactInfo("al-holder"), 1000))
	if info.ClID != "registrar-b" || !info.TrDate.Equal(asked.AcDate) || info.AuthInfo != nil {
		t.Errorf("after the transfer: %+v", info)
	}
	s.as("registrar-a").send("info-as-losing", contactInfo("al-holder"), 2201)
	s.send("domain-keeps-it", domainInfo("miami.example"), 1000)

	proxy := goodContact("px-holder")
	proxy.authInfo = el("contact:pw", strongAuthInfo)
	proxy.kind = kindCreate("proxy", el("kind:realContact", "al-real"))
	s.send("real-create", genuineContact("al-real").create(), 1000)
	s.send("proxy-create", proxy.create(), 1000)
	s.as("registrar-b").send("request-proxy", contactTransfer("request", "px-holder", auth), 2305)
}
