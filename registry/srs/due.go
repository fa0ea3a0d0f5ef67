package srs

import (
	"context"
	"errors"

	"cadastre/registry"
	"cadastre/registry/store"
)

// errDue says that a command on a host met a superordinate domain that went to another
// registrar without this being written down yet. The domain must be locked before its
// hosts, so it is settled first and the command begins anew.
type errDue struct{ domain string }

func (e errDue) Error() string { return "srs: something fell due on " + e.domain }

// settled runs attempt, settling the domains that it finds due.
func (s *SRS) settled(ctx context.Context, attempt func() error) error {
	const tries = 4 // a host's domain and that of its new name, with one to spare
	for range tries {
		err := attempt()
		var due errDue
		if !errors.As(err, &due) {
			return err
		}
		if err := s.settleDomain(ctx, due.domain); err != nil {
			return err
		}
	}
	return registry.Errorf(registry.KindUnavailable, "", "", "the superordinate domain keeps changing hands: try again")
}

// settleDomain writes down what fell due on one domain, in a transaction of its own.
func (s *SRS) settleDomain(ctx context.Context, name string) error {
	zones, err := s.store.Zones(ctx)
	if err != nil {
		return err
	}
	err = s.transact(ctx, sweeper(s.Now()), func(ctx context.Context, tx *store.Tx) error {
		return settle(ctx, tx, zones, name)
	})
	if registry.IsKind(err, registry.KindNotFound) {
		return nil // gone meanwhile, as the command will see
	}
	return err
}
