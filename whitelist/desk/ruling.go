package desk

import (
	"context"
	"strings"
	"time"

	"go.uber.org/zap"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// ruling is one word on an application: a person's, a verifier's, or, with asked
// alone, what the target registries said.
type ruling struct {
	kind    string
	by      string
	approve bool
	reason  string
	ans     answer // what the target registries say, asked outside the transaction
	asked   bool   // no word on the application itself
	version int    // only when the application is still at this version; 0: whatever it is
}

// errMoved says that an application went on while others were asked about it.
var errMoved = registry.Errorf(registry.KindStatus, "application", "", "the application went on meanwhile")

// rule carries out a ruling in one transaction.
func (d *Desk) rule(ctx context.Context, actor registry.Actor, before *wlstore.Application, r ruling) (*file, error) {
	reg, err := d.registrationOf(ctx, before)
	if err != nil {
		return nil, err
	}
	var f *file
	var end outcome
	err = d.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		end = outcome{}
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
		if r.version != 0 && r.version != a.Version {
			return errMoved
		}
		if len(granted) == 0 { // a withdrawal denies what is held: this cannot be
			return registry.Errorf(registry.KindStatus, "application", idText(a.ID), "its policy is not in force")
		}
		c := &ruledCase{file: file{app: a, policy: granted[0].Policy}, granted: granted[0], reg: reg}
		f = &c.file
		end, err = d.judge(ctx, tx, c, r)
		if err != nil {
			return err
		}
		return d.conclude(ctx, tx, f, end)
	})
	if err != nil {
		return nil, err
	}
	d.concluded(f, end)
	return f, nil
}

// ruledCase is a locked application on which a word is said.
type ruledCase struct {
	file
	granted *wlstore.GrantedPolicy
	reg     whitelist.Registration
}

// judge says where a ruling takes an application.
func (d *Desk) judge(ctx context.Context, tx *store.Tx, c *ruledCase, r ruling) (outcome, error) {
	a, chain := c.app, chainOf(c.app, c.policy)
	ans, err := d.targetNow(ctx, tx, a.Target, r.ans)
	if err != nil {
		return outcome{}, err
	}
	walk := restarted(a, c.granted) || !asks(a, chain)
	through := passed(a, chain)
	if r.asked || walk && r.version != 0 { // what an outside system said was about another document
		return d.by(a, carryOn(a, chain, c.reg, tx.Now, ans)), nil
	}
	if !r.approve {
		if through {
			return outcome{}, approvedAlready(a)
		}
		if r.reason == "" {
			r.reason = "denied"
		}
		say(a, wlstore.Review{By: r.by, At: tx.Now, Note: r.reason})
		return outcome{denied: true, kind: r.kind, by: r.by, reason: r.reason}, nil
	}
	if walk {
		if through {
			return outcome{}, approvedAlready(a)
		}
		end := d.by(a, carryOn(a, chain, c.reg, tx.Now, ans))
		switch {
		case end.denied || end.approved || passed(a, chain):
			return end, nil
		case a.Stage < 0:
			return outcome{}, registry.Errorf(registry.KindStatus, "application", idText(a.ID),
				"the target registry has not said yet whether %s is free", a.Target)
		}
	}
	said := approvals(a)
	for _, other := range said {
		if strings.EqualFold(other.By, r.by) {
			return outcome{}, registry.Errorf(registry.KindStatus, "application", idText(a.ID), "%s has approved it already: a second person is needed", other.By)
		}
	}
	say(a, wlstore.Review{By: r.by, At: tx.Now, Approve: true, Note: r.reason})
	if len(said)+1 < max(1, chain[a.Stage].Persons) {
		return outcome{}, nil
	}
	a.Stage++
	end := carryOn(a, chain, c.reg, tx.Now, ans)
	if end.approved {
		end.kind, end.by = r.kind, r.by
	}
	return end, nil
}

// by names the last who approved as the one who decided.
func (d *Desk) by(a *wlstore.Application, end outcome) outcome {
	if end.approved {
		for _, r := range a.Reviews {
			if r.Approve {
				end.by = r.By
			}
		}
		if end.by != rulesName {
			end.kind = byHand
		}
	}
	return end
}

func decidedAlready(a *wlstore.Application) error {
	return registry.Errorf(registry.KindStatus, "application", idText(a.ID), "decided already: %s by %s at %s", a.State, a.DecidedBy,
		a.Decided.Format(time.RFC3339))
}

// approvedAlready is for an application whose chain is through: the target
// registry alone is waited for.
func approvedAlready(a *wlstore.Application) error {
	by, at := rulesName, a.Created
	if n := len(a.Reviews); n > 0 {
		by, at = a.Reviews[n-1].By, a.Reviews[n-1].At
	}
	return registry.Errorf(registry.KindStatus, "application", idText(a.ID), "decided already: approved by %s at %s; the target registry is asked whether %s is free",
		by, at.Format(time.RFC3339), a.Target)
}

// conclude stores what came of an application: it waits, or it is decided, which
// is told in the same transaction.
func (d *Desk) conclude(ctx context.Context, tx *store.Tx, f *file, end outcome) (err error) {
	a := f.app
	if f.rows, err = wlstore.LockNames(ctx, tx, a.Names); err != nil {
		return err
	}
	if !end.approved && !end.denied {
		forget(a, chainOf(a, f.policy))
		return wlstore.SaveApplication(tx, a, "review")
	}
	if end.denied {
		return d.deny(tx, f, end)
	}
	a.Decided, a.DecidedBy, a.TryAt, a.Fault, a.Credentials = tx.Now, end.by, time.Time{}, "", nil
	a.State = wlstore.Approved
	if err := d.publish(ctx, tx, f); err != nil {
		return err
	}
	if err := d.charge(ctx, tx, f, true); err != nil {
		return err
	}
	if err := wlstore.SaveApplication(tx, a, "approve"); err != nil {
		return err
	}
	return report(tx, f)
}

// concluded is what follows a commit.
func (d *Desk) concluded(f *file, end outcome) {
	if !end.approved && !end.denied {
		if !f.app.TryAt.IsZero() {
			d.wakeUp()
		}
		return
	}
	d.metrics.decided(end)
	d.log.Info("application decided", zap.String("application", idText(f.app.ID)), zap.String("target", f.app.Target),
		zap.String("policy", f.app.Policy), zap.String("sponsor", f.app.Sponsor), zap.Bool("approved", end.approved),
		zap.String("by", end.by), zap.String("reason", end.reason))
}

// registrationOf is what an application asked for, with what is known now of the
// registrar.
func (d *Desk) registrationOf(ctx context.Context, a *wlstore.Application) (whitelist.Registration, error) {
	reg := whitelist.Registration{
		Target:     a.Target,
		Registrant: whitelist.Registrant{ID: a.Registrant, Country: a.RegistrantCountry},
		Registrar:  whitelist.Registrar{Account: a.Registrar},
	}
	if a.Registrar == "" {
		return reg, nil
	}
	account, err := d.store.Registrar(ctx, a.Registrar)
	if registry.IsKind(err, registry.KindNotFound) {
		return reg, nil
	}
	if err == nil {
		reg.Registrar = registrarFacts(account)
	}
	return reg, err
}
