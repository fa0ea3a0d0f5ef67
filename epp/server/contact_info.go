package server

import (
	"context"
	"slices"
	"strings"

	"cadastre/epp"
	"cadastre/registry"
)

// contactInfo is RFC 5733, Section 3.1.2, with contactKind-1.0 and addlEmail-1.0 for a client
// that chose them.
func (s *session) contactInfo(ctx context.Context, actor registry.Actor, cmd *epp.ContactInfo) (*epp.Response, error) {
	auth, err := authInfoIn(cmd.AuthInfo, "contact")
	if err != nil {
		return nil, err
	}
	view, err := s.srv.cfg.Registry.InfoContact(ctx, actor, cmd.ID, auth)
	if err != nil {
		return nil, err
	}
	resp := epp.Success(contactData(view))
	if slices.Contains(s.extensions, epp.NSContactKind) {
		resp.Extensions = []epp.Extension{kindData(view)}
	}
	if a := view.AddlEmail; a != nil && slices.Contains(s.extensions, epp.NSAddlEmail) {
		resp.Extensions = append(resp.Extensions, &epp.AddlEmail{Email: a.Email, Primary: a.Primary})
	}
	return resp, nil
}

// contactData is what an info answer shows of a contact.
func contactData(v *registry.ContactView) *epp.ContactInfoData {
	d := &epp.ContactInfoData{
		ID: v.Handle, ROID: v.ROID, Statuses: statusesOut(v.Contact.ShownStatuses(), v.StatusTexts),
		Voice: phoneOut(v.Voice), Fax: phoneOut(v.Fax), Email: v.Email,
		ClID: v.Registrar, CrID: v.CreatedBy, CrDate: v.Created,
		UpID: v.UpdatedBy, UpDate: v.Updated, TrDate: v.Transferred,
		Disclose: discloseOut(v.Disclose),
	}
	for _, p := range v.Postal {
		d.PostalInfo = append(d.PostalInfo, epp.PostalInfo{
			Type: p.Type, Name: p.Name, Org: p.Org,
			Addr: epp.PostalAddress{Street: p.Street, City: p.City, SP: p.SP, PC: p.PC, CC: p.CC},
		})
	}
	if v.Sponsor && v.AuthInfoSet {
		d.AuthInfo = authInfoShown()
	}
	return d
}

// kindData shows the contact's kind; what lies behind it only to the sponsor.
func kindData(v *registry.ContactView) *epp.ContactKindData {
	d := &epp.ContactKindData{Type: string(v.Kind), RealContact: v.RealContact}
	if v.Sponsor {
		d.SecondaryEmail, d.EmergencyPhone, d.Identifier = v.SecondaryEmail, phoneOut(v.Emergency), v.Identifier
	}
	return d
}

// phoneOut gives a number, nil if there is none.
func phoneOut(p registry.Phone) *epp.Phone {
	if p.Number == "" {
		return nil
	}
	return &epp.Phone{Number: p.Number, Ext: p.Ext}
}

// discloseOut turns the stored names of elements ("name/int", "voice") into elements.
func discloseOut(in *registry.Disclose) *epp.Disclose {
	if in == nil {
		return nil
	}
	out := &epp.Disclose{Flag: in.Flag}
	for _, e := range in.Elements {
		name, postal, _ := strings.Cut(e, "/")
		switch name {
		case "name":
			out.Name = append(out.Name, postal)
		case "org":
			out.Org = append(out.Org, postal)
		case "addr":
			out.Addr = append(out.Addr, postal)
		case "voice":
			out.Voice = true
		case "fax":
			out.Fax = true
		case "email":
			out.Email = true
		}
	}
	return out
}
