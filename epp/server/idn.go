package server

import (
	"slices"

	"cadastre/epp"
	"cadastre/registry"
)

// idnIn gives what a create says of an internationalised name (idn-1.0,
// draft-ietf-eppext-idnmap, section 3.2.1).
func idnIn(ext []epp.Extension) registry.IDNRequest {
	d, ok := epp.FindExtension[*epp.IDNData](ext)
	if !ok {
		return registry.IDNRequest{}
	}
	return registry.IDNRequest{Table: d.Table, UName: d.UName}
}

// idnOut shows the table of a domain to a session that chose the extension.
func (s *session) idnOut(resp *epp.Response, d *registry.Domain) {
	if d.IDNTable == "" || !slices.Contains(s.extensions, epp.NSIDN) {
		return
	}
	resp.Extensions = append(resp.Extensions, &epp.IDNData{Table: d.IDNTable, UName: registry.UnicodeName(d.Name)})
}
