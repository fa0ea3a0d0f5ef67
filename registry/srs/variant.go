package srs

import (
	"context"
	"slices"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
)

// admitVariant refuses a new domain of which variants are registered that it may not
// join, and says who holds the set. Variants that have fallen due for purging are
// purged first. What happens at the same time, a constraint refuses.
func admitVariant(ctx context.Context, tx *store.Tx, z *registry.Zone, d *registry.Domain) (holder string, err error) {
	if d.VariantKey == "" {
		return "", nil
	}
	read := tx.Variants
	if z.IDN.Variants == registry.AllocateVariants {
		read = tx.LockVariants // a transfer must not begin meanwhile
	}
	rows, err := read(ctx, z.ID, d.VariantKey)
	if err != nil {
		return "", err
	}
	var others []registry.Variant
	for _, v := range rows {
		if v.Name == d.Name {
			continue // due for purging, and purged
		}
		if !v.Purge.IsZero() && !v.Purge.After(tx.Now) {
			gone, err := purgeVariant(ctx, tx, z, v.Name)
			if err != nil {
				return "", err
			}
			if gone {
				continue
			}
		}
		others = append(others, v.Variant)
	}
	return z.VariantHolder(d), z.CheckVariants(d, others)
}

// purgeVariant writes down the purge of a name that was found due for it.
func purgeVariant(ctx context.Context, tx *store.Tx, z *registry.Zone, name string) (gone bool, err error) {
	row, err := tx.LockGone(ctx, name)
	if err != nil || row == nil {
		return err == nil, err
	}
	_, exists, err := tx.Persist(ctx, row, z)
	return !exists, err
}

// keepVariantsTogether refuses a change that gives a domain another holder while
// variants of it are registered, and else has its set follow.
func keepVariantsTogether(ctx context.Context, tx *store.Tx, c *domainChange) error {
	was, will := c.zone.VariantHolder(c.before), c.zone.VariantHolder(c.domain)
	if was == will {
		return nil
	}
	if err := aloneInSet(ctx, tx, c); err != nil {
		return err
	}
	tx.MoveVariants(c.domain, was, will)
	return nil
}

// aloneInSet refuses with 2305 a domain of which variants are registered.
func aloneInSet(ctx context.Context, tx *store.Tx, c *domainChange) error {
	rows, err := tx.LockVariants(ctx, c.zone.ID, c.domain.VariantKey)
	if err != nil {
		return err
	}
	var others []registry.Variant
	for _, v := range rows {
		if v.Purge.IsZero() || v.Purge.After(tx.Now) {
			others = append(others, v.Variant)
		}
	}
	return c.zone.CheckHolderChange(c.domain, others)
}

// mayMoveVariants refuses the request of a transfer that would part a set of variants
// held by their registrar: the approval by time cannot fail.
func mayMoveVariants(ctx context.Context, tx *store.Tx, c *domainChange, gaining string) error {
	after := *c.before
	after.Registrar = gaining
	if c.zone.VariantHolder(c.before) == c.zone.VariantHolder(&after) {
		return nil
	}
	return aloneInSet(ctx, tx, c)
}

// variantAnswers are a check's answers about names of which variants are registered.
type variantAnswers struct {
	keys map[string]variantKey // by name
	rows map[variantKey][]store.VariantRow
}

type variantKey struct {
	zone int64
	key  string
}

// askVariants looks up the registered variants of names that can have some. Where no
// name can, nothing is asked.
func (s *SRS) askVariants(ctx context.Context, zones registry.Zones, names []string) (variantAnswers, error) {
	var out variantAnswers
	var asked map[int64][]string
	for _, name := range names {
		z := zones.Find(name)
		if !z.HasVariants(name) {
			continue
		}
		label, err := z.AdmitLabel(name, registry.IDNRequest{})
		if err != nil || label.Key == "" {
			continue
		}
		if out.keys == nil {
			out.keys, out.rows = map[string]variantKey{}, map[variantKey][]store.VariantRow{}
			asked = map[int64][]string{}
		}
		out.keys[name] = variantKey{z.ID, label.Key}
		asked[z.ID] = append(asked[z.ID], label.Key)
	}
	for zone, keys := range asked {
		rows, err := s.store.Variants(ctx, zone, keys)
		if err != nil {
			return out, err
		}
		for _, r := range rows {
			k := variantKey{zone, r.Key}
			out.rows[k] = append(out.rows[k], r)
		}
	}
	return out, nil
}

// reason says why a free name cannot be had, or, when it can, under which condition.
func (v variantAnswers) reason(z *registry.Zone, actor registry.Actor, name string, now time.Time) (refused bool, reason string) {
	rows := slices.DeleteFunc(slices.Clone(v.rows[v.keys[name]]), func(r store.VariantRow) bool {
		return r.Name == name || !r.Purge.IsZero() && !r.Purge.After(now)
	})
	switch {
	case len(rows) == 0:
		return false, ""
	case z.IDN.Variants != registry.AllocateVariants:
		return true, "A variant is registered"
	case !slices.ContainsFunc(rows, func(r store.VariantRow) bool { return r.Registrar == actor.Registrar }):
		return true, "A variant has another holder"
	}
	return false, "Variant: same holder only"
}
