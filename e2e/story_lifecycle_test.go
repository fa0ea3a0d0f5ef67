package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"cadastre/epp"
)

// wantRGP checks which grace period statuses info shows of a name.
func (s *story) wantRGP(name string, want ...string) *reply {
	s.t.Helper()
	r := s.send("info", domainInfo(name), 1000)
	if got := rgpIn(r); !slices.Equal(got, want) {
		s.t.Errorf("after step %d %s is in %v, want %v", s.step, name, got, want)
	}
	return r
}

// wantAgain checks that info shows a domain as it was, but for the last change.
func (s *story) wantAgain(before *reply, name string) {
	s.t.Helper()
	after := s.wantRGP(name)
	was, is := *data[*epp.DomainInfoData](s.t, before), *data[*epp.DomainInfoData](s.t, after)
	signed, _ := epp.FindExtension[*epp.SecDNSInfoData](before.Extensions)
	signedStill, _ := epp.FindExtension[*epp.SecDNSInfoData](after.Extensions)
	if diff := cmp.Diff(signed, signedStill); diff != "" {
		s.t.Errorf("after step %d %s is signed otherwise (-before +after):\n%s", s.step, name, diff)
	}
	was.UpDate, was.UpID, is.UpDate, is.UpID = time.Time{}, "", time.Time{}, ""
	if diff := cmp.Diff(was, is); diff != "" {
		s.t.Errorf("after step %d %s is not what it was (-before +after):\n%s", s.step, name, diff)
	}
}

// deleteNow deletes a name that is not gone at once and gives the instant.
func (s *story) deleteNow(name string) time.Time {
	s.t.Helper()
	s.send("delete", domainDelete(name), 1001)
	return data[*epp.DomainInfoData](s.t, s.wantRGP(name, epp.RGPRedemptionPeriod)).UpDate
}

// says checks the text of the oldest message, and acknowledges it.
func (s *story) says(what, part string) {
	s.t.Helper()
	r := s.send("poll-"+what, poll(), 1301)
	if r.MsgQ == nil || !strings.Contains(r.MsgQ.Msg, part) {
		s.t.Fatalf("the message does not say %q: %s", part, r.frame)
	}
	s.send("ack-"+what, ack(r.MsgQ.ID), 1000)
}

