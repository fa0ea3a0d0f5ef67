package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.uber.org/zap"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// Runs says whether a canonical name lies at or below a whitelist zone of this registry.
func (d *Desk) Runs(ctx context.Context, name string) (bool, error) {
	zones, err := d.store.ZonesFor(ctx, name)
	if err != nil {
		return false, err
	}
	z := zones.Find(name)
	return z != nil && z.Kind == registry.WhitelistZone, nil
}

// nameOf shows a whitelist name.
func (d *Desk) nameOf(row *wlstore.Name) *Name {
	n := &Name{
		Name: row.Name, ROID: fmt.Sprintf("W%d-%s", row.ID, d.cfg.ROIDSuffix), Status: StatusPending, Target: row.Target,
		Registrant: row.Registrant, Registrar: row.Agent, Policy: row.Policy, Sponsor: row.Sponsor, Created: row.Created,
		Published: row.Published, Expires: row.Expires, HasCredential: row.CredHash != "",
	}
	if row.State == wlstore.Published {
		n.Status = StatusApproved
	}
	if len(row.Holders) == 1 {
		n.Application = idText(row.Holders[0].Application)
	}
	return n
}

// InfoName shows a whitelist name to the applying registrar, the policy's verifier
// and the operator; 2201 to others, 2303 when there is none. credential, when not
// nil, must match the entry's (2202): so a target registry asks over EPP, as the
// verifier. It is the value, or type and value with a colon between. It opens nothing
// to others, who could guess. Where the entry has no credential, none is looked at.
func (d *Desk) InfoName(ctx context.Context, actor registry.Actor, name string, credential *string) (*Name, error) {
	name, err := whitelist.CanonicalName(name)
	if err != nil {
		return nil, err
	}
	row, err := wlstore.ReadName(ctx, d.store, name)
	if err != nil {
		return nil, err
	}
	allowed, err := d.maySee(ctx, actor, row)
	if err != nil {
		return nil, err
	}
	if !allowed {
		return nil, registry.Errorf(registry.KindAuthorization, "domain:name", name, "the whitelist name is somebody else's")
	}
	if credential != nil && row.CredHash != "" {
		ok, err := d.credentialMatches(ctx, row.CredHash, *credential)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, registry.Errorf(registry.KindAuthInfo, "domain:pw", "", "the credential does not match")
		}
	}
	return d.nameOf(row), nil
}

// maySee is whether an actor is one of those whom a name concerns.
func (d *Desk) maySee(ctx context.Context, actor registry.Actor, row *wlstore.Name) (bool, error) {
	if actor.Operator || actor.Registrar != "" && actor.Registrar == row.Sponsor {
		return true, nil
	}
	if actor.Registrar == "" {
		return false, nil
	}
	for _, h := range row.Holders {
		if h.Sponsor == actor.Registrar {
			return true, nil
		}
	}
	if !actor.Verifier {
		return false, nil
	}
	p, err := wlstore.Document(ctx, d.store, row.Policy)
	return err == nil && decides(actor, p), err
}

// credentialMatches holds a credential against a hash: "token:…" is one of that
// type, anything else may be of any.
func (d *Desk) credentialMatches(ctx context.Context, hash, credential string) (bool, error) {
	if hash == "" || len(credential) > 2*maxCredential {
		return false, nil
	}
	release, err := d.hashSlot(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	if typ, value, ok := strings.Cut(credential, ":"); ok && slices.Contains(registry.CredentialTypes, typ) {
		return whitelist.CredentialMatches(hash, typ, value), nil
	}
	return slices.ContainsFunc(registry.CredentialTypes, func(typ string) bool {
		return whitelist.CredentialMatches(hash, typ, credential)
	}), nil
}

// CheckNames answers domain:check for names in whitelist zones: held and published
// names are taken.
func (d *Desk) CheckNames(ctx context.Context, _ registry.Actor, names []string) ([]registry.Availability, error) {
	if err := registry.CheckCount(len(names), "domain:name"); err != nil {
		return nil, err
	}
	out := make([]registry.Availability, len(names))
	canonical := make([]string, 0, len(names))
	for i, raw := range names {
		out[i].Name = raw
		name, err := whitelist.CanonicalName(raw)
		if err != nil {
			out[i].Reason = "Invalid name"
			continue
		}
		zones, err := d.store.ZonesFor(ctx, name)
		if err != nil {
			return nil, err
		}
		out[i].Name = name
		if z := zones.Find(name); z == nil || z.Kind != registry.WhitelistZone || z.Name == name {
			out[i].Reason = "Not a whitelist name"
			continue
		}
		out[i].Available = true
		canonical = append(canonical, name)
	}
	taken, err := wlstore.TakenNames(ctx, d.store, canonical)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if out[i].Available && taken[out[i].Name] {
			out[i].Available, out[i].Reason = false, "In use"
		}
	}
	return out, nil
}

// DeleteName removes an entry by its policy's verifier; 2201 for others, 2304 while
// applications for it are undecided.
func (d *Desk) DeleteName(ctx context.Context, actor registry.Actor, name string) error {
	name, err := whitelist.CanonicalName(name)
	if err != nil {
		return err
	}
	before, err := wlstore.ReadName(ctx, d.store, name)
	if err != nil {
		return err
	}
	if !actor.Operator {
		p, err := wlstore.Document(ctx, d.store, before.Policy)
		if err != nil {
			return err
		}
		if !decides(actor, p) {
			return registry.Errorf(registry.KindAuthorization, "domain:name", name, "the policy's verifier alone removes whitelist names")
		}
	}
	err = d.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		rows, err := wlstore.LockNames(ctx, tx, []string{name})
		if err != nil {
			return err
		}
		row := rows[name]
		if row == nil || row.ID != before.ID {
			return wlstore.NoName(name)
		}
		if row.State != wlstore.Published || row.Held() {
			return registry.Errorf(registry.KindStatus, "domain:name", name, "an application for it is undecided: decide that first")
		}
		if row.Sponsor != actor.ID() && row.Sponsor != operatorID {
			tx.Notify(row.Sponsor, tx.Now, "The whitelist name "+name+" was removed by "+actor.ID())
		}
		if err := tx.SetData(row.ZoneID, row.Name, nil); err != nil {
			return err
		}
		return wlstore.DeleteName(tx, row, "delete")
	})
	if err == nil {
		d.metrics.entries.WithLabelValues("delete").Inc()
		d.log.Info("whitelist name deleted", zap.String("name", name), zap.String("by", actor.ID()))
	}
	return err
}
