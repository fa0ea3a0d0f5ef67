package server

import (
	"cadastre/epp"
	"cadastre/registry"
)

// tokenIn is the allocation token that came with a command (RFC 8495), "" without one.
func tokenIn(exts []epp.Extension) string {
	if t, ok := epp.FindExtension[*epp.AllocationToken](exts); ok {
		return t.Token
	}
	return ""
}

// tokenShown answers the question for the token of a name (RFC 8495, Section 3.1.2). The
// registry keeps none, so there is nothing to show to the sponsor either.
func (s *session) tokenShown(v *registry.DomainView, exts []epp.Extension) error {
	if _, asked := epp.FindExtension[*epp.AllocationTokenInfo](exts); !asked {
		return nil
	}
	if v.Registrar != s.registrar {
		return registry.Errorf(registry.KindAuthorization, "domain:name", v.Name, "the object is sponsored by another registrar")
	}
	return registry.Errorf(registry.KindNotFound, "allocationToken:info", "", "no allocation token is associated with the name: the registry does not keep tokens")
}
