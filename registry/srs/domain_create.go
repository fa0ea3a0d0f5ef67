package srs

import (
	"context"

	"cadastre/registry"
	"cadastre/registry/store"
)

// CreateDomain registers a domain and charges for it (RFC 5731, Section 3.2.1).
// Whether the name is free is asked before anything else about the request, then
// whether it was pre-approved, where it is under control.
func (s *SRS) CreateDomain(ctx context.Context, actor registry.Actor, req registry.DomainCreate) (*registry.Domain, error) {
	var err error
	if req.Name, err = registry.CanonicalName(req.Name, "domain:name"); err != nil {
		return nil, err
	}
	z, zones, err := s.zoneOf(ctx, req.Name, "domain:name")
	if err != nil {
		return nil, err
	}
	if z, err = s.opened(ctx, actor, z, req); err != nil {
		return nil, err
	}
	of, err := s.zoneOfSponsor(ctx, z)
	if err != nil {
		return nil, err
	}
	z = of(actor.ID())
	if err := registrableIn(z, zones, req.Name); err != nil {
		return nil, err
	}
	if err := s.mayAfford(actor, z, req); err != nil {
		return nil, err
	}
	if req.Nameservers, err = canonicalHosts(req.Nameservers); err != nil {
		return nil, err
	}
	purged, err := s.askFree(ctx, actor, req.Name)
	if err != nil {
		return nil, err
	}
	var d *registry.Domain
	err = s.asking(func() error {
		approval, err := s.ask(ctx, actor, Registration{
			Name: req.Name, Registrar: actor.ID(), Registrant: req.Registrant, Preapproval: req.Preapproval,
		})
		if err != nil {
			return err
		}
		return s.inTurn(ctx, actor, req.Name, purged, func() error {
			return s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
				d, err = s.insertDomain(ctx, tx, place{z, zones}, req, approval)
				return err
			})
		})
	})
	return d, err
}

// mayAfford refuses a create of a name of a class of its own without an agreed fee.
func (s *SRS) mayAfford(actor registry.Actor, z *registry.Zone, req registry.DomainCreate) error {
	class := z.ClassOf(req.Name)
	if class == "" {
		return nil
	}
	years, err := req.Period.Years(z.Policy.MaxYears, "domain:period")
	if err != nil {
		return err
	}
	return mustOffer(actor, z, req.Name, class, z.PricesAt(class, s.Now()).Create*int64(years))
}

// place is the zone of a new domain, as its registrant sees it, and all zones.
type place struct {
	zone  *registry.Zone
	zones registry.Zones
}

// insertDomain writes a registration whose name was found free and allowed.
func (s *SRS) insertDomain(ctx context.Context, tx *store.Tx, in place, req registry.DomainCreate, approval Approval) (*registry.Domain, error) {
	z, zones := in.zone, in.zones
	read := tx.ReadForCreate
	if approval != nil || z.Policy.Registrants == registry.GenuineRegistrants || z.Model.JudgesContacts() || z.HasVariants(req.Name) {
		read = tx.LockForCreate // more counts of the contacts, or of other names, than that they are there
	}
	refs, err := read(ctx, req.Name, req.Nameservers, contactHandles(req.Registrant, req.Contacts))
	if err != nil {
		return nil, err
	}
	if err := free(ctx, tx, refs.Domain, z); err != nil {
		return nil, err
	}
	d, err := registry.NewDomain(tx.Actor, z, req, tx.Now)
	if err != nil {
		return nil, err
	}
	if err := placeAttributes(ctx, tx, zones, nil, d); err != nil {
		return nil, err
	}
	if d.Launch, err = s.admitLaunch(z, req, tx.Now); err != nil {
		return nil, err
	}
	if err := checkReferences(req.Nameservers, req.Registrant, req.Contacts, refs); err != nil {
		return nil, err
	}
	if err := checkElements(ctx, tx, z, req.Registrant, req.Contacts, refs); err != nil {
		return nil, err
	}
	registrant := refs.Contacts[req.Registrant]
	if err := s.checkRegistrant(ctx, tx, z, registrant, nil); err != nil {
		return nil, err
	}
	if err := confirm(ctx, tx, approval, registrant); err != nil {
		return nil, err
	}
	if refs.VariantHolder, err = admitVariant(ctx, tx, z, d); err != nil {
		return nil, err
	}
	if err := useToken(ctx, tx, req.Token, "create", req.Name); err != nil {
		return nil, err
	}
	years, _ := req.Period.Years(z.Policy.MaxYears, "domain:period") // NewDomain checked it
	tx.Charge(posting(&domainChange{zone: z, before: d}, z.PricesAt(d.Class, tx.Now).Create*int64(years), "create", tx.Now))
	return d, tx.InsertDomain(ctx, d, refs)
}

