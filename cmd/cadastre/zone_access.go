package main

import (
	"net/netip"
	"strings"

	"cadastre/registry"
)

// sandboxServers are a zone's name servers where everything runs on one machine.
func sandboxServers(zone string) (list []registry.ApexServer) {
	for _, label := range []string{"ns1", "ns2"} {
		list = append(list, registry.ApexServer{Name: label + ".nic." + zone, Addrs: []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}})
	}
	return list
}

// applyAccess adds the clients of --allow and --tsig-key to the zone's list.
func (o *zoneAddOptions) applyAccess(z *registry.Zone) error {
	if len(o.allow)+len(o.tsigKeys) == 0 {
		return nil
	}
	if z.Access == nil {
		z.Access = &registry.Access{Addresses: []netip.Prefix{}}
	}
	for _, text := range o.allow {
		p, err := parseNetwork(text, "--allow")
		if err != nil {
			return err
		}
		z.Access.Addresses = append(z.Access.Addresses, p)
	}
	z.Access.Addresses = unique(z.Access.Addresses)
	for _, name := range o.tsigKeys {
		z.Access.Keys = append(z.Access.Keys, strings.ToLower(strings.TrimSuffix(name, "."))+".")
	}
	z.Access.Keys = unique(z.Access.Keys)
	return nil
}

// parseNetwork reads an address or a network, such as 192.0.2.0/24.
func parseNetwork(text, field string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if addr, addrErr := netip.ParseAddr(text); addrErr == nil && addr.Zone() == "" {
		p, err = netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	if err != nil || p.Addr().Is4In6() {
		return p, registry.Errorf(registry.KindValue, field, text, "not an address or network such as 192.0.2.1 or 2001:db8::/32")
	}
	if p != p.Masked() {
		return p, registry.Errorf(registry.KindValue, field, text, "the network is written %s; one address is written without /%d", p.Masked(), p.Bits())
	}
	return p, nil
}

// accessText is an access list for people.
func accessText(a *registry.Access) string {
	if a == nil {
		return "everybody may ask"
	}
	var lines []string
	for _, p := range a.Addresses {
		if p.IsSingleIP() {
			lines = append(lines, p.Addr().String())
		} else {
			lines = append(lines, p.String())
		}
	}
	for _, k := range a.Keys {
		lines = append(lines, "TSIG key "+k)
	}
	if len(lines) == 0 {
		return "nobody may ask"
	}
	return list(lines)
}
