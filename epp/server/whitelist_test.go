package server

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cadastre/epp"
	"cadastre/registry"
	"cadastre/whitelist/desk"
)

func TestEnter(t *testing.T) {
	h, s := withShelf(t)
	c := h.board()
	answer := c.want(command(createPlain("UID1.146.Miami.Trips.Valid.Zone")), 1000)
	wantParts(t, answer, `<domain:name>`+shelfEntry+`</domain:name><domain:crDate>2026-01-02T03:04:05Z</domain:crDate><domain:exDate>2027-01-02T03:04:05Z</domain:exDate>`)
	if strings.Contains(answer, "<extension>") {
		t.Errorf("an entry is no application: %s", answer)
	}
	if diff := cmp.Diff(desk.EnterRequest{Name: "UID1.146.Miami.Trips.Valid.Zone"}, s.entered); diff != "" {
		t.Error(diff)
	}
	if !s.actor.Verifier || s.actor.Registrar != "trips-board" {
		t.Errorf("the actor is %+v", s.actor)
	}
	c.want(command(createWith("john_doe.miami.trips.valid.zone", `op="enter"`,
		`<preapproval:target>miami.trips</preapproval:target><preapproval:registrant id="John Doe"/>`+agent146)), 1000)
	if diff := cmp.Diff(desk.EnterRequest{Name: "john_doe.miami.trips.valid.zone", Target: "miami.trips", Registrant: "John Doe", Registrar: "146"}, s.entered); diff != "" {
		t.Error(diff)
	}
	s.entered = desk.EnterRequest{}
	for _, test := range []struct {
		frame string
		code  epp.Code
		says  string
	}{
		{createPlain(shelfEntry, `<domain:period unit="y">2</domain:period>`), 2306, `">2</domain:period>`},
		{createPlain(shelfEntry, `<domain:registrant>sh8013</domain:registrant>`), 2306, `">sh8013</domain:registrant>`},
		{createPlain(shelfEntry, `<domain:contact type="tech">sh8013</domain:contact>`), 2306, `">sh8013</domain:contact>`},
		{createPlain(shelfEntry, `<domain:ns><domain:hostObj>ns1.example.net</domain:hostObj></domain:ns>`), 2306, `<domain:ns `},
		{createWith(shelfEntry, `op="enter"`, agent146), 2003, `<preapproval:target `},
		{createWith(shelfEntry, `op="enter"`, `<preapproval:target>miami.trips</preapproval:target>`+withToken), 2306, `<preapproval:credential `},
		{createWith(shelfEntry, ``, withToken), 2306, `</domain:name>`},
	} {
		wantParts(t, c.want(command(test.frame), test.code), test.says)
	}
	if s.entered.Name != "" {
		t.Errorf("entered %+v", s.entered)
	}
	// Whose name it is, the whitelist registry knows; it is asked for registrars too.
	s.err = registry.Errorf(registry.KindAuthorization, "domain:name", shelfEntry, "not in your scope")
	c.want(command(createPlain(shelfEntry)), 2201)
	h.alpha().want(command(createPlain(shelfEntry)), 2201)
	if h.reg.called("CreateDomain") != 0 {
		t.Error("an entry became a registration")
	}
}

func TestCheckOfBothKinds(t *testing.T) {
	h, s := withShelf(t)
	h.reg.names["domain:taken.example"] = true
	c := h.alpha()
	answer := c.want(check("free.valid.zone", "taken.example", "UID1.146.miami.trips.valid.zone", "a.example", "valid.zone"), 1000)
	wantParts(t, answer, `<domain:chkData xmlns:domain="`+epp.NSDomain+`">`+
		`<domain:cd><domain:name avail="1">free.valid.zone</domain:name></domain:cd>`+
		`<domain:cd><domain:name avail="0">taken.example</domain:name><domain:reason>In use</domain:reason></domain:cd>`+
		`<domain:cd><domain:name avail="0">UID1.146.miami.trips.valid.zone</domain:name><domain:reason>In use</domain:reason></domain:cd>`+
		`<domain:cd><domain:name avail="1">a.example</domain:name></domain:cd>`+
		`<domain:cd><domain:name avail="1">valid.zone</domain:name></domain:cd></domain:chkData>`)
	if diff := cmp.Diff([]string{"free.valid.zone", "UID1.146.miami.trips.valid.zone", "valid.zone"}, s.checked); diff != "" {
		t.Error(diff)
	}
	c.want(check(shelfEntry), 1000)
	if n := h.reg.called("CheckDomains"); n != 1 {
		t.Errorf("the registry was asked %d times", n)
	}
	// Two kinds of names are not two limits.
	many := slices.Concat(slices.Repeat([]string{"a.example"}, registry.MaxCheckItems), []string{shelfEntry})
	c.want(check(many...), 2306)
	s.err = registry.Errorf(registry.KindUnavailable, "", "", "not now")
	c.want(check("a.example", shelfEntry), 2400)
	s.err = nil
	h.fail(func(context.Context, string) error {
		return registry.Errorf(registry.KindUnavailable, "", "", "not now")
	})
	c.want(check("a.example", shelfEntry), 2400)
}

