package gate_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/registry/srs"
)

// between lets something happen after the gate was asked and before the transaction
// that uses its answer.
type between struct {
	srs.Preapproval
	do    func()
	asked int
}

func (b *between) Ask(ctx context.Context, actor registry.Actor, r srs.Registration) (srs.Approval, error) {
	a, err := b.Preapproval.Ask(ctx, actor, r)
	b.asked++
	if b.do != nil {
		b.do()
	}
	return a, err
}

// interrupted gives the registry a gate with something in between. The world's own
// methods stay without.
func (w *world) interrupted() (*srs.SRS, *between) {
	w.t.Helper()
	b := &between{Preapproval: w.gate}
	s, err := srs.New(srs.Config{Store: w.store, Clock: w.clock, ROIDSuffix: "TEST", Preapproval: b})
	w.must(err)
	return s, b
}

func miami(contact string) registry.DomainCreate {
	return registry.DomainCreate{Name: "miami.trips", Registrant: contact}
}

// TestContactSwappedInBetween: the answer is for the registrant that was asked about.
func TestContactSwappedInBetween(t *testing.T) {
	for _, tc := range []struct {
		name string
		swap func(w *world, s *srs.SRS) error
	}{
		{"identifier", func(w *world, s *srs.SRS) error {
			return s.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: "c-alice", KindData: registry.KindChange{Identifier: ptr("UID-eve")}})
		}},
		{"proxy", func(w *world, s *srs.SRS) error {
			return s.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: "p-alice", KindData: registry.KindChange{RealContact: ptr("c-eve")}})
		}},
		{"behind the proxy", func(w *world, s *srs.SRS) error {
			return s.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: "c-alice", KindData: registry.KindChange{Identifier: ptr("UID-eve")}})
		}},
		{"another contact of that id", func(w *world, s *srs.SRS) error {
			w.must(s.DeleteContact(w.ctx, ra, "p-alice"))
			w.must(s.DeleteContact(w.ctx, ra, "c-alice"))
			w.contact(ra, "c-alice", identified("UID-eve"))
			w.contact(ra, "p-alice", proxyOf("c-alice"))
			return nil
		}},
	} {
		for _, contact := range []string{"c-alice", "p-alice"} {
			if (tc.name == "proxy" || tc.name == "behind the proxy") && contact != "p-alice" {
				continue
			}
			t.Run(fmt.Sprintf("%s of %s", tc.name, contact), func(t *testing.T) {
				w := newWorld(t)
				plain := w.SRS
				p := w.grant(`{}`)
				w.open()
				w.contact(ra, "c-alice", identified("UID-alice"))
				w.contact(ra, "c-eve", identified("UID-eve"))
				w.contact(ra, "p-alice", proxyOf("c-alice"))
				w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})
				s, b := w.interrupted()
				b.do = func() {
					b.do = nil
					w.must(tc.swap(w, plain))
				}
				_, err := s.CreateDomain(w.ctx, ra, miami(contact))
				w.refused(err, registry.KindDataPolicy, "UID-eve")
				if b.asked != 2 {
					t.Errorf("asked %d times, want 2", b.asked)
				}
				if w.exists("miami.trips") {
					t.Error("written for somebody else")
				}
			})
		}
	}
}

// TestUncontrolledRegistrantSwapped: nor is an answer of no control good for another
// registrant.
func TestUncontrolledRegistrantSwapped(t *testing.T) {
	w := newWorld(t)
	plain := w.SRS
	w.grant(`{"scope": {"registrant": "UID-eve"}}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	s, b := w.interrupted()
	b.do = func() {
		b.do = nil
		w.must(plain.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: "c-alice", KindData: registry.KindChange{Identifier: ptr("UID-eve")}}))
	}
	_, err := s.CreateDomain(w.ctx, ra, miami("c-alice"))
	w.refused(err, registry.KindDataPolicy, "UID-eve")
	t.Log("nor does a false name lead around it")
	w.refused(w.create(ra, "miami.trips", "c-alice", "UID-alice"), registry.KindAuthInfo, "c-alice")
}

// TestSwappedForEver: a registrant that never stays the same is told to come again.
func TestSwappedForEver(t *testing.T) {
	w := newWorld(t)
	plain := w.SRS
	p := w.grant(`{}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	ids := []string{"UID-alice", "UID-ALICE", "Uid-alice", "uid-Alice"}
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})
	s, b := w.interrupted()
	b.do = func() {
		w.must(plain.UpdateContact(w.ctx, ra, registry.ContactUpdate{
			Handle: "c-alice", KindData: registry.KindChange{Identifier: &ids[b.asked%len(ids)]},
		}))
	}
	_, err := s.CreateDomain(w.ctx, ra, miami("c-alice"))
	w.refused(err, registry.KindUnavailable, "try again")
	if b.asked != 3 {
		t.Errorf("asked %d times", b.asked)
	}
}

// TestExpiryInBetween: the entry must hold at the instant of the registration.
func TestExpiryInBetween(t *testing.T) {
	w := newWorld(t)
	p := w.grant(`{}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	until := start.Add(time.Hour)
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice", until: until})
	s, b := w.interrupted()
	b.do = func() { w.clock.Set(until) }
	_, err := s.CreateDomain(w.ctx, ra, miami("c-alice"))
	w.refused(err, registry.KindDataPolicy, "expired at 2026-01-01T01:00:00Z")
	w.clock.Set(start)
	b.do = func() { w.clock.Set(until.Add(-time.Microsecond)) }
	_, err = s.CreateDomain(w.ctx, ra, miami("c-alice"))
	w.must(err)
}

// TestEntryGoneInBetween: an entry that was removed or written anew for others does
// not count.
func TestEntryGoneInBetween(t *testing.T) {
	w := newWorld(t)
	p := w.grant(`{"forms": ["{domain}"]}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})
	s, b := w.interrupted()
	b.do = func() { w.remove("valid.zone", "miami.trips.valid.zone") }
	_, err := s.CreateDomain(w.ctx, ra, miami("c-alice"))
	w.refused(err, registry.KindDataPolicy, "no approval")
	b.do = nil
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})
	b.do = func() {
		b.do = nil
		w.remove("valid.zone", "miami.trips.valid.zone")
		w.enter(p, entry{target: "miami.trips", registrant: "UID-bob"})
	}
	_, err = s.CreateDomain(w.ctx, ra, miami("c-alice"))
	w.refused(err, registry.KindAuthInfo, "another registrant")
	w.remove("valid.zone", "miami.trips.valid.zone")
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})
	b.do = func() {
		b.do = nil
		w.remove("valid.zone", "miami.trips.valid.zone")
		w.enter(p, entry{target: "miami.trips", registrant: "UID-alice", cred: registry.Credential{Type: "token", Value: "new"}})
	}
	_, err = s.CreateDomain(w.ctx, ra, miami("c-alice"))
	w.refused(err, registry.KindMissing, "preapproval:credential")
}
