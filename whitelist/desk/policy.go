package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// Policy is a stored policy with its state; its documents hold no secrets.
type Policy struct {
	ID       string            `json:"id"`
	State    string            `json:"state"` // proposed, granted, refused, withdrawn
	Reason   string            `json:"reason,omitempty"`
	Version  int               `json:"version"`
	Added    time.Time         `json:"added"`
	Granted  time.Time         `json:"granted,omitzero"`
	PrunedAt time.Time         `json:"pruned,omitzero"`
	PruneAt  time.Time         `json:"prune_due,omitzero"`
	Document *whitelist.Policy `json:"document"`           // the granted one, else the proposed
	Proposed *whitelist.Policy `json:"proposed,omitempty"` // waiting beside a granted one
	Held     int               `json:"held"`               // applications undecided
	Names    int               `json:"names"`              // published
}

// PolicyLife bounds how long a process goes on with policies that were changed
// elsewhere.
const PolicyLife = wlstore.PolicyLife

func policyOf(row *wlstore.PolicyRow) *Policy {
	p := &Policy{
		ID: row.Name, State: string(row.State), Reason: row.Reason, Version: row.Version, Added: row.Added, Granted: row.GrantedAt,
		PrunedAt: row.PrunedAt, PruneAt: row.PruneAt, Document: row.Document().Public(), Held: row.Held, Names: row.Names,
	}
	if row.Granted != nil && row.Proposed != nil {
		p.Proposed = row.Proposed.Public()
	}
	return p
}

// Policies lists all, by id.
func (d *Desk) Policies(ctx context.Context) ([]*Policy, error) {
	rows, err := wlstore.Policies(ctx, d.store)
	if err != nil {
		return nil, err
	}
	list := make([]*Policy, 0, len(rows))
	for _, row := range rows {
		list = append(list, policyOf(row))
	}
	return list, nil
}

// ShowPolicy shows one; 2303 when there is none.
func (d *Desk) ShowPolicy(ctx context.Context, id string) (*Policy, error) {
	row, err := wlstore.Policy(ctx, d.store, id)
	if err != nil {
		return nil, err
	}
	return policyOf(row), nil
}

// AddPolicy stores a policy as proposed, or a new version beside the granted one;
// it controls nothing until granted. The document that is in force already takes
// back another proposal, and is 2302 when there is none. Other errors: 2201 for
// anybody but the operator, those of whitelist.ParsePolicy and CheckZones, and
// 2306 when its account is a registrar's.
func (d *Desk) AddPolicy(ctx context.Context, actor registry.Actor, document []byte) (*Policy, error) {
	if err := operatorOnly(actor); err != nil {
		return nil, err
	}
	doc, err := whitelist.ParsePolicy(document)
	if err != nil {
		return nil, err
	}
	if err := d.checkZones(ctx, doc); err != nil {
		return nil, err
	}
	err = d.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error { return addPolicy(ctx, tx, doc) })
	if err != nil {
		return nil, err
	}
	return d.ShowPolicy(ctx, doc.ID)
}

func addPolicy(ctx context.Context, tx *store.Tx, doc *whitelist.Policy) error {
	if _, err := verifierAccount(ctx, tx, doc); err != nil {
		return err
	}
	row, err := wlstore.LockPolicy(ctx, tx, doc.ID)
	if registry.IsKind(err, registry.KindNotFound) {
		return wlstore.InsertPolicy(ctx, tx, &wlstore.PolicyRow{Name: doc.ID, State: wlstore.Proposed, Proposed: doc})
	}
	if err != nil {
		return err
	}
	if row.Granted == nil {
		row.State, row.Reason, row.Proposed = wlstore.Proposed, "", doc
		return wlstore.UpdatePolicy(tx, row, "propose")
	}
	same, err := wlstore.Same(row.Granted, doc)
	switch {
	case err != nil:
		return err
	case same && row.Proposed == nil:
		return registry.Errorf(registry.KindExists, "policy", doc.ID, "nothing changed: this document is in force")
	case same:
		row.Proposed = nil
		return wlstore.UpdatePolicy(tx, row, "take back")
	default:
		row.Proposed = doc
		return wlstore.UpdatePolicy(tx, row, "propose")
	}
}

// checkZones holds a policy against the zones that the registry runs.
func (d *Desk) checkZones(ctx context.Context, doc *whitelist.Policy) error {
	zones, err := d.store.ZonesFor(ctx, doc.Zone) // looks again for a zone that was just added
	if err != nil {
		return err
	}
	runsWhitelist := slices.ContainsFunc(zones, func(z *registry.Zone) bool { return z.Kind == registry.WhitelistZone })
	return doc.CheckZones(zones, runsWhitelist)
}

// verifierAccount reads the account that a policy names; it may not exist yet.
func verifierAccount(ctx context.Context, tx *store.Tx, doc *whitelist.Policy) (wlstore.Account, error) {
	account, err := wlstore.ReadAccount(ctx, tx, doc.VerifierAccount())
	if err == nil && account.Kind != "" && account.Kind != registry.VerifierAccount {
		err = registry.Errorf(registry.KindParamPolicy, "account", doc.VerifierAccount(), "the account is a registrar's; a policy's account is a verifier's")
	}
	return account, err
}

