package srs

import (
	"context"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
)

// CheckDomains says of each name whether it can be registered now (RFC 5731,
// Section 3.1.1). A name that could never be registered is answered, not refused.
// One that is free but needs a pre-approval is available, and the reason says so. Where
// prices are asked for, each name has its quote, whether it is free or not.
func (s *SRS) CheckDomains(ctx context.Context, actor registry.Actor, req registry.DomainCheck) ([]registry.Availability, error) {
	if err := registry.CheckCount(len(req.Names), "domain:name"); err != nil {
		return nil, err
	}
	zones, err := s.store.Zones(ctx)
	if err != nil {
		return nil, err
	}
	if err := checkFees(req.Fees, zones); err != nil {
		return nil, err
	}
	see, err := s.checkToken(ctx, actor, req.Token)
	if err != nil {
		return nil, err
	}
	out := make([]registry.Availability, len(req.Names))
	ask := make([]string, 0, len(req.Names))
	for i, raw := range req.Names {
		out[i].Name = raw
		name, err := registry.CanonicalName(raw, "domain:name")
		known := err == nil
		if known {
			out[i].Name = name
			if zones.Find(name) == nil {
				if zones, err = s.store.ZonesFor(ctx, name); err != nil {
					return nil, err
				}
			}
			err = registrableTo(see, zones, name)
		}
		if err != nil {
			out[i].Reason = reasonOf(err)
			if req.Fees != nil {
				out[i].Quote = &registry.Quote{Currency: currencyOf(zones, req.Fees.Currency), Reason: registry.ReasonOf(err)}
				if known && zones.Find(name) != nil {
					ask = append(ask, name) // whoever has it wants to know what its renewal costs
				}
			}
			continue
		}
		out[i].Available = true
		ask = append(ask, name)
	}
	if len(ask) == 0 {
		return out, nil
	}
	return out, s.checkFree(ctx, checking{actor, req, zones, see}, ask, out)
}

// checking is a check on its way to an answer; see shows zones to the bearer of its token.
type checking struct {
	actor registry.Actor
	req   registry.DomainCheck
	zones registry.Zones
	see   func(*registry.Zone, string) *registry.Zone
}

// registrableTo is registrable for the bearer of a token, which must be for the name.
func registrableTo(see func(*registry.Zone, string) *registry.Zone, zones registry.Zones, name string) error {
	z := zones.Find(name)
	if z == nil {
		return registrable(zones, name)
	}
	if z = see(z, name); z == nil {
		return registry.Errorf(registry.KindAuthorization, "domain:name", name, tokenMismatch)
	}
	return registrableIn(z, zones, name)
}

// checkFree asks which of the names that could be registered are free.
func (s *SRS) checkFree(ctx context.Context, c checking, ask []string, out []registry.Availability) error {
	now := s.Now()
	rows, err := s.store.Taken(ctx, ask)
	if err != nil {
		return err
	}
	controlled, err := s.controlled(ctx, c.actor)
	if err != nil {
		return err
	}
	variants, err := s.askVariants(ctx, c.zones, ask)
	if err != nil {
		return err
	}
	for i := range out {
		a := &out[i]
		row, taken := rows[a.Name]
		taken = taken && row.Kept(now)
		if !a.Available {
			if taken && c.req.Fees != nil {
				a.Quote = c.zones.Find(a.Name).Quote(row.Class, c.req.Fees, now)
			}
			continue
		}
		z := c.see(c.zones.Find(a.Name), a.Name)
		class := row.Class
		if !taken {
			class = z.ClassOf(a.Name)
		}
		refused, why := false, ""
		if variants.keys != nil {
			refused, why = variants.reason(z, c.actor, a.Name, now)
		}
		switch {
		case taken:
			a.Available, a.Reason = false, "In use"
		case class != "" && c.req.Fees == nil:
			a.Available, a.Reason = false, needsOffer
		case why != "":
			a.Available, a.Reason = !refused, why
		case controlled(a.Name):
			a.Reason = "Pre-approval is needed"
		}
		if c.req.Fees != nil {
			a.Quote = z.Quote(class, c.req.Fees, now)
		}
	}
	return nil
}

// controlled is a test for names that need a pre-approval, whoever the registrant is.
func (s *SRS) controlled(ctx context.Context, actor registry.Actor) (test func(name string) bool, err error) {
	if s.preapproval != nil {
		test, err = s.preapproval.Controlled(ctx, actor.Registrar)
	}
	if test == nil {
		test = func(string) bool { return false }
	}
	return test, err
}

// registrable refuses a canonical name that nobody may register.
func registrable(zones registry.Zones, name string) error {
	return registrableIn(zones.Find(name), zones, name)
}

// registrableIn is registrable for a name of the zone z, as its registrant sees it.
func registrableIn(z *registry.Zone, zones registry.Zones, name string) error {
	if z == nil || z.Kind != registry.TargetZone {
		return registry.Errorf(registry.KindParamPolicy, "domain:name", name, "the name lies in no zone of this registry that takes registrations")
	}
	if err := z.CheckRegistrable(name); err != nil {
		return err
	}
	for _, z := range zones {
		if registry.IsSubordinate(z.Name, name) {
			return registry.Errorf(registry.KindParamPolicy, "domain:name", name, "the name is kept by the registry: the zone %s lies below it", z.Name)
		}
		if z.Protected(name) {
			return registry.Errorf(registry.KindParamPolicy, "domain:name", name, "the name is kept by the registry: name servers of %s lie below it", z.Name)
		}
	}
	return nil
}

