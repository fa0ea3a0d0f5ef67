package srs

import (
	"context"
	"fmt"

	"cadastre/registry"
	"cadastre/registry/store"
)

// AddToken makes an allocation token (RFC 8495) and gives its value, which is told only
// here.
func (s *SRS) AddToken(ctx context.Context, actor registry.Actor, t *registry.Token) (value string, err error) {
	zones, err := s.store.Zones(ctx)
	if err != nil {
		return "", err
	}
	if err := t.Check(zones); err != nil {
		return "", err
	}
	if t.Registrar != "" {
		if _, err := s.store.Registrar(ctx, t.Registrar); err != nil {
			return "", err
		}
	}
	value = registry.NewTokenValue()
	return value, s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error { return tx.InsertToken(ctx, t, value) })
}

// RevokeToken makes a token useless.
func (s *SRS) RevokeToken(ctx context.Context, actor registry.Actor, id int64) (t *registry.Token, err error) {
	err = s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if t, err = tx.LockTokenByID(ctx, id); err != nil {
			return err
		}
		switch {
		case t == nil:
			return registry.Errorf(registry.KindNotFound, "token", fmt.Sprint(id), "no such token")
		case !t.Revoked.IsZero():
			return registry.Errorf(registry.KindStatus, "token", fmt.Sprint(id), "it is revoked already")
		}
		t.Revoked = tx.Now
		return tx.SaveToken(t, "revoke")
	})
	return t, err
}

// opened is the zone as the bearer of a token sees it: the name is not reserved, and may
// be cheaper. 2201 where the token does not apply.
func (s *SRS) opened(ctx context.Context, actor registry.Actor, z *registry.Zone, req registry.DomainCreate) (*registry.Zone, error) {
	if req.Token == "" {
		return z, nil
	}
	t, err := s.store.Token(ctx, req.Token)
	if err != nil {
		return nil, err
	}
	if err := t.Applies(actor, "create", req.Name, s.Now()); err != nil {
		return nil, err
	}
	return z.Opening(req.Name, t.Discount), nil
}

// useToken uses a token up by one; nothing happens without one.
func useToken(ctx context.Context, tx *store.Tx, value, command, name string) error {
	if value == "" {
		return nil
	}
	t, err := tx.LockToken(ctx, value)
	if err != nil {
		return err
	}
	if err := t.Applies(tx.Actor, command, name, tx.Now); err != nil {
		return err
	}
	t.UsesLeft--
	return tx.SaveToken(t, command)
}

// tokenMismatch is what a check answers for a name that the token is not for (RFC 8495,
// Section 3.1.1).
const tokenMismatch = "Allocation Token mismatch"

// checkToken gives, for the token of a check, the zones as its bearer sees them.
func (s *SRS) checkToken(ctx context.Context, actor registry.Actor, value string) (see func(z *registry.Zone, name string) *registry.Zone, err error) {
	if value == "" {
		return func(z *registry.Zone, _ string) *registry.Zone { return z }, nil
	}
	t, err := s.store.Token(ctx, value)
	now := s.Now()
	return func(z *registry.Zone, name string) *registry.Zone {
		if t.Applies(actor, "create", name, now) != nil {
			return nil
		}
		return z.Opening(name, t.Discount)
	}, err
}