// askFree refuses a name that is taken, before anything is locked: in a storm of
// creates on one name all but a few are answered here, at the price of a check. purged
// says that the name has a row whose purge has fallen due.
func (s *SRS) askFree(ctx context.Context, actor registry.Actor, name string) (purged bool, err error) {
	rows, err := s.store.Taken(ctx, []string{name})
	if err != nil {
		return false, err
	}
	row, ok := rows[name]
	if !ok || !row.Kept(s.Now()) {
		actor.LeaveLane()
		return ok, nil
	}
	s.contests.note(name, actor.Registrar)
	e := registry.Errorf(registry.KindExists, "domain:name", name, "the domain is registered")
	e.Foreign = row.Registrar != actor.Registrar
	return false, e
}

// free refuses with 2302 a name that has a row, unless that row has fallen due
// for purging: then the purge is written down first.
func free(ctx context.Context, tx *store.Tx, row *registry.Domain, z *registry.Zone) error {
	if row == nil {
		return nil
	}
	_, exists, err := tx.Persist(ctx, row, z)
	if err != nil {
		return err
	}
	if exists {
		return registry.Errorf(registry.KindExists, "domain:name", row.Name, "the domain is registered")
	}
	return nil
}

func canonicalHosts(names []string) ([]string, error) {
	out := make([]string, len(names))
	for i, n := range names {
		c, err := registry.CanonicalName(n, "domain:hostObj")
		if err != nil {
			return nil, err
		}
		out[i] = c
	}
	return out, nil
}

func contactHandles(registrant string, contacts []registry.DomainContact) []string {
	var out []string
	if registrant != "" {
		out = append(out, registrant)
	}
	for _, c := range contacts {
		out = append(out, c.ID)
	}
	return out
}

// checkReferences refuses unknown hosts and contacts with 2303, and a delegation
// to a host of ours that has no address: nobody could follow it.
func checkReferences(hosts []string, registrant string, contacts []registry.DomainContact, refs store.References) error {
	for _, n := range hosts {
		h, ok := refs.Hosts[n]
		if !ok {
			return registry.Errorf(registry.KindNotFound, "domain:hostObj", n, "no such host object")
		}
		if !h.External() && len(h.Addrs) == 0 {
			return registry.Errorf(registry.KindParamPolicy, "domain:hostObj", n, "the host has no address, so nothing can be delegated to it")
		}
	}
	if registrant != "" && refs.Contacts[registrant] == nil {
		return registry.Errorf(registry.KindNotFound, "domain:registrant", registrant, "no such contact")
	}
	for _, c := range contacts {
		if refs.Contacts[c.ID] == nil {
			return registry.Errorf(registry.KindNotFound, "domain:contact", c.ID, "no such contact")
		}
	}
	return nil
}

// checkRegistrant holds a new registrant against the zone's policy; old is the
// present one.
func (s *SRS) checkRegistrant(ctx context.Context, tx *store.Tx, z *registry.Zone, c, old *registry.Contact) error {
	if c == nil || z.Policy.Registrants != registry.GenuineRegistrants {
		return nil
	}
	var behind *registry.Contact
	if c.RealID != 0 {
		var err error
		if behind, err = tx.ShareContact(ctx, c.RealID); err != nil {
			return err
		}
	}
	return registry.CheckGenuine(tx.Actor, c, behind, old)
}