// TestRestore tells how a deleted domain comes back (RFC 3915, Section 2): as it was,
// with its contacts, hosts, statuses and DNS, at the price of a registration.
func TestRestore(t *testing.T) {
	t.Parallel()
	s := newStory(t, "restore", "2026-01-01T00:00:00Z")
	const name = "phoenix.example"
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	s.send("host-create", hostCreate("ns1.dns.icann"), 1000)
	s.send("host-create", hostCreate("ns2.dns.icann"), 1000)
	signer := strings.Repeat("AB", 32)
	s.send("create", with(newDomain{
		name: name, period: years(1), hosts: []string{"ns1.dns.icann", "ns2.dns.icann"}, registrant: "al-holder",
		contacts: `<domain:contact type="tech">al-holder</domain:contact>`,
	}.create(), secDNS("create", dsData(4711, 13, 2, signer, ""))), 1000)
	shown := name + ". DS 3600 4711 13 2 " + signer
	s.send("restore-what-is-not-deleted", restoreRequest(name), 2304)
	s.at("2026-05-29T00:00:00Z")
	s.send("lock", domainUpdate(name, status("domain", "clientTransferProhibited"), "", ""), 1000)
	funds := s.funds()
	s.send("renew", domainRenew(name, "2027-01-01", years(2)), 1000)
	s.wantRGP(name, epp.RGPRenewPeriod)
	s.at("2026-06-01T00:00:00Z")
	before := s.wantRGP(name, epp.RGPRenewPeriod)
	s.eventually(t, name, name+". NS ns1.dns.icann.", name+". NS ns2.dns.icann.")
	s.zoneShows(t, name, dns.TypeDS, shown)

	s.deleteNow(name)
	s.wantFunds(funds) // the renewal is given back
	s.eventually(t, name)
	s.send("contact-in-use", contactDelete("al-holder"), 2305)
	s.send("host-in-use", hostDelete("ns1.dns.icann"), 2305)
	s.send("report-unasked", restoreReport(name), 2304)
	s.as("registrar-b").send("restore-of-another", restoreRequest(name), 2201)
	s.as("registrar-a")

	s.at("2026-06-03T00:00:00Z")
	s.send("restore-and-more", extended(object("update", "domain", el("domain:name", name)+"<domain:add>"+status("domain", "clientHold")+"</domain:add>"),
		`<rgp:update xmlns:rgp="`+epp.NSRGP+`"><rgp:restore op="request"/></rgp:update>`), 2306)
	s.send("request-with-report", restoring(name, `<rgp:restore op="request">`+report("No.")+`</rgp:restore>`), 2306)
	s.send("report-without-report", restoring(name, `<rgp:restore op="report"/>`), 2003)
	s.send("request", restoreRequest(name), 1000)
	s.wantFunds(funds - 1000)
	s.wantRGP(name, epp.RGPPendingRestore)
	s.eventually(t, name)
	s.send("request-again", restoreRequest(name), 2304)
	s.send("update-meanwhile", domainUpdate(name, status("domain", "clientHold"), "", ""), 2304)
	s.send("empty-reason", restoring(name, `<rgp:restore op="report">`+report(" ")+`</rgp:restore>`), 2003)
	s.as("registrar-b").send("report-of-another", restoreReport(name), 2201)

	s.as("registrar-a").send("report", restoreReport(name), 1000)
	s.wantFunds(funds - 3000) // the restore, and the two years that were given back
	s.wantAgain(before, name)
	s.eventually(t, name, name+". NS ns1.dns.icann.", name+". NS ns2.dns.icann.")
	s.zoneShows(t, name, dns.TypeDS, shown)
	s.send("corrected-report", restoreReport(name), 1000)
	s.at("2026-06-10T01:00:00Z")
	s.send("correction-too-late", restoreReport(name), 2304)
	s.wantFunds(funds - 3000)
	s.keepsReport(name, "Ticket 4711")
}

// keepsReport looks for the text of a report in the history of a name.
func (s *story) keepsReport(name, text string) {
	s.t.Helper()
	entries, err := s.store.History(s.t.Context(), "domain", name)
	if err != nil {
		s.t.Fatal(err)
	}
	n := 0
	for _, e := range entries {
		if strings.Contains(string(e.State), text) {
			n++
		}
	}
	if n != 2 {
		s.t.Errorf("%d lines of the history hold the report, want the first and the corrected one", n)
	}
}

// TestRestoreOverYears restores after the day of expiry, on a leap day's anniversary:
// the year that ended is charged, and the dates are what they would have been.
func TestRestoreOverYears(t *testing.T) {
	t.Parallel()
	s := newStory(t, "restore-years", "2028-02-29T12:00:00Z")
	const name, long = "leap.example", "long.extension"
	s.send("contact-create", genuineContact("al-real").create(), 1000)
	s.send("create", newDomain{name: name, registrant: "al-real"}.create(), 1000)
	s.send("create-extension", newDomain{name: long, registrant: "al-real", period: years(2)}.create(), 1000)
	funds := s.funds()
	s.at("2029-02-20T12:00:00Z")
	s.deleteNow(name)
	s.wantFunds(funds)
	s.at("2029-03-10T12:00:00Z")
	s.send("request", restoreRequest(name), 1000)
	s.wantFunds(funds - 1000)
	s.send("report", restoreReport(name), 1000)
	s.wantFunds(funds - 2000)
	if d := data[*epp.DomainInfoData](t, s.wantRGP(name)); d.ExDate.Format(time.DateOnly) != "2030-02-28" {
		t.Errorf("it expires %v", d.ExDate)
	}

	// A zone of 180 days: the last instant of redemption, and the first after it (B-108, B-109).
	s.at("2029-04-01T12:00:00Z")
	deleted := s.deleteNow(long)
	s.set(t, deleted.Add(180*day-time.Minute))
	s.send("request-at-the-end", restoreRequest(long), 1000)
	s.send("report-at-the-end", restoreReport(long), 1000)
	s.wantFunds(funds - 3000)
	s.at("2029-10-01T12:00:00Z")
	deleted = s.deleteNow(long)
	s.at("2030-03-01T12:00:00Z") // leap.example is renewed first: what falls due in one step is told in any order
	s.set(t, deleted.Add(180*day))
	s.world()
	s.wantRGP(long, epp.RGPPendingDelete)
	s.says("expires", "leap.example expires on 2029-02-28T12:")
	s.says("renewed", "leap.example was renewed automatically until 2031-02-28")
	s.says("redemption-over", "can no longer be restored")
	s.send("request-too-late", restoreRequest(long), 2304)
	s.send("report-too-late", restoreReport(long), 2304)
	s.set(t, deleted.Add(185*day))
	s.world()
	s.send("request-purged", restoreRequest(long), 2303)
	s.wantFunds(funds - 4000) // leap.example was renewed once more
	s.send("create-again", newDomain{name: long, registrant: "al-real"}.create(), 1000)
	r := s.wantRGP(long, epp.RGPAddPeriod)
	s.send("renew-new", domainRenew(long, data[*epp.DomainInfoData](t, r).ExDate.Format(time.DateOnly), years(1)), 1000)
	s.wantRGP(long, epp.RGPAddPeriod, epp.RGPRenewPeriod)
	s.wantFunds(funds - 6000)
	s.send("delete-new", domainDelete(long), 1000)
	s.wantFunds(funds - 4000)
}

