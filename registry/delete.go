package registry

import (
	"fmt"
	"strings"
	"time"
)

// DomainDelete is a request to delete a domain (RFC 5731, Section 3.2.2).
type DomainDelete struct {
	Name   string
	Final  bool   // irrevocably: nobody can restore it; for the registry alone
	Reason string // the registry's, told to the sponsor; empty for none
}

// Deletion is what a delete leads to.
type Deletion struct {
	Gone   bool  // purged at once; else redemption and pending delete follow
	Refund int64 // minor units given back for running grace periods
	// Cancelled is the transfer that the delete ended, nil for none: what it had charged
	// goes back to its gaining registrar.
	Cancelled *Transfer
}

// Subordinate is a host object below a domain, and the domains that delegate to it.
type Subordinate struct {
	Host  string
	Users []string // the first of them, sorted
	Count int      // of them all
}

// Delete deletes the domain: within the add grace period it is gone at once, else
// redemption follows (RFC 3915, Section 2). spread is what the purge is put off by,
// between nothing and the zone's PurgeSpread. A domain that the registry deletes is
// never gone at once, so that the mistake can be made good; one that it deletes
// irrevocably is not redeemed, and its name stays taken just as long; so does one that its
// registrar deleted before, which the registry takes out of redemption in the same way. A
// transfer under way, which keeps registrars from deleting, is cancelled by the registry's
// delete.
func (d *Domain) Delete(actor Actor, z *Zone, req DomainDelete, spread time.Duration, now time.Time) (Deletion, error) {
	if err := d.deletable(actor, req); err != nil {
		return Deletion{}, err
	}
	var del Deletion
	if d.Transfer.Pending() {
		d.Transfer = d.Transfer.ended(ServerCancelled, now)
		d.Transfer.Expires = time.Time{}
		del.Cancelled = d.Transfer
	}
	if d.Deleted() { // by its registrar, who is now kept from restoring it
		d.RedeemUntil, d.RestoreDue, d.ReportUntil, d.Final = time.Time{}, time.Time{}, time.Time{}, true
		d.touch(actor, now)
		return del, nil
	}
	for _, g := range d.Graces {
		del.Refund += g.Amount
		del.Gone = del.Gone || g.Kind == AddPeriod && !actor.Operator
	}
	if z.Periods.Redemption.D()+z.Periods.PendingDelete.D() == 0 {
		del.Gone = true
	}
	if !del.Gone {
		if r := z.Periods.Redemption.D(); r > 0 && !req.Final {
			d.RedeemUntil = now.Add(r)
		}
		d.PurgeAt = now.Add(z.Periods.Redemption.D() + z.Periods.PendingDelete.D() + min(max(spread, 0), z.Periods.PurgeSpread.D()))
		d.Graces, d.Refunded, d.Final, d.ReportUntil = nil, del.Refund, req.Final, time.Time{}
	}
	d.touch(actor, now)
	return del, nil
}

// deletable says why the actor may not delete the domain, or nil.
func (d *Domain) deletable(actor Actor, req DomainDelete) error {
	if err := actor.owns(d.Registrar, "domain:name", d.Name); err != nil {
		return err
	}
	if req.Final && !actor.Operator {
		return Errorf(KindAuthorization, "domain:name", d.Name, "only the registry deletes irrevocably")
	}
	if d.Deleted() && (!req.Final || d.Final) {
		return prohibited(PendingDelete, "domain")
	}
	if d.Transfer.Pending() && !actor.Operator {
		return prohibited(PendingTransfer, "domain")
	}
	for _, st := range []Status{ClientDeleteProhibited, ServerDeleteProhibited} {
		if !actor.Operator && d.Statuses.Has(st) {
			return prohibited(st, "domain")
		}
	}
	return nil
}

// HasSubordinates refuses with 2305 to delete a domain below which there are host
// objects (RFC 5731, Section 3.2.2), and says which of them other domains rely on,
// so that the registrar can tell what has to be renamed (RFC 9874, Section 5.2.2.2).
// Names of hosts and of domains are public.
func HasSubordinates(name string, hosts []Subordinate) error {
	var used, unused []string
	for _, h := range hosts {
		if h.Count == 0 {
			unused = append(unused, h.Host)
			continue
		}
		users := h.Users
		if len(users) > maxListed {
			users = users[:maxListed]
		}
		text := strings.Join(users, ", ")
		if more := h.Count - len(users); more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		used = append(used, fmt.Sprintf("%s (for %s)", h.Host, text))
	}
	var parts []string
	if len(used) > 0 {
		parts = append(parts, "domains delegate to "+listed(used)+": rename these hosts first, or end the delegations")
	}
	if len(unused) > 0 {
		parts = append(parts, "no other domain uses "+listed(unused)+": delete or rename them first")
	}
	return Errorf(KindAssociation, "domain:name", name, "host objects are subordinate to the domain; %s", strings.Join(parts, "; "))
}

// maxListed bounds the names in one message.
const maxListed = 5

// listed joins a few names for a message; there may be more than it was given.
func listed(names []string) string {
	if len(names) > maxListed {
		return strings.Join(names[:maxListed], ", ") + " and others"
	}
	return strings.Join(names, ", ")
}
