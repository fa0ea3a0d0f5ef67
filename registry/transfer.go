package registry

import (
	"slices"
	"time"
)

// TransferStatus is the state of a transfer (RFC 5730, Section 2.9.3.4; the
// values are those of eppcom:trStatusType).
type TransferStatus string

// The states of a transfer.
const (
	TransferPending TransferStatus = "pending"
	ClientApproved  TransferStatus = "clientApproved"
	ClientCancelled TransferStatus = "clientCancelled"
	ClientRejected  TransferStatus = "clientRejected"
	ServerApproved  TransferStatus = "serverApproved"
	ServerCancelled TransferStatus = "serverCancelled"
)

// Transfer is a change of sponsor, under way or ended (RFC 5731, Section 3.1.3).
type Transfer struct {
	Status    TransferStatus `json:"status"`
	Gaining   string         `json:"gaining"` // registrar that asked (reID)
	Requested time.Time      `json:"requested"`
	Losing    string         `json:"losing"`            // registrar that had the object (acID)
	ActBy     time.Time      `json:"act_by"`            // while pending: when the registry approves by itself; afterwards: when it ended (acDate)
	Years     int            `json:"years,omitempty"`   // added to the registration on approval
	Charged   int64          `json:"charged,omitempty"` // minor units taken from the gaining registrar with the request
	Expires   time.Time      `json:"expires,omitzero"`  // the registration's end, once approved
}

// Pending reports whether a transfer is under way; a nil Transfer never is.
func (t *Transfer) Pending() bool { return t != nil && t.Status == TransferPending }

// ActedBy is the registrar that should act on a pending transfer or, of one that
// has ended, the one that acted (acID, RFC 5731, Section 3.1.3). What the registry
// decided itself it decided in the place of the losing registrar.
func (t *Transfer) ActedBy() string {
	if t.Status == ClientCancelled {
		return t.Gaining
	}
	return t.Losing
}

// Party reports whether the registrar is on either side of the transfer.
func (t *Transfer) Party(registrar string) bool {
	return t != nil && (registrar == t.Gaining || registrar == t.Losing)
}

// ended returns the transfer with another status; the receiver is left alone.
func (t *Transfer) ended(st TransferStatus, at time.Time) *Transfer {
	out := *t
	out.Status, out.ActBy = st, at
	return &out
}

// Why money moves with a transfer, in the ledger.
const (
	TransferCharged    = "transfer"            // taken from the gaining registrar with its request
	TransferReturned   = "transfer-undone"     // given back to it: rejected or cancelled
	ReplacedByTransfer = "transfer-supersedes" // given back to the losing one: its automatic renewal
)

// TransferPolicy is a zone's rules for changes of registrar.
type TransferPolicy struct {
	Pending      Duration `json:"pending"`                  // the losing registrar's window; 0: at once
	Years        int      `json:"years"`                    // 0 or 1, added by a transfer
	Lock         Duration `json:"lock,omitempty"`           // after a create or transfer no transfer begins for so long
	AuthInfoLife Duration `json:"auth_info_life,omitempty"` // authorization information is good for so long; 0: until it is changed
}

// TransferOp is what a transfer command wants (RFC 5730, Section 2.9.3.4).
type TransferOp string

// The operations; the values are those of the attribute op.
const (
	TransferRequested TransferOp = "request"
	TransferQueried   TransferOp = "query"
	TransferApproved  TransferOp = "approve"
	TransferRejected  TransferOp = "reject"
	TransferCancelled TransferOp = "cancel"
)

// Outcome is the status in which an operation leaves a pending transfer; "" for the
// operations that end none.
func (op TransferOp) Outcome(actor Actor) TransferStatus {
	switch {
	case op == TransferApproved && actor.Operator:
		return ServerApproved
	case (op == TransferRejected || op == TransferCancelled) && actor.Operator:
		return ServerCancelled
	case op == TransferApproved:
		return ClientApproved
	case op == TransferRejected:
		return ClientRejected
	case op == TransferCancelled:
		return ClientCancelled
	}
	return ""
}

// TransferCommand is a command about the sponsorship of a domain or a contact (RFC
// 5731 and 5733, Sections 3.1.3 and 3.2.4 each).
type TransferCommand struct {
	Op       TransferOp
	Name     string  // of the domain, or the contact's id
	AuthInfo *string // nil: none was sent
	Period   Period  // of a domain; zero: what the zone adds. Only a request heeds it
	Token    string  // for allocation (RFC 8495), empty without
}

