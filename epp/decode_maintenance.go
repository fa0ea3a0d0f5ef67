package epp

var maintenanceMapping = mapping{
	VerbInfo: {maintenanceInfoType, func(el *element, _ string) Body {
		c := firstChild(el)
		if c.Tag == "list" {
			return &MaintenanceInfo{List: true}
		}
		return &MaintenanceInfo{ID: decodeMaintenanceID(c)}
	}},
}

func decodeMaintenanceID(el *element) MaintenanceID {
	return MaintenanceID{ID: content(el), Name: attrOr(el, "name", ""), Lang: attrOr(el, "lang", "")}
}

func (d *responseDecoder) maintenanceData(el *element) ResData {
	c := firstChild(el)
	if el.Tag != "infData" || c == nil {
		return nil
	}
	switch c.Tag {
	case "list":
		return d.maintenanceList(c)
	case "item":
		return d.maintenance(c)
	}
	return nil
}

func (d *responseDecoder) maintenanceList(el *element) *MaintenanceListData {
	data := &MaintenanceListData{}
	for item := range children(el) {
		var i MaintenanceListItem
		for c := range children(item) {
			switch c.Tag {
			case "id":
				i.ID = decodeMaintenanceID(c)
			case "start":
				i.Start = d.time(c)
			case "end":
				i.End = d.time(c)
			case "crDate":
				i.CrDate = d.time(c)
			case "upDate":
				i.UpDate = d.time(c)
			}
		}
		data.Items = append(data.Items, i)
	}
	return data
}

func (d *responseDecoder) maintenance(el *element) *MaintenanceData {
	m := &MaintenanceData{}
	for c := range children(el) {
		switch c.Tag {
		case "id":
			m.ID = decodeMaintenanceID(c)
		case "type":
			m.Types = append(m.Types, decodeMaintenanceText(c))
		case "pollType":
			m.PollType = content(c)
		case "systems":
			for s := range children(c) {
				m.Systems = append(m.Systems, decodeMaintenanceSystem(s))
			}
		case "environment":
			m.Environment, m.EnvName = attrOr(c, "type", ""), attrOr(c, "name", "")
		case "reason":
			m.Reason = content(c)
		case "detail":
			m.Detail = content(c)
		case "description":
			m.Descriptions = append(m.Descriptions, decodeMaintenanceText(c))
		case "tlds":
			m.TLDs = append(m.TLDs, contents(c)...)
		case "intervention":
			m.Intervention = decodeIntervention(c)
		default:
			d.maintenanceDates(m, c)
		}
	}
	return m
}

func (d *responseDecoder) maintenanceDates(m *MaintenanceData, c *element) {
	switch c.Tag {
	case "start":
		m.Start = d.time(c)
	case "end":
		m.End = d.time(c)
	case "crDate":
		m.CrDate = d.time(c)
	case "upDate":
		m.UpDate = d.time(c)
	}
}

func decodeMaintenanceText(el *element) MaintenanceText {
	return MaintenanceText{Text: content(el), Lang: attrOr(el, "lang", ""), HTML: attrOr(el, "type", "") == "html"}
}

func decodeMaintenanceSystem(el *element) MaintenanceSystem {
	var s MaintenanceSystem
	for c := range children(el) {
		switch c.Tag {
		case "name":
			s.Name = content(c)
		case "host":
			s.Host = content(c)
		case "impact":
			s.Impact = content(c)
		}
	}
	return s
}

func decodeIntervention(el *element) *MaintenanceIntervention {
	i := &MaintenanceIntervention{}
	for c := range children(el) {
		switch c.Tag {
		case "connection":
			i.Connection = parseBoolean(elementText(c))
		case "implementation":
			i.Implementation = parseBoolean(elementText(c))
		}
	}
	return i
}
