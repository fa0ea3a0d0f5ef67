package server

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"cadastre/epp"
	"cadastre/registry"
)

func TestGreetingAndHello(t *testing.T) {
	h := start(t, func(c *Config) { c.Extensions = []string{} })
	c := h.dial(nil)
	g := c.send(hello)
	for _, part := range []string{
		"<svID>Test registry</svID>", "<svDate>2026-01-02T03:04:05Z</svDate>", "<version>1.0</version><lang>en</lang>",
		"<objURI>" + epp.NSDomain + "</objURI>", "<objURI>" + epp.NSContact + "</objURI>", "<objURI>" + epp.NSHost + "</objURI>",
	} {
		if !strings.Contains(g, part) {
			t.Errorf("the greeting lacks %s: %s", part, g)
		}
	}
	if strings.Contains(g, "svcExtension") {
		t.Errorf("the greeting announces extensions that the configuration leaves out: %s", g)
	}
}

func TestCommandsBeforeLogin(t *testing.T) {
	h := start(t, nil)
	c := h.dial(alphaCert())
	for _, body := range []string{
		logoutBody, `<poll op="req"/>`, `<check><domain:check><domain:name>a.example</domain:name></domain:check></check>`,
		`<delete><host:delete><host:name>ns1.example</host:name></host:delete></delete>`,
	} {
		c.want(command(body), 2002)
	}
	if n := len(h.reg.calls); n != 0 {
		t.Errorf("%d use cases were called without a login: %v", n, h.reg.calls)
	}
	c.want(login("registrar-a", alphaPassword), 1000)
	c.want(check("a.example"), 1000)
}

func TestLogin(t *testing.T) {
	long := strings.Repeat("x", 17)
	for _, test := range []struct {
		name  string
		frame string
		cert  *credential
		code  epp.Code
		says  string
	}{
		{"all three", login("registrar-a", alphaPassword), alphaCert(), 1000, ""},
		{"no certificate", login("registrar-a", alphaPassword), nil, 2200, "no client certificate"},
		{"another registrar's certificate", login("registrar-a", alphaPassword), betaCert(), 2200, ""},
		{"wrong password", login("registrar-a", betaPassword), alphaCert(), 2200, ""},
		{"unknown id", login("nobody", alphaPassword), alphaCert(), 2200, ""},
		{"expired certificate", login("expired", alphaPassword), expiredCert(), 2200, "expired"},
		{"certificate not valid yet", login("future", alphaPassword), futureCert(), 2200, "not valid yet"},
		{"version", strings.Replace(login("registrar-a", alphaPassword), "<version>1.0<", "<version>2.0<", 1), alphaCert(), 2100, ""},
		{"language", strings.Replace(login("registrar-a", alphaPassword), "<lang>en<", "<lang>fr<", 1), alphaCert(), 2102, "<lang>fr</lang>"},
		{
			"unknown object", loginWith("registrar-a", alphaPassword, "", []string{epp.NSDomain, "urn:x:none"}, nil),
			alphaCert(), 2307, "<objURI>urn:x:none</objURI>",
		},
		{
			"unknown extension", loginWith("registrar-a", alphaPassword, "", AllObjects(), []string{"urn:x:none"}),
			alphaCert(), 2103, "<extURI>urn:x:none</extURI>",
		},
		{"password too long", login("registrar-a", long), alphaCert(), 2005, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := start(t, nil)
			answer := h.dial(test.cert).want(test.frame, test.code)
			if !strings.Contains(answer, test.says) {
				t.Errorf("the answer does not say %q: %s", test.says, answer)
			}
			if strings.Contains(answer, "<resData>") || strings.Contains(answer, alphaPassword) || strings.Contains(answer, long) {
				t.Errorf("the answer says too much: %s", answer)
			}
		})
	}
}

func TestLoginTwice(t *testing.T) {
	c := start(t, nil).alpha()
	c.want(login("registrar-a", alphaPassword), 2002)
	c.want(check("a.example"), 1000)
}

func TestNewPassword(t *testing.T) {
	h := start(t, nil)
	h.dial(alphaCert()).want(loginWith("registrar-a", alphaPassword, "changed-Pw-1", AllObjects(), nil), 1000)
	h.dial(alphaCert()).want(login("registrar-a", alphaPassword), 2200)
	h.dial(alphaCert()).want(login("registrar-a", "changed-Pw-1"), 1000)
}