// RequestTransfer begins a transfer to the actor's registrar, or completes it at
// once where the zone has no window. It returns the price, which the gaining
// registrar pays with the request, and what goes back to the losing one where the
// transfer is complete, in minor units. Whether the authorization information matches
// is the caller's to ask, with CheckAuthInfo, before this.
//
// Refused are: 2300 while a transfer is under way, 2304 by a status, 2106 where the
// registrar has the domain already or the zone locks it, 2306 for a period the zone
// does not sell and where the registration would end more than its years from now.
func (d *Domain) RequestTransfer(actor Actor, z *Zone, p Period, now time.Time) (price, refund int64, err error) {
	if err := d.transferable(actor, z, now); err != nil {
		return 0, 0, err
	}
	years, err := z.transferYears(p)
	if err != nil {
		return 0, 0, err
	}
	if years > 0 {
		price = z.PricesAt(d.Class, now).Transfer * int64(years)
	}
	t := &Transfer{
		Status: TransferPending, Gaining: actor.Registrar, Requested: now, Losing: d.Registrar,
		ActBy: now.Add(z.Transfers.Pending.D()), Years: years, Charged: price,
	}
	latest := d.expiresAfter(t, now) // approved at once
	pending := *d
	pending.Transfer = t
	// Nothing but time changes the registration until then: the registry approves at
	// ActBy, and an automatic renewal may come or become final before.
	byItself, _, _ := pending.At(t.ActBy, z)
	t.Expires = byItself.Expires
	if t.Expires.After(latest) {
		latest = t.Expires
	}
	if limit := AddYears(now, z.Policy.MaxYears); years > 0 && latest.After(limit) {
		return 0, 0, Errorf(KindParamPolicy, "domain:period", "",
			"the registration would end on %s, more than %d years from now", latest.Format(time.DateOnly), z.Policy.MaxYears)
	}
	d.Transfer = t
	if z.Transfers.Pending == 0 {
		refund = d.completeTransfer(ServerApproved, now, z)
	}
	d.touch(actor, now)
	return price, refund, nil
}

// transferable says why no transfer to the actor's registrar may begin, or nil.
func (d *Domain) transferable(actor Actor, z *Zone, now time.Time) error {
	switch {
	case d.Transfer.Pending():
		return Errorf(KindPendingTransfer, "domain:name", d.Name, "a transfer is under way since %s", d.Transfer.Requested.Format(time.RFC3339))
	case d.Deleted():
		return prohibited(PendingDelete, "domain")
	case actor.Registrar == d.Registrar:
		return Errorf(KindNotTransferable, "domain:name", d.Name, "the registrar sponsors the domain already")
	}
	for _, st := range []Status{ClientTransferProhibited, ServerTransferProhibited} {
		if d.Statuses.Has(st) {
			return prohibited(st, "domain")
		}
	}
	since := d.Created
	if d.Transferred.After(since) {
		since = d.Transferred
	}
	// A command that waited for the domain's create or transfer has an earlier instant
	// than that has: without a lock that is no obstacle.
	lock := z.Transfers.Lock.D()
	if end := since.Add(lock); lock > 0 && end.After(now) {
		return Errorf(KindNotTransferable, "domain:name", d.Name, "no transfer begins until %s: the domain is locked after a registration or a transfer", end.UTC().Format(time.RFC3339))
	}
	return nil
}

// transferYears is what a transfer adds; p is what the client asked.
func (z *Zone) transferYears(p Period) (int, error) {
	if (p == Period{}) {
		return z.Transfers.Years, nil
	}
	years, err := p.Years(z.Policy.MaxYears, "domain:period")
	switch {
	case err != nil:
		return 0, err
	case z.Transfers.Years == 0:
		return 0, Errorf(KindParamPolicy, "domain:period", "", "transfers in %s add nothing to the registration: send no period", z.Name)
	case years != z.Transfers.Years:
		return 0, Errorf(KindParamPolicy, "domain:period", "", "a transfer in %s adds %d year to the registration", z.Name, z.Transfers.Years)
	}
	return years, nil
}

