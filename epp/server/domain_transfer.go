package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
	"cadastre/registry/srs"
)

// domainTransfer is RFC 5731, Sections 3.1.3 and 3.2.4.
func (s *session) domainTransfer(ctx context.Context, actor registry.Actor, cmd *epp.DomainTransfer, exts []epp.Extension) (*epp.Response, error) {
	auth, err := authInfoIn(cmd.AuthInfo, "domain")
	if err != nil {
		return nil, err
	}
	whitelisted, err := s.whitelisted(ctx, cmd.Name)
	switch {
	case err != nil:
		return nil, err
	case whitelisted:
		return nil, registry.Errorf(registry.KindNotTransferable, "domain:name", cmd.Name,
			"a whitelist name is not transferred: it is for one registrant, and the registration it allows is what changes hands")
	}
	r, err := s.srv.cfg.Registry.TransferDomain(ctx, actor, registry.TransferCommand{
		Op: registry.TransferOp(cmd.Op), Name: cmd.Name, AuthInfo: auth, Period: periodIn(cmd.Period), Token: tokenIn(exts),
	})
	if err != nil {
		return nil, err
	}
	resp := transferred(cmd.Op, r)
	if cmd.Op == epp.TransferQuery {
		s.tellTransferFee(resp, r)
	}
	return resp, nil
}

// contactTransfer is RFC 5733, Sections 3.1.3 and 3.2.4.
func (s *session) contactTransfer(ctx context.Context, actor registry.Actor, cmd *epp.ContactTransfer) (*epp.Response, error) {
	auth, err := authInfoIn(cmd.AuthInfo, "contact")
	if err != nil {
		return nil, err
	}
	r, err := s.srv.cfg.Registry.TransferContact(ctx, actor, registry.TransferCommand{
		Op: registry.TransferOp(cmd.Op), Name: cmd.ID, AuthInfo: auth,
	})
	if err != nil {
		return nil, err
	}
	return transferred(cmd.Op, r), nil
}

// transferred is the answer to a transfer command: 1001 to a request that waits for the
// losing registrar, 1000 to everything else.
func transferred(op string, r *srs.TransferResult) *epp.Response {
	resp := epp.Success(transferOut(r.TransferView))
	if op == epp.TransferRequest && r.Pending() {
		resp.Results[0].Code = epp.CodeOKPending
	}
	return resp
}

// transferOut shows a transfer as it stands (trnData).
func transferOut(v registry.TransferView) *epp.TransferData {
	d := &epp.TransferData{
		ObjectURI: objectURI(v.Object), Name: v.Name, Status: string(v.Status), ReID: v.Gaining, ReDate: v.Requested,
		AcID: v.ActedBy(), AcDate: v.ActBy,
	}
	if d.ObjectURI == epp.NSDomain {
		d.ExDate = v.Expires
	}
	return d
}

// objectURI is the namespace of a kind of object.
func objectURI(kind string) string {
	switch kind {
	case "domain":
		return epp.NSDomain
	case "contact":
		return epp.NSContact
	case "host":
		return epp.NSHost
	}
	return ""
}
