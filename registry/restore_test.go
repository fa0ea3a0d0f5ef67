package registry

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	sponsor  = Actor{Registrar: "registrar-a"}
	stranger = Actor{Registrar: "registrar-b"}
	operator = Actor{Operator: true}
	goodWord = &RestoreReport{
		PreData: "a", PostData: "b", Reason: StatusText{Text: "c"}, Statements: []StatusText{{Text: "d"}, {Text: "e"}},
	}
)

// drawZone is a zone with periods of all lengths, none among them.
func drawZone(t *rapid.T) *Zone {
	z := NewZone("example", TargetZone)
	draw := func(p *Duration, days int, label string) {
		*p = Duration(time.Duration(rapid.IntRange(0, days*24).Draw(t, label)) * time.Hour)
	}
	draw(&z.Periods.AddGrace, 10, "add grace")
	draw(&z.Periods.RenewGrace, 10, "renew grace")
	draw(&z.Periods.AutoRenewGrace, 60, "autorenew grace")
	draw(&z.Periods.Redemption, 200, "redemption")
	draw(&z.Periods.PendingDelete, 10, "pending delete")
	draw(&z.Periods.PurgeSpread, 2, "spread")
	draw(&z.Periods.RestoreReport, 60, "report")
	z.Prices = Prices{
		Currency: "USD", Create: int64(rapid.IntRange(0, 5000).Draw(t, "create")), Renew: int64(rapid.IntRange(0, 5000).Draw(t, "renew")),
		Restore: int64(rapid.IntRange(0, 9000).Draw(t, "restore")),
	}
	return z
}

// drawDomain is a domain created between 2026 and 2033, often on a leap day.
func drawDomain(t *rapid.T, z *Zone) *Domain {
	created := day(2028, 2, 29)
	if !rapid.Bool().Draw(t, "leap day") {
		created = day(2026, 1, 1).Add(time.Duration(rapid.IntRange(0, 7*366*24*60).Draw(t, "created")) * time.Minute)
	}
	d := &Domain{
		Name: "a.example", Registrar: "registrar-a", Created: created, Version: 1, Nameservers: []string{"ns1.test"},
		Statuses: Statuses{ClientTransferProhibited}, Expires: AddYears(created, rapid.IntRange(1, 3).Draw(t, "years")),
	}
	d.Graces = []Grace{{AddPeriod, created.Add(z.Periods.AddGrace.D()), z.Prices.Create, 1}}
	return d
}

func drawStep(t *rapid.T, label string) time.Duration {
	if rapid.Bool().Draw(t, label+" is short") {
		return time.Duration(rapid.IntRange(0, 40*24).Draw(t, label+" in hours")) * time.Hour
	}
	return time.Duration(rapid.IntRange(0, 3*366).Draw(t, label+" in days")) * Day
}

// ledger counts what events take from the sponsor.
func ledger(events []Event) (taken int64) {
	for _, ev := range events {
		if ev.Kind == AutoRenewed {
			taken += ev.Amount
		}
	}
	return taken
}

// TestStepsCompose: any way of looking at a deleted domain, or of one that is being
// restored, on the way gives the same state, the same events at the same instants and
// the same money as looking once.
func TestStepsCompose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := drawZone(t)
		d := drawDomain(t, z)
		now := d.Created.Add(drawStep(t, "to the delete"))
		d, _, _ = d.At(now, z)
		actor := rapid.SampledFrom([]Actor{sponsor, operator}).Draw(t, "who deletes")
		spread := time.Duration(rapid.IntRange(0, 48).Draw(t, "spread drawn")) * time.Hour
		if del, err := d.Delete(actor, z, DomainDelete{Final: actor.Operator && rapid.Bool().Draw(t, "final")}, spread, now); err != nil || del.Gone {
			return
		}
		if now = now.Add(drawStep(t, "to the request")); !now.Before(d.PurgeAt) {
			return
		}
		d, _, _ = d.At(now, z)
		_, _ = d.RequestRestore(sponsor, z, now) // refused or not: both are states to look at
		end := now.Add(drawStep(t, "to the end"))
		direct, events, exists := d.At(end, z)
		var all []Event
		via, alive := d, true
		for at := now; alive && at.Before(end); {
			if at = at.Add(drawStep(t, "step") + time.Microsecond); at.After(end) {
				at = end
			}
			var some []Event
			via, some, alive = via.At(at, z)
			all = append(all, some...)
		}
		if exists != alive {
			t.Fatalf("directly it exists: %v, step by step: %v", exists, alive)
		}
		if diff := cmp.Diff(events, all); diff != "" {
			t.Fatalf("events (-directly +step by step):\n%s", diff)
		}
		if diff := cmp.Diff(direct, via); exists && diff != "" {
			t.Fatalf("states (-directly +step by step):\n%s", diff)
		}
	})
}

