package epp

var contactMapping = mapping{
	VerbCheck: {contactCheckType, func(el *element, _ string) Body {
		return &ContactCheck{IDs: contents(el)}
	}},
	VerbInfo: {contactAuthIDType, func(el *element, _ string) Body {
		id, auth := decodeAuthID(el)
		return &ContactInfo{ID: id, AuthInfo: auth}
	}},
	VerbCreate: {contactCreateType, decodeContactCreate},
	VerbDelete: {contactDeleteType, func(el *element, _ string) Body {
		return &ContactDelete{ID: onlyContent(el)}
	}},
	VerbTransfer: {contactAuthIDType, func(el *element, op string) Body {
		id, auth := decodeAuthID(el)
		return &ContactTransfer{Op: op, ID: id, AuthInfo: auth}
	}},
	VerbUpdate: {contactUpdateType, decodeContactUpdate},
}

func decodeAuthID(el *element) (id string, auth *AuthInfo) {
	for c := range children(el) {
		switch c.Tag {
		case "id":
			id = content(c)
		case "authInfo":
			auth = decodeAuthInfoPtr(c)
		}
	}
	return id, auth
}

func decodeContactCreate(el *element, _ string) Body {
	ct := &ContactCreate{}
	for c := range children(el) {
		switch c.Tag {
		case "id":
			ct.ID = content(c)
		case "postalInfo":
			ct.PostalInfo = append(ct.PostalInfo, decodePostalInfo(c))
		case "voice":
			ct.Voice = decodePhone(c)
		case "fax":
			ct.Fax = decodePhone(c)
		case "email":
			ct.Email = content(c)
		case "authInfo":
			ct.AuthInfo = decodeAuthInfo(c)
		case "disclose":
			ct.Disclose = decodeDisclose(c)
		}
	}
	return ct
}

func decodeContactUpdate(el *element, _ string) Body {
	ct := &ContactUpdate{}
	for c := range children(el) {
		switch c.Tag {
		case "id":
			ct.ID = content(c)
		case "add":
			ct.Add = decodeStatuses(c)
		case "rem":
			ct.Rem = decodeStatuses(c)
		case "chg":
			ct.Chg = decodeContactChange(c)
		}
	}
	return ct
}

func decodeStatuses(el *element) []Status {
	var list []Status
	for c := range children(el) {
		list = append(list, decodeStatus(c))
	}
	return list
}

func decodeContactChange(el *element) *ContactChange {
	chg := &ContactChange{}
	for c := range children(el) {
		switch c.Tag {
		case "postalInfo":
			chg.PostalInfo = append(chg.PostalInfo, decodePostalInfoChange(c))
		case "voice":
			chg.Voice = decodePhone(c)
		case "fax":
			chg.Fax = decodePhone(c)
		case "email":
			chg.Email = contentPtr(c)
		case "authInfo":
			chg.AuthInfo = decodeAuthInfoPtr(c)
		case "disclose":
			chg.Disclose = decodeDisclose(c)
		}
	}
	return chg
}

func decodePostalInfo(el *element) PostalInfo {
	p := PostalInfo{Type: attrOr(el, "type", "")}
	for c := range children(el) {
		switch c.Tag {
		case "name":
			p.Name = content(c)
		case "org":
			p.Org = content(c)
		case "addr":
			p.Addr = decodePostalAddress(c)
		}
	}
	return p
}

func decodePostalInfoChange(el *element) PostalInfoChange {
	p := PostalInfoChange{Type: attrOr(el, "type", "")}
	for c := range children(el) {
		switch c.Tag {
		case "name":
			p.Name = contentPtr(c)
		case "org":
			p.Org = contentPtr(c)
		case "addr":
			a := decodePostalAddress(c)
			p.Addr = &a
		}
	}
	return p
}

func decodePostalAddress(el *element) PostalAddress {
	var a PostalAddress
	for c := range children(el) {
		switch c.Tag {
		case "street":
			a.Street = append(a.Street, content(c))
		case "city":
			a.City = content(c)
		case "sp":
			a.SP = content(c)
		case "pc":
			a.PC = content(c)
		case "cc":
			a.CC = content(c)
		}
	}
	return a
}

func decodePhone(el *element) *Phone {
	return &Phone{Number: content(el), Ext: attrOr(el, "x", "")}
}

func decodeDisclose(el *element) *Disclose {
	d := &Disclose{Flag: parseBoolean(attrOr(el, "flag", ""))}
	for c := range children(el) {
		switch c.Tag {
		case "name":
			d.Name = append(d.Name, attrOr(c, "type", ""))
		case "org":
			d.Org = append(d.Org, attrOr(c, "type", ""))
		case "addr":
			d.Addr = append(d.Addr, attrOr(c, "type", ""))
		case "voice":
			d.Voice = true
		case "fax":
			d.Fax = true
		case "email":
			d.Email = true
		}
	}
	return d
}
