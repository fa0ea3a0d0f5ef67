package store_test

import (
	"testing"
	"time"

	wlstore "cadastre/whitelist/store"
)

// What a run planned holds as long as the clock goes forward.
func TestPruningDue(t *testing.T) {
	at := func(hour, minute int) time.Time { return time.Date(2026, 11, 21, hour, minute, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		next, last, by, now time.Time
		due                 bool
	}{
		"never ran":                    {time.Time{}, time.Time{}, at(10, 20), at(10, 20), true},
		"not yet":                      {at(11, 0), at(10, 0), at(10, 59), at(10, 59), false},
		"now":                          {at(11, 0), at(10, 0), at(11, 0), at(11, 0), true},
		"fell due by then":             {at(11, 0), at(10, 0), at(10, 30), at(11, 30), false},
		"a minute after a run":         {at(12, 0), at(11, 0), at(10, 30), at(11, 1), false},
		"planned far ahead":            {at(23, 0), time.Time{}, at(10, 20), at(10, 20), true},
		"ran ahead":                    {at(11, 0), at(10, 30), at(10, 20), at(10, 20), true},
		"ran ahead, planned far ahead": {at(13, 0), at(12, 30), at(10, 20), at(10, 20), true},
		"granted ahead":                {at(12, 0), time.Time{}, at(10, 20), at(10, 20), true},
	} {
		p := wlstore.Pruning{Policy: "board", Interval: "hour", Next: c.next, Last: c.last}
		if got := p.Due(c.by, c.now); got != c.due {
			t.Errorf("%s: %v", name, got)
		}
	}
}
