package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// domainDelete is RFC 5731, Section 3.2.2. A domain that is not gone at once is deleted
// offline, after redemption and pending delete: 1001 (RFC 5730, Section 3).
func (s *session) domainDelete(ctx context.Context, actor registry.Actor, cmd *epp.DomainDelete, ext []epp.Extension) (*epp.Response, error) {
	if err := noApplications(ext); err != nil {
		return nil, err
	}
	if whitelisted, err := s.whitelisted(ctx, cmd.Name); err != nil {
		return nil, err
	} else if whitelisted {
		return s.deleteEntry(ctx, actor, cmd)
	}
	gone, err := s.srv.cfg.Registry.DeleteDomain(ctx, actor, cmd.Name)
	if err != nil {
		return nil, err
	}
	if !gone {
		return &epp.Response{Results: []epp.Result{{Code: epp.CodeOKPending}}}, nil
	}
	return epp.Success(nil), nil
}
