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
	resp := epp.Success(hostData(view))
	resp.Extensions = hostTTLs(view, ext)
	return resp, nil
}

// hostData is what an info answer shows of a host.
func hostData(v *registry.HostView) *epp.HostInfoData {
	return &epp.HostInfoData{
		Name: v.Name, ROID: v.ROID, Statuses: statusesOut(v.Host.ShownStatuses(), v.StatusTexts), Addrs: addressesOut(v.Addrs),
		ClID: v.Registrar, CrID: v.CreatedBy, CrDate: v.Created,
		UpID: v.UpdatedBy, UpDate: v.Updated, TrDate: v.Transferred,
	}
}
