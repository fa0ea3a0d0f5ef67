package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// hostCheck is RFC 5732, Section 3.1.1.
func (s *session) hostCheck(ctx context.Context, actor registry.Actor, cmd *epp.HostCheck) (*epp.Response, error) {
	list, err := s.srv.cfg.Registry.CheckHosts(ctx, actor, cmd.Names)
	if err != nil {
		return nil, err
	}
	return epp.Success(&epp.HostCheckData{Results: checkResults(list)}), nil
}
