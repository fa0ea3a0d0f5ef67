package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// maintenanceInfo shows a maintenance, or lists those that are ahead or under way (RFC
// 9167, Section 4.1.1). Every account may see every one.
func (s *session) maintenanceInfo(ctx context.Context, cmd *epp.MaintenanceInfo) (*epp.Response, error) {
	if !cmd.List {
		m, err := s.srv.cfg.Registry.InfoMaintenance(ctx, cmd.ID.ID)
		if err != nil {
			return nil, err
		}
		return epp.Success(maintenanceData(m, "")), nil
	}
	list, err := s.srv.cfg.Registry.ListMaintenances(ctx)
	if err != nil {
		return nil, err
	}
	data := &epp.MaintenanceListData{}
	for _, m := range list {
		data.Items = append(data.Items, epp.MaintenanceListItem{
			ID: maintenanceID(m), Start: m.Start, End: m.End, CrDate: m.Created, UpDate: m.Updated,
		})
	}
	return epp.Success(data), nil
}

func maintenanceID(m *registry.Maintenance) epp.MaintenanceID {
	return epp.MaintenanceID{ID: m.ID.String(), Name: m.Name.Text, Lang: m.Name.Lang}
}

// maintenanceData shows a maintenance; event is why, in a poll message.
func maintenanceData(m *registry.Maintenance, event registry.MaintenanceEvent) *epp.MaintenanceData {
	d := &epp.MaintenanceData{
		ID: maintenanceID(m), Types: maintenanceTexts(m.Types), PollType: string(event), Environment: m.Environment, EnvName: m.EnvName,
		Start: m.Start, End: m.End, Reason: m.Reason, Detail: m.Detail, Descriptions: maintenanceTexts(m.Descriptions), TLDs: m.Zones,
		CrDate: m.Created, UpDate: m.Updated,
	}
	for _, sys := range m.Systems {
		d.Systems = append(d.Systems, epp.MaintenanceSystem{Name: sys.Name, Host: sys.Host, Impact: sys.Impact})
	}
	if i := m.Intervention; i != nil {
		d.Intervention = &epp.MaintenanceIntervention{Connection: i.Connection, Implementation: i.Implementation}
	}
	return d
}

func maintenanceTexts(texts []registry.MaintenanceText) (out []epp.MaintenanceText) {
	for _, t := range texts {
		out = append(out, epp.MaintenanceText{Text: t.Text, Lang: t.Lang, HTML: t.HTML})
	}
	return out
}
