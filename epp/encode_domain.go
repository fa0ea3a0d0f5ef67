package epp

import "strconv"

var domainTags = &objectTags{
	prefix: "domain", uri: NSDomain, name: "domain:name",
	authInfo: "domain:authInfo", pw: "domain:pw", ext: "domain:ext", null: "domain:null",
	status: "domain:status", cd: "domain:cd", reason: "domain:reason",
}

func (d *DomainCheck) encode(w *writer)  { w.names(VerbCheck, domainTags, d.Names...) }
func (d *DomainDelete) encode(w *writer) { w.names(VerbDelete, domainTags, d.Name) }

func (d *DomainInfo) encode(w *writer) {
	w.begin(VerbInfo, "", domainTags)
	w.start("domain:name")
	w.attrOpt("hosts", d.Hosts)
	w.rest("domain:name", d.Name)
	w.authInfo(domainTags, d.AuthInfo)
	w.end(VerbInfo, domainTags)
}

func (d *DomainCreate) encode(w *writer) {
	w.begin(VerbCreate, "", domainTags)
	w.elem("domain:name", d.Name)
	w.period(d.Period)
	w.nameServers(d.NS)
	w.elemOpt("domain:registrant", d.Registrant)
	w.domainContacts(d.Contacts)
	w.authInfo(domainTags, &d.AuthInfo)
	w.end(VerbCreate, domainTags)
}

func (d *DomainRenew) encode(w *writer) {
	w.begin(VerbRenew, "", domainTags)
	w.elem("domain:name", d.Name)
	w.date("domain:curExpDate", d.CurExpDate)
	w.period(d.Period)
	w.end(VerbRenew, domainTags)
}

func (d *DomainTransfer) encode(w *writer) {
	w.begin(VerbTransfer, d.Op, domainTags)
	w.elem("domain:name", d.Name)
	w.period(d.Period)
	w.authInfo(domainTags, d.AuthInfo)
	w.end(VerbTransfer, domainTags)
}

func (d *DomainUpdate) encode(w *writer) {
	w.begin(VerbUpdate, "", domainTags)
	w.elem("domain:name", d.Name)
	w.domainAddRem("domain:add", d.Add)
	w.domainAddRem("domain:rem", d.Rem)
	if d.Chg != nil {
		w.open("domain:chg")
		w.elemPtr("domain:registrant", d.Chg.Registrant)
		w.authInfo(domainTags, d.Chg.AuthInfo)
		w.close("domain:chg")
	}
	w.end(VerbUpdate, domainTags)
}

func (w *writer) domainAddRem(tag string, ar *DomainAddRem) {
	if ar == nil {
		return
	}
	w.open(tag)
	w.nameServers(ar.NS)
	w.domainContacts(ar.Contacts)
	w.statuses(domainTags, ar.Statuses)
	w.close(tag)
}

func (w *writer) period(p *Period) {
	if p == nil {
		return
	}
	w.start("domain:period")
	w.attr("unit", p.Unit)
	w.rest("domain:period", strconv.Itoa(p.Value))
}

func (w *writer) nameServers(ns NameServers) {
	if len(ns.HostObjs) == 0 && len(ns.HostAttrs) == 0 {
		return
	}
	w.open("domain:ns")
	for _, h := range ns.HostObjs {
		w.elem("domain:hostObj", h)
	}
	for _, h := range ns.HostAttrs {
		w.open("domain:hostAttr")
		w.elem("domain:hostName", h.Name)
		w.addresses("domain:hostAddr", h.Addrs)
		w.close("domain:hostAttr")
	}
	w.close("domain:ns")
}

func (w *writer) domainContacts(list []DomainContact) {
	for _, c := range list {
		w.start("domain:contact")
		w.attrOpt("type", c.Type)
		w.rest("domain:contact", c.ID)
	}
}

func (d *DomainCheckData) encode(w *writer) { w.checkData(domainTags, d.Results) }

func (d *DomainCreateData) encode(w *writer) {
	w.openNS("domain", "creData", NSDomain)
	w.elem("domain:name", d.Name)
	w.time("domain:crDate", d.CrDate)
	w.timeOpt("domain:exDate", d.ExDate)
	w.close("domain:creData")
}

func (d *DomainRenewData) encode(w *writer) {
	w.openNS("domain", "renData", NSDomain)
	w.elem("domain:name", d.Name)
	w.timeOpt("domain:exDate", d.ExDate)
	w.close("domain:renData")
}

func (d *DomainInfoData) encode(w *writer) {
	w.openNS("domain", "infData", NSDomain)
	w.elem("domain:name", d.Name)
	w.elem("domain:roid", d.ROID)
	w.statuses(domainTags, d.Statuses)
	w.elemOpt("domain:registrant", d.Registrant)
	w.domainContacts(d.Contacts)
	w.nameServers(d.NS)
	for _, h := range d.Hosts {
		w.elem("domain:host", h)
	}
	w.elem("domain:clID", d.ClID)
	w.elemOpt("domain:crID", d.CrID)
	w.timeOpt("domain:crDate", d.CrDate)
	w.elemOpt("domain:upID", d.UpID)
	w.timeOpt("domain:upDate", d.UpDate)
	w.timeOpt("domain:exDate", d.ExDate)
	w.timeOpt("domain:trDate", d.TrDate)
	w.authInfo(domainTags, d.AuthInfo)
	w.close("domain:infData")
}
