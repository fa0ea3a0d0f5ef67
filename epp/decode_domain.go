package epp

import "github.com/beevik/etree"

var domainMapping = mapping{
	VerbCheck: {domainCheckType, func(el *etree.Element, _ string) Body {
		return &DomainCheck{Names: contents(el)}
	}},
	VerbInfo:   {domainInfoType, decodeDomainInfo},
	VerbCreate: {domainCreateType, decodeDomainCreate},
	VerbDelete: {domainDeleteType, func(el *etree.Element, _ string) Body {
		return &DomainDelete{Name: onlyContent(el)}
	}},
	VerbRenew:    {domainRenewType, decodeDomainRenew},
	VerbTransfer: {domainTransferType, decodeDomainTransfer},
	VerbUpdate:   {domainUpdateType, decodeDomainUpdate},
}

func decodeDomainInfo(el *etree.Element, _ string) Body {
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

func decodeDomainCreate(el *etree.Element, _ string) Body {
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
			d.Contacts = append(d.Contacts, decodeDomainContact(c))
		case "authInfo":
			d.AuthInfo = decodeAuthInfo(c)
		}
	}
	return d
}

func decodeDomainRenew(el *etree.Element, _ string) Body {
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

func decodeDomainTransfer(el *etree.Element, op string) Body {
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

func decodeDomainUpdate(el *etree.Element, _ string) Body {
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

func decodeDomainAddRem(el *etree.Element) *DomainAddRem {
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

func decodeDomainChange(el *etree.Element) *DomainChange {
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

func decodeNameServers(el *etree.Element) NameServers {
	var ns NameServers
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

func decodeHostAttr(el *etree.Element) HostAttr {
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

func decodeDomainContact(el *etree.Element) DomainContact {
	return DomainContact{ID: content(el), Type: attrOr(el, "type", "")}
}
