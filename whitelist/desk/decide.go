package desk

import (
	"context"
	"strconv"
	"strings"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// Decide carries out a decision by hand (operator) or by a policy's verifier. The
// application's status says what came of it: still pending when another verifier of
// the chain, a second person or the target registry must have its say first. 2303
// unknown, 2201 not this verifier's, 2304 decided already.
func (d *Desk) Decide(ctx context.Context, actor registry.Actor, id string, dec Decision) (*Application, error) {
	a, p, err := d.readApplication(ctx, id)
	if err != nil {
		return nil, err
	}
	if !actor.Operator && !decides(actor, p) {
		return nil, registry.Errorf(registry.KindAuthorization, "application", id, "another verifier decides on it")
	}
	r := ruling{kind: byHand, approve: dec.Approve, reason: strings.TrimSpace(dec.Reason)}
	if r.by, err = decider(actor, dec.By); err != nil {
		return nil, err
	}
	if err := clean(r.reason, maxText, "reason"); err != nil {
		return nil, err
	}
	if actor.Verifier {
		r.kind = byVerifier
	}
	if dec.Pending {
		return d.postpone(ctx, actor, a)
	}
	if r.approve && a.State == wlstore.Held {
		if r.ans, err = d.askTarget(ctx, a.Target); err != nil {
			return nil, err
		}
	}
	f, err := d.rule(ctx, actor, a, r)
	if err != nil {
		return nil, err
	}
	return f.view(), nil
}

// decides says whether the actor is the verifier of a policy.
func decides(actor registry.Actor, p *whitelist.Policy) bool {
	return actor.Verifier && p != nil && actor.Registrar == p.VerifierAccount()
}

// decider is who decides, as it is kept: a verifier's people stand under its account.
func decider(actor registry.Actor, by string) (string, error) {
	by = strings.TrimSpace(by)
	if err := clean(by, maxIdentifier, "by"); err != nil {
		return "", err
	}
	switch {
	case actor.Verifier && (by == "" || by == actor.Registrar):
		return actor.Registrar, nil
	case actor.Verifier:
		return actor.Registrar + "/" + by, nil
	case by == "":
		return "operator", nil
	}
	return by, nil
}

// readApplication reads an application and the document of its policy: nil when
// the policy is gone.
func (d *Desk) readApplication(ctx context.Context, id string) (*wlstore.Application, *whitelist.Policy, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return nil, nil, registry.Errorf(registry.KindNotFound, "application", "", "there is no such application")
	}
	a, err := wlstore.ReadApplication(ctx, d.store, n)
	if err != nil {
		return nil, nil, err
	}
	p, err := wlstore.Document(ctx, d.store, a.Policy)
	return a, p, err
}

// postpone notes that the outside verifier needs time: it calls when it has
// decided, and is not asked again.
func (d *Desk) postpone(ctx context.Context, actor registry.Actor, before *wlstore.Application) (*Application, error) {
	var f *file
	err := d.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		granted, err := wlstore.ShareGranted(ctx, tx, []string{before.Policy})
		if err != nil {
			return err
		}
		a, err := wlstore.LockApplication(ctx, tx, before.ID)
		if err != nil {
			return err
		}
		if a.State != wlstore.Held {
			return decidedAlready(a)
		}
		f = &file{app: a}
		if len(granted) > 0 {
			f.policy = granted[0].Policy
			if chain := chainOf(a, f.policy); a.Stage >= 0 && a.Stage < len(chain) {
				a.TryAt, a.Fault = time.Time{}, ""
				wlstore.Retry(tx, a)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return f.view(), nil
}
