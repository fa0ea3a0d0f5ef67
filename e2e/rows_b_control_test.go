package e2e

import (
	"strings"
	"testing"
	"time"
)

// proxies: who is behind a proxy counts.
func (r *registering) proxies(t *testing.T) {
	for _, c := range []newContact{
		identified("real-1", "UIDR1"), identified("real-2", "UIDR2"), goodContact("real-3"),
		proxyContact("proxy-1", "real-1"), proxyContact("proxy-2", "real-2"), proxyContact("proxy-3", "real-3"),
	} {
		r.contact(t, r.ta, c)
	}
	const target = "behind.trips"
	r.approve(t, target, "UIDR1", "")
	by := func(contact string) string { return newDomain{name: target, registrant: contact}.create() }
	r.ta.do(t, by("proxy-2")).want(t, 2308).wantReason(t, "UIDR2")
	r.ta.do(t, register(target, "proxy-2", "UIDR1")).want(t, 2202)
	r.ta.do(t, register(target, "real-2", "UIDR1")).want(t, 2202)
	r.ta.do(t, register(target, "proxy-3", "UIDR1")).want(t, 2202)
	r.ta.do(t, register(target, "proxy-1", "UIDR2")).want(t, 2202)
	r.ta.do(t, by("proxy-1")).want(t, 1000)
	// Of a real contact without an identifier it is the contact's id.
	r.approve(t, "unnumbered.trips", "real-3", "")
	r.ta.do(t, newDomain{name: "unnumbered.trips", registrant: "proxy-3"}.create()).want(t, 1000)
	// The proxy cannot be hung before somebody else later.
	r.ta.do(t, kindChange("proxy-1", "", el("kind:realContact", "real-2"))).want(t, 2308).wantReason(t, "Trips Board")
	// Nor come out from behind itself, nor the one behind it become somebody else.
	r.ta.do(t, kindChange("proxy-1", "real", "<kind:realContact/>")).want(t, 2308).wantReason(t, "Trips Board")
	r.ta.do(t, kindChange("real-1", "", el("kind:identifier", "UIDR2"))).want(t, 2308).wantReason(t, "Trips Board")
	r.ta.do(t, contactInfo("proxy-1")).want(t, 1000).wantReason(t, "<kind:realContact>real-1<")
	r.ta.do(t, contactInfo("real-1")).want(t, 1000).wantReason(t, "<kind:identifier>UIDR1<")
}

// changesOfControl: a name does not come to somebody without approval after its
// registration either.
func (r *registering) changesOfControl(t *testing.T) {
	for _, c := range []newContact{identified("alice-1", "UIDA"), identified("alice-2", "uida"), identified("bob-1", "UIDB"), goodContact("cleo-1")} {
		r.contact(t, r.ta, c)
	}
	const target = "moving.trips"
	r.approve(t, target, "UIDA", "")
	r.approve(t, target, "UIDD", "")
	r.ta.do(t, register(target, "alice-1", "UIDA")).want(t, 1000)
	r.ta.do(t, registrant(target, "bob-1")).want(t, 2308).wantAll(t, "Trips Board", "UIDB")
	r.ta.do(t, registrant(target, "cleo-1")).want(t, 2308).wantReason(t, "Trips Board")
	r.ta.do(t, registrant(target, "alice-2")).want(t, 1000)
	r.ta.do(t, domainInfo(target)).want(t, 1000).wantReason(t, "<domain:registrant>alice-2<")
	// Neither can the contact become somebody else.
	for _, inside := range []string{el("kind:identifier", "UIDB"), "<kind:identifier/>"} {
		r.ta.do(t, kindChange("alice-2", "", inside)).want(t, 2308).wantReason(t, "Trips Board")
	}
	r.ta.do(t, contactInfo("alice-2")).want(t, 1000).wantReason(t, "<kind:identifier>uida<")
	r.ta.do(t, kindChange("alice-1", "", el("kind:identifier", "UIDC"))).want(t, 1000) // it has no name any more
	// To somebody who has an approval too it can go.
	r.contact(t, r.ta, identified("dora-1", "UIDD"))
	r.ta.do(t, registrant(target, "dora-1")).want(t, 1000)
	// A policy can bind at the registration only.
	r.approve(t, "once.domains", "UIDA", "")
	r.ta.do(t, register("once.domains", "alice-2", "UIDA")).want(t, 1000)
	r.ta.do(t, registrant("once.domains", "bob-1")).want(t, 1000)
}

// redemption: a name in redemption counts as registered, so its entry is kept past
// its time, and the name is restored without another approval; when the name is
// gone, so is the entry.
func (r *registering) redemption(t *testing.T) {
	const target, name = "brief.domains", "uid1.146.brief.domains.valid.zone"
	r.logInAgain(t)
	r.approve(t, target, "UID1", "")
	r.approve(t, "brief-unused.domains", "UID1", "")
	r.ta.do(t, register(target, "owner-a", "UID1")).want(t, 1000)
	day := func(n int) time.Time { return time.Date(2026, 11, 21+n, 2, 0, 0, 0, time.UTC) }
	r.at(t, day(6))
	r.ta.do(t, domainDelete(target)).want(t, 1001)
	r.ta.do(t, domainInfo(target)).want(t, 1000).wantReason(t, `s="pendingDelete"`)
	r.at(t, day(12)) // the entry lived ten days
	r.absent(t, "uid1.146.brief-unused.domains.valid.zone")
	if text := r.published(t, name); !strings.Contains(text, "until=2026-12-01T") {
		t.Errorf("TXT %q", text)
	}
	r.ta.do(t, restoreRequest(target)).want(t, 1000)
	r.ta.do(t, restoreReport(target)).want(t, 1000)
	r.ta.do(t, domainInfo(target)).want(t, 1000).wantReason(t, `s="inactive"`)
	r.published(t, name)
	r.ta.do(t, domainDelete(target)).want(t, 1001)
	r.at(t, day(48)) // thirty days of redemption, five of pending delete
	r.ta.do(t, domainInfo(target)).want(t, 2303)
	r.absent(t, name)
}
