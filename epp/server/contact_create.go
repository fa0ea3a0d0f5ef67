package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// contactCreate is RFC 5733, Section 3.2.1, with contactKind-1.0 and addlEmail-1.0.
func (s *session) contactCreate(ctx context.Context, actor registry.Actor, cmd *epp.ContactCreate, ext []epp.Extension) (*epp.Response, error) {
	auth, err := authInfoIn(&cmd.AuthInfo, "contact")
	if err != nil {
		return nil, err
	}
	req := registry.ContactCreate{
		Handle: cmd.ID, Voice: phoneIn(cmd.Voice), Fax: phoneIn(cmd.Fax), Email: cmd.Email,
		AuthInfo: *auth, Disclose: discloseIn(cmd.Disclose),
	}
	for _, p := range cmd.PostalInfo {
		a := addressIn(p.Addr)
		a.Type, a.Name, a.Org = p.Type, p.Name, p.Org
		req.Postal = append(req.Postal, a)
	}
	if k, ok := epp.FindExtension[*epp.ContactKindCreate](ext); ok {
		req.Kind = registry.ContactKind(k.Type)
		req.KindData = registry.KindChange{
			SecondaryEmail: given(k.SecondaryEmail), Emergency: phoneIn(k.EmergencyPhone),
			Identifier: given(k.Identifier), RealContact: given(k.RealContact),
		}
	}
	req.AddlEmail = addlEmailIn(ext)
	c, err := s.srv.cfg.Registry.CreateContact(ctx, actor, req)
	if err != nil {
		return nil, err
	}
	return epp.Success(&epp.ContactCreateData{ID: c.Handle, CrDate: c.Created}), nil
}

// addlEmailIn gives the additional mail address (RFC 9873), nil without the extension.
func addlEmailIn(ext []epp.Extension) *registry.AddlEmail {
	a, ok := epp.FindExtension[*epp.AddlEmail](ext)
	if !ok {
		return nil
	}
	return &registry.AddlEmail{Email: a.Email, Primary: a.Primary}
}

// given is nil for an element that is absent.
func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// phoneIn gives a number, nil if the element is absent.
func phoneIn(p *epp.Phone) *registry.Phone {
	if p == nil {
		return nil
	}
	return &registry.Phone{Number: p.Number, Ext: p.Ext}
}

// addressIn gives the address part of a postal record.
func addressIn(a epp.PostalAddress) registry.PostalInfo {
	return registry.PostalInfo{Street: a.Street, City: a.City, SP: a.SP, PC: a.PC, CC: a.CC}
}

// discloseIn turns the elements of a disclosure preference into their stored names.
func discloseIn(in *epp.Disclose) *registry.Disclose {
	if in == nil {
		return nil
	}
	out := &registry.Disclose{Flag: in.Flag}
	for _, e := range []struct {
		name   string
		postal []string
	}{{"name", in.Name}, {"org", in.Org}, {"addr", in.Addr}} {
		for _, t := range e.postal {
			out.Elements = append(out.Elements, e.name+"/"+t)
		}
	}
	for _, e := range []struct {
		name string
		set  bool
	}{{"voice", in.Voice}, {"fax", in.Fax}, {"email", in.Email}} {
		if e.set {
			out.Elements = append(out.Elements, e.name)
		}
	}
	return out
}
