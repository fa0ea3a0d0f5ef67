package epp

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// refusal is a golden command with one change, and what must come of it.
type refusal struct {
	golden   string // file in testdata/epp/commands
	old, new string // the change
	code     Code
	element  string // Error.Element as Name.String writes it, with @attribute
	lax      bool   // the schemas allow it
}

const (
	domainNS10 = "urn:ietf:params:xml:ns:domain-1.0"
	kindNS10   = "urn:cadastre:params:xml:ns:epp:contactKind-1.0"
	preNS10    = "urn:cadastre:params:xml:ns:epp:preapproval-1.0"
)

// refusals are those of all commands and extensions.
var refusals = slices.Concat(coreRefusals, registeredRefusals)

var coreRefusals = []refusal{
	// The envelope, RFC 5730, section 2.
	{"hello", `<epp xmlns="urn:ietf:params:xml:ns:epp-1.0">`, `<epp xmlns="urn:ietf:params:xml:ns:epp-2.0">`, 2001, "epp", false},
	{"hello", `<epp xmlns="urn:ietf:params:xml:ns:epp-1.0">`, `<epp>`, 2001, "epp", false},
	{"hello", `<hello/>`, `<hello/><hello/>`, 2001, "hello", false},
	{"hello", `<hello/>`, ``, 2001, "epp", false},
	{"hello", `<hello/>`, `x<hello/>`, 2001, "epp", false},
	{"hello", `<hello/>`, `<hello a="1"/>`, 2001, "hello@a", true},
	{"hello", `<hello/>`, `<hello><x/></hello>`, 2001, "x", true},
	{"hello", `<hello/>`, `<goodbye/>`, 2000, "goodbye", false},
	{"hello", `<hello/>`, `<hello xmlns="u"/>`, 2000, "hello", false},
	{"hello", `<hello/>`, `<response/>`, 2001, "response", false},
	{"hello", `<hello/>`, `<extension><x xmlns="u"/></extension>`, 2103, "extension", false},
	{"hello", `<hello/>`, `<command/>`, 2001, "command", false},
	{"hello", `ns:epp-1.0">`, `ns:epp-1.0" version="1">`, 2001, "epp@version", false},
	{"logout", `<logout/>`, ``, 2001, "clTRID", false},
	{"logout", `<logout/>`, `<explode/>`, 2000, "explode", false},
	{"logout", `<logout/>`, `<logout xmlns="u"/>`, 2000, "logout", false},
	{"logout", `<logout/>`, `<logout/><logout/>`, 2001, "logout", false},
	{"logout", `<logout/>`, `<logout>x</logout>`, 2001, "logout", true},
	{"logout", `<clTRID>`, `<extension/><clTRID>`, 2001, "extension", false},
	{"logout", `</clTRID>`, `</clTRID><clTRID>ABC-12346</clTRID>`, 2001, "clTRID", false},
	{"logout", `</clTRID>`, `</clTRID><extension><x xmlns="u"/></extension>`, 2001, "extension", false},
	{"logout", `ABC-12345`, `AB`, 2005, "clTRID", false},
	{"logout", `ABC-12345`, strings.Repeat("é", 65), 2005, "clTRID", false},
	{"logout", `<command>`, `<command>text`, 2001, "command", false},
	{"logout", `<command>`, `<command a="1">`, 2001, "command@a", false},
	{"logout", `<clTRID>`, `<clTRID x="1">`, 2001, "clTRID@x", false},
	{"logout", `ABC-12345`, `ABC<b/>12345`, 2001, "b", false},

	// Sessions, RFC 5730, sections 2.9.1 and 2.9.2.3.
	{"login", `<clID>registrar-a</clID>`, ``, 2003, "clID", false},
	{"login", `registrar-a`, `ab`, 2005, "clID", false},
	{"login", `registrar-a`, `abcdefghijklmnopq`, 2005, "clID", false},
	{"login", `foo-BAR2`, `12345`, 2005, "pw", false},
	{"login", `bar-FOO2`, `12345678901234567`, 2005, "newPW", false},
	{"login", `>1.0<`, `>2.0<`, 2100, "version", false},
	{"login", `>1.0<`, `>1<`, 2005, "version", false},
	{"login", `<version>1.0</version>`, ``, 2003, "version", false},
	{"login", `en-US`, `en_US`, 2005, "lang", false},
	{"login", `<svcs>`, `<svcs><x/>`, 2001, "x", false},
	{"login", `<svcExtension>`, `<svcExtension><x/>`, 2001, "x", false},
	{"login", `<clID>`, `<pw>foo-BAR2</pw><clID>`, 2001, "pw", false},
	{"login", `</login>`, `<x/></login>`, 2001, "x", false},
	{"poll-req", ` op="req"`, ``, 2003, "poll@op", false},
	{"poll-req", `op="req"`, `op="get"`, 2005, "poll@op", false},
	{"poll-req", `op="req"`, `op="req" x="1"`, 2001, "poll@x", false},
	{"poll-req", `op="req"/>`, `op="req"><x/></poll>`, 2001, "x", false},
	{"poll-ack", ` msgID="12345"`, ``, 2003, "poll@msgID", true},

	// Objects and verbs, RFC 5730, section 2.7.2.
	{"domain-check", domainNS10, "urn:ietf:params:xml:ns:obj1", 2307, "check", false},
	{"domain-check", domainNS10, "urn:ietf:params:xml:ns:domain-1.1", 2307, "check", false},
	{"domain-check", `<check>`, `<check>x`, 2001, "check", false},
	{"domain-check", `<check>`, `<check op="x">`, 2001, "check@op", false},
	{"domain-delete", `domain:delete`, `domain:remove`, 2001, "domain:remove", false},
	{"domain-delete", `domain:delete`, `domain:check`, 2001, "domain:check", true},
	{"domain-transfer-query", ` op="query"`, ``, 2003, "transfer@op", false},
	{"domain-transfer-query", `op="query"`, `op="steal"`, 2005, "transfer@op", false},
	{"logout", `<logout/>`, `<check/>`, 2003, "check", false},
	{"logout", `<logout/>`, `<check><check/></check>`, 2001, "check", false},
	{"logout", `<logout/>`, `<renew><renew xmlns="urn:ietf:params:xml:ns:host-1.0"/></renew>`, 2101, "host:renew", false},

	// Domains, RFC 5731.
	{"domain-check", `<domain:name>example.example</domain:name>`, `<domain:name/>`, 2005, "domain:name", false},
	{"domain-check", `example.example`, strings.Repeat("a", 256), 2005, "domain:name", false},
	{"domain-check", `<domain:name>example.example</domain:name>`, `<domain:id>x</domain:id>`, 2001, "domain:id", false},
	{"domain-check", `<domain:name>`, `<domain:name hosts="all">`, 2001, "domain:name@hosts", false},
	{"domain-info-hosts-authinfo", `hosts="sub"`, `hosts="some"`, 2005, "domain:name@hosts", false},
	{"domain-info-hosts-authinfo", `JD1234-ICANNRST`, `JD1234`, 2005, "domain:pw@roid", false},
	{"domain-info-hosts-authinfo", `<domain:authInfo>`, `<domain:authInfo><domain:null/>`, 2001, "domain:null", false},
	{"domain-create", `<domain:name>example.example</domain:name>`, ``, 2003, "domain:name", false},
	{"domain-create", `>2</domain:period>`, `>0</domain:period>`, 2004, "domain:period", false},
	{"domain-create", `>2</domain:period>`, `>100</domain:period>`, 2004, "domain:period", false},
	{"domain-create", `>2</domain:period>`, `>-1</domain:period>`, 2004, "domain:period", false},
	{"domain-create", `>2</domain:period>`, `>99999999999999999999</domain:period>`, 2004, "domain:period", false},
	{"domain-create", `>2</domain:period>`, `>1.5</domain:period>`, 2005, "domain:period", false},
	{"domain-create", `>2</domain:period>`, `>+2</domain:period>`, 2005, "domain:period", false},
	{"domain-create", `>2</domain:period>`, `></domain:period>`, 2005, "domain:period", false},
	{"domain-create", `unit="y"`, `unit="x"`, 2005, "domain:period@unit", false},
	{"domain-create", ` unit="y"`, ``, 2003, "domain:period@unit", false},
	{"domain-create", `<domain:registrant>`, `<domain:registrant type="x">`, 2001, "domain:registrant@type", false},
	{"domain-create", `jd1234`, ``, 2005, "domain:registrant", false},
	{"domain-create", `type="admin"`, `type="owner"`, 2005, "domain:contact@type", false},
	{"domain-create", `<domain:hostObj>ns2.example.net</domain:hostObj>`, `<domain:hostAttr><domain:hostName>a</domain:hostName></domain:hostAttr>`, 2001, "domain:hostAttr", false},
	{"domain-create", `<domain:pw>2fooBAR</domain:pw>`, ``, 2003, "domain:authInfo", false},
	{"domain-create", `<domain:pw>2fooBAR</domain:pw>`, `<domain:null/>`, 2001, "domain:null", false},
	{"domain-create", `<domain:pw>2fooBAR</domain:pw>`, `<domain:ext/>`, 2003, "domain:ext", false},
	{"domain-create", `<domain:authInfo>`, `<domain:authInfo xmlns:x="u" x:y="1">`, 2001, "domain:authInfo@y", false},
	{"domain-create", `</domain:authInfo>`, `</domain:authInfo><domain:contact>sh8013</domain:contact>`, 2001, "domain:contact", false},
	{"domain-create", `<domain:ns>`, `<domain:ns>text`, 2001, "domain:ns", false},
	{"domain-create", `<domain:name>`, `<domain:name xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true">`, 2001, "domain:name@nil", false},
	{"domain-create-hostattr-empty-pw", `ip="v6"`, `ip="v5"`, 2005, "domain:hostAddr@ip", false},
	{"domain-create-hostattr-empty-pw", `>192.0.2.2<`, `><`, 2005, "domain:hostAddr", false},
	{"domain-create-hostattr-empty-pw", `<domain:hostName>ns1.example.example</domain:hostName>`, ``, 2003, "domain:hostName", false},
	{"domain-renew", `2030-04-03`, `2030-02-30`, 2005, "domain:curExpDate", false},
	{"domain-renew", `2030-04-03`, `2030-04-03T00:00:00Z`, 2005, "domain:curExpDate", false},
	{"domain-renew", `2030-04-03`, `2030-04-03+05:00`, 2005, "domain:curExpDate", true},
	{"domain-renew", `2030-04-03`, `0000-04-03`, 2005, "domain:curExpDate", false},
	{"domain-renew", `<domain:curExpDate>2030-04-03</domain:curExpDate>`, ``, 2003, "domain:curExpDate", false},
	{"domain-update", `s="clientHold"`, `s="clientHeld"`, 2005, "domain:status@s", false},
	{"domain-update", ` s="clientHold"`, ``, 2003, "domain:status@s", false},
	{"domain-update", `lang="en"`, `lang=""`, 2005, "domain:status@lang", false},
	{"domain-update", `<domain:status s="clientUpdateProhibited"/>`, strings.Repeat(`<domain:status s="ok"/>`, 12), 2001, "domain:status", false},
	{"domain-update", `<domain:add>`, `<domain:chg/><domain:add>`, 2001, "domain:add", false},
	{"domain-update", `<domain:registrant>sh8013`, `<domain:registrant>sh801345678901234`, 2005, "domain:registrant", false},
	{"domain-update-removals", `<domain:null/>`, `<domain:null>x</domain:null>`, 2001, "domain:null", true},

	// Hosts, RFC 5732.
	{"host-create", `<host:name>ns1.example.example</host:name>`, ``, 2003, "host:name", false},
	{"host-create", `ip="v4"`, `ip="V4"`, 2005, "host:addr@ip", false},
	{"host-create", `>192.0.2.29<`, `>::<`, 2005, "host:addr", false},
	{"host-create", `>192.0.2.29<`, `>` + strings.Repeat("1", 46) + `<`, 2005, "host:addr", false},
	{"host-update", `s="clientUpdateProhibited"`, `s="clientHold"`, 2005, "host:status@s", false},
	{"host-update", `<host:name>ns2.example.example</host:name>`, ``, 2003, "host:name", false},
	{"host-info", `</host:name>`, `</host:name><host:authInfo/>`, 2001, "host:authInfo", false},

	// Contacts, RFC 5733.
	{"contact-create", `>sh8013<`, `><`, 2005, "contact:id", false},
	{"contact-create", `>sh8013<`, `>sh801345678901234<`, 2005, "contact:id", false},
	{"contact-create", `type="int"`, `type="tni"`, 2005, "contact:postalInfo@type", false},
	{"contact-create", `type="int"`, `type=""`, 2005, "contact:postalInfo@type", false},
	{"contact-create", ` type="int"`, ``, 2003, "contact:postalInfo@type", false},
	{"contact-create", `John Doe`, ``, 2005, "contact:name", false},
	{"contact-create", `Dulles`, ``, 2005, "contact:city", false},
	{"contact-create", `<contact:city>Dulles</contact:city>`, ``, 2003, "contact:city", false},
	{"contact-create", `Example Inc.`, strings.Repeat("x", 256), 2005, "contact:org", false},
	{"contact-create", `Suite 100`, strings.Repeat("x", 256), 2005, "contact:street", false},
	{"contact-create", `<contact:city>`, strings.Repeat(`<contact:street>x</contact:street>`, 2) + `<contact:city>`, 2001, "contact:street", false},
	{"contact-create", `20166-6503`, `12345678901234567`, 2005, "contact:pc", false},
	{"contact-create", `>US<`, `>U<`, 2005, "contact:cc", false},
	{"contact-create", `>US<`, `>USA<`, 2005, "contact:cc", false},
	{"contact-create", `+1.7035555555`, `+12345`, 2005, "contact:voice", false},
	{"contact-create", `+1.7035555555`, `+1111.1`, 2005, "contact:voice", false},
	{"contact-create", `+1.7035555555`, `55`, 2005, "contact:voice", false},
	{"contact-create", `+1.7035555555`, `+1.`, 2005, "contact:voice", false},
	{"contact-create", `+1.7035555556`, `+1.123456789012345`, 2005, "contact:fax", false},
	{"contact-create", `+1.7035555556`, `+1.a`, 2005, "contact:fax", false},
	{"contact-create", `+1.7035555556`, `+a.1`, 2005, "contact:fax", false},
	{"contact-create", `jdoe@example.com`, ` `, 2005, "contact:email", false},
	{"contact-create", `<contact:email>jdoe@example.com</contact:email>`, ``, 2003, "contact:email", false},
	{"contact-create", `flag="0"`, `flag="no"`, 2005, "contact:disclose@flag", false},
	{"contact-create", ` flag="0"`, ``, 2003, "contact:disclose@flag", false},
	{"contact-create", `<contact:email/>`, `<contact:email/><contact:fax/>`, 2001, "contact:fax", false},
	{"contact-create", `</contact:postalInfo>`, `</contact:postalInfo><contact:voice/><contact:postalInfo type="loc"/>`, 2001, "contact:postalInfo", false},
	{"contact-update", `<contact:status s="clientDeleteProhibited"/>`, ``, 2003, "contact:status", false},
	{"contact-update", `clientDeleteProhibited`, `clientHold`, 2005, "contact:status@s", false},
	{"contact-update", `new@example.com`, ``, 2005, "contact:email", false},

	// Extensions, RFC 5730, section 2.7.3, and contactKind-1.0.
	{"contact-create-real", kindNS10, "urn:example:none-1.0", 2103, "create", false},
	{"contact-create-real", `<extension>`, `<extension>x`, 2001, "extension", false},
	{"contact-create-real", `<extension>`, `<extension><clTRID>ABC</clTRID>`, 2001, "clTRID", false},
	{"contact-create-real", `<extension>`, `<extension><x xmlns=""/>`, 2001, "x", false},
	{"contact-create-real", ` type="real"`, ``, 2003, "kind:create@type", false},
	{"contact-create-real", ` type="real"`, ` type="fake"`, 2005, "kind:create@type", false},
	{"contact-create-real", `alt@example.net`, ``, 2005, "kind:secondaryEmail", false},
	{"contact-create-real", `<kind:emergencyPhone x="12">+1.7035555555`, `<kind:emergencyPhone>`, 2005, "kind:emergencyPhone", false},
	{"contact-create-real", `UID5439394`, ``, 2005, "kind:identifier", false},
	{"contact-create-real", `<kind:secondaryEmail>`, `<kind:identifier>UID</kind:identifier><kind:secondaryEmail>`, 2001, "kind:secondaryEmail", false},
	{"contact-create-real", `<kind:create `, `<kind:create type="real" xmlns:kind="` + kindNS10 + `"/><kind:create `, 2001, "kind:create", true},
	{"contact-create-proxy", `<kind:realContact>sh8013</kind:realContact>`, `<kind:realContact>sh8013</kind:realContact><kind:realContact>sh8014</kind:realContact>`, 2001, "kind:realContact", false},
	{"contact-create-proxy", `<kind:realContact>sh8013`, `<kind:realContact>`, 2005, "kind:realContact", false},
	{"contact-create-proxy", `kind:create`, `kind:infData`, 2001, "kind:infData", true},
	{"contact-update-kind", `kind:update`, `kind:delete`, 2001, "kind:delete", false},
	{"contact-update-kind", `type="real"`, `type=""`, 2005, "kind:chg@type", false},
	{"contact-update-kind-removals", `<kind:realContact/>`, `<kind:realContact>ab</kind:realContact>`, 2005, "kind:realContact", false},
	{"contact-delete", `<clTRID>`, `<extension><create xmlns="` + kindNS10 + `" type="real"/></extension><clTRID>`, 2002, "kind:create", true},

	// preapproval-1.0.
	{"domain-create-apply", `op="apply"`, `op="ask"`, 2005, "preapproval:create@op", false},
	{"domain-create-apply", `op="apply"`, `op=""`, 2005, "preapproval:create@op", false},
	{"domain-create-apply", `op="apply"`, `op="apply" type="real"`, 2001, "preapproval:create@type", false},
	{"domain-create-apply", ` id="UID5439394"`, ``, 2003, "preapproval:registrant@id", false},
	{"domain-create-apply", `id="UID5439394"`, `id=""`, 2005, "preapproval:registrant@id", false},
	{"domain-create-apply", `id="UID5439394"`, `id="  "`, 2005, "preapproval:registrant@id", false},
	{"domain-create-apply", `id="UID5439394"`, `id="` + strings.Repeat("é", 256) + `"`, 2005, "preapproval:registrant@id", false},
	{"domain-create-apply", ` id="146"`, ``, 2003, "preapproval:registrar@id", false},
	{"domain-create-apply", ` type="token"`, ``, 2003, "preapproval:credential@type", false},
	{"domain-create-apply", ` type="token"`, ` type="selfie"`, 2005, "preapproval:credential@type", false},
	{"domain-create-apply", ` type="token"`, ` type="driverslicence"`, 2005, "preapproval:credential@type", false},
	{"domain-create-apply", `tok-5f2c 91`, ``, 2005, "preapproval:credential", false},
	{"domain-create-apply", `tok-5f2c 91`, strings.Repeat("é", 1025), 2005, "preapproval:credential", false},
	{"domain-create-apply", `tok-5f2c 91`, `<b/>`, 2001, "b", false},
	{"domain-create-apply", `<preapproval:credential type="token">`, `x<preapproval:credential type="token">`, 2001, "preapproval:registrant", false},
	{"domain-create-apply", `<preapproval:credential type="token">`, `<preapproval:credential type="token">x</preapproval:credential><preapproval:credential type="token">`, 2001, "preapproval:credential", false},
	{"domain-create-preapproved", `<preapproval:registrar id="146"/>`, `<preapproval:registrar id="146"/><preapproval:registrar id="146"/>`, 2001, "preapproval:registrar", false},
	{"domain-create-preapproved", `<preapproval:registrar id="146"/>`, `<preapproval:registrar id="146"/><preapproval:registrant id="x"/>`, 2001, "preapproval:registrant", false},
	{"domain-create-preapproved", `<preapproval:registrar id="146"/>`, `<preapproval:registrar id="146">146</preapproval:registrar>`, 2001, "preapproval:registrar", false},
	{"domain-create-preapproved", `<preapproval:registrar id="146"/>`, `<preapproval:policy>trips-board</preapproval:policy>`, 2001, "preapproval:policy", false},
	{"domain-create-enter", `>miami.trips</preapproval:target>`, `></preapproval:target>`, 2005, "preapproval:target", false},
	{"domain-create-enter", `>miami.trips</preapproval:target>`, `>` + strings.Repeat("a", 256) + `</preapproval:target>`, 2005, "preapproval:target", false},
	{"domain-create-enter", `<preapproval:registrar id="146"/>`, `<preapproval:registrar id="146"/><preapproval:target>miami.trips</preapproval:target>`, 2001, "preapproval:target", false},
	{"domain-create-register-bare", preNS10, "urn:cadastre:params:xml:ns:epp:preapproval-1.1", 2103, "create", false},
	{"domain-create-register-bare", `<preapproval:create `, `<preapproval:create xmlns:preapproval="` + preNS10 + `"/><preapproval:create `, 2001, "preapproval:create", true},
	{"domain-create-register-bare", `preapproval:create`, `preapproval:update`, 2001, "preapproval:update", false},
	{"domain-create-register-bare", `preapproval:create`, `preapproval:creData`, 2001, "preapproval:creData", false},
	{"domain-info", `<clTRID>`, `<extension><create xmlns="` + preNS10 + `"/></extension><clTRID>`, 2002, "preapproval:create", true},
	{"host-create", `<clTRID>`, `<extension><create xmlns="` + preNS10 + `"/></extension><clTRID>`, 2002, "preapproval:create", true},
}

