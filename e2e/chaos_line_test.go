package e2e

import (
	"crypto/tls"
	"regexp"
	"testing"
)

// chaosLine is a session that is opened anew when it breaks.
type chaosLine struct {
	endpoint endpoint
	conf     *tls.Config
	who      string
	sess     *session
}

func newChaosLine(t *testing.T, box *chaosBox, registrar string) *chaosLine {
	t.Helper()
	e := box.endpoint()
	password, cert, key := e.registrar(registrar)
	// The sandbox's own description changes hands while it restarts.
	e.registrar = func(string) (string, string, string) { return password, cert, key }
	return &chaosLine{endpoint: e, conf: e.tlsConfig(t, registrar), who: registrar}
}

// open makes sure that there is a session.
func (l *chaosLine) open(t *testing.T) bool {
	if l.sess != nil {
		return true
	}
	s, err := l.endpoint.tryConnect(t, l.conf)
	if err != nil {
		return false
	}
	var extensions []string
	for _, m := range regexp.MustCompile(`<extURI>([^<]*)</extURI>`).FindAllSubmatch(s.greeting, -1) {
		extensions = append(extensions, string(m[1]))
	}
	password, _, _ := l.endpoint.registrar(l.who)
	r, err := s.exchange([]byte(loginWith(l.who, password, "", []string{"domain", "contact", "host"}, extensions...)))
	if err != nil || int(r.Code()) != 1000 {
		s.conn.Close()
		return false
	}
	l.sess = s
	return true
}

// exchange sends a command; nil: there was no answer.
func (l *chaosLine) exchange(frame string) *reply {
	r, err := l.sess.exchange([]byte(frame))
	if err != nil {
		l.close()
		return nil
	}
	if int(r.Code()) >= 2500 {
		l.close()
	}
	return r
}

func (l *chaosLine) close() {
	if l.sess != nil {
		l.sess.conn.Close()
		l.sess = nil
	}
}
