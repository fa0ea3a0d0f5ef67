package desk_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/whitelist/desk"
)

// C-48, C-76, C-114: an approval publishes and is told once; life is counted from
// then; a second decision fails.
func TestApproveC48C76C114(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"fees": map[string]any{"name": "1.50"}})
	a := w.apply(ra, "miami.trips", "UID5439394")
	w.clock.Advance(48 * time.Hour)
	got := w.decide(a.ID, desk.Decision{Approve: true, By: "ann", Reason: "known to us"})
	until := time.Date(2027, 11, 23, 10, 20, 30, 0, time.UTC)
	equal(t, "status", got.Status, desk.StatusApproved)
	equal(t, "decided by", got.DecidedBy, "ann")
	equal(t, "expires", got.Expires, until)
	equal(t, "in the zone", w.zone("valid.zone")[uidName], "v=wl1; target=miami.trips; registrant=UID5439394; registrar=146; until=2027-11-23T10:20:30Z")
	p := w.told("registrar-a", a.ID, true)
	equal(t, "target", p.Name, "miami.trips")
	equal(t, "cltrid", p.ClTRID+" "+p.SvTRID, "CL-A SV-A")
	equal(t, "names", strings.Join(p.Names, " "), uidName)
	equal(t, "expires", p.Expires, until)
	equal(t, "fee", w.balance("registrar-a"), 100_000-150)
	for _, approve := range []bool{true, false} {
		_, err := w.Decide(w.ctx, op, a.ID, desk.Decision{Approve: approve, By: "bob"})
		w.refused(err, registry.KindStatus, "decided already: approved by ann at 2026-11-23T10:20:30Z")
	}
	w.untold("registrar-a")
	show := w.status(a.ID, desk.StatusApproved)
	equal(t, "review", show.Reviews[0].Note, "known to us")
	equal(t, "expires", show.Expires, until)
}

// C-35, C-49: a denial deletes the name and tells why; anybody may apply anew.
func TestDenyC35C49(t *testing.T) {
	w := newWorld(t)
	w.grant(nil)
	a := w.apply(ra, "miami.trips", "UID5439394")
	got := w.decide(a.ID, desk.Decision{By: "ann", Reason: "not known to us"})
	equal(t, "status", got.Status, desk.StatusDenied)
	_, err := w.InfoName(w.ctx, ra, uidName, nil)
	w.refused(err, registry.KindNotFound, uidName)
	p := w.told("registrar-a", a.ID, false)
	equal(t, "reasons", strings.Join(p.Reasons, ";"), "not known to us")
	equal(t, "cltrid", p.ClTRID+" "+p.SvTRID, "CL-A SV-A")
	_, err = w.Decide(w.ctx, op, a.ID, desk.Decision{Approve: true, By: "bob"})
	w.refused(err, registry.KindStatus, "decided already: denied by ann")
	w.wantZone()
	w.apply(ra, "miami.trips", "UID5439394")
}

// C-51: the target was registered while the application waited.
func TestTargetGoneC51(t *testing.T) {
	for name, make := range map[string]func(*testing.T) *world{"combined": newWorld, "apart": newFarWorld} {
		t.Run(name, func(t *testing.T) {
			w := make(t)
			w.grant(nil)
			a := w.apply(ra, "miami.trips", "UID1")
			w.register("miami.trips")
			got := w.approve(a.ID)
			equal(t, "status", got.Status, desk.StatusDenied)
			p := w.told("registrar-a", a.ID, false)
			equal(t, "reasons", strings.Join(p.Reasons, ";"), "miami.trips is registered")
			w.wantZone()
		})
	}
}

// Two people, by setting: not the same one twice.
func TestTwoPersons(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"verifiers": []any{map[string]any{"type": "manual", "persons": 2}}})
	a := w.apply(ra, "miami.trips", "UID1")
	got := w.approve(a.ID)
	equal(t, "status", got.Status, desk.StatusPending)
	equal(t, "waiting", got.Waiting, "a second person")
	_, err := w.Decide(w.ctx, op, a.ID, desk.Decision{Approve: true, By: "Ann "})
	w.refused(err, registry.KindStatus, "a second person is needed")
	w.untold("registrar-a")
	equal(t, "status", w.decide(a.ID, desk.Decision{Approve: true, By: "bob"}).Status, desk.StatusApproved)
	w.told("registrar-a", a.ID, true)
	b := w.apply(ra, "tokyo.trips", "UID1")
	w.approve(b.ID)
	equal(t, "the second denies", w.decide(b.ID, desk.Decision{By: "bob"}).Status, desk.StatusDenied)
}

