package server

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cadastre/epp"
	"cadastre/registry"
	"cadastre/whitelist/desk"
)

// createWith is the body of a domain create with the extension.
func createWith(name, attrs, parties string, inner ...string) string {
	return `<create><domain:create><domain:name>` + name + `</domain:name>` + strings.Join(inner, "") +
		`<domain:authInfo><domain:pw/></domain:authInfo></domain:create></create>` +
		`<extension><preapproval:create ` + attrs + `>` + parties + `</preapproval:create></extension>`
}

func createPlain(name string, inner ...string) string {
	return `<create><domain:create><domain:name>` + name + `</domain:name>` + strings.Join(inner, "") +
		`<domain:authInfo><domain:pw/></domain:authInfo></domain:create></create>`
}

// withShelf is a server for both registries.
func withShelf(t testing.TB) (*harness, *shelf) {
	s := newShelf()
	return start(t, func(c *Config) { c.Whitelist = s }), s
}

// board is a session of the verifier.
func (h *harness) board() *client {
	h.t.Helper()
	c := h.dial(boardCert())
	c.want(login("trips-board", boardPassword), 1000)
	return c
}

const (
	withToken = `<preapproval:registrant id="UID1"><preapproval:credential type="token">tok-1</preapproval:credential></preapproval:registrant>`
	agent146  = `<preapproval:registrar id="146"/>`
)

func wantParts(t *testing.T, answer string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(answer, part) {
			t.Errorf("the answer lacks %s: %s", part, answer)
		}
	}
}

func TestApply(t *testing.T) {
	h, s := withShelf(t)
	s.applications = []*desk.Application{
		{
			ID: "A1-TEST", Target: "miami.trips", Status: desk.StatusApproved, Names: []string{"uid1.miami.trips.valid.zone", "146.miami.trips.valid.zone"},
			Expires: shelfExpires, Created: memoryNow,
		},
		{ID: "A2-TEST", Target: "miami.trips", Status: desk.StatusPending, Names: []string{shelfEntry}, Created: memoryNow},
	}
	c := h.alpha()
	answer := c.want(command(createWith("Miami.Trips", `op="apply"`, withToken+
		`<preapproval:registrar id="146"><preapproval:credential type="password">pw</preapproval:credential></preapproval:registrar>`,
		`<domain:period unit="y">2</domain:period><domain:ns><domain:hostObj>ns1.example.net</domain:hostObj></domain:ns><domain:registrant>sh8013</domain:registrant>`,
		`<domain:contact type="tech">sh8014</domain:contact><domain:contact type="tech">sh8015</domain:contact>`)), 1001)
	wantParts(
		t, answer,
		`<domain:name>miami.trips</domain:name><domain:crDate>2026-01-02T03:04:05Z</domain:crDate></domain:creData>`,
		`<preapproval:application>A1-TEST</preapproval:application><preapproval:status>approved</preapproval:status>`+
			`<preapproval:name>uid1.miami.trips.valid.zone</preapproval:name><preapproval:name>146.miami.trips.valid.zone</preapproval:name>`+
			`<preapproval:expires>2027-01-02T03:04:05Z</preapproval:expires></preapproval:creData>`,
		`<preapproval:application>A2-TEST</preapproval:application><preapproval:status>pending</preapproval:status><preapproval:name>`+shelfEntry+`</preapproval:name></preapproval:creData>`,
	)
	want := desk.ApplyRequest{
		Target: "Miami.Trips",
		Preapproval: registry.Preapproval{
			Registrant: "UID1", Credential: registry.Credential{Type: "token", Value: "tok-1"},
			Registrar: "146", RegistrarCredential: registry.Credential{Type: "password", Value: "pw"},
		},
		Evidence: desk.Evidence{Period: "2y", Registrant: "sh8013", Contacts: map[string]string{"tech": "sh8014 sh8015"}, RegistrarIdentity: "password"},
	}
	if diff := cmp.Diff(want, s.applied); diff != "" {
		t.Error(diff)
	}
	if a := s.actor; a.Registrar != "registrar-a" || a.Verifier || a.ClTRID != "TEST-1" || a.SvTRID != svTRIDIn(answer) {
		t.Errorf("the actor is %+v", a)
	}
	line := h.line("domain:create").ContextMap()
	if got := fmt.Sprint(line["op"], line["applications"], line["object"]); got != "apply[A1-TEST A2-TEST]Miami.Trips" {
		t.Errorf("the log has %q", got)
	}
	if h.reg.called("CreateDomain") != 0 {
		t.Error("an application became a registration")
	}
	for _, a := range s.applications {
		a.Status = desk.StatusApproved
	}
	c.want(command(createWith("miami.trips", `op="apply"`, withToken)), 1000)
}

