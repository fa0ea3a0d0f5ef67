package epp

// The idn-1.0 extension (draft-ietf-eppext-idnmap-02) names the table of a domain with
// characters outside of ASCII.

// IDNData extends DomainCreate and DomainInfoData.
type IDNData struct {
	Table string // identifier of the table, at least one character
	UName string // the name in Unicode, "" if absent, else 1 to 255 characters
}

// ExtensionURI is NSIDN.
func (*IDNData) ExtensionURI() string { return NSIDN }

var idnDataType = sequence(
	one("table", simple(typeMinToken)),
	optional("uname", simple(typeLabel)),
)

var idnExtension = &extensionCodec{
	commands: map[string]extensionCommand{
		"data": {extending(NSDomain, VerbCreate), idnDataType, decodeIDN},
	},
	responses: map[string]func(*responseDecoder, *element) Extension{
		"data": func(_ *responseDecoder, el *element) Extension { return decodeIDN(el) },
	},
}

func decodeIDN(el *element) Extension {
	d := &IDNData{}
	for c := range children(el) {
		switch c.Tag {
		case "table":
			d.Table = content(c)
		case "uname":
			d.UName = content(c)
		}
	}
	return d
}

func (d *IDNData) encode(w *writer) {
	w.openNS("idn", "data", NSIDN)
	w.elem("idn:table", d.Table)
	w.elemOpt("idn:uname", d.UName)
	w.close("idn:data")
}
