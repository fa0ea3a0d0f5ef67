package epp

var contactTags = &objectTags{
	prefix: "contact", uri: NSContact, name: "contact:id",
	authInfo: "contact:authInfo", pw: "contact:pw", ext: "contact:ext",
	status: "contact:status", cd: "contact:cd", reason: "contact:reason",
}

func (c *ContactCheck) encode(w *writer)  { w.names(VerbCheck, contactTags, c.IDs...) }
func (c *ContactDelete) encode(w *writer) { w.names(VerbDelete, contactTags, c.ID) }

func (c *ContactInfo) encode(w *writer) {
	w.begin(VerbInfo, "", contactTags)
	w.elem("contact:id", c.ID)
	w.authInfo(contactTags, c.AuthInfo)
	w.end(VerbInfo, contactTags)
}

func (c *ContactTransfer) encode(w *writer) {
	w.begin(VerbTransfer, c.Op, contactTags)
	w.elem("contact:id", c.ID)
	w.authInfo(contactTags, c.AuthInfo)
	w.end(VerbTransfer, contactTags)
}

func (c *ContactCreate) encode(w *writer) {
	w.begin(VerbCreate, "", contactTags)
	w.elem("contact:id", c.ID)
	w.postalInfo(c.PostalInfo)
	w.phone("contact:voice", c.Voice)
	w.phone("contact:fax", c.Fax)
	w.elem("contact:email", c.Email)
	w.authInfo(contactTags, &c.AuthInfo)
	w.disclose(c.Disclose)
	w.end(VerbCreate, contactTags)
}

func (c *ContactUpdate) encode(w *writer) {
	w.begin(VerbUpdate, "", contactTags)
	w.elem("contact:id", c.ID)
	w.contactAddRem("contact:add", c.Add)
	w.contactAddRem("contact:rem", c.Rem)
	if c.Chg != nil {
		w.open("contact:chg")
		for _, p := range c.Chg.PostalInfo {
			w.postalInfoChange(p)
		}
		w.phone("contact:voice", c.Chg.Voice)
		w.phone("contact:fax", c.Chg.Fax)
		w.elemPtr("contact:email", c.Chg.Email)
		w.authInfo(contactTags, c.Chg.AuthInfo)
		w.disclose(c.Chg.Disclose)
		w.close("contact:chg")
	}
	w.end(VerbUpdate, contactTags)
}

func (w *writer) contactAddRem(tag string, list []Status) {
	if len(list) > 0 {
		w.open(tag)
		w.statuses(contactTags, list)
		w.close(tag)
	}
}

func (w *writer) postalInfo(list []PostalInfo) {
	for _, p := range list {
		w.start("contact:postalInfo")
		w.attr("type", p.Type)
		w.ready()
		w.elem("contact:name", p.Name)
		w.elemOpt("contact:org", p.Org)
		w.postalAddress(p.Addr)
		w.close("contact:postalInfo")
	}
}

func (w *writer) postalInfoChange(p PostalInfoChange) {
	w.start("contact:postalInfo")
	w.attr("type", p.Type)
	w.ready()
	w.elemPtr("contact:name", p.Name)
	w.elemPtr("contact:org", p.Org)
	if p.Addr != nil {
		w.postalAddress(*p.Addr)
	}
	w.close("contact:postalInfo")
}

func (w *writer) postalAddress(a PostalAddress) {
	w.open("contact:addr")
	for _, s := range a.Street {
		w.elem("contact:street", s)
	}
	w.elem("contact:city", a.City)
	w.elemOpt("contact:sp", a.SP)
	w.elemOpt("contact:pc", a.PC)
	w.elem("contact:cc", a.CC)
	w.close("contact:addr")
}

func (w *writer) phone(tag string, p *Phone) {
	if p == nil {
		return
	}
	w.start(tag)
	w.attrOpt("x", p.Ext)
	w.rest(tag, p.Number)
}

func (w *writer) disclose(d *Disclose) {
	if d == nil {
		return
	}
	w.start("contact:disclose")
	w.bool("flag", d.Flag)
	w.ready()
	w.discloseTypes("contact:name", d.Name)
	w.discloseTypes("contact:org", d.Org)
	w.discloseTypes("contact:addr", d.Addr)
	if d.Voice {
		w.mark("contact:voice")
	}
	if d.Fax {
		w.mark("contact:fax")
	}
	if d.Email {
		w.mark("contact:email")
	}
	w.close("contact:disclose")
}

func (w *writer) discloseTypes(tag string, types []string) {
	for _, t := range types {
		w.start(tag)
		w.attr("type", t)
		w.empty()
	}
}

func (c *ContactCheckData) encode(w *writer) { w.checkData(contactTags, c.Results) }

func (c *ContactCreateData) encode(w *writer) {
	w.openNS("contact", "creData", NSContact)
	w.elem("contact:id", c.ID)
	w.time("contact:crDate", c.CrDate)
	w.close("contact:creData")
}

func (c *ContactInfoData) encode(w *writer) {
	w.openNS("contact", "infData", NSContact)
	w.elem("contact:id", c.ID)
	w.elem("contact:roid", c.ROID)
	w.statuses(contactTags, c.Statuses)
	w.postalInfo(c.PostalInfo)
	w.phone("contact:voice", c.Voice)
	w.phone("contact:fax", c.Fax)
	w.elem("contact:email", c.Email)
	w.elem("contact:clID", c.ClID)
	w.elem("contact:crID", c.CrID)
	w.time("contact:crDate", c.CrDate)
	w.elemOpt("contact:upID", c.UpID)
	w.timeOpt("contact:upDate", c.UpDate)
	w.timeOpt("contact:trDate", c.TrDate)
	w.authInfo(contactTags, c.AuthInfo)
	w.disclose(c.Disclose)
	w.close("contact:infData")
}
