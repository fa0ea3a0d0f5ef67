package registry

import (
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Host is a name server object (RFC 5732). Superordinate is the registrable
// ancestor for a host inside one of our zones, empty for an external host.
type Host struct {
	ID              int64
	Name            string // canonical
	Registrar       string // sponsor; a subordinate host follows its superordinate domain
	Superordinate   string
	SuperordinateID int64
	Addrs           []netip.Addr // sorted; only subordinate hosts have addresses
	TTLs            TTLs         `json:",omitempty"` // of its address records; absent ones are the zone's
	Statuses        Statuses
	StatusTexts     StatusTexts
	Created         time.Time
	CreatedBy       string
	Updated         time.Time // zero when never
	UpdatedBy       string
	Transferred     time.Time // zero when never
	Version         int       // 1 at creation, one more with every change
	Linked          bool      // some domain delegates to it
	// Handover is the newest transfer of the superordinate domain, nil when there never
	// was one: the host goes with it.
	Handover *Transfer `json:"-"`
}

// At projects the host to now: a host follows its superordinate domain at the instant
// at which the registry approves the domain's transfer by itself (RFC 5731, Section
// 3.2.4). The receiver is left alone.
func (h *Host) At(now time.Time) *Host {
	out := *h
	if h.Handover.Pending() && !h.Handover.ActBy.After(now) {
		out.Follow(h.Handover.ended(ServerApproved, h.Handover.ActBy))
	}
	return &out
}

// Follow gives the host to the registrar that its superordinate domain went to.
func (h *Host) Follow(t *Transfer) {
	h.Registrar, h.Transferred, h.Handover = t.Gaining, t.ActBy, t
	h.Version++
}

// External reports whether the host lies outside every zone of the registry.
func (h *Host) External() bool { return h.Superordinate == "" }

// ShownStatuses returns the statuses an info answer lists (RFC 5732, Section 2.3).
func (h *Host) ShownStatuses() Statuses { return shown(h.Statuses, h.Handover, h.Linked) }

// shown adds pendingTransfer, ok and linked: ok stands alone or beside linked.
func shown(set Statuses, t *Transfer, linked bool) Statuses {
	out := set
	if t.Pending() {
		out = out.With(PendingTransfer)
	}
	if len(out) == 0 {
		out = out.With(OK)
	}
	if linked {
		out = out.With(Linked)
	}
	return out
}

// HostCreate is a request for a new host.
type HostCreate struct {
	Name  string
	Addrs []HostAddr
	TTLs  TTLChange
}

// HostAddr is an address as a command gives it; Version is "v4" or "v6".
type HostAddr struct{ Version, Text string }

// HostUpdate is a request for a change.
type HostUpdate struct {
	Name             string
	AddAddrs, Remove []HostAddr
	Status           StatusChange
	NewName          string // empty: keep
	TTLs             TTLChange
}

// Empty reports whether the update asks for nothing.
func (u HostUpdate) Empty() bool {
	return len(u.AddAddrs) == 0 && len(u.Remove) == 0 && u.Status.Empty() && u.NewName == "" && len(u.TTLs) == 0
}

// MaxSubordinates bounds the host objects below one domain: an info answer lists
// them all.
const MaxSubordinates = 500

// MaxHostAddrs bounds the addresses of one host.
const MaxHostAddrs = 26

// ParseAddrs checks addresses for a host (RFC 5732, Section 2.5). Refused are
// those of the wrong version or form and those that can never be a public name
// server's: unspecified, loopback, link-local, multicast and reserved.
func ParseAddrs(in []HostAddr) ([]netip.Addr, error) { return parseAddrs(in, "host:addr") }

// parseAddrs is ParseAddrs with the element that errors name.
func parseAddrs(in []HostAddr, field string) ([]netip.Addr, error) {
	var out []netip.Addr
	for _, a := range in {
		addr, err := netip.ParseAddr(a.Text)
		switch {
		case err != nil || addr.Zone() != "":
			return nil, Errorf(KindValue, field, a.Text, "not an IP address")
		case addr.Is4() != (a.Version == "v4"):
			return nil, Errorf(KindValue, field, a.Text, "not an IP%s address", a.Version)
		case unusable(addr):
			return nil, Errorf(KindValue, field, a.Text, "no public name server can have this address")
		case slices.Contains(out, addr):
			return nil, Errorf(KindParamPolicy, field, a.Text, "the address is given twice")
		}
		out = append(out, addr)
	}
	slices.SortFunc(out, netip.Addr.Compare)
	return out, nil
}

var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("100::/64"),
}

func unusable(a netip.Addr) bool {
	if a.IsUnspecified() || a.IsLoopback() || a.IsMulticast() || a.IsLinkLocalUnicast() || a.Is4In6() {
		return true
	}
	return slices.ContainsFunc(reserved, func(p netip.Prefix) bool { return p.Contains(a) })
}

// NewHost makes a host from a request. superordinate is the registrable
// ancestor's row for a name inside our zones, nil for an external one.
func NewHost(actor Actor, name string, addrs []netip.Addr, superordinate *Domain, now time.Time) (*Host, error) {
	if err := CheckHostName(name); err != nil {
		return nil, err
	}
	h := &Host{
		Name: name, Registrar: actor.ID(), Addrs: addrs,
		Created: now, CreatedBy: actor.ID(), Version: 1,
	}
	return h, h.place(actor, superordinate, "host:name")
}

