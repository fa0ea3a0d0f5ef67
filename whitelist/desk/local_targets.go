package desk

import (
	"context"
	"slices"
	"time"

	"cadastre/internal/clock"
	"cadastre/registry"
	"cadastre/registry/store"
)

// LocalTargets answers for the target zones of the registry's own store.
type LocalTargets struct {
	store *store.Store
	clock clock.Clock
}

// NewLocalTargets makes Targets of a registry that runs the target zones itself.
func NewLocalTargets(st *store.Store, clk clock.Clock) *LocalTargets {
	return &LocalTargets{store: st, clock: clk}
}

// takenAtOnce bounds the names of one question to the store.
const takenAtOnce = 500

// Registered implements Targets. Names outside the registry's target zones are
// absent from the answer.
func (l *LocalTargets) Registered(ctx context.Context, names []string) (map[string]bool, error) {
	zones, err := l.store.Zones(ctx)
	if err != nil {
		return nil, err
	}
	now := l.clock.Now().UTC().Truncate(time.Microsecond)
	out := make(map[string]bool, len(names))
	for chunk := range slices.Chunk(names, takenAtOnce) {
		ask := make([]string, 0, len(chunk))
		for _, n := range chunk {
			if zones.Find(n) == nil {
				if zones, err = l.store.ZonesFor(ctx, n); err != nil {
					return out, err
				}
			}
			if z := zones.Find(n); z != nil && z.Kind == registry.TargetZone {
				ask = append(ask, n)
			}
		}
		if len(ask) == 0 {
			continue
		}
		rows, err := l.store.Taken(ctx, ask)
		if err != nil {
			return out, err
		}
		for _, n := range ask {
			row, ok := rows[n]
			out[n] = ok && row.Kept(now)
		}
	}
	return out, nil
}
