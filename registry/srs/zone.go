package srs

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"cadastre/registry"
	"cadastre/registry/store"
)

// UpdateZone changes the settings of a running zone and returns them. What change
// makes of them is refused when it could not be served, or contradicts names that
// are there. Other servers of the registry obey it within a second: until then
// they may still take a name in the old way, so the models are switched while
// nobody registers.
func (s *SRS) UpdateZone(ctx context.Context, actor registry.Actor, name string, change func(*registry.Zone) error) (*registry.Zone, error) {
	zones, err := s.store.Zones(ctx)
	if err != nil {
		return nil, err
	}
	var z *registry.Zone
	err = s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		old, err := tx.LockZone(ctx, name)
		if err != nil {
			return err
		}
		if z, err = cloneZone(old); err != nil {
			return err
		}
		if err := change(z); err != nil {
			return err
		}
		if err := z.KeepsPrices(old, s.Now()); err != nil {
			return err
		}
		if err := z.Check(); err != nil {
			return err
		}
		if err := fitsNames(ctx, tx, zones, old, z); err != nil {
			return err
		}
		return tx.SaveZone(ctx, z)
	})
	return z, err
}

// cloneZone copies a zone with all that it points to.
func cloneZone(old *registry.Zone) (*registry.Zone, error) {
	text, err := json.Marshal(old)
	if err != nil {
		return nil, fmt.Errorf("zone %s: %w", old.Name, err)
	}
	z := &registry.Zone{ID: old.ID, Name: old.Name, Kind: old.Kind, ConfigVersion: old.ConfigVersion}
	return z, json.Unmarshal(text, z)
}

// fitsNames refuses settings that contradict the names of the zone.
func fitsNames(ctx context.Context, tx *store.Tx, zones registry.Zones, old, z *registry.Zone) error {
	demands, err := z.Demands(old)
	if err != nil {
		return err
	}
	for _, d := range demands {
		names, err := tx.Contradicting(ctx, z.ID, d)
		if err != nil {
			return err
		}
		if len(names) > 0 {
			return registry.Errorf(registry.KindAssociation, "zone", z.Name, "%s: %s", d, strings.Join(names, ", "))
		}
	}
	suffixes, servers := z.NewNames(old)
	for _, suffix := range suffixes {
		if err := unused(ctx, tx, old, suffix, suffix); err != nil {
			return err
		}
	}
	for _, ns := range servers {
		within := zones.Find(ns)
		if within == nil {
			continue
		}
		if domain, _, ok := within.Registrable(ns); ok {
			if err := unused(ctx, tx, within, ns, domain); err != nil {
				return err
			}
		}
	}
	return nil
}

// unused refuses a name for the registry's own use at, above or below which, as
// far as base, names are registered.
func unused(ctx context.Context, tx *store.Tx, z *registry.Zone, name, base string) error {
	if domain, _, ok := z.Registrable(name); ok && registry.IsSubordinate(base, domain) {
		base = domain
	}
	below, err := tx.NamesBelow(ctx, base)
	if err != nil {
		return err
	}
	if len(below) > 0 {
		return registry.Errorf(registry.KindAssociation, "zone", name, "there are names at or below %s: %s", base, strings.Join(below, ", "))
	}
	return nil
}
