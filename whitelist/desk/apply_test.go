package desk_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/whitelist/desk"
)

const uidName = "uid5439394.146.miami.trips.valid.zone"

// C-22, C-23, C-44, C-45: an application is held, blocks, and is shown nowhere.
func TestApplyHeldC22C44C45(t *testing.T) {
	w := newWorld(t)
	w.grant(nil)
	req := request("Miami.Trips", "UID5439394")
	req.Preapproval.Registrar = "146"
	req.Evidence = desk.Evidence{Period: "2y", Contacts: map[string]string{"admin": "sh8013"}}
	list, err := w.Apply(w.ctx, ra, req)
	w.must(err)
	a := list[0]
	equal(t, "status", a.Status, desk.StatusPending)
	equal(t, "waiting", a.Waiting, "a person")
	equal(t, "names", strings.Join(a.Names, " "), uidName)
	equal(t, "target", a.Target, "miami.trips")
	equal(t, "agent", a.Agent, "146")
	equal(t, "decide by", a.DecideBy, w.clock.Now().Add(30*24*time.Hour))
	w.wantZone()
	n, err := w.InfoName(w.ctx, ra, uidName, nil)
	w.must(err)
	equal(t, "status of the name", n.Status, desk.StatusPending)
	equal(t, "application of the name", n.Application, a.ID)
	equal(t, "expiry", n.Expires.IsZero(), true)
	av, err := w.CheckNames(w.ctx, rb, []string{uidName, "uid1.146.miami.trips.valid.zone", "ä.valid.zone"})
	w.must(err)
	equal(t, "check", av[0].Available, false)
	equal(t, "check of another", av[1].Available, true)
	equal(t, "check of nonsense", av[2].Available, false)
	_, err = w.InfoName(w.ctx, rb, uidName, nil)
	w.refused(err, registry.KindAuthorization, "somebody else's")
	show, err := w.ShowApplication(w.ctx, ra, a.ID) // C-36: the registrar sees its state
	w.must(err)
	equal(t, "evidence", show.Evidence.Period, "2y")
	_, err = w.ShowApplication(w.ctx, rb, a.ID)
	w.refused(err, registry.KindAuthorization, "somebody else's")
	w.untold("registrar-a")
}

// A chain that asks nobody approves at once: published, told by the answer alone.
func TestApplyAtOnceC48C59C76C84(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{
		"verifiers": rules, "forms": []string{"{registrant}.{domain}", "{registrar}.{domain}"},
		"records": []any{map[string]any{"type": "A", "value": "143.254.4.17"}},
	})
	a := w.apply(ra, "miami.trips", "UID5439394")
	equal(t, "status", a.Status, desk.StatusApproved)
	equal(t, "decided by", a.DecidedBy, "rules")
	until := time.Date(2027, 11, 21, 10, 20, 30, 0, time.UTC) // C-114: a year, in whole seconds
	equal(t, "expires", a.Expires, until)
	zone := w.zone("valid.zone")
	equal(t, "names", len(zone), 2)
	equal(t, "registrant's", zone["uid5439394.miami.trips.valid.zone"], "v=wl1; target=miami.trips; registrant=UID5439394; until=2027-11-21T10:20:30Z")
	equal(t, "registrar's", zone["146.miami.trips.valid.zone"], "v=wl1; target=miami.trips; registrar=146; until=2027-11-21T10:20:30Z")
	equal(t, "A records", w.count(`SELECT count(*) FROM zone_data WHERE records @> '[{"type": "A", "ttl": 60, "values": ["143.254.4.17"]}]'`), 2)
	w.untold("registrar-a")
	n, err := w.InfoName(w.ctx, ra, "146.miami.trips.valid.zone", nil)
	w.must(err)
	equal(t, "expiry of the name", n.Expires, until)
	equal(t, "target is not registered", w.count(`SELECT count(*) FROM domains`), 0) // C-77, C-78
	// The registrant's name is another's, the registrar's is shared.
	b := w.apply(ra, "miami.trips", "UID1")
	equal(t, "names of the second", strings.Join(b.Names, " "), "146.miami.trips.valid.zone uid1.miami.trips.valid.zone")
	w.wantZone("uid5439394.miami.trips.valid.zone", "uid1.miami.trips.valid.zone", "146.miami.trips.valid.zone")
	_, err = w.Apply(w.ctx, ra, request("miami.trips", "uid1")) // all there
	w.refused(err, registry.KindExists, "held or registered already")
}

