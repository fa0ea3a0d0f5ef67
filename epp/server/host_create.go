package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// hostCreate is RFC 5732, Section 3.2.1.
func (s *session) hostCreate(ctx context.Context, actor registry.Actor, cmd *epp.HostCreate) (*epp.Response, error) {
	h, err := s.srv.cfg.Registry.CreateHost(ctx, actor, registry.HostCreate{Name: cmd.Name, Addrs: addressesIn(cmd.Addrs)})
	if err != nil {
		return nil, err
	}
	return epp.Success(&epp.HostCreateData{Name: h.Name, CrDate: h.Created}), nil
}

// addressesIn gives addresses as they were written, for the registry to check.
func addressesIn(list []epp.Address) []registry.HostAddr {
	var out []registry.HostAddr
	for _, a := range list {
		out = append(out, registry.HostAddr{Version: a.IP, Text: a.Addr})
	}
	return out
}
