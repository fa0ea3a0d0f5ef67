package srs_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cadastre/registry"
)

var word = &registry.RestoreReport{
	PreData: "before", PostData: "after", Reason: registry.StatusText{Text: "mistake"},
	Statements: []registry.StatusText{{Text: "not for us"}, {Text: "true", Lang: "en"}}, Other: "ticket 4711",
}

func (w *world) restore(actor registry.Actor, name string, report *registry.RestoreReport) error {
	w.t.Helper()
	_, _, err := w.RestoreDomain(w.ctx, actor, registry.DomainRestore{Name: name, Report: report})
	w.check()
	return err
}

// booked lists a registrar's movements for an object, oldest first: reason, amount.
func (w *world) booked(registrar, object string) (list []string) {
	w.t.Helper()
	entries, err := w.store.Ledger(w.ctx, registrar, 1000)
	w.must(err)
	for _, e := range slices.Backward(entries) {
		if e.Object == object {
			list = append(list, e.At.UTC().Format("2006-01-02T15:04:05.999999Z")+" "+e.Reason+" "+registry.AmountText(e.Amount, 2))
		}
	}
	return list
}

// TestRestoreBooks follows the money of a name that is deleted in a renewal's grace
// period and restored after its expiry, to the cent and the microsecond.
func TestRestoreBooks(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.host(ra, "ns1.other.test")
	w.domain(ra, "back.example", "c-one", "ns1.other.test")
	w.clock.Set(time.Date(2026, 12, 20, 10, 0, 0, 1000, time.UTC))
	_, err := w.RenewDomain(w.ctx, ra, "back.example", time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), registry.Period{})
	w.must(err)
	w.clock.Set(time.Date(2026, 12, 21, 0, 0, 0, 0, time.UTC))
	before := w.info("back.example")
	_, err = w.DeleteDomain(w.ctx, ra, "back.example")
	w.must(err)
	w.clock.Set(time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC))
	w.must(w.restore(ra, "back.example", nil))
	if len(w.inZone("example")) != 0 {
		t.Error("in the zone before the report")
	}
	w.clock.Advance(time.Hour)
	w.must(w.restore(ra, "back.example", word))
	after := w.info("back.example")
	if !after.Expires.Equal(before.Expires) || !slices.Equal(after.Nameservers, before.Nameservers) || len(w.inZone("example")) != 1 {
		t.Errorf("restored: %+v", after)
	}
	want := []string{
		"2026-01-01T00:00:00Z create -10.00", "2026-12-20T10:00:00.000001Z renew -10.00", "2026-12-21T00:00:00Z delete 10.00",
		"2027-01-02T00:00:00Z restore -10.00", "2027-01-02T01:00:00Z restore-returned -10.00",
	}
	if got := w.booked("registrar-a", "back.example"); !slices.Equal(got, want) {
		t.Errorf("booked\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	// The same over the end of a year: that renewal is owed, too.
	w.clock.Set(time.Date(2027, 12, 25, 0, 0, 0, 0, time.UTC))
	_, err = w.DeleteDomain(w.ctx, ra, "back.example")
	w.must(err)
	w.clock.Set(time.Date(2028, 1, 3, 0, 0, 0, 0, time.UTC))
	w.must(w.restore(ra, "back.example", nil))
	w.must(w.restore(ra, "back.example", word))
	if got := w.info("back.example").Expires; !got.Equal(time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("expires %v", got)
	}
	got := w.booked("registrar-a", "back.example")[len(want):]
	if !slices.Equal(got, []string{"2028-01-03T00:00:00Z restore -10.00", "2028-01-03T00:00:00Z autorenew -10.00"}) {
		t.Errorf("booked %v", got)
	}
}

// TestRestoreIsPaid: who cannot pay for a step has not taken it, and takes it later.
func TestRestoreIsPaid(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.domain(ra, "poor.example", "c-one")
	w.clock.Set(time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC))
	_, err := w.RenewDomain(w.ctx, ra, "poor.example", time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), registry.Period{Value: 9, Unit: "y"})
	w.must(err)
	_, err = w.DeleteDomain(w.ctx, ra, "poor.example") // 90.00 are given back
	w.must(err)
	for i := range 98 {
		w.domain(ra, fmt.Sprintf("n%d.example", i), "c-one")
	}
	if got := w.balance("registrar-a"); got != 1000 {
		t.Fatalf("balance %d", got)
	}
	w.must(w.restore(ra, "poor.example", nil))
	w.refused(w.restore(ra, "poor.example", word), registry.KindBilling, "balance")
	if st := w.info("poor.example").RGPStatuses(); !slices.Equal(st, []registry.RGPStatus{registry.RGPPendingRestore}) {
		t.Errorf("after a report that was not paid: %v", st)
	}
	// The registry's own restore goes through, and the registrar owes the amount.
	w.must(w.restore(op, "poor.example", nil))
	if got := w.balance("registrar-a"); got != -9000 {
		t.Errorf("balance %d", got)
	}
	_, err = w.DeleteDomain(w.ctx, ra, "poor.example")
	w.must(err)
	w.refused(w.restore(ra, "poor.example", nil), registry.KindBilling, "balance")
	_, err = w.Deposit(w.ctx, op, "registrar-a", 10_000)
	w.must(err)
	w.must(w.restore(ra, "poor.example", nil))
}

