package srs

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"slices"
	"strings"

	"cadastre/registry"
	"cadastre/registry/store"
)

// AddZone starts a zone.
func (s *SRS) AddZone(ctx context.Context, actor registry.Actor, z *registry.Zone) error {
	if err := z.Check(); err != nil {
		return err
	}
	zones, err := s.store.Zones(ctx)
	if err != nil {
		return err
	}
	for _, other := range zones {
		switch {
		case other.Name == z.Name:
			return registry.Errorf(registry.KindExists, "zone", z.Name, "the zone exists")
		case registry.IsSubordinate(z.Name, other.Name) && nests(z, other), registry.IsSubordinate(other.Name, z.Name) && nests(other, z):
			// A whitelist zone may lie inside a target zone: names at and above it are kept.
		case registry.IsSubordinate(z.Name, other.Name), registry.IsSubordinate(other.Name, z.Name):
			return registry.Errorf(registry.KindAssociation, "zone", z.Name, "one zone inside the other is not supported: there is %s", other.Name)
		}
		if other.Prices.Currency != z.Prices.Currency {
			return registry.Errorf(registry.KindParamPolicy, "prices.currency", z.Prices.Currency, "the registry's accounts are kept in %s", other.Prices.Currency)
		}
	}
	above := zones.Find(z.Name) // the target zone that a whitelist zone lies in, or nil
	return s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if above != nil {
			if domain, _, ok := above.Registrable(z.Name); ok && domain != z.Name {
				refs, err := tx.LockForCreate(ctx, domain, nil, nil)
				if err != nil {
					return err
				}
				if refs.Domain != nil {
					return registry.Errorf(registry.KindAssociation, "zone", z.Name, "the zone would lie below the registered name %s", domain)
				}
			}
		}
		below, err := tx.NamesBelow(ctx, z.Name)
		if err != nil {
			return err
		}
		if above == nil && z.Kind == registry.TargetZone {
			below = outside(below, zones)
		}
		if len(below) > 0 {
			return registry.Errorf(registry.KindAssociation, "zone", z.Name,
				"objects outside our zones would fall inside: rename or delete %s first", strings.Join(below, ", "))
		}
		return tx.InsertZone(ctx, z)
	})
}

// nests says whether a zone may lie inside another.
func nests(inner, outer *registry.Zone) bool {
	return inner.Kind == registry.WhitelistZone && outer.Kind == registry.TargetZone
}

// outside leaves out what lies in one of the zones already.
func outside(names []string, zones registry.Zones) []string {
	return slices.DeleteFunc(names, func(name string) bool { return zones.Find(strings.TrimPrefix(name, "host ")) != nil })
}

// AddRegistrar opens an account, a registrar's or a verifier's, with an EPP password.
func (s *SRS) AddRegistrar(ctx context.Context, actor registry.Actor, r *registry.Registrar, password string) (err error) {
	if err := registry.CheckRegistrarID(r.ID); err != nil {
		return err
	}
	if err := registry.CheckPassword(password, "password"); err != nil {
		return err
	}
	if err := registry.CheckAccountCountry(r.Country); err != nil {
		return err
	}
	if err := registry.CheckOwnModel(r.DataModel, "data model"); err != nil {
		return err
	}
	zones, err := s.store.Zones(ctx)
	if err != nil {
		return err
	}
	for _, z := range zones {
		if z.Prices.Currency != r.Currency {
			return registry.Errorf(registry.KindParamPolicy, "currency", r.Currency, "the zones' prices are in %s", z.Prices.Currency)
		}
	}
	if r.Password, err = s.hashPassword(ctx, password); err != nil {
		return err
	}
	return s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error { return tx.InsertRegistrar(ctx, r) })
}

// Suspend stops a registrar: it cannot log in, and open sessions end within a
// second. Its names stay.
func (s *SRS) Suspend(ctx context.Context, actor registry.Actor, registrar, reason string) error {
	return s.changeRegistrar(ctx, actor, registrar, "suspend", func(r *registry.Registrar) error {
		if r.Suspended {
			return registry.Errorf(registry.KindStatus, "registrar", registrar, "the account is suspended already")
		}
		r.Suspended, r.Reason = true, reason
		return nil
	})
}

// Resume lets a suspended registrar log in again.
func (s *SRS) Resume(ctx context.Context, actor registry.Actor, registrar string) error {
	return s.changeRegistrar(ctx, actor, registrar, "resume", func(r *registry.Registrar) error {
		if !r.Suspended {
			return registry.Errorf(registry.KindStatus, "registrar", registrar, "the account is not suspended")
		}
		r.Suspended, r.Reason = false, ""
		return nil
	})
}