// elementNames are changes of an element's name.
var elementNames = regexp.MustCompile(`^(domain|kind|secDNS|idn|ttl|allocationToken):[a-zA-Z]+$`)

// frame makes the frame of a refusal.
func (r *refusal) frame(t testing.TB, golden map[string][]byte) []byte {
	t.Helper()
	base := string(golden[r.golden+".xml"])
	if !strings.Contains(base, r.old) {
		t.Fatalf("%s does not hold %q", r.golden, r.old)
	}
	if elementNames.MatchString(r.old) || r.old == domainNS10 {
		return []byte(strings.ReplaceAll(base, r.old, r.new)) // start and end tag
	}
	return []byte(strings.Replace(base, r.old, r.new, 1))
}

// Every change is refused with the right code and names what is at fault; the schemas
// agree but for the cases marked.
func TestRefusals(t *testing.T) {
	golden := goldenFrames(t, "commands")
	var frames [][]byte
	for i := range refusals {
		r := &refusals[i]
		frame := r.frame(t, golden)
		frames = append(frames, frame)
		cmd, err := DecodeCommand(frame)
		if err == nil {
			t.Errorf("%s with %q: accepted as %+v", r.golden, r.new, cmd.Body)
			continue
		}
		element := err.Element.String()
		if err.Attr != "" {
			element += "@" + err.Attr
		}
		if err.Code != r.code || element != r.element || err.Malformed {
			t.Errorf("%s with %q: %v, want %d %s", r.golden, r.new, err, r.code, r.element)
		}
		if err.Reason == "" {
			t.Errorf("%s with %q: no reason", r.golden, r.new)
		}
		// The client's transaction id survives unless it is itself the fault.
		if id := "ABC-12345"; strings.Count(string(frame), "<clTRID>"+id+"<") == 1 && err.ClTRID != id {
			t.Errorf("%s with %q: clTRID %q", r.golden, r.new, err.ClTRID)
		}
	}
	for i, verdict := range schemaErrors(t, frames) {
		if (verdict == "") != refusals[i].lax {
			t.Errorf("%s with %q: lax is %v, the schemas say: %s", refusals[i].golden, refusals[i].new, refusals[i].lax, verdict)
		}
	}
}

