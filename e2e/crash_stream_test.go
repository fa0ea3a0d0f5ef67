package e2e

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"cadastre/epp"
)

// stream is one registrar's session that creates as fast as it is answered.
type stream struct {
	crash     *crash
	registrar string
	quit      chan struct{} // closed: finish
	done      chan struct{} // closed when finished
	fault     string        // what must not happen, after done

	// unknown are commands whose answer never came, or was 2400: they may have been
	// carried out, wholly or not at all.
	unknown []entry

	mu     sync.Mutex
	killed time.Time          // zero until the database is killed
	failed bool               // a command has failed since
	served chan time.Duration // gets the time from the kill to the first success after that
}

func startStream(t *testing.T, c *crash, i int) *stream {
	s := &stream{
		crash: c, registrar: []string{"registrar-a", "registrar-b"}[i%2],
		quit: make(chan struct{}), done: make(chan struct{}), served: make(chan time.Duration, 1),
	}
	sess := c.box.login(t, s.registrar)
	sess.mayFail = true
	go func() {
		defer close(s.done)
		s.fault = s.work(t, sess)
	}()
	return s
}

// awaken asks the stream to say when it is served again.
func (s *stream) awaken(killed time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.killed, s.failed = killed, false
}

// work creates until it is told to stop, or the server is gone.
func (s *stream) work(t *testing.T, sess *session) (fault string) {
	for {
		select {
		case <-s.quit:
			return ""
		default:
		}
		lost, why := s.family(sess)
		if why != "" {
			return why
		}
		if !lost {
			continue
		}
		// The connection broke. If only the database went, a new one is to be had.
		sess = s.reconnect(t)
		if sess == nil {
			return ""
		}
	}
}

// reconnect logs in anew; nil when the server is gone or the round is over.
func (s *stream) reconnect(t *testing.T) *session {
	e := s.crash.box.endpoint()
	conf := e.tlsConfig(t, s.registrar)
	password, _, _ := e.registrar(s.registrar)
	for {
		select {
		case <-s.quit:
			return nil
		case <-s.crash.box.server.done:
			return nil
		case <-time.After(20 * time.Millisecond):
		}
		sess, err := e.tryConnect(t, conf)
		if err != nil {
			continue
		}
		sess.mayFail = true
		if r, err := sess.exchange([]byte(loginCommand(s.registrar, password))); err == nil && r.Code() == 1000 {
			return sess
		}
		sess.conn.Close()
	}
}

// family creates a contact, an external host, a domain that uses both, a host
// below the domain, and delegates to it; every fourth domain is deleted again.
// lost says that the connection broke.
func (s *stream) family(sess *session) (lost bool, fault string) {
	contact, host, domain := randomID("c"), "ns1."+randomLabel(20)+".icann", randomLabel(20)+".example"
	own := "ns2.x." + domain
	steps := []struct {
		entry
		frame string
	}{
		{entry{kind: "contact", name: contact}, goodContact(contact).create()},
		{entry{kind: "host", name: host}, hostCreate(host)},
		{entry{kind: "domain", name: domain, contact: contact, hosts: host}, newDomain{name: domain, registrant: contact, hosts: []string{host}}.create()},
		{entry{kind: "host", name: own, addr: "208.77.190.210"}, hostCreate(own, v4("208.77.190.210"))},
		{entry{kind: "domain", name: domain, contact: contact, hosts: host + " " + own}, domainUpdate(domain, delegation(own), "", "")},
		{entry{kind: "domain", name: domain, contact: contact, hosts: host}, domainUpdate(domain, "", delegation(own), "")},
		{entry{kind: "no host", name: own}, hostDelete(own)},
		{entry{kind: "no domain", name: domain}, domainDelete(domain)},
	}
	if domain[1] > 'f' { // most domains stay
		steps = steps[:5]
	}
	for _, step := range steps {
		r, err := sess.exchange([]byte(step.frame))
		switch {
		case err != nil:
			s.hasFailed(step.entry)
			return true, ""
		case r.Code() == 2400 || r.Code() == 2500:
			s.hasFailed(step.entry)
			time.Sleep(10 * time.Millisecond) // as a client would that is told to try again
			return r.Code() == 2500, ""
		case r.Code() != epp.CodeOK:
			return false, fmt.Sprintf("%s %s: %s", step.kind, step.name, r.frame)
		}
		if err := s.crash.ledger.add(step.entry); err != nil {
			return false, err.Error()
		}
		s.wasServed()
	}
	return false, ""
}

// hasFailed notes a command without a good answer.
func (s *stream) hasFailed(e entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unknown = append(s.unknown, e)
	s.failed = true
}

// unfelt is how long after a kill a success may still be from before it.
const unfelt = 2 * time.Second

// wasServed notes the first success after the database was killed and that was felt.
func (s *stream) wasServed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	// A command that waited while the database was away has felt nothing of it.
	if s.killed.IsZero() || !s.failed && time.Since(s.killed) < unfelt {
		return
	}
	select {
	case s.served <- time.Since(s.killed):
	default:
	}
}

// entry is what an acknowledged command made true of an object.
type entry struct {
	kind    string // "contact", "host", "domain", "no host", "no domain"
	name    string
	contact string // registrant of a domain
	hosts   string // name servers of a domain, separated by blanks
	addr    string // of a host
}

func (e entry) String() string {
	return strings.Join([]string{e.kind, e.name, e.contact, e.hosts, e.addr}, "\t")
}
