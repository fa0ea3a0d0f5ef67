package server

import (
	"slices"

	"cadastre/epp"
	"cadastre/registry"
)

// secureIn gives the DNSSEC data of a create (RFC 5910, Section 5.2.1), nil without any.
func secureIn(ext []epp.Extension) *registry.Secure {
	x, ok := epp.FindExtension[*epp.SecDNSCreate](ext)
	if !ok {
		return nil
	}
	s := &registry.Secure{DS: signersIn(x.DS), Keys: keysIn(x.Keys)}
	if x.MaxSigLife != nil {
		s.MaxSigLife = *x.MaxSigLife
	}
	return s
}

// secureChange gives a change of DNSSEC data (RFC 5910, Section 5.2.5). The attribute
// urgent asks for what every change gets.
func secureChange(x *epp.SecDNSUpdate) *registry.SecureChange {
	c := &registry.SecureChange{
		RemAll:     x.RemAll,
		Rem:        registry.Secure{DS: signersIn(x.RemDS), Keys: keysIn(x.RemKeys)},
		Add:        registry.Secure{DS: signersIn(x.AddDS), Keys: keysIn(x.AddKeys)},
		MaxSigLife: x.ChgMaxSigLife,
	}
	if c.MaxSigLife == nil {
		c.MaxSigLife = x.AddMaxSigLife
	}
	return c
}

func signersIn(list []epp.DSData) []registry.DSRecord {
	var out []registry.DSRecord
	for _, ds := range list {
		r := registry.DSRecord{KeyTag: ds.KeyTag, Algorithm: ds.Alg, DigestType: ds.DigestType, Digest: ds.Digest}
		if ds.Key != nil {
			r.Key = &keysIn([]epp.KeyData{*ds.Key})[0]
		}
		out = append(out, r)
	}
	return out
}

func keysIn(list []epp.KeyData) []registry.KeyData {
	var out []registry.KeyData
	for _, k := range list {
		out = append(out, registry.KeyData{Flags: k.Flags, Protocol: k.Protocol, Algorithm: k.Alg, PublicKey: k.PubKey})
	}
	return out
}

// recordsIn refuses extensions about records of a domain where none is registered.
func recordsIn(ext []epp.Extension) error {
	for _, x := range ext {
		if uri := x.ExtensionURI(); uri == epp.NSSecDNS || uri == epp.NSTTL {
			return registry.Errorf(registry.KindParamPolicy, "extension", uri, "no domain is registered here that could have such records: leave the extension out")
		}
	}
	return nil
}

// domainRecords is what an info answer shows of a domain's records beside its name
// servers: it is in DNS, so everybody may see it.
func (s *session) domainRecords(v *registry.DomainView, ext []epp.Extension) []epp.Extension {
	var out []epp.Extension
	if v.Secure != nil && slices.Contains(s.extensions, epp.NSSecDNS) {
		out = append(out, secureOut(v.Secure))
	}
	if x, ok := epp.FindExtension[*epp.TTLInfo](ext); ok {
		out = append(out, ttlsOut(x, v.TTLs, v.Settings, v.Settings.DomainTTLTypes())...)
	}
	return out
}

// secureOut is RFC 5910, Section 5.1.2.
func secureOut(s *registry.Secure) *epp.SecDNSInfoData {
	d := &epp.SecDNSInfoData{}
	if s.MaxSigLife != 0 {
		seconds := s.MaxSigLife
		d.MaxSigLife = &seconds
	}
	for _, ds := range s.DS {
		out := epp.DSData{KeyTag: ds.KeyTag, Alg: ds.Algorithm, DigestType: ds.DigestType, Digest: ds.Digest}
		if ds.Key != nil {
			k := keyOut(*ds.Key)
			out.Key = &k
		}
		d.DS = append(d.DS, out)
	}
	for _, k := range s.Keys {
		d.Keys = append(d.Keys, keyOut(k))
	}
	return d
}

func keyOut(k registry.KeyData) epp.KeyData {
	return epp.KeyData{Flags: k.Flags, Protocol: k.Protocol, Alg: k.Algorithm, PubKey: k.PublicKey}
}