// GrantPolicy makes the proposed document control registrations, and charges the
// fee that the document states to the verifier's account, if that exists. Every
// process obeys when it returns: it waits PolicyLife after the commit. Errors: 2201
// for anybody but the operator, 2303, 2304 when nothing is proposed, 2305 when
// names exist that were made otherwise than the document says, 2104 when the fee
// is not covered.
func (d *Desk) GrantPolicy(ctx context.Context, actor registry.Actor, id string) (*Policy, error) {
	if err := operatorOnly(actor); err != nil {
		return nil, err
	}
	row, err := wlstore.Policy(ctx, d.store, id)
	if err != nil {
		return nil, err
	}
	if row.Proposed != nil { // zones may have changed since it was added; read outside the transaction
		if err := d.checkZones(ctx, row.Proposed); err != nil {
			return nil, err
		}
	}
	checked := row.Version
	err = d.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		row, err := wlstore.LockPolicy(ctx, tx, id)
		if err != nil {
			return err
		}
		if row.Version != checked {
			return registry.Errorf(registry.KindUnavailable, "policy", id, "it was changed in this moment; look at it and try again")
		}
		return grant(ctx, tx, row)
	})
	if err != nil {
		return nil, err
	}
	if err := d.clearLeftovers(ctx, actor); err != nil {
		return nil, err
	}
	return d.obeyed(ctx, id)
}

func grant(ctx context.Context, tx *store.Tx, row *wlstore.PolicyRow) error {
	doc := row.Proposed
	if doc == nil {
		return registry.Errorf(registry.KindStatus, "policy", row.Name, "it is granted already, and no new version is proposed")
	}
	procedure, err := wlstore.Procedure(doc)
	if err != nil {
		return err
	}
	if row.Taken > 0 && procedure != row.Procedure {
		return registry.Errorf(registry.KindAssociation, "policy", row.Name,
			"%d whitelist names exist that were made in another way: zone, forms, hash, key and registrar_as cannot change before they are gone; add the new way as a policy of its own", row.Taken)
	}
	account, err := verifierAccount(ctx, tx, doc)
	if err != nil {
		return err
	}
	if err := chargeGrant(tx, doc, account); err != nil {
		return err
	}
	if row.Granted == nil || row.PruneAt.IsZero() || row.Granted.Prune != doc.Prune {
		row.PruneAt = doc.Prune.Next(tx.Now)
	}
	if row.Granted != nil {
		wlstore.ReviewHeld(tx, row.Name, time.Now())
	}
	row.State, row.Reason, row.Procedure = wlstore.InForce, "", procedure
	row.Granted, row.Proposed, row.GrantedAt, row.Grant = doc, nil, tx.Now, row.Version+1
	return wlstore.UpdatePolicy(tx, row, "grant")
}

// WithdrawPolicy ends control, or refuses what is only proposed; reason is kept.
// Applications under it are denied with the reason; entries stay until they expire,
// but for those that would pass for approvals under another policy in force.
// The document stays as the proposed one, so that it can be granted again; a
// proposal beside it is dropped. Errors: 2201 for anybody but the operator, 2303,
// 2304 when it is refused or withdrawn already.
func (d *Desk) WithdrawPolicy(ctx context.Context, actor registry.Actor, id, reason string) (*Policy, error) {
	if err := operatorOnly(actor); err != nil {
		return nil, err
	}
	err := d.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		row, err := wlstore.LockPolicy(ctx, tx, id)
		if err != nil {
			return err
		}
		return d.withdraw(ctx, tx, row, reason)
	})
	if err != nil {
		return nil, err
	}
	if err := d.clearLeftovers(ctx, actor); err != nil {
		return nil, err
	}
	return d.obeyed(ctx, id)
}

func (d *Desk) withdraw(ctx context.Context, tx *store.Tx, row *wlstore.PolicyRow, reason string) error {
	row.Reason = reason
	switch row.State {
	case wlstore.Proposed:
		row.State = wlstore.Refused
		return wlstore.UpdatePolicy(tx, row, "refuse")
	case wlstore.InForce:
		told := "the policy " + row.Name + " was withdrawn"
		if reason != "" {
			told += ": " + reason
		}
		if err := d.denyHeld(ctx, tx, row.Name, told); err != nil {
			return err
		}
		row.State, row.Proposed, row.Granted = wlstore.Withdrawn, row.Granted, nil
		return wlstore.UpdatePolicy(tx, row, "withdraw")
	default:
		return registry.Errorf(registry.KindStatus, "policy", row.Name, "it is %s already", row.State)
	}
}

// obeyed waits until every process knows that a policy changed, and shows it.
func (d *Desk) obeyed(ctx context.Context, id string) (*Policy, error) {
	d.granted.Forget()
	p, err := d.ShowPolicy(ctx, id)
	if err != nil {
		return nil, err
	}
	timer := time.NewTimer(PolicyLife)
	defer timer.Stop()
	select {
	case <-timer.C:
		return p, nil
	case <-ctx.Done():
		return p, fmt.Errorf("the policy %s is %s; other processes obey within %v: %w", id, p.State, PolicyLife, ctx.Err())
	}
}

// RemovePolicy deletes a policy that is not granted and has neither held
// applications nor names; else 2305.
func (d *Desk) RemovePolicy(ctx context.Context, actor registry.Actor, id string) error {
	if err := operatorOnly(actor); err != nil {
		return err
	}
	return d.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		row, err := wlstore.LockPolicy(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case row.Granted != nil:
			return registry.Errorf(registry.KindAssociation, "policy", id, "it is granted: withdraw it first")
		case row.Held > 0:
			return registry.Errorf(registry.KindAssociation, "policy", id, "%d applications under it are undecided", row.Held)
		case row.Taken > 0:
			return registry.Errorf(registry.KindAssociation, "policy", id, "%d whitelist names rest on it until they expire", row.Taken)
		}
		return wlstore.DeletePolicy(tx, row)
	})
}