// TestRestoreLapses lets the time for the report pass, within redemption and beyond its
// end: pending delete is never shorter for it (RFC 3915, Section 2, step 6).
func TestRestoreLapses(t *testing.T) {
	t.Parallel()
	s := newStory(t, "restore-lapses", "2026-01-01T00:00:00Z")
	const name = "lapse.example"
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	s.send("create", newDomain{name: name, registrant: "al-holder"}.create(), 1000)
	s.at("2026-02-01T00:00:00Z")
	funds := s.funds()
	deleted := s.deleteNow(name)
	s.set(t, deleted.Add(2*day))
	s.send("request-and-sign", with(domainUpdate(name, "", "", ""),
		`<rgp:update xmlns:rgp="`+epp.NSRGP+`"><rgp:restore op="request"/></rgp:update>`,
		secDNS("update", "<secDNS:add>"+dsData(1, 13, 2, strings.Repeat("AB", 32), "")+"</secDNS:add>")), 2306)
	s.send("request", restoreRequest(name), 1000)
	asked := data[*epp.DomainInfoData](t, s.wantRGP(name, epp.RGPPendingRestore)).UpDate
	s.set(t, asked.Add(7*day))
	s.world()
	s.wantRGP(name, epp.RGPRedemptionPeriod)
	s.says("lapsed", "no restore report came in time, the restore is off; it can be restored until 2026-03-03T00:")
	s.send("report-lapsed", restoreReport(name), 2304)

	s.set(t, deleted.Add(30*day-time.Minute))
	s.send("request-again", restoreRequest(name), 1000)
	s.wantFunds(funds - 2000)
	asked = data[*epp.DomainInfoData](t, s.wantRGP(name, epp.RGPPendingRestore)).UpDate
	s.set(t, deleted.Add(35*day)) // it would have been purged
	s.wantRGP(name, epp.RGPPendingRestore)
	s.send("check-meanwhile", domainCheck(name), 1000)
	s.send("create-meanwhile", newDomain{name: name, registrant: "al-holder"}.create(), 2302)
	s.set(t, asked.Add(7*day))
	s.world()
	s.wantRGP(name, epp.RGPPendingDelete)
	s.says("lapsed-again", "can no longer be restored and is purged on 2026-03-1")
	s.says("redemption-over", "the redemption period is over")
	s.send("restore-too-late", restoreRequest(name), 2304)
	s.set(t, asked.Add(12*day-time.Minute))
	s.send("check-before", domainCheck(name), 1000)
	s.send("create-before", newDomain{name: name, registrant: "al-holder"}.create(), 2302)
	s.set(t, asked.Add(12*day))
	s.world()
	s.send("info-purged", domainInfo(name), 2303)
	s.says("purged", "was purged and is free")
	s.wantFunds(funds - 2000)
	s.send("create-after", newDomain{name: name, registrant: "al-holder"}.create(), 1000)
}
