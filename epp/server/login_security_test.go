package server

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"cadastre/epp"
	"cadastre/registry"
	"cadastre/registry/srs"
)

// secLogin is a login with passwords in loginSec-1.0; newPW may be "".
func secLogin(id, pw, newPW string) string {
	plain, long := "", ""
	if newPW != "" {
		plain, long = epp.LoginSecurity, "<loginSec:newPW>"+newPW+"</loginSec:newPW>"
	}
	frame := loginWith(id, epp.LoginSecurity, plain, AllObjects(), []string{epp.NSLoginSec})
	return strings.Replace(frame, "<clTRID>", `<extension><loginSec:loginSec xmlns:loginSec="`+epp.NSLoginSec+
		`"><loginSec:userAgent><loginSec:app>Tester 1.0</loginSec:app></loginSec:userAgent><loginSec:pw>`+pw+`</loginSec:pw>`+long+
		`</loginSec:loginSec></extension><clTRID>`, 1)
}

// strict is a story whose registry asks much of passwords.
func strictStory(t *testing.T) *story {
	s := newStory(t, false)
	reg, err := srs.New(srs.Config{
		Store: s.store, Clock: s.clock, ROIDSuffix: "TEST",
		Passwords: registry.PasswordPolicy{MinLength: 12, History: 2, MaxAge: 90 * 24 * time.Hour},
	})
	if err != nil {
		t.Fatal(err)
	}
	strict := *s
	strict.srs = reg
	strict.harness = start(t, func(c *Config) {
		c.Registry, c.PasswordWarning, c.CertificateWarning = reg, 7*24*time.Hour, time.Minute
	})
	return &strict
}

// TestLongPasswords changes to a password that RFC 5730 could not carry and logs in with
// it; other sessions of the account end.
func TestLongPasswords(t *testing.T) {
	s := strictStory(t)
	const long = "correct horse battery staple, and more than a hundred and twenty-eight is too much &lt;"
	other := s.dialAs("registrar-a")
	stranger := s.dialAs("registrar-b")
	mine := s.dial(alphaCert())
	mine.want(secLogin("registrar-a", alphaPassword, long), 1000)
	mine.want(check("a.example"), 1000)
	s.eventually("the other session ends", func() bool {
		answer, err := other.trySend(check("a.example"))
		return err != nil || codeIn(answer) == 2501
	})
	stranger.want(check("a.example"), 1000)
	mine.want(check("a.example"), 1000) // it brought the new password
	s.dial(alphaCert()).want(login("registrar-a", alphaPassword), 2200)
	again := s.dial(alphaCert())
	again.want(secLogin("registrar-a", long, ""), 1000)
	s.eventually("the log tells the user agent", func() bool {
		for _, e := range s.log.FilterMessage("epp: session logged in").All() {
			if fmt.Sprint(e.ContextMap()["user_agent"]) == "map[app:Tester 1.0]" {
				return true
			}
		}
		return false
	})
	for _, e := range s.log.All() {
		if strings.Contains(fmt.Sprint(e.ContextMap()), "battery staple") {
			t.Errorf("the log holds the password: %v", e)
		}
	}
}

func (c *client) trySend(frame string) (string, error) {
	if _, err := c.conn.Write(epp.AppendFrame(nil, []byte(frame))); err != nil {
		return "", err
	}
	return c.tryRead()
}

// TestPasswordPolicy tries new passwords that will not do.
func TestPasswordPolicy(t *testing.T) {
	s := strictStory(t)
	for _, one := range []struct {
		pw   string
		code epp.Code
	}{
		{"short-of-12", 2004},
		{strings.Repeat("x", 129), 2004},
		{alphaPassword, 2306}, // the present one
	} {
		answer := s.dial(alphaCert()).want(secLogin("registrar-a", alphaPassword, one.pw), one.code)
		if !strings.Contains(answer, `type="newPW" level="error"`) {
			t.Errorf("%q: no event in %s", one.pw, answer)
		}
		if strings.Contains(answer, one.pw) {
			t.Errorf("the answer repeats the password: %s", answer)
		}
	}
	// What stands for a password is none, with the extension or without.
	plain := loginWith("registrar-a", alphaPassword, epp.LoginSecurity, AllObjects(), nil)
	s.dial(alphaCert()).want(plain, 2005)
	s.dial(alphaCert()).want(secLogin("registrar-a", alphaPassword, epp.LoginSecurity), 2005)
	s.dial(alphaCert()).want(login("registrar-a", alphaPassword), 1000)
	// The last two are not taken again, the one before is.
	pw := alphaPassword
	for i := range 2 {
		next := fmt.Sprintf("quite-another-%d", i)
		s.dial(alphaCert()).want(secLogin("registrar-a", pw, next), 1000)
		pw = next
	}
	s.dial(alphaCert()).want(secLogin("registrar-a", pw, "quite-another-0"), 2306)
	s.dial(alphaCert()).want(secLogin("registrar-a", pw, alphaPassword), 1000)
}

