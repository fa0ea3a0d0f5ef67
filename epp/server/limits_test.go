package server

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"cadastre/epp"
)

func (h *harness) closedFor(reason string) float64 {
	return testutil.ToFloat64(h.metrics.closed.WithLabelValues(reason))
}

func TestImpossibleLengths(t *testing.T) {
	for _, length := range []uint32{0, 1, 3, epp.MaxCommandFrame + 1, 1 << 31, 0xFFFFFFFF} {
		h := start(t, nil)
		c := h.alpha()
		header := binary.BigEndian.AppendUint32(nil, length)
		c.write(append(header, "whatever follows is not read"...))
		if got := codeIn(c.read()); got != 2001 {
			t.Errorf("length %d: answered %d, want 2001", length, got)
		}
		c.wantClosed()
		h.eventually("the session has ended", func() bool { return h.closedFor(endFrameLength) == 1 })
	}
}

func TestLargestFrame(t *testing.T) {
	h := start(t, func(c *Config) { c.Limits.FrameSize = 8192 })
	c := h.alpha()
	frame := check("a.example")
	frame += strings.Repeat(" ", 8192-4-len(frame))
	c.want(frame, 1000)
	c.want(frame[:len(frame)-1], 1000)
	c.want(frame+" ", 2001)
	c.wantClosed()
}

func TestEmptyFrame(t *testing.T) {
	c := start(t, nil).alpha()
	c.want("", 2001)
	c.want(check("a.example"), 1000)
}

func TestFailedLoginsClose(t *testing.T) {
	h := start(t, func(c *Config) { c.Limits.FailedLogins = 3 })
	c := h.dial(alphaCert())
	c.want(login("registrar-a", "wrong-1"), 2200)
	c.want(login("registrar-a", "wrong-2"), 2200)
	c.want(login("registrar-a", "wrong-3"), 2501)
	c.wantClosed()
	if got := testutil.ToFloat64(h.metrics.logins.WithLabelValues(loginFailed)); got != 3 {
		t.Errorf("counted %v failed logins, want 3", got)
	}
}

func TestSessionsPerRegistrar(t *testing.T) {
	h := start(t, func(c *Config) { c.Limits.SessionsPerRegistrar = 2 })
	first, second := h.alpha(), h.alpha()
	third := h.dial(alphaCert())
	third.want(login("registrar-a", alphaPassword), 2502)
	third.wantClosed()
	h.dial(betaCert()).want(login("registrar-b", betaPassword), 1000)

	// Whichever way a session ends, it is given back.
	first.raw.Close()
	h.eventually("a cut connection is noticed", func() bool { return h.admitted("registrar-a") == 1 })
	h.alpha()
	second.write([]byte{0, 0, 0, 1})
	h.eventually("a broken session has ended", func() bool { return h.admitted("registrar-a") == 1 })
	h.alpha()
}

// Many logins at once must not slip past the limit.
func TestSessionsPerRegistrarAtOnce(t *testing.T) {
	const limit, tries = 5, 20
	h := start(t, func(c *Config) { c.Limits.SessionsPerRegistrar = limit })
	clients := make([]*client, tries)
	for i := range clients {
		clients[i] = h.dial(alphaCert())
	}
	codes := make(chan epp.Code, tries)
	var wg sync.WaitGroup
	for _, c := range clients {
		wg.Go(func() { codes <- codeIn(c.send(login("registrar-a", alphaPassword))) })
	}
	wg.Wait()
	close(codes)
	count := map[epp.Code]int{}
	for code := range codes {
		count[code]++
	}
	if count[1000] != limit || count[2502] != tries-limit {
		t.Errorf("codes %v, want %d of 1000 and the others 2502", count, limit)
	}
}

func TestFramesBeforeLogin(t *testing.T) {
	c := start(t, func(c *Config) { c.Limits.FramesBeforeLogin = 5 }).dial(alphaCert())
	c.send(hello)
	c.want(check("a.example"), 2002)
	c.want(login("registrar-a", "wrong-1"), 2200)
	c.want("<no-epp/>", 2001)
	c.want(check("a.example"), 2500)
	c.wantClosed()
}

