package desk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.uber.org/zap"

	"cadastre/registry"
	"cadastre/registry/store"
	wlstore "cadastre/whitelist/store"
)

const (
	// pruneAsked is how many target names are asked about at once.
	pruneAsked = 100
	// pruneLease is how long a run that broke off keeps others from beginning anew.
	pruneLease = 30 * time.Second
)

// Prune runs the pruning of every policy that is due (C-114 to C-123), once, and
// returns how many names it removed.
func (d *Desk) Prune(ctx context.Context) (int, error) {
	now := d.now()
	turns, err := wlstore.DuePrunings(ctx, d.store, now, now)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, turn := range turns {
		removed, e := d.pruneTurn(ctx, turn)
		total += removed
		if e != nil { // the others are not to wait for this one
			err = errors.Join(err, fmt.Errorf("policy %s: %w", turn.Policy, e))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return total, err
}

// pruneTurn runs the pruning of one policy, unless somebody else does.
func (d *Desk) pruneTurn(ctx context.Context, turn *wlstore.Pruning) (removed int, err error) {
	at := d.now()
	actor := registry.System(fmt.Sprintf("prune-%d", at.UnixMicro()))
	mine := false
	err = d.store.Transact(ctx, actor, at, func(ctx context.Context, tx *store.Tx) error {
		wall := time.Now()
		mine, err = wlstore.ClaimPrune(ctx, tx, turn, wall, wall.Add(pruneLease))
		return err
	})
	if err != nil || !mine {
		return 0, err
	}
	if removed, err = d.prunePolicy(ctx, actor, turn.Policy, at); err == nil {
		err = d.store.Transact(ctx, actor, at, func(_ context.Context, tx *store.Tx) error {
			wlstore.Pruned(tx, turn.Policy, at, turn.Interval.Next(at))
			return nil
		})
	}
	if err != nil {
		return removed, errors.Join(err, d.leavePruning(ctx, actor, turn.Policy))
	}
	d.metrics.pruneRuns.Inc()
	d.metrics.pruneLast.Set(float64(at.UnixMicro()) / 1e6)
	if removed > 0 {
		d.log.Info("expired whitelist names removed", zap.String("policy", turn.Policy), zap.Int("names", removed))
	}
	return removed, nil
}

// leavePruning leaves a run that failed to whoever comes next.
func (d *Desk) leavePruning(ctx context.Context, actor registry.Actor, policy string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveBackTime)
	defer cancel()
	return d.keepPruning(ctx, actor, policy, time.Time{})
}

func (d *Desk) keepPruning(ctx context.Context, actor registry.Actor, policy string, until time.Time) error {
	return d.transact(ctx, actor, func(_ context.Context, tx *store.Tx) error {
		wlstore.KeepPrune(tx, policy, until)
		return nil
	})
}

// prunePolicy goes through a policy's names that are expired at an instant.
func (d *Desk) prunePolicy(ctx context.Context, actor registry.Actor, policy string, at time.Time) (removed int, err error) {
	q := wlstore.ExpiredQuery{Policy: policy, Now: at, Limit: pruneAsked}
	size := firstPace
	for {
		list, err := wlstore.ExpiredNames(ctx, d.store, q)
		if err != nil || len(list) == 0 {
			return removed, err
		}
		names, err := d.unregistered(ctx, list)
		if err != nil {
			return removed, err
		}
		for len(names) > 0 {
			chunk := names[:min(len(names), int(size))]
			names = names[len(chunk):]
			began := time.Now()
			n, err := d.pruneNames(ctx, actor, policy, chunk)
			removed += n
			if err != nil {
				return removed, err
			}
			size = size.after(len(chunk), time.Since(began))
		}
		if len(list) < q.Limit {
			return removed, nil
		}
		q.After = list[len(list)-1]
		if err := d.keepPruning(ctx, actor, policy, time.Now().Add(pruneLease)); err != nil {
			return removed, err
		}
	}
}

// unregistered asks the target registries, outside any transaction, and returns the
// names whose target is known to be free.
func (d *Desk) unregistered(ctx context.Context, list []wlstore.Expired) ([]string, error) {
	targets := map[string]bool{}
	for _, e := range list {
		targets[e.Target] = true
	}
	answers, err := d.askTargets(ctx, slices.Sorted(maps.Keys(targets)))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range list {
		if answers[e.Target] == free {
			names = append(names, e.Name)
		}
	}
	return names, nil
}

// pruneNames removes names whose target was free, but for those that somebody has
// in hand: a target create keeps its entry locked until it is written. Where this
// registry runs the target, that is looked at once more with the names locked: a
// create that kept the entry is written by then, one that comes later finds none.
func (d *Desk) pruneNames(ctx context.Context, actor registry.Actor, policy string, names []string) (removed int, err error) {
	err = d.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		removed = 0
		rows, err := wlstore.LockExpired(ctx, tx, policy, names)
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(rows)) {
			if _, err := d.expire(tx, rows[name]); err != nil {
				return err
			}
			removed++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	d.metrics.pruned.Add(float64(removed))
	return removed, nil
}

// operatorID is the sponsor of what the operator entered.
var operatorID = registry.System("").ID()

// expire removes a locked entry that is past its time, and tells whom it was for.
// An application that waits for a decision and shares it keeps it, held as if it
// had never been published; gone is false then.
func (d *Desk) expire(tx *store.Tx, row *wlstore.Name) (gone bool, err error) {
	told := map[string]bool{row.Sponsor: true}
	for _, h := range row.Holders {
		if h.State == wlstore.Approved {
			told[h.Sponsor] = true
		}
	}
	text := fmt.Sprintf("The whitelist name %s expired on %s and was removed: %s is not registered", row.Name,
		row.Expires.Format(time.RFC3339), row.Target)
	delete(told, operatorID) // who has no messages
	for _, account := range slices.Sorted(maps.Keys(told)) {
		tx.Notify(account, tx.Now, text)
	}
	if err := tx.SetData(row.ZoneID, row.Name, nil); err != nil {
		return false, err
	}
	if !row.Held() {
		return true, wlstore.DeleteName(tx, row, "prune")
	}
	wlstore.UnlinkClosed(tx, row)
	row.Holders = slices.DeleteFunc(row.Holders, func(h wlstore.Holder) bool { return h.State != wlstore.Held })
	row.State, row.Published, row.Expires, row.CredHash = wlstore.Held, time.Time{}, time.Time{}, ""
	return false, wlstore.SaveName(tx, row, "prune")
}
