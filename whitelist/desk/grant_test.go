package desk_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"cadastre/whitelist/desk"
)

// worked is Work with an end: what would go on for ever fails.
func (w *world) worked() int {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 3*time.Second)
	defer cancel()
	n, err := w.Work(ctx)
	w.must(err)
	w.check()
	return n
}

// A policy may be granted at a business instant that lies ahead: the clock goes back,
// and what is said under the policy counts nevertheless, once.
func TestGrantedAhead(t *testing.T) {
	w := newWorld(t)
	v := newVerifier(t)
	v.says(`{"decision":"approve"}`)
	back := w.clock.Now().AddDate(-1, 0, 0)
	w.grant(map[string]any{"verifiers": []any{rules[0], v.stage(), map[string]any{"type": "manual", "persons": 2}}})
	w.clock.Set(back)
	a := w.apply(ra, "miami.trips", "UID1")
	equal(t, "moved", w.worked(), 1)
	equal(t, "questions", len(v.asked), 1)
	equal(t, "waiting", w.show(a.ID).Waiting, "a person")
	equal(t, "waiting", w.approve(a.ID).Waiting, "a second person")
	equal(t, "status", w.decide(a.ID, desk.Decision{Approve: true, By: "bob"}).Status, desk.StatusApproved)
	equal(t, "words", len(w.show(a.ID).Reviews), 4)
}

// A chain is gone through anew once for each grant, whatever the clock says, and the
// outside verifier asked once; a proposal that waits beside changes nothing.
func TestGrantedAnew(t *testing.T) {
	w := newWorld(t)
	v := newVerifier(t)
	v.says(`{"decision":"approve"}`)
	chain := func(life string) map[string]any {
		return map[string]any{"verifiers": []any{rules[0], v.stage(), map[string]any{"type": "manual", "persons": 2}}, "life": life}
	}
	w.grant(chain("1y"))
	a := w.apply(ra, "miami.trips", "UID1")
	equal(t, "moved", w.worked(), 1)
	w.approve(a.ID)
	for i, life := range []string{"2y", "3y"} {
		w.clock.Advance(-time.Hour)
		w.grant(chain(life))
		w.worked()
		equal(t, "questions", len(v.asked), i+2)
		if v.ids[i] == v.ids[i+1] {
			t.Errorf("another question has the id of the last: %s", v.ids[i])
		}
		equal(t, "waiting", w.show(a.ID).Waiting, "a person")
		equal(t, "waiting", w.approve(a.ID).Waiting, "a second person")
	}
	data, err := json.Marshal(map[string]any{"id": "trips-board", "overseer": "New Board", "zone": "valid.zone", "forms": []string{"{registrant}.{registrar}.{domain}"}, "scope": map[string]any{"suffix": "trips"}, "verifiers": manual})
	w.must(err)
	_, err = w.AddPolicy(w.ctx, op, data)
	w.must(err)
	equal(t, "status", w.decide(a.ID, desk.Decision{Approve: true, By: "bob"}).Status, desk.StatusApproved)
	equal(t, "questions", len(v.asked), 3)
	w.told("registrar-a", a.ID, true)
}

// What a verifier says is about the document it was asked under: when that is another
// one meanwhile, the verifier of the new one is asked.
func TestGrantedWhileAsked(t *testing.T) {
	w := newWorld(t)
	v, other := newVerifier(t), newVerifier(t)
	w.grant(map[string]any{"verifiers": []any{v.stage()}})
	a := w.apply(ra, "miami.trips", "UID1")
	v.does(func(rw http.ResponseWriter, _ *http.Request) {
		w.grant(map[string]any{"verifiers": []any{other.stage()}})
		rw.Write([]byte(`{"decision":"approve"}`)) //nolint:errcheck // the desk asks again
	})
	other.says(`{"decision":"deny","reason":"not under this document"}`)
	w.worked()
	w.status(a.ID, desk.StatusDenied)
	equal(t, "questions", len(v.asked), 1)
	equal(t, "questions to the other", len(other.asked), 1)
}
