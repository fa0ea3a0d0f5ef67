package server

import (
	"maps"
	"slices"

	"cadastre/epp"
	"cadastre/registry"
)

// ttlsIn gives times to live by record type (RFC 9803, Section 1.2.1). A custom type is
// its own mnemonic.
func ttlsIn(list []epp.RecordTTL) registry.TTLChange {
	out := registry.TTLChange{}
	for _, r := range list {
		rrtype := r.For
		if rrtype == epp.TTLCustom {
			rrtype = "custom " + r.Custom
		}
		out[rrtype] = r.TTL
	}
	return out
}

// ttlsOut is what an info answer shows of times to live: those set, or, in policy mode,
// those of types with the limits of zone z, which is nil only where there are no types
// (RFC 9803, Section 2.1.1). Without any the answer has no such element: it must not be
// empty.
func ttlsOut(asked *epp.TTLInfo, set registry.TTLs, z *registry.Zone, types []string) []epp.Extension {
	d := &epp.TTLInfoData{}
	if !asked.Policy {
		types = slices.Sorted(maps.Keys(set))
	}
	for _, t := range types {
		r := epp.RecordTTL{For: t}
		if ttl, ok := set[t]; ok {
			r.TTL = &ttl
		}
		if asked.Policy {
			limits, normal := z.TTLRange(t), z.DNS.TTL
			r.Min, r.Default, r.Max = &limits.Min, &normal, &limits.Max
			if r.TTL == nil {
				r.TTL = &normal
			}
		}
		d.TTLs = append(d.TTLs, r)
	}
	if len(d.TTLs) == 0 {
		return nil
	}
	return []epp.Extension{d}
}

// hostTTLs is ttlsOut of a host.
func hostTTLs(v *registry.HostView, ext []epp.Extension) []epp.Extension {
	x, ok := epp.FindExtension[*epp.TTLInfo](ext)
	if !ok {
		return nil
	}
	var types []string
	if v.Settings != nil {
		types = v.Settings.HostTTLTypes()
	}
	return ttlsOut(x, v.TTLs, v.Settings, types)
}
