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
		return nil, registry.Errorf(registry.KindParamPolicy, "preapproval:create", "",
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

// enter writes a whitelist name; p is nil for a plain create, which the policy's form
// reads the parties off. An entry has nothing of a registration, so what would be dropped
// is refused; authInfo is not, since the schema wants it.
func (s *session) enter(ctx context.Context, actor registry.Actor, cmd *epp.DomainCreate, p *epp.PreapprovalCreate) (*epp.Response, error) {
	if s.srv.cfg.Whitelist == nil {
		return nil, registry.Errorf(registry.KindParamPolicy, "preapproval:create", "",
			`this registry keeps no whitelist: send op="enter" to the whitelist registry of the policy`)
	}
	if err := plainEntry(cmd); err != nil {
		return nil, err
	}
	req := desk.EnterRequest{Name: lower(cmd.Name)}
	if p != nil {
		if p.Target == "" {
			return nil, registry.Errorf(registry.KindMissing, "preapproval:target", "", "an entry names the target name it stands for")
		}
		for _, party := range []*epp.PreapprovalParty{p.Registrant, p.Registrar} {
			if party != nil && party.Credential != nil {
				return nil, registry.Errorf(registry.KindParamPolicy, "preapproval:credential", "", "an entry of a verifier has no credential")
			}
		}
		req.Target, req.Registrant, req.Registrar = p.Target, partyID(p.Registrant), partyID(p.Registrar)
	}
	n, err := s.srv.cfg.Whitelist.Enter(ctx, actor, req)
	if err != nil {
		return nil, err
	}
	return epp.Success(&epp.DomainCreateData{Name: n.Name, CrDate: n.Created, ExDate: n.Expires}), nil
}

func partyID(p *epp.PreapprovalParty) string {
	if p == nil {
		return ""
	}
	return p.ID
}

// plainEntry refuses what a whitelist name does not have.
func plainEntry(cmd *epp.DomainCreate) error {
	field, value := "", ""
	switch {
	case cmd.Period != nil:
		field, value = "domain:period", strconv.Itoa(cmd.Period.Value)
	case len(cmd.NS.HostObjs)+len(cmd.NS.HostAttrs) > 0:
		field = "domain:ns"
	case cmd.Registrant != "":
		field, value = "domain:registrant", cmd.Registrant
	case len(cmd.Contacts) > 0:
		field, value = "domain:contact", cmd.Contacts[0].ID
	default:
		return nil
	}
	return registry.Errorf(registry.KindParamPolicy, field, value, "a whitelist name has none of it: its policy says how long it lives and whose it is")
}

// infoEntry shows a whitelist name. What an authInfo would be for other names is the
// credential of an entry that has one; an empty one says nothing.
func (s *session) infoEntry(ctx context.Context, actor registry.Actor, cmd *epp.DomainInfo, auth *string) (*epp.Response, error) {
	if auth != nil && *auth == "" {
		auth = nil
	}
	n, err := s.srv.cfg.Whitelist.InfoName(ctx, actor, lower(cmd.Name), auth)
	if err != nil {
		return nil, err
	}
	resp := epp.Success(entryData(n))
	if slices.Contains(s.extensions, epp.NSPreapproval) {
		resp.Extensions = []epp.Extension{&epp.PreapprovalInfoData{
			Application: n.Application, Status: n.Status, Target: n.Target,
			Registrant: n.Registrant, Registrar: n.Registrar, Policy: n.Policy, Expires: n.Expires,
		}}
	}
	return resp, nil
}

// entryData is a whitelist name in the terms of RFC 5731: one that is held waits to be
// created, and is not in the DNS.
func entryData(n *desk.Name) *epp.DomainInfoData {
	d := &epp.DomainInfoData{Name: n.Name, ROID: n.ROID, ClID: n.Sponsor, CrDate: n.Created}
	statuses := registry.Statuses{registry.OK}
	if n.Status == desk.StatusPending {
		statuses = registry.Statuses{registry.PendingCreate, registry.ServerHold}
	} else {
		d.ExDate = n.Expires
	}
	d.Statuses = statusesOut(statuses, nil)
	if n.HasCredential {
		d.AuthInfo = authInfoShown()
	}
	return d
}

// deleteEntry removes a whitelist name.
func (s *session) deleteEntry(ctx context.Context, actor registry.Actor, cmd *epp.DomainDelete) (*epp.Response, error) {
	if err := s.srv.cfg.Whitelist.DeleteName(ctx, actor, lower(cmd.Name)); err != nil {
		return nil, err
	}
	return epp.Success(nil), nil
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
