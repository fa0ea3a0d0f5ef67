package server

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"cadastre/epp"
	"cadastre/registry"
)

// fail makes every use case run f.
func (h *harness) fail(f func(context.Context, string) error) {
	h.reg.mu.Lock()
	defer h.reg.mu.Unlock()
	h.reg.hook = f
}

// line waits for the wide line of a command, which is written after the answer.
func (h *harness) line(command string) observer.LoggedEntry {
	h.t.Helper()
	logged := func() []observer.LoggedEntry {
		return h.log.FilterMessage("epp").Filter(func(e observer.LoggedEntry) bool { return e.ContextMap()["command"] == command }).All()
	}
	h.eventually("the command is logged", func() bool { return len(logged()) > 0 })
	if n := len(logged()); n != 1 {
		h.t.Fatalf("%d lines for one command", n)
	}
	return logged()[0]
}

func svTRIDIn(answer string) string {
	_, rest, _ := strings.Cut(answer, "<svTRID>")
	id, _, _ := strings.Cut(rest, "<")
	return id
}

// What went wrong inside is for the log; the client gets a reference to it.
func TestInternalFault(t *testing.T) {
	h := start(t, nil)
	c := h.alpha()
	h.fail(func(context.Context, string) error {
		return fmt.Errorf("deep inside: %w", errors.New("relation \"domains\" does not exist"))
	})
	answer := c.want(check("a.example"), 2400)
	if strings.Contains(answer, "relation") || strings.Contains(answer, "inside") {
		t.Errorf("the client is told of the inside: %s", answer)
	}
	id := svTRIDIn(answer)
	if !strings.Contains(answer, "Command failed (the registry's reference is "+id+")") {
		t.Errorf("the message does not name %s: %s", id, answer)
	}
	line := h.line("domain:check")
	if line.Level != zap.ErrorLevel || line.ContextMap()["svTRID"] != id ||
		!strings.Contains(fmt.Sprint(line.ContextMap()["fault"]), "relation") {
		t.Errorf("the log has %+v", line)
	}
	h.fail(nil)
	c.want(check("a.example"), 1000)
}

func TestErrorsOfTheRegistry(t *testing.T) {
	h := start(t, nil)
	c := h.alpha()
	for _, test := range []struct {
		err  error
		code epp.Code
		says string
	}{
		{
			registry.Errorf(registry.KindNotFound, "domain:hostObj", "ns1.a.example", "no such host"), 2303,
			`<extValue><value><domain:hostObj xmlns:domain="` + epp.NSDomain + `">ns1.a.example</domain:hostObj></value><reason>no such host</reason></extValue>`,
		},
		{
			registry.Errorf(registry.KindParamPolicy, "kind:realContact", "sh1", "a proxy"), 2306,
			`<kind:realContact xmlns:kind="` + epp.NSContactKind + `">sh1</kind:realContact>`,
		},
		{
			registry.Errorf(registry.KindMissing, "preapproval:registrant", "", "Trips Board (trips-board)"), 2003,
			`<preapproval:registrant xmlns:preapproval="` + epp.NSPreapproval + `"/></value><reason>Trips Board (trips-board)</reason>`,
		},
		{registry.Errorf(registry.KindAuthInfo, "preapproval:credential", "TOP-SECRET", "it differs"), 2202, "<reason>it differs</reason>"},
		{registry.Errorf(registry.KindAuthInfo, "domain:pw", "TOP-SECRET", "it does not match"), 2202, "<reason>it does not match</reason>"},
		{fmt.Errorf("wrapped: %w", registry.Errorf(registry.KindBilling, "", "", "the balance is too low")), 2104, "too low"},
		{registry.Errorf(registry.KindStatus, "contact:status", "<&>", "prohibited"), 2304, "&lt;&amp;&gt;"},
		{registry.Errorf(registry.KindUnavailable, "", "", "the whitelist registry could not be asked"), 2400, "could not be asked"},
		{registry.Errorf(registry.KindUse, "", "", ""), 2002, ""},
	} {
		h.fail(func(context.Context, string) error { return test.err })
		answer := c.want(check("a.example"), test.code)
		if !strings.Contains(answer, test.says) {
			t.Errorf("%v: the answer lacks %s: %s", test.err, test.says, answer)
		}
		if strings.Contains(answer, "TOP-SECRET") {
			t.Errorf("a secret comes back: %s", answer)
		}
	}
}

// A programming error ends the session, which may be in disorder, and nothing else.
func TestPanic(t *testing.T) {
	h := start(t, nil)
	c, other := h.alpha(), h.alpha()
	h.fail(func(_ context.Context, method string) error {
		if method == "CheckHosts" {
			panic("out of cheese: secret detail")
		}
		return nil
	})
	answer := c.want(command(`<check><host:check><host:name>ns1.example</host:name></host:check></check>`), 2500)
	if strings.Contains(answer, "cheese") || !strings.Contains(answer, "TEST-1") {
		t.Errorf("the answer is %s", answer)
	}
	c.wantClosed()
	other.want(check("a.example"), 1000)
	line := h.line("host:check")
	if !strings.Contains(fmt.Sprint(line.ContextMap()["stack"]), "memory_test.go") {
		t.Errorf("the log has no stack: %+v", line)
	}
	if n := testutil.ToFloat64(h.metrics.panics); n != 1 {
		t.Errorf("counted %v panics", n)
	}
	h.metrics.panics = NewMetrics(nil).panics // this one was wanted
}

