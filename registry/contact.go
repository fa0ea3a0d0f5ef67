package registry

import (
	"slices"
	"strings"
	"time"
)

// Contact is a contact object (RFC 5733) with its kind (contactKind-1.0).
type Contact struct {
	ID             int64
	Handle         string // the client's id for it, 3 to 16 characters
	Registrar      string
	Postal         []PostalInfo // one or two, of different types
	Voice, Fax     Phone
	Email          string
	AuthInfo       AuthInfo
	Disclose       *Disclose
	Kind           ContactKind
	RealContact    string // handle of the real contact a proxy links to
	RealID         int64
	SecondaryEmail string // real contacts alone, shown to the sponsor alone
	Emergency      Phone
	Identifier     string // the registrant's identifier for pre-approval
	Statuses       Statuses
	StatusTexts    StatusTexts
	Created        time.Time
	CreatedBy      string
	Updated        time.Time
	UpdatedBy      string
	Transferred    time.Time
	AddlEmail      *AddlEmail `json:",omitempty"` // nil when there is none
	Transfer       *Transfer  `json:",omitempty"` // the newest, pending or ended; nil when there never was one
	Version        int
	Linked         bool // some domain or proxy uses it
}

// PostalInfo is one form of a postal address; Type is "int" (ASCII) or "loc".
type PostalInfo struct {
	Type   string   `json:"type"`
	Name   string   `json:"name"`
	Org    string   `json:"org,omitempty"`
	Street []string `json:"street,omitempty"`
	City   string   `json:"city"`
	SP     string   `json:"sp,omitempty"`
	PC     string   `json:"pc,omitempty"`
	CC     string   `json:"cc"` // ISO 3166-1 alpha-2, upper case
}

// Phone is an E.164 number as EPP writes it ("+1.7035555555") with an extension.
type Phone struct {
	Number string `json:"number,omitempty"`
	Ext    string `json:"ext,omitempty"`
}

// orNone drops an extension that stands without a number: an empty element
// removes the whole value.
func (p Phone) orNone() Phone {
	if p.Number == "" {
		return Phone{}
	}
	return p
}

// Disclose is the contact's disclosure preference (RFC 5733, Section 2.9):
// Flag false withholds the named elements, true discloses them.
type Disclose struct {
	Flag     bool     `json:"flag"`
	Elements []string `json:"elements"` // "name/int", "org/loc", "addr/int", "voice", "fax", "email"
}

// ShownStatuses returns the statuses an info answer lists (RFC 5733, Section 2.2).
func (c *Contact) ShownStatuses() Statuses { return shown(c.Statuses, c.Transfer, c.Linked) }

// ContactCreate is a request for a new contact.
type ContactCreate struct {
	Handle   string
	Postal   []PostalInfo
	Voice    *Phone
	Fax      *Phone
	Email    string
	AuthInfo string
	Disclose *Disclose
	Kind     ContactKind // empty means real
	KindData KindChange

	AddlEmail *AddlEmail // nil or empty for none
}

// ContactUpdate is a request for a change. Nil leaves a value alone.
type ContactUpdate struct {
	Handle   string
	Status   StatusChange
	Postal   []PostalChange
	Voice    *Phone
	Fax      *Phone
	Email    *string
	AuthInfo *string
	Disclose *Disclose
	Kind     ContactKind // empty: keep
	KindData KindChange

	AddlEmail *AddlEmail // an empty one removes it
}

// PostalChange changes one form of the address (RFC 5733, Section 3.2.5). Addr
// replaces the whole address part when set.
type PostalChange struct {
	Type string
	Name *string
	Org  *string
	Addr *PostalInfo // Street, City, SP, PC and CC of it
}

// Empty reports whether nothing is asked.
func (u ContactUpdate) Empty() bool {
	return u.Status.Empty() && len(u.Postal) == 0 && u.Voice == nil && u.Fax == nil && u.Email == nil &&
		u.AuthInfo == nil && u.Disclose == nil && u.Kind == "" && u.KindData.Empty() && u.AddlEmail == nil
}

