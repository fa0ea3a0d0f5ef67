package dnsout

import (
	"fmt"
	"net"
	"net/netip"
)

// access says who may ask for a zone's data; nil is everybody.
type access struct {
	networks []netip.Prefix
	keys     map[string]bool // by labels
}

// newAccess takes the access list of a zone's settings.
func newAccess(z *PublishedZone) (*access, error) {
	if z.Access == nil {
		return nil, nil
	}
	a := &access{keys: map[string]bool{}}
	for _, p := range z.Access.Addresses {
		if p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		if !p.IsValid() || p.Addr().Is4In6() {
			return nil, fmt.Errorf("zone %q: access: %v is no network", z.Name, p)
		}
		a.networks = append(a.networks, p.Masked())
	}
	for _, key := range z.Access.Keys {
		labels, err := appendName(nil, key)
		if err != nil {
			return nil, fmt.Errorf("zone %q: access: key: %w", z.Name, err)
		}
		a.keys[string(labels)] = true
	}
	return a, nil
}

// allows says whether a client may ask. key is the one its query is signed with,
// nil for none; from is where the query came from.
func (a *access) allows(from net.Addr, key *tsigKey) bool {
	if key != nil && a.keys[string(key.labels)] {
		return true
	}
	client := clientAddr(from)
	for _, p := range a.networks {
		if p.Contains(client) {
			return true
		}
	}
	return false
}

// clientAddr is a client's address, an IPv4-mapped one as IPv4 and without a zone;
// the zero Addr, which no network contains, when there is none.
func clientAddr(from net.Addr) netip.Addr {
	var addr netip.Addr
	switch from := from.(type) {
	case *net.UDPAddr:
		addr = from.AddrPort().Addr()
	case *net.TCPAddr:
		addr = from.AddrPort().Addr()
	}
	return addr.Unmap().WithZone("")
}
