package epp

var domainMapping = mapping{
	VerbCheck:  {domainCheckType, decodeDomainCheck},
	VerbInfo:   {domainInfoType, decodeDomainInfo},
	VerbCreate: {domainCreateType, decodeDomainCreate},
	VerbDelete: {domainDeleteType, func(el *element, _ string) Body {
		return &DomainDelete{Name: onlyContent(el)}
	}},
	VerbRenew:    {domainRenewType, decodeDomainRenew},
	VerbTransfer: {domainTransferType, decodeDomainTransfer},
	VerbUpdate:   {domainUpdateType, decodeDomainUpdate},
}

func decodeDomainCheck(el *element, _ string) Body {
	if first := el.first; first != nil && first.next == nil {
		// Nearly every check is of one name, and nearly every command is a check: it takes one
		// piece of memory, not two.
		d := &struct {
			DomainCheck
			name [1]string
		}{name: [1]string{content(first)}}
		d.Names = d.name[:]
		return &d.DomainCheck
	}
	return &DomainCheck{Names: contents(el)}
}

func decodeDomainInfo(el *element, _ string) Body {
	d := &DomainInfo{}
	for c := range children(el) {
		switch c.Tag {
		case "name":
			d.Name, d.Hosts = content(c), attrOr(c, "hosts", HostsAll)
		case "authInfo":
			d.AuthInfo = decodeAuthInfoPtr(c)
		}
	}
	return d
}

func decodeDomainCreate(el *element, _ string) Body {
	d := &DomainCreate{}
	for c := range children(el) {
		switch c.Tag {
		case "name":
			d.Name = content(c)
		case "period":
			d.Period = decodePeriod(c)
		case "ns":
			d.NS = decodeNameServers(c)
		case "registrant":
			d.Registrant = content(c)
		case "contact":
			if d.Contacts == nil {
				d.Contacts = make([]DomainContact, 0, 4) // one of each type and another
			}
			d.Contacts = append(d.Contacts, decodeDomainContact(c))
		case "authInfo":
			d.AuthInfo = decodeAuthInfo(c)
		}
	}
	return d
}

func decodeDomainRenew(el *element, _ string) Body {
	d := &DomainRenew{}
	for c := range children(el) {
		switch c.Tag {
		case "name":
			d.Name = content(c)
		case "curExpDate":
			d.CurExpDate, _ = parseDate(content(c)) // checked by the content model
		case "period":
			d.Period = decodePeriod(c)
		}
	}
	return d
}

func decodeDomainTransfer(el *element, op string) Body {
	d := &DomainTransfer{Op: op}
	for c := range children(el) {
		switch c.Tag {
		case "name":
			d.Name = content(c)
		case "period":
			d.Period = decodePeriod(c)
		case "authInfo":
			d.AuthInfo = decodeAuthInfoPtr(c)
		}
	}
	return d
}

func decodeDomainUpdate(el *element, _ string) Body {
	d := &DomainUpdate{}
	for c := range children(el) {
		switch c.Tag {
		case "name":
			d.Name = content(c)
		case "add":
			d.Add = decodeDomainAddRem(c)
		case "rem":
			d.Rem = decodeDomainAddRem(c)
		case "chg":
			d.Chg = decodeDomainChange(c)
		}
	}
	return d
}

func decodeDomainAddRem(el *element) *DomainAddRem {
	ar := &DomainAddRem{}
	for c := range children(el) {
		switch c.Tag {
		case "ns":
			ar.NS = decodeNameServers(c)
		case "contact":
			ar.Contacts = append(ar.Contacts, decodeDomainContact(c))
		case "status":
			ar.Statuses = append(ar.Statuses, decodeStatus(c))
		}
	}
	return ar
}

func decodeDomainChange(el *element) *DomainChange {
	chg := &DomainChange{}
	for c := range children(el) {
		switch c.Tag {
		case "registrant":
			chg.Registrant = contentPtr(c)
		case "authInfo":
			chg.AuthInfo = decodeAuthInfoPtr(c)
		}
	}
	return chg
}

func decodeNameServers(el *element) NameServers {
	var ns NameServers
	if el.first != nil && el.first.Tag == "hostObj" {
		ns.HostObjs = make([]string, 0, el.count())
	}
	for c := range children(el) {
		switch c.Tag {
		case "hostObj":
			ns.HostObjs = append(ns.HostObjs, content(c))
		case "hostAttr":
			ns.HostAttrs = append(ns.HostAttrs, decodeHostAttr(c))
		}
	}
	return ns
}

func decodeHostAttr(el *element) HostAttr {
	var h HostAttr
	for c := range children(el) {
		switch c.Tag {
		case "hostName":
			h.Name = content(c)
		case "hostAddr":
			h.Addrs = append(h.Addrs, decodeAddress(c))
		}
	}
	return h
}

func decodeDomainContact(el *element) DomainContact {
	return DomainContact{ID: content(el), Type: attrOr(el, "type", "")}
}
