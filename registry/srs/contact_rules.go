package srs

import (
	"context"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
)

// checkElements holds contacts that are to be linked to a domain against what its
// zone asks of contacts. Contacts belong to no zone, so a create cannot ask.
func checkElements(ctx context.Context, tx *store.Tx, z *registry.Zone, registrant string, contacts []registry.DomainContact, refs store.References) error {
	if !z.Model.JudgesContacts() {
		return nil
	}
	check := func(handle, field string) error {
		c, err := tx.ShareContact(ctx, refs.Contacts[handle].ID)
		if err != nil {
			return err
		}
		return z.CheckContactElements(c, field)
	}
	if registrant != "" {
		if err := check(registrant, "domain:registrant"); err != nil {
			return err
		}
	}
	for _, c := range contacts {
		if err := check(c.ID, "domain:contact"); err != nil {
			return err
		}
	}
	return nil
}

// zoneOfSponsor is how a zone is for the names of each registrar. The accounts are read
// before the transaction, which has its connection already, and may be as old as a session
// takes them to be.
func (s *SRS) zoneOfSponsor(ctx context.Context, z *registry.Zone) (of func(registrar string) *registry.Zone, err error) {
	if z.Model.ContactForm() != registry.PerRegistrarContacts {
		return func(string) *registry.Zone { return z }, nil
	}
	accounts, err := s.knownAccounts(ctx, time.Now(), time.Time{})
	return func(registrar string) *registry.Zone { return z.Of(registrar, accounts[registrar].DataModel) }, err
}

// judges lists the zones that have rules about contacts. It is asked before the
// transaction, which has its connection already.
func (s *SRS) judges(ctx context.Context) ([]*registry.Zone, error) {
	zones, err := s.store.Zones(ctx)
	if err != nil {
		return nil, err
	}
	var judges []*registry.Zone
	for _, z := range zones {
		if z.Model.JudgesContacts() {
			judges = append(judges, z)
		}
	}
	return judges, nil
}

// checkLinked holds a changed contact against those of the zones with rules in
// which domains use it.
func checkLinked(ctx context.Context, tx *store.Tx, c *registry.Contact, judges []*registry.Zone) error {
	if len(judges) == 0 {
		return nil
	}
	in, err := tx.ContactZones(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, z := range judges {
		if in[z.ID] {
			if err := z.CheckContactElements(c, "contact:id"); err != nil {
				return err
			}
		}
	}
	return nil
}
