package desk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

const (
	// claimed applications are a process's own for so long: more than asking takes.
	claimLease = 30 * time.Second
	// overdueAtOnce are denied before others have their turn.
	overdueAtOnce = 100

	giveBackTime   = time.Second // what a process that stops takes for it
	firstRetry     = time.Second
	maxRetry       = 5 * time.Minute // of an outside verifier
	maxTargetRetry = 5 * time.Second // of the target registries: one question covers many names
)

// lost says that somebody else moved an application on meanwhile.
func lost(err error) bool {
	return errors.Is(err, errMoved) || registry.IsKind(err, registry.KindStatus) || registry.IsKind(err, registry.KindNotFound)
}

// Work does what is to be done now: asks outside verifiers and target registries,
// denies what was not decided in time. It returns how many applications it moved, when
// all who were asked have answered. Several processes may work at once.
func (d *Desk) Work(ctx context.Context) (int, error) {
	var mu sync.Mutex
	var failed error
	moved := 0
	ended := make(chan struct{}, 1)
	c := &crew{after: func(did bool, err error) {
		mu.Lock()
		defer mu.Unlock()
		if did {
			moved++
		}
		failed = errors.Join(failed, err)
		select {
		case ended <- struct{}{}:
		default: // a signal is waiting already
		}
	}}
	for {
		busy := c.busy.Load() > 0 // whoever ends later is met by the next round
		denied, begun, err := d.round(ctx, c)
		mu.Lock()
		moved += denied
		mu.Unlock()
		if err != nil || !busy && begun == 0 {
			c.wait()
			return moved, errors.Join(err, failed)
		}
		select {
		case <-ended:
		case <-ctx.Done():
		}
	}
}

// round denies what is overdue and begins to ask, as far as there is room.
func (d *Desk) round(ctx context.Context, c *crew) (denied, begun int, err error) {
	for {
		n, err := d.workOverdue(ctx)
		denied += n
		if err != nil {
			return denied, begun, err
		}
		m, err := d.begin(ctx, c)
		begun += m
		if err != nil || n < overdueAtOnce && m == 0 {
			return denied, begun, err
		}
	}
}

func (d *Desk) workOverdue(ctx context.Context) (int, error) {
	ids, err := wlstore.Overdue(ctx, d.store, d.now(), overdueAtOnce)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, id := range ids {
		done, e := d.denyOverdue(ctx, id)
		if e != nil { // the others are not to wait for this one
			err = errors.Join(err, fmt.Errorf("application %d: %w", id, e))
		}
		if done {
			n++
		}
	}
	return n, err
}

// workOn asks for one application whoever has to say something, outside any
// transaction, and records the answer in one.
func (d *Desk) workOn(ctx context.Context, a *wlstore.Application, p *wlstore.GrantedPolicy, ans answer) (bool, error) {
	if p == nil {
		return false, d.retry(ctx, a, "its policy is not known here", maxTargetRetry)
	}
	if a.PolicyVersion > p.Grant { // somebody else knows a later grant
		d.granted.Forget()
		a.TryAt = time.Now()
		return false, d.noteRetry(ctx, a)
	}
	actor := registry.System("work-" + idText(a.ID))
	chain := chainOf(a, p.Policy)
	if current(a, p) && a.Stage >= 0 && a.Stage < len(chain) {
		if chain[a.Stage].Type == whitelist.HTTPVerifier {
			return d.workVerifier(ctx, a, p.Policy, ans)
		}
		_, err := d.rule(ctx, actor, a, ruling{asked: true, ans: ans, version: a.Version})
		return err == nil, err
	}
	if ans == unknown && current(a, p) {
		return false, d.retry(ctx, a, "no target registry answers for the name", maxTargetRetry)
	}
	_, err := d.rule(ctx, actor, a, ruling{asked: true, ans: ans, version: a.Version})
	return err == nil, err
}

// workVerifier asks the outside verifier of an application's stage.
func (d *Desk) workVerifier(ctx context.Context, a *wlstore.Application, p *whitelist.Policy, ans answer) (bool, error) {
	if ans == taken { // C-29: nobody is asked about a name that is gone
		_, err := d.rule(ctx, registry.System("work-"+idText(a.ID)), a, ruling{kind: byTarget, by: targetName, reason: a.Target + " is registered", version: a.Version})
		return err == nil, err
	}
	began := time.Now()
	said, err := d.outside.ask(ctx, p, a)
	if ctx.Err() != nil {
		return false, d.giveBack(ctx, a)
	}
	d.outside.rests.note(p.Verifiers[a.Stage].URL, err)
	d.metrics.ask(said.label(err), time.Since(began))
	switch {
	case err != nil:
		d.log.Warn("outside verifier gave no answer", zap.String("policy", p.ID), zap.String("application", idText(a.ID)), zap.Error(err))
		return false, d.retry(ctx, a, err.Error(), maxRetry)
	case said.Decision == saidPending:
		a.TryAt, a.Fault = time.Time{}, ""
		return true, d.noteRetry(ctx, a)
	}
	r := ruling{kind: byVerifier, by: p.VerifierAccount(), approve: said.Decision == saidApprove, reason: said.Reason, version: a.Version}
	if r.approve { // the name may have gone while the verifier thought
		if r.ans, err = d.askTarget(ctx, a.Target); err != nil {
			return false, err
		}
	}
	_, err = d.rule(ctx, registry.System("work-"+idText(a.ID)), a, r)
	return err == nil, err
}

// retry has an application's question asked again, later each time.
func (d *Desk) retry(ctx context.Context, a *wlstore.Application, fault string, most time.Duration) error {
	wait := most
	if a.Tries < 16 {
		wait = min(most, firstRetry<<a.Tries)
	}
	a.TryAt, a.Tries, a.Fault = time.Now().Add(wait), a.Tries+1, shorten(fault, maxText)
	return d.noteRetry(ctx, a)
}

func (d *Desk) noteRetry(ctx context.Context, a *wlstore.Application) error {
	return d.transact(ctx, registry.System("retry"), func(_ context.Context, tx *store.Tx) error {
		wlstore.Retry(tx, a)
		return nil
	})
}

// giveBack leaves an application to whoever works next: this process stops.
func (d *Desk) giveBack(ctx context.Context, a *wlstore.Application) error {
	why := ctx.Err()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveBackTime)
	defer cancel()
	a.TryAt = time.Now()
	return errors.Join(why, d.noteRetry(ctx, a))
}
