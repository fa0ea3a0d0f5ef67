package e2e

import (
	"strings"
	"testing"

	"cadastre/epp"
)

func directRows(t *testing.T, x *rowsA) {
	t.Run("C-110", x.c110)
	t.Run("C-111", x.c111)
	t.Run("C-112", x.c112)
	t.Run("C-113", x.c113)
}

// announced tells the whitelist registry that a registrant applied to the
// Management Board itself, and returns the application.
func (x *rowsA) announced(t *testing.T, target, registrant string) document {
	t.Helper()
	status, app := x.rest(t, "manual-board", "POST", "/applications", document{
		"domain": target, "registrant": document{"id": registrant}, "registrar": document{"id": "146"},
	})
	if status != 201 {
		t.Fatalf("announcing %s: %d %v", target, status, app)
	}
	return app
}

// decide is the Management Board's decision over HTTPS.
func (x *rowsA) decide(t *testing.T, app document, decision string) document {
	t.Helper()
	status, out := x.rest(t, "manual-board", "POST", "/applications/"+app["application"].(string)+"/decision", document{"decision": decision})
	if status != 200 {
		t.Fatalf("deciding on %v: %d %v", app, status, out)
	}
	return out
}

// c110: a registrant applies to the verifier itself; no registrar applies, and the
// registrar can register.
func (x *rowsA) c110(t *testing.T) {
	app := x.announced(t, "alice.management", "alice")
	x.ta.do(t, register("alice.management", "owner-1", "alice")).want(t, 2308)
	x.decide(t, app, "approve")
	x.published(t, "alice.management.preapproved.works")
	x.ta.do(t, register("alice.management", "owner-1", "alice")).want(t, 1000)

	// Or it writes the entry itself, over EPP.
	v := x.whitelist.login(t, "trips-board")
	v.do(t, newDomain{name: "alice.146.direct.trips.valid.zone"}.create()).want(t, 1000)
	x.published(t, "alice.146.direct.trips.valid.zone")
	x.ta.do(t, register("direct.trips", "owner-1", "alice")).want(t, 1000)
}

// c111: what a verifier announces is held, and shown as coming from it.
func (x *rowsA) c111(t *testing.T) {
	const name = "bob.management.preapproved.works"
	app := x.announced(t, "bob.management", "bob")
	if app["status"] != "pending" || app["source"] != "verifier" || app["sponsor"] != "manual-board" {
		t.Errorf("the announcement is answered with %v", app)
	}
	var shown struct{ Status, Source, Sponsor string }
	x.whitelist.verb(t, &shown, "whitelist", "show", app["application"].(string))
	if shown.Status != "pending" || shown.Source != "verifier" || shown.Sponsor != "manual-board" {
		t.Errorf("it is shown as %+v", shown)
	}
	v := x.whitelist.login(t, "manual-board")
	r := v.do(t, domainInfo(name)).want(t, 1000).wantReason(t, "pendingCreate").wantReason(t, "serverHold")
	if d := data[*epp.DomainInfoData](t, r); d.ClID != "" && d.ClID != "manual-board" {
		t.Errorf("the name is sponsored by %q", d.ClID)
	}
	x.absent(t, name)
	x.b.do(t, apply("bob.management", "somebody")).want(t, 2302)
	x.decide(t, app, "deny")
	v.do(t, domainInfo(name)).want(t, 2303)
}

// c112: approval is told with the whitelist name, which is not the target name.
func (x *rowsA) c112(t *testing.T) {
	const target, name = "carol.management", "carol.management.preapproved.works"
	out := x.decide(t, x.announced(t, target, "carol"), "approve")
	if names, ok := out["names"].([]any); !ok || len(names) != 1 || names[0] != name || name == target {
		t.Errorf("the decision is answered with %v", out)
	}
	for r := x.a.nextMessage(t); ; r = x.a.nextMessage(t) { // registrar-a, who may register it now
		if strings.Contains(string(r.frame), target) && strings.Contains(string(r.frame), name) {
			break
		}
	}
	v := x.whitelist.login(t, "manual-board")
	told := v.toldOf(t, out["application"].(string)).wantReason(t, `paResult="1">carol.management<`)
	if n := told.value(t, "preapproval:name"); n != name {
		t.Errorf("the verifier is told of %s", n)
	}
}

// c113: a verifier writes under its own granted scope alone.
func (x *rowsA) c113(t *testing.T) {
	v := x.whitelist.login(t, "manual-board")
	v.do(t, newDomain{name: "stray.example.preapproved.works"}.with(preapproval("enter",
		el("preapproval:target", "stray.example")+registrantID("UID1", "", "")+registrarID("146")))).
		want(t, 2201).wantReason(t, "stray.example").wantReason(t, "manual-board")
	v.do(t, newDomain{name: "uid1.146.stray.trips.valid.zone"}.create()).want(t, 2201).wantReason(t, "valid.zone")
	status, problem := x.rest(t, "manual-board", "POST", "/applications", document{
		"domain": "stray.trips", "registrant": document{"id": "UID1"}, "registrar": document{"id": "146"},
	})
	if status != 403 || !strings.Contains(problem["detail"].(string), "manual-board") {
		t.Errorf("announcing a name of another's scope: %d %v", status, problem)
	}
	// Nor does it decide on another's applications.
	id := x.a.do(t, apply("letter113-later.example", "UID1")).want(t, 1001).value(t, "preapproval:application")
	if status, problem := x.rest(t, "manual-board", "POST", "/applications/"+id+"/decision", document{"decision": "approve"}); status != 403 {
		t.Errorf("deciding on another's application: %d %v", status, problem)
	}
	for _, name := range []string{"stray.example.preapproved.works", "uid1.146.stray.trips.valid.zone", "stray.trips.preapproved.works"} {
		x.a.do(t, domainInfo(name)).want(t, 2303)
		x.absent(t, name)
	}
	// Withdrawn, it writes nothing at all.
	p := x.policy(t, policyDoc("brief-board", leaf("word", "brief"), document{"account": "trips-board"}))
	trips := x.whitelist.login(t, "trips-board")
	trips.do(t, newDomain{name: "uid1.146.brief.example.valid.zone"}.create()).want(t, 1000)
	x.withdraw(t, p, "shown")
	trips.do(t, newDomain{name: "uid1.146.brief2.example.valid.zone"}.create()).want(t, 2201)
}