func TestApplicationsThatAreRefused(t *testing.T) {
	h, s := withShelf(t)
	c := h.alpha()
	for _, test := range []struct {
		name, frame string
		code        epp.Code
		says        string
	}{
		{"no registrant", createWith("a.trips", `op="apply"`, agent146), 2003, `<preapproval:registrant `},
		{"another registrar", createWith("a.trips", `op="apply"`, withToken+`<preapproval:registrar id="147"/>`), 2201, `" id="147"/>`},
		{"nearly the registrar", createWith("a.trips", `op="apply"`, withToken+`<preapproval:registrar id="0146"/>`), 2201, `" id="0146"/>`},
		{"a target", createWith("a.trips", `op="apply"`, `<preapproval:target>b.trips</preapproval:target>`+withToken), 2306, `">b.trips</preapproval:target>`},
		{"unknown operation", createWith("a.trips", `op="beg"`, withToken), 2005, `op="beg"`},
		{"unknown credential", createWith("a.trips", `op="apply"`, strings.Replace(withToken, `"token"`, `"selfie"`, 1)), 2005, `type="selfie"`},
		{"contact without role", createWith("a.trips", `op="apply"`, withToken, `<domain:contact>sh8013</domain:contact>`), 2003, `<domain:contact `},
		{"many contacts", createWith("a.trips", `op="apply"`, withToken, strings.Repeat(`<domain:contact type="tech">sh8013</domain:contact>`, 31)), 2306, "at most 30"},
		{"register another registrar", createWith("a.trips", ``, withToken+`<preapproval:registrar id="147"/>`), 2201, `" id="147"/>`},
		{"register a target", createWith("a.trips", ``, `<preapproval:target>b.trips</preapproval:target>`), 2306, `">b.trips</preapproval:target>`},
		{"register a whitelist name", createWith(shelfEntry, ``, withToken), 2306, `">` + shelfEntry + `</domain:name>`},
	} {
		t.Run(test.name, func(t *testing.T) { wantParts(t, c.want(command(test.frame), test.code), test.says) })
	}
	if s.applied.Target != "" || h.reg.called("CreateDomain") != 0 {
		t.Error("a use case was called")
	}
	s.err = registry.Errorf(registry.KindDataPolicy, "preapproval:registrant", "UID1", "barred by Trips Board (trips-board)")
	wantParts(t, c.want(command(createWith("a.trips", `op="apply"`, withToken)), 2308), "barred by Trips Board (trips-board)", ` id="UID1"/>`)
	s.err = errors.New("the disk is full")
	if answer := c.want(command(createWith("a.trips", `op="apply"`, withToken)), 2400); strings.Contains(answer, "disk") {
		t.Errorf("the client is told of the inside: %s", answer)
	}
}

// A registrar without an IANA number cannot claim one.
func TestRegistrarWithoutNumber(t *testing.T) {
	h, _ := withShelf(t)
	c := h.dial(betaCert())
	c.want(login("registrar-b", betaPassword), 1000)
	for _, id := range []string{"0", "147"} {
		c.want(command(createWith("a.trips", `op="apply"`, withToken+`<preapproval:registrar id="`+id+`"/>`)), 2201)
	}
}

func TestRegisterWithCredentials(t *testing.T) {
	h, _ := withShelf(t)
	c := h.alpha()
	c.want(command(createWith("a.trips", ``, withToken+agent146)), 1000)
	want := registry.Preapproval{Registrant: "UID1", Credential: registry.Credential{Type: "token", Value: "tok-1"}, Registrar: "146"}
	if diff := cmp.Diff(want, h.reg.created.Preapproval); diff != "" {
		t.Error(diff)
	}
	c.want(command(createWith("b.trips", `op="register"`, ``)), 1000)
	h.fail(func(context.Context, string) error {
		return registry.Errorf(registry.KindParamPolicy, "domain:name", "c.trips", "the name lies in no zone of this registry")
	})
	wantParts(t, c.want(command(createWith("c.trips", ``, withToken)), 2306), `in no zone of this registry; an application for its pre-approval says op="apply"`)
	if answer := c.want(command(createPlain("c.trips")), 2306); strings.Contains(answer, "apply") {
		t.Errorf("nobody spoke of pre-approval: %s", answer)
	}
	if diff := cmp.Diff(registry.Preapproval{}, h.reg.created.Preapproval); diff != "" {
		t.Error(diff)
	}
}

// Every kind of credential of the registry can be said in a frame.
func TestCredentialTypes(t *testing.T) {
	h, s := withShelf(t)
	c := h.alpha()
	for _, kind := range registry.CredentialTypes {
		c.want(command(createWith("a.trips", `op="apply"`, strings.Replace(withToken, `"token"`, `"`+kind+`"`, 1))), 1001)
		if got := s.applied.Preapproval.Credential.Type; got != kind {
			t.Errorf("%s arrived as %q", kind, got)
		}
	}
}

