package e2e

import (
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cadastre/epp"
)

// loginStory is an account's logins over the years, as its registrar and the operator
// see them. Exchanges are compared with files, as those of a story are.
type loginStory struct {
	*story
	node     *node
	base     string // the configuration without the rules for logins
	password string
	conf     *tls.Config
}

// anyInstant is an instant or a length of time, in real time.
var anyInstant = regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z|PT[0-9]+S`)

func newLoginStory(t *testing.T, n *node, password string) *loginStory {
	t.Helper()
	text, err := os.ReadFile(n.config)
	if err != nil {
		t.Fatal(err)
	}
	return &loginStory{
		story: &story{t: t, name: "login", ids: map[string]string{}},
		node:  n, base: string(text), password: password, conf: n.epp.tlsConfig(t, "acme"),
	}
}

// rules starts the server anew with rules for logins.
func (s *loginStory) rules(maxAge string) {
	s.t.Helper()
	text := s.base + fmt.Sprintf(`
[epp.logins]
password_min_length = 12
password_history = 2
password_max_age = %q
password_warning = "168h"
certificate_warning = "336h"
[epp.limits]
max_sessions_per_registrar = 2
`, maxAge)
	if err := os.WriteFile(s.node.config, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.node.server.terminate(s.t)
	s.node.start(s.t)
}

// frame is a login with passwords in loginSec-1.0; newPassword may be "".
func (s *loginStory) frame(password, newPassword string) string {
	plain, long := "", ""
	if newPassword != "" {
		plain, long = el("newPW", epp.LoginSecurity), el("loginSec:newPW", newPassword)
	}
	frame := loginWith("acme", epp.LoginSecurity, plain, []string{"domain", "contact", "host"}, epp.NSLoginSec)
	return withExtension(frame, `<loginSec:loginSec xmlns:loginSec="`+epp.NSLoginSec+`"><loginSec:userAgent>`+
		el("loginSec:app", "Acme 4.2")+`</loginSec:userAgent>`+el("loginSec:pw", password)+long+`</loginSec:loginSec>`)
}

// login is one exchange of the story, on a connection of its own.
func (s *loginStory) login(what, password, newPassword string, want int) *session {
	s.t.Helper()
	sess, err := s.node.epp.tryConnect(s.t, s.conf)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { sess.conn.Close() })
	s.step++
	frame := anyClTRID.ReplaceAllString(s.frame(password, newPassword), fmt.Sprintf("<clTRID>login-%02d</clTRID>", s.step))
	r := sess.do(s.t, frame)
	if int(r.Code()) != want {
		s.t.Fatalf("step %d, %s: result %d, want %d\n%s", s.step, what, r.Code(), want, r.frame)
	}
	if strings.Contains(string(r.frame), password) || newPassword != "" && strings.Contains(string(r.frame), newPassword) {
		s.t.Errorf("step %d, %s: the answer repeats a password\n%s", s.step, what, r.frame)
	}
	base := filepath.Join(goldenDir, s.name, fmt.Sprintf("%02d-%s", s.step, what))
	s.secret = s.password
	golden(s.t, base+".command.xml", s.plain(frame))
	golden(s.t, base+".reply.xml", s.plain(anyInstant.ReplaceAllString(string(r.frame), "{time}")))
	return sess
}

// bye ends a session, so that another may take its place.
func (s *loginStory) bye(sess *session) {
	s.t.Helper()
	sess.do(s.t, logout()).want(s.t, 1500)
	sess.closed(s.t)
}

// ends waits for a session to be ended, as it is within a second, with the reason.
func (s *loginStory) ends(sess *session, why string) {
	s.t.Helper()
	waitFor(s.t, "the end of the session", func() bool {
		r, err := sess.exchange([]byte(domainCheck("a.shop")))
		if err != nil {
			s.t.Fatalf("no reason was given: %v", err)
		}
		if r.Code() == 2501 && !strings.Contains(string(r.frame), why) {
			s.t.Errorf("the reason is not %q\n%s", why, r.frame)
		}
		return r.Code() == 2501
	})
	sess.closed(s.t)
}

// run tells it.
func (s *loginStory) run() {
	dir := s.node.epp.dir
	operator := func(args ...string) string {
		s.t.Helper()
		return cadastre(s.t, append(append([]string{"registrar"}, args...), "--config", s.node.config)...)
	}

	// The certificate ends within the fortnight and the password within the week.
	s.rules("100h")
	s.bye(s.login("warnings", s.password, "", 1000))
	s.login("wrong", "a wrong password", "", 2200)
	s.login("wrong-again", "another wrong one", "", 2200)
	s.bye(s.login("told-of-guesses", s.password, "", 1000))

	// The password has ended, and another takes its place.
	const first, second, third = "the first of three", "the second of three", "the third & last of three"
	s.rules("1ms")
	s.login("ended", s.password, "", 2200)
	s.login("too-short", s.password, "eleven char", 2004)
	s.login("the-same", s.password, s.password, 2306)
	s.login("rotated", s.password, first, 1000)
	s.rules("9000h")
	s.login("old-one", s.password, "", 2200)
	open := s.login("open", first, "", 1000)
	s.bye(s.login("rotated-again", first, second, 1000))
	s.ends(open, "the account's password was changed")
	s.login("not-again", second, first, 2306)

	// Sessions are counted.
	open = s.login("one", second, "", 1000)
	other := s.login("two", second, "", 1000)
	s.login("too-many", second, "", 2502)
	s.bye(other)

	// A new certificate is bound, used, and the old one taken away.
	old := strings.Fields(operator("cert", "acme", "list"))
	writeCertificate(s.t, dir, "acme-new")
	operator("cert", "acme", "add", filepath.Join(dir, "tls", "acme-new.pem"))
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "tls", "acme-new.pem"), filepath.Join(dir, "tls", "acme-new.key"))
	if err != nil {
		s.t.Fatal(err)
	}
	before := s.conf
	s.conf = before.Clone()
	s.conf.Certificates = []tls.Certificate{pair}
	other = s.login("new-certificate", second, "", 1000)
	other.do(s.t, domainCheck("a.shop")).want(s.t, 1000)
	operator("cert", "acme", "remove", old[indexOfFingerprint(s.t, old)])
	s.ends(open, "certificate is no longer bound")
	now := s.conf
	s.conf = before
	s.login("old-certificate", second, "", 2200)
	s.conf = now

	// The operator says whence the account may be used, and sets the password.
	operator("allow", "acme", "add", "192.0.2.0/24")
	s.ends(other, "no longer used from the address 127.0.0.1")
	s.login("from-elsewhere", second, "", 2200)
	operator("allow", "acme", "remove", "192.0.2.0/24")
	open = s.login("from-anywhere", second, "", 1000)
	open.do(s.t, domainCheck("a.shop")).want(s.t, 1000) // the server may have known of the list a moment ago
	file := filepath.Join(s.t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(third+"\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	operator("password", "acme", "--password-file", file)
	s.ends(open, "the account's password was changed")
	s.bye(s.login("by-the-operator", third, "", 1000))
	if log := s.node.server.wholeLog(); strings.Contains(log, second) || strings.Contains(log, "of three") {
		s.t.Error("the log holds a password")
	}
}

// indexOfFingerprint finds the one fingerprint in a list.
func indexOfFingerprint(t *testing.T, words []string) int {
	t.Helper()
	for i, w := range words {
		if regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(w) {
			return i
		}
	}
	t.Fatalf("no fingerprint in %q", words)
	return 0
}