// C-34, C-42: automatic, then by hand, then automatic.
func TestChainC42(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"verifiers": []any{rules[0], manual[0], map[string]any{"type": "rules", "words": []string{"late"}}}})
	_, err := w.Apply(w.ctx, ra, request("miami.trips", "UID666"))
	w.refused(err, registry.KindDataPolicy, "registrant")
	a := w.apply(ra, "miami.trips", "UID1")
	equal(t, "approved", w.approve(a.ID).Status, desk.StatusApproved)
	w.told("registrar-a", a.ID, true)
	b := w.apply(ra, "late.trips", "UID1")
	got := w.approve(b.ID)
	equal(t, "denied by what follows", got.Status, desk.StatusDenied)
	equal(t, "decided by", got.DecidedBy, "rules")
	w.told("registrar-a", b.ID, false)
}

// Who may decide, list and see.
func TestDecideAuthorisation(t *testing.T) {
	w := newWorld(t)
	w.grant(nil)
	w.grant(map[string]any{"id": "other-board", "overseer": "Other Board", "scope": map[string]any{"suffix": "domains"}})
	a := w.apply(ra, "miami.trips", "UID1")
	b := w.apply(ra, "miami.domains", "UID1")
	for _, actor := range []registry.Actor{ra, rb, v2} {
		_, err := w.Decide(w.ctx, actor, a.ID, desk.Decision{Approve: true})
		w.refused(err, registry.KindAuthorization, "another verifier")
	}
	for _, id := range []string{"", "0", "-1", "99999999", "x", a.ID + "0"} {
		_, err := w.Decide(w.ctx, op, id, desk.Decision{Approve: true})
		w.refused(err, registry.KindNotFound, "no such application")
	}
	_, err := w.Decide(w.ctx, op, a.ID, desk.Decision{By: "a\nb"})
	w.refused(err, registry.KindValue, "by")
	list, err := w.Applications(w.ctx, vs, desk.ApplicationFilter{})
	w.must(err)
	equal(t, "own applications", len(list), 1)
	equal(t, "own application", list[0].ID, a.ID)
	got, err := w.Decide(w.ctx, vs, a.ID, desk.Decision{Approve: true, By: "carol"})
	w.must(err)
	equal(t, "decided by", got.DecidedBy, "trips-board/carol")
	for _, c := range []struct {
		f    desk.ApplicationFilter
		want string
	}{
		{desk.ApplicationFilter{}, a.ID + " " + b.ID},
		{desk.ApplicationFilter{Limit: 1}, a.ID},
		{desk.ApplicationFilter{Status: "pending"}, b.ID},
		{desk.ApplicationFilter{Status: "approved"}, a.ID},
		{desk.ApplicationFilter{Status: "denied"}, ""},
		{desk.ApplicationFilter{Policy: "other-board"}, b.ID},
		{desk.ApplicationFilter{Target: "Miami.Trips"}, a.ID},
		{desk.ApplicationFilter{Target: "miami.trips", Status: "pending"}, ""},
	} {
		list, err := w.Applications(w.ctx, op, c.f)
		w.must(err)
		var ids []string
		for _, x := range list {
			ids = append(ids, x.ID)
		}
		if strings.Join(ids, " ") != c.want {
			t.Errorf("%+v: %v, want %s", c.f, ids, c.want)
		}
	}
	_, err = w.Applications(w.ctx, ra, desk.ApplicationFilter{})
	w.refused(err, registry.KindAuthorization, "operator")
	_, err = w.Applications(w.ctx, op, desk.ApplicationFilter{Status: "odd"})
	w.refused(err, registry.KindValue, "odd")
}