// TestRestoredIsAsNeverDeleted: whatever the zone's periods and whenever it is deleted and
// restored, also after years of lapses, a restored domain is the one that was never
// deleted, and its sponsor's account too, but for the price of each request.
func TestRestoredIsAsNeverDeleted(t *testing.T) {
	restored := 0
	rapid.Check(t, func(t *rapid.T) {
		z := drawZone(t)
		d := drawDomain(t, z)
		now := d.Created.Add(drawStep(t, "to the delete"))
		d, _, _ = d.At(now, z)
		if rapid.Bool().Draw(t, "renewed") {
			_, _ = d.Renew(sponsor, z, d.Expires, Period{2, "y"}, now)
		}
		never := *d
		del, err := d.Delete(sponsor, z, DomainDelete{}, 0, now)
		if err != nil {
			t.Fatal(err)
		}
		if del.Gone {
			return
		}
		taken, fees := -del.Refund, int64(0)
		for range rapid.IntRange(1, 3).Draw(t, "tries") {
			now = now.Add(drawStep(t, "to the request"))
			var exists bool
			if d, _, exists = d.At(now, z); !exists {
				return
			}
			r, err := d.RequestRestore(sponsor, z, now)
			if err != nil {
				return
			}
			taken, fees = taken+r.Price(), fees+r.Fee
			if !r.Done {
				now = now.Add(drawStep(t, "to the report"))
				if d, _, exists = d.At(now, z); !exists {
					return
				}
				if r, err = d.ReportRestore(sponsor, z, goodWord, now); err != nil {
					continue // too late: another request, if redemption is not over
				}
				taken += r.Price()
			}
			twin, events, _ := never.At(now, z)
			if want := ledger(events) + fees; taken != want {
				t.Fatalf("restored on %v it cost %d, of which %d for requests, want %d", now, taken, fees, want)
			}
			twin.Graces, twin.Updated, twin.UpdatedBy, twin.Version, twin.ReportUntil = nil, d.Updated, d.UpdatedBy, d.Version, d.ReportUntil
			if diff := cmp.Diff(twin, d); diff != "" {
				t.Fatalf("-never deleted +restored:\n%s", diff)
			}
			restored++
			return
		}
	})
	if restored == 0 {
		t.Error("nothing was ever restored")
	}
}

// TestPurgeIsNeverTooEarly: between the end of the last chance to restore and the purge
// there is the zone's pending delete period at least, and PurgeAt alone never tells of
// a purge before it comes.
func TestPurgeIsNeverTooEarly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := drawZone(t)
		d := drawDomain(t, z)
		deleted := d.Created.Add(20*Day + drawStep(t, "to the delete"))
		d, _, _ = d.At(deleted, z)
		spread := time.Duration(rapid.IntRange(0, 48).Draw(t, "spread")) * time.Hour
		if del, err := d.Delete(sponsor, z, DomainDelete{}, spread, deleted); err != nil || del.Gone {
			return
		}
		if limit := deleted.Add(z.Periods.Redemption.D() + z.Periods.PendingDelete.D() + z.Periods.PurgeSpread.D()); d.PurgeAt.After(limit) {
			t.Fatalf("purged on %v, beyond the spread's end %v", d.PurgeAt, limit)
		}
		over := deleted.Add(z.Periods.Redemption.D())
		for range rapid.IntRange(0, 4).Draw(t, "requests") {
			at := d.Updated.Add(drawStep(t, "to the request"))
			state, _, exists := d.At(at, z)
			if !exists {
				break
			}
			if _, err := state.RequestRestore(sponsor, z, at); err != nil || !state.Deleted() {
				break
			}
			d = state
			if d.RestoreDue.After(over) {
				over = d.RestoreDue
			}
		}
		_, events, exists := d.At(d.PurgeAt.Add(-time.Microsecond), z)
		if !exists {
			t.Fatalf("gone before %v: %v", d.PurgeAt, events)
		}
		_, events, exists = d.At(d.PurgeAt, z)
		last := events[len(events)-1]
		if exists || last.Kind != Purged || !last.At.Equal(d.PurgeAt) {
			t.Fatalf("at %v it exists: %v, %v", d.PurgeAt, exists, events)
		}
		if last.At.Sub(over) < z.Periods.PendingDelete.D() {
			t.Fatalf("redemption was over on %v, the purge is on %v", over, last.At)
		}
	})
}