func TestMalformedInARow(t *testing.T) {
	c := start(t, func(c *Config) { c.Limits.MalformedInARow = 3 }).alpha()
	c.want("<no-epp/>", 2001)
	c.want("no xml", 2001)
	c.want(check("a.example"), 1000) // begins a new row
	c.want("<no-epp/>", 2001)
	c.want(check(""), 2005) // an error in a value is no sign of a client that is lost
	c.want("<no-epp/>", 2001)
	c.want(command("<nonsense/>"), 2000)
	c.want("<no-epp/>", 2500)
	c.wantClosed()
}

func TestConnectionLimits(t *testing.T) {
	h := start(t, func(c *Config) { c.Limits.ConnectionsPerAddress = 2 })
	first := h.dial(nil)
	h.dial(nil)
	wantRefused(t, h.addr)
	first.raw.Close()
	h.eventually("the place is free", func() bool { return testutil.ToFloat64(h.metrics.connected) == 1 })
	h.dial(nil)

	h = start(t, func(c *Config) { c.Limits.MaxConnections = 1 })
	h.dial(nil)
	wantRefused(t, h.addr)
	h.eventually("the refusal is counted", func() bool {
		return testutil.ToFloat64(h.metrics.refused.WithLabelValues(refusedTotal)) == 1
	})
}

// wantRefused checks that a connection is closed before the handshake.
func wantRefused(t *testing.T, addr string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	if n, err := conn.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("read %d octets, %v, want a closed connection", n, err)
	}
}

func TestPeersAreCountedByAddressOrNetwork(t *testing.T) {
	for _, test := range []struct{ addr, peer string }{
		{"192.0.2.7", "192.0.2.7/32"},
		{"::ffff:192.0.2.7", "192.0.2.7/32"},
		{"2001:db8:1:2:3::4", "2001:db8:1:2::/64"},
		{"fe80::1%eth0", "fe80::/64"},
	} {
		addr, err := net.ResolveTCPAddr("tcp", net.JoinHostPort(test.addr, "700"))
		if err != nil {
			addr = &net.TCPAddr{IP: net.ParseIP("fe80::1"), Zone: "eth0"}
		}
		if got := peerOf(addr).String(); got != test.peer {
			t.Errorf("%s counts as %s, want %s", test.addr, got, test.peer)
		}
	}
}

// Each of the deadlines ends a connection for its own reason.
func TestDeadlines(t *testing.T) {
	const short = 50 * time.Millisecond
	for _, test := range []struct {
		reason string
		set    func(*Limits)
		run    func(*harness)
	}{
		{endNoLogin, func(l *Limits) { l.LoginTimeout = short }, func(h *harness) { h.dial(alphaCert()) }},
		{endIdle, func(l *Limits) { l.IdleTimeout = short }, func(h *harness) { h.alpha() }},
		{endSlowFrame, func(l *Limits) { l.FrameTimeout = short }, func(h *harness) { h.alpha().write([]byte{0}) }},
		{endSlowFrame, func(l *Limits) { l.FrameTimeout = short }, func(h *harness) { h.alpha().write([]byte{0, 0, 1, 0, '<'}) }},
		{endSlowFrame, func(l *Limits) { l.FrameTimeout = short }, func(h *harness) {
			// The frame ends a complete one in the same TLS record.
			h.alpha().write(append(epp.AppendFrame(nil, []byte(hello)), 0, 0))
		}},
		{endSlowFrame, func(l *Limits) { l.FrameTimeout = short }, func(h *harness) {
			// An octet of a TLS record, and never the rest.
			c := h.alpha()
			if _, err := c.raw.Write([]byte{23}); err != nil {
				h.t.Fatal(err)
			}
		}},
	} {
		h := start(t, func(c *Config) { test.set(&c.Limits) })
		test.run(h)
		h.eventually("the connection has ended for "+test.reason, func() bool { return h.closedFor(test.reason) == 1 })
	}
}

// A client that sends an octet at a time never gets to the end of its frame: the deadline
// does not move.
func TestOneOctetAtATime(t *testing.T) {
	h := start(t, func(c *Config) { c.Limits.FrameTimeout = 200 * time.Millisecond })
	c := h.alpha()
	frame := epp.AppendFrame(nil, []byte(check("a.example")))
	for _, b := range frame {
		if _, err := c.conn.Write([]byte{b}); err != nil {
			break
		}
		time.Sleep(5 * time.Millisecond) // about 400 octets: two seconds
	}
	h.eventually("the connection has ended", func() bool { return h.closedFor(endSlowFrame) == 1 })
	if n := h.reg.called("CheckDomains"); n != 0 {
		t.Error("the frame arrived in spite of the deadline")
	}
}

