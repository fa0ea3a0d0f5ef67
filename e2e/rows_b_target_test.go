package e2e

import (
	"fmt"
	"strings"
	"testing"

	"cadastre/epp"
)

// targetRules are the policies of the rows about registering at the target registry.
func targetRules() rules {
	return rules{policies: []string{
		ruledBy("who-rules", "valid.zone", `{"registrant": "UID2"}`),
		ruledBy("who-hand", "valid.zone", `{"registrant": "ALICE"}`, `"verifiers": [{"type": "manual"}]`),
		ruledBy("exist", "valid.zone", wordBelow("domains", "exist"), `"compare": "existence"`),
		ruledBy("recorded", "valid.zone", wordBelow("domains", "recorded")),
		ruledBy("kept", "valid.zone", wordBelow("domains", "kept"), `"forms": ["{domain}"]`, `"account": "seattle-board"`),
		ruledBy("once", "valid.zone", wordBelow("domains", "once"), `"binds": "registration"`),
		ruledBy("brief", "valid.zone", wordBelow("domains", "brief"), `"life": "10d"`, `"prune": "minute"`),
		ruledBy("by-local", "valid.zone", wordBelow("domains", "bylocal"), `"forms": ["{domain}"]`, `"via": "local"`),
		ruledBy("by-dns", "valid.zone", wordBelow("domains", "bydns"), `"forms": ["{domain}"]`, `"via": "dns"`),
		ruledBy("by-epp", "valid.zone", wordBelow("domains", "byepp"), `"forms": ["{domain}"]`, `"via": "epp"`, `"account": "seattle-board"`),
		ruledBy("by-nobody", "valid.zone", wordBelow("domains", "bynobody"), `"via": "epp"`, `"account": "nobody-here"`),
	}}
}

// registering is the world of the rows about registering at the target registry.
type registering struct {
	*ruledWorld
	whole  testing.TB // the test that the processes live as long as
	a, b   *session   // registrars at the whitelist registry
	ta, tb *session   // the same at the target registry
}

// TestRowsBTarget shows what the target registry does with a registration (C-87 to
// C-109), and what must not become a way around it, in both forms.
func TestRowsBTarget(t *testing.T) {
	t.Parallel()
	const at = "2026-11-21T00:00:00Z"
	for form, start := range map[string]func(testing.TB, string, rules) *ruledWorld{"two": ruledTwo, "combined": ruledOne} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			w := start(t, at, targetRules())
			r := &registering{ruledWorld: w, whole: t}
			r.logIn(t)
			r.rowsOfTheRequest(t)
			r.rowsOfTheQuestion(t)
			r.rowsOfDenial(t)
			r.rowsOfTheRecord(t)
			r.rowsOfSuccess(t)
			t.Run("X-11", r.proxies)
			t.Run("X-12", r.changesOfControl)
			t.Run("C-109", r.forgery)
			t.Run("C-108", r.outage)
			t.Run("X-13", r.redemption)
			w.checkWorlds(t)
		})
	}
}

// logIn opens the sessions, and makes the registrants.
func (r *registering) logIn(t testing.TB) {
	t.Helper()
	r.a, r.b = r.whitelist.login(t, "registrar-a"), r.whitelist.login(t, "registrar-b")
	r.ta, r.tb = r.target.login(t, "registrar-a"), r.target.login(t, "registrar-b")
	r.contact(t, r.ta, goodContact("owner-a"))
	r.contact(t, r.tb, goodContact("owner-b"))
}

// approve applies by registrar-a, and waits until every name is published.
func (r *registering) approve(t testing.TB, target, registrant, token string) {
	t.Helper()
	frame := apply(target, registrant)
	if token != "" {
		frame = applyProving(target, registrant, token)
	}
	for _, name := range r.a.do(t, frame).want(t, 1000).values("preapproval:name") {
		r.published(t, name)
	}
}

