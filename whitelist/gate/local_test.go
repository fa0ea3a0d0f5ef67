package gate_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/store"
	"cadastre/whitelist"
	"cadastre/whitelist/gate"
	wlstore "cadastre/whitelist/store"
)

// TestCodesLocal walks the code table of the public contract with the entries in this
// registry's own database.
func TestCodesLocal(t *testing.T) { codes(newWorld(t), "local") }

// codes walks the code table with a way of asking, which the world can use.
func codes(w *world, way string) {
	t := w.t
	p := w.grant(via(way, `{"compare": "both"}`))
	both := w.grant(via(way, `{"id": "form-four", "overseer": "Bank Office", "forms": ["{domain}"], "scope": {"word": "bank"}}`))
	pair := w.grant(via(way, `{"id": "two-forms", "overseer": "Pair Office", "forms": ["{registrant}.{domain}", "{registrar}.{domain}"],
		"scope": {"suffix": "management"}, "hash": {"registrant": "sha256", "registrar": "none", "domain": "none", "whole": "none"}}`))
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	w.contact(ra, "c-plain", nil)
	w.contact(rb, "c-bob", identified("UID-bob"))
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})
	w.enter(p, entry{target: "paris.trips", registrant: "UID-plain"})
	w.enter(p, entry{target: "old.trips", registrant: "UID-alice", until: start.Add(time.Hour)})
	w.enter(p, entry{target: "proved.trips", registrant: "UID-alice", cred: registry.Credential{Type: "token", Value: "s3cret"}})
	w.enter(both, entry{target: "bank.example", registrant: "UID-alice"})
	w.enter(pair, entry{target: "two.management", registrant: "UID-alice"})
	half := w.enter(pair, entry{target: "half.management", registrant: "UID-alice"})
	w.remove("valid.zone", half[1])
	w.settled()

	t.Log("C-89, C-17: a name under no control asks nobody")
	w.must(w.create(ra, "free.example", "c-plain", ""))
	t.Log("C-92, C-95, C-102: no entry for these parties")
	w.refused(w.create(rb, "miami.trips", "c-bob", ""), registry.KindDataPolicy, "Trips Board", "trips-board", "Travel Names Act", "UID-bob")
	w.refused(w.create(rb, "miami.trips", "c-bob", "UID-bob"), registry.KindDataPolicy, "no approval is on record")
	t.Log("C-100: nobody said who the registrant is")
	w.refused(w.create(ra, "miami.trips", "c-plain", ""), registry.KindMissing, "preapproval:registrant", "Trips Board", "trips-board")
	w.refused(w.create(ra, "bank.example", "c-plain", ""), registry.KindMissing, "preapproval:registrant", "Bank Office", "form-four")
	t.Log("C-98: an entry for others")
	w.refused(w.create(ra, "bank.example", "c-plain", "UID-1"), registry.KindAuthInfo, "another registrant", "Bank Office")
	w.refused(w.create(rb, "bank.example", "c-bob", "UID-bob"), registry.KindAuthInfo, "another registrant", "form-four")
	w.contact(rb, "c-alice-b", identified("uid-ALICE"))
	w.refused(w.create(rb, "bank.example", "c-alice-b", ""), registry.KindAuthInfo, "another registrar", "147")
	t.Log("the registrant's contact contradicts the extension; the registrar is another")
	w.refused(w.create(ra, "miami.trips", "c-alice", "UID-eve"), registry.KindAuthInfo, "preapproval:registrant", "UID-eve")
	w.refused(w.create(ra, "paris.trips", "c-alice", "UID-plain"), registry.KindAuthInfo, "preapproval:registrant", "UID-plain")
	w.refused(w.createWith(ra, "miami.trips", "c-alice", registry.Preapproval{Registrar: "147"}), registry.KindAuthorization, "preapproval:registrar")
	w.refused(w.create(ra, "miami.trips", "nobody", "UID-alice"), registry.KindNotFound, "domain:registrant", "nobody")
	t.Log("C-26, C-98: credentials")
	proof := func(typ, value string) registry.Preapproval {
		return registry.Preapproval{Registrant: "UID-alice", Registrar: "146", Credential: registry.Credential{Type: typ, Value: value}}
	}
	w.refused(w.create(ra, "proved.trips", "c-alice", ""), registry.KindMissing, "preapproval:credential")
	w.refused(w.createWith(ra, "proved.trips", "c-alice", proof("token", "guess")), registry.KindAuthInfo, "preapproval:credential")
	if way != "epp" { // authInfo has no type
		w.refused(w.createWith(ra, "proved.trips", "c-alice", proof("password", "s3cret")), registry.KindAuthInfo, "preapproval:credential")
	} else {
		w.refused(w.createWith(ra, "proved.trips", "c-alice", proof("token", "S3cret")), registry.KindAuthInfo, "preapproval:credential")
	}
	w.must(w.createWith(ra, "proved.trips", "c-alice", proof("token", "s3cret")))
	t.Log("C-120: expired at once, pruned or not")
	w.must(w.create(ra, "miami.trips", "c-alice", "uid-alice"))
	w.must(w.create(ra, "paris.trips", "c-plain", "UID-plain"))
	w.clock.Set(start.Add(time.Hour))
	w.refused(w.create(ra, "old.trips", "c-alice", ""), registry.KindDataPolicy, "expired at 2026-01-01T01:00:00Z", "trips-board")
	t.Log("C-60: of several names all must be there")
	w.refused(w.create(ra, "half.management", "c-alice", ""), registry.KindDataPolicy, "two-forms", "no approval")
	w.must(w.create(ra, "two.management", "c-alice", ""))
	w.must(w.create(ra, "bank.example", "c-alice", ""))
	t.Log("C-88: taken comes first, and nobody is asked")
	asked := w.asked()
	w.refused(w.create(ra, "miami.trips", "c-plain", ""), registry.KindExists, "registered")
	if now := w.asked(); now != asked {
		t.Errorf("%v checks for a name that is taken", now-asked)
	}
	for _, name := range []string{"old.trips", "half.management"} {
		if w.exists(name) {
			t.Errorf("%s was written", name)
		}
	}
	// Whoever says who the registrant is has that asked about before the contact is read.
	for outcome, want := range map[string]float64{"approved": 7, "missing": 4, "expired": 1, "differs": 5, "credentials": 3, "unasked": 0} {
		if got := w.counted(way, outcome); got != want {
			t.Errorf("%v checks with the outcome %s, want %v", got, outcome, want)
		}
	}
	for _, e := range w.log.All() {
		if text := fmt.Sprint(e.Message, e.ContextMap()); strings.Contains(text, "s3cret") || strings.Contains(text, "guess") {
			t.Errorf("a credential is in the log: %s", text)
		}
	}
}

