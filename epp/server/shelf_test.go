package server

import (
	"context"
	"strings"
	"sync"
	"time"

	"cadastre/registry"
	"cadastre/whitelist/desk"
)

// The desk is what serves.
var _ Whitelist = (*desk.Desk)(nil)

// shelf is a whitelist registry without policies or storage, as memory is a registry: it
// runs the zone valid.zone, keeps what it was asked, and answers what it was told to.
type shelf struct {
	mu         sync.Mutex
	applied    desk.ApplyRequest
	entered    desk.EnterRequest
	deleted    string
	checked    []string
	credential *string // of the last info
	actor      registry.Actor

	applications []*desk.Application // the answer to Apply
	name         *desk.Name          // the answer to InfoName and Enter
	err          error               // instead of any answer but that of Runs
	runsErr      error
}

var (
	shelfExpires = time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	shelfEntry   = "uid1.146.miami.trips.valid.zone"
)

func newShelf() *shelf {
	return &shelf{
		applications: []*desk.Application{{ID: "A1-TEST", Target: "miami.trips", Status: desk.StatusPending, Names: []string{shelfEntry}, Created: memoryNow}},
		name: &desk.Name{
			Name: shelfEntry, ROID: "W1-TEST", Application: "A1-TEST", Status: desk.StatusApproved, Target: "miami.trips",
			Registrant: "UID1", Registrar: "146", Policy: "trips-board", Sponsor: "registrar-a", Created: memoryNow, Expires: shelfExpires,
		},
	}
}

func (s *shelf) note(actor registry.Actor, f func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.actor = actor
	f()
	return s.err
}

func (s *shelf) Runs(_ context.Context, name string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return name == "valid.zone" || strings.HasSuffix(name, ".valid.zone"), s.runsErr
}

func (s *shelf) Apply(_ context.Context, a registry.Actor, req desk.ApplyRequest) ([]*desk.Application, error) {
	err := s.note(a, func() { s.applied = req })
	return s.applications, err
}

func (s *shelf) Enter(_ context.Context, a registry.Actor, req desk.EnterRequest) (*desk.Name, error) {
	err := s.note(a, func() { s.entered = req })
	return s.name, err
}

func (s *shelf) DeleteName(_ context.Context, a registry.Actor, name string) error {
	return s.note(a, func() { s.deleted = name })
}

func (s *shelf) InfoName(_ context.Context, a registry.Actor, _ string, credential *string) (*desk.Name, error) {
	err := s.note(a, func() { s.credential = credential })
	return s.name, err
}

func (s *shelf) CheckNames(_ context.Context, a registry.Actor, names []string) ([]registry.Availability, error) {
	err := s.note(a, func() { s.checked = names })
	out := make([]registry.Availability, len(names))
	for i, n := range names {
		out[i] = registry.Availability{Name: n, Available: !strings.EqualFold(n, shelfEntry)}
		if !out[i].Available {
			out[i].Reason = "In use"
		}
	}
	return out, err
}
