package registry

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	losing  = Actor{Registrar: "registrar-a"}
	gaining = Actor{Registrar: "registrar-b"}
	staff   = Actor{Operator: true}
)

// drawnDomain is a domain of registrar-a at some point of its life, and a zone with
// drawn rules for transfers.
func drawnDomain(t *rapid.T) (*Domain, *Zone, time.Time) {
	z := NewZone("example", TargetZone)
	z.Transfers.Years = rapid.IntRange(0, 1).Draw(t, "transfer years")
	z.Transfers.Pending = Duration(time.Duration(rapid.IntRange(0, 60).Draw(t, "window")) * Day)
	z.Periods.AutoRenewGrace = Duration(time.Duration(rapid.IntRange(0, 60).Draw(t, "autorenew grace")) * Day)
	z.Periods.TransferGrace = Duration(time.Duration(rapid.IntRange(0, 10).Draw(t, "transfer grace")) * Day)
	z.Prices.Transfer, z.Prices.Renew = 700, 900
	created := time.Date(2024, 2, 25, 13, 59, 59, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 10*24).Draw(t, "hours")) * time.Hour)
	d := &Domain{
		Name: "a.example", Registrar: losing.Registrar, Created: created, Version: 1,
		Expires: AddYears(created, rapid.IntRange(1, 10).Draw(t, "years")),
		Graces:  []Grace{{AddPeriod, created.Add(5 * Day), 1000, 1}},
	}
	now := created.Add(time.Duration(rapid.IntRange(0, 4*366*24*60).Draw(t, "minutes")) * time.Minute)
	// A renewal now and then keeps years apart from automatic ones.
	state, _, _ := d.At(now, z)
	if rapid.Bool().Draw(t, "renewed") {
		if _, err := state.Renew(losing, z, state.Expires, Period{Value: 1, Unit: "y"}, now); err == nil {
			now = now.Add(time.Hour)
			state, _, _ = state.At(now, z)
		}
	}
	return state, z, now
}

// TestTransfersSumUp: whatever happens to a transfer, the years of the registration and
// the money of both registrars fit together: a transfer that comes about adds its year
// less those of automatic renewals that are given back, and nothing is lost or made
// of nothing.
func TestTransfersSumUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, z, now := drawnDomain(t)
		before := *d
		price, refund, err := d.RequestTransfer(gaining, z, Period{}, now)
		if err != nil {
			if !IsKind(err, KindParamPolicy) || !before.Expires.After(AddYears(now, z.Policy.MaxYears-1).Add(-60*Day)) {
				t.Fatalf("refused: %v", err)
			}
			return
		}
		if want := int64(z.Transfers.Years) * 700; price != want {
			t.Fatalf("the price is %d, want %d", price, want)
		}
		outcome := ServerApproved
		var events []Event
		if d.Transfer.Pending() {
			foreseen := d.Transfer.Expires
			end := now.Add(time.Duration(rapid.Int64Range(0, int64(d.Transfer.ActBy.Sub(now))).Draw(t, "after")))
			outcome = rapid.SampledFrom([]TransferStatus{ClientApproved, ClientRejected, ClientCancelled, ServerApproved, ServerCancelled}).Draw(t, "outcome")
			d, events, _ = d.At(end, z)
			switch {
			case !d.Transfer.Pending():
				outcome = ServerApproved
				i := slices.IndexFunc(events, func(e Event) bool { return e.Kind == Transferred })
				refund = events[i].Amount
				if !d.Transfer.Expires.Equal(foreseen) {
					t.Fatalf("approved by itself until %v, foreseen was %v", d.Transfer.Expires, foreseen)
				}
			default:
				actor := map[TransferStatus]Actor{ClientApproved: losing, ClientRejected: losing, ClientCancelled: gaining}[outcome]
				if outcome == ServerApproved || outcome == ServerCancelled {
					actor = staff
				}
				var back int64
				if back, refund, err = d.EndTransfer(actor, z, outcome, end); err != nil {
					t.Fatal(err)
				}
				price -= back
			}
		}
		var renewals int
		for _, e := range events {
			if e.Kind == AutoRenewed {
				renewals++
			}
		}
		taken := int(refund / 900)
		if outcome != ClientApproved && outcome != ServerApproved {
			if price != 0 || refund != 0 || d.Registrar != losing.Registrar || !d.Expires.Equal(AddYears(before.Expires, renewals)) {
				t.Fatalf("%s: price %d, refund %d, %s until %v", outcome, price, refund, d.Registrar, d.Expires)
			}
			return
		}
		if want := AddYears(before.Expires, renewals+z.Transfers.Years-taken); !d.Expires.Equal(want) {
			t.Fatalf("the registration ends %v, want %v (%d renewals, %d taken back)", d.Expires, want, renewals, taken)
		}
		if taken > z.Transfers.Years || refund%900 != 0 {
			t.Fatalf("given back: %d", refund)
		}
		if d.Registrar != gaining.Registrar || d.AuthInfo.IsSet() {
			t.Fatalf("after the transfer: %+v", d)
		}
		for _, g := range d.Graces {
			if g.Kind == TransferPeriod && g.Amount != price {
				t.Fatalf("a delete gives back %d, the registrar paid %d", g.Amount, price)
			}
		}
		if z.Transfers.Years > 0 && !d.Expires.After(d.Transfer.ActBy) {
			t.Fatalf("the registration ended %v, before the transfer", d.Expires)
		}
	})
}

