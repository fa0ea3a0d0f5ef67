package server

import (
	"context"
	"slices"

	"cadastre/epp"
	"cadastre/registry"
)

// execute carries out a decoded command in the session's state; a nil response stands for
// a greeting.
func (s *session) execute(ctx context.Context, c *call) (*epp.Response, error) {
	switch body := c.command.Body.(type) {
	case *epp.Hello:
		return nil, nil
	case *epp.Login:
		return s.login(ctx, c, body)
	}
	if s.registrar == "" {
		return nil, registry.Errorf(registry.KindUse, "", "", "log in first (RFC 5730, Section 2.9.1.1)")
	}
	if _, ok := c.command.Body.(*epp.Logout); ok {
		return &epp.Response{Results: []epp.Result{{Code: epp.CodeOKEndingSession}}}, nil
	}
	if err := s.srv.cfg.Registry.Active(ctx, s.account, c.started); err != nil {
		return nil, err
	}
	if err := s.chosen(c.command); err != nil {
		return nil, err
	}
	if err := s.verifierMay(ctx, c.command); err != nil {
		return nil, err
	}
	if err := s.limits(ctx, c); err != nil {
		return nil, err
	}
	resp, err := s.carryOut(ctx, c)
	s.judge(c.command.Body, err)
	return resp, err
}

// chosen refuses objects and extensions that the login did not list.
func (s *session) chosen(cmd *epp.Command) error {
	if uri := cmd.Body.Object(); uri != "" && !slices.Contains(s.objects, uri) {
		return registry.Errorf(registry.KindService, "objURI", uri, "the login did not choose this object service")
	}
	for _, x := range cmd.Extensions {
		if uri := x.ExtensionURI(); !slices.Contains(s.extensions, uri) {
			return registry.Errorf(registry.KindExtension, "extURI", uri, "the login did not choose this extension")
		}
	}
	return nil
}

// dispatch carries out a command and tells what it cost, where the session wants to know.
func (s *session) dispatch(ctx context.Context, c *call) (*epp.Response, error) {
	actor := c.actor()
	c.bill = s.billFor(c.command)
	actor.Bill = c.bill
	resp, err := s.handle(ctx, c, actor)
	if err == nil {
		tellBill(resp, c.command, actor.Bill)
	}
	return resp, err
}

// handle finds the handler of a command.
func (s *session) handle(ctx context.Context, c *call, actor registry.Actor) (*epp.Response, error) {
	switch b := c.command.Body.(type) {
	case *epp.PollRequest:
		return s.pollRequest(ctx, actor)
	case *epp.PollAck:
		return s.pollAck(ctx, actor, b)

	case *epp.DomainCheck:
		return s.domainCheck(ctx, actor, b, c.command.Extensions)
	case *epp.DomainInfo:
		return s.domainInfo(ctx, actor, b, c.command.Extensions)
	case *epp.DomainCreate:
		return s.domainCreate(ctx, actor, b, c.command.Extensions)
	case *epp.DomainUpdate:
		return s.domainUpdate(ctx, actor, b, c.command.Extensions)
	case *epp.DomainRenew:
		return s.domainRenew(ctx, actor, b)
	case *epp.DomainDelete:
		return s.domainDelete(ctx, actor, b, c.command.Extensions)
	case *epp.DomainTransfer:
		return s.domainTransfer(ctx, actor, b, c.command.Extensions)

	case *epp.ContactCheck:
		return s.contactCheck(ctx, actor, b)
	case *epp.ContactInfo:
		return s.contactInfo(ctx, actor, b)
	case *epp.ContactCreate:
		return s.contactCreate(ctx, actor, b, c.command.Extensions)
	case *epp.ContactUpdate:
		return s.contactUpdate(ctx, actor, b, c.command.Extensions)
	case *epp.ContactDelete:
		return s.contactDelete(ctx, actor, b)
	case *epp.ContactTransfer:
		return s.contactTransfer(ctx, actor, b)

	case *epp.HostCheck:
		return s.hostCheck(ctx, actor, b)
	case *epp.HostInfo:
		return s.hostInfo(ctx, actor, b, c.command.Extensions)
	case *epp.HostCreate:
		return s.hostCreate(ctx, actor, b, c.command.Extensions)
	case *epp.HostUpdate:
		return s.hostUpdate(ctx, actor, b, c.command.Extensions)
	case *epp.HostDelete:
		return s.hostDelete(ctx, actor, b)

	case *epp.MaintenanceInfo:
		return s.maintenanceInfo(ctx, b)
	}
	return nil, registry.Errorf(registry.KindUnimplemented, c.name, "", "the registry does not offer this command")
}
