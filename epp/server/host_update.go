package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// hostUpdate is RFC 5732, Section 3.2.5, with ttl-1.0.
func (s *session) hostUpdate(ctx context.Context, actor registry.Actor, cmd *epp.HostUpdate, ext []epp.Extension) (*epp.Response, error) {
	req := registry.HostUpdate{Name: cmd.Name}
	if a := cmd.Add; a != nil {
		req.AddAddrs, req.Status.Add, req.Status.Texts = addressesIn(a.Addrs), statusesIn(a.Statuses), textsIn(a.Statuses)
	}
	if r := cmd.Rem; r != nil {
		req.Remove, req.Status.Rem = addressesIn(r.Addrs), statusesIn(r.Statuses)
	}
	if cmd.NewName != nil {
		req.NewName = *cmd.NewName
	}
	if t, ok := epp.FindExtension[*epp.TTLUpdate](ext); ok {
		req.TTLs = ttlsIn(t.TTLs)
	}
	if err := s.srv.cfg.Registry.UpdateHost(ctx, actor, req); err != nil {
		return nil, err
	}
	return epp.Success(nil), nil
}
