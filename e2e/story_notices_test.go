package e2e

import (
	"encoding/json"
	"testing"
)

func maintInfo(inside string) string {
	return command(`<info><maint:info xmlns:maint="urn:ietf:params:xml:ns:epp:maintenance-1.0">` + inside + `</maint:info></info>`)
}

// TestNotices tells what registrars are told in good time: maintenance (RFC 9167) from its
// announcement to its end, and over years the domains that expire.
func TestNotices(t *testing.T) {
	t.Parallel()
	s := newStory(t, "notices", "2026-01-01T00:00:00Z")
	b := s.connect(t, "registrar-b")
	password, _, _ := s.endpoint().registrar("registrar-b")
	b.do(t, loginWith("registrar-b", password, "", []string{"domain", "epp:maintenance"})).want(t, 1000)
	s.sessions["registrar-b"] = b

	id := s.maintenance("add", "--system", "EPP@epp.registry.example=full", "--system", "DNS=none", "--zone", "example",
		"--start", "2026-02-01T06:00:00Z", "--end", "2026-02-01T07:00:00Z", "--name", "Upgrade of the database", "--type", "Software Update",
		"--description", "Sessions end at the start.", "--description", "de=Zu Beginn werden\n<alle> Sitzungen beendet.",
		"--environment", "custom:sandbox", "--detail", "https://www.registry.example/notice?id=1&lang=en", "--connection")
	s.as("registrar-b").ackNext("create")
	s.send("info", maintInfo(el("maint:id", id)), 1000)
	s.send("list", maintInfo("<maint:list/>"), 1000)
	s.send("info-of-none", maintInfo(el("maint:id", "2e6df9b0-4092-4491-bcc8-9fb2166dcee6")), 2303)
	s.at("2026-01-20T00:00:00Z")
	s.maintenance("change", id, "--end", "2026-02-01T08:00:00Z", "--implementation")
	s.ackNext("update")
	s.at("2026-01-31T05:00:00Z").send("poll-before-the-reminder", poll(), 1300)
	s.at("2026-01-31T06:00:00Z").ackNext("courtesy")
	s.at("2026-02-01T08:00:00Z").ackNext("end")
	s.send("list-after-the-end", maintInfo("<maint:list/>"), 1000)
	s.send("info-after-the-end", maintInfo(el("maint:id", id)), 1000)
	off := s.maintenance("add", "--system", "DNS=partial", "--reason", "emergency", "--start", "2026-02-01T06:00:00Z", "--end", "2026-02-03T00:00:00Z")
	s.ackNext("create-emergency")
	s.maintenance("cancel", off)
	s.ackNext("delete")
	s.send("info-of-a-cancelled", maintInfo(el("maint:id", off)), 2303)
	s.at("2026-03-01T00:00:00Z").send("poll-none", poll(), 1300)

	// Who did not choose the mapping is told in extValue (RFC 9038, Section 6).
	s.as("registrar-a").send("info-not-chosen", maintInfo(el("maint:id", id)), 2307)
	for _, what := range []string{"create", "update", "courtesy", "end", "create-emergency", "delete"} {
		s.ackNext(what + "-not-chosen")
	}

	const name = "soon.example"
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	s.send("create", newDomain{name: name, registrant: "al-holder"}.create(), 1000)
	s.at("2027-01-29T00:00:00Z").send("poll-before-the-notice", poll(), 1300)
	s.at("2027-01-30T01:00:00Z").says("expires", name+" expires on 2027-03-01T00:")
	s.at("2027-02-28T00:00:00Z").send("renew", domainRenew(name, "2027-03-01", years(1)), 1000)
	s.at("2027-12-01T00:00:00Z").send("poll-renewed", poll(), 1300)
	s.at("2028-02-01T00:00:00Z").says("expires-again", name+" expires on 2028-03-01T00:")
	s.at("2028-03-01T01:00:00Z").says("renewed", name+" was renewed automatically until 2029-03-01")
	cadastre(t, "zone", "set", "example", "--expiry-notice", "10d,90d,1d", "--dir", s.dir)
	s.at("2028-12-02T00:00:00Z").says("ninety-days", name+" expires on 2029-03-01T00:")
	s.at("2029-02-20T00:00:00Z").says("ten-days", name+" expires on 2029-03-01T00:")
	s.send("delete", domainDelete(name), 1001)
	s.at("2029-02-28T01:00:00Z").send("poll-deleted", poll(), 1300)
}

// maintenance runs a verb about maintenance and gives the id.
func (s *story) maintenance(args ...string) string {
	s.t.Helper()
	out := cadastre(s.t, append(append([]string{"maintenance"}, args...), "--dir", s.dir, "--json")...)
	var m struct{ ID string }
	if err := json.Unmarshal([]byte(out), &m); err != nil || m.ID == "" {
		s.t.Fatalf("maintenance %v: %v %s", args, err, out)
	}
	s.world()
	return m.ID
}
