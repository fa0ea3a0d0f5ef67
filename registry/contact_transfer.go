package registry

import "time"

// ContactTransferWindow is the losing registrar's time to answer the request for a
// contact, where the registry sets no other: contacts lie in no zone.
const ContactTransferWindow = 5 * Day

// RequestTransfer begins a transfer to the actor's registrar, or completes it at once
// where the window is zero or less (RFC 5733, Section 3.2.4). Whether the authorization
// information matches is the caller's to ask, with CheckAuthInfo, before this. proxy is
// a proxy that links to the contact, "" when none does.
//
// Refused are: 2300 while a transfer is under way, 2304 by a status, 2106 where the
// registrar has the contact already, and 2305 for a contact with a link between real
// contact and proxy: both would have to go at one instant, and each has authorization
// information of its own.
func (c *Contact) RequestTransfer(actor Actor, window time.Duration, proxy string, now time.Time) error {
	switch {
	case c.Transfer.Pending():
		return Errorf(KindPendingTransfer, "contact:id", c.Handle, "a transfer is under way since %s", c.Transfer.Requested.Format(time.RFC3339))
	case actor.Registrar == c.Registrar:
		return Errorf(KindNotTransferable, "contact:id", c.Handle, "the registrar sponsors the contact already")
	case c.RealID != 0:
		return Errorf(KindAssociation, "contact:id", c.Handle,
			"the contact is the proxy of another of its registrar's: it can be transferred once the link (realContact) is removed")
	case proxy != "":
		return Errorf(KindAssociation, "contact:id", c.Handle,
			"a proxy of its registrar's links to the contact: it can be transferred once no proxy does")
	}
	for _, st := range []Status{ClientTransferProhibited, ServerTransferProhibited} {
		if c.Statuses.Has(st) {
			return prohibited(st, "contact")
		}
	}
	c.Transfer = &Transfer{
		Status: TransferPending, Gaining: actor.Registrar, Requested: now, Losing: c.Registrar, ActBy: now.Add(max(window, 0)),
	}
	if window <= 0 {
		c.completeTransfer(ServerApproved, now)
	}
	c.touch(actor, now)
	return nil
}

// CheckAuthInfo refuses with 2202 a value that is not the contact's authorization
// information (RFC 9154, Section 4.4).
func (c *Contact) CheckAuthInfo(value string) error {
	if !c.AuthInfo.Matches(value) {
		return Errorf(KindAuthInfo, "contact:pw", "", "the authorization information does not match")
	}
	return nil
}

// EndTransfer approves, rejects or cancels the transfer under way. Who may do what is
// RFC 5730, Section 2.9.3.4.
func (c *Contact) EndTransfer(actor Actor, to TransferStatus, now time.Time) error {
	if !c.Transfer.Pending() {
		return Errorf(KindNotPendingTransfer, "contact:id", c.Handle, "no transfer is under way")
	}
	if err := c.Transfer.mayEnd(actor, to, "contact:id", c.Handle); err != nil {
		return err
	}
	if to == ClientApproved || to == ServerApproved {
		c.completeTransfer(to, now)
	} else {
		c.Transfer = c.Transfer.ended(to, now)
	}
	c.touch(actor, now)
	return nil
}

// completeTransfer gives the contact to the gaining registrar. Authorization
// information is good for one transfer (RFC 9154, Section 5.4).
func (c *Contact) completeTransfer(st TransferStatus, at time.Time) {
	c.Transfer = c.Transfer.ended(st, at)
	c.Registrar, c.Transferred, c.AuthInfo = c.Transfer.Gaining, at, AuthInfo{}
}

// DueAt is the next instant at which the contact's projection differs from the row;
// zero when nothing is due.
func (c *Contact) DueAt() time.Time {
	if c.Transfer.Pending() {
		return c.Transfer.ActBy
	}
	return time.Time{}
}

// At projects the contact to now: a transfer that the losing registrar did not answer
// is approved at its instant. It says whether that has happened since the row was
// written. The receiver is left alone.
func (c *Contact) At(now time.Time) (state *Contact, approved bool) {
	out := *c
	if c.Transfer.Pending() && !c.Transfer.ActBy.After(now) {
		out.completeTransfer(ServerApproved, c.Transfer.ActBy)
		out.Version++
		approved = true
	}
	return &out, approved
}

// touch records who changed the contact and when.
func (c *Contact) touch(actor Actor, now time.Time) {
	c.Updated, c.UpdatedBy = now, actor.ID()
	c.Version++
}
