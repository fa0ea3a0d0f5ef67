package registry

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Domain is a domain name object (RFC 5731) as it is stored. Its state at an
// instant is At(now): grace periods that have passed, automatic renewals and the
// steps of a deletion follow from the row alone.
type Domain struct {
	ID          int64
	Name        string // canonical
	Zone        string
	ZoneID      int64
	Registrar   string // sponsor (clID)
	Registrant  string // contact id; empty where the zone needs none
	Contacts    []DomainContact
	Nameservers []string // host names, sorted
	Statuses    Statuses // client* and server* alone; the rest is derived
	StatusTexts StatusTexts
	AuthInfo    AuthInfo
	Created     time.Time
	CreatedBy   string
	Updated     time.Time // zero when never
	UpdatedBy   string
	Transferred time.Time // zero when never
	Expires     time.Time
	Graces      []Grace   // running grace periods, oldest first
	Transfer    *Transfer `json:",omitempty"` // the newest, pending or ended; nil when there never was one
	RedeemUntil time.Time // end of redemption; zero unless in redemption
	RestoreDue  time.Time // until when the report of a restore is awaited, never after PurgeAt; zero unless one was requested
	PurgeAt     time.Time // the name becomes free; zero unless deleted
	Refunded    int64     // minor units that the delete gave back, which a restore takes again
	Final       bool      // the registry deleted it for good: nobody can restore it
	ReportUntil time.Time // a completed restore's report is corrected until then; zero when there is none
	Class       string    // price class; empty is the standard one
	IDNTable    string    // language tag of the table its label was checked against; empty for ASCII
	VariantKey  string    // what all variants of it share, see IDNLabel; empty where it can have none
	Secure      *Secure   `json:",omitempty"` // DNSSEC data; nil when unsigned
	HostAttrs   HostAttrs `json:",omitempty"` // name servers in a zone of host attributes
	TTLs        TTLs      `json:",omitempty"` // of the records the zone shows for it; absent ones are the zone's
	Launch      *Launch   `json:",omitempty"` // how it came in a launch phase; nil outside
	Version     int       // 1 at creation, one more with every change
}

// DomainContact associates a contact in a role: "admin", "billing" or "tech".
type DomainContact struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// GraceKind is one of RFC 3915's grace periods.
type GraceKind string

// The grace periods (RFC 3915, Section 3.1).
const (
	AddPeriod       GraceKind = "addPeriod"
	RenewPeriod     GraceKind = "renewPeriod"
	AutoRenewPeriod GraceKind = "autoRenewPeriod"
	TransferPeriod  GraceKind = "transferPeriod"
)

// Grace is a running grace period and what a delete within it gives back.
type Grace struct {
	Kind   GraceKind `json:"kind"`
	Until  time.Time `json:"until"`
	Amount int64     `json:"amount"`          // minor units refunded by a delete before Until
	Years  int       `json:"years,omitempty"` // what they bought
}

// Deleted reports whether the domain is in redemption or pending delete.
func (d *Domain) Deleted() bool { return !d.PurgeAt.IsZero() }

// InZone reports whether DNS shows the delegation: there are name servers, no
// hold, and the domain is not being deleted.
func (d *Domain) InZone() bool {
	return len(d.Nameservers)+len(d.HostAttrs) > 0 && !d.Deleted() && !d.Statuses.Has(ClientHold, ServerHold)
}

// SameRecords reports whether DNS shows the same of d as of old, but for the host
// objects that they delegate to.
func (d *Domain) SameRecords(old *Domain) bool {
	return maps.Equal(d.TTLs, old.TTLs) &&
		slices.EqualFunc(d.HostAttrs, old.HostAttrs, HostAttr.equal) &&
		slices.EqualFunc(d.Secure.Signers(d.Name), old.Secure.Signers(d.Name), DSRecord.same)
}

// ShownStatuses returns the statuses an info answer lists: RFC 5731, Section 2.3.
func (d *Domain) ShownStatuses() Statuses {
	out := d.Statuses
	if d.Deleted() {
		// pendingDelete is not combined with the delete prohibitions.
		out = out.Without(ClientDeleteProhibited, ServerDeleteProhibited).With(PendingDelete)
	}
	if d.Transfer.Pending() {
		out = out.With(PendingTransfer)
	}
	if len(d.Nameservers)+len(d.HostAttrs) == 0 {
		out = out.With(Inactive)
	}
	if len(out) == 0 {
		out = out.With(OK)
	}
	return out
}

// DueAt is the next instant at which the row's projection differs from the row:
// an automatic renewal, the approval of a transfer, the end of the wait for a
// restore report, the end of redemption, or the purge.
func (d *Domain) DueAt() time.Time {
	_, at := d.next()
	return at
}

// next is what falls due next on the domain, and when.
func (d *Domain) next() (EventKind, time.Time) {
	switch {
	case !d.Deleted() && d.Transfer.Pending() && !d.Transfer.ActBy.After(d.Expires):
		return Transferred, d.Transfer.ActBy
	case !d.Deleted():
		return AutoRenewed, d.Expires
	case !d.RestoreDue.IsZero():
		return RestoreLapsed, d.RestoreDue
	case !d.RedeemUntil.IsZero():
		return RedemptionEnd, d.RedeemUntil
	default:
		return Purged, d.PurgeAt
	}
}