func TestInfoOfWhitelistNames(t *testing.T) {
	h, s := withShelf(t)
	c := h.alpha()
	info := func(auth string) string {
		return command(`<info><domain:info><domain:name>` + strings.ToUpper(shelfEntry) + `</domain:name>` + auth + `</domain:info></info>`)
	}
	answer := c.want(info(""), 1000)
	wantParts(
		t, answer,
		`<domain:name>`+shelfEntry+`</domain:name><domain:roid>W1-TEST</domain:roid><domain:status s="ok"/><domain:clID>registrar-a</domain:clID>`+
			`<domain:crDate>2026-01-02T03:04:05Z</domain:crDate><domain:exDate>2027-01-02T03:04:05Z</domain:exDate></domain:infData>`,
		`<preapproval:application>A1-TEST</preapproval:application><preapproval:status>approved</preapproval:status><preapproval:target>miami.trips</preapproval:target>`+
			`<preapproval:registrant>UID1</preapproval:registrant><preapproval:registrar>146</preapproval:registrar><preapproval:policy>trips-board</preapproval:policy>`+
			`<preapproval:expires>2027-01-02T03:04:05Z</preapproval:expires></preapproval:infData>`,
	)
	c.want(info(`<domain:authInfo><domain:pw/></domain:authInfo>`), 1000)
	if s.credential != nil {
		t.Errorf("an empty password became the credential %q", *s.credential)
	}
	s.name.HasCredential, s.name.Status = true, desk.StatusPending
	answer = c.want(info(`<domain:authInfo><domain:pw>tok-1</domain:pw></domain:authInfo>`), 1000)
	wantParts(t, answer, `<domain:status s="pendingCreate"/><domain:status s="serverHold"/>`, `<domain:authInfo><domain:pw></domain:pw></domain:authInfo></domain:infData>`,
		`<preapproval:status>pending</preapproval:status>`)
	if strings.Contains(answer, "exDate") {
		t.Errorf("what is held expires: %s", answer)
	}
	if s.credential == nil || *s.credential != "tok-1" {
		t.Errorf("the credential is %v", s.credential)
	}
	plain := h.dial(alphaCert())
	plain.want(loginWith("registrar-a", alphaPassword, "", AllObjects(), nil), 1000)
	if answer = plain.want(info(""), 1000); strings.Contains(answer, epp.NSPreapproval) {
		t.Errorf("an extension that the client did not choose is in the answer: %s", answer)
	}
	for kind, code := range map[registry.Kind]epp.Code{registry.KindAuthorization: 2201, registry.KindAuthInfo: 2202, registry.KindNotFound: 2303} {
		s.err = registry.Errorf(kind, "domain:name", shelfEntry, "no")
		c.want(info(""), code)
	}
	if h.reg.called("InfoDomain") != 0 {
		t.Error("the registry was asked for a whitelist name")
	}
}

