package e2e

import (
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
)

// The tests write commands as XML of their own, so that a fault in the program's
// encoder cannot hide one in its decoder.

const (
	header = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>` + "\n"
	nsEPP  = "urn:ietf:params:xml:ns:epp-1.0"
	nsKind = "urn:cadastre:params:xml:ns:epp:contactKind-1.0"
)

var lastTRID atomic.Int64

// command wraps the inside of a command, with a transaction id.
func command(inside string) string {
	return fmt.Sprintf(`%s<epp xmlns="%s"><command>%s<clTRID>E2E-%06d</clTRID></command></epp>`, header, nsEPP, inside, lastTRID.Add(1))
}

// extended is a command with an extension.
func extended(inside, extension string) string {
	return command(inside + "<extension>" + extension + "</extension>")
}

// object is a command on an object of one of the three mappings.
func object(verb, mapping, inside string) string {
	return fmt.Sprintf(`<%[1]s><%[2]s:%[1]s xmlns:%[2]s="urn:ietf:params:xml:ns:%[2]s-1.0">%[3]s</%[2]s:%[1]s></%[1]s>`, verb, mapping, inside)
}

// escape makes text fit for XML.
func escape(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text)) //nolint:errcheck // a Builder takes everything
	return b.String()
}

// el is an element with text.
func el(name, text string) string { return "<" + name + ">" + escape(text) + "</" + name + ">" }

// els is the same element for each text.
func els(name string, texts ...string) string {
	var b strings.Builder
	for _, text := range texts {
		b.WriteString(el(name, text))
	}
	return b.String()
}

func loginCommand(id, password string) string {
	return loginWith(id, password, "", []string{"domain", "contact", "host"}, nsKind)
}

// loginWith is a login with chosen services; extra is put after the password.
func loginWith(id, password, extra string, objects []string, extensions ...string) string {
	services := ""
	for _, o := range objects {
		services += el("objURI", "urn:ietf:params:xml:ns:"+o+"-1.0")
	}
	if len(extensions) > 0 {
		services += "<svcExtension>" + els("extURI", extensions...) + "</svcExtension>"
	}
	return command("<login>" + el("clID", id) + el("pw", password) + extra +
		"<options><version>1.0</version><lang>en</lang></options><svcs>" + services + "</svcs></login>")
}

const hello = header + `<epp xmlns="` + nsEPP + `"><hello/></epp>`

func logout() string { return command("<logout/>") }

func poll() string { return command(`<poll op="req"/>`) }

func ack(id string) string { return command(`<poll op="ack" msgID="` + escape(id) + `"/>`) }

// newDomain is what a domain create says; empty parts are left out.
type newDomain struct {
	name       string
	period     string // the whole element
	hosts      []string
	registrant string
	contacts   string // the elements
	authInfo   string // the element; "" gives an empty pw
}

func (d newDomain) create() string {
	inside := el("domain:name", d.name) + d.period
	if len(d.hosts) > 0 {
		inside += "<domain:ns>" + els("domain:hostObj", d.hosts...) + "</domain:ns>"
	}
	if d.registrant != "" {
		inside += el("domain:registrant", d.registrant)
	}
	inside += d.contacts
	if d.authInfo == "" {
		d.authInfo = "<domain:authInfo><domain:pw/></domain:authInfo>"
	}
	return command(object("create", "domain", inside+d.authInfo))
}

// years is a period element.
func years(n int) string { return fmt.Sprintf(`<domain:period unit="y">%d</domain:period>`, n) }

func domainInfo(name string) string {
	return command(object("info", "domain", el("domain:name", name)))
}

func domainDelete(name string) string {
	return command(object("delete", "domain", el("domain:name", name)))
}

func domainCheck(names ...string) string {
	return command(object("check", "domain", els("domain:name", names...)))
}

func domainRenew(name, curExp, period string) string {
	return command(object("renew", "domain", el("domain:name", name)+el("domain:curExpDate", curExp)+period))
}

// domainUpdate takes the insides of add, rem and chg.
func domainUpdate(name, add, rem, chg string) string {
	return command(object("update", "domain", el("domain:name", name)+changes("domain", add, rem, chg)))
}

// changes writes the parts of an update that are not empty.
func changes(mapping, add, rem, chg string) string {
	out := ""
	for _, part := range []struct{ name, inside string }{{"add", add}, {"rem", rem}, {"chg", chg}} {
		if part.inside != "" {
			out += "<" + mapping + ":" + part.name + ">" + part.inside + "</" + mapping + ":" + part.name + ">"
		}
	}
	return out
}

// status is a status element.
func status(mapping, value string) string {
	return "<" + mapping + `:status s="` + escape(value) + `"/>`
}

// delegation is an ns element of host objects.
func delegation(hosts ...string) string {
	return "<domain:ns>" + els("domain:hostObj", hosts...) + "</domain:ns>"
}

// v4 and v6 are address elements.
func v4(addr string) string { return `<host:addr ip="v4">` + escape(addr) + `</host:addr>` }
func v6(addr string) string { return `<host:addr ip="v6">` + escape(addr) + `</host:addr>` }

func hostCreate(name string, addrs ...string) string {
	return command(object("create", "host", el("host:name", name)+strings.Join(addrs, "")))
}

func hostInfo(name string) string { return command(object("info", "host", el("host:name", name))) }

func hostDelete(name string) string { return command(object("delete", "host", el("host:name", name))) }

func hostCheck(names ...string) string {
	return command(object("check", "host", els("host:name", names...)))
}

func hostUpdate(name, add, rem, chg string) string {
	return command(object("update", "host", el("host:name", name)+changes("host", add, rem, chg)))
}

func hostRename(name, to string) string { return hostUpdate(name, "", "", el("host:name", to)) }

func contactInfo(id string) string { return command(object("info", "contact", el("contact:id", id))) }

func contactDelete(id string) string {
	return command(object("delete", "contact", el("contact:id", id)))
}

func contactCheck(ids ...string) string {
	return command(object("check", "contact", els("contact:id", ids...)))
}

// contactUpdate takes the insides of add, rem and chg, and an extension or "".
func contactUpdate(id, add, rem, chg, extension string) string {
	inside := object("update", "contact", el("contact:id", id)+changes("contact", add, rem, chg))
	if extension == "" {
		return command(inside)
	}
	return extended(inside, extension)
}

// randomID gives a fresh handle that RFC 5730's clIDType takes.
func randomID(prefix string) string { return prefix + randomLabel(16-len(prefix)) }

// randomLabel gives n lower-case letters and digits, a letter first.
func randomLabel(n int) string {
	const letters, all = "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz0123456789"
	b := make([]byte, n)
	for i := range b {
		b[i] = all[rand.IntN(len(all))]
	}
	b[0] = letters[rand.IntN(len(letters))]
	return string(b)
}
