package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// hostInfo is RFC 5732, Section 3.1.2.
func (s *session) hostInfo(ctx context.Context, actor registry.Actor, cmd *epp.HostInfo) (*epp.Response, error) {
	view, err := s.srv.cfg.Registry.InfoHost(ctx, actor, cmd.Name)
	if err != nil {
		return nil, err
	}
	d := &epp.HostInfoData{
		Name: view.Name, ROID: view.ROID, Statuses: statusesOut(view.Host.ShownStatuses(), view.StatusTexts),
		ClID: view.Registrar, CrID: view.CreatedBy, CrDate: view.Created,
		UpID: view.UpdatedBy, UpDate: view.Updated, TrDate: view.Transferred,
	}
	for _, a := range view.Addrs {
		ip := "v6"
		if a.Is4() {
			ip = "v4"
		}
		d.Addrs = append(d.Addrs, epp.Address{IP: ip, Addr: a.String()})
	}
	return epp.Success(d), nil
}
