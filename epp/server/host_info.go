package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// hostInfo is RFC 5732, Section 3.1.2, with ttl-1.0 for a client that asks.
func (s *session) hostInfo(ctx context.Context, actor registry.Actor, cmd *epp.HostInfo, ext []epp.Extension) (*epp.Response, error) {
	view, err := s.srv.cfg.Registry.InfoHost(ctx, actor, cmd.Name)
	if err != nil {
		return nil, err
	}
	d := &epp.HostInfoData{
		Name: view.Name, ROID: view.ROID, Statuses: statusesOut(view.Host.ShownStatuses(), view.StatusTexts),
		ClID: view.Registrar, CrID: view.CreatedBy, CrDate: view.Created,
		UpID: view.UpdatedBy, UpDate: view.Updated, TrDate: view.Transferred,
	}
	d.Addrs = addressesOut(view.Addrs)
	resp := epp.Success(d)
	resp.Extensions = hostTTLs(view, ext)
	return resp, nil
}
