package server

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"cadastre/epp"
)

// patience is how long tests wait for what must happen. It decides no test but a hanging one.
const patience = 30 * time.Second

// harness is a server with its registry, on a real socket.
type harness struct {
	t       testing.TB
	srv     *Server
	reg     *memory
	addr    string
	log     *observer.ObservedLogs
	metrics *Metrics
	served  chan error
}

// start runs a server; change alters its configuration.
func start(t testing.TB, change func(*Config)) *harness {
	t.Helper()
	h := &harness{t: t, reg: newMemory(), metrics: NewMetrics(prometheus.NewRegistry()), served: make(chan error, 1)}
	core, logs := observer.New(zap.DebugLevel)
	h.log = logs
	cfg := Config{
		Registry: h.reg, ServerID: "Test registry", Metrics: h.metrics, Log: zap.New(core),
		TLS: &tls.Config{Certificates: []tls.Certificate{serverCert().tls}}, Preapproval: true,
	}
	_, cfg.Marks = testHouse()
	if change != nil {
		change(&cfg)
	}
	var err error
	if h.srv, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.addr = ln.Addr().String()
	go func() { h.served <- h.srv.Serve(ln) }()
	t.Cleanup(func() {
		h.srv.Close()
		if err := <-h.served; !errors.Is(err, ErrServerClosed) {
			t.Errorf("Serve: %v, want ErrServerClosed", err)
		}
		if n := testutil.ToFloat64(h.metrics.panics); n != 0 {
			t.Errorf("%v commands panicked", n)
		}
		if n := testutil.ToFloat64(h.metrics.loggedIn); n != 0 {
			t.Errorf("%v sessions are still counted as logged in", n)
		}
	})
	return h
}

// client is one connection, with the answers it has seen.
type client struct {
	t    testing.TB
	raw  net.Conn
	conn *tls.Conn
}

// clientTLS trusts the test server and shows cred, which may be nil.
func clientTLS(cred *credential) *tls.Config {
	roots := x509.NewCertPool()
	roots.AddCert(serverCert().leaf)
	c := &tls.Config{RootCAs: roots, ServerName: "localhost"}
	if cred != nil {
		c.Certificates = []tls.Certificate{cred.tls}
	}
	return c
}

// dialTLS connects and reads the greeting.
func (h *harness) dialTLS(conf *tls.Config) *client {
	h.t.Helper()
	raw, err := net.Dial("tcp", h.addr)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { raw.Close() })
	c := &client{t: h.t, raw: raw, conn: tls.Client(raw, conf)}
	raw.SetDeadline(time.Now().Add(patience))
	if g := c.read(); !strings.Contains(g, "<greeting>") {
		h.t.Fatalf("no greeting but %s", g)
	}
	return c
}

func (h *harness) dial(cred *credential) *client { return h.dialTLS(clientTLS(cred)) }

// alpha is a session of registrar-a.
func (h *harness) alpha() *client {
	h.t.Helper()
	c := h.dial(alphaCert())
	c.want(login("registrar-a", alphaPassword), 1000)
	return c
}

// tryRead reads one data unit.
func (c *client) tryRead() (string, error) {
	var header [4]byte
	if _, err := io.ReadFull(c.conn, header[:]); err != nil {
		return "", err
	}
	body := make([]byte, binary.BigEndian.Uint32(header[:])-4)
	_, err := io.ReadFull(c.conn, body)
	seen.add(string(body))
	return string(body), err
}

func (c *client) read() string {
	c.t.Helper()
	s, err := c.tryRead()
	if err != nil {
		c.t.Fatalf("reading an answer: %v", err)
	}
	return s
}

func (c *client) write(b []byte) {
	c.t.Helper()
	if _, err := c.conn.Write(b); err != nil {
		c.t.Fatalf("sending: %v", err)
	}
}

// send sends a frame and gives the answer.
func (c *client) send(frame string) string {
	c.t.Helper()
	c.write(epp.AppendFrame(nil, []byte(frame)))
	return c.read()
}

// want sends a frame and checks the code of the answer, which it gives.
func (c *client) want(frame string, code epp.Code) string {
	c.t.Helper()
	answer := c.send(frame)
	if got := codeIn(answer); got != code {
		c.t.Fatalf("answered %d, want %d\nsent %s\ngot  %s", got, code, frame, answer)
	}
	return answer
}

// wantClosed checks that the server has ended TLS and TCP in good order.
func (c *client) wantClosed() {
	c.t.Helper()
	if s, err := c.tryRead(); err != io.EOF {
		c.t.Fatalf("got %q, %v, want the end of the connection", s, err)
	}
}

var codePattern = regexp.MustCompile(`<result code="(\d+)">`)

// codeIn gives the result code of an answer, 0 if it has none.
func codeIn(answer string) epp.Code {
	m := codePattern.FindStringSubmatch(answer)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return epp.Code(n)
}

// Frames.

const (
	hello      = `<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><hello/></epp>`
	logoutBody = `<logout/>`
)

// command wraps the body of a command. The prefixes of all mappings are declared.
func command(body string) string {
	return `<epp xmlns="urn:ietf:params:xml:ns:epp-1.0" xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"` +
		` xmlns:host="urn:ietf:params:xml:ns:host-1.0" xmlns:contact="urn:ietf:params:xml:ns:contact-1.0"` +
		` xmlns:kind="urn:cadastre:params:xml:ns:epp:contactKind-1.0"` +
		` xmlns:preapproval="urn:cadastre:params:xml:ns:epp:preapproval-1.0"><command>` + body + `<clTRID>TEST-1</clTRID></command></epp>`
}

func check(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		fmt.Fprintf(&b, "<domain:name>%s</domain:name>", n)
	}
	return command("<check><domain:check>" + b.String() + "</domain:check></check>")
}

func login(id, pw string) string { return loginWith(id, pw, "", AllObjects(), AllExtensions()) }

func loginWith(id, pw, newPW string, objects, extensions []string) string {
	if newPW != "" {
		newPW = "<newPW>" + newPW + "</newPW>"
	}
	svcs := ""
	for _, uri := range objects {
		svcs += "<objURI>" + uri + "</objURI>"
	}
	if len(extensions) > 0 {
		svcs += "<svcExtension>"
		for _, uri := range extensions {
			svcs += "<extURI>" + uri + "</extURI>"
		}
		svcs += "</svcExtension>"
	}
	return command("<login><clID>" + id + "</clID><pw>" + pw + "</pw>" + newPW +
		"<options><version>1.0</version><lang>en</lang></options><svcs>" + svcs + "</svcs></login>")
}

// eventually waits until ok.
func (h *harness) eventually(what string, ok func() bool) {
	h.t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			h.t.Fatalf("in vain waited until %s", what)
		}
	}
}

// admitted is how many sessions of a registrar count against its limit.
func (h *harness) admitted(registrar string) int {
	a := h.srv.admission
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.registrars[registrar]
}

func itoa(i int) string { return strconv.Itoa(i) }
