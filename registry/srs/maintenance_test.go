package srs_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/store"
)

// told empties a registrar's queue and gives the messages.
func (w *world) told(actor registry.Actor) (list []*registry.PollMessage) {
	w.t.Helper()
	for {
		msg, _, err := w.PollRequest(w.ctx, actor)
		w.must(err)
		if msg == nil {
			return list
		}
		list = append(list, msg)
		_, err = w.PollAck(w.ctx, actor, msg.ID)
		w.must(err)
	}
}

// neighbour is another process on the same database.
func (w *world) neighbour() *srs.SRS {
	w.t.Helper()
	st, err := store.Open(w.ctx, store.Config{DSN: w.dsn, MaxConns: 4})
	w.must(err)
	w.t.Cleanup(st.Close)
	s, err := srs.New(srs.Config{Store: st, Clock: w.clock, ROIDSuffix: "TEST"})
	w.must(err)
	return s
}

// sweepAll has several processes sweep at once.
func (w *world) sweepAll(all ...*srs.SRS) {
	w.t.Helper()
	var wg sync.WaitGroup
	for _, s := range all {
		wg.Go(func() {
			if err := s.SettleBy(context.WithoutCancel(w.ctx), w.clock.Now()); err != nil {
				w.t.Error(err)
			}
		})
	}
	wg.Wait()
}

func (w *world) plan() registry.MaintenancePlan {
	start := w.clock.Now().Add(10 * registry.Day)
	return registry.MaintenancePlan{
		Systems: []registry.MaintenanceSystem{{Name: "EPP", Impact: "full"}}, Environment: "production", Reason: "planned",
		Start: start, End: start.Add(time.Hour), Zones: []string{"example"}, Reminder: registry.Duration(registry.Day),
	}
}

// TestMaintenance: everybody is told of each step once, whatever number of processes
// there is, with the state as it was then.
func TestMaintenance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	beside := w.neighbour()
	m, err := w.AddMaintenance(w.ctx, op, w.plan())
	w.must(err)
	start := m.Start
	_, err = beside.ChangeMaintenance(w.ctx, op, m.ID, func(p *registry.MaintenancePlan) error {
		p.End = p.End.Add(time.Hour)
		return nil
	})
	w.must(err)
	_, err = w.ChangeMaintenance(w.ctx, op, m.ID, func(*registry.MaintenancePlan) error { return nil })
	w.refused(err, registry.KindParamPolicy, "nothing would change")
	list, err := beside.ListMaintenances(w.ctx)
	w.must(err)
	if len(list) != 1 || list[0].ID != m.ID || !list[0].End.Equal(start.Add(2*time.Hour)) || list[0].Version != 2 {
		t.Fatalf("listed: %+v", list)
	}
	w.clock.Set(start.Add(-registry.Day - 1000))
	w.sweepAll(w.SRS, beside)
	w.clock.Set(start.Add(-registry.Day))
	w.sweepAll(w.SRS, beside, w.SRS, beside)
	w.clock.Advance(300 * registry.Day) // both were down
	w.sweepAll(w.SRS, beside, w.SRS, beside)
	w.sweepAll(w.SRS, beside)
	for _, who := range []registry.Actor{ra, rb} {
		var events []registry.MaintenanceEvent
		for _, msg := range w.told(who) {
			n := msg.Data.Maintenance
			if n == nil || n.State.ID != m.ID {
				t.Fatalf("%s got %+v", who.Registrar, msg)
			}
			events = append(events, n.Event)
			want := map[registry.MaintenanceEvent]time.Time{
				registry.MaintenanceCreated: m.Created, registry.MaintenanceChanged: m.Created,
				registry.MaintenanceReminder: start.Add(-registry.Day), registry.MaintenanceEnd: start.Add(2 * time.Hour),
			}[n.Event]
			end := start.Add(2 * time.Hour)
			if n.Event == registry.MaintenanceCreated {
				end = start.Add(time.Hour)
			}
			if !msg.Queued.Equal(want) || !n.State.End.Equal(end) || n.State.Updated.IsZero() != (n.Event == registry.MaintenanceCreated) {
				t.Errorf("%s at %v, want %v: %+v", n.Event, msg.Queued, want, n.State)
			}
		}
		if len(events) != 4 || events[0] != registry.MaintenanceCreated || events[1] != registry.MaintenanceChanged ||
			events[2] != registry.MaintenanceReminder || events[3] != registry.MaintenanceEnd {
			t.Errorf("%s was told of %v", who.Registrar, events)
		}
	}
	if list, err := w.ListMaintenances(w.ctx); err != nil || len(list) != 0 {
		t.Errorf("what is over is listed: %v, %v", list, err)
	}
	if over, err := w.InfoMaintenance(w.ctx, m.ID.String()); err != nil || over.ID != m.ID {
		t.Errorf("what is over is not shown: %v", err)
	}
	_, err = w.CancelMaintenance(w.ctx, op, m.ID)
	w.refused(err, registry.KindStatus, "over")
}

// TestMaintenanceCancelled: who is told of a cancelled maintenance sees it as it was, and
// hears no more of it. What fell due before the cancelling was told first.
func TestMaintenanceCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m, err := w.AddMaintenance(w.ctx, op, w.plan())
	w.must(err)
	w.clock.Set(m.Start) // no sweep came by
	_, err = w.CancelMaintenance(w.ctx, op, m.ID)
	w.must(err)
	w.clock.Advance(registry.Day)
	w.sweepAll(w.SRS)
	var events []registry.MaintenanceEvent
	for _, msg := range w.told(ra) {
		events = append(events, msg.Data.Maintenance.Event)
		if !msg.Data.Maintenance.State.Cancelled.IsZero() {
			t.Errorf("%s shows the state after it", msg.Data.Maintenance.Event)
		}
	}
	if len(events) != 3 || events[1] != registry.MaintenanceReminder || events[2] != registry.MaintenanceCancelled {
		t.Errorf("told of %v", events)
	}
	_, err = w.InfoMaintenance(w.ctx, m.ID.String())
	w.refused(err, registry.KindNotFound, "no such maintenance")
	_, err = w.CancelMaintenance(w.ctx, op, m.ID)
	w.refused(err, registry.KindStatus, "cancelled on")
	_, err = w.CancelMaintenance(w.ctx, op, m.ID+1)
	w.refused(err, registry.KindNotFound, "no such maintenance")
	if all, err := w.store.Maintenances(w.ctx, 0, 10); err != nil || len(all) != 1 || all[0].Cancelled.IsZero() {
		t.Errorf("all: %+v, %v", all, err)
	}
}
