package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// domainUpdate is RFC 5731, Section 3.2.5, with secDNS-1.1 and ttl-1.0; what restores a domain
// is RFC 3915.
func (s *session) domainUpdate(ctx context.Context, actor registry.Actor, cmd *epp.DomainUpdate, exts []epp.Extension) (*epp.Response, error) {
	if err := s.onlyTargets(ctx, cmd.Name, registry.KindParamPolicy); err != nil {
		return nil, err
	}
	if err := noApplications(exts); err != nil {
		return nil, err
	}
	if _, ok := epp.FindExtension[*epp.RGPUpdate](exts); ok {
		return s.domainRestore(ctx, actor, cmd, exts)
	}
	req := registry.DomainUpdate{Name: cmd.Name}
	var err error
	if a := cmd.Add; a != nil {
		req.Status.Add, req.Status.Texts = statusesIn(a.Statuses), textsIn(a.Statuses)
		req.AddHosts, req.AddAttrs = a.NS.HostObjs, attributesIn(a.NS.HostAttrs)
		if req.AddContacts, err = domainContacts(a.Contacts); err != nil {
			return nil, err
		}
	}
	if r := cmd.Rem; r != nil {
		req.Status.Rem = statusesIn(r.Statuses)
		req.RemHosts, req.RemAttrs = r.NS.HostObjs, attributesIn(r.NS.HostAttrs)
		if req.RemContacts, err = domainContacts(r.Contacts); err != nil {
			return nil, err
		}
	}
	if c := cmd.Chg; c != nil {
		req.Registrant = c.Registrant
		if req.AuthInfo, err = authInfoIn(c.AuthInfo, "domain"); err != nil {
			return nil, err
		}
	}
	if x, ok := epp.FindExtension[*epp.SecDNSUpdate](exts); ok {
		req.Secure = secureChange(x)
	}
	if t, ok := epp.FindExtension[*epp.TTLUpdate](exts); ok {
		req.TTLs = ttlsIn(t.TTLs)
	}
	if err := s.srv.cfg.Registry.UpdateDomain(ctx, actor, req); err != nil {
		return nil, err
	}
	return epp.Success(nil), nil
}

// textsIn gives the explanations of the statuses an update adds.
func textsIn(list []epp.Status) registry.StatusTexts {
	texts := registry.StatusTexts{}
	for _, st := range list {
		if st.Text != "" {
			texts[registry.Status(st.Value)] = registry.StatusText{Lang: st.Lang, Text: st.Text}
		}
	}
	return texts
}

// statusesIn gives the statuses an update names.
func statusesIn(list []epp.Status) []registry.Status {
	var out []registry.Status
	for _, st := range list {
		out = append(out, registry.Status(st.Value))
	}
	return out
}