// Many decide on the same application at once: one does.
func TestDecideAtOnce(t *testing.T) {
	w := newWorld(t)
	w.grant(nil)
	a := w.apply(ra, "miami.trips", "UID1")
	second := w.desk(w.store, true)
	var wg sync.WaitGroup
	errs := make([]error, 12)
	for i := range errs {
		wg.Go(func() {
			d := w.Desk
			if i%2 == 0 {
				d = second
			}
			_, errs[i] = d.Decide(w.ctx, op, a.ID, desk.Decision{Approve: i%3 != 0, By: "p" + string(rune('a'+i))})
		})
	}
	wg.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else if !registry.IsKind(err, registry.KindStatus) {
			t.Errorf("%v", err)
		}
	}
	equal(t, "decisions", done, 1)
	equal(t, "told", len(w.messages("registrar-a")), 1)
}

// Two applications share a name: it goes with the last of them, and keeps the
// later expiry.
func TestSharedName(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"forms": []string{"{registrant}.{domain}", "{registrar}.{domain}"}})
	const own, others, shared = "uid1.miami.trips.valid.zone", "uid2.miami.trips.valid.zone", "146.miami.trips.valid.zone"
	a, b := w.apply(ra, "miami.trips", "UID1"), w.apply(ra, "miami.trips", "UID2")
	w.decide(a.ID, desk.Decision{By: "ann"})
	if _, err := w.InfoName(w.ctx, op, shared, nil); err != nil {
		t.Fatal("the shared name went with the first:", err)
	}
	w.decide(b.ID, desk.Decision{By: "ann"})
	_, err := w.InfoName(w.ctx, op, shared, nil)
	w.refused(err, registry.KindNotFound, shared)

	a, b = w.apply(ra, "miami.trips", "UID1"), w.apply(ra, "miami.trips", "UID2")
	w.approve(a.ID)
	w.wantZone(own, shared)
	w.clock.Advance(24 * time.Hour)
	w.approve(b.ID)
	w.wantZone(own, others, shared)
	zone := w.zone("valid.zone")
	equal(t, "the first keeps its time", strings.Contains(zone[own], "until=2027-11-21T10:20:30Z"), true)
	equal(t, "the shared one has the later", strings.Contains(zone[shared], "until=2027-11-22T10:20:30Z"), true)
	c := w.apply(ra, "miami.trips", "UID3")
	w.decide(c.ID, desk.Decision{By: "ann"})
	w.wantZone(own, others, shared) // a denial takes nothing that is published
}

// A withdrawal denies what is held; what an earlier grant decided counts no more.
func TestPolicyChangesWhileHeld(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"verifiers": []any{map[string]any{"type": "manual"}, map[string]any{"type": "manual"}}, "forms": []string{"{registrant}.{domain}", "{registrar}.{domain}"}})
	a := w.apply(ra, "miami.trips", "UID1")
	b := w.apply(ra, "miami.trips", "UID2")
	w.approve(a.ID)
	w.clock.Advance(time.Hour)
	w.grant(map[string]any{"verifiers": []any{rules[0], manual[0], manual[0]}, "forms": []string{"{registrant}.{domain}", "{registrar}.{domain}"}, "life": "2y"})
	equal(t, "looked at again", w.work(), 2)
	equal(t, "what was approved before", len(w.status(a.ID, desk.StatusPending).Reviews), 2) // ann's word, and the rules' now
	equal(t, "the chain begins anew", w.approve(a.ID).Status, desk.StatusPending)
	equal(t, "and ends", w.approve(a.ID).Status, desk.StatusApproved)
	w.told("registrar-a", a.ID, true)
	_, err := w.WithdrawPolicy(w.ctx, op, "trips-board", "no more funds")
	w.must(err)
	w.check()
	p := w.told("registrar-a", b.ID, false)
	equal(t, "reason", strings.Join(p.Reasons, ";"), "the policy trips-board was withdrawn: no more funds")
	_, err = w.Decide(w.ctx, op, b.ID, desk.Decision{Approve: true})
	w.refused(err, registry.KindStatus, "denied by registry")
	w.wantZone("uid1.miami.trips.valid.zone", "146.miami.trips.valid.zone")
	_, err = w.Apply(w.ctx, ra, request("miami.trips", "UID3"))
	w.refused(err, registry.KindParamPolicy, "no pre-approval is needed")
}

