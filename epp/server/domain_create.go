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
	registers := !whitelisted && (!extended || p.Op == epp.PreapprovalRegister)
	if !registers { // there is no name to win
		s.pass.Leave()
	}
	switch {
	case err != nil:
		return nil, err
	case !registers && recordsIn(ext) != nil:
		return nil, recordsIn(ext)
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
	return s.register(ctx, actor, cmd, ext)
}

// register registers a domain.
func (s *session) register(ctx context.Context, actor registry.Actor, cmd *epp.DomainCreate, ext []epp.Extension) (*epp.Response, error) {
	p, _ := epp.FindExtension[*epp.PreapprovalCreate](ext) // nil without it
	preapproval, err := s.preapprovalIn(p)
	if err != nil {
		return nil, err
	}
	auth, err := authInfoIn(&cmd.AuthInfo, "domain")
	if err != nil {
		return nil, err
	}
	contacts, err := domainContacts(cmd.Contacts)
	if err != nil {
		return nil, err
	}
	var ttls registry.TTLChange
	if t, ok := epp.FindExtension[*epp.TTLCreate](ext); ok {
		ttls = ttlsIn(t.TTLs)
	}
	launch, err := s.launchIn(ext)
	if err != nil {
		return nil, err
	}
	d, err := s.srv.cfg.Registry.CreateDomain(ctx, actor, registry.DomainCreate{
		Name: cmd.Name, Period: periodIn(cmd.Period), Nameservers: cmd.NS.HostObjs, HostAttrs: attributesIn(cmd.NS.HostAttrs),
		Registrant: cmd.Registrant, Contacts: contacts, AuthInfo: *auth, Preapproval: preapproval,
		Secure: secureIn(ext), TTLs: ttls,
		IDN: idnIn(ext), Token: tokenIn(ext), Launch: launch,
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
