package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// domainRenew is RFC 5731, Section 3.2.3.
func (s *session) domainRenew(ctx context.Context, actor registry.Actor, cmd *epp.DomainRenew) (*epp.Response, error) {
	if err := s.onlyTargets(ctx, cmd.Name, registry.KindNotRenewable); err != nil {
		return nil, err
	}
	d, err := s.srv.cfg.Registry.RenewDomain(ctx, actor, cmd.Name, cmd.CurExpDate, periodIn(cmd.Period))
	if err != nil {
		return nil, err
	}
	return epp.Success(&epp.DomainRenewData{Name: d.Name, ExDate: d.Expires}), nil
}
