package desk

import (
	"context"
	"slices"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
	wlstore "cadastre/whitelist/store"
)

// denyHeld denies every undecided application under a policy, with a reason. The
// caller has the policy locked, so none comes to it meanwhile.
func (d *Desk) denyHeld(ctx context.Context, tx *store.Tx, policy, reason string) error {
	list, err := wlstore.LockHeld(ctx, tx, policy)
	if err != nil || len(list) == 0 {
		return err
	}
	var names []string
	for _, a := range list {
		names = append(names, a.Names...)
	}
	slices.Sort(names)
	rows, err := wlstore.LockNames(ctx, tx, slices.Compact(names))
	if err != nil {
		return err
	}
	for _, a := range list {
		if err := d.deny(tx, &file{app: a, rows: rows}, outcome{denied: true, kind: byPolicy, by: tx.Actor.ID(), reason: reason}); err != nil {
			return err
		}
	}
	return nil
}

// deny stores a denial of a locked application with its locked names, and tells it.
func (d *Desk) deny(tx *store.Tx, f *file, end outcome) error {
	a := f.app
	a.Decided, a.DecidedBy, a.TryAt, a.Fault, a.Credentials = tx.Now, end.by, time.Time{}, "", nil
	a.State, a.Reasons = wlstore.Denied, []string{end.reason}
	if err := release(tx, f); err != nil {
		return err
	}
	if err := wlstore.SaveApplication(tx, a, "deny"); err != nil {
		return err
	}
	return report(tx, f)
}

// overdueReason is told when nobody decided in time.
const overdueReason = "not decided in time"

// denyOverdue denies an application whose time to be decided ran out; false when
// it was decided meanwhile.
func (d *Desk) denyOverdue(ctx context.Context, id int64) (bool, error) {
	var f *file
	end := outcome{denied: true, kind: byDeadline, by: "registry", reason: overdueReason}
	err := d.transact(ctx, registry.System("deadline-"+idText(id)), func(ctx context.Context, tx *store.Tx) error {
		f = nil
		a, err := wlstore.LockApplication(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.State != wlstore.Held || a.DecideBy.After(tx.Now) {
			return nil
		}
		c := &file{app: a}
		if c.rows, err = wlstore.LockNames(ctx, tx, a.Names); err != nil {
			return err
		}
		if err := d.deny(tx, c, end); err != nil {
			return err
		}
		f = c
		return nil
	})
	if err != nil || f == nil {
		return false, err
	}
	d.concluded(f, end)
	return true, nil
}
