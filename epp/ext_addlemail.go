package epp

// The addlEmail-1.0 extension (RFC 9873) gives a contact a second mail address, of which
// the local part may be outside of ASCII.

// AddlEmail extends ContactCreate, ContactUpdate and ContactInfoData.
type AddlEmail struct {
	Email   string // unchecked; "" in an update removes it
	Primary bool   // whether it is to be preferred to the contact's own address
}

// ExtensionURI is NSAddlEmail.
func (*AddlEmail) ExtensionURI() string { return NSAddlEmail }

var addlEmailType = sequence(one("email", simple(typeToken, implied("primary", typeBoolean))))

var addlEmailExtension = &extensionCodec{
	commands: map[string]extensionCommand{
		"addlEmail": {extending(NSContact, VerbCreate, VerbUpdate), addlEmailType, decodeAddlEmail},
	},
	responses: map[string]func(*responseDecoder, *element) Extension{
		"addlEmail": func(_ *responseDecoder, el *element) Extension { return decodeAddlEmail(el) },
	},
}

func decodeAddlEmail(el *element) Extension {
	a := &AddlEmail{}
	if c := child(el, "email"); c != nil {
		a.Email, a.Primary = content(c), parseBoolean(attrOr(c, "primary", ""))
	}
	return a
}

func (a *AddlEmail) encode(w *writer) {
	w.openNS("addlEmail", "addlEmail", NSAddlEmail)
	w.start("addlEmail:email")
	if a.Primary {
		w.bool("primary", true)
	}
	w.rest("addlEmail:email", a.Email)
	w.close("addlEmail:addlEmail")
}
