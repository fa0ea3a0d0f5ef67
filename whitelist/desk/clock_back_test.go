package desk_test

import (
	"testing"
	"time"
)

// Pruning goes on as it should when the business clock was set ahead, and back
// (C-118, C-119).
func TestPruneClockSetBack(t *testing.T) {
	for _, interval := range []string{"second", "hour", "day", "month"} {
		t.Run(interval, func(t *testing.T) {
			w := newWorld(t)
			began := w.clock.Now()
			w.grant(map[string]any{"verifiers": rules, "life": "40d", "prune": interval})
			for _, ahead := range []time.Time{began.Add(90 * time.Minute), began.AddDate(0, 1, 0), began.AddDate(270, 0, 0)} {
				w.clock.Set(ahead)
				w.must(w.SettleBy(w.ctx, w.clock.Now()))
				w.clock.Set(began)
				w.must(w.SettleBy(w.ctx, w.clock.Now()))
				p, err := w.ShowPolicy(w.ctx, "trips-board")
				w.must(err)
				if p.PruneAt.After(began.AddDate(0, 1, 0)) || p.PrunedAt.After(began) {
					t.Errorf("set back from %v: pruned at %v, due at %v", ahead, p.PrunedAt, p.PruneAt)
				}
				w.apply(ra, "miami.trips", "UID1")
				w.clock.Advance(40 * 24 * time.Hour)
				if interval == "month" {
					w.clock.Set(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
				} else if interval == "day" {
					w.clock.Advance(14 * time.Hour)
				} else if interval == "hour" {
					w.clock.Advance(40 * time.Minute)
				}
				w.must(w.SettleBy(w.ctx, w.clock.Now()))
				w.wantZone()
				w.clock.Set(began)
			}
		})
	}
}

// A run that broke off is taken up by others, and one that failed at once.
func TestPruneTakenOver(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"verifiers": rules, "life": "1d"})
	w.apply(ra, "miami.trips", "UID1")
	w.clock.Advance(25 * time.Hour)
	w.write(`UPDATE policies SET prune_until = now() + interval '1 minute'`)
	equal(t, "while another prunes", w.prune(), 0)
	w.write(`UPDATE policies SET prune_until = now() - interval '1 second'`)
	equal(t, "when it broke off", w.prune(), 1)
	equal(t, "in hand", w.count(`SELECT count(*) FROM policies WHERE prune_until IS NOT NULL`), 0)
}