// CheckHostName refuses a single label: nobody resolves such a name server.
func CheckHostName(name string) error { return checkHostName(name, "host:name") }

func checkHostName(name, field string) error {
	if !strings.Contains(name, ".") {
		return Errorf(KindValue, field, name, "a host name has at least two labels")
	}
	return nil
}

// place puts the host under its superordinate domain, or outside.
func (h *Host) place(actor Actor, sup *Domain, field string) error {
	if len(h.Addrs) > MaxHostAddrs {
		return Errorf(KindParamPolicy, "host:addr", "", "a host has at most %d addresses", MaxHostAddrs)
	}
	if sup == nil {
		h.Superordinate, h.SuperordinateID = "", 0
		if len(h.Addrs) > 0 {
			return Errorf(KindParamPolicy, "host:addr", h.Addrs[0].String(),
				"an external host has no addresses here: its own zone publishes them (RFC 5732, Section 1.1)")
		}
		return nil
	}
	if err := actor.owns(sup.Registrar, field, h.Name); err != nil {
		return Errorf(KindAuthorization, field, h.Name, "the superordinate domain %s is sponsored by another registrar", sup.Name)
	}
	if sup.Deleted() {
		return Errorf(KindStatus, field, h.Name, "the superordinate domain %s is being deleted", sup.Name)
	}
	h.Superordinate, h.SuperordinateID, h.Registrar = sup.Name, sup.ID, sup.Registrar
	return nil
}

// Update applies u. newSup is the superordinate domain of the new name (nil when
// external); it is looked at only when the name changes. linkedByOthers says
// that a domain of another registrar delegates to the host.
func (h *Host) Update(actor Actor, u HostUpdate, newSup *Domain, linkedByOthers bool, now time.Time) error {
	if err := actor.owns(h.Registrar, "host:name", h.Name); err != nil {
		return err
	}
	if err := updateProhibited(h.Statuses, u.Status, actor, "host"); err != nil {
		return err
	}
	if u.Empty() {
		return Errorf(KindMissing, "host:update", "", "add, rem or chg is needed")
	}
	st, err := changeStatuses(h.Statuses, u.Status, hostClientStatuses, "host")
	if err != nil {
		return err
	}
	h.Statuses = st
	if h.StatusTexts, err = h.StatusTexts.changed(u.Status, "host"); err != nil {
		return err
	}
	if err := h.changeAddrs(u); err != nil {
		return err
	}
	if u.NewName != "" && u.NewName != h.Name {
		// RFC 5732, Section 3.2.5: an external host that another client's objects
		// use cannot be renamed.
		if h.External() && linkedByOthers {
			return Errorf(KindAssociation, "host:name", h.Name, "domains of other registrars delegate to this external host")
		}
		if err := CheckHostName(u.NewName); err != nil {
			return err
		}
		h.Name = u.NewName
		if newSup == nil {
			if len(u.AddAddrs) > 0 {
				return Errorf(KindParamPolicy, "host:addr", u.AddAddrs[0].Text,
					"an external host has no addresses here: its own zone publishes them (RFC 5732, Section 1.1)")
			}
			h.Addrs = nil // its own zone publishes them from now on
		}
		if err := h.place(actor, newSup, "host:name"); err != nil {
			return err
		}
	} else if h.External() && len(h.Addrs) > 0 {
		return Errorf(KindParamPolicy, "host:addr", h.Addrs[0].String(), "an external host has no addresses here")
	}
	if h.Linked && !h.External() && len(h.Addrs) == 0 {
		return Errorf(KindAssociation, "host:addr", "", "domains delegate to this host, so it needs at least one address")
	}
	if len(h.Addrs) > MaxHostAddrs {
		return Errorf(KindParamPolicy, "host:addr", "", "a host has at most %d addresses", MaxHostAddrs)
	}
	h.Updated, h.UpdatedBy = now, actor.ID()
	h.Version++
	return nil
}

func (h *Host) changeAddrs(u HostUpdate) error {
	rem, err := ParseAddrs(u.Remove)
	if err != nil {
		return err
	}
	add, err := ParseAddrs(u.AddAddrs)
	if err != nil {
		return err
	}
	for _, a := range rem {
		if !slices.Contains(h.Addrs, a) {
			return Errorf(KindParamPolicy, "host:addr", a.String(), "the host does not have this address, so it cannot be removed")
		}
		h.Addrs = slices.DeleteFunc(slices.Clone(h.Addrs), func(x netip.Addr) bool { return x == a })
	}
	for _, a := range add {
		if slices.Contains(h.Addrs, a) {
			return Errorf(KindParamPolicy, "host:addr", a.String(), "the host has this address already")
		}
		h.Addrs = append(slices.Clone(h.Addrs), a)
	}
	slices.SortFunc(h.Addrs, netip.Addr.Compare)
	return nil
}

// CheckDelete refuses to delete a host that is protected, of somebody else, or
// in use (RFC 5732, Section 3.2.2). users are the names that delegate to it.
func (h *Host) CheckDelete(actor Actor, users []string) error {
	if err := actor.owns(h.Registrar, "host:name", h.Name); err != nil {
		return err
	}
	for _, st := range []Status{ClientDeleteProhibited, ServerDeleteProhibited} {
		if !actor.Operator && h.Statuses.Has(st) {
			return prohibited(st, "host")
		}
	}
	if len(users) > 0 {
		return Errorf(KindAssociation, "host:name", h.Name, "domains delegate to this host: %s", listed(users))
	}
	return nil
}
