package registry

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 30, 0, 0, time.UTC) }

func TestAddYears(t *testing.T) {
	for _, c := range []struct {
		from  time.Time
		years int
		want  time.Time
	}{
		{day(2026, 11, 21), 1, day(2027, 11, 21)},
		{day(2028, 2, 29), 1, day(2029, 2, 28)},
		{day(2028, 2, 29), 4, day(2032, 2, 29)},
		{day(2028, 2, 28), 1, day(2029, 2, 28)},
		{day(2028, 12, 31), 10, day(2038, 12, 31)},
		{day(2099, 2, 28), 1, day(2100, 2, 28)},
		{day(2096, 2, 29), 4, day(2100, 2, 28)},
	} {
		if got := AddYears(c.from, c.years); !got.Equal(c.want) {
			t.Errorf("%v + %d years = %v, want %v", c.from, c.years, got, c.want)
		}
	}
}

// TestProjectionComposes: looking at the state now and looking at it later from
// there is the same as looking at it later at once, whether or not anything was
// written down in between.
func TestProjectionComposes(t *testing.T) {
	z := NewZone("example", TargetZone)
	rapid.Check(t, func(t *rapid.T) {
		created := day(2026, 1, 1).Add(time.Duration(rapid.IntRange(0, 5*366*24).Draw(t, "hours")) * time.Hour)
		d := &Domain{Name: "a.example", Created: created, Expires: AddYears(created, rapid.IntRange(1, 10).Draw(t, "years")), Version: 1}
		d.Graces = []Grace{{AddPeriod, created.Add(5 * Day), 1000, 1}}
		if rapid.Bool().Draw(t, "deleted") {
			at := created.Add(6 * Day)
			d.RedeemUntil, d.PurgeAt = at.Add(30*Day), at.Add(35*Day)
		}
		step := func(label string) time.Duration {
			return time.Duration(rapid.IntRange(0, 20*366*24).Draw(t, label)) * time.Hour
		}
		mid := created.Add(step("to mid"))
		end := mid.Add(step("to end"))
		direct, events, exists := d.At(end, z)
		half, first, alive := d.At(mid, z)
		if !alive {
			if exists {
				t.Fatal("came back to life")
			}
			return
		}
		via, second, existsVia := half.At(end, z)
		if exists != existsVia || len(events) != len(first)+len(second) {
			t.Fatalf("directly: exists %v and %d events; by way of %v: %v and %d+%d", exists, len(events), mid, existsVia, len(first), len(second))
		}
		if !direct.Expires.Equal(via.Expires) || !direct.RedeemUntil.Equal(via.RedeemUntil) || len(direct.Graces) != len(via.Graces) {
			t.Fatalf("directly %+v, by way of mid %+v", direct, via)
		}
		if exists && !direct.DueAt().After(end) {
			t.Fatalf("at %v something was due at %v", end, direct.DueAt())
		}
		if !direct.Deleted() && !direct.Expires.After(end) {
			t.Fatalf("at %v it expired at %v", end, direct.Expires)
		}
	})
}

func TestShownStatuses(t *testing.T) {
	d := &Domain{}
	for _, c := range []struct {
		change func()
		want   string
	}{
		{func() {}, "inactive"},
		{func() { d.Nameservers = []string{"ns.test"} }, "ok"},
		{func() { d.Statuses = d.Statuses.With(ClientHold, ClientDeleteProhibited) }, "clientDeleteProhibited clientHold"},
		{func() { d.PurgeAt = day(2026, 1, 1) }, "clientHold pendingDelete"},
	} {
		c.change()
		got := ""
		for i, s := range d.ShownStatuses().Strings() {
			if i > 0 {
				got += " "
			}
			got += s
		}
		if got != c.want {
			t.Errorf("shown %q, want %q", got, c.want)
		}
	}
}
