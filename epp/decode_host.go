package epp

var hostMapping = mapping{
	VerbCheck: {hostCheckType, func(el *element, _ string) Body {
		return &HostCheck{Names: contents(el)}
	}},
	VerbInfo: {hostInfoType, func(el *element, _ string) Body {
		return &HostInfo{Name: onlyContent(el)}
	}},
	VerbCreate: {hostCreateType, decodeHostCreate},
	VerbDelete: {hostDeleteType, func(el *element, _ string) Body {
		return &HostDelete{Name: onlyContent(el)}
	}},
	VerbUpdate: {hostUpdateType, decodeHostUpdate},
}

func decodeHostCreate(el *element, _ string) Body {
	h := &HostCreate{}
	for c := range children(el) {
		switch c.Tag {
		case "name":
			h.Name = content(c)
		case "addr":
			h.Addrs = append(h.Addrs, decodeAddress(c))
		}
	}
	return h
}

func decodeHostUpdate(el *element, _ string) Body {
	h := &HostUpdate{}
	for c := range children(el) {
		switch c.Tag {
		case "name":
			h.Name = content(c)
		case "add":
			h.Add = decodeHostAddRem(c)
		case "rem":
			h.Rem = decodeHostAddRem(c)
		case "chg":
			name := onlyContent(c)
			h.NewName = &name
		}
	}
	return h
}

func decodeHostAddRem(el *element) *HostAddRem {
	ar := &HostAddRem{}
	for c := range children(el) {
		switch c.Tag {
		case "addr":
			ar.Addrs = append(ar.Addrs, decodeAddress(c))
		case "status":
			ar.Statuses = append(ar.Statuses, decodeStatus(c))
		}
	}
	return ar
}
