package rst

import (
	"encoding/xml"
	"strings"
)

// The namespaces of the commands and answers.
const (
	nsEPP     = "urn:ietf:params:xml:ns:epp-1.0"
	nsDomain  = "urn:ietf:params:xml:ns:domain-1.0"
	nsHost    = "urn:ietf:params:xml:ns:host-1.0"
	nsContact = "urn:ietf:params:xml:ns:contact-1.0"
	nsRGP     = "urn:ietf:params:xml:ns:rgp-1.0"
	nsSecDNS  = "urn:ietf:params:xml:ns:secDNS-1.1"
	nsLaunch  = "urn:ietf:params:xml:ns:launch-1.0"
	nsSMD     = "urn:ietf:params:xml:ns:signedMark-1.0"
	nsIDN     = "urn:ietf:params:xml:ns:idn-1.0"
	nsMark    = "urn:ietf:params:xml:ns:mark-1.0"

	nsLoginSec   = "urn:ietf:params:xml:ns:epp:loginSec-1.0"
	nsSecureAuth = "urn:ietf:params:xml:ns:epp:secure-authinfo-transfer-1.0"
	nsUnhandled  = "urn:ietf:params:xml:ns:epp:unhandled-namespaces-1.0"
	nsChangePoll = "urn:ietf:params:xml:ns:changePoll-1.0"
)

// escape writes text for an element or attribute.
func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) //nolint:errcheck // a Builder takes everything
	return b.String()
}

// el is an element with text.
func el(name, text string) string { return "<" + name + ">" + escape(text) + "</" + name + ">" }

// opt is an element with text, or nothing.
func opt(name, text string) string {
	if text == "" {
		return ""
	}
	return el(name, text)
}

// els are elements of one name.
func els(name string, texts []string) string {
	var b strings.Builder
	for _, t := range texts {
		b.WriteString(el(name, t))
	}
	return b.String()
}

// command wraps a command's body, with what goes into its extension if anything.
func command(body, extension string) string {
	if extension != "" {
		extension = "<extension>" + extension + "</extension>"
	}
	return `<?xml version="1.0" encoding="UTF-8"?><epp xmlns="` + nsEPP + `"><command>` + body + extension +
		el("clTRID", "RST-"+pick(lowerAlphabet, 12)) + `</command></epp>`
}

// verb is a command's body: the verb around an element of an object's namespace.
func verb(name, object, content string) string {
	return "<" + name + ">" + inObject(name, object, content) + "</" + name + ">"
}

func inObject(name, object, content string) string {
	prefix := map[string]string{nsDomain: "domain", nsHost: "host", nsContact: "contact"}[object]
	return "<" + prefix + ":" + name + ` xmlns:` + prefix + `="` + object + `">` + content + "</" + prefix + ":" + name + ">"
}

// ask is a check, info or delete of one object.
func ask(name, object, key string) string {
	element := map[string]string{nsDomain: "domain:name", nsHost: "host:name", nsContact: "contact:id"}[object]
	return command(verb(name, object, el(element, key)), "")
}

// statusChange is an update that adds or removes (op is add or rem) a status.
func statusChange(object, key, op, status string) string {
	prefix := map[string]string{nsDomain: "domain", nsHost: "host", nsContact: "contact"}[object]
	element := prefix + ":name"
	if object == nsContact {
		element = "contact:id"
	}
	return command(verb("update", object, el(element, key)+
		"<"+prefix+":"+op+"><"+prefix+`:status s="`+escape(status)+`"/></`+prefix+":"+op+">"), "")
}

// contact is a contact as it is created.
type contact struct {
	id                       string
	postal                   []postal
	voice, voiceX, fax, faxX string
	noVoice, noFax           bool // absent, where "" is an empty element
	email, pw                string
}

type postal struct {
	kind, name, org, city, sp, pc, cc string
	street                            []string
}

func (p postal) xml() string {
	return `<contact:postalInfo type="` + escape(p.kind) + `">` + el("contact:name", p.name) + opt("contact:org", p.org) +
		"<contact:addr>" + els("contact:street", p.street) + el("contact:city", p.city) + opt("contact:sp", p.sp) +
		opt("contact:pc", p.pc) + el("contact:cc", p.cc) + "</contact:addr></contact:postalInfo>"
}

func phone(name, number, x string, absent bool) string {
	if absent {
		return ""
	}
	attr := ""
	if x != "" {
		attr = ` x="` + escape(x) + `"`
	}
	return "<" + name + attr + ">" + escape(number) + "</" + name + ">"
}

