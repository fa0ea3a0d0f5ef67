package registry

import "slices"

// Model is how a zone keeps name servers and people, in the words of ICANN's
// registry system tests. The zero value has host objects and takes contacts of
// every form.
type Model struct {
	Hosts            HostModel    `json:"hosts,omitempty"`             // empty: objects
	Contacts         ContactModel `json:"contacts,omitempty"`          // empty: maximum
	ContactTypes     []string     `json:"contact_types,omitempty"`     // roles every domain needs: admin, billing, tech
	Elements         []string     `json:"elements,omitempty"`          // optional elements that its contacts may have; empty: all
	RequiredElements []string     `json:"required_elements,omitempty"` // those that its contacts need
	Postal           string       `json:"postal,omitempty"`            // forms of the address: int, loc, or both; empty: both
}

// HostModel says what name servers are (RFC 5731, Section 1.1).
type HostModel string

// The host models.
const (
	HostObjects    HostModel = "objects"
	HostAttributes HostModel = "attributes"
)

// ContactModel says how much a zone knows of registrants.
type ContactModel string

// The contact models: contacts of all roles, none at all, or one of the two as the
// account of each name's sponsor says.
const (
	MaximumContacts      ContactModel = "maximum"
	MinimumContacts      ContactModel = "minimum"
	PerRegistrarContacts ContactModel = "per-registrar"
)

// CheckOwnModel refuses what a registrar's account cannot say of its own names.
func CheckOwnModel(m ContactModel, field string) error {
	if m != "" && m != MaximumContacts && m != MinimumContacts {
		return Errorf(KindValue, field, string(m), "a registrar's data model is maximum or minimum")
	}
	return nil
}

// Of is the zone as it is for the names of a registrar: where the data model is each
// registrar's, own is that of its account. Names keep what they have when they or
// their sponsor's account change: only what is asked for is judged.
func (z *Zone) Of(registrar string, own ContactModel) *Zone {
	if z.Model.ContactForm() != PerRegistrarContacts {
		return z
	}
	of := *z
	of.Model.Contacts, of.sponsor = own, registrar
	return &of
}

// knowing names who knows contacts, or does not, at the begin of a sentence.
func (z *Zone) knowing() string {
	if z.sponsor == "" {
		return z.Name
	}
	return z.Name + " in the data model of " + z.sponsor
}

// contactElements are the elements of a contact that a zone may demand or not want.
var contactElements = []string{"org", "street", "sp", "pc", "voice", "voice:ext", "fax", "fax:ext"}

// ContactElements lists the elements of a contact that a zone may demand or not want.
func ContactElements() []string { return slices.Clone(contactElements) }

// HostForm is the host model with its default.
func (m Model) HostForm() HostModel {
	if m.Hosts == "" {
		return HostObjects
	}
	return m.Hosts
}

// ContactForm is the contact model with its default.
func (m Model) ContactForm() ContactModel {
	if m.Contacts == "" {
		return MaximumContacts
	}
	return m.Contacts
}

// PostalForms is int, loc or both.
func (m Model) PostalForms() string {
	if m.Postal == "" {
		return "both"
	}
	return m.Postal
}

// Supported are the optional elements that contacts may have.
func (m Model) Supported() []string {
	if len(m.Elements) == 0 {
		return ContactElements()
	}
	return m.Elements
}

// JudgesContacts reports whether the zone has rules about what contacts hold.
func (m Model) JudgesContacts() bool {
	return len(m.Elements) > 0 || len(m.RequiredElements) > 0 || m.PostalForms() != "both"
}

func (m Model) check() error {
	switch {
	case m.HostForm() != HostObjects && m.HostForm() != HostAttributes:
		return Errorf(KindValue, "model.hosts", string(m.Hosts), "the host model is objects or attributes")
	case !slices.Contains([]ContactModel{MaximumContacts, MinimumContacts, PerRegistrarContacts}, m.ContactForm()):
		return Errorf(KindValue, "model.contacts", string(m.Contacts), "the data model is maximum, minimum or per-registrar")
	case m.PostalForms() != "both" && m.Postal != "int" && m.Postal != "loc":
		return Errorf(KindValue, "model.postal", m.Postal, "addresses are int, loc or both")
	case m.ContactForm() == MinimumContacts && (len(m.ContactTypes) > 0 || m.JudgesContacts()):
		return Errorf(KindParamPolicy, "model.contacts", string(m.Contacts), "with the minimum data model there are no contacts to have rules about")
	}
	for _, t := range m.ContactTypes {
		if !slices.Contains([]string{"admin", "billing", "tech"}, t) {
			return Errorf(KindValue, "model.contact_types", t, "a contact is admin, billing or tech")
		}
	}
	for _, e := range slices.Concat(m.Elements, m.RequiredElements) {
		if !slices.Contains(contactElements, e) {
			return Errorf(KindValue, "model.elements", e, "the elements are %s", "org, street, sp, pc, voice, voice:ext, fax and fax:ext")
		}
	}
	for _, e := range m.RequiredElements {
		if !slices.Contains(m.Supported(), e) {
			return Errorf(KindParamPolicy, "model.required_elements", e, "what is required must be supported")
		}
	}
	return nil
}

