package rest

import (
	"cmp"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"cadastre/internal/mail"
	"cadastre/registry"
	"cadastre/whitelist/desk"
)

// register registers every operation; problem is how each can fail.
func (s *Server) register(api huma.API, problem *huma.Response) {
	huma.Register(api, operation{
		"announce", http.MethodPost, "/applications", "Announce an application that came to you directly; it is held until you decide it.",
	}.describe(http.StatusCreated, problem), s.announce)
	huma.Register(api, operation{
		"list", http.MethodGet, "/applications", "List applications under your policies, oldest first.",
	}.describe(http.StatusOK, problem), s.list)
	huma.Register(api, operation{
		"show", http.MethodGet, "/applications/{id}", "Show one application.",
	}.describe(http.StatusOK, problem), s.show)
	huma.Register(api, operation{
		"decide", http.MethodPost, "/applications/{id}/decision", "Decide an application. A second decision is refused with 409.",
	}.describe(http.StatusOK, problem), s.decide)
}

// announcement is what POST /applications takes.
type announcement struct {
	Policy     string     `json:"policy,omitempty" maxLength:"64" doc:"The policy; not needed when you have one only."`
	Domain     string     `json:"domain" minLength:"1" maxLength:"255" doc:"The target name, such as acme.management."`
	Registrant registrant `json:"registrant"`
	Registrar  *registrar `json:"registrar,omitempty" doc:"Through whom the registrant will register the name."`
}

type registrant struct {
	ID         string      `json:"id" minLength:"1" maxLength:"255" doc:"The registrant's identifier, such as UID5439394."`
	Credential *credential `json:"credential,omitempty" doc:"What the registrant will prove its identity with; stored hashed."`
	Email      string      `json:"email,omitempty" maxLength:"254" doc:"Where the registrant is told of the decision."`
}

type registrar struct {
	ID string `json:"id" minLength:"1" maxLength:"64" doc:"IANA number or account id."`
}

type credential struct {
	Type  string `json:"type" enum:"password,token,passport,driversLicence,governmentId"`
	Value string `json:"value" minLength:"1" maxLength:"4096"`
}

// request is the announcement in the desk's terms.
func (a announcement) request() (desk.ApplyRequest, error) {
	req := desk.ApplyRequest{Target: a.Domain, Preapproval: registry.Preapproval{Registrant: a.Registrant.ID}}
	if c := a.Registrant.Credential; c != nil {
		req.Preapproval.Credential = registry.Credential{Type: c.Type, Value: c.Value}
	}
	if a.Registrar != nil {
		req.Preapproval.Registrar = a.Registrar.ID
	}
	if address := a.Registrant.Email; address != "" {
		if err := mail.CheckAddress(address); err != nil {
			return req, registry.Errorf(registry.KindValue, "registrant.email", address, "%v", err)
		}
		req.Evidence.Mail = address
	}
	return req, nil
}

type announceInput struct{ Body announcement }

type applicationOutput struct {
	Location string `header:"Location"`
	Body     *desk.Application
}

func (s *Server) announce(ctx context.Context, in *announceInput) (*applicationOutput, error) {
	ev := eventOf(ctx)
	req, err := in.Body.request()
	if err != nil {
		return nil, ev.fail(err)
	}
	app, err := s.cfg.Desk.Announce(ctx, ev.actor(), in.Body.Policy, req)
	if err != nil {
		return nil, ev.fail(err)
	}
	ev.application = app.ID
	return &applicationOutput{Location: prefix + "/applications/" + app.ID, Body: app}, nil
}

// decision is what POST /applications/{id}/decision takes.
type decision struct {
	Decision string `json:"decision" enum:"approve,deny,pending" doc:"pending says that you need more time."`
	Reason   string `json:"reason,omitempty" maxLength:"1000" doc:"Why; the registrar and the registrant are told."`
	By       string `json:"by,omitempty" maxLength:"100" doc:"Who of you decides, where a policy asks for two persons."`
}

type decideInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body decision
}

func (s *Server) decide(ctx context.Context, in *decideInput) (*applicationOutput, error) {
	ev := eventOf(ctx)
	ev.application = in.ID
	app, err := s.cfg.Desk.Decide(ctx, ev.actor(), in.ID, desk.Decision{
		Approve: in.Body.Decision == "approve", Pending: in.Body.Decision == "pending",
		Reason: in.Body.Reason, By: cmp.Or(in.Body.By, ev.account),
	})
	if err != nil {
		return nil, ev.fail(err)
	}
	return &applicationOutput{Body: app}, nil
}

type showInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) show(ctx context.Context, in *showInput) (*applicationOutput, error) {
	ev := eventOf(ctx)
	ev.application = in.ID
	app, err := s.cfg.Desk.ShowApplication(ctx, ev.actor(), in.ID)
	if err != nil {
		return nil, ev.fail(err)
	}
	return &applicationOutput{Body: app}, nil
}

type listInput struct {
	Status string `query:"status" enum:"pending,approved,denied"`
	Policy string `query:"policy" maxLength:"64"`
	Domain string `query:"domain" maxLength:"255" doc:"The target name."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"Most applications to list."`
}

type listOutput struct {
	Body struct {
		Applications []*desk.Application `json:"applications"`
	}
}

func (s *Server) list(ctx context.Context, in *listInput) (*listOutput, error) {
	ev := eventOf(ctx)
	filter := desk.ApplicationFilter{Policy: in.Policy, Status: in.Status, Limit: in.Limit}
	if in.Domain != "" {
		var err error
		if filter.Target, err = registry.CanonicalName(in.Domain, "domain"); err != nil {
			return nil, ev.fail(err)
		}
	}
	list, err := s.cfg.Desk.Applications(ctx, ev.actor(), filter)
	if err != nil {
		return nil, ev.fail(err)
	}
	out := &listOutput{}
	out.Body.Applications = append([]*desk.Application{}, list...)
	return out, nil
}
