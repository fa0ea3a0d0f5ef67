package desk_test

import (
	"strings"
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/whitelist/desk"
)

// again lets the waiting time of questions to others pass.
func (w *world) again() {
	w.Helper()
	w.write(`UPDATE applications SET try_at = try_at - interval '10 minutes' WHERE state = 'held' AND try_at IS NOT NULL`)
}

// While the target registry does not answer, applications stay held; then they go
// their way, and the outcome is told.
func TestTargetsUnknown(t *testing.T) {
	w := newFarWorld(t)
	w.targets.down.Store(true)
	w.grant(map[string]any{"verifiers": rules})
	a := w.apply(ra, "miami.trips", "UID1")
	equal(t, "status", a.Status, desk.StatusPending)
	equal(t, "waiting", a.Waiting, "the target registry")
	gone := w.apply(ra, "gone.trips", "UID1")
	barred := w.apply(ra, "myoffensiveword.trips", "UID1")
	equal(t, "moved", w.work(), 0)
	got := w.status(a.ID, desk.StatusPending)
	equal(t, "tries", got.Tries, 1)
	equal(t, "fault", got.Fault, "no target registry answers for the name")
	w.untold("registrar-a")
	w.wantZone()
	w.register("gone.trips")
	w.targets.down.Store(false)
	w.again()
	equal(t, "moved", w.work(), 3)
	w.status(a.ID, desk.StatusApproved)
	equal(t, "why", strings.Join(w.status(gone.ID, desk.StatusDenied).Reasons, ""), "gone.trips is registered")
	equal(t, "why", strings.Join(w.status(barred.ID, desk.StatusDenied).Reasons, ""), `name: the word "offensiveword" is barred`)
	w.wantZone("uid1.146.miami.trips.valid.zone")
	equal(t, "told", len(w.messages("registrar-a")), 3)
	equal(t, "nothing more to do", w.work(), 0)
}

// A person approves while the target registry is silent: the word stands, and the
// worker finishes.
func TestTargetsUnknownAtTheEnd(t *testing.T) {
	w := newFarWorld(t)
	w.grant(nil)
	a, b, c := w.apply(ra, "miami.trips", "UID1"), w.apply(ra, "tokyo.trips", "UID1"), w.apply(ra, "paris.trips", "UID1")
	w.targets.down.Store(true)
	for _, x := range []*desk.Application{a, b} {
		got := w.approve(x.ID)
		equal(t, "status", got.Status, desk.StatusPending)
		equal(t, "waiting", got.Waiting, "the target registry")
	}
	_, err := w.Decide(w.ctx, op, a.ID, desk.Decision{Approve: true, By: "bob"})
	w.refused(err, registry.KindStatus, "decided already: approved by ann")
	_, err = w.Decide(w.ctx, op, a.ID, desk.Decision{By: "bob"})
	w.refused(err, registry.KindStatus, "decided already: approved by ann")
	equal(t, "a denial needs no target", w.decide(c.ID, desk.Decision{By: "ann"}).Status, desk.StatusDenied)
	equal(t, "moved", w.work(), 0)
	w.register("tokyo.trips")
	w.targets.down.Store(false)
	w.again()
	equal(t, "moved", w.work(), 2)
	equal(t, "decided by", w.status(a.ID, desk.StatusApproved).DecidedBy, "ann")
	w.status(b.ID, desk.StatusDenied)
	w.wantZone("uid1.146.miami.trips.valid.zone")
	equal(t, "told", len(w.messages("registrar-a")), 3)
}

// Before the target registry has spoken nobody is asked, so nobody approves (C-29).
func TestApproveBeforeTargetC29(t *testing.T) {
	w := newFarWorld(t)
	w.targets.down.Store(true)
	w.grant(nil)
	a := w.apply(ra, "miami.trips", "UID1")
	_, err := w.Decide(w.ctx, op, a.ID, desk.Decision{Approve: true, By: "ann"})
	w.refused(err, registry.KindStatus, "has not said yet")
	w.targets.down.Store(false)
	equal(t, "status", w.approve(a.ID).Status, desk.StatusApproved)
}

// Nobody to ask at all: everything waits.
func TestNoTargets(t *testing.T) {
	w := newFarWorld(t)
	w.grant(map[string]any{"verifiers": rules})
	d, err := desk.New(desk.Config{Store: w.store, Clock: w.clock})
	w.must(err)
	list, err := d.Apply(w.ctx, ra, request("miami.trips", "UID1"))
	w.must(err)
	_, err = d.Work(w.ctx)
	w.must(err)
	w.status(list[0].ID, desk.StatusPending)
}

// C-36 and the open point 11: what nobody decides is denied in time, whatever it
// waits for.
func TestDeadline(t *testing.T) {
	w := newFarWorld(t)
	w.targets.down.Store(true)
	w.grant(map[string]any{"hold": "36h"})
	a := w.apply(ra, "miami.trips", "UID1")
	w.targets.down.Store(false)
	b := w.apply(rb, "tokyo.trips", "UID1")
	w.targets.down.Store(true)
	w.clock.Advance(36*time.Hour - time.Second)
	w.must(w.SettleBy(w.ctx, w.clock.Now()))
	w.status(a.ID, desk.StatusPending)
	w.clock.Advance(time.Second)
	w.must(w.SettleBy(w.ctx, w.clock.Now()))
	w.check()
	for _, x := range []struct{ id, account string }{{a.ID, "registrar-a"}, {b.ID, "registrar-b"}} {
		equal(t, "why", strings.Join(w.status(x.id, desk.StatusDenied).Reasons, ""), "not decided in time")
		w.told(x.account, x.id, false)
	}
	_, err := w.Decide(w.ctx, op, a.ID, desk.Decision{Approve: true})
	w.refused(err, registry.KindStatus, "decided already: denied by registry")
	w.targets.down.Store(false)
	w.apply(ra, "miami.trips", "UID1")
}
