package desk_test

import (
	"strings"
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/whitelist/desk"
)

func (w *world) enter(actor registry.Actor, name string, parties ...string) (*desk.Name, error) {
	req := desk.EnterRequest{Name: name}
	if len(parties) == 3 {
		req.Target, req.Registrant, req.Registrar = parties[0], parties[1], parties[2]
	}
	return w.Enter(w.ctx, actor, req)
}

// C-80, C-81, C-113: a verifier writes entries of its own scope, and nobody else does.
func TestEnterC80C81C113(t *testing.T) {
	w := newWorld(t)
	w.grant(nil)
	w.grant(map[string]any{"id": "other-board", "overseer": "Other Board", "zone": "preapproved.works", "forms": []string{"{domain}"}, "scope": map[string]any{"suffix": "domains"}})
	n, err := w.enter(vs, "UID5439394.146.Miami.trips.valid.zone")
	w.must(err)
	w.check()
	equal(t, "name", n.Name, uidName)
	equal(t, "status", n.Status, desk.StatusApproved)
	equal(t, "parties", n.Target+" "+n.Registrant+" "+n.Registrar, "miami.trips UID5439394 146")
	equal(t, "expires", n.Expires, time.Date(2027, 11, 21, 10, 20, 30, 0, time.UTC))
	equal(t, "roid", strings.HasSuffix(n.ROID, "-CADASTRE"), true)
	equal(t, "record", w.zone("valid.zone")[uidName], "v=wl1; target=miami.trips; registrant=UID5439394; registrar=146; until=2027-11-21T10:20:30Z")
	_, err = w.enter(vs, uidName)
	w.refused(err, registry.KindExists, "held or registered")
	// The same party applies: it is there.
	_, err = w.Apply(w.ctx, ra, request("miami.trips", "uid5439394"))
	w.refused(err, registry.KindExists, "held or registered")
	for _, c := range []struct {
		actor   registry.Actor
		name    string
		parties []string
		kind    registry.Kind
		part    string
	}{
		{ra, "UID1.146.miami.trips.valid.zone", nil, registry.KindAuthorization, "registrars apply"},
		{vs, "UID1.146.miami.domains.valid.zone", nil, registry.KindAuthorization, "scope"},
		{v2, "UID1.146.miami.trips.valid.zone", nil, registry.KindAuthorization, "no policy in force"},
		{v2, "miami.domains.preapproved.works", nil, registry.KindParamPolicy, `op="enter"`},
		{v2, "miami.domains.preapproved.works", []string{"miami.domains", "UID1", ""}, registry.KindMissing, "preapproval:registrar"},
		{v2, "miami.domains.preapproved.works", []string{"tokyo.domains", "UID1", "146"}, registry.KindValue, "would be tokyo.domains.preapproved.works"},
		{v2, "miami.trips.preapproved.works", []string{"miami.trips", "UID1", "146"}, registry.KindAuthorization, "scope"},
		{vs, "valid.zone", nil, registry.KindParamPolicy, "below no whitelist zone"},
		{vs, "miami.trips", nil, registry.KindParamPolicy, "below no whitelist zone"},
		{vs, "trips.valid.zone", nil, registry.KindValue, "fit"},
		{vs, "UID1.146.a.miami.trips.valid.zone", nil, registry.KindValue, "a.miami.trips"},
		{vs, "ü.146.miami.trips.valid.zone", nil, registry.KindValue, "domain:name"},
		{vs, "", nil, registry.KindValue, "domain:name"},
	} {
		_, err := w.enter(c.actor, c.name, c.parties...)
		w.refused(err, c.kind, c.part)
	}
	n, err = w.enter(v2, "miami.domains.preapproved.works", "Miami.domains", "John Doe", "registrar-b")
	w.must(err)
	equal(t, "parties", n.Registrant+" "+n.Registrar, "John Doe 147")
	_, err = w.enter(op, "UID7.999.tokyo.trips.valid.zone") // the operator may, for a registrar unknown here
	w.must(err)
	// A registered name may change hands only where the verifier approves of it.
	w.register("taken.trips")
	_, err = w.enter(vs, "UID1.146.taken.trips.valid.zone")
	w.must(err)
	w.grant(map[string]any{"binds": "registration"})
	_, err = w.enter(vs, "UID2.146.taken.trips.valid.zone")
	w.refused(err, registry.KindExists, "the target name is registered")
}