// TestLoginEvents has a password grow old, and somebody guess it.
func TestLoginEvents(t *testing.T) {
	s := strictStory(t)
	in := func(d time.Duration) string {
		t.Helper()
		s.clock.Set(storyStart.Add(d))
		return s.dial(alphaCert()).send(secLogin("registrar-a", alphaPassword, ""))
	}
	const day = 24 * time.Hour
	if answer := in(0); codeIn(answer) != 1000 || strings.Contains(answer, "loginSecData") {
		t.Errorf("nothing is to be said: %s", answer)
	}
	if answer := in(84 * day); codeIn(answer) != 1000 || !strings.Contains(answer, `type="password" level="warning" exDate="2026-04-01T00:00:00`) {
		t.Errorf("a week before the end: %s", answer)
	}
	guesser := s.dial(alphaCert())
	guesser.want(secLogin("registrar-a", "a wrong password", ""), 2200)
	guesser.want(secLogin("registrar-a", "another wrong one", ""), 2200)
	s.dial(betaCert()).want(secLogin("registrar-a", alphaPassword, ""), 2200) // has no certificate of the account
	if answer := in(10*day + time.Hour); !strings.Contains(answer, `type="stat" name="failedLogins" level="warning" value="2"`) {
		t.Errorf("two guesses: %s", answer)
	}
	if answer := in(10 * day); strings.Contains(answer, "failedLogins") {
		t.Errorf("the count begins anew after a success: %s", answer)
	}
	answer := in(90 * day)
	if codeIn(answer) != 2200 || !strings.Contains(answer, `type="password" level="error" exDate="2026-04-01T00:00:00`) {
		t.Errorf("expired: %s", answer)
	}
	if c := s.dial(alphaCert()); codeIn(c.send(login("registrar-a", "a wrong password"))) != 2200 {
		t.Error("a wrong password is told apart from an expired one")
	}
	s.dial(alphaCert()).want(secLogin("registrar-a", alphaPassword, "a brand new password"), 1000)
	s.dial(alphaCert()).want(secLogin("registrar-a", "a brand new password", ""), 1000)
}

// TestNetworks binds an account to networks.
func TestNetworks(t *testing.T) {
	s := newStory(t, false)
	allow := func(network string, add bool) {
		t.Helper()
		if err := s.srs.AllowFrom(t.Context(), storyOperator, "registrar-a", netip.MustParsePrefix(network), add); err != nil {
			t.Fatal(err)
		}
	}
	open := s.session("registrar-a")
	allow("127.0.0.0/8", true)
	allow("192.0.2.0/24", true)
	s.dialAs("registrar-a")
	open.want(check("a.example"), 1000)
	allow("127.0.0.0/8", false)
	s.eventually("the session ends", func() bool {
		answer, err := open.trySend(check("a.example"))
		return err != nil || codeIn(answer) == 2501
	})
	answer := s.dial(alphaCert()).want(login("registrar-a", alphaPassword), 2200)
	if !strings.Contains(answer, "not used from the address 127.0.0.1") {
		t.Errorf("why? %s", answer)
	}
	s.dialAs("registrar-b")
	allow("192.0.2.0/24", false)
	s.dialAs("registrar-a")
}

// TestLimitsOfARegistrar uses up what a registrar may do.
func TestLimitsOfARegistrar(t *testing.T) {
	s := newStory(t, false)
	s.harness = start(t, func(c *Config) {
		c.Registry, c.NoRepeats, c.Limits.LostCreatesPerMinute = s.srs, true, 2
	})
	a, b := s.dialAs("registrar-a"), s.dialAs("registrar-b")
	a.want(command(`<create><contact:create><contact:id>rc-1</contact:id><contact:postalInfo type="int"><contact:name>A Person</contact:name><contact:addr><contact:city>Town</contact:city><contact:cc>US</contact:cc></contact:addr></contact:postalInfo><contact:voice>+1.7035555555</contact:voice><contact:email>a@mail.example</contact:email><contact:authInfo><contact:pw></contact:pw></contact:authInfo></contact:create></create>`), 1000)
	create := func(name string) string {
		return command("<create><domain:create><domain:name>" + name + "</domain:name><domain:registrant>rc-1</domain:registrant><domain:authInfo><domain:pw></domain:pw></domain:authInfo></domain:create></create>")
	}
	a.want(create("mine.example"), 1000)
	for range 5 { // its own name costs nothing
		a.want(create("mine.example"), 2302)
	}
	b.want(create("mine.example"), 2302)
	b.want(create("mine.example"), 2302)
	answer := s.dialAs("registrar-b").want(create("other.example"), 2306) // another session, the same share
	if !strings.Contains(answer, "2 creates a minute") || !strings.Contains(answer, "the next at 20") {
		t.Errorf("why? %s", answer)
	}
	b.want(check("other.example"), 1000)
	a.want(create("other.example"), 1000)
	if n := testutil.ToFloat64(s.metrics.limited.WithLabelValues("registrar-b", limitedCreates)); n != 1 {
		t.Errorf("counted %v", n)
	}
}

// TestPace sends more commands than a registrar may.
func TestPace(t *testing.T) {
	h := start(t, func(c *Config) { c.Limits.CommandsPerSecond = 2 })
	a, b := h.alpha(), h.alpha()
	for range 2 {
		a.want(check("a.example"), 1000)
	}
	// Both wait, one of them too long. More than that is sent at once, so that one must be
	// refused however slow the machine is.
	frames := strings.Repeat(string(epp.AppendFrame(nil, []byte(check("a.example")))), 4)
	clients := []*client{a, b, h.alpha(), h.alpha(), h.alpha(), h.alpha(), h.alpha(), h.alpha()}
	for _, c := range clients {
		c.write([]byte(frames))
	}
	refused := ""
	for _, c := range clients {
		for range 4 {
			answer, err := c.tryRead()
			if err != nil {
				break
			}
			if codeIn(answer) == 2502 {
				refused = answer
				break
			}
		}
	}
	if !strings.Contains(refused, "more than 2 commands a second together: go on at 20") {
		t.Errorf("nobody was refused with a reason: %s", refused)
	}
	if n := testutil.ToFloat64(h.metrics.limited.WithLabelValues("registrar-a", limitedWaits)); n == 0 {
		t.Error("nobody waited")
	}
}