// The same goes for an answer that cannot be written.
func TestPanicInTheAnswer(t *testing.T) {
	h := start(t, nil)
	c := &call{session: &session{srv: h.srv}, svTRID: "SV-1", clTRID: "CL-1"}
	unit := c.encode(&epp.Response{ResData: (*epp.DomainInfoData)(nil)}, nil)
	resp, err := epp.DecodeResponse(unit[4:])
	if err != nil {
		t.Fatal(err)
	}
	if resp.Code() != epp.CodeFailedClosing || resp.ClTRID != "CL-1" || resp.SvTRID != "SV-1" || c.stack == nil || c.code != resp.Code() {
		t.Errorf("answered %+v, recorded %+v", resp, c)
	}
}

func TestLogLine(t *testing.T) {
	h := start(t, nil)
	c := h.alpha()
	answer := c.want(check("a.example", "b.example"), 1000)
	got := h.line("domain:check").ContextMap()
	for field, want := range map[string]any{
		"registrar": "registrar-a", "object": "a.example", "objects": 2, "code": 1000,
		"clTRID": "TEST-1", "svTRID": svTRIDIn(answer), "bytes_in": len(check("a.example", "b.example")) + 4,
		"bytes_out": len(answer) + 4, "remote": c.raw.LocalAddr().String(),
	} {
		if got[field] != want {
			t.Errorf("%s is %v, want %v", field, got[field], want)
		}
	}
	c.want(command(`<info><domain:info><domain:name>no.example</domain:name></domain:info></info>`), 2303)
	if got := h.line("domain:info").ContextMap()["reason"]; got != "no such object" {
		t.Errorf("the reason is %v", got)
	}
}

// No password and no authInfo gets into the log, at any level, or into an answer.
func TestSecretsStayOut(t *testing.T) {
	const canary = "CANARY-7x!Q"
	h := start(t, func(c *Config) { c.Whitelist = newShelf() })
	c := h.dial(alphaCert())
	answers := c.send(login("registrar-a", canary))
	answers += c.send(loginWith("registrar-a", alphaPassword, canary, AllObjects(), AllExtensions()))
	answers += c.send(strings.ReplaceAll(login("registrar-a", canary+canary), "<version>1.0", "<version>9.9"))
	for _, prefix := range []string{"domain", "contact"} {
		name := "<" + prefix + ":name>a.example</" + prefix + ":name>"
		if prefix == "contact" {
			name = "<contact:id>sh8013</contact:id>"
		}
		auth := "<" + prefix + ":authInfo><" + prefix + ":pw>" + canary + "</" + prefix + ":pw></" + prefix + ":authInfo>"
		object := func(verb, inner string) string {
			return command("<" + verb + "><" + prefix + ":" + verb + ">" + name + inner + "</" + prefix + ":" + verb + "></" + verb + ">")
		}
		answers += c.send(object("create", auth))
		answers += c.send(object("info", auth))
		answers += c.send(object("update", "<"+prefix+":chg>"+auth+"</"+prefix+":chg>"))
		answers += c.send(object("create", auth+"<"+prefix+":bogus/>"))
		answers += c.send(object("info", strings.Replace(auth, "pw>", "pw><x/>", 1)))
		answers += c.send(object("create", strings.Replace(auth, ":pw>", ":pw roid=\"bad\">", 1)))
	}
	for _, credential := range []string{canary, canary + "<x/>", strings.Repeat(canary, 100), canary + `</preapproval:credential>` + canary + `<preapproval:credential type="token">`} {
		for _, op := range []string{"apply", "register", "enter", "bogus"} {
			answers += c.send(command(createWith("b.trips", `op="`+op+`"`, `<preapproval:registrant id="UID1"><preapproval:credential type="token">`+credential+
				`</preapproval:credential></preapproval:registrant>`)))
		}
	}
	answers += c.send(command(`<info><domain:info><domain:name>b.trips.valid.zone</domain:name><domain:authInfo><domain:pw>` + canary +
		`</domain:pw></domain:authInfo></domain:info></info>`))
	c.send("<epp>" + canary)
	if strings.Contains(answers, canary) {
		t.Errorf("a secret comes back: %s", answers)
	}
	h.srv.Close() // everything is logged
	for _, line := range h.log.All() {
		if text := fmt.Sprint(line.Message, line.ContextMap()); strings.Contains(text, canary) || strings.Contains(text, alphaPassword) {
			t.Errorf("the log holds a secret: %s", text)
		}
	}
}

// Labels are words of the protocol: no client can make new ones.
func TestMetricLabelsAreBounded(t *testing.T) {
	h := start(t, func(c *Config) { c.Limits.MalformedInARow = 1000 })
	c := h.alpha()
	for i := range 50 {
		c.send(command("<x" + itoa(i) + "/>"))
		c.send(command(`<check><a:x xmlns:a="urn:` + itoa(i) + `"/></check>`))
		c.send(command("<check><domain:y" + itoa(i) + "/></check>"))
	}
	if n := testutil.CollectAndCount(h.metrics.commands); n > 6 {
		t.Errorf("%d series for the commands", n)
	}
}
