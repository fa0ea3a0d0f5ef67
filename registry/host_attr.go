package registry

import "net/netip"

// HostAttrs are name servers given as attributes of a domain (RFC 5731, Section
// 1.1), sorted by name.
type HostAttrs []HostAttr

// HostAttr is one of them. Addresses are given for names below the domain alone.
type HostAttr struct {
	Name  string       `json:"name"` // canonical
	Addrs []netip.Addr `json:"addrs,omitempty"`
}