// A chain that is shorter or asks nobody now, and one that asks more.
func TestChainChangesWhileHeld(t *testing.T) {
	w := newWorld(t)
	two := []any{map[string]any{"type": "manual", "persons": 2}}
	w.grant(map[string]any{"verifiers": two})
	a, b, c := w.apply(ra, "miami.trips", "UID1"), w.apply(ra, "offensiveword.trips", "UID1"), w.apply(ra, "tokyo.trips", "UID1")
	w.approve(a.ID)
	w.clock.Advance(time.Hour)
	w.grant(map[string]any{"verifiers": rules})
	equal(t, "by hand, but the rules decide", w.approve(b.ID).Status, desk.StatusDenied)
	equal(t, "by the worker", w.work(), 2)
	equal(t, "decided by", w.status(a.ID, desk.StatusApproved).DecidedBy, "rules")
	w.status(c.ID, desk.StatusApproved)
	equal(t, "told", len(w.messages("registrar-a")), 3)

	w.grant(map[string]any{"verifiers": two})
	a = w.apply(ra, "paris.trips", "UID1")
	w.approve(a.ID)
	w.clock.Advance(time.Hour)
	w.grant(map[string]any{"verifiers": two, "life": "2y"})
	equal(t, "one word counts no more", w.approve(a.ID).Status, desk.StatusPending)
	equal(t, "two do", w.decide(a.ID, desk.Decision{Approve: true, By: "bob"}).Status, desk.StatusApproved)
	b = w.apply(ra, "rome.trips", "UID1")
	w.grant(map[string]any{"verifiers": rules})
	equal(t, "nobody is asked any more", w.approve(b.ID).Status, desk.StatusApproved)
}

// C-28: a credential is nowhere in clear once it is decided, and before that only
// where an outside verifier must still see it.
func TestCredentialsC28(t *testing.T) {
	w := newWorld(t)
	const secret = "correct-horse-battery"
	with := func(target string) *desk.Application {
		req := request(target, "UID1")
		req.Preapproval.Credential = registry.Credential{Type: "token", Value: secret}
		req.Preapproval.RegistrarCredential = registry.Credential{Type: "password", Value: secret}
		list, err := w.Apply(w.ctx, ra, req)
		w.must(err)
		return list[0]
	}
	nowhere := func() {
		t.Helper()
		for _, table := range []string{"applications", "whitelist_names", "history", "poll_messages", "mails", "zone_data"} {
			if n := w.count(`SELECT count(*) FROM ` + table + ` x WHERE x::text LIKE '%` + secret + `%'`); n > 0 {
				t.Errorf("the credential stands in %s", table)
			}
		}
	}
	w.grant(nil)
	a := with("miami.trips")
	equal(t, "type", a.Credential, "token")
	nowhere()
	w.approve(a.ID)
	nowhere()
	const name = "uid1.146.miami.trips.valid.zone"
	if !strings.Contains(w.zone("valid.zone")[name], "; cred=$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("no hash in the record: %s", w.zone("valid.zone")[name])
	}
	bare, typed := secret, "token:"+secret
	for _, right := range []*string{&bare, &typed} {
		n, err := w.InfoName(w.ctx, ra, name, right)
		w.must(err)
		equal(t, "has a credential", n.HasCredential, true)
	}
	guess, otherType := "guess", "password:"+secret
	for _, wrong := range []*string{&guess, &otherType} {
		_, err := w.InfoName(w.ctx, ra, name, wrong)
		w.refused(err, registry.KindAuthInfo, "does not match")
	}
	// Who has no business with the name learns nothing by guessing.
	_, err := w.InfoName(w.ctx, rc, name, &bare)
	w.refused(err, registry.KindAuthorization, "somebody else's")

	w.grant(map[string]any{"credentials": "none"})
	b := with("tokyo.trips")
	equal(t, "type", b.Credential, "")
	nowhere()
	w.approve(b.ID)
	equal(t, "hashes", w.count(`SELECT count(*) FROM whitelist_names WHERE cred_hash <> ''`), 1)
}
