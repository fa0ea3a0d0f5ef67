package server

import (
	"encoding/base64"
	"strings"
	"sync"
	"testing"
	"time"

	"cadastre/epp"
	"cadastre/epp/smd"
	"cadastre/epp/smd/smdgen"
)

// testHouse is a clearinghouse to test with, and who verifies its marks.
var testHouse = sync.OnceValues(func() (*smdgen.Authority, *smd.Verifier) {
	house, err := smdgen.NewAuthority(memoryNow)
	if err != nil {
		panic(err)
	}
	v, err := smd.NewVerifier(smd.Config{Roots: house.RootPEM()})
	if err != nil {
		panic(err)
	}
	return house, v
})

// launchCreate is a create with the launch extension; inside follows the phase.
func launchCreate(attrs, phase, inside string) string {
	create := `<create><domain:create xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"><domain:name>acme.example</domain:name>` +
		`<domain:authInfo><domain:pw/></domain:authInfo></domain:create></create><extension>` +
		`<launch:create xmlns:launch="` + epp.NSLaunch + `"` + attrs + `><launch:phase>` + phase + `</launch:phase>` + inside + `</launch:create></extension>`
	return command(create)
}

// encoded is a signed mark as a create has it.
func encoded(text string) string {
	return `<smd:encodedSignedMark xmlns:smd="urn:ietf:params:xml:ns:signedMark-1.0">` + text + `</smd:encodedSignedMark>`
}

// TestLaunchCreate: what reaches the registry is verified.
func TestLaunchCreate(t *testing.T) {
	house, _ := testHouse()
	xml, err := house.Sign(smdgen.Mark{NotBefore: memoryNow.Add(-time.Hour), NotAfter: memoryNow.Add(time.Hour), Name: "Acme", Labels: []string{"acme"}})
	if err != nil {
		t.Fatal(err)
	}
	good := base64.StdEncoding.EncodeToString(xml)
	late, err := house.Sign(smdgen.Mark{NotBefore: memoryNow.Add(-time.Hour), NotAfter: memoryNow.Add(-time.Minute), Name: "Acme", Labels: []string{"acme"}})
	if err != nil {
		t.Fatal(err)
	}
	forged := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(string(xml), "acme", "emca")))
	_, element, _ := strings.Cut(string(xml), "?>")
	if element == "" {
		element = string(xml)
	}
	h := start(t, nil)
	c := h.alpha()
	for name, test := range map[string]struct {
		frame string
		code  epp.Code
	}{
		"forged":           {launchCreate("", "sunrise", encoded(forged)), 2306},
		"expired":          {launchCreate("", "sunrise", encoded(base64.StdEncoding.EncodeToString(late))), 2306},
		"not a mark":       {launchCreate("", "sunrise", encoded("AAAA")), 2005},
		"two marks":        {launchCreate("", "sunrise", encoded(good)+encoded(good)), 2306},
		"a code":           {launchCreate("", "sunrise", `<launch:codeMark><launch:code validatorID="sample">49FD46E6C4B45C55D4AC</launch:code></launch:codeMark>`), 2102},
		"phase of no kind": {launchCreate("", "sunset", ""), 2005},
	} {
		if got := codeIn(c.send(test.frame)); got != test.code {
			t.Errorf("%s: %d, want %d", name, got, test.code)
		}
	}
	if h.reg.called("CreateDomain") != 0 {
		t.Error("a mark that is not good reached the registry")
	}
	for name, inside := range map[string]string{"base64": encoded(good), "XML": strings.TrimSpace(element)} {
		h.reg.mu.Lock()
		h.reg.names = map[string]bool{}
		h.reg.mu.Unlock()
		c.want(launchCreate(` type="registration"`, "sunrise", inside), 1000)
		l := h.reg.created.Launch
		if l == nil || l.Phase != "sunrise" || l.Type != "registration" || l.Mark == nil || l.Mark.ID != "1-65535" || len(l.Mark.Marks) != 1 {
			t.Errorf("%s: the registry was asked for %+v", name, l)
			continue
		}
		if f, err := epp.ParseFragment([]byte(l.Mark.Marks[0])); err != nil || f.Name() != (epp.Name{Space: epp.NSMark, Local: "mark"}) {
			t.Errorf("%s: the mark does not stand by itself: %v %s", name, err, l.Mark.Marks[0])
		}
	}
}

// TestWithoutClearinghouse: without trust anchors the extension is not offered.
func TestWithoutClearinghouse(t *testing.T) {
	h := start(t, func(c *Config) { c.Marks = nil })
	c := h.dial(alphaCert())
	c.want(loginWith("registrar-a", alphaPassword, "", AllObjects(), nil), 1000)
	c.want(launchCreate("", "claims", ""), 2103)
	_, err := New(Config{Registry: newMemory(), ServerID: "Test", Extensions: []string{epp.NSLaunch}, TLS: h.srv.cfg.TLS})
	if err == nil || !strings.Contains(err.Error(), "trust anchors") {
		t.Errorf("launch phases are announced: %v", err)
	}
}
