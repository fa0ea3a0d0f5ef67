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