// Answers to refused frames are valid, whatever was in the frame.
func TestRefusalAnswersAreValid(t *testing.T) {
	golden := goldenFrames(t, "commands")
	var frames [][]byte
	for i := range refusals {
		_, err := DecodeCommand(refusals[i].frame(t, golden))
		if err == nil {
			continue // reported by TestRefusals
		}
		r := err.Response()
		r.SvTRID = "54322-XYZ"
		frames = append(frames, EncodeResponse(r))
	}
	for _, doc := range append(append([]string{}, malformed...), forbidden...) {
		_, err := DecodeCommand([]byte(doc))
		if err == nil || !err.Malformed || err.Code != CodeSyntaxError {
			t.Fatalf("%q: %v", doc, err)
		}
		r := err.Response()
		r.SvTRID = "54322-XYZ"
		frames = append(frames, EncodeResponse(r))
	}
	wantValid(t, frames)
}

// Passwords never come back in an error.
func TestErrorsHideSecrets(t *testing.T) {
	golden := goldenFrames(t, "commands")
	for _, c := range []struct{ golden, old, new string }{
		{"login", "foo-BAR2", "canarycanarycanary"},
		{"login", "bar-FOO2", "canarycanarycanary"},
		{"domain-create", "<domain:pw>2fooBAR</domain:pw>", "<domain:pw>canary<b/></domain:pw>"},
		{"domain-create", "<domain:pw>2fooBAR", "<domain:pw roid='x'>canary"},
		{"domain-create-apply", "tok-5f2c 91", strings.Repeat("canary", 200)},
		{"domain-create-apply", "tok-5f2c 91", "canary<b/>"},
		{"domain-create-apply", "tok-5f2c 91", "canary</preapproval:credential>canary<preapproval:credential type='token'>"},
		{"domain-create-apply", ` type="token">tok-5f2c 91`, ` type="selfie">canary`},
		{"domain-create-apply", ` type="token">tok-5f2c 91`, ` value="canary" type="token">x`},
		{"domain-create-apply", `<preapproval:credential type="token">`, `canary<preapproval:credential type="token">`},
		{"domain-create-token", `>abc123<`, ` use="canary">x<`},
		{"domain-create-token", `>abc123<`, `>canary<b/><`},
	} {
		frame := strings.Replace(string(golden[c.golden+".xml"]), c.old, c.new, 1)
		_, err := DecodeCommand([]byte(frame))
		if err == nil {
			t.Errorf("%s with %q accepted", c.golden, c.new)
			continue
		}
		if strings.Contains(string(EncodeResponse(err.Response())), "canary") || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s with %q: secret shown in %v", c.golden, c.new, err)
		}
	}
}

// A decoder can be narrowed to what a server announces.
func TestDecoderNarrowed(t *testing.T) {
	golden := goldenFrames(t, "commands")
	d := Decoder{Objects: []string{NSDomain, NSContact}, Extensions: []string{}}
	for name, want := range map[string]Code{
		"host-check.xml": CodeUnimplementedService, "contact-create-real.xml": CodeUnimplementedExtension,
		"domain-check.xml": 0, "contact-create.xml": 0, "login.xml": 0,
	} {
		_, err := d.DecodeCommand(golden[name])
		if (err == nil) != (want == 0) || (err != nil && err.Code != want) {
			t.Errorf("%s: %v, want %d", name, err, want)
		}
		if want == CodeUnimplementedExtension && err != nil && !strings.Contains(err.Reason, NSContactKind) {
			t.Errorf("%s: reason %q does not name the namespace", name, err.Reason)
		}
	}
}
