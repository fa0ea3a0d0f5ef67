package epp

// The contactKind-1.0 extension (docs of package schemas, contactKind-1.0.xsd) marks a
// contact as the real holder or as a proxy that stands in front of one.

// Kinds of contact.
const (
	KindReal  = "real"
	KindProxy = "proxy"
)

// ContactKindCreate extends ContactCreate. Which members go with which type is the
// registry's business; any of them may come with any type here.
type ContactKindCreate struct {
	Type           string // KindReal or KindProxy
	SecondaryEmail string // "" if absent
	EmergencyPhone *Phone // nil if absent; the number is never empty
	Identifier     string // the registrant's identifier for pre-approval, "" if absent
	RealContact    string // id of the contact behind a proxy, "" if absent
}

// ContactKindUpdate extends ContactUpdate. Nil members stay as they are, empty ones
// remove the value.
type ContactKindUpdate struct {
	Type           string // KindReal or KindProxy, "" leaves the kind as it is
	SecondaryEmail *string
	EmergencyPhone *Phone // an empty number removes it
	Identifier     *string
	RealContact    *string
}

// ContactKindData extends ContactInfoData.
type ContactKindData struct {
	Type           string // KindReal or KindProxy
	SecondaryEmail string
	EmergencyPhone *Phone
	Identifier     string
	RealContact    string
}

// ExtensionURI is NSContactKind.
func (*ContactKindCreate) ExtensionURI() string { return NSContactKind }

// ExtensionURI is NSContactKind.
func (*ContactKindUpdate) ExtensionURI() string { return NSContactKind }

// ExtensionURI is NSContactKind.
func (*ContactKindData) ExtensionURI() string { return NSContactKind }

var (
	kindType       = &simpleType{enum: []string{KindReal, KindProxy}}
	kindIdentifier = simple(&simpleType{min: 1, max: 255})
	kindPhone      = simple(&simpleType{min: 1, max: 17, check: checkE164}, implied("x", typeToken))

	contactKindCreateType = &elementType{
		attrs: []attribute{required("type", kindType)},
		content: []particle{
			optional("secondaryEmail", simple(typeMinToken)),
			optional("emergencyPhone", kindPhone),
			optional("identifier", kindIdentifier),
			optional("realContact", simple(typeClID)),
		},
	}

	contactKindUpdateType = sequence(one("chg", &elementType{
		attrs: []attribute{implied("type", kindType)},
		content: []particle{
			optional("secondaryEmail", simple(typeToken)),
			optional("emergencyPhone", contactPhone),
			optional("identifier", simple(&simpleType{max: 255})),
			optional("realContact", simple(&simpleType{check: checkOptionalClID})),
		},
	}))
)

var contactKindExtension = &extensionCodec{
	commands: map[string]extensionCommand{
		"create": {extending(NSContact, VerbCreate), contactKindCreateType, func(el *element) Extension {
			k := ContactKindCreate(decodeContactKind(el))
			return &k
		}},
		"update": {extending(NSContact, VerbUpdate), contactKindUpdateType, decodeContactKindUpdate},
	},
	responses: map[string]func(*responseDecoder, *element) Extension{
		"infData": func(_ *responseDecoder, el *element) Extension {
			k := decodeContactKind(el)
			return &k
		},
	},
}

// checkOptionalClID allows a contact's id or nothing.
func checkOptionalClID(v string) (Code, string) {
	if v == "" {
		return 0, ""
	}
	_, code, reason := typeClID.parse(v)
	return code, reason
}

func decodeContactKind(el *element) ContactKindData {
	k := ContactKindData{Type: attrOr(el, "type", "")}
	for c := range children(el) {
		switch c.Tag {
		case "secondaryEmail":
			k.SecondaryEmail = content(c)
		case "emergencyPhone":
			k.EmergencyPhone = decodePhone(c)
		case "identifier":
			k.Identifier = content(c)
		case "realContact":
			k.RealContact = content(c)
		}
	}
	return k
}

func decodeContactKindUpdate(el *element) Extension {
	k := &ContactKindUpdate{}
	chg := firstChild(el)
	k.Type = attrOr(chg, "type", "")
	for c := range children(chg) {
		switch c.Tag {
		case "secondaryEmail":
			k.SecondaryEmail = contentPtr(c)
		case "emergencyPhone":
			k.EmergencyPhone = decodePhone(c)
		case "identifier":
			k.Identifier = contentPtr(c)
		case "realContact":
			k.RealContact = contentPtr(c)
		}
	}
	return k
}

func (k *ContactKindCreate) encode(w *writer) { encodeContactKind(w, "create", ContactKindData(*k)) }
func (k *ContactKindData) encode(w *writer)   { encodeContactKind(w, "infData", *k) }

func encodeContactKind(w *writer, local string, k ContactKindData) {
	w.startNS("kind", local, NSContactKind)
	w.attr("type", k.Type)
	w.ready()
	w.elemOpt("kind:secondaryEmail", k.SecondaryEmail)
	w.phone("kind:emergencyPhone", k.EmergencyPhone)
	w.elemOpt("kind:identifier", k.Identifier)
	w.elemOpt("kind:realContact", k.RealContact)
	w.close("kind:" + local)
}

func (k *ContactKindUpdate) encode(w *writer) {
	w.openNS("kind", "update", NSContactKind)
	w.start("kind:chg")
	w.attrOpt("type", k.Type)
	w.ready()
	w.elemPtr("kind:secondaryEmail", k.SecondaryEmail)
	w.phone("kind:emergencyPhone", k.EmergencyPhone)
	w.elemPtr("kind:identifier", k.Identifier)
	w.elemPtr("kind:realContact", k.RealContact)
	w.close("kind:chg")
	w.close("kind:update")
}