// TestPurgeIsWrittenAtItsInstant: whenever the sweep comes, history and messages tell the
// instants at which things happened; the report is in the history, and nowhere else.
func TestPurgeIsWrittenAtItsInstant(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.domain(ra, "late.example", "c-one")
	deleted := time.Date(2026, 3, 1, 7, 8, 9, 123456000, time.UTC)
	w.clock.Set(deleted)
	_, err := w.DeleteDomain(w.ctx, ra, "late.example")
	w.must(err)
	asked := deleted.Add(29 * registry.Day)
	w.clock.Set(asked)
	w.must(w.restore(ra, "late.example", nil))
	w.clock.Set(deleted.AddDate(2, 0, 0))
	_, err = w.Sweep(w.ctx)
	w.must(err)
	w.check()
	hist, err := w.store.History(w.ctx, "domain", "late.example")
	w.must(err)
	var got []string
	for _, e := range hist {
		got = append(got, e.Action+" "+e.At.UTC().Format(time.RFC3339Nano))
	}
	lapse, purge := asked.Add(7*registry.Day), asked.Add(12*registry.Day)
	want := []string{
		"create 2026-01-01T00:00:00Z", "delete " + deleted.Format(time.RFC3339Nano), "restore-request " + asked.Format(time.RFC3339Nano),
		"restore-lapsed " + lapse.Format(time.RFC3339Nano), "redemption-end " + lapse.Format(time.RFC3339Nano),
		"purge " + purge.Format(time.RFC3339Nano),
	}
	if !slices.Equal(got, want) {
		t.Errorf("history\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var told []time.Time
	for {
		m, _, err := w.PollRequest(w.ctx, ra)
		w.must(err)
		if m == nil {
			break
		}
		told = append(told, m.Queued)
		_, err = w.PollAck(w.ctx, ra, m.ID)
		w.must(err)
	}
	if !slices.Equal(told, []time.Time{lapse, lapse, purge}) {
		t.Errorf("told at %v, want %v twice and %v", told, lapse, purge)
	}
}

// TestReportIsKept: in the history alone, each of them.
func TestReportIsKept(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.domain(ra, "kept.example", "c-one")
	w.clock.Advance(30 * registry.Day)
	_, err := w.DeleteDomain(w.ctx, ra, "kept.example")
	w.must(err)
	w.must(w.restore(ra, "kept.example", nil))
	w.must(w.restore(ra, "kept.example", word))
	second := *word
	second.Other = "ticket 4712"
	w.must(w.restore(ra, "kept.example", &second))
	w.refused(w.restore(rb, "kept.example", &second), registry.KindAuthorization, "another registrar")
	hist, err := w.store.History(w.ctx, "domain", "kept.example")
	w.must(err)
	var others []string
	for _, e := range hist {
		var state struct{ RestoreReport *registry.RestoreReport }
		w.must(json.Unmarshal(e.State, &state))
		if state.RestoreReport != nil {
			others = append(others, state.RestoreReport.Other)
		}
	}
	if !slices.Equal(others, []string{"ticket 4711", "ticket 4712"}) {
		t.Errorf("reports in the history: %q", others)
	}
	w.clock.Advance(8 * registry.Day)
	w.refused(w.restore(ra, "kept.example", &second), registry.KindStatus, "nothing to report")
}

// TestPurgesAreSpread: names deleted at one instant are free at different ones, all after
// the zone's periods and within its spread.
func TestPurgesAreSpread(t *testing.T) {
	w := newWorld(t)
	z := registry.NewZone("spread", registry.TargetZone)
	z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.dns.test"}}
	z.Periods.PurgeSpread = registry.Duration(registry.Day)
	w.must(w.AddZone(w.ctx, op, z))
	w.contact(ra, "c-one", nil)
	names := []string{"a.spread", "b.spread", "c.spread", "d.spread"}
	for _, n := range names {
		w.domain(ra, n, "c-one")
	}
	w.clock.Advance(10 * registry.Day)
	earliest := w.Now().Add(35 * registry.Day)
	seen := map[time.Time]bool{}
	for _, n := range names {
		_, err := w.DeleteDomain(w.ctx, ra, n)
		w.must(err)
		at := w.info(n).PurgeAt
		if at.Before(earliest) || !at.Before(earliest.Add(registry.Day)) || at.Nanosecond()%1000 != 0 {
			t.Errorf("%s is purged on %v, want a microsecond of the day after %v", n, at, earliest)
		}
		seen[at] = true
		w.clock.Set(at.Add(-time.Microsecond))
		if w.info(n).PurgeAt != at {
			t.Errorf("the purge of %s moved", n)
		}
		w.clock.Set(earliest.Add(-35 * registry.Day))
	}
	if len(seen) != len(names) {
		t.Errorf("purged at %v", seen)
	}
}

// TestRestoreRace: of many requests at once one is accepted and paid for; a restore and
// the purge do not meet.
func TestRestoreRace(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.domain(ra, "raced.example", "c-one")
	w.clock.Advance(30 * registry.Day)
	_, err := w.DeleteDomain(w.ctx, ra, "raced.example")
	w.must(err)
	funds := w.balance("registrar-a")
	race := func(report *registry.RestoreReport) (won int) {
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				_, _, errs[i] = w.RestoreDomain(w.ctx, ra, registry.DomainRestore{Name: "raced.example", Report: report})
			})
		}
		wg.Wait()
		for _, err := range errs {
			if err == nil {
				won++
			} else if !registry.IsKind(err, registry.KindStatus) {
				t.Errorf("%v", err)
			}
		}
		return won
	}
	if won := race(nil); won != 1 || w.balance("registrar-a") != funds-1000 {
		t.Errorf("%d requests were accepted, %d paid", won, funds-w.balance("registrar-a"))
	}
	if won := race(word); won != 8 { // the first completes it, the others correct the report
		t.Errorf("%d reports were accepted", won)
	}
	if got := w.balance("registrar-a"); got != funds-1000 {
		t.Errorf("balance %d", got)
	}
}

// TestIrrevocableInRedemption: the registry makes a registrar's delete irrevocable, tells
// it, and moves no money.
func TestIrrevocableInRedemption(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.domain(ra, "gone.example", "c-one")
	w.clock.Advance(10 * registry.Day)
	_, err := w.DeleteDomain(w.ctx, ra, "gone.example")
	w.must(err)
	w.must(w.restore(ra, "gone.example", nil))
	before := w.balance("registrar-a")
	d, _, err := w.RemoveDomain(w.ctx, op, registry.DomainDelete{Name: "gone.example", Final: true, Reason: "case 7"})
	w.must(err)
	if paid := before - w.balance("registrar-a"); paid != 0 {
		t.Errorf("%d paid", paid)
	}
	m, _, err := w.PollRequest(w.ctx, ra)
	w.must(err)
	if m == nil || !strings.Contains(m.Text, "irrevocably") || !strings.Contains(m.Text, "case 7") {
		t.Errorf("told %+v", m)
	}
	w.refused(w.restore(ra, "gone.example", nil), registry.KindStatus, "irrevocably")
	w.clock.Set(d.PurgeAt)
	w.domain(ra, "gone.example", "c-one")
}