func TestOtherCommandsOnWhitelistNames(t *testing.T) {
	h, s := withShelf(t)
	name := `<domain:name>` + strings.ToUpper(shelfEntry) + `</domain:name>`
	for _, c := range []*client{h.alpha(), h.board()} {
		c.want(command(`<delete><domain:delete>`+name+`</domain:delete></delete>`), 1000)
		if s.deleted != strings.ToUpper(shelfEntry) {
			t.Errorf("deleted %q", s.deleted)
		}
		wantParts(t, c.want(command(`<update><domain:update>`+name+`</domain:update></update>`), 2306), "deleted and entered anew")
		wantParts(t, c.want(command(`<renew><domain:renew>`+name+`<domain:curExpDate>2027-01-02</domain:curExpDate></domain:renew></renew>`), 2105), "deleted and entered anew")
	}
	c := h.alpha()
	s.err = registry.Errorf(registry.KindStatus, "domain:name", shelfEntry, "applications for it are undecided")
	c.want(command(`<delete><domain:delete>`+name+`</domain:delete></delete>`), 2304)
	for _, method := range []string{"DeleteDomain", "UpdateDomain", "RenewDomain"} {
		if h.reg.called(method) != 0 {
			t.Errorf("%s of a whitelist name", method)
		}
	}
	s.runsErr = errors.New("no zones")
	for _, body := range []string{
		`<delete><domain:delete>` + name + `</domain:delete></delete>`, `<info><domain:info>` + name + `</domain:info></info>`,
		`<update><domain:update>` + name + `</domain:update></update>`, createPlain("a.example"),
		`<renew><domain:renew>` + name + `<domain:curExpDate>2027-01-02</domain:curExpDate></domain:renew></renew>`,
		`<check><domain:check>` + name + `</domain:check></check>`,
	} {
		c.want(command(body), 2400)
	}
	h.board().want(command(createPlain("a.example")), 2400)
}

// A verifier's account does what it is for, and nothing else.
func TestVerifiersAreKeptToTheirNames(t *testing.T) {
	h, s := withShelf(t)
	c := h.board()
	target := `<domain:name>a.trips</domain:name>`
	for _, body := range []string{
		createPlain("a.trips"),
		createWith("a.trips", ``, withToken),
		createWith("a.trips", `op="apply"`, withToken),
		createWith(shelfEntry, `op="apply"`, withToken),
		createWith("a.trips", `op="enter"`, `<preapproval:target>a.trips</preapproval:target>`),
		`<info><domain:info>` + target + `</domain:info></info>`,
		`<delete><domain:delete>` + target + `</domain:delete></delete>`,
		`<update><domain:update>` + target + `</domain:update></update>`,
		`<renew><domain:renew>` + target + `<domain:curExpDate>2027-01-02</domain:curExpDate></domain:renew></renew>`,
		`<transfer op="query"><domain:transfer>` + target + `</domain:transfer></transfer>`,
		`<check><contact:check><contact:id>sh8013</contact:id></contact:check></check>`,
		`<info><contact:info><contact:id>sh8013</contact:id></contact:info></info>`,
		createContact("sh8013", ""),
		`<update><contact:update><contact:id>sh8013</contact:id></contact:update></update>`,
		`<delete><contact:delete><contact:id>sh8013</contact:id></contact:delete></delete>`,
		`<check><host:check><host:name>ns1.a.trips</host:name></host:check></check>`,
		`<info><host:info><host:name>ns1.a.trips</host:name></host:info></info>`,
		`<create><host:create><host:name>ns1.a.trips</host:name></host:create></create>`,
		`<update><host:update><host:name>ns1.a.trips</host:name></host:update></update>`,
		`<delete><host:delete><host:name>ns1.a.trips</host:name></host:delete></delete>`,
	} {
		wantParts(t, c.want(command(body), 2201), "verifier")
	}
	if calls := slices.DeleteFunc(slices.Clone(h.reg.calls), func(m string) bool { return m == "Authenticate" }); len(calls) > 0 || s.applied.Target != "" {
		t.Errorf("use cases were called: %v", calls)
	}
	for _, body := range []string{
		createPlain(shelfEntry), `<info><domain:info><domain:name>` + shelfEntry + `</domain:name></domain:info></info>`,
		`<delete><domain:delete><domain:name>` + shelfEntry + `</domain:name></domain:delete></delete>`, `<poll op="ack" msgID="7"/>`,
		`<check><domain:check>` + target + `<domain:name>` + shelfEntry + `</domain:name></domain:check></check>`,
	} {
		c.want(command(body), 1000)
	}
	c.want(command(`<poll op="req"/>`), 1301)
	c.want(command(logoutBody), 1500)
	h.dial(boardCert()).want(loginWith("trips-board", boardPassword, "board-Secret-4", AllObjects(), nil), 1000)
}