// TestDeleteInEachGrace: every running grace period is given back; in the add grace period
// the name is gone, but not by the registry's hand.
func TestDeleteInEachGrace(t *testing.T) {
	z := NewZone("example", TargetZone)
	now := day(2028, 2, 29)
	for _, c := range []struct {
		actor  Actor
		kinds  []GraceKind
		gone   bool
		refund int64
	}{
		{sponsor, nil, false, 0},
		{sponsor, []GraceKind{AddPeriod}, true, 100},
		{sponsor, []GraceKind{AddPeriod, RenewPeriod, RenewPeriod}, true, 300},
		{sponsor, []GraceKind{RenewPeriod}, false, 100},
		{sponsor, []GraceKind{AutoRenewPeriod}, false, 100},
		{sponsor, []GraceKind{TransferPeriod, RenewPeriod}, false, 200},
		{operator, []GraceKind{AddPeriod, RenewPeriod}, false, 200},
	} {
		d := &Domain{Name: "a.example", Registrar: "registrar-a", Expires: day(2029, 2, 28)}
		for _, k := range c.kinds {
			d.Graces = append(d.Graces, Grace{k, now.Add(Day), 100, 1})
		}
		del, err := d.Delete(c.actor, z, DomainDelete{}, 0, now)
		if err != nil || del.Gone != c.gone || del.Refund != c.refund {
			t.Errorf("%v: %+v, %v", c.kinds, del, err)
		}
		if !c.gone && (d.Refunded != c.refund || !d.PurgeAt.Equal(now.Add(35*Day)) || len(d.Graces) != 0) {
			t.Errorf("%v: %+v", c.kinds, d)
		}
	}
}

func TestRGPStatuses(t *testing.T) {
	d := &Domain{Graces: []Grace{{Kind: AddPeriod}, {Kind: RenewPeriod}, {Kind: AutoRenewPeriod}, {Kind: RenewPeriod}}}
	if got := d.RGPStatuses(); !slices.Equal(got, []RGPStatus{"addPeriod", "renewPeriod", "autoRenewPeriod"}) {
		t.Errorf("each once, oldest first: %v", got)
	}
	if got := (&Domain{}).RGPStatuses(); got != nil {
		t.Errorf("none: %v", got)
	}
}

// TestIrrevocableAfterADelete: the registry ends redemption, and the wait for a report,
// without the name coming back into DNS on the way; the purge comes when it was to come.
func TestIrrevocableAfterADelete(t *testing.T) {
	z := NewZone("example", TargetZone)
	now := day(2027, 1, 1)
	for _, asked := range []bool{false, true} {
		d := &Domain{Name: "a.example", Registrar: "registrar-a", Expires: day(2027, 6, 1)}
		if _, err := d.Delete(sponsor, z, DomainDelete{}, 0, now); err != nil {
			t.Fatal(err)
		}
		if asked {
			if _, err := d.RequestRestore(sponsor, z, now); err != nil {
				t.Fatal(err)
			}
		}
		purge := d.PurgeAt
		if _, err := d.Delete(operator, z, DomainDelete{}, 0, now); !IsKind(err, KindStatus) {
			t.Errorf("deleted twice: %v", err)
		}
		if _, err := d.Delete(sponsor, z, DomainDelete{Final: true}, 0, now); !IsKind(err, KindAuthorization) {
			t.Errorf("a registrar deletes irrevocably: %v", err)
		}
		if del, err := d.Delete(operator, z, DomainDelete{Final: true}, time.Hour, now); err != nil || del != (Deletion{}) {
			t.Errorf("%+v, %v", del, err)
		}
		if got := d.RGPStatuses(); !slices.Equal(got, []RGPStatus{RGPPendingDelete}) || !d.PurgeAt.Equal(purge) || d.InZone() {
			t.Errorf("%v, purged on %v, was to be on %v; in the zone: %v", got, d.PurgeAt, purge, d.InZone())
		}
		if _, err := d.RequestRestore(sponsor, z, now); !IsKind(err, KindStatus) {
			t.Errorf("restored: %v", err)
		}
		if _, err := d.Delete(operator, z, DomainDelete{Final: true}, 0, now); !IsKind(err, KindStatus) {
			t.Errorf("irrevocable twice: %v", err)
		}
		if _, _, exists := d.At(purge, z); exists {
			t.Error("not purged")
		}
	}
}

