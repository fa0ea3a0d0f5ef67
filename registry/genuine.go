package registry

import "strings"

// ContactKind marks a contact as the genuine registrant or a proxy for one
// (contactKind-1.0).
type ContactKind string

// The kinds; a contact without a mark is real.
const (
	RealContact  ContactKind = "real"
	ProxyContact ContactKind = "proxy"
)

// KindChange holds the values of contactKind-1.0 in a request: nil leaves a
// value alone, empty removes it.
type KindChange struct {
	SecondaryEmail *string
	Emergency      *Phone
	Identifier     *string
	RealContact    *string // handle
}

// Empty reports whether nothing is asked.
func (k KindChange) Empty() bool {
	return k.SecondaryEmail == nil && k.Emergency == nil && k.Identifier == nil && k.RealContact == nil
}

// GenuineUse says how domains in zones with the genuine policy depend on a contact.
type GenuineUse struct {
	Registrant string // a domain that has the contact as registrant, or ""
	Behind     string // a domain whose registrant is a proxy linked to it, or ""
	Proxy      string // a proxy linked to it, whatever it is used for, or ""
}

const maxIdentifier = 255

// changeKind applies the extension's values. link is the contact that
// k.RealContact names.
func (c *Contact) changeKind(actor Actor, k KindChange, link *Contact) error {
	if k.SecondaryEmail != nil {
		c.SecondaryEmail = *k.SecondaryEmail
	}
	if k.Emergency != nil {
		c.Emergency = k.Emergency.orNone()
	}
	if k.Identifier != nil {
		c.Identifier = *k.Identifier
	}
	if k.RealContact == nil {
		return nil
	}
	if *k.RealContact == "" {
		c.RealContact, c.RealID = "", 0
		return nil
	}
	const field = "kind:realContact"
	switch {
	case *k.RealContact == c.Handle:
		return Errorf(KindParamPolicy, field, c.Handle, "a proxy cannot link to itself")
	case link == nil:
		return Errorf(KindNotFound, field, *k.RealContact, "no such contact")
	case link.Registrar != c.Registrar:
		return Errorf(KindAuthorization, field, *k.RealContact, "the contact is sponsored by another registrar")
	case link.Transfer.Pending():
		return Errorf(KindAssociation, field, *k.RealContact, "a transfer of the contact is under way, so nothing links to it")
	case link.Kind != RealContact:
		return Errorf(KindParamPolicy, field, *k.RealContact, "a proxy links to a real contact, and this one is a proxy")
	}
	c.RealContact, c.RealID = link.Handle, link.ID
	return nil
}

// checkKind refuses values that contradict the kind or are not real.
func (c *Contact) checkKind() error {
	if c.Kind == ProxyContact {
		for _, f := range []struct{ field, value string }{
			{"kind:secondaryEmail", c.SecondaryEmail}, {"kind:emergencyPhone", c.Emergency.Number}, {"kind:identifier", c.Identifier},
		} {
			if f.value != "" {
				return Errorf(KindParamPolicy, f.field, f.value, "a proxy contact does not carry this; it belongs to the real contact")
			}
		}
		return nil
	}
	if c.RealContact != "" {
		return Errorf(KindParamPolicy, "kind:realContact", c.RealContact, "only a proxy contact links to a real one")
	}
	if c.SecondaryEmail != "" {
		if err := CheckEmail(c.SecondaryEmail, "kind:secondaryEmail"); err != nil {
			return err
		}
		if strings.EqualFold(c.SecondaryEmail, c.Email) {
			return Errorf(KindValue, "kind:secondaryEmail", c.SecondaryEmail, "the secondary mail must differ from the primary")
		}
	}
	if len(c.Identifier) > maxIdentifier {
		return Errorf(KindValue, "kind:identifier", c.Identifier, "an identifier has at most %d octets", maxIdentifier)
	}
	return checkPhone(c.Emergency, "kind:emergencyPhone")
}

// checkUse refuses with 2305 a change that would leave a registrant without a
// genuine contact behind it, or a proxy linked to a proxy. link is the real contact
// the change names, nil when it names none.
func (c *Contact) checkUse(use GenuineUse, link *Contact) error {
	if use.Proxy != "" && c.Kind != RealContact {
		return Errorf(KindAssociation, "kind:chg", c.Handle, "the proxy %s links to this contact, so it cannot become a proxy", use.Proxy)
	}
	refuse := func(field, domain, why string) error {
		return Errorf(KindAssociation, field, c.Handle, "%s relies on this contact as its registrant: %s", domain, why)
	}
	if use.Registrant != "" && c.Kind == ProxyContact && c.RealContact == "" {
		return refuse("kind:realContact", use.Registrant, "the link to the real contact must stay")
	}
	if use.Registrant != "" && c.Kind == ProxyContact && link != nil && (link.SecondaryEmail == "" || link.Emergency.Number == "") {
		return refuse("kind:realContact", use.Registrant, "the real contact "+link.Handle+" lacks secondaryEmail or emergencyPhone")
	}
	domain := use.Registrant
	if domain == "" {
		domain = use.Behind
	}
	if domain == "" || c.Kind != RealContact {
		return nil
	}
	if c.SecondaryEmail == "" {
		return refuse("kind:secondaryEmail", domain, "the secondary mail must stay")
	}
	if c.Emergency.Number == "" {
		return refuse("kind:emergencyPhone", domain, "the emergency phone must stay")
	}
	return nil
}

// CheckGenuine decides whether contact c, with the real contact behind it (nil
// when none is linked), may be registrant in a zone with the genuine policy.
// old is the present registrant, nil at creation.
func CheckGenuine(actor Actor, c, behind, old *Contact) error {
	const field = "domain:registrant"
	if !actor.Operator && c.Registrar != actor.Registrar {
		return Errorf(KindAuthorization, field, c.Handle, "the contact is sponsored by another registrar")
	}
	genuine := c
	if c.Kind == ProxyContact {
		if behind == nil {
			return Errorf(KindParamPolicy, field, c.Handle, "the proxy contact has no real contact linked (realContact)")
		}
		if old != nil && old.Kind == ProxyContact && old.ID != c.ID && old.RealID == c.RealID {
			return Errorf(KindParamPolicy, field, c.Handle,
				"the real contact %s already has the proxy %s here: modify that proxy instead of replacing it", behind.Handle, old.Handle)
		}
		genuine = behind
	}
	if genuine.SecondaryEmail == "" {
		return Errorf(KindParamPolicy, field, c.Handle, "the real contact %s lacks secondaryEmail", genuine.Handle)
	}
	if genuine.Emergency.Number == "" {
		return Errorf(KindParamPolicy, field, c.Handle, "the real contact %s lacks emergencyPhone", genuine.Handle)
	}
	return nil
}