// NeedsRegistrant reports whether a domain of the zone has to have a registrant.
func (z *Zone) NeedsRegistrant() bool {
	return z.Policy.RegistrantRequired && z.Model.ContactForm() == MaximumContacts
}

// checkContacts refuses people where the zone knows none, and their lack where it
// needs them. It looks at a domain as it will be.
func (z *Zone) checkContacts(registrant string, contacts []DomainContact) error {
	if z.Model.ContactForm() == MinimumContacts {
		switch {
		case registrant != "":
			return Errorf(KindParamPolicy, "domain:registrant", registrant, "%s knows no registrants: leave it out", z.knowing())
		case len(contacts) > 0:
			return Errorf(KindParamPolicy, "domain:contact", contacts[0].ID, "%s knows no contacts: leave them out", z.knowing())
		}
		return nil
	}
	if registrant == "" && z.NeedsRegistrant() {
		return Errorf(KindMissing, "domain:registrant", "", "%s needs a registrant", z.knowing())
	}
	for _, t := range z.Model.ContactTypes {
		if !slices.ContainsFunc(contacts, func(c DomainContact) bool { return c.Type == t }) {
			return Errorf(KindMissing, "domain:contact", "", "%s needs a contact of type %s", z.knowing(), t)
		}
	}
	return nil
}

// checkNewContacts holds the people of d, as u made it, against the zone. Where no
// contacts are known, a name may have some of an earlier sponsor: they stay or are
// removed, one at a time or all at once.
func (z *Zone) checkNewContacts(d *Domain, u DomainUpdate) error {
	if z.Model.ContactForm() == MinimumContacts {
		registrant := ""
		if u.Registrant != nil {
			registrant = *u.Registrant
		}
		return z.checkContacts(registrant, u.AddContacts)
	}
	if u.Registrant == nil && len(u.AddContacts)+len(u.RemContacts) == 0 {
		return nil
	}
	return z.checkContacts(d.Registrant, d.Contacts)
}

// CheckContactElements refuses a contact that a domain of the zone is to have, or
// has, and that lacks an element the zone needs or has one it does not want. The
// error names the element; field names where the contact was named.
func (z *Zone) CheckContactElements(c *Contact, field string) error {
	m := z.Model
	if !m.JudgesContacts() {
		return nil
	}
	for _, p := range c.Postal {
		if form := m.PostalForms(); form != "both" && p.Type != form {
			return Errorf(KindParamPolicy, field, c.Handle, "the contact has an address of type %s (contact:postalInfo), and %s takes %s alone", p.Type, z.Name, form)
		}
	}
	for _, e := range contactElements {
		some, all := c.has(e)
		switch {
		case !all && slices.Contains(m.RequiredElements, e):
			return Errorf(KindParamPolicy, field, c.Handle, "the contact lacks %s, which %s needs", elementText(e), z.Name)
		case some && !slices.Contains(m.Supported(), e):
			return Errorf(KindParamPolicy, field, c.Handle, "the contact has %s, which %s does not take", elementText(e), z.Name)
		}
	}
	return nil
}

// has reports whether an element is anywhere in the contact, and everywhere.
func (c *Contact) has(element string) (some, all bool) {
	both := func(b bool) (bool, bool) { return b, b }
	var in func(p PostalInfo) bool
	switch element {
	case "voice":
		return both(c.Voice.Number != "")
	case "voice:ext":
		return both(c.Voice.Ext != "")
	case "fax":
		return both(c.Fax.Number != "")
	case "fax:ext":
		return both(c.Fax.Ext != "")
	case "org":
		in = func(p PostalInfo) bool { return p.Org != "" }
	case "street":
		in = func(p PostalInfo) bool { return len(p.Street) > 0 && p.Street[0] != "" }
	case "sp":
		in = func(p PostalInfo) bool { return p.SP != "" }
	case "pc":
		in = func(p PostalInfo) bool { return p.PC != "" }
	}
	all = true
	for _, p := range c.Postal {
		some, all = some || in(p), all && in(p)
	}
	return some, all
}

// elementText names an element as it is written in a contact.
func elementText(e string) string {
	switch e {
	case "voice:ext":
		return "contact:voice x"
	case "fax:ext":
		return "contact:fax x"
	}
	return "contact:" + e
}
