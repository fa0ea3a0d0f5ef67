package e2e

import (
	"regexp"
	"testing"
)

const nsPreapproval = "urn:cadastre:params:xml:ns:epp:preapproval-1.0"

// preapproval is the extension of a domain create; op may be "".
func preapproval(op, inside string) string {
	attr := ""
	if op != "" {
		attr = ` op="` + op + `"`
	}
	return `<preapproval:create xmlns:preapproval="` + nsPreapproval + `"` + attr + `>` + inside + `</preapproval:create>`
}

// registrantID is the registrant's element, with a credential if value is not "".
func registrantID(id, typ, value string) string {
	credential := ""
	if value != "" {
		credential = `<preapproval:credential type="` + typ + `">` + escape(value) + `</preapproval:credential>`
	}
	return `<preapproval:registrant id="` + escape(id) + `">` + credential + `</preapproval:registrant>`
}

// registrarID is the registrar's element.
func registrarID(iana string) string { return `<preapproval:registrar id="` + escape(iana) + `"/>` }

// with is the create with an extension.
func (d newDomain) with(extension string) string {
	return extendedCreate(d.create(), extension)
}

var beforeTRID = regexp.MustCompile(`<clTRID>`)

// extendedCreate puts an extension into a finished command.
func extendedCreate(frame, extension string) string {
	at := beforeTRID.FindStringIndex(frame)[0]
	return frame[:at] + "<extension>" + extension + "</extension>" + frame[at:]
}

// apply is an application for a target name.
func apply(target, registrant string) string {
	return newDomain{name: target}.with(preapproval("apply", registrantID(registrant, "", "")))
}

// register is a target create for a pre-approved registrant; the contact must exist.
func register(target, contact, registrant string) string {
	return newDomain{name: target, registrant: contact}.with(preapproval("", registrantID(registrant, "", "")))
}

// enter is a verifier's entry whose parties are told.
func enter(name, target, registrant, registrar string) string {
	inside := el("preapproval:target", target)
	if registrant != "" {
		inside += registrantID(registrant, "", "")
	}
	if registrar != "" {
		inside += registrarID(registrar)
	}
	return newDomain{name: name}.with(preapproval("enter", inside))
}

// values are the texts of an element of an answer, in order.
func (r *reply) values(element string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`<`+element+`(?: [^>]*)?>([^<]*)</`+element+`>`).FindAllSubmatch(r.frame, -1) {
		out = append(out, string(m[1]))
	}
	return out
}

// value is the text of an element that an answer must have once.
func (r *reply) value(t testing.TB, element string) string {
	t.Helper()
	list := r.values(element)
	if len(list) != 1 {
		t.Errorf("the answer has %s %d times, want once\n%s", element, len(list), r.frame)
		return ""
	}
	return list[0]
}