func TestHandshakeTimeout(t *testing.T) {
	h := start(t, func(c *Config) { c.Limits.HandshakeTimeout = 50 * time.Millisecond })
	conn, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	io.Copy(io.Discard, conn) // until the server closes
	h.eventually("the handshake is counted", func() bool { return testutil.ToFloat64(h.metrics.handshakes) == 1 })
}

// A client that reads no answers is cut off when nothing more can be written.
func TestClientThatDoesNotRead(t *testing.T) {
	h := start(t, func(c *Config) { c.Limits.WriteTimeout = 100 * time.Millisecond })
	c := h.alpha()
	many := make([]string, 200)
	for i := range many {
		many[i] = strings.Repeat("x", 60) + ".example"
	}
	frame := epp.AppendFrame(nil, []byte(check(many...)))
	c.conn.SetWriteDeadline(time.Now().Add(patience))
	for {
		if _, err := c.conn.Write(frame); err != nil {
			break
		}
	}
	h.eventually("the connection has ended", func() bool { return h.closedFor(endWrite) == 1 })
}

// Commands sent without waiting are answered in order, and a session works at one at a
// time.
func TestPipelinedFrames(t *testing.T) {
	const count = 10_000
	h := start(t, nil)
	var mu sync.Mutex
	busy, most := 0, 0
	h.reg.hook = func(context.Context, string) error {
		mu.Lock()
		busy++
		most = max(most, busy)
		mu.Unlock()
		mu.Lock()
		busy--
		mu.Unlock()
		return nil
	}
	c := h.alpha()
	c.raw.SetDeadline(time.Now().Add(4 * patience))
	go func() {
		var out []byte
		for i := range count {
			out = epp.AppendFrame(out[:0], []byte(strings.Replace(check("a.example"), "TEST-1", "TEST-"+itoa(i), 1)))
			if _, err := c.conn.Write(out); err != nil {
				return
			}
		}
	}()
	for i := range count {
		if answer := c.read(); !strings.Contains(answer, "<clTRID>TEST-"+itoa(i)+"</clTRID>") || codeIn(answer) != 1000 {
			t.Fatalf("answer %d is %s", i, answer)
		}
	}
	if most != 1 {
		t.Errorf("%d commands of one session ran at a time", most)
	}
}

func TestCommandTimeout(t *testing.T) {
	h := start(t, func(c *Config) { c.Limits.CommandTimeout = 30 * time.Millisecond })
	c := h.alpha()
	h.reg.mu.Lock()
	h.reg.hook = func(ctx context.Context, _ string) error {
		<-ctx.Done()
		return ctx.Err()
	}
	h.reg.mu.Unlock()
	c.want(check("a.example"), 2400)
	h.reg.mu.Lock()
	h.reg.hook = nil
	h.reg.mu.Unlock()
	c.want(check("a.example"), 1000) // RFC 5730, Section 3: 2400 keeps the session
}

func TestLimitsAreChecked(t *testing.T) {
	for _, change := range []func(*Config){
		func(c *Config) { c.Limits.IdleTimeout = -1 },
		func(c *Config) { c.Limits.MaxConnections = -1 },
		func(c *Config) { c.Limits.FrameSize = 100 },
		func(c *Config) { c.Limits.FrameSize = epp.MaxCommandFrame + 1 },
		func(c *Config) { c.Registry = nil },
		func(c *Config) { c.ServerID = "x" },
		func(c *Config) { c.ServerID = strings.Repeat("x", 65) },
		func(c *Config) { c.Objects = []string{} },
		func(c *Config) { c.Objects = []string{"urn:x"} },
		func(c *Config) { c.Extensions = []string{"urn:x"} },
		func(c *Config) { c.TLS = nil },
		func(c *Config) { c.TLS = &tls.Config{} },
		func(c *Config) { c.CertFile, c.KeyFile = "cert.pem", "key.pem" },
		func(c *Config) { c.TLS, c.CertFile = nil, "cert.pem" },
	} {
		cfg := Config{
			Registry: newMemory(), ServerID: "Test registry",
			TLS: &tls.Config{Certificates: []tls.Certificate{serverCert().tls}},
		}
		if _, err := New(cfg); err != nil {
			t.Fatal(err)
		}
		change(&cfg)
		if _, err := New(cfg); err == nil {
			t.Errorf("New took an impossible configuration: %+v", cfg)
		}
	}
}