func (c contact) create() string {
	var b strings.Builder
	b.WriteString(el("contact:id", c.id))
	for _, p := range c.postal {
		b.WriteString(p.xml())
	}
	b.WriteString(phone("contact:voice", c.voice, c.voiceX, c.noVoice) + phone("contact:fax", c.fax, c.faxX, c.noFax))
	b.WriteString(el("contact:email", c.email) + "<contact:authInfo>" + el("contact:pw", c.pw) + "</contact:authInfo>")
	return command(verb("create", nsContact, b.String()), "")
}

// contactChange is an update whose chg holds the given elements.
func contactChange(id, elements string) string {
	return command(verb("update", nsContact, el("contact:id", id)+"<contact:chg>"+elements+"</contact:chg>"), "")
}

func hostAddresses(name string, list []address) string {
	var b strings.Builder
	for _, a := range list {
		b.WriteString("<" + name + ` ip="` + a.ip + `">` + escape(a.text) + "</" + name + ">")
	}
	return b.String()
}

func hostCreate(name string, list ...address) string {
	return command(verb("create", nsHost, el("host:name", name)+hostAddresses("host:addr", list)), "")
}

// hostAddress is an update that adds or removes an address.
func hostAddress(name, op string, a address) string {
	return command(verb("update", nsHost, el("host:name", name)+"<host:"+op+">"+hostAddresses("host:addr", []address{a})+"</host:"+op+">"), "")
}

func hostRename(from, to string) string {
	return command(verb("update", nsHost, el("host:name", from)+"<host:chg>"+el("host:name", to)+"</host:chg>"), "")
}

// server is a name server of a domain: an object, or an attribute when attr is set.
type server struct {
	name string
	attr bool
	glue []address
}

func serversXML(list []server) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	for _, s := range list {
		if s.attr {
			b.WriteString("<domain:hostAttr>" + el("domain:hostName", s.name) + hostAddresses("domain:hostAddr", s.glue) + "</domain:hostAttr>")
		} else {
			b.WriteString(el("domain:hostObj", s.name))
		}
	}
	return "<domain:ns>" + b.String() + "</domain:ns>"
}

// domain is a domain as it is created.
type domain struct {
	name, period, unit string
	servers            []server
	noRegistrant       bool // absent, where "" is an empty element
	registrant         string
	contacts           [][2]string // type and id
	pw                 string
	extension          string
}

func (d domain) create() string {
	var b strings.Builder
	b.WriteString(el("domain:name", d.name))
	if d.period != "" {
		b.WriteString(`<domain:period unit="` + escape(d.unit) + `">` + escape(d.period) + "</domain:period>")
	}
	b.WriteString(serversXML(d.servers))
	if !d.noRegistrant {
		b.WriteString(el("domain:registrant", d.registrant))
	}
	for _, c := range d.contacts {
		b.WriteString(`<domain:contact type="` + c[0] + `">` + escape(c[1]) + "</domain:contact>")
	}
	b.WriteString("<domain:authInfo>" + el("domain:pw", d.pw) + "</domain:authInfo>")
	return command(verb("create", nsDomain, b.String()), d.extension)
}

// domainChange is an update with the given add, rem and chg elements, or an
// extension alone.
func domainChange(name, elements, extension string) string {
	return command(verb("update", nsDomain, el("domain:name", name)+elements), extension)
}

// serverChange is an update that adds or removes a name server.
func serverChange(name, op string, s server) string {
	return domainChange(name, "<domain:"+op+">"+serversXML([]server{s})+"</domain:"+op+">", "")
}

// pwChange is an update that sets a domain's authorisation information.
func pwChange(name, pw string) string {
	return domainChange(name, "<domain:chg><domain:authInfo>"+el("domain:pw", pw)+"</domain:authInfo></domain:chg>", "")
}

func domainInfoWith(name, pw string) string {
	return command(verb("info", nsDomain, el("domain:name", name)+"<domain:authInfo>"+el("domain:pw", pw)+"</domain:authInfo>"), "")
}

func renew(name, date, period, unit string) string {
	return command(verb("renew", nsDomain, el("domain:name", name)+el("domain:curExpDate", date)+
		`<domain:period unit="`+escape(unit)+`">`+escape(period)+"</domain:period>"), "")
}

// transfer is a transfer command; a period of "" and a pw of "" are left out.
func transfer(op, name, period, pw string) string {
	content := el("domain:name", name)
	if period != "" {
		content += `<domain:period unit="y">` + escape(period) + "</domain:period>"
	}
	if pw != "" {
		content += "<domain:authInfo>" + el("domain:pw", pw) + "</domain:authInfo>"
	}
	return command(`<transfer op="`+op+`">`+inObject("transfer", nsDomain, content)+"</transfer>", "")
}