// TestExistence: where the name says who the parties are, that it is there can
// suffice (C-101); else the record and the credential are compared too.
func TestExistence(t *testing.T) {
	w := newWorld(t)
	suffices := w.grant(`{"compare": "existence"}`)
	compares := w.grant(`{"id": "both-board", "compare": "both", "scope": {"suffix": "management"}}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	w.contact(rb, "c-bob", identified("UID-bob"))
	proof := registry.Credential{Type: "token", Value: "s3cret"}
	for p, name := range map[*whitelist.Policy]string{suffices: "miami.trips", compares: "miami.management"} {
		w.enter(p, entry{target: name, registrant: "UID-alice", cred: proof})
		w.enter(p, entry{target: "old" + name, registrant: "UID-alice", until: start})
		w.refused(w.create(rb, name, "c-bob", ""), registry.KindDataPolicy, "no approval")
		w.refused(w.create(ra, "old"+name, "c-alice", ""), registry.KindDataPolicy, "expired")
	}
	w.must(w.create(ra, "miami.trips", "c-alice", ""))
	w.refused(w.create(ra, "miami.management", "c-alice", ""), registry.KindMissing, "preapproval:credential")
}

// TestRace: of two approved registrants exactly one gets the name, others learn that
// it is taken (C-103).
func TestRace(t *testing.T) {
	w := newWorld(t)
	p := w.grant(`{}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	w.contact(rb, "c-bob", identified("UID-bob"))
	for i := range 20 {
		name := fmt.Sprintf("race%d.trips", i)
		w.enter(p, entry{target: name, registrant: "UID-alice"})
		w.enter(p, entry{target: name, registrant: "UID-bob", registrar: regB})
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for j := range errs {
			wg.Go(func() {
				if j%2 == 0 {
					errs[j] = w.create(ra, name, "c-alice", "")
				} else {
					errs[j] = w.create(rb, name, "c-bob", "")
				}
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				w.refused(err, registry.KindExists)
			}
		}
		if won != 1 {
			t.Fatalf("%d of them got %s", won, name)
		}
	}
}

// TestPruningWaits: an entry that is being removed decides against a create that
// comes later, and waits for one that came earlier (C-123).
func TestPruningWaits(t *testing.T) {
	w := newWorld(t)
	p := w.grant(`{}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	names := w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})
	created := make(chan error)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		if _, err := wlstore.LockNames(ctx, tx, names); err != nil {
			return err
		}
		go func() { created <- w.create(ra, "miami.trips", "c-alice", "") }()
		w.waitBlocked()
		tx.Write("", "", sqlRemove, names[0])
		return nil
	})
	w.refused(<-created, registry.KindDataPolicy, "no approval")
	if w.exists("miami.trips") {
		t.Error("written without an approval")
	}
}

// TestUncontrolledCostsNothing: a registration under no control needs nothing of the
// database, with policies in force (C-17). The registry is gone when it is asked about.
func TestUncontrolledCostsNothing(t *testing.T) {
	w := newWorld(t)
	w.grant(`{}`)
	w.grant(`{"id": "bank-board", "scope": {"all": [{"word": "bank"}, {"registrantCountry": "CH"}]}}`)
	var err error
	for range 20 { // what is known of policies is forgotten after a while
		st, openErr := store.Open(w.ctx, store.Config{DSN: w.dsn})
		w.must(openErr)
		granted := wlstore.NewGranted(st)
		g, newErr := gate.New(gate.Config{Store: st, Clock: w.clock, Policies: granted})
		w.must(newErr)
		_, getErr := granted.Get(w.ctx)
		w.must(getErr)
		st.Close()
		var a srs.Approval
		if a, err = g.Ask(w.ctx, ra, srs.Registration{Name: "free.example", Registrar: "registrar-a", Registrant: "c-alice"}); a != nil {
			t.Errorf("an approval: %v", a)
		}
		g.Close()
		if err == nil {
			return
		}
	}
	t.Errorf("the database was asked: %v", err)
}

// TestManyAtOnce: registrations wait for each other where only one may be asked
// about at a time.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t)
	w.atOnce = 1
	p := w.grant(`{}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	errs := make([]error, 20)
	for i := range errs {
		w.enter(p, entry{target: fmt.Sprintf("n%d.trips", i), registrant: "UID-alice"})
	}
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = w.create(ra, fmt.Sprintf("n%d.trips", i), "c-alice", "") })
	}
	wg.Wait()
	for _, err := range errs {
		w.must(err)
	}
}
