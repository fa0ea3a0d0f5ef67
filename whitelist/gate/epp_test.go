package gate_test

import (
	"net"
	"sync"
	"testing"

	"cadastre/registry"
)

// TestCodesEPP walks the code table with the entries asked for by EPP.
func TestCodesEPP(t *testing.T) {
	w := newWorld(t)
	w.askByEPP(w.serveEPP(), "trips-board", "form-four", "two-forms")
	codes(w, "epp")
}

// TestEPPSessions: sessions are used again, opened anew when the server ended them,
// and shared by registrations at the same time.
func TestEPPSessions(t *testing.T) {
	w := newWorld(t)
	s := w.serveEPP()
	w.askByEPP(s, "trips-board")
	p := w.grant(`{"via": "epp"}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	for _, name := range []string{"a.trips", "b.trips", "c.trips"} {
		w.enter(p, entry{target: name, registrant: "UID-alice"})
	}
	w.must(w.create(ra, "a.trips", "c-alice", ""))
	s.stop()
	t.Log("C-108: nobody answers; what is under no control goes on")
	w.refused(w.create(ra, "b.trips", "c-alice", ""), registry.KindUnavailable, "Trips Board", s.addr, "could not be reached", "try again")
	w.must(w.create(ra, "free.example", "c-alice", ""))
	s.start()
	w.must(w.create(ra, "b.trips", "c-alice", ""))
	s.stop()
	s.start()
	w.must(w.create(ra, "c.trips", "c-alice", ""))

	errs := make([]error, 20)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = w.create(ra, "none.trips", "c-alice", "") })
	}
	wg.Wait()
	for _, err := range errs {
		w.refused(err, registry.KindDataPolicy, "no approval")
	}
}

// TestEPPHeld: a name that is held is no approval yet.
func TestEPPHeld(t *testing.T) {
	w := newWorld(t)
	w.askByEPP(w.serveEPP(), "trips-board")
	p := w.grant(`{"via": "epp"}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	w.hold(w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})[0])
	w.refused(w.create(ra, "miami.trips", "c-alice", ""), registry.KindDataPolicy, "no approval")
}

// TestEPPRefused: an account that may not log in, a name of another verifier, and a
// server that is none, are failures to ask.
func TestEPPRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serveEPP()
	w.askByEPP(s, "trips-board", "other-board")
	p := w.grant(`{"via": "epp"}`)
	other := w.grant(`{"id": "other-board", "overseer": "Other Board", "scope": {"suffix": "management"}, "via": "epp"}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})
	w.must(w.Suspend(w.ctx, op, "trips-board", "test"))
	err := w.create(ra, "miami.trips", "c-alice", "")
	w.refused(err, registry.KindUnavailable, "Trips Board", "refused with 2501")
	w.enter(other, entry{target: "miami.management", registrant: "UID-alice"})
	w.move("miami.management", "trips-board")
	w.refused(w.create(ra, "miami.management", "c-alice", ""), registry.KindUnavailable, "Other Board", "refused with 2201")

	w.t.Log("a server that never greets")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	defer ln.Close()
	w.peers["valid.zone"].EPP.Addr = ln.Addr().String()
	w.open()
	w.refused(w.create(ra, "miami.trips", "c-alice", ""), registry.KindUnavailable, ln.Addr().String(), "did not answer within 5s")
}
