package desk_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"cadastre/whitelist/desk"
)

// until waits for a condition that comes true by itself.
func (w *world) until(what string, is func() bool) {
	w.Helper()
	for deadline := time.Now().Add(30 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.Fatal("in vain: " + what)
		}
	}
}

func (v *verifier) questions() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.asked)
}

// C-42: a verifier that hangs keeps what waits for it, and no other application: not
// one under another policy, not one that waits for the target registry, not one at
// another stage of the same policy; nor whoever moves the clock.
func TestVerifierHangsAlone(t *testing.T) {
	w := newFarWorld(t)
	w.SetAskTimeout(time.Minute)
	slow, quick := newVerifier(t), newVerifier(t)
	released := make(chan struct{})
	slow.does(func(rw http.ResponseWriter, r *http.Request) {
		select {
		case <-released:
		case <-r.Context().Done():
		}
		io.WriteString(rw, `{"decision":"approve"}`) //nolint:errcheck // the desk asks again
	})
	quick.says(`{"decision":"approve"}`)
	scope := func(word string) map[string]any {
		return map[string]any{"all": []any{map[string]any{"suffix": "trips"}, map[string]any{"word": word}}}
	}
	w.grant(map[string]any{"scope": scope("slow"), "verifiers": []any{quick.stage(), slow.stage()}})
	w.grant(map[string]any{"id": "quick-board", "account": "other-board", "scope": scope("quick"), "verifiers": []any{quick.stage()}})
	w.grant(map[string]any{"id": "rules-board", "account": "other-board", "scope": scope("rules"), "verifiers": rules})
	ctx, stop := context.WithCancel(w.ctx)
	var runs sync.WaitGroup
	runs.Go(func() { w.Desk.Run(ctx) })
	defer runs.Wait()
	defer stop()
	const n = 40
	for i := range n {
		w.must(second2(w.Apply(w.ctx, ra, request(fmt.Sprintf("slow%d.trips", i), "UID1"))))
	}
	w.until("all go past the first stage", func() bool { return quick.questions() == n })
	w.until("the hanging verifier is asked", func() bool { return slow.questions() == 8 })
	w.targets.down.Store(true)
	waits := w.apply(ra, "rules.trips", "UID1")
	equal(t, "waiting", waits.Waiting, "the target registry")
	w.targets.down.Store(false)
	others := []*desk.Application{waits, w.apply(ra, "quick.trips", "UID1"), w.apply(rb, "quicker.trips", "UID1")}
	for _, a := range others {
		w.until(a.Target+" is decided", func() bool { return w.show(a.ID).Status == desk.StatusApproved })
	}
	last := w.apply(ra, "slowest.trips", "UID1")
	w.until("the first verifier is asked", func() bool {
		return strings.HasPrefix(w.show(last.ID).Waiting, "the outside") && quick.questions() == n+3
	})
	w.clock.Advance(time.Hour)
	w.must(w.SettleBy(w.ctx, w.clock.Now()))
	equal(t, "questions to the one that hangs", slow.questions(), 8)
	close(released)
	w.until("the others are decided", func() bool { return w.count(`SELECT count(*) FROM applications WHERE state <> 'approved'`) == 0 })
	equal(t, "questions in all", slow.questions(), n+1)
	equal(t, "told", len(w.messages("registrar-a")), n+3)
}
