package srs

import (
	"context"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
)

// priceNotice is how long before its instant a change of prices must be known: servers
// look at the settings once a second, and none may charge what does not hold any more.
const priceNotice = 2 * time.Second

// SetPrice adds a step to the price list of a zone; without an instant it begins in
// priceNotice.
func (s *SRS) SetPrice(ctx context.Context, actor registry.Actor, zone string, st registry.PriceStep) (*registry.Zone, error) {
	return s.UpdateZone(ctx, actor, zone, func(z *registry.Zone) error {
		earliest := s.Now().Add(priceNotice)
		if st.From.IsZero() {
			st.From = earliest
		}
		return z.SetPrice(st, earliest)
	})
}

// DropPrice takes a step that has not begun out of the price list of a zone.
func (s *SRS) DropPrice(ctx context.Context, actor registry.Actor, zone string, st registry.PriceStep) (*registry.Zone, error) {
	return s.UpdateZone(ctx, actor, zone, func(z *registry.Zone) error {
		return z.DropPrice(st.Class, st.From, s.Now().Add(priceNotice))
	})
}

// SetLabels changes which labels of a zone have a class of prices, or are reserved. All
// of them are changed, or none. Names that are registered keep their class.
func (s *SRS) SetLabels(ctx context.Context, actor registry.Actor, zone string, changes []registry.LabelChange) error {
	return s.LoadLabels(ctx, actor, zone, changes, nil)
}

// LoadLabels is SetLabels for a list that takes a while: told hears how many labels are
// written, from the beginning again if it has to be tried again; nil: nobody does.
func (s *SRS) LoadLabels(ctx context.Context, actor registry.Actor, zone string, changes []registry.LabelChange, told func(written int)) error {
	if len(changes) > registry.MaxLabels {
		return registry.Errorf(registry.KindRange, "label", "", "at most %d labels", registry.MaxLabels)
	}
	return s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		z, err := tx.LockZone(ctx, zone)
		if err != nil {
			return err
		}
		unique, err := z.CheckLabels(changes)
		if err != nil {
			return err
		}
		have, err := tx.Labels(ctx, z.ID)
		if err != nil {
			return err
		}
		if n := have.After(unique); n > registry.MaxLabels {
			return registry.Errorf(registry.KindRange, "label", "", "a zone has at most %d premium and reserved labels: with these it would have %d", registry.MaxLabels, n)
		}
		tx.SaveLabels(z, unique, told)
		return tx.SaveZone(ctx, z)
	})
}
