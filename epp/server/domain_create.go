package server

import (
	"context"
	"errors"

	"cadastre/epp"
	"cadastre/registry"
)

// domainCreate is RFC 5731, Section 3.2.1, with preapproval-1.0, which may make something
// else of it than a registration.
func (s *session) domainCreate(ctx context.Context, actor registry.Actor, cmd *epp.DomainCreate, ext []epp.Extension) (*epp.Response, error) {
	p, extended := epp.FindExtension[*epp.PreapprovalCreate](ext)
	whitelisted, err := s.whitelisted(ctx, cmd.Name)
	switch {
	case err != nil:
		return nil, err
	case extended && p.Op == epp.PreapprovalApply:
		return s.apply(ctx, actor, cmd, p)
	case extended && p.Op == epp.PreapprovalEnter:
		return s.enter(ctx, actor, cmd, p)
	case whitelisted && extended:
		return nil, registry.Errorf(registry.KindParamPolicy, "domain:name", cmd.Name,
			"the name lies in a whitelist zone, and a registration is of the target name: send that one")
	case whitelisted:
		return s.enter(ctx, actor, cmd, nil)
	}
	return s.register(ctx, actor, cmd, p)
}

// register registers a domain; p is nil without the extension.
func (s *session) register(ctx context.Context, actor registry.Actor, cmd *epp.DomainCreate, p *epp.PreapprovalCreate) (*epp.Response, error) {
	preapproval, err := s.preapprovalIn(p)
	if err != nil {
		return nil, err
	}
	auth, err := authInfoIn(&cmd.AuthInfo, "domain")
	if err != nil {
		return nil, err
	}
	hosts, err := hostObjects(cmd.NS)
	if err != nil {
		return nil, err
	}
	contacts, err := domainContacts(cmd.Contacts)
	if err != nil {
		return nil, err
	}
	d, err := s.srv.cfg.Registry.CreateDomain(ctx, actor, registry.DomainCreate{
		Name: cmd.Name, Period: periodIn(cmd.Period), Nameservers: hosts,
		Registrant: cmd.Registrant, Contacts: contacts, AuthInfo: *auth, Preapproval: preapproval,
	})
	if err != nil {
		return nil, s.hinted(err, p)
	}
	return epp.Success(&epp.DomainCreateData{Name: d.Name, CrDate: d.Created, ExDate: d.Expires}), nil
}

// hinted tells a client of the whitelist registry that its extension said nothing of an
// application, which is what it may have meant where the name cannot be registered.
func (s *session) hinted(err error, p *epp.PreapprovalCreate) error {
	var e *registry.Error
	if s.srv.cfg.Whitelist == nil || p == nil || !errors.As(err, &e) || e.Kind != registry.KindParamPolicy || e.Field != "domain:name" {
		return err
	}
	return registry.Errorf(e.Kind, e.Field, e.Value, `%s; an application for its pre-approval says op="apply"`, e.Reason)
}

// hostObjects gives the names of host objects. Host attributes are not offered: RFC 5731,
// Section 1.1 forbids them to a server that announces host objects.
func hostObjects(ns epp.NameServers) ([]string, error) {
	if len(ns.HostAttrs) > 0 {
		return nil, registry.Errorf(registry.KindOption, "domain:hostAttr", ns.HostAttrs[0].Name,
			"name servers are host objects here: use hostObj (RFC 5731, Section 1.1)")
	}
	return ns.HostObjs, nil
}

// domainContacts gives the contacts with their roles. The schema lets the role be absent;
// without it the association means nothing.
func domainContacts(list []epp.DomainContact) ([]registry.DomainContact, error) {
	var out []registry.DomainContact
	for _, c := range list {
		if c.Type == "" {
			return nil, registry.Errorf(registry.KindMissing, "domain:contact", c.ID, "the attribute type is needed: admin, billing or tech")
		}
		out = append(out, registry.DomainContact{Type: c.Type, ID: c.ID})
	}
	return out, nil
}

// periodIn gives the period asked for, zero for the default.
func periodIn(p *epp.Period) registry.Period {
	if p == nil {
		return registry.Period{}
	}
	return registry.Period{Value: p.Value, Unit: p.Unit}
}