// A login that is refused for want of a session must change nothing.
func TestNewPasswordNeedsASession(t *testing.T) {
	h := start(t, func(c *Config) { c.Limits.SessionsPerRegistrar = 1 })
	first := h.alpha()
	h.dial(alphaCert()).want(loginWith("registrar-a", alphaPassword, "changed-Pw-1", AllObjects(), nil), 2502)
	first.want(command(logoutBody), 1500)
	first.wantClosed()
	h.eventually("the session is given back", func() bool { return h.admitted("registrar-a") == 0 })
	h.alpha()
}

func TestLogout(t *testing.T) {
	h := start(t, nil)
	c := h.alpha()
	answer := c.want(command(logoutBody), 1500)
	if strings.Contains(answer, "<resData>") {
		t.Errorf("logout has data: %s", answer)
	}
	c.wantClosed()
	h.srv.Close() // everything is counted
	if got := testutil.ToFloat64(h.metrics.commands.WithLabelValues("logout", "1500")); got != 1 {
		t.Errorf("counted %v logouts", got)
	}
}

func TestServicesChosenAtLogin(t *testing.T) {
	h := start(t, nil)
	c := h.dial(alphaCert())
	c.want(loginWith("registrar-a", alphaPassword, "", []string{epp.NSContact}, nil), 1000)
	c.want(command(`<check><contact:check><contact:id>sh8013</contact:id></contact:check></check>`), 1000)
	answer := c.want(check("a.example"), 2307)
	if !strings.Contains(answer, "<objURI>"+epp.NSDomain+"</objURI>") {
		t.Errorf("the answer does not name the service: %s", answer)
	}
	update := `<update><contact:update><contact:id>sh8013</contact:id></contact:update></update>` +
		`<extension><kind:update><kind:chg type="real"/></kind:update></extension>`
	answer = c.want(command(update), 2103)
	if !strings.Contains(answer, "<extURI>"+epp.NSContactKind+"</extURI>") {
		t.Errorf("the answer does not name the extension: %s", answer)
	}
	c.want(command(createContact("sh8013", "")), 1000)
	info := c.want(command(`<info><contact:info><contact:id>sh8013</contact:id></contact:info></info>`), 1000)
	if strings.Contains(info, epp.NSContactKind) {
		t.Errorf("an extension that the client did not choose is in the answer: %s", info)
	}
}

// createContact is the body of a contact create, with the children of kind:create.
func createContact(id, extension string) string {
	return `<create><contact:create><contact:id>` + id + `</contact:id><contact:postalInfo type="int"><contact:name>A B</contact:name>` +
		`<contact:addr><contact:city>C</contact:city><contact:cc>US</contact:cc></contact:addr></contact:postalInfo>` +
		`<contact:email>a@example.net</contact:email><contact:authInfo><contact:pw>2fooBAR!x7Qz#0pLmK-t</contact:pw></contact:authInfo>` +
		`</contact:create></create>` + extension
}

func TestNarrowedServices(t *testing.T) {
	h := start(t, func(c *Config) { c.Objects, c.Extensions = []string{epp.NSDomain}, []string{} })
	c := h.dial(alphaCert())
	c.want(login("registrar-a", alphaPassword), 2307)
	c.want(loginWith("registrar-a", alphaPassword, "", []string{epp.NSDomain}, AllExtensions()), 2103)
	c.want(loginWith("registrar-a", alphaPassword, "", []string{epp.NSDomain}, nil), 1000)
	c.want(command(`<check><host:check><host:name>ns1.example</host:name></host:check></check>`), 2307)
}

// TestTransferAnswers: a request that waits is 1001, everything else 1000, and each
// shows the transfer; acID is who acted, or should.
func TestTransferAnswers(t *testing.T) {
	h := start(t, nil)
	h.reg.names["domain:a.example"], h.reg.names["contact:sh8013"] = true, true
	c := h.alpha()
	for _, object := range []struct{ kind, name string }{
		{"domain", "<domain:name>a.example</domain:name>"}, {"contact", "<contact:id>sh8013</contact:id>"},
	} {
		for _, one := range []struct {
			op     string
			code   int
			status string
			acID   string
		}{
			{"request", 1001, "pending", "registrar-a"},
			{"query", 1000, "pending", "registrar-a"},
			{"approve", 1000, "clientApproved", "registrar-a"},
			{"reject", 1000, "clientRejected", "registrar-a"},
			{"cancel", 1000, "clientCancelled", "registrar-b"},
		} {
			k := object.kind + ":"
			r := c.want(command(`<transfer op="`+one.op+`"><`+k+`transfer>`+object.name+`</`+k+`transfer></transfer>`), epp.Code(one.code))
			wantParts(t, r, "<"+k+"trStatus>"+one.status+"<", "<"+k+"reID>registrar-b<", "<"+k+"acID>"+one.acID+"<")
			if has := strings.Contains(r, "exDate"); has != (object.kind == "domain") {
				t.Errorf("%s %s: exDate is there: %v", object.kind, one.op, has)
			}
		}
	}
	c.want(command(`<transfer op="query"><domain:transfer><domain:name>b.example</domain:name></domain:transfer></transfer>`), 2303)
}