// TestTransfersCompose: looking in between changes nothing, transfers included.
func TestTransfersCompose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, z, now := drawnDomain(t)
		if _, _, err := d.RequestTransfer(gaining, z, Period{}, now); err != nil {
			return
		}
		mid := now.Add(time.Duration(rapid.IntRange(0, 3*366*24).Draw(t, "to mid")) * time.Hour)
		end := mid.Add(time.Duration(rapid.IntRange(0, 3*366*24).Draw(t, "to end")) * time.Hour)
		direct, events, _ := d.At(end, z)
		half, first, _ := d.At(mid, z)
		via, second, _ := half.At(end, z)
		if !slices.Equal(events, append(first, second...)) {
			t.Fatalf("events %v, by way of %v: %v and %v", events, mid, first, second)
		}
		if !direct.Expires.Equal(via.Expires) || direct.Registrar != via.Registrar || !slices.Equal(direct.Graces, via.Graces) ||
			*direct.Transfer != *via.Transfer || !direct.DueAt().Equal(via.DueAt()) {
			t.Fatalf("directly %+v\nby way of %v %+v", direct, mid, via)
		}
	})
}

// TestTransferAtTheInstant: not a microsecond before, and from the instant on.
func TestTransferAtTheInstant(t *testing.T) {
	z := NewZone("example", TargetZone)
	created := day(2028, 2, 29)
	d := &Domain{Name: "a.example", Registrar: "registrar-a", Created: created, Expires: AddYears(created, 1), Version: 1}
	now := created.Add(20 * Day)
	if _, _, err := d.RequestTransfer(gaining, z, Period{Value: 12, Unit: "m"}, now); err != nil {
		t.Fatal(err)
	}
	at := now.Add(5 * Day)
	if s, _, _ := d.At(at.Add(-time.Microsecond), z); !s.Transfer.Pending() || s.Registrar != "registrar-a" || !s.ShownStatuses().Has(PendingTransfer) {
		t.Errorf("just before: %+v", s)
	}
	s, events, _ := d.At(at, z)
	if len(events) != 1 || s.Registrar != "registrar-b" || !s.Transferred.Equal(at) || !s.Expires.Equal(day(2030, 2, 28)) ||
		s.Transfer.Status != ServerApproved || s.ShownStatuses().Has(PendingTransfer) {
		t.Errorf("at the instant: %+v %+v", s, s.Transfer)
	}
	if want := []Grace{{TransferPeriod, at.Add(5 * Day), 1000, 1}}; !slices.Equal(s.Graces, want) {
		t.Errorf("grace periods: %+v", s.Graces)
	}
}

