package gate_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cadastre/registry"
	"cadastre/whitelist/desk"
	"cadastre/whitelist/gate"
)

var _ desk.Targets = (*gate.RemoteTargets)(nil)

// target announces the world's registry for zones.
func (w *world) target(s *eppServer, zones ...string) gate.Target {
	w.t.Helper()
	_, i := w.account("registrar-b", registry.RegistrarAccount)
	return gate.Target{
		Zones: zones, Addr: s.addr, ServerName: "localhost", CA: string(s.id.cert),
		ID: "registrar-b", Password: accountPassword, Cert: string(i.cert), Key: string(i.key),
	}
}

func (w *world) wantRegistered(r *gate.RemoteTargets, want map[string]bool, fault string, names ...string) {
	w.t.Helper()
	got, err := r.Registered(w.ctx, names)
	if d := cmp.Diff(want, got); d != "" {
		w.t.Errorf("(-want +got)\n%s", d)
	}
	if (fault == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), fault)) {
		w.t.Errorf("got %v, want %q", err, fault)
	}
}

// TestRemoteTargets: names of anybody count as registered, in redemption too; names
// that are not to be had are not.
func TestRemoteTargets(t *testing.T) {
	w := newWorld(t)
	s := w.serveEPP()
	w.contact(ra, "c-alice", nil)
	w.contact(rb, "c-bob", nil)
	w.must(w.create(ra, "alice.trips", "c-alice", ""))
	w.must(w.create(rb, "bob.trips", "c-bob", ""))
	w.must(w.create(ra, "gone.trips", "c-alice", ""))
	w.clock.Advance(6 * registry.Day)
	gone, err := w.DeleteDomain(w.ctx, ra, "gone.trips")
	w.must(err)
	if gone {
		t.Fatal("gone.trips is not in redemption")
	}
	r := gate.NewRemoteTargets(nil)
	defer r.Close()
	names := []string{"alice.trips", "bob.trips", "gone.trips", "free.trips", "ns1.nic.trips", "nic.trips"}
	w.wantRegistered(r, map[string]bool{}, "no target registry is known for alice.trips", names...)
	w.must(r.Announce(w.target(s, "trips", "example")))
	want := map[string]bool{
		"alice.trips": true, "bob.trips": true, "gone.trips": true, "free.trips": false, "ns1.nic.trips": false, "nic.trips": false,
	}
	w.wantRegistered(r, want, "", names...)
	t.Log("more names than one check takes, and some that nobody is known for")
	for i := range 230 {
		name := fmt.Sprintf("n%d.trips", i)
		names, want[name] = append(names, name), false
	}
	w.wantRegistered(r, want, "", names...)
	w.wantRegistered(r, map[string]bool{"bob.trips": true}, "no target registry is known for x.management\nnor for 1 other",
		"x.management", "bob.trips", "y.management")
	t.Log("the registry starts anew")
	s.stop()
	w.wantRegistered(r, map[string]bool{}, "could not be reached", "bob.trips")
	s.start()
	w.wantRegistered(r, map[string]bool{"bob.trips": true}, "", "bob.trips")
	w.clock.Advance(40 * registry.Day)
	w.wantRegistered(r, map[string]bool{"gone.trips": false}, "", "gone.trips")
}

// TestAnnounce: the longest zone counts, and who announces anew replaces what it said.
func TestAnnounce(t *testing.T) {
	w := newWorld(t)
	s := w.serveEPP()
	w.contact(ra, "c-alice", nil)
	w.must(w.create(ra, "a.trips", "c-alice", ""))
	r := gate.NewRemoteTargets(nil)
	defer r.Close()
	here := w.target(s, "trips", "example")
	dead := here
	dead.Addr, dead.Zones = "127.0.0.1:1", []string{"a.trips"}
	w.must(r.Announce(here))
	w.must(r.Announce(dead))
	w.wantRegistered(r, map[string]bool{"b.trips": false}, "127.0.0.1:1 could not be reached", "a.trips", "b.trips")
	t.Log("the dead one now has another zone")
	dead.Zones = []string{"example"}
	w.must(r.Announce(dead))
	w.wantRegistered(r, map[string]bool{"a.trips": true}, "could not be reached", "a.trips", "a.example")
	t.Log("and the first announces itself anew")
	w.must(r.Announce(here))
	w.wantRegistered(r, map[string]bool{"a.trips": true, "a.example": false}, "", "a.trips", "a.example")
	here.Password = "wrong-password"
	w.must(r.Announce(here))
	w.wantRegistered(r, map[string]bool{}, "refused with 2200", "a.trips")
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	if got, err := r.Registered(ctx, []string{"a.trips"}); err == nil || len(got) != 0 {
		t.Error("an answer without asking")
	}
}