// reasonOf is what a check answers for a name that cannot be had. The schema
// gives it 32 characters.
func reasonOf(err error) string {
	const max = 32
	var text string
	switch e, _ := err.(*registry.Error); {
	case e == nil:
		text = "Not available"
	case e.Kind == registry.KindValue:
		text = "Invalid name"
	default:
		text = e.Reason
	}
	if len(text) > max {
		switch {
		case registry.IsKind(err, registry.KindParamPolicy):
			text = "Not registrable"
		default:
			text = "Not available"
		}
	}
	return text
}

// InfoDomain shows a domain at this instant. Authorization information, when
// given, must match (RFC 9154, Section 5.3): it opens the full view to others
// than the sponsor.
func (s *SRS) InfoDomain(ctx context.Context, actor registry.Actor, name string, authInfo *string) (*registry.DomainView, error) {
	name, err := registry.CanonicalName(name, "domain:name")
	if err != nil {
		return nil, err
	}
	z, _, err := s.zoneOf(ctx, name, "domain:name")
	if err != nil {
		return nil, notFoundInstead(err)
	}
	row, subordinates, err := s.store.Domain(ctx, name)
	if err != nil {
		return nil, err
	}
	d, _, exists := row.At(s.Now(), z)
	if !exists {
		return nil, registry.Errorf(registry.KindNotFound, "domain:name", name, "the object does not exist")
	}
	sponsor := actor.Operator || actor.Registrar == d.Registrar
	switch {
	case authInfo != nil && sponsor:
		if err := d.CheckAuthInfo(*authInfo, z, s.Now()); err != nil {
			return nil, err
		}
	case authInfo != nil:
		if err := proveDomain(ctx, d, z, *authInfo, s.store.Guesses, s.Now()); err != nil {
			return nil, s.counted(ctx, actor, err)
		}
	}
	d.Zone = z.Name
	return &registry.DomainView{
		Domain: d, ROID: s.ROID('D', d.ID), Subordinates: subordinates,
		Settings: z, Full: sponsor || authInfo != nil, AuthInfoSet: sponsor && d.AuthInfo.IsSet(),
	}, nil
}

// notFoundInstead answers questions about names outside our zones with 2303.
func notFoundInstead(err error) error {
	if e, ok := err.(*registry.Error); ok && e.Kind == registry.KindParamPolicy {
		return registry.Errorf(registry.KindNotFound, e.Field, e.Value, "%s", e.Reason)
	}
	return err
}

// RenewDomain extends a registration and charges for it (RFC 5731, Section 3.2.3).
func (s *SRS) RenewDomain(ctx context.Context, actor registry.Actor, name string, curExp time.Time, p registry.Period) (*registry.Domain, error) {
	var d *registry.Domain
	err := s.changeDomain(ctx, actor, name, func(_ context.Context, tx *store.Tx, c *domainChange) error {
		d = c.domain
		years, err := d.Renew(actor, c.zone, curExp, p, tx.Now)
		if err != nil {
			return err
		}
		tx.Charge(posting(c, c.zone.PricesAt(d.Class, tx.Now).Renew*int64(years), "renew", tx.Now))
		return tx.SaveDomain(c.before, d, store.References{}, "renew")
	})
	return d, err
}

// domainChange is a locked domain on its way from before to domain.
type domainChange struct {
	zone         *registry.Zone
	zones        registry.Zones   // all of them
	before       *registry.Domain // as of this instant, before the change
	domain       *registry.Domain // to be changed
	subordinates []string
}

// lockDomain is how a domain is locked and read for a change.
type lockDomain func(tx *store.Tx, ctx context.Context, name string) (*registry.Domain, []string, error)

// changeDomain locks a domain, writes down what fell due on it, and lets change
// alter it.
func (s *SRS) changeDomain(ctx context.Context, actor registry.Actor, name string,
	change func(context.Context, *store.Tx, *domainChange) error,
) error {
	return s.changeDomainWith(ctx, actor, name, (*store.Tx).LockDomain, change)
}

// changeDomainWith is changeDomain with a lock of the caller's choice.
func (s *SRS) changeDomainWith(ctx context.Context, actor registry.Actor, name string, lock lockDomain,
	change func(context.Context, *store.Tx, *domainChange) error,
) error {
	name, err := registry.CanonicalName(name, "domain:name")
	if err != nil {
		return err
	}
	z, zones, err := s.zoneOf(ctx, name, "domain:name")
	if err != nil {
		return notFoundInstead(err)
	}
	of, err := s.zoneOfSponsor(ctx, z)
	if err != nil {
		return err
	}
	return s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		row, subordinates, err := lock(tx, ctx, name)
		if err != nil {
			return err
		}
		state, exists, err := tx.Persist(ctx, row, z)
		if err != nil {
			return err
		}
		if !exists {
			return registry.Errorf(registry.KindNotFound, "domain:name", name, "the object does not exist")
		}
		before := *state
		state.Zone = z.Name
		return change(ctx, tx, &domainChange{of(state.Registrar), zones, &before, state, subordinates})
	})
}

func posting(c *domainChange, amount int64, reason string, at time.Time) store.Posting {
	return store.Posting{
		Registrar: c.before.Registrar, Zone: c.zone.Name, Currency: c.zone.Prices.Currency, Amount: amount,
		Reason: reason, Object: c.before.Name, At: at, Grace: graceOf(c.zone, reason),
	}
}