// rowsOfTheRequest: what is asked for, and what needs no question.
func (r *registering) rowsOfTheRequest(t *testing.T) {
	t.Run("C-87", func(t *testing.T) {
		for i, extension := range []string{
			preapproval("", registrantID("UID1", "", "")), preapproval("register", registrarID("146")),
			preapproval("", registrantID("UID1", "passport", "C01X00T47")+registrarID("146")),
		} {
			r.ta.do(t, newDomain{name: fmt.Sprintf("free-%d.example", i), registrant: "owner-a"}.with(extension)).want(t, 1000)
		}
		r.ta.do(t, newDomain{name: "free-9.example", registrant: "owner-a"}.create()).want(t, 1000)
		// Under control the registrant is needed; who the registrar is, the session says.
		r.approve(t, "request.trips", "UID1", "")
		only := newDomain{name: "request.trips", registrant: "owner-a"}
		r.ta.do(t, only.create()).want(t, 2003)
		r.ta.do(t, only.with(preapproval("", registrarID("146")))).want(t, 2003)
		r.ta.do(t, only.with(preapproval("", registrantID("UID1", "", "")+registrarID("147")))).want(t, 2201)
		r.ta.do(t, only.with(preapproval("", registrantID("UID1", "library", "1")))).want(t, 2005)
		if !r.combined() { // each registry takes its own commands only
			r.ta.do(t, apply("other.trips", "UID1")).want(t, 2306)
			r.a.do(t, newDomain{name: "request.trips"}.with(preapproval("register", registrantID("UID1", "", "")))).want(t, 2306)
		}
		r.ta.do(t, only.with(preapproval("", registrantID("UID1", "", "")+registrarID("146")))).want(t, 1000)
	})
	t.Run("C-88", func(t *testing.T) {
		r.approve(t, "Miami.trips", "UID1", "")
		r.ta.do(t, register("Miami.trips", "owner-a", "UID1")).want(t, 1000)
		r.wantTraces(t, r.watch(t, func() {
			taken := r.ta.do(t, register("Miami.trips", "owner-a", "UID1")).want(t, 2302)
			r.tb.do(t, register("miami.trips", "owner-b", "UID7")).want(t, 2302)
			r.ta.do(t, newDomain{name: "miami.trips", registrant: "owner-a"}.create()).want(t, 2302)
			if strings.Contains(string(taken.frame), "pre-approval") {
				t.Errorf("a registered name is refused for another reason\n%s", taken.frame)
			}
		}), "")
		check := data[*epp.DomainCheckData](t, r.ta.do(t, domainCheck("miami.trips", "nobodys.trips")).want(t, 1000))
		if check.Results[0].Avail || !check.Results[1].Avail {
			t.Errorf("check: %+v", check.Results)
		}
	})
	t.Run("C-89", func(t *testing.T) {
		r.wantTraces(t, r.watch(t, func() {
			r.ta.do(t, register("uncontrolled.example", "owner-a", "UID1")).want(t, 1000)
		}), "")
		// The name is not under control, but who wants it.
		r.wantTraces(t, r.watch(t, func() {
			r.ta.do(t, register("by-who.example", "owner-a", "UID2")).want(t, 2308).wantAll(t, "Board of who-rules", "who-rules")
		}), r.usual(), "uid2.146.by-who.example.valid.zone")
		r.approve(t, "by-who.example", "UID2", "")
		r.ta.do(t, register("by-who.example", "owner-a", "UID2")).want(t, 1000)
	})
}

// rowsOfTheQuestion: which names are asked for, and how.
func (r *registering) rowsOfTheQuestion(t *testing.T) {
	t.Run("C-90", func(t *testing.T) {
		for target, names := range map[string][]string{
			"question.trips":             {"uid1.146.question.trips.valid.zone"},
			"question.management":        {"question.management.preapproved.works"},
			"question.seattle.community": {"uid1.question.seattle.community.valid.zone", "146.question.seattle.community.valid.zone"},
		} {
			r.wantTraces(t, r.watch(t, func() {
				r.ta.do(t, register(target, "owner-a", "UID1")).want(t, 2308)
			}), r.usual(), names...)
		}
	})
	t.Run("C-91", func(t *testing.T) {
		// A registry that is both can be told to ask itself over the network.
		for _, way := range []string{"local", "dns", "epp"} {
			if way != "local" || r.combined() {
				r.sameResults(t, way)
			}
		}
	})
	t.Run("C-97", func(t *testing.T) {
		r.approve(t, "kept-fetch.domains", "UID5439394", "")
		r.wantTraces(t, r.watch(t, func() {
			r.ta.do(t, register("kept-fetch.domains", "owner-a", "UID5439394")).want(t, 1000)
		}), r.usual(), "kept-fetch.domains.valid.zone")
	})
}

// sameResults is the suite of creates that gives the same whatever way is configured.
func (r *registering) sameResults(t *testing.T, way string) {
	target := "by" + way + ".domains"
	name := target + ".valid.zone"
	r.wantTraces(t, r.watch(t, func() {
		r.ta.do(t, register(target, "owner-a", "UID1")).want(t, 2308).wantAll(t, "Board of by-"+way, "by-"+way)
	}), way, name)
	r.approve(t, target, "UID1", "sesame")
	r.wantTraces(t, r.watch(t, func() {
		r.ta.do(t, newDomain{name: target, registrant: "owner-a"}.create()).want(t, 2003)
		r.ta.do(t, register(target, "owner-a", "UID1")).want(t, 2003)
		r.ta.do(t, proving(target, "owner-a", "UID7", "sesame")).want(t, 2202)
		r.tb.do(t, proving(target, "owner-b", "UID1", "sesame")).want(t, 2202)
		r.ta.do(t, proving(target, "owner-a", "UID1", "Sesame")).want(t, 2202)
		otherKind := preapproval("", registrantID("UID1", "password", "sesame"))
		r.ta.do(t, newDomain{name: target, registrant: "owner-a"}.with(otherKind)).want(t, 2202)
		r.ta.do(t, proving(target, "owner-a", "uid1", "sesame")).want(t, 1000)
	}), way, name)
	r.wantTraces(t, r.watch(t, func() {
		r.ta.do(t, proving(target, "owner-a", "UID1", "sesame")).want(t, 2302)
	}), "")
}
