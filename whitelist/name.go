package whitelist

// Name is one whitelist name that a registration needs, and whom it is about.
type Name struct {
	Name       string // canonical, with the zone
	Registrant string // identifier the name's record shows; "" when it is not about the registrant
	Agent      string // the registrar's identifier; "" when it is not about the registrar
}

// Names makes the whitelist names of a registration, one a form, in the order of
// the forms (interfaces.md, section 5). An identifier that makes no label is 2005
// unless it is hashed; so is a name of more than 253 octets or a label over 63.
// Two forms that give the same name are one.
func (p *Policy) Names(r Registration) ([]Name, error) { panic("to be built") }

// ReadOff finds target and parties in a whitelist name of this policy: possible
// when it has one form which holds all three components, none of them hashed;
// else 2306, which asks for preapproval:create op="enter". A name that does not
// fit the form is 2005. suffixOK says whether a name is a registrable target as
// far as is known (a whitelist registry may not know all).
func (p *Policy) ReadOff(name string, suffixOK func(target string) bool) (target, registrant, agent string, err error) {
	panic("to be built")
}

// SameIdentifier compares identifiers as the whitelist does: without ASCII case.
func SameIdentifier(a, b string) bool { panic("to be built") }