// C-38 to C-41, C-43: only all three together are approved; a denial at once keeps nothing.
func TestRulesC38C39C40C41(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"verifiers": rules})
	for _, c := range []struct {
		name, registrant string
		actor            registry.Actor
		part             string
	}{
		{"miami", "UID1", ra, ""},
		{"myoffensiveword", "UID1", ra, "name"},
		{"tokyo", "UID666", ra, "registrant"},
		{"tokyo", "UID1", rc, "registrar"},
		{"myoffensiveword", "UID666", ra, "name"},
		{"myoffensiveword", "UID1", rc, "name"},
		{"tokyo", "UID666", rc, "registrant"},
		{"myoffensiveword", "UID666", rc, "name"},
	} {
		list, err := w.Apply(w.ctx, c.actor, request(c.name+".trips", c.registrant))
		if c.part == "" {
			w.must(err)
			equal(t, "status", list[0].Status, desk.StatusApproved)
			continue
		}
		w.refused(err, registry.KindDataPolicy, "Trips Board (policy trips-board, Travel Names Act, s. 4): "+c.part)
	}
	equal(t, "applications kept", w.count(`SELECT count(*) FROM applications`), 1)
	equal(t, "names kept", w.count(`SELECT count(*) FROM whitelist_names`), 1)
	w.untold("registrar-a")
}

// C-17, C-26, C-27, C-29, C-30 and the form of what is sent.
func TestApplyRefusedC27C29C30(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"credentials": "verified"})
	try := func(actor registry.Actor, target string, change func(*desk.ApplyRequest)) error {
		req := request(target, "UID1")
		req.Preapproval.Credential = registry.Credential{Type: "token", Value: "t0p-secret"}
		if change != nil {
			change(&req)
		}
		_, err := w.Apply(w.ctx, actor, req)
		return err
	}
	w.register("taken.trips")
	w.refused(try(ra, "taken.trips", nil), registry.KindExists, "the target name is registered")
	w.refused(try(ra, "mybike.domains", nil), registry.KindParamPolicy, "no pre-approval is needed")
	none := func(r *desk.ApplyRequest) { r.Preapproval = registry.Preapproval{} }
	w.refused(try(ra, "mybike.domains", none), registry.KindParamPolicy, "no pre-approval is needed")
	w.refused(try(ra, "miami.trips", none), registry.KindMissing, "preapproval:registrant")
	w.refused(try(ra, "miami.trips", func(r *desk.ApplyRequest) { r.Preapproval.Credential = registry.Credential{} }), registry.KindMissing, "preapproval:credential")
	w.refused(try(ra, "miami.trips", func(r *desk.ApplyRequest) { r.Preapproval.Credential.Type = "fingerprint" }), registry.KindValue, "fingerprint")
	w.refused(try(ra, "miami.trips", func(r *desk.ApplyRequest) { r.Preapproval.Credential.Value = "a\x00b" }), registry.KindValue, "control")
	w.refused(try(ra, "miami.trips", func(r *desk.ApplyRequest) { r.Preapproval.Credential.Value = "\xff" }), registry.KindValue, "UTF-8")
	w.refused(try(ra, "miami.trips", func(r *desk.ApplyRequest) { r.Preapproval.Registrar = "147" }), registry.KindAuthorization, "147")
	w.refused(try(ra, "miami.trips", func(r *desk.ApplyRequest) { r.Preapproval.Registrant = "a.b" }), registry.KindValue, "preapproval:registrant")
	w.refused(try(ra, "miami.trips", func(r *desk.ApplyRequest) { r.Preapproval.Registrant = strings.Repeat("x", 256) }), registry.KindRange, "preapproval:registrant")
	w.refused(try(ra, "miami.trips", func(r *desk.ApplyRequest) { r.Evidence.Mail = "nobody" }), registry.KindValue, "mail")
	w.refused(try(ra, "x.valid.zone", nil), registry.KindParamPolicy, "whitelist name")
	w.refused(try(ra, "x.unknown", nil), registry.KindParamPolicy, "no zone")
	w.refused(try(ra, "a.b.trips", nil), registry.KindParamPolicy, "one label below")
	w.refused(try(ra, "-.trips", nil), registry.KindValue, "domain:name")
	w.refused(try(vs, "miami.trips", nil), registry.KindAuthorization, "registrars apply")
	w.refused(try(op, "miami.trips", nil), registry.KindAuthorization, "registrars apply")
	equal(t, "applications kept", w.count(`SELECT count(*) FROM applications`), 0)
	equal(t, "names kept", w.count(`SELECT count(*) FROM whitelist_names`), 0)
	w.must(try(ra, "miami.trips", nil))
}