// Who sees and who removes an entry.
func TestDeleteName(t *testing.T) {
	w := newWorld(t)
	w.grant(nil)
	a := w.apply(ra, "miami.trips", "UID5439394")
	w.refused(w.DeleteName(w.ctx, vs, uidName), registry.KindStatus, "undecided")
	w.approve(a.ID)
	w.messages("registrar-a")
	for _, actor := range []registry.Actor{ra, rb, v2} {
		w.refused(w.DeleteName(w.ctx, actor, uidName), registry.KindAuthorization, "verifier")
	}
	for actor, allowed := range map[registry.Actor]bool{ra: true, rb: false, vs: true, v2: false, op: true} {
		_, err := w.InfoName(w.ctx, actor, strings.ToUpper(uidName), nil)
		if allowed {
			w.must(err)
		} else {
			w.refused(err, registry.KindAuthorization, "somebody else's")
		}
	}
	w.must(w.DeleteName(w.ctx, vs, strings.ToUpper(uidName)))
	w.check()
	w.wantZone()
	if list := w.messages("registrar-a"); len(list) != 1 || !strings.Contains(list[0].Text, "removed by trips-board") {
		t.Errorf("told %+v", list)
	}
	w.refused(w.DeleteName(w.ctx, vs, uidName), registry.KindNotFound, uidName)
	w.apply(ra, "miami.trips", "UID5439394")
}

// C-110 to C-112: a verifier tells of an application made to it, and decides it.
func TestAnnounceC110C111C112(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"verifiers": []any{rules[0], manual[0], manual[0]}})
	w.grant(map[string]any{"id": "second", "account": "trips-board", "overseer": "The Same", "forms": []string{"{domain}.{registrant}.{registrar}"}, "scope": map[string]any{"suffix": "domains"}})
	req := request("Miami.trips", "UID666") // barred by a rule that is not asked
	req.Preapproval.Registrar = "146"
	req.Evidence.Mail = "alice@mail.example"
	_, err := w.Announce(w.ctx, vs, "", req)
	w.refused(err, registry.KindMissing, "say which")
	_, err = w.Announce(w.ctx, ra, "trips-board", req)
	w.refused(err, registry.KindAuthorization, "verifiers announce")
	_, err = w.Announce(w.ctx, v2, "trips-board", req)
	w.refused(err, registry.KindAuthorization, "no such policy")
	_, err = w.Announce(w.ctx, vs, "second", req)
	w.refused(err, registry.KindAuthorization, "scope")
	bad := req
	bad.Preapproval.Registrar = ""
	_, err = w.Announce(w.ctx, vs, "trips-board", bad)
	w.refused(err, registry.KindMissing, "preapproval:registrar")
	a, err := w.Announce(w.ctx, vs, "trips-board", req)
	w.must(err)
	w.check()
	equal(t, "status", a.Status+" "+a.Source+" "+a.Waiting, "pending verifier the outside verifier")
	equal(t, "registrar", a.Registrar+" "+a.Agent+" "+a.Sponsor, "registrar-a 146 trips-board")
	w.wantZone()
	_, err = w.Announce(w.ctx, vs, "trips-board", req)
	w.refused(err, registry.KindExists, "held")
	got, err := w.Decide(w.ctx, vs, a.ID, desk.Decision{Approve: true})
	w.must(err)
	equal(t, "status", got.Status, desk.StatusApproved)
	w.wantZone("uid666.146.miami.trips.valid.zone")
	w.told("trips-board", a.ID, true)
	list := w.messages("registrar-a")
	if len(list) != 1 || !strings.HasSuffix(list[0].Text, "granted: uid666.146.miami.trips.valid.zone") {
		t.Errorf("the registrar is told %+v", list)
	}
	equal(t, "letters", w.count(`SELECT count(*) FROM mails WHERE recipient = 'alice@mail.example' AND body LIKE '%uid666.146.miami.trips.valid.zone%'`), 1)
	_, err = w.Announce(w.ctx, vs, "trips-board", req)
	w.refused(err, registry.KindExists, "registered")
}
