package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// hostDelete is RFC 5732, Section 3.2.2.
func (s *session) hostDelete(ctx context.Context, actor registry.Actor, cmd *epp.HostDelete) (*epp.Response, error) {
	if err := s.srv.cfg.Registry.DeleteHost(ctx, actor, cmd.Name); err != nil {
		return nil, err
	}
	return epp.Success(nil), nil
}
