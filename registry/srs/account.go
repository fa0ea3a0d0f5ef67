package srs

import (
	"cmp"
	"context"

	"cadastre/registry"
)

// AccountDetails are what an account says about its organisation; nil leaves a
// value as it is.
type AccountDetails struct {
	Name, Email, Phone, RDAPBase *string
	IANA                         *int
	Country                      *string // ISO 3166-1 alpha-2, upper case; empty when unknown
	DataModel                    *registry.ContactModel
}

// SetAccountDetails changes what an account says about its organisation. Policies
// on countries and IANA numbers see the new values with the next command. 2303
// when there is no such account, 2005 for a malformed country or data model.
func (s *SRS) SetAccountDetails(ctx context.Context, actor registry.Actor, account string, d AccountDetails) error {
	if d.Country != nil {
		if err := registry.CheckAccountCountry(*d.Country); err != nil {
			return err
		}
	}
	if d.DataModel != nil {
		if err := registry.CheckOwnModel(*d.DataModel, "data model"); err != nil {
			return err
		}
	}
	return s.changeRegistrar(ctx, actor, account, "details", func(r *registry.Registrar) error {
		for _, one := range []struct{ to, from *string }{
			{&r.Name, d.Name}, {&r.Email, d.Email}, {&r.Phone, d.Phone}, {&r.RDAPBase, d.RDAPBase}, {&r.Country, d.Country},
		} {
			if one.from != nil {
				*one.to = *one.from
			}
		}
		if d.IANA != nil {
			r.IANA = *d.IANA
		}
		if d.DataModel != nil {
			r.DataModel = cmp.Or(*d.DataModel, registry.MaximumContacts)
		}
		return nil
	})
}
