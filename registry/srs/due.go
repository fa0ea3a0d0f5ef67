package srs

import (
	"context"
	"errors"
	"strings"

	"cadastre/registry"
	"cadastre/registry/store"
)

// errDue says that a command on a host or a contact met domains with which something fell
// due that was not written down yet: the superordinate domain went to another registrar, or
// those that used the object were purged. Domains must be locked before hosts and contacts,
// so they are settled first and the command begins anew.
type errDue struct{ domains []string }

func (e errDue) Error() string { return "srs: something fell due on " + strings.Join(e.domains, ", ") }

// users gives what may not use an object that is deleted, or errDue.
func users(use store.Users) ([]string, error) {
	if len(use.Names) == 0 && len(use.Purged) > 0 {
		return nil, errDue{use.Purged}
	}
	return use.Names, nil
}

// settled runs attempt, settling the domains that it finds due.
func (s *SRS) settled(ctx context.Context, attempt func() error) error {
	const tries = 4 // a host's domain, that of its new name, those that used it, with one to spare
	for range tries {
		err := attempt()
		var due errDue
		if !errors.As(err, &due) {
			return err
		}
		for _, domain := range due.domains {
			if err := s.settleDomain(ctx, domain); err != nil {
				return err
			}
		}
	}
	return registry.Errorf(registry.KindUnavailable, "", "", "domains that the object hangs together with keep changing: try again")
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
