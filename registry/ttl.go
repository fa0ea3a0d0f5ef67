package registry

import (
	"fmt"
	"maps"
	"slices"
)

// TTLs are times to live in seconds by record type: "NS", "DS", "A", "AAAA"
// (RFC 9803). A type that is absent has the zone's. A value is never changed in
// place: an object before and after a change share it.
type TTLs map[string]uint32

// TTLChange gives times to live by record type; nil is the zone's.
type TTLChange map[string]*uint32

// TTLLimits says which times to live registrars may set in a zone: nil for a type
// whose records all have the zone's.
type TTLLimits struct {
	NS   *TTLRange `json:"ns,omitempty"`
	DS   *TTLRange `json:"ds,omitempty"`
	A    *TTLRange `json:"a,omitempty"`
	AAAA *TTLRange `json:"aaaa,omitempty"`
}

// TTLRange bounds a time to live, in seconds.
type TTLRange struct {
	Min uint32 `json:"min"`
	Max uint32 `json:"max"`
}

// maxTTL is the highest time to live, in seconds (RFC 2181, Section 8).
const maxTTL = 1<<31 - 1

// StandardTTLLimits lets registrars set every type, from five minutes, which keeps
// names from changing too fast, to two days (RFC 9803, Section 5.1).
func StandardTTLLimits() TTLLimits {
	every := TTLRange{Min: 300, Max: 172800}
	ns, ds, a, aaaa := every, every, every, every
	return TTLLimits{NS: &ns, DS: &ds, A: &a, AAAA: &aaaa}
}

// Of gives the limits of a record type; nil where it cannot be set.
func (l TTLLimits) Of(rrtype string) *TTLRange {
	switch rrtype {
	case "NS":
		return l.NS
	case "DS":
		return l.DS
	case "A":
		return l.A
	case "AAAA":
		return l.AAAA
	}
	return nil
}

func (l TTLLimits) check() error {
	for _, t := range []string{"NS", "DS", "A", "AAAA"} {
		if r := l.Of(t); r != nil && (r.Min < 1 || r.Min >= r.Max || r.Max > maxTTL) {
			return Errorf(KindRange, "ttl_limits", t, "1 <= min < max <= %d seconds (RFC 9803, Section 1.2.1)", maxTTL)
		}
	}
	return nil
}

// DomainTTLTypes are the types whose records the zone shows for a domain and whose
// times to live may be set there (RFC 9803, Section 1.2.1.2).
func (z *Zone) DomainTTLTypes() []string {
	types := []string{"NS", "DS"}
	if z.Model.Hosts == HostAttributes {
		types = append(types, "A", "AAAA")
	}
	return z.settable(types)
}

// HostTTLTypes are those of a host object.
func (z *Zone) HostTTLTypes() []string { return z.settable([]string{"A", "AAAA"}) }

func (z *Zone) settable(types []string) []string {
	return slices.DeleteFunc(types, func(t string) bool { return z.TTLLimits.Of(t) == nil })
}

// TTLRange gives the limits of a type that can be set. The zone's own time to live
// is always between them (RFC 9803, Section 1.2.1).
func (z *Zone) TTLRange(rrtype string) TTLRange {
	r := *z.TTLLimits.Of(rrtype)
	return TTLRange{Min: min(r.Min, z.DNS.TTL), Max: max(r.Max, z.DNS.TTL)}
}

// changeTTLs is old after a change, of types alone. Errors: 2306 for another type,
// 2004 for a value outside the zone's limits (RFC 9803, Sections 2.2 and 3.1).
func (z *Zone) changeTTLs(old TTLs, c TTLChange, types []string) (TTLs, error) {
	if len(c) == 0 {
		return old, nil
	}
	out := maps.Clone(old)
	if out == nil {
		out = TTLs{}
	}
	for _, t := range slices.Sorted(maps.Keys(c)) {
		ttl := c[t]
		if !slices.Contains(types, t) {
			return nil, ttlTypeFault(t, types)
		}
		if ttl == nil {
			delete(out, t)
			continue
		}
		if r := z.TTLRange(t); *ttl < r.Min || *ttl > r.Max {
			return nil, Errorf(KindRange, "ttl:ttl", fmt.Sprint(*ttl), "a TTL of %s records is %d to %d seconds in %s", t, r.Min, r.Max, z.Name)
		}
		out[t] = *ttl
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

func ttlTypeFault(rrtype string, types []string) error {
	if len(types) == 0 {
		return Errorf(KindParamPolicy, "ttl:ttl", rrtype, "the object has no records whose TTL can be set")
	}
	return Errorf(KindParamPolicy, "ttl:ttl", rrtype, "the TTL of such records cannot be set here: %s can (RFC 9803, Section 3.1)", listed(types))
}

// SetTTLs changes those of a host; z is the zone it lies in, nil for an external
// host, whose addresses the registry does not publish. Errors as for a domain.
func (h *Host) SetTTLs(z *Zone, c TTLChange) (err error) {
	if h.External() {
		h.TTLs = nil
	}
	if len(c) == 0 {
		return nil
	}
	if z == nil || h.External() {
		z = &Zone{}
	}
	h.TTLs, err = z.changeTTLs(h.TTLs, c, z.HostTTLTypes())
	return err
}
