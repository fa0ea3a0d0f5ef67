package main

import (
	"strings"

	"cadastre/epp"
)

// dataFields are the fields of a response's object data, nil for what package epp does
// not know.
func dataFields(data epp.ResData) fields {
	switch d := data.(type) {
	case *epp.DomainCheckData:
		return checkFields(d.Results)
	case *epp.HostCheckData:
		return checkFields(d.Results)
	case *epp.ContactCheckData:
		return checkFields(d.Results)
	case *epp.DomainCreateData:
		return fields{{"name", d.Name}, {"crDate", d.CrDate}, {"exDate", d.ExDate}}
	case *epp.HostCreateData:
		return fields{{"name", d.Name}, {"crDate", d.CrDate}}
	case *epp.ContactCreateData:
		return fields{{"id", d.ID}, {"crDate", d.CrDate}}
	case *epp.DomainRenewData:
		return fields{{"name", d.Name}, {"exDate", d.ExDate}}
	case *epp.DomainInfoData:
		return domainFields(d)
	case *epp.HostInfoData:
		return hostFields(d)
	case *epp.ContactInfoData:
		return contactFields(d)
	case *epp.PanData:
		return fields{
			{nameField(d.ObjectURI), d.Name},
			{"result", d.Result},
			{"clTRID", d.ClTRID},
			{"svTRID", d.SvTRID},
			{"paDate", d.Date},
		}
	case *epp.TransferData:
		return fields{
			{nameField(d.ObjectURI), d.Name},
			{"trStatus", d.Status},
			{"reID", d.ReID},
			{"reDate", d.ReDate},
			{"acID", d.AcID},
			{"acDate", d.AcDate},
			{"exDate", d.ExDate},
		}
	}
	return nil
}

func nameField(objectURI string) string {
	if objectURI == epp.NSContact {
		return "id"
	}
	return "name"
}

func checkFields(results []epp.CheckResult) fields {
	t := eppTable{columns: []string{"name", "available"}}
	for _, r := range results {
		t.rows = append(t.rows, fields{{"name", r.Name}, {"available", r.Avail}, {"reason", r.Reason}})
		if r.Reason != "" && len(t.columns) == 2 {
			t.columns = append(t.columns, "reason")
		}
	}
	return fields{{"checks", t}}
}

func domainFields(d *epp.DomainInfoData) fields {
	f := fields{
		{"name", d.Name}, {"roid", d.ROID}, {"status", statusItems(d.Statuses)}, {"registrant", d.Registrant},
	}
	var contacts []item
	for _, c := range d.Contacts {
		contacts = append(contacts, item{c.ID + " (" + c.Type + ")", fields{{"type", c.Type}, {"id", c.ID}}})
	}
	var attrs []item
	for _, h := range d.NS.HostAttrs {
		addrs := addressList(h.Addrs)
		attrs = append(attrs, item{
			strings.TrimSpace(h.Name + " " + strings.Join(addrs, " ")),
			fields{{"hostName", h.Name}, {"hostAddr", addrs}},
		})
	}
	f = append(f, field{"contact", contacts}, field{"ns", d.NS.HostObjs}, field{"hostAttr", attrs}, field{"host", d.Hosts})
	f = append(f, trailFields(d.ClID, d.CrID, d.UpID)...)
	f = append(f, field{"crDate", d.CrDate}, field{"upDate", d.UpDate}, field{"exDate", d.ExDate}, field{"trDate", d.TrDate})
	return append(f, authField(d.AuthInfo)...)
}

func hostFields(d *epp.HostInfoData) fields {
	f := fields{
		{"name", d.Name}, {"roid", d.ROID}, {"status", statusItems(d.Statuses)}, {"addr", addressList(d.Addrs)},
	}
	f = append(f, trailFields(d.ClID, d.CrID, d.UpID)...)
	return append(f, field{"crDate", d.CrDate}, field{"upDate", d.UpDate}, field{"trDate", d.TrDate})
}

func contactFields(d *epp.ContactInfoData) fields {
	f := fields{{"id", d.ID}, {"roid", d.ROID}, {"status", statusItems(d.Statuses)}}
	for _, p := range d.PostalInfo {
		f = append(f, field{p.Type, fields{
			{"name", p.Name},
			{"org", p.Org},
			{"street", p.Addr.Street},
			{"city", p.Addr.City},
			{"sp", p.Addr.SP},
			{"pc", p.Addr.PC},
			{"cc", p.Addr.CC},
		}})
	}
	f = append(f, field{"voice", phoneText(d.Voice)}, field{"fax", phoneText(d.Fax)}, field{"email", d.Email})
	f = append(f, trailFields(d.ClID, d.CrID, d.UpID)...)
	f = append(f, field{"crDate", d.CrDate}, field{"upDate", d.UpDate}, field{"trDate", d.TrDate})
	f = append(f, authField(d.AuthInfo)...)
	if d.Disclose != nil {
		word := "hide"
		if d.Disclose.Flag {
			word = "publish"
		}
		f = append(f, field{word, discloseWords(d.Disclose)})
	}
	return f
}

// discloseWords are the words that --hide and --publish take.
func discloseWords(d *epp.Disclose) []string {
	var words []string
	for _, typed := range []struct {
		word  string
		types []string
	}{{"name", d.Name}, {"org", d.Org}, {"addr", d.Addr}} {
		for _, t := range typed.types {
			words = append(words, typed.word+":"+t)
		}
	}
	for _, plain := range []struct {
		word string
		set  bool
	}{{"voice", d.Voice}, {"fax", d.Fax}, {"email", d.Email}} {
		if plain.set {
			words = append(words, plain.word)
		}
	}
	return words
}

func trailFields(clID, crID, upID string) fields {
	return fields{{"clID", clID}, {"crID", crID}, {"upID", upID}}
}

func statusItems(list []epp.Status) []item {
	var out []item
	for _, s := range list {
		line := s.Value
		if s.Text != "" {
			line += " (" + s.Text + ")"
		}
		out = append(out, item{line, fields{{"s", s.Value}, {"text", s.Text}}})
	}
	return out
}

func addressList(list []epp.Address) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.Addr)
	}
	return out
}

func phoneText(p *epp.Phone) string {
	if p == nil || p.Number == "" {
		return ""
	}
	if p.Ext != "" {
		return p.Number + "x" + p.Ext
	}
	return p.Number
}

// authField shows authorization information. A server after RFC 9154, section 5.3, shows an
// empty one to say that a value is set.
func authField(a *epp.AuthInfo) fields {
	if a == nil {
		return nil
	}
	return fields{{"authInfoSet", true}, {"authInfo", a.PW}}
}

// extensionFields are the fields of an extension's data, nil for what has no view of its
// own.
func extensionFields(e epp.Extension) fields {
	kind, ok := e.(*epp.ContactKindData)
	if !ok {
		return preapprovalFields(e)
	}
	return fields{
		{"type", kind.Type},
		{"secondaryEmail", kind.SecondaryEmail},
		{"emergencyPhone", phoneText(kind.EmergencyPhone)},
		{"identifier", kind.Identifier},
		{"realContact", kind.RealContact},
	}
}
