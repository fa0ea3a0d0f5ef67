package server

import (
	"net/netip"

	"cadastre/epp"
	"cadastre/registry"
)

// addressesIn gives addresses as they were written, for the registry to check.
func addressesIn(list []epp.Address) []registry.HostAddr {
	var out []registry.HostAddr
	for _, a := range list {
		out = append(out, registry.HostAddr{Version: a.IP, Text: a.Addr})
	}
	return out
}

// addressesOut gives addresses with their version.
func addressesOut(addrs []netip.Addr) []epp.Address {
	var out []epp.Address
	for _, a := range addrs {
		ip := "v6"
		if a.Is4() {
			ip = "v4"
		}
		out = append(out, epp.Address{IP: ip, Addr: a.String()})
	}
	return out
}

// attributesIn gives name servers that are attributes of the domain.
func attributesIn(list []epp.HostAttr) []registry.HostAttrIn {
	var out []registry.HostAttrIn
	for _, h := range list {
		out = append(out, registry.HostAttrIn{Name: h.Name, Addrs: addressesIn(h.Addrs)})
	}
	return out
}

func attributesOut(list registry.HostAttrs) []epp.HostAttr {
	var out []epp.HostAttr
	for _, h := range list {
		out = append(out, epp.HostAttr{Name: h.Name, Addrs: addressesOut(h.Addrs)})
	}
	return out
}