func (s *SRS) changeRegistrar(ctx context.Context, actor registry.Actor, registrar, action string, change func(*registry.Registrar) error) error {
	err := s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		return tx.UpdateRegistrar(ctx, registrar, store.RegistrarChange{Action: action}, change)
	})
	s.forgetAccounts()
	return err
}

// forgetAccounts has the next command of every session look at its account anew.
func (s *SRS) forgetAccounts() {
	s.accounts.reading.Lock() // one that is under way may be of what was before
	s.accounts.known.Store(nil)
	s.accounts.reading.Unlock()
}

// BindCertificate lets a registrar log in with a certificate.
func (s *SRS) BindCertificate(ctx context.Context, actor registry.Actor, registrar string, cert *x509.Certificate) (registry.Certificate, error) {
	sum := sha256.Sum256(cert.Raw)
	c := registry.Certificate{
		Registrar: registrar, Fingerprint: hex.EncodeToString(sum[:]), Subject: cert.Subject.String(),
		NotAfter: cert.NotAfter.UTC(), Added: s.Now(),
	}
	err := s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		tx.InsertCertificate(c)
		return tx.UpdateRegistrar(ctx, registrar, store.RegistrarChange{Action: "certificate bound", Detail: c}, nil)
	})
	s.forgetAccounts()
	return c, err
}

// UnbindCertificate takes a certificate from an account; sessions opened with it
// end within a second.
func (s *SRS) UnbindCertificate(ctx context.Context, actor registry.Actor, registrar, fingerprint string) error {
	bound, err := s.store.Certificates(ctx, registrar)
	if err != nil {
		return err
	}
	for _, c := range bound {
		if c.Fingerprint == fingerprint {
			defer s.forgetAccounts()
			return s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
				tx.DeleteCertificate(registrar, fingerprint)
				return tx.UpdateRegistrar(ctx, registrar, store.RegistrarChange{Action: "certificate unbound", Detail: c}, nil)
			})
		}
	}
	return registry.Errorf(registry.KindNotFound, "certificate", fingerprint, "no such certificate on this account")
}

// Deposit books a registrar's payment in minor units and returns the account.
func (s *SRS) Deposit(ctx context.Context, actor registry.Actor, registrar string, amount int64) (*registry.Registrar, error) {
	if amount <= 0 {
		return nil, registry.Errorf(registry.KindRange, "amount", "", "an amount is above zero")
	}
	r, err := s.store.Registrar(ctx, registrar)
	if err != nil {
		return nil, err
	}
	err = s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		tx.Deposit(store.Posting{
			Registrar: registrar, Currency: r.Currency, Amount: amount, Reason: "deposit", Object: registrar, At: tx.Now,
		})
		what := store.RegistrarChange{Action: "deposit", Detail: map[string]any{"amount": amount, "currency": r.Currency}}
		return tx.UpdateRegistrar(ctx, registrar, what, nil)
	})
	if err != nil {
		return nil, err
	}
	return s.store.Registrar(ctx, registrar)
}

// SetTerms sets how far a registrar may owe and below which balance it is warned,
// in minor units.
func (s *SRS) SetTerms(ctx context.Context, actor registry.Actor, registrar string, creditLimit, lowBalance int64) error {
	if creditLimit < 0 {
		return registry.Errorf(registry.KindRange, "credit limit", "", "a credit limit is zero or more")
	}
	return s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		return tx.UpdateRegistrar(ctx, registrar, store.RegistrarChange{Action: "terms"}, func(r *registry.Registrar) error {
			r.CreditLimit, r.LowBalance = creditLimit, lowBalance
			tx.SaveTerms(r)
			return nil
		})
	})
}

// HoldDomain takes a name out of DNS by the registry's hand (serverHold).
func (s *SRS) HoldDomain(ctx context.Context, actor registry.Actor, name string) error {
	return s.UpdateDomain(ctx, actor, registry.DomainUpdate{
		Name: name, Status: registry.StatusChange{Add: []registry.Status{registry.ServerHold}},
	})
}

// UnholdDomain puts it back.
func (s *SRS) UnholdDomain(ctx context.Context, actor registry.Actor, name string) error {
	return s.UpdateDomain(ctx, actor, registry.DomainUpdate{
		Name: name, Status: registry.StatusChange{Rem: []registry.Status{registry.ServerHold}},
	})
}