// DomainCreate is a request for a new domain.
type DomainCreate struct {
	Name        string
	Period      Period
	Nameservers []string     // of a zone with host objects
	HostAttrs   []HostAttrIn // of a zone with host attributes
	Registrant  string
	Contacts    []DomainContact
	AuthInfo    string
	Preapproval Preapproval
	Token       string  // for allocation (RFC 8495), empty without
	Secure      *Secure // DNSSEC data; nil when unsigned
	TTLs        TTLChange
	IDN         IDNRequest
	Launch      *LaunchRequest // nil without the extension
}

// Period is a registration period; Unit is "y" or "m". The zero value means the
// default of one year.
type Period struct {
	Value int
	Unit  string
}

// Years returns the period in whole years: that is what registrations are sold
// in. field names the element in errors.
func (p Period) Years(max int, field string) (int, error) {
	n := p.Value
	switch {
	case p == Period{}:
		return 1, nil
	case p.Unit == "m" && n%12 == 0:
		n /= 12
	case p.Unit == "m":
		return 0, Errorf(KindParamPolicy, field, fmt.Sprint(p.Value), "registrations run for whole years")
	}
	if n < 1 || n > max {
		return 0, Errorf(KindRange, field, fmt.Sprint(p.Value), "a period is 1 to %d years", max)
	}
	return n, nil
}

// MaxNameservers bounds a delegation: 13 fit a referral without truncation.
const MaxNameservers = 13

// NewDomain makes a domain from a request whose name and hosts are canonical and
// known. It charges nothing; the create price is z.PricesAt(d.Class, now).Create a year.
func NewDomain(actor Actor, z *Zone, req DomainCreate, now time.Time) (*Domain, error) {
	if err := z.checkKept(req.Name); err != nil {
		return nil, err
	}
	idn, err := z.AdmitLabel(req.Name, req.IDN)
	if err != nil {
		return nil, err
	}
	years, err := req.Period.Years(z.Policy.MaxYears, "domain:period")
	if err != nil {
		return nil, err
	}
	auth, err := NewAuthInfo(req.AuthInfo, "domain:pw", now)
	if err != nil {
		return nil, err
	}
	if err := z.checkHostModel(req.Nameservers, req.HostAttrs); err != nil {
		return nil, err
	}
	if err := z.checkContacts(req.Registrant, req.Contacts); err != nil {
		return nil, err
	}
	d := &Domain{
		Name: req.Name, Zone: z.Name, ZoneID: z.ID, Registrar: actor.ID(), Registrant: req.Registrant,
		AuthInfo: auth, Created: now, CreatedBy: actor.ID(), Expires: AddYears(now, years), Version: 1,
		IDNTable: idn.Table, VariantKey: idn.Key,
		Class: z.ClassOf(req.Name),
	}
	if d.Contacts, err = addContacts(nil, req.Contacts); err != nil {
		return nil, err
	}
	if err := d.setDelegation(z, req); err != nil {
		return nil, err
	}
	if grace := z.Periods.AddGrace.D(); grace > 0 {
		d.Graces = []Grace{{AddPeriod, now.Add(grace), z.PricesAt(d.Class, now).Create * int64(years), years}}
	}
	return d, nil
}

// setDelegation sets what DNS shows of a new domain.
func (d *Domain) setDelegation(z *Zone, req DomainCreate) (err error) {
	if d.Nameservers, err = addNames(nil, req.Nameservers); err != nil {
		return err
	}
	if d.HostAttrs, err = addHostAttrs(d.Name, nil, req.HostAttrs); err != nil {
		return err
	}
	if d.Secure, err = z.NewSecure(d.Name, req.Secure); err != nil {
		return err
	}
	d.TTLs, err = z.changeTTLs(nil, req.TTLs, z.DomainTTLTypes())
	return err
}

func addNames(have, add []string) ([]string, error) {
	out := slices.Clone(have)
	for _, n := range add {
		if slices.Contains(out, n) {
			return nil, Errorf(KindParamPolicy, "domain:hostObj", n, "the domain has this name server already")
		}
		out = append(out, n)
	}
	if len(out) > MaxNameservers {
		return nil, Errorf(KindParamPolicy, "domain:ns", "", "a domain has at most %d name servers", MaxNameservers)
	}
	slices.Sort(out)
	return out, nil
}

// maxContacts bounds the contacts of one domain.
const maxContacts = 30

func addContacts(have, add []DomainContact) ([]DomainContact, error) {
	out := slices.Clone(have)
	for _, c := range add {
		if slices.Contains(out, c) {
			return nil, Errorf(KindParamPolicy, "domain:contact", c.ID, "the domain has this %s contact already", c.Type)
		}
		out = append(out, c)
	}
	if len(out) > maxContacts {
		return nil, Errorf(KindParamPolicy, "domain:contact", "", "a domain has at most %d contacts", maxContacts)
	}
	slices.SortFunc(out, func(a, b DomainContact) int {
		return strings.Compare(a.Type+" "+a.ID, b.Type+" "+b.ID)
	})
	return out, nil
}