func TestWhoRestores(t *testing.T) {
	z := NewZone("example", TargetZone)
	now := day(2027, 1, 1)
	deleted := func(actor Actor, final bool) *Domain {
		d := &Domain{Name: "a.example", Registrar: "registrar-a", Expires: day(2027, 6, 1)}
		if _, err := d.Delete(actor, z, DomainDelete{Final: final}, 0, now); err != nil {
			t.Fatal(err)
		}
		return d
	}
	if _, err := (&Domain{Registrar: "registrar-a"}).Delete(sponsor, z, DomainDelete{Final: true}, 0, now); !IsKind(err, KindAuthorization) {
		t.Errorf("a registrar deletes irrevocably: %v", err)
	}
	for name, c := range map[string]struct {
		d     *Domain
		actor Actor
		want  Kind
		says  string
	}{
		"another registrar": {deleted(sponsor, false), stranger, KindAuthorization, "another registrar"},
		"irrevocable":       {deleted(operator, true), sponsor, KindStatus, "irrevocably"},
		"for the operator":  {deleted(operator, true), operator, KindStatus, "irrevocably"},
		"not deleted":       {&Domain{Registrar: "registrar-a"}, sponsor, KindStatus, "not deleted"},
	} {
		_, err := c.d.RequestRestore(c.actor, z, now)
		if !IsKind(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := c.d.ReportRestore(c.actor, z, goodWord, now); err == nil {
			t.Errorf("%s: the report is accepted", name)
		}
	}
	d := deleted(sponsor, false)
	if r, err := d.RequestRestore(operator, z, now.Add(Day)); err != nil || !r.Done || r.Price() != 0 || d.Deleted() {
		t.Errorf("the operator restores: %+v %v", r, err)
	}
	z.Periods.RestoreReport = 0
	d = deleted(sponsor, false)
	if r, err := d.RequestRestore(sponsor, z, now.Add(Day)); err != nil || !r.Done || r.Fee != z.Prices.Restore || d.Deleted() {
		t.Errorf("no report is wanted: %+v %v", r, err)
	}
}

func TestReportCheck(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*RestoreReport)
		want   Kind
	}{
		"no data before":  {func(r *RestoreReport) { r.PreData = "" }, KindMissing},
		"no data after":   {func(r *RestoreReport) { r.PostData = " \n" }, KindMissing},
		"no reason":       {func(r *RestoreReport) { r.Reason.Text = "" }, KindMissing},
		"blank statement": {func(r *RestoreReport) { r.Statements = []StatusText{{Text: "a"}, {Text: " "}} }, KindMissing},
		"no statement":    {func(r *RestoreReport) { r.Statements = nil }, KindMissing},
		"too much":        {func(r *RestoreReport) { r.Other = strings.Repeat("x", maxReport) }, KindParamPolicy},
	} {
		r := *goodWord
		c.change(&r)
		if err := r.Check(); !IsKind(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for n := range goodWord.Statements {
		r := *goodWord
		r.Statements = r.Statements[:n+1]
		if err := r.Check(); err != nil {
			t.Errorf("%d statements: %v", n+1, err)
		}
	}
}
