package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// hostCreate is RFC 5732, Section 3.2.1, with ttl-1.0.
func (s *session) hostCreate(ctx context.Context, actor registry.Actor, cmd *epp.HostCreate, ext []epp.Extension) (*epp.Response, error) {
	req := registry.HostCreate{Name: cmd.Name, Addrs: addressesIn(cmd.Addrs)}
	if t, ok := epp.FindExtension[*epp.TTLCreate](ext); ok {
		req.TTLs = ttlsIn(t.TTLs)
	}
	h, err := s.srv.cfg.Registry.CreateHost(ctx, actor, req)
	if err != nil {
		return nil, err
	}
	return epp.Success(&epp.HostCreateData{Name: h.Name, CrDate: h.Created}), nil
}