// C-46, C-61, C-62, C-75: one name, one registration.
func TestSameNameC46C61C75(t *testing.T) {
	w := newWorld(t)
	w.grant(nil)
	w.grant(map[string]any{"id": "other-board", "overseer": "Other Board", "zone": "preapproved.works", "forms": []string{"{domain}"}, "scope": map[string]any{"suffix": "domains"}})
	w.apply(ra, "miami.trips", "John Doe")
	_, err := w.Apply(w.ctx, ra, request("miami.trips", "john doe"))
	w.refused(err, registry.KindExists, "held or registered already")
	_, err = w.Apply(w.ctx, ra, request("miami.trips", "John_Doe"))
	w.refused(err, registry.KindValue, "John_Doe")
	w.apply(ra, "miami.trips", "UID2") // two registrants, two names
	w.apply(rb, "miami.trips", "UID2")
	// Form 4: the name does not say for whom, so the first has it.
	w.apply(ra, "second.domains", "UID2")
	_, err = w.Apply(w.ctx, rb, request("second.domains", "UID3"))
	w.refused(err, registry.KindExists, "second.domains.preapproved.works")
}

// C-47: twenty at once for one name: one is held, nineteen get 2302.
func TestFirstComeC47(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"forms": []string{"{domain}"}})
	second := w.desk(w.store, true)
	const n = 20
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		wg.Go(func() {
			d, actor := w.Desk, ra
			if i%2 == 0 {
				d, actor = second, rb
			}
			_, errs[i] = d.Apply(w.ctx, actor, request("miami.trips", "UID"+string(rune('A'+i))))
		})
	}
	wg.Wait()
	held := 0
	for _, err := range errs {
		if err == nil {
			held++
		} else if !registry.IsKind(err, registry.KindExists) {
			t.Errorf("%v", err)
		}
	}
	equal(t, "held", held, 1)
	w.check()
}