// CheckHandle refuses a contact id that cannot be one (RFC 5730, clIDType).
func CheckHandle(id, field string) error {
	if n := len(id); n < 3 || n > 16 {
		return Errorf(KindValue, field, id, "a contact id has 3 to 16 characters")
	}
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return Errorf(KindValue, field, id, "a contact id holds printable ASCII characters without blanks")
		}
	}
	return nil
}

// NewContact makes a contact from a request. link is the real contact a proxy
// names, already looked up; nil when it names none.
func NewContact(actor Actor, req ContactCreate, link *Contact, now time.Time) (*Contact, error) {
	if err := CheckHandle(req.Handle, "contact:id"); err != nil {
		return nil, err
	}
	auth, err := NewAuthInfo(req.AuthInfo, "contact:pw", now)
	if err != nil {
		return nil, err
	}
	c := &Contact{
		Handle: req.Handle, Registrar: actor.ID(), Postal: req.Postal, Email: req.Email, AuthInfo: auth,
		Disclose: req.Disclose, AddlEmail: req.AddlEmail.orNone(), Kind: RealContact, Created: now, CreatedBy: actor.ID(), Version: 1,
	}
	if req.Voice != nil {
		if req.Voice.Number == "" {
			return nil, Errorf(KindValue, "contact:voice", "", "a telephone number is empty; leave the element out instead")
		}
		c.Voice = *req.Voice
	}
	if req.Fax != nil {
		if req.Fax.Number == "" {
			return nil, Errorf(KindValue, "contact:fax", "", "a telephone number is empty; leave the element out instead")
		}
		c.Fax = *req.Fax
	}
	if req.Kind != "" {
		c.Kind = req.Kind
	}
	if err := c.changeKind(actor, req.KindData, link); err != nil {
		return nil, err
	}
	return c, c.check()
}