// TestTimesToLive asks for the limits of times to live, of a domain and of a host.
func TestTimesToLive(t *testing.T) {
	c := start(t, nil).alpha()
	const ask = `<extension><ttl:info xmlns:ttl="urn:ietf:params:xml:ns:epp:ttl-1.0" policy="1"/></extension>`
	c.want(command(`<create><domain:create><domain:name>a.example</domain:name><domain:authInfo><domain:pw>secret</domain:pw></domain:authInfo></domain:create></create>`), 1000)
	answer := c.want(command(`<info><domain:info><domain:name>a.example</domain:name></domain:info></info>`+ask), 1000)
	if !strings.Contains(answer, `<ttl:ttl for="NS"`) || !strings.Contains(answer, `max="172800"`) {
		t.Errorf("no limits in %s", answer)
	}
	c.want(command(`<create><host:create><host:name>ns1.a.example</host:name></host:create></create>`), 1000)
	c.want(command(`<info><host:info><host:name>ns1.a.example</host:name></host:info></info>`+ask), 1000)
}

func TestOptionsThatAreNotOffered(t *testing.T) {
	c := start(t, nil).alpha()
	const pw = `<domain:authInfo><domain:pw/></domain:authInfo>`
	for _, body := range []string{
		`<create><domain:create><domain:name>a.example</domain:name><domain:authInfo><domain:ext><x xmlns="urn:x"/></domain:ext></domain:authInfo>` +
			`</domain:create></create>`,
		`<info><domain:info><domain:name>a.example</domain:name><domain:authInfo><domain:pw roid="C1-TEST">x</domain:pw></domain:authInfo>` +
			`</domain:info></info>`,
	} {
		if answer := c.want(command(body), 2102); strings.Contains(answer, "<value><undef") {
			t.Errorf("no element is named: %s", answer)
		}
	}
	c.want(command(`<create><domain:create><domain:name>a.example</domain:name><domain:contact>sh8013</domain:contact>`+pw+
		`</domain:create></create>`), 2003)
}

func TestPoll(t *testing.T) {
	c := start(t, nil).alpha()
	answer := c.want(command(`<poll op="req"/>`), 1301)
	want := `<msgQ count="2" id="7"><qDate>2026-01-02T03:04:05Z</qDate><msg lang="en">Balance &lt; 100 &amp; falling</msg></msgQ>`
	if !strings.Contains(answer, want) {
		t.Errorf("the answer lacks %s: %s", want, answer)
	}
	answer = c.want(command(`<poll op="ack" msgID="7"/>`), 1000)
	if !strings.Contains(answer, `<msgQ count="1" id="7"/>`) {
		t.Errorf("the queue is not shown: %s", answer)
	}
	if answer = c.want(command(`<poll op="ack" msgID="8"/>`), 1000); strings.Contains(answer, "msgQ") {
		t.Errorf("an empty queue is shown: %s", answer)
	}
	for _, id := range []string{"9", "abc", "007", "99999999999999999999"} {
		c.want(command(`<poll op="ack" msgID="`+id+`"/>`), 2303)
	}
	c.want(command(`<poll op="ack"/>`), 2003)
}