// Twenty at once that share one of their names: all are held, whoever made it.
func TestSharedAtOnce(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"forms": []string{"{registrant}.{domain}", "{registrar}.{domain}"}})
	const n = 20
	var wg sync.WaitGroup
	apps := make([]*desk.Application, n)
	for i := range n {
		wg.Go(func() {
			list, err := w.Apply(w.ctx, ra, request("miami.trips", "UID"+string(rune('A'+i))))
			if err != nil {
				t.Errorf("%d: %v", i, err)
				return
			}
			apps[i] = list[0]
		})
	}
	wg.Wait()
	w.check()
	equal(t, "names", w.count(`SELECT count(*) FROM whitelist_names`), n+1)
	// Decided at once by two processes: every other one is approved.
	second := w.desk(w.store, true)
	for i := range n {
		wg.Go(func() {
			d := w.Desk
			if i%3 == 0 {
				d = second
			}
			if _, err := d.Decide(w.ctx, op, apps[i].ID, desk.Decision{Approve: i%2 == 0, By: "ann"}); err != nil {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	w.check()
	equal(t, "names", w.count(`SELECT count(*) FROM whitelist_names WHERE state = 'published'`), n/2+1)
	equal(t, "told", len(w.messages("registrar-a")), n)
}

// Several policies bite: one application each, in one transaction (decision 1).
func TestSeveralPolicies(t *testing.T) {
	w := newWorld(t)
	w.grant(nil)
	w.grant(map[string]any{"id": "other-board", "overseer": "Other Board", "zone": "preapproved.works", "scope": map[string]any{"registrant": "UID9"}, "verifiers": rules})
	list, err := w.Apply(w.ctx, ra, request("miami.trips", "UID9"))
	w.must(err)
	equal(t, "applications", len(list), 2)
	equal(t, "first", list[0].Policy+" "+list[0].Status, "other-board approved")
	equal(t, "second", list[1].Policy+" "+list[1].Status, "trips-board pending")
	// What is there already is not applied for again; the rest is.
	w.decide(list[1].ID, desk.Decision{By: "ann", Reason: "no"})
	again, err := w.Apply(w.ctx, ra, request("miami.trips", "UID9"))
	w.must(err)
	equal(t, "applications", len(again), 1)
	equal(t, "policy", again[0].Policy, "trips-board")
	// One that denies at once denies all.
	_, err = w.Apply(w.ctx, rc, request("tokyo.trips", "UID9"))
	w.refused(err, registry.KindDataPolicy, "Other Board")
	equal(t, "names of the denied", w.count(`SELECT count(*) FROM whitelist_names WHERE target = 'tokyo.trips'`), 0)
}

// C-20: the fee of an approval; without cover an approval at once is refused.
func TestFeeC20(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"verifiers": rules, "fees": map[string]any{"name": "600.00"}})
	w.apply(ra, "miami.trips", "UID1")
	equal(t, "balance", w.balance("registrar-a"), 40_000)
	_, err := w.Apply(w.ctx, ra, request("tokyo.trips", "UID1"))
	w.refused(err, registry.KindBilling, "balance")
	w.wantZone("uid1.146.miami.trips.valid.zone")
}

// C-20: who cannot pay for the approval of all that he has undecided applies for no
// more, from however many sessions.
func TestFeeOfHeldC20(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"fees": map[string]any{"name": "300.00"}})
	w.grant(map[string]any{"id": "other-board", "account": "other-board", "zone": "preapproved.works", "scope": map[string]any{"word": "both"}, "fees": map[string]any{"name": "100.50"}})
	first := w.apply(ra, "miami.trips", "UID1")
	var group sync.WaitGroup
	var accepted, refused atomic.Int64
	for i := range 8 {
		group.Go(func() {
			_, err := w.Apply(w.ctx, ra, request(fmt.Sprintf("name%d.trips", i), "UID1"))
			switch {
			case err == nil:
				accepted.Add(1)
			case registry.IsKind(err, registry.KindBilling):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	group.Wait()
	w.check()
	equal(t, "accepted", accepted.Load(), 2)
	equal(t, "refused", refused.Load(), 6)
	equal(t, "charged so far", w.balance("registrar-a"), 100_000)
	w.approve(first.ID)
	equal(t, "balance", w.balance("registrar-a"), 70_000)
	_, err := w.Apply(w.ctx, ra, request("both.domains", "UID1"))
	w.refused(err, registry.KindBilling, "undecided applications")
	list, err := w.Applications(w.ctx, op, desk.ApplicationFilter{Status: desk.StatusPending})
	w.must(err)
	w.decide(list[0].ID, desk.Decision{By: "ann"})
	w.must(second2(w.Apply(w.ctx, ra, request("both.domains", "UID1")))) // a denial makes room
	_, err = w.Apply(w.ctx, ra, request("both.trips", "UID1"))
	w.refused(err, registry.KindBilling, "undecided applications")
	list, err = w.Apply(w.ctx, rb, request("both.trips", "UID1"))
	w.must(err)
	equal(t, "applications of one who can pay", len(list), 2)
}

// The country of the registrant is its contact's, where that is known.
func TestCountryC13(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"scope": map[string]any{"registrantCountry": "DE"}})
	contact := func(handle, cc, kind, real string) {
		req := registry.ContactCreate{
			Handle: handle, Email: handle + "@mail.example", Voice: &registry.Phone{Number: "+1.7035555555"}, Kind: registry.ContactKind(kind),
			Postal: []registry.PostalInfo{{Type: "int", Name: "A", City: "Town", CC: cc}},
		}
		if real != "" {
			req.KindData.RealContact = &real
		}
		_, err := w.srs.CreateContact(w.ctx, ra, req)
		w.must(err)
	}
	contact("german", "DE", "", "")
	contact("proxy1", "US", "proxy", "german")
	contact("french", "FR", "", "")
	with := func(actor registry.Actor, id string) ([]*desk.Application, error) {
		req := request("miami.trips", "UID-"+id)
		req.Evidence.Registrant = id
		return w.Apply(w.ctx, actor, req)
	}
	_, err := with(ra, "french")
	w.refused(err, registry.KindParamPolicy, "no pre-approval is needed")
	_, err = with(ra, "nobody")
	w.refused(err, registry.KindParamPolicy, "no pre-approval is needed")
	_, err = with(rb, "german") // another registrar's contact says nothing
	w.refused(err, registry.KindParamPolicy, "no pre-approval is needed")
	for _, id := range []string{"german", "proxy1"} {
		list, err := with(ra, id)
		w.must(err)
		w.decide(list[0].ID, desk.Decision{By: "ann", Reason: "no"})
	}
	equal(t, "letters to the one behind", w.count(`SELECT count(*) FROM mails WHERE recipient = 'german@mail.example'`), 2)
}
