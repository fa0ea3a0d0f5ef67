package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// contactUpdate is RFC 5733, Section 3.2.5, with contactKind-1.0 and addlEmail-1.0.
func (s *session) contactUpdate(ctx context.Context, actor registry.Actor, cmd *epp.ContactUpdate, ext []epp.Extension) (*epp.Response, error) {
	req := registry.ContactUpdate{
		Handle: cmd.ID,
		Status: registry.StatusChange{Add: statusesIn(cmd.Add), Rem: statusesIn(cmd.Rem), Texts: textsIn(cmd.Add)},
	}
	if c := cmd.Chg; c != nil {
		auth, err := authInfoIn(c.AuthInfo, "contact")
		if err != nil {
			return nil, err
		}
		req.AuthInfo, req.Email, req.Disclose = auth, c.Email, discloseIn(c.Disclose)
		req.Voice, req.Fax = phoneIn(c.Voice), phoneIn(c.Fax)
		for _, p := range c.PostalInfo {
			req.Postal = append(req.Postal, postalChange(p))
		}
	}
	if k, ok := epp.FindExtension[*epp.ContactKindUpdate](ext); ok {
		req.Kind = registry.ContactKind(k.Type)
		req.KindData = registry.KindChange{
			SecondaryEmail: k.SecondaryEmail, Emergency: phoneIn(k.EmergencyPhone),
			Identifier: k.Identifier, RealContact: k.RealContact,
		}
	}
	req.AddlEmail = addlEmailIn(ext)
	if err := s.srv.cfg.Registry.UpdateContact(ctx, actor, req); err != nil {
		return nil, err
	}
	return epp.Success(nil), nil
}

// postalChange gives the changed parts of a postal record.
func postalChange(p epp.PostalInfoChange) registry.PostalChange {
	out := registry.PostalChange{Type: p.Type, Name: p.Name, Org: p.Org}
	if p.Addr != nil {
		a := addressIn(*p.Addr)
		out.Addr = &a
	}
	return out
}
