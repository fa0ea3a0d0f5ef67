package epp

import "strconv"

func (m *MaintenanceInfo) encode(w *writer) {
	w.open("info")
	w.openNS("maint", "info", NSMaintenance)
	if m.List {
		w.mark("maint:list")
	} else {
		w.maintenanceID(m.ID)
	}
	w.raw("</maint:info></info>")
}

func (w *writer) maintenanceID(id MaintenanceID) {
	w.start("maint:id")
	w.attrOpt("name", id.Name)
	w.langAttr(id.Lang)
	w.rest("maint:id", id.ID)
}

func (l *MaintenanceListData) encode(w *writer) {
	w.openNS("maint", "infData", NSMaintenance)
	w.open("maint:list")
	for i := range l.Items {
		item := &l.Items[i]
		w.open("maint:listItem")
		w.maintenanceID(item.ID)
		w.time("maint:start", item.Start)
		w.time("maint:end", item.End)
		w.time("maint:crDate", item.CrDate)
		w.timeOpt("maint:upDate", item.UpDate)
		w.close("maint:listItem")
	}
	w.close("maint:list")
	w.close("maint:infData")
}

func (m *MaintenanceData) encode(w *writer) {
	w.openNS("maint", "infData", NSMaintenance)
	w.open("maint:item")
	w.maintenanceID(m.ID)
	for _, t := range m.Types {
		w.message("maint:type", t.Lang, t.Text)
	}
	w.elemOpt("maint:pollType", m.PollType)
	w.open("maint:systems")
	for i := range m.Systems {
		s := &m.Systems[i]
		w.open("maint:system")
		w.elem("maint:name", s.Name)
		w.elemOpt("maint:host", s.Host)
		w.elem("maint:impact", s.Impact)
		w.close("maint:system")
	}
	w.close("maint:systems")
	w.start("maint:environment")
	w.attr("type", m.Environment)
	w.attrOpt("name", m.EnvName)
	w.empty()
	w.time("maint:start", m.Start)
	w.time("maint:end", m.End)
	w.elem("maint:reason", m.Reason)
	w.elemOpt("maint:detail", m.Detail)
	w.maintenanceNotes(m)
	w.time("maint:crDate", m.CrDate)
	w.timeOpt("maint:upDate", m.UpDate)
	w.close("maint:item")
	w.close("maint:infData")
}

// maintenanceNotes writes what is there for people, and what they have to do.
func (w *writer) maintenanceNotes(m *MaintenanceData) {
	for _, t := range m.Descriptions {
		w.start("maint:description")
		w.langAttr(t.Lang)
		if t.HTML {
			w.attr("type", "html")
		}
		w.rest("maint:description", t.Text)
	}
	if len(m.TLDs) > 0 {
		w.open("maint:tlds")
		for _, tld := range m.TLDs {
			w.elem("maint:tld", tld)
		}
		w.close("maint:tlds")
	}
	if i := m.Intervention; i != nil {
		w.open("maint:intervention")
		w.elem("maint:connection", strconv.FormatBool(i.Connection))
		w.elem("maint:implementation", strconv.FormatBool(i.Implementation))
		w.close("maint:intervention")
	}
}