// A registry of target names alone says where applications go.
func TestWithoutWhitelist(t *testing.T) {
	h := start(t, nil)
	c := h.alpha()
	wantParts(t, c.want(command(createWith("a.trips", `op="apply"`, withToken)), 2306), "takes no applications")
	wantParts(t, c.want(command(createWith(shelfEntry, `op="enter"`, `<preapproval:target>a.trips</preapproval:target>`)), 2306), "keeps no whitelist")
	c.want(command(createWith("a.trips", ``, withToken)), 1000)
	c.want(check(shelfEntry), 1000)
	board := h.board()
	board.want(check("a.trips"), 1000)
	board.want(command(createPlain("b.trips")), 2201)
}

func TestAnnouncement(t *testing.T) {
	const uri = "<extURI>" + epp.NSPreapproval + "</extURI>"
	for name, test := range map[string]struct {
		change func(*Config)
		there  bool
	}{
		"neither":     {func(c *Config) { c.Preapproval = false }, false},
		"targets":     {func(*Config) {}, true},
		"whitelist":   {func(c *Config) { c.Preapproval, c.Whitelist = false, newShelf() }, true},
		"not wanted":  {func(c *Config) { c.Whitelist, c.Extensions = newShelf(), []string{epp.NSContactKind} }, false},
		"wanted only": {func(c *Config) { c.Whitelist, c.Extensions = newShelf(), []string{epp.NSPreapproval} }, true},
	} {
		if got := strings.Contains(start(t, test.change).dial(nil).send(hello), uri); got != test.there {
			t.Errorf("%s: announced is %v", name, got)
		}
	}
	h := start(t, func(c *Config) { c.Preapproval = false })
	c := h.dial(alphaCert())
	c.want(login("registrar-a", alphaPassword), 2103)
	c.want(loginWith("registrar-a", alphaPassword, "", AllObjects(), nil), 1000)
	c.want(command(createWith("a.trips", ``, withToken)), 2103)
	_, err := New(Config{Registry: newMemory(), ServerID: "Test", Extensions: AllExtensions(), TLS: h.srv.cfg.TLS})
	if err == nil || !strings.Contains(err.Error(), epp.NSPreapproval) {
		t.Errorf("an extension that does nothing is announced: %v", err)
	}
	for _, uri := range AllExtensions() {
		if !slices.Contains(epp.KnownExtensions(), uri) {
			t.Errorf("%s can be announced, but not read", uri)
		}
	}
}

func TestPollShowsDecisions(t *testing.T) {
	h, _ := withShelf(t)
	action := &registry.PendingAction{
		Name: "miami.trips", ClTRID: "ABC-1", SvTRID: "SV-1", At: memoryNow, Application: "A1-TEST", Status: desk.StatusDenied,
		Names: []string{shelfEntry}, Reasons: []string{"a barred <word>", "and another"},
	}
	h.reg.message = registry.PollMessage{ID: 7, Queued: memoryNow, Text: "Application A1-TEST was denied", Lang: "en", Pending: action}
	const (
		poll = `<poll op="req"/>`
		pan  = `<domain:name paResult="0">miami.trips</domain:name><domain:paTRID><clTRID>ABC-1</clTRID><svTRID>SV-1</svTRID></domain:paTRID>` +
			`<domain:paDate>2026-01-02T03:04:05Z</domain:paDate>`
		data = `<preapproval:application>A1-TEST</preapproval:application><preapproval:status>denied</preapproval:status><preapproval:name>`
	)
	c := h.alpha()
	answer := c.want(command(poll), 1301)
	wantParts(t, answer, pan, data, `<preapproval:reason>a barred &lt;word&gt;</preapproval:reason><preapproval:reason>and another</preapproval:reason></preapproval:panData>`,
		`<msg lang="en">Application A1-TEST was denied</msg>`)
	for name, test := range map[string]struct {
		objects, extensions []string
		pan, data           bool
	}{
		"without the extension": {AllObjects(), nil, true, false},
		"without domains":       {[]string{epp.NSContact}, AllExtensions(), false, false},
	} {
		c := h.dial(alphaCert())
		c.want(loginWith("registrar-a", alphaPassword, "", test.objects, test.extensions), 1000)
		answer := c.want(command(poll), 1301)
		if strings.Contains(answer, pan) != test.pan || strings.Contains(answer, data) != test.data || !strings.Contains(answer, "was denied") {
			t.Errorf("%s: %s", name, answer)
		}
	}
	h.reg.mu.Lock()
	h.reg.message.Pending = &registry.PendingAction{
		Name: "miami.trips", Approved: true, SvTRID: "SV-1", At: memoryNow, Application: "A1-TEST", Status: desk.StatusApproved,
		Names: []string{shelfEntry}, Expires: shelfExpires,
	}
	h.reg.mu.Unlock()
	wantParts(t, c.want(command(poll), 1301), `paResult="1"`, `<preapproval:expires>2027-01-02T03:04:05Z</preapproval:expires></preapproval:panData>`)
}