// TestTransferOfTenYears: what would end more than ten years from now is refused, not
// cut short, whenever it would be approved (RST epp-19).
func TestTransferOfTenYears(t *testing.T) {
	z := NewZone("example", TargetZone)
	created := day(2026, 1, 1)
	full := func() *Domain {
		return &Domain{Name: "a.example", Registrar: "registrar-a", Created: created, Expires: AddYears(created, 10), Version: 1}
	}
	d := full()
	if _, _, err := d.RequestTransfer(gaining, z, Period{}, created.Add(364*Day)); !IsKind(err, KindParamPolicy) || d.Transfer != nil {
		t.Errorf("a day before a year is over: %v", err)
	}
	if _, _, err := d.RequestTransfer(gaining, z, Period{}, created.Add(365*Day)); err != nil || !d.Transfer.Expires.Equal(AddYears(created, 11)) {
		t.Errorf("after a year: %v %+v", err, d.Transfer)
	}
	// The grace period of the automatic renewal ends within the window: approved by
	// itself, the transfer would add a year to a full ten.
	d = full()
	now := AddYears(created, 1).Add(-2 * Day)
	d.Graces = []Grace{{AutoRenewPeriod, now.Add(Day), 1000, 1}}
	if _, _, err := d.RequestTransfer(gaining, z, Period{}, now); !IsKind(err, KindParamPolicy) {
		t.Errorf("at the end of the grace period: %v", err)
	}
	for _, p := range []Period{{2, "y"}, {10, "y"}, {18, "m"}, {99, "y"}} {
		if _, _, err := full().RequestTransfer(gaining, z, p, created.Add(366*Day)); err == nil {
			t.Errorf("%d%s is accepted", p.Value, p.Unit)
		}
	}
	z.Transfers.Years = 0
	if _, _, err := full().RequestTransfer(gaining, z, Period{1, "y"}, created.Add(366*Day)); !IsKind(err, KindParamPolicy) {
		t.Errorf("a year where transfers add none: %v", err)
	}
	if _, _, err := full().RequestTransfer(gaining, z, Period{}, created.Add(Day)); err != nil {
		t.Errorf("ten full years, where transfers add none: %v", err)
	}
}

// TestWhoMayTransfer goes through the refusals and who gets them.
func TestWhoMayTransfer(t *testing.T) {
	z := NewZone("example", TargetZone)
	now := day(2026, 6, 1)
	fresh := func() *Domain {
		return &Domain{Name: "a.example", Registrar: "registrar-a", Created: now.Add(-20 * Day), Expires: AddYears(now, 1), Version: 1}
	}
	request := func(change func(*Domain, *Zone)) error {
		d, z := fresh(), *z
		change(d, &z)
		_, _, err := d.RequestTransfer(gaining, &z, Period{}, now)
		return err
	}
	for _, c := range []struct {
		name   string
		change func(*Domain, *Zone)
		kind   Kind
	}{
		{"one's own", func(d *Domain, _ *Zone) { d.Registrar = "registrar-b" }, KindNotTransferable},
		{"locked by the client", func(d *Domain, _ *Zone) { d.Statuses = Statuses{ClientTransferProhibited} }, KindStatus},
		{"locked by the registry", func(d *Domain, _ *Zone) { d.Statuses = Statuses{ServerTransferProhibited} }, KindStatus},
		{"deleted", func(d *Domain, _ *Zone) { d.PurgeAt = now.Add(Day) }, KindStatus},
		{"under way", func(d *Domain, _ *Zone) { d.Transfer = &Transfer{Status: TransferPending, ActBy: now.Add(Day)} }, KindPendingTransfer},
		{"young", func(_ *Domain, z *Zone) { z.Transfers.Lock = Duration(60 * Day) }, KindNotTransferable},
		{"just transferred", func(d *Domain, z *Zone) { d.Transferred, z.Transfers.Lock = now.Add(-Day), Duration(10*Day) }, KindNotTransferable},
	} {
		if err := request(c.change); !IsKind(err, c.kind) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := request(func(d *Domain, _ *Zone) { d.Created = now.Add(time.Millisecond) }); err != nil {
		t.Errorf("a request that waited for the create, in a zone without a lock: %v", err)
	}
	if err := request(func(d *Domain, z *Zone) { z.Transfers.Lock = Duration(20 * Day) }); err != nil {
		t.Errorf("when the lock ends: %v", err)
	}
	third := Actor{Registrar: "registrar-c"}
	for _, c := range []struct {
		to  TransferStatus
		may []Actor
	}{
		{ClientApproved, []Actor{losing, staff}},
		{ClientRejected, []Actor{losing, staff}},
		{ClientCancelled, []Actor{gaining, staff}},
		{ServerApproved, []Actor{staff}},
		{ServerCancelled, []Actor{staff}},
	} {
		for _, who := range []Actor{losing, gaining, third, staff} {
			d := fresh()
			if _, _, err := d.RequestTransfer(gaining, z, Period{}, now); err != nil {
				t.Fatal(err)
			}
			_, _, err := d.EndTransfer(who, z, c.to, now.Add(time.Hour))
			if may := slices.Contains(c.may, who); may != (err == nil) || !may && !IsKind(err, KindAuthorization) {
				t.Errorf("%s by %q: %v", c.to, who.ID(), err)
			}
		}
	}
}
