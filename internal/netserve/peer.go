package netserve

import "net/netip"

// Peer is the unit in which peers are counted: an IPv4 address, or the IPv6 /64 that
// one customer usually has. The zero address gives the zero prefix.
func Peer(addr netip.Addr) netip.Prefix {
	ip := addr.Unmap().WithZone("")
	bits := 64
	if ip.Is4() {
		bits = 32
	}
	p, err := ip.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
