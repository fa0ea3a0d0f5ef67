package srs

import (
	"context"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
)

// Credentials are what a login brings. Fingerprint is the SHA-256 of the client
// certificate's DER in lower-case hex, empty when there was none.
type Credentials struct {
	ID, Password, NewPassword, Fingerprint string
}

// Authenticate checks all three of id, password and a certificate bound to that
// account (RFC 5734, Section 8), and sets the new password if one is given. The
// certificate comes first: without it nothing expensive is done. Errors: 2200,
// or 2501 for a suspended account.
func (s *SRS) Authenticate(ctx context.Context, c Credentials, actor registry.Actor) (*registry.Registrar, error) {
	failed := registry.Errorf(registry.KindAuthentication, "", "", "the id, the password and the client certificate do not belong together")
	login, err := s.store.Login(ctx, c.ID, c.Fingerprint)
	if registry.IsKind(err, registry.KindNotFound) {
		return nil, failed
	}
	if err != nil {
		return nil, err
	}
	if !login.CertBound || !time.Now().Before(login.Expires) { // certificates live in real time
		return nil, failed
	}
	ok, err := s.passwordMatches(ctx, login.Registrar.Password, c.Password)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, failed
	}
	if login.Registrar.Suspended {
		return nil, suspended(login.Registrar.Reason)
	}
	if c.NewPassword != "" {
		actor.Registrar = c.ID
		if err := s.SetPassword(ctx, actor, c.ID, c.NewPassword); err != nil {
			return nil, err
		}
	}
	return login.Registrar, nil
}

// SetPassword replaces a registrar's EPP password.
func (s *SRS) SetPassword(ctx context.Context, actor registry.Actor, registrar, password string) error {
	if err := registry.CheckPassword(password, "newPW"); err != nil {
		return err
	}
	phc, err := s.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		return tx.UpdateRegistrar(ctx, registrar, store.RegistrarChange{Action: "password"}, func(r *registry.Registrar) error {
			r.Password = phc
			return nil
		})
	})
}
