package server

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"cadastre/epp"
	"cadastre/registry"
	"cadastre/whitelist/desk"
)

// preapprovalIn gives what a create of a target name says of its parties; p may be nil.
// The registrar, where it names one, must be the one that is logged in.
func (s *session) preapprovalIn(p *epp.PreapprovalCreate) (registry.Preapproval, error) {
	var out registry.Preapproval
	if p == nil {
		return out, nil
	}
	if p.Target != "" {
		return out, registry.Errorf(registry.KindParamPolicy, "preapproval:target", p.Target,
			`only op="enter" has a target: here it is the name in domain:create`)
	}
	if r := p.Registrant; r != nil {
		out.Registrant, out.Credential = r.ID, credentialIn(r.Credential)
	}
	if r := p.Registrar; r != nil {
		if s.iana == 0 || r.ID != strconv.Itoa(s.iana) {
			return out, registry.Errorf(registry.KindAuthorization, "preapproval:registrar", r.ID,
				"not the IANA number of the registrar that is logged in")
		}
		out.Registrar, out.RegistrarCredential = r.ID, credentialIn(r.Credential)
	}
	return out, nil
}

func credentialIn(c *epp.PreapprovalCredential) registry.Credential {
	if c == nil {
		return registry.Credential{}
	}
	return registry.Credential{Type: c.Type, Value: c.Value}
}

// apply applies for the pre-approval of a target name. The answer is 1001 while any of the
// applications is undecided.
func (s *session) apply(ctx context.Context, actor registry.Actor, cmd *epp.DomainCreate, p *epp.PreapprovalCreate) (*epp.Response, error) {
	if s.srv.cfg.Whitelist == nil {
		return nil, registry.Errorf(registry.KindParamPolicy, "preapproval:create", p.Op,
			`this registry takes no applications: send op="apply" to the whitelist registry of the policy`)
	}
	if p.Registrant == nil {
		return nil, registry.Errorf(registry.KindMissing, "preapproval:registrant", "",
			"an application names the registrant, as the overseer knows it")
	}
	preapproval, err := s.preapprovalIn(p)
	if err != nil {
		return nil, err
	}
	evidence, err := evidenceIn(cmd, preapproval)
	if err != nil {
		return nil, err
	}
	list, err := s.srv.cfg.Whitelist.Apply(ctx, actor, desk.ApplyRequest{Target: cmd.Name, Preapproval: preapproval, Evidence: evidence})
	if err != nil {
		return nil, err
	}
	return applied(list), nil
}

// evidenceIn keeps what else an application says. Name servers are not kept, and authInfo
// is not even looked at: both are for the registration.
func evidenceIn(cmd *epp.DomainCreate, p registry.Preapproval) (desk.Evidence, error) {
	e := desk.Evidence{Registrant: cmd.Registrant, RegistrarIdentity: p.RegistrarCredential.Type}
	if cmd.Period != nil {
		e.Period = strconv.Itoa(cmd.Period.Value) + cmd.Period.Unit
	}
	contacts, err := domainContacts(cmd.Contacts)
	if err != nil {
		return e, err
	}
	ids := map[string][]string{}
	for _, c := range contacts {
		ids[c.Type] = append(ids[c.Type], c.ID)
	}
	for role, list := range ids {
		if e.Contacts == nil {
			e.Contacts = map[string]string{}
		}
		e.Contacts[role] = strings.Join(list, " ")
	}
	return e, nil
}

// applied is the answer to an application.
func applied(list []*desk.Application) *epp.Response {
	resp := epp.Success(nil)
	for _, a := range list {
		if resp.ResData == nil {
			resp.ResData = &epp.DomainCreateData{Name: a.Target, CrDate: a.Created}
		}
		if a.Status == desk.StatusPending {
			resp.Results[0].Code = epp.CodeOKPending
		}
		resp.Extensions = append(resp.Extensions, &epp.PreapprovalCreateData{
			Application: a.ID, Status: a.Status, Names: a.Names, Expires: a.Expires,
		})
	}
	return resp
}

// decided adds to a poll message how a pending action ended, as far as the session chose
// to understand it (RFC 5731, Section 3.3).
func (s *session) decided(resp *epp.Response, p *registry.PendingAction) {
	if p == nil || !slices.Contains(s.objects, epp.NSDomain) {
		return
	}
	resp.ResData = &epp.PanData{
		ObjectURI: epp.NSDomain, Name: p.Name, Result: p.Approved, ClTRID: p.ClTRID, SvTRID: p.SvTRID, Date: p.At,
	}
	if p.Application != "" && slices.Contains(s.extensions, epp.NSPreapproval) {
		resp.Extensions = []epp.Extension{&epp.PreapprovalPanData{
			Application: p.Application, Status: p.Status, Names: p.Names, Expires: p.Expires, Reasons: p.Reasons,
		}}
	}
}
