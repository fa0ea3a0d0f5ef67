package epp

import (
	"time"
)

// Readers for the object data of responses.

func (d *responseDecoder) domainData(el *element) ResData {
	switch el.Tag {
	case "chkData":
		return &DomainCheckData{Results: decodeCheckResults(el, "name")}
	case "creData":
		data := &DomainCreateData{}
		for c := range children(el) {
			switch c.Tag {
			case "name":
				data.Name = content(c)
			case "crDate":
				data.CrDate = d.time(c)
			case "exDate":
				data.ExDate = d.time(c)
			}
		}
		return data
	case "renData":
		data := &DomainRenewData{}
		for c := range children(el) {
			switch c.Tag {
			case "name":
				data.Name = content(c)
			case "exDate":
				data.ExDate = d.time(c)
			}
		}
		return data
	case "infData":
		return d.domainInfo(el)
	case "panData":
		return d.panData(el)
	case "trnData":
		return d.transferData(el)
	}
	return nil
}

func (d *responseDecoder) domainInfo(el *element) *DomainInfoData {
	data := &DomainInfoData{}
	for c := range children(el) {
		switch c.Tag {
		case "name":
			data.Name = content(c)
		case "roid":
			data.ROID = content(c)
		case "status":
			data.Statuses = append(data.Statuses, decodeStatus(c))
		case "registrant":
			data.Registrant = content(c)
		case "contact":
			data.Contacts = append(data.Contacts, decodeDomainContact(c))
		case "ns":
			data.NS = decodeNameServers(c)
		case "host":
			data.Hosts = append(data.Hosts, content(c))
		case "exDate":
			data.ExDate = d.time(c)
		case "authInfo":
			data.AuthInfo = decodeAuthInfoPtr(c)
		default:
			d.trail(c, &data.ClID, &data.CrID, &data.UpID, trailDates{&data.CrDate, &data.UpDate, &data.TrDate})
		}
	}
	return data
}

// trailDates are the dates every object has.
type trailDates struct{ created, updated, transferred *time.Time }

// trail reads who did what when, which is the same in all mappings.
func (d *responseDecoder) trail(c *element, clID, crID, upID *string, dates trailDates) {
	switch c.Tag {
	case "clID":
		*clID = content(c)
	case "crID":
		*crID = content(c)
	case "upID":
		*upID = content(c)
	case "crDate":
		*dates.created = d.time(c)
	case "upDate":
		*dates.updated = d.time(c)
	case "trDate":
		*dates.transferred = d.time(c)
	}
}

func (d *responseDecoder) hostData(el *element) ResData {
	switch el.Tag {
	case "chkData":
		return &HostCheckData{Results: decodeCheckResults(el, "name")}
	case "creData":
		data := &HostCreateData{}
		for c := range children(el) {
			switch c.Tag {
			case "name":
				data.Name = content(c)
			case "crDate":
				data.CrDate = d.time(c)
			}
		}
		return data
	case "infData":
		return d.hostInfo(el)
	case "panData":
		return d.panData(el)
	}
	return nil
}

func (d *responseDecoder) hostInfo(el *element) *HostInfoData {
	data := &HostInfoData{}
	for c := range children(el) {
		switch c.Tag {
		case "name":
			data.Name = content(c)
		case "roid":
			data.ROID = content(c)
		case "status":
			data.Statuses = append(data.Statuses, decodeStatus(c))
		case "addr":
			data.Addrs = append(data.Addrs, decodeAddress(c))
		default:
			d.trail(c, &data.ClID, &data.CrID, &data.UpID, trailDates{&data.CrDate, &data.UpDate, &data.TrDate})
		}
	}
	return data
}

func (d *responseDecoder) contactData(el *element) ResData {
	switch el.Tag {
	case "chkData":
		return &ContactCheckData{Results: decodeCheckResults(el, "id")}
	case "creData":
		data := &ContactCreateData{}
		for c := range children(el) {
			switch c.Tag {
			case "id":
				data.ID = content(c)
			case "crDate":
				data.CrDate = d.time(c)
			}
		}
		return data
	case "infData":
		return d.contactInfo(el)
	case "panData":
		return d.panData(el)
	case "trnData":
		return d.transferData(el)
	}
	return nil
}

func (d *responseDecoder) contactInfo(el *element) *ContactInfoData {
	data := &ContactInfoData{}
	for c := range children(el) {
		switch c.Tag {
		case "id":
			data.ID = content(c)
		case "roid":
			data.ROID = content(c)
		case "status":
			data.Statuses = append(data.Statuses, decodeStatus(c))
		case "postalInfo":
			data.PostalInfo = append(data.PostalInfo, decodePostalInfo(c))
		case "voice":
			data.Voice = decodePhone(c)
		case "fax":
			data.Fax = decodePhone(c)
		case "email":
			data.Email = content(c)
		case "authInfo":
			data.AuthInfo = decodeAuthInfoPtr(c)
		case "disclose":
			data.Disclose = decodeDisclose(c)
		default:
			d.trail(c, &data.ClID, &data.CrID, &data.UpID, trailDates{&data.CrDate, &data.UpDate, &data.TrDate})
		}
	}
	return data
}

// decodeCheckResults reads chkData of any mapping; key is "name" or "id".
func decodeCheckResults(el *element, key string) []CheckResult {
	var list []CheckResult
	for cd := range children(el) {
		if cd.Tag != "cd" {
			continue
		}
		var r CheckResult
		for c := range children(cd) {
			switch c.Tag {
			case key:
				r.Name, r.Avail = content(c), parseBoolean(attrOr(c, "avail", ""))
			case "reason":
				r.Reason, r.Lang = content(c), attrOr(c, "lang", "")
			}
		}
		list = append(list, r)
	}
	return list
}

func (d *responseDecoder) panData(el *element) *PanData {
	p := &PanData{ObjectURI: el.Space}
	for c := range children(el) {
		switch c.Tag {
		case "name", "id":
			p.Name, p.Result = content(c), parseBoolean(attrOr(c, "paResult", ""))
		case "paTRID":
			p.ClTRID, p.SvTRID = trIDs(c)
		case "paDate":
			p.Date = d.time(c)
		}
	}
	return p
}

func (d *responseDecoder) transferData(el *element) *TransferData {
	t := &TransferData{ObjectURI: el.Space}
	for c := range children(el) {
		switch c.Tag {
		case "name", "id":
			t.Name = content(c)
		case "trStatus":
			t.Status = content(c)
		case "reID":
			t.ReID = content(c)
		case "reDate":
			t.ReDate = d.time(c)
		case "acID":
			t.AcID = content(c)
		case "acDate":
			t.AcDate = d.time(c)
		case "exDate":
			t.ExDate = d.time(c)
		}
	}
	return t
}
