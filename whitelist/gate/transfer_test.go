package gate_test

import (
	"testing"

	"cadastre/registry"
)

// TestChangeOfRegistrar: nor does a name under control go to another registrar by a
// transfer that would not be approved anew, unless the policy binds at registration
// only.
func TestChangeOfRegistrar(t *testing.T) {
	const auth = "q8Z!w3e#R5t%Y7u&I9o("
	w := newWorld(t)
	p := w.grant(`{}`)
	once := w.grant(`{"id": "once-board", "binds": "registration", "scope": {"suffix": "management"}}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})
	w.enter(once, entry{target: "miami.management", registrant: "UID-alice"})
	for _, name := range []string{"miami.trips", "miami.management", "free.example"} {
		w.must(w.create(ra, name, "c-alice", ""))
		w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: name, AuthInfo: ptr(auth)}))
	}
	request := func(name, pw string) error {
		_, err := w.TransferDomain(w.ctx, rb, registry.TransferCommand{Op: registry.TransferRequested, Name: name, AuthInfo: &pw})
		return err
	}
	t.Log("the approval has expired: what was enough at the registration is not any more")
	w.clock.Advance(370 * registry.Day)
	asked := w.asked()
	w.refused(request("miami.trips", auth+"x"), registry.KindAuthInfo)
	w.refused(request("nothing.trips", auth), registry.KindNotFound)
	if w.asked() != asked {
		t.Error("what the rules refuse anyway was asked about")
	}
	w.refused(request("miami.trips", auth), registry.KindDataPolicy, "UID-alice")
	t.Log("uncontrolled, or bound at registration only")
	w.must(request("free.example", auth))
	w.must(request("miami.management", auth))
	t.Log("approved: it goes")
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice", registrar: regB})
	w.must(request("miami.trips", auth))
	w.clock.Advance(5 * registry.Day)
	_, err := w.Sweep(w.ctx)
	w.must(err)
	for _, name := range []string{"miami.trips", "miami.management", "free.example"} {
		v, err := w.InfoDomain(w.ctx, rb, name, nil)
		w.must(err)
		if v.Registrar != "registrar-b" {
			t.Errorf("%s is with %s", name, v.Registrar)
		}
	}
}

// TestTransferChangedInBetween: the answer is for the registrant that was asked about.
func TestTransferChangedInBetween(t *testing.T) {
	const auth = "q8Z!w3e#R5t%Y7u&I9o("
	w := newWorld(t)
	plain := w.SRS
	p := w.grant(`{}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	w.contact(ra, "c-eve", identified("UID-eve"))
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})
	w.must(w.create(ra, "miami.trips", "c-alice", ""))
	w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "miami.trips", AuthInfo: ptr(auth)}))
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice", registrar: regB})
	s, b := w.interrupted()
	b.do = func() {
		b.do = nil
		w.must(plain.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "miami.trips", Registrant: ptr("c-eve")}))
	}
	_, err := s.TransferDomain(w.ctx, rb, registry.TransferCommand{Op: registry.TransferRequested, Name: "miami.trips", AuthInfo: ptr(auth)})
	w.refused(err, registry.KindDataPolicy, "UID-eve")
	if b.asked != 2 {
		t.Errorf("asked %d times, want 2", b.asked)
	}
}
