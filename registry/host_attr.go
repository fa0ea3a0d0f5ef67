package registry

import (
	"cmp"
	"net/netip"
	"slices"
)

// HostAttrs are name servers given as attributes of a domain (RFC 5731, Section
// 1.1), sorted by name. A value is never changed in place.
type HostAttrs []HostAttr

// HostAttr is one of them. Addresses are given for names below the domain alone.
type HostAttr struct {
	Name  string       `json:"name"` // canonical
	Addrs []netip.Addr `json:"addrs,omitempty"`
}

func (h HostAttr) equal(o HostAttr) bool { return h.Name == o.Name && slices.Equal(h.Addrs, o.Addrs) }

// HostAttrIn is a name server as a command gives it.
type HostAttrIn struct {
	Name  string
	Addrs []HostAddr
}

// hostAttrs checks name servers given as attributes of a domain. Glue is narrow:
// addresses are needed for a name at or below the domain and refused elsewhere,
// where the name's own domain has them.
func hostAttrs(domain string, in []HostAttrIn) (HostAttrs, error) {
	out := make(HostAttrs, 0, len(in))
	for _, h := range in {
		name, err := CanonicalName(h.Name, "domain:hostName")
		if err != nil {
			return nil, err
		}
		if err := checkHostName(name, "domain:hostName"); err != nil {
			return nil, err
		}
		addrs, err := parseAddrs(h.Addrs, "domain:hostAddr")
		if err != nil {
			return nil, err
		}
		below := IsSubordinate(name, domain)
		switch {
		case below && len(addrs) == 0:
			return nil, Errorf(KindParamPolicy, "domain:hostName", name, "the name lies in the domain, so nobody could find it without an address: give hostAddr")
		case !below && len(addrs) > 0:
			return nil, Errorf(KindParamPolicy, "domain:hostAddr", h.Addrs[0].Text,
				"%s does not lie in the domain: its own zone publishes its addresses, so give its name alone", name)
		case len(addrs) > MaxHostAddrs:
			return nil, Errorf(KindParamPolicy, "domain:hostAddr", name, "a host has at most %d addresses", MaxHostAddrs)
		}
		out = append(out, HostAttr{Name: name, Addrs: addrs})
	}
	return out, nil
}

// addHostAttrs adds name servers: 2306 for one that is there.
func addHostAttrs(domain string, have HostAttrs, in []HostAttrIn) (HostAttrs, error) {
	add, err := hostAttrs(domain, in)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(have)
	for _, h := range add {
		if out.find(h.Name) >= 0 {
			return nil, Errorf(KindParamPolicy, "domain:hostAttr", h.Name, "the domain has this name server already")
		}
		out = append(out, h)
	}
	if len(out) > MaxNameservers {
		return nil, Errorf(KindParamPolicy, "domain:ns", "", "a domain has at most %d name servers", MaxNameservers)
	}
	slices.SortFunc(out, func(a, b HostAttr) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

// remHostAttrs removes name servers by name: 2306 for one that is not there, or
// that does not have the addresses given with it.
func remHostAttrs(have HostAttrs, in []HostAttrIn) (HostAttrs, error) {
	out := slices.Clone(have)
	for _, h := range in {
		name, err := CanonicalName(h.Name, "domain:hostName")
		if err != nil {
			return nil, err
		}
		addrs, err := parseAddrs(h.Addrs, "domain:hostAddr")
		if err != nil {
			return nil, err
		}
		i := out.find(name)
		if i < 0 {
			return nil, Errorf(KindParamPolicy, "domain:hostAttr", name, "the domain does not have this name server")
		}
		for _, a := range addrs {
			if !slices.Contains(out[i].Addrs, a) {
				return nil, Errorf(KindParamPolicy, "domain:hostAddr", a.String(), "the name server does not have this address; it is removed by its name alone")
			}
		}
		out = slices.Delete(out, i, i+1)
	}
	return out, nil
}

// Has reports whether a name server of the canonical name is among them.
func (h HostAttrs) Has(name string) bool { return h.find(name) >= 0 }

func (h HostAttrs) find(name string) int {
	return slices.IndexFunc(h, func(x HostAttr) bool { return x.Name == name })
}

// checkHostModel refuses the host model that the zone does not have (RFC 5731,
// Section 1.1).
func (z *Zone) checkHostModel(objects []string, attrs []HostAttrIn) error {
	switch attributes := z.Model.Hosts == HostAttributes; {
	case attributes && len(objects) > 0:
		return Errorf(KindParamPolicy, "domain:hostObj", objects[0], "name servers are attributes of their domain in %s: use hostAttr (RFC 5731, Section 1.1)", z.Name)
	case !attributes && len(attrs) > 0:
		return Errorf(KindParamPolicy, "domain:hostAttr", attrs[0].Name, "name servers are host objects in %s: use hostObj (RFC 5731, Section 1.1)", z.Name)
	}
	return nil
}
