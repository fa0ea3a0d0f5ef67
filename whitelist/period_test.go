package whitelist

import (
	"encoding/json"
	"testing"
	"time"
)

func TestPeriodText(t *testing.T) {
	for text, want := range map[string]Period{
		"1y": {Years: 1}, "100y": {Years: 100}, "30d": {Exact: 720 * time.Hour}, "12h": {Exact: 12 * time.Hour}, "90m": {Exact: 90 * time.Minute},
		"90s": {Exact: 90 * time.Second}, "1s": {Exact: time.Second}, "36500d": {Exact: 36500 * 24 * time.Hour}, "25h": {Exact: 25 * time.Hour},
	} {
		var p Period
		if err := p.UnmarshalText([]byte(text)); err != nil || p != want {
			t.Errorf("%s: %+v, %v", text, p, err)
		}
		if p.String() != text {
			t.Errorf("%s is written %s", text, p)
		}
	}
	// The longest exact unit is written.
	for text, want := range map[string]string{"24h": "1d", "60s": "1m", "120m": "2h", "007d": "7d"} {
		var p Period
		if err := p.UnmarshalText([]byte(text)); err != nil || p.String() != want {
			t.Errorf("%s: %s, %v", text, p, err)
		}
	}
	for _, text := range []string{
		"", "y", "1", "0y", "0d", "-1d", "+1d", "1.5h", "1y6m", "1 d", " 1d", "1d ", "1D", "1w", "101y", "36501d", "3153600001s",
		"99999999999999999999d", "9223372036854775807s", "１d", "1y\n", "d1",
	} {
		p := Period{Years: 7}
		if err := p.UnmarshalText([]byte(text)); err == nil || p != (Period{Years: 7}) {
			t.Errorf("%q was read: %+v", text, p)
		}
	}
	for _, p := range []Period{{}, {Years: -1}, {Years: 101}, {Exact: -time.Second}, {Exact: time.Millisecond}, {Years: 1, Exact: time.Hour}, {Exact: 36501 * 24 * time.Hour}} {
		if text, err := json.Marshal(p); err == nil {
			t.Errorf("%+v was written: %s", p, text)
		}
	}
}

func instant(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestPeriodAfter(t *testing.T) {
	for _, c := range []struct {
		p          Period
		from, want string
	}{
		{Period{Years: 1}, "2026-11-21T00:00:00Z", "2027-11-21T00:00:00Z"},
		{Period{Years: 1}, "2028-02-29T12:00:00Z", "2029-02-28T12:00:00Z"},
		{Period{Years: 4}, "2028-02-29T12:00:00Z", "2032-02-29T12:00:00Z"},
		{Period{Years: 1}, "2028-03-01T01:00:00+05:00", "2029-02-28T20:00:00Z"},
		{Period{Exact: 30 * 24 * time.Hour}, "2027-01-31T00:00:00Z", "2027-03-02T00:00:00Z"},
		{Period{Exact: 90 * time.Second}, "2027-12-31T23:59:00Z", "2028-01-01T00:00:30Z"},
	} {
		if got := c.p.After(instant(c.from)); !got.Equal(instant(c.want)) || got.Location() != time.UTC {
			t.Errorf("%s after %s is %s, want %s", c.p, c.from, got, c.want)
		}
	}
}

// TestC119_Next begins every interval anew in UTC.
func TestC119_Next(t *testing.T) {
	for _, c := range []struct {
		i          Interval
		from, want string
	}{
		{"second", "2026-11-22T10:11:12.5Z", "2026-11-22T10:11:13Z"},
		{"second", "2026-11-22T10:11:12Z", "2026-11-22T10:11:13Z"},
		{"minute", "2026-11-22T10:11:12Z", "2026-11-22T10:12:00Z"},
		{"minute", "2026-11-22T10:11:00Z", "2026-11-22T10:12:00Z"},
		{"hour", "2026-12-31T23:59:59.999999Z", "2027-01-01T00:00:00Z"},
		{"hour", "2026-12-31T23:00:00+05:30", "2026-12-31T18:00:00Z"},
		{"day", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"},
		{"day", "2026-12-31T23:00:00-05:00", "2027-01-02T00:00:00Z"},
		{"week", "2026-11-22T10:11:12Z", "2026-11-23T00:00:00Z"}, // a Sunday
		{"week", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"}, // a Monday
		{"week", "2026-11-23T00:00:01Z", "2026-11-30T00:00:00Z"},
		{"week", "2026-12-31T10:00:00Z", "2027-01-04T00:00:00Z"},
		{"month", "2026-11-22T10:11:12Z", "2026-12-01T00:00:00Z"},
		{"month", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"},
		{"month", "2027-01-31T23:00:00Z", "2027-02-01T00:00:00Z"},
	} {
		if got := c.i.Next(instant(c.from)); !got.Equal(instant(c.want)) || got.Location() != time.UTC {
			t.Errorf("the %s after %s is %s, want %s", c.i, c.from, got, c.want)
		}
	}
}