// CheckAuthInfo refuses with 2202 a value that is not the domain's authorization
// information, or that has outlived the zone's limit (RFC 9154, Section 4.4).
func (d *Domain) CheckAuthInfo(value string, z *Zone, now time.Time) error {
	if !d.AuthInfo.Matches(value) {
		return Errorf(KindAuthInfo, "domain:pw", "", "the authorization information does not match")
	}
	if life := z.Transfers.AuthInfoLife.D(); life > 0 && now.Sub(d.AuthInfo.Set) >= life {
		return Errorf(KindAuthInfo, "domain:pw", "", "the authorization information has expired: the sponsoring registrar sets a new one")
	}
	return nil
}

// EndTransfer approves, rejects or cancels the transfer under way. It returns what
// goes back to the gaining registrar (a rejected or cancelled transfer costs
// nothing) and to the losing one (an automatic renewal that the transfer's year
// replaces), in minor units. Who may do what is RFC 5730, Section 2.9.3.4.
func (d *Domain) EndTransfer(actor Actor, z *Zone, to TransferStatus, now time.Time) (gaining, losing int64, err error) {
	if !d.Transfer.Pending() {
		return 0, 0, Errorf(KindNotPendingTransfer, "domain:name", d.Name, "no transfer is under way")
	}
	if err := d.Transfer.mayEnd(actor, to, "domain:name", d.Name); err != nil {
		return 0, 0, err
	}
	if to == ClientApproved || to == ServerApproved {
		losing = d.completeTransfer(to, now, z)
	} else {
		gaining = d.Transfer.Charged
		d.Transfer = d.Transfer.ended(to, now)
		d.Transfer.Expires = time.Time{}
	}
	d.touch(actor, now)
	return gaining, losing, nil
}

// mayEnd refuses with 2201 who may not end a transfer in that way.
func (t *Transfer) mayEnd(actor Actor, to TransferStatus, field, value string) error {
	who, may := t.Losing, "the sponsoring registrar approves or rejects a transfer"
	switch to {
	case ClientCancelled:
		who, may = t.Gaining, "the registrar that asked for a transfer cancels it"
	case ServerApproved, ServerCancelled:
		who, may = "", "the registry decides in this way"
	}
	if actor.Operator || who != "" && actor.Registrar == who {
		return nil
	}
	return Errorf(KindAuthorization, field, value, "only %s", may)
}

// replaced lists the automatic renewals that the year of a transfer approved at the
// instant at takes the place of: those whose grace periods still run, newest first, but
// never more years than the transfer adds.
func (d *Domain) replaced(t *Transfer, at time.Time) (years int, amount int64) {
	for _, g := range slices.Backward(d.Graces) {
		if g.Kind == AutoRenewPeriod && g.Until.After(at) && years+g.Years <= t.Years {
			years += g.Years
			amount += g.Amount
		}
	}
	return years, amount
}

// expiresAfter is when the registration ends once t is approved at the instant at.
func (d *Domain) expiresAfter(t *Transfer, at time.Time) time.Time {
	years, _ := d.replaced(t, at)
	return AddYears(d.Expires, t.Years-years)
}

// completeTransfer gives the domain to the gaining registrar and returns what the
// losing one gets back: the automatic renewals that the transfer's year replaces. The
// grace periods of the losing registrar end with its sponsorship; authorization
// information is good for one transfer (RFC 9154, Section 5.4).
func (d *Domain) completeTransfer(st TransferStatus, at time.Time, z *Zone) (refund int64) {
	t := d.Transfer.ended(st, at)
	t.Expires = d.expiresAfter(t, at)
	_, refund = d.replaced(t, at)
	d.Graces = nil
	if grace := z.Periods.TransferGrace.D(); grace > 0 {
		d.Graces = []Grace{{TransferPeriod, at.Add(grace), t.Charged, t.Years}}
	}
	d.Registrar, d.Transferred, d.Expires, d.AuthInfo, d.Transfer = t.Gaining, at, t.Expires, AuthInfo{}, t
	d.ReportUntil = time.Time{} // the report was the losing registrar's
	return refund
}

// View is the transfer of a domain as a trnData element shows it.
func (t *Transfer) View(object, name string) TransferView {
	v := TransferView{Object: object, Name: name, Transfer: *t}
	if t.Years == 0 {
		v.Expires = time.Time{} // the period of the registration does not change
	}
	return v
}
