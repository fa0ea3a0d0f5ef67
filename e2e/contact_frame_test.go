package e2e

import "strings"

// newContact is what a contact create says. Fields hold text; a test that wants a
// fault changes the one it is about.
type newContact struct {
	id, postalType      string
	name, org           string
	street              []string
	city, sp, pc, cc    string
	voice, voiceX       string
	fax, faxX           string
	email               string
	authInfo            string // the inside of contact:authInfo
	kind                string // the extension, or ""
	omitVoice, omitOrg  bool
	omitFax, omitPostal bool
}

// goodContact is a contact that every rule accepts.
func goodContact(id string) newContact {
	return newContact{
		id: id, postalType: "int", name: "John Doe", org: "Example Inc.",
		street: []string{"123 Example Dr.", "Suite 100"}, city: "Dulles", sp: "VA", pc: "20166-6503", cc: "US",
		voice: "+1.7035555555", voiceX: "1234", fax: "+1.7035555556", faxX: "5678", email: "jdoe@example.com",
		authInfo: "<contact:pw/>",
	}
}

func (c newContact) create() string {
	var b strings.Builder
	b.WriteString(el("contact:id", c.id))
	if !c.omitPostal {
		b.WriteString(`<contact:postalInfo type="` + escape(c.postalType) + `">` + el("contact:name", c.name))
		if !c.omitOrg {
			b.WriteString(el("contact:org", c.org))
		}
		b.WriteString(c.address() + "</contact:postalInfo>")
	}
	if !c.omitVoice {
		b.WriteString(phone("contact:voice", c.voice, c.voiceX))
	}
	if !c.omitFax {
		b.WriteString(phone("contact:fax", c.fax, c.faxX))
	}
	b.WriteString(el("contact:email", c.email) + "<contact:authInfo>" + c.authInfo + "</contact:authInfo>")
	inside := object("create", "contact", b.String())
	if c.kind == "" {
		return command(inside)
	}
	return extended(inside, c.kind)
}

// address is the addr element.
func (c newContact) address() string {
	return "<contact:addr>" + els("contact:street", c.street...) + el("contact:city", c.city) + el("contact:sp", c.sp) +
		el("contact:pc", c.pc) + el("contact:cc", c.cc) + "</contact:addr>"
}

// phone is an element with a number and its extension.
func phone(name, number, ext string) string {
	if ext == "" {
		return el(name, number)
	}
	return "<" + name + ` x="` + escape(ext) + `">` + escape(number) + "</" + name + ">"
}

// kindCreate and kindUpdate are the elements of contactKind-1.0.
func kindCreate(kind, inside string) string {
	return `<kind:create xmlns:kind="` + nsKind + `" type="` + kind + `">` + inside + `</kind:create>`
}

func kindUpdate(kind, inside string) string {
	if kind != "" {
		kind = ` type="` + kind + `"`
	}
	return `<kind:update xmlns:kind="` + nsKind + `"><kind:chg` + kind + `>` + inside + `</kind:chg></kind:update>`
}

// genuine is the inside of the extension for a real contact with both values.
func genuine(mail, number string) string {
	return el("kind:secondaryEmail", mail) + el("kind:emergencyPhone", number)
}

// genuineContact is a real contact with both values that the policy genuine asks for.
func genuineContact(id string) newContact {
	c := goodContact(id)
	c.email = id + "@mail.example"
	c.kind = kindCreate("real", genuine(id+"@second.example", "+1.2025550199"))
	return c
}