// Every answer has both transaction ids, and the server's are never the same.
func TestTransactionIDs(t *testing.T) {
	h := start(t, nil)
	c := h.alpha()
	ids := map[string]bool{}
	for _, frame := range []string{check("a.example"), check(""), command("<nonsense/>"), command(`<poll op="req"/>`)} {
		answer := c.send(frame)
		if !strings.Contains(answer, "<clTRID>TEST-1</clTRID>") {
			t.Errorf("clTRID is missing: %s", answer)
		}
		_, rest, _ := strings.Cut(answer, "<svTRID>")
		id, _, _ := strings.Cut(rest, "<")
		if len(id) < 3 || len(id) > 64 || ids[id] {
			t.Errorf("svTRID %q is unusable or was there before", id)
		}
		ids[id] = true
	}
	actor := h.reg.actors[len(h.reg.actors)-1]
	if actor.Registrar != "registrar-a" || actor.Channel != "epp" || actor.ClTRID != "TEST-1" || !ids[actor.SvTRID] {
		t.Errorf("the registry was told of %+v", actor)
	}
	other := newTRIDs(time.Now())
	if strings.HasPrefix(other.next(), h.srv.trids.prefix) {
		t.Error("two servers give the same transaction ids")
	}
}

func TestSuspendedMeanwhile(t *testing.T) {
	h := start(t, nil)
	c := h.alpha()
	h.reg.mu.Lock()
	h.reg.accounts["registrar-a"].suspended = true
	h.reg.mu.Unlock()
	c.want(check("a.example"), 2501)
	c.wantClosed()
	again := h.dial(alphaCert())
	again.want(login("registrar-a", alphaPassword), 2501)
	again.wantClosed()
}

// Every handler answers with valid data. What is in them is told by the stories.
func TestEveryCommand(t *testing.T) {
	h := start(t, nil)
	c := h.alpha()
	const auth = `<domain:authInfo><domain:pw>2fooBAR!x7Qz#0pLmK-t</domain:pw></domain:authInfo>`
	for _, body := range []string{
		`<check><domain:check><domain:name>a.example</domain:name></domain:check></check>`,
		`<create><domain:create><domain:name>a.example</domain:name><domain:period unit="y">1</domain:period>` + auth + `</domain:create></create>`,
		`<info><domain:info><domain:name hosts="sub">a.example</domain:name></domain:info></info>`,
		`<update><domain:update><domain:name>a.example</domain:name><domain:add><domain:status s="clientHold">fraud</domain:status></domain:add>` +
			`<domain:chg><domain:registrant/><domain:authInfo><domain:null/></domain:authInfo></domain:chg></domain:update></update>`,
		`<renew><domain:renew><domain:name>a.example</domain:name><domain:curExpDate>2027-01-02</domain:curExpDate></domain:renew></renew>`,
		`<delete><domain:delete><domain:name>a.example</domain:name></domain:delete></delete>`,
		`<check><contact:check><contact:id>sh8013</contact:id></contact:check></check>`,
		createContact("sh8013", `<extension><kind:create type="proxy"><kind:realContact>sh8014</kind:realContact></kind:create></extension>`),
		`<info><contact:info><contact:id>sh8013</contact:id></contact:info></info>`,
		`<update><contact:update><contact:id>sh8013</contact:id><contact:chg><contact:voice/></contact:chg></contact:update></update>` +
			`<extension><kind:update><kind:chg><kind:secondaryEmail/></kind:chg></kind:update></extension>`,
		`<delete><contact:delete><contact:id>sh8013</contact:id></contact:delete></delete>`,
		`<check><host:check><host:name>ns1.example.net</host:name></host:check></check>`,
		`<create><host:create><host:name>ns1.example.net</host:name><host:addr ip="v6">2001:db8::1</host:addr></host:create></create>`,
		`<info><host:info><host:name>ns1.example.net</host:name></host:info></info>`,
		`<update><host:update><host:name>ns1.example.net</host:name><host:chg><host:name>ns2.example.net</host:name></host:chg></host:update></update>`,
		`<delete><host:delete><host:name>ns1.example.net</host:name></host:delete></delete>`,
	} {
		c.want(command(body), 1000)
	}
	c.want(command(`<info><domain:info><domain:name>a.example</domain:name></domain:info></info>`), 2303)
	c.want(command(`<poll op="req"/>`), 1301)
}

func TestKindsHaveCodes(t *testing.T) {
	for k := registry.KindSyntax; k <= registry.KindNotPendingTransfer; k++ {
		code := codeOf(k)
		if code.Text() == "" || (code == epp.CodeCommandFailed) != (k == registry.KindUnavailable) {
			t.Errorf("kind %d has the code %d", k, code)
		}
	}
	if codeOf(registry.KindNotPendingTransfer+1) != epp.CodeCommandFailed {
		t.Error("an unknown kind is no internal fault")
	}
}