// Update applies u. link is the real contact the request names, nil when it
// names none; use says what depends on the contact in zones with the genuine
// policy.
func (c *Contact) Update(actor Actor, u ContactUpdate, link *Contact, use GenuineUse, now time.Time) error {
	if err := actor.owns(c.Registrar, "contact:id", c.Handle); err != nil {
		return err
	}
	if c.Transfer.Pending() {
		return prohibited(PendingTransfer, "contact")
	}
	if err := updateProhibited(c.Statuses, u.Status, actor, "contact"); err != nil {
		return err
	}
	if u.Empty() {
		return Errorf(KindMissing, "contact:update", "", "add, rem or chg is needed")
	}
	var err error
	if c.Statuses, err = changeStatuses(c.Statuses, u.Status, contactClientStatuses, "contact"); err != nil {
		return err
	}
	if c.StatusTexts, err = c.StatusTexts.changed(u.Status, "contact"); err != nil {
		return err
	}
	if err := c.changeData(u, now); err != nil {
		return err
	}
	if u.Kind != "" {
		c.Kind = u.Kind
	}
	if err := c.changeKind(actor, u.KindData, link); err != nil {
		return err
	}
	if err := c.checkUse(use, link); err != nil { // first: what is in use stays, whatever else is wrong with the change
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	c.touch(actor, now)
	return nil
}

func (c *Contact) changeData(u ContactUpdate, now time.Time) (err error) {
	for _, p := range u.Postal {
		if err := c.changePostal(p); err != nil {
			return err
		}
	}
	if u.Voice != nil {
		if u.Voice.Number == "" {
			return Errorf(KindValue, "contact:voice", "", "a telephone number is empty")
		}
		c.Voice = *u.Voice
	}
	if u.Fax != nil {
		c.Fax = u.Fax.orNone()
	}
	if u.Email != nil {
		c.Email = *u.Email
	}
	if u.AddlEmail != nil {
		c.AddlEmail = u.AddlEmail.orNone()
	}
	if u.Disclose != nil {
		c.Disclose = u.Disclose
	}
	if u.AuthInfo != nil {
		c.AuthInfo, err = NewAuthInfo(*u.AuthInfo, "contact:pw", now)
	}
	return err
}

func (c *Contact) changePostal(p PostalChange) error {
	c.Postal = slices.Clone(c.Postal)
	i := slices.IndexFunc(c.Postal, func(x PostalInfo) bool { return x.Type == p.Type })
	if i < 0 {
		if p.Name == nil || p.Addr == nil {
			return Errorf(KindMissing, "contact:postalInfo", p.Type, "the contact has no %s address yet, so name and addr are needed", p.Type)
		}
		c.Postal = append(c.Postal, PostalInfo{Type: p.Type})
		i = len(c.Postal) - 1
	}
	pi := &c.Postal[i]
	if p.Name != nil {
		pi.Name = *p.Name
	}
	if p.Org != nil {
		pi.Org = *p.Org
	}
	if a := p.Addr; a != nil {
		pi.Street, pi.City, pi.SP, pi.PC, pi.CC = a.Street, a.City, a.SP, a.PC, a.CC
	}
	return nil
}

// check validates the values of a contact that its form alone does not.
func (c *Contact) check() error {
	if len(c.Postal) == 0 {
		return Errorf(KindMissing, "contact:postalInfo", "", "an address is needed")
	}
	for i, p := range c.Postal {
		if slices.ContainsFunc(c.Postal[:i], func(x PostalInfo) bool { return x.Type == p.Type }) {
			return Errorf(KindParamPolicy, "contact:postalInfo", p.Type, "only one address of each type")
		}
		if err := p.check(); err != nil {
			return err
		}
	}
	if err := CheckEmail(c.Email, "contact:email"); err != nil {
		return err
	}
	if err := c.AddlEmail.check(); err != nil {
		return err
	}
	if err := checkPhone(c.Voice, "contact:voice"); err != nil {
		return err
	}
	if err := checkPhone(c.Fax, "contact:fax"); err != nil {
		return err
	}
	return c.checkKind()
}

// check validates an address: required parts, the country, and ASCII in the
// internationalised form (RFC 5733, Section 2.4).
func (p PostalInfo) check() error {
	for _, f := range []struct{ field, value string }{
		{"contact:name", p.Name}, {"contact:city", p.City}, {"contact:cc", p.CC},
	} {
		if strings.TrimSpace(f.value) == "" {
			return Errorf(KindValue, f.field, "", "must not be empty")
		}
	}
	if !validCountry(p.CC) {
		return Errorf(KindValue, "contact:cc", p.CC, "not a country code of ISO 3166-1 alpha-2")
	}
	if p.Type == "int" {
		for _, s := range append([]string{p.Name, p.Org, p.City, p.SP, p.PC}, p.Street...) {
			if i := strings.IndexFunc(s, func(r rune) bool { return r > '~' }); i >= 0 {
				return Errorf(KindValue, "contact:postalInfo", s, "the int form is ASCII; use the loc form for other scripts")
			}
		}
	}
	return nil
}

// CheckDelete refuses to delete a contact that is protected, of somebody else,
// or in use (RFC 5733, Section 3.2.2). users are names and proxies that use it.
func (c *Contact) CheckDelete(actor Actor, users []string) error {
	if err := actor.owns(c.Registrar, "contact:id", c.Handle); err != nil {
		return err
	}
	if c.Transfer.Pending() {
		return prohibited(PendingTransfer, "contact")
	}
	for _, st := range []Status{ClientDeleteProhibited, ServerDeleteProhibited} {
		if !actor.Operator && c.Statuses.Has(st) {
			return prohibited(st, "contact")
		}
	}
	if len(users) > 0 {
		return Errorf(KindAssociation, "contact:id", c.Handle, "the contact is in use by %s", listed(users))
	}
	return nil
}
