package server

import (
	"context"
	"slices"
	"strconv"

	"cadastre/epp"
	"cadastre/registry"
	"cadastre/whitelist/desk"
)

// enter writes a whitelist name; p is nil for a plain create, which the policy's form
// reads the parties off. An entry has nothing of a registration, so what would be dropped
// is refused; authInfo is not, since the schema wants it.
func (s *session) enter(ctx context.Context, actor registry.Actor, cmd *epp.DomainCreate, p *epp.PreapprovalCreate) (*epp.Response, error) {
	if s.srv.cfg.Whitelist == nil {
		return nil, registry.Errorf(registry.KindParamPolicy, "preapproval:create", p.Op,
			`this registry keeps no whitelist: send op="enter" to the whitelist registry of the policy`)
	}
	if err := plainEntry(cmd); err != nil {
		return nil, err
	}
	req := desk.EnterRequest{Name: cmd.Name}
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
	n, err := s.srv.cfg.Whitelist.InfoName(ctx, actor, cmd.Name, auth)
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
	if err := s.srv.cfg.Whitelist.DeleteName(ctx, actor, cmd.Name); err != nil {
		return nil, err
	}
	return epp.Success(nil), nil
}
