package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// domainInfo is RFC 5731, Section 3.1.2, with secDNS-1.1 for a client that chose it, and
// ttl-1.0 for one that asks.
func (s *session) domainInfo(ctx context.Context, actor registry.Actor, cmd *epp.DomainInfo, ext []epp.Extension) (*epp.Response, error) {
	auth, err := authInfoIn(cmd.AuthInfo, "domain")
	if err != nil {
		return nil, err
	}
	if whitelisted, err := s.whitelisted(ctx, cmd.Name); err != nil {
		return nil, err
	} else if whitelisted {
		return s.infoEntry(ctx, actor, cmd, auth)
	}
	view, err := s.srv.cfg.Registry.InfoDomain(ctx, actor, cmd.Name, auth)
	if err != nil {
		return nil, err
	}
	if err := s.tokenShown(view, ext); err != nil {
		return nil, err
	}
	resp := epp.Success(domainData(view, cmd.Hosts))
	s.tellGrace(resp, view)
	resp.Extensions = append(resp.Extensions, s.domainRecords(view, ext)...)
	s.idnOut(resp, view.Domain)
	if err := s.launchOut(ctx, resp, view, ext); err != nil {
		return nil, err
	}
	return resp, nil
}

// domainData is what an info answer shows of a domain: everything to the sponsor and
// to whoever knows the authInfo, but not contacts and changes to others. hosts is the
// attribute of that name: the delegation, the subordinate hosts, both or neither.
func domainData(v *registry.DomainView, hosts string) *epp.DomainInfoData {
	d := &epp.DomainInfoData{
		Name: v.Name, ROID: v.ROID, Statuses: statusesOut(v.Domain.ShownStatuses(), textsFor(v)),
		ClID: v.Registrar, CrID: v.CreatedBy, CrDate: v.Created, ExDate: v.Expires,
	}
	if hosts != epp.HostsSub && hosts != epp.HostsNone {
		d.NS.HostObjs, d.NS.HostAttrs = v.Nameservers, attributesOut(v.HostAttrs)
	}
	if hosts != epp.HostsDel && hosts != epp.HostsNone {
		d.Hosts = v.Subordinates
	}
	if v.AuthInfoSet {
		d.AuthInfo = authInfoShown()
	}
	if !v.Full {
		return d
	}
	d.Registrant = v.Registrant
	for _, c := range v.Contacts {
		d.Contacts = append(d.Contacts, epp.DomainContact{ID: c.ID, Type: c.Type})
	}
	d.UpID, d.UpDate, d.TrDate = v.UpdatedBy, v.Updated, v.Transferred
	return d
}

// textsFor gives why statuses were set to those who see the whole domain: a reason
// may be confidential.
func textsFor(v *registry.DomainView) registry.StatusTexts {
	if !v.Full {
		return nil
	}
	return v.StatusTexts
}

// statusesOut turns a set of statuses into elements, with why they were set.
func statusesOut(set registry.Statuses, texts registry.StatusTexts) []epp.Status {
	out := make([]epp.Status, len(set))
	for i, st := range set {
		out[i] = epp.Status{Value: string(st), Lang: texts[st].Lang, Text: texts[st].Text}
	}
	return out
}
