package rest

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"cadastre/registry"
)

// hand is a clock that a test moves.
type hand struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hand) advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func TestTokens(t *testing.T) {
	clock := &hand{now: time.Now()}
	b := newBench(t, func(c *Config) { c.Limits.TokenFailuresPerMinute = 3; c.Now = clock.Now })
	for name, auth := range map[string][]string{
		"none": {""}, "other scheme": {"Basic Z29vZC10b2tlbg=="}, "no token": {"Bearer "}, "two": {"Bearer " + goodToken, "Bearer x"},
		"space": {"Bearer good token"}, "long": {"Bearer " + strings.Repeat("x", 513)}, "padding only": {"Bearer =="},
	} {
		a := b.call("GET", "/api/v1/applications", "", auth...)
		if a.status != 401 || a.header.Get("WWW-Authenticate") != `Bearer realm="cadastre"` {
			t.Errorf("%s: %d %v", name, a.status, a.header)
		}
	}
	for i := range 3 {
		a := b.call("POST", "/api/v1/applications", good, "Bearer wrong")
		if a.status != 401 || !strings.Contains(a.header.Get("WWW-Authenticate"), "invalid_token") || strings.Contains(a.body, "wrong\"") {
			t.Errorf("try %d: %d %v %s", i, a.status, a.header, a.body)
		}
	}
	// Now the address is not even heard with a good token; nothing was done for it.
	a := b.call("POST", "/api/v1/applications", good)
	if a.status != 429 || a.header.Get("Retry-After") != "20" || len(b.desk.seen) != 0 {
		t.Errorf("%d %v, the desk heard %v", a.status, a.header, b.desk.seen)
	}
	clock.advance(20 * time.Second)
	if a = b.call("POST", "/api/v1/applications", good); a.status != 201 {
		t.Errorf("after the wait: %d %s", a.status, a.body)
	}
	if a = b.call("GET", "/api/v1/openapi.json", "", ""); a.status != 200 {
		t.Errorf("the description: %d", a.status)
	}
}

// broken is a desk that cannot look tokens up.
type broken struct{ *script }

func (broken) AccountOfToken(context.Context, string) (string, error) {
	return "", errors.New("no database")
}

// TestTokensUnknown: a fault of the registry is not held against the client.
func TestTokensUnknown(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Desk = broken{&script{}}; c.Limits.TokenFailuresPerMinute = 1 })
	for range 3 {
		if a := b.call("GET", "/api/v1/applications", ""); a.status != 500 || strings.Contains(a.body, "database") {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
}

func TestRate(t *testing.T) {
	clock := &hand{now: time.Now()}
	b := newBench(t, func(c *Config) {
		c.Limits.RequestsPerSecond, c.Limits.RequestBurst, c.Now = 2, 5, clock.Now
	})
	for range 5 {
		if a := b.call("GET", "/api/v1/applications", ""); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if a := b.call("GET", "/api/v1/applications", ""); a.status != 429 || a.header.Get("Retry-After") != "1" {
		t.Errorf("%d %v", a.status, a.header)
	}
	clock.advance(time.Second)
	for i, want := range []int{200, 200, 429} {
		if a := b.call("GET", "/api/v1/applications", ""); a.status != want {
			t.Errorf("request %d after a second: %d, want %d", i, a.status, want)
		}
	}
}

// TestRatesForget: addresses that come and go take a bounded room, and one that is being
// limited is the last to be forgotten.
func TestRatesForget(t *testing.T) {
	clock := &hand{now: time.Now()}
	r := newRates[netip.Prefix](1, 2, clock.Now)
	prefix := func(i int) netip.Prefix {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 32)
	}
	for i := range maxBuckets {
		r.take(prefix(i))
	}
	clock.advance(2 * time.Second) // all are full again
	bad := prefix(maxBuckets + 1)
	r.take(bad)
	r.take(bad)
	r.take(prefix(maxBuckets + 2))
	if len(r.buckets) > 10 {
		t.Errorf("%d buckets", len(r.buckets))
	}
	if r.wait(bad) == 0 {
		t.Error("the limit was forgotten")
	}
	for i := range 2 * maxBuckets {
		r.take(prefix(i))
	}
	if len(r.buckets) > maxBuckets {
		t.Errorf("%d buckets", len(r.buckets))
	}
}

func TestBodySize(t *testing.T) {
	b := newBench(t, nil)
	fits := good + strings.Repeat(" ", 64<<10-len(good))
	if a := b.call("POST", "/api/v1/applications", fits); a.status != 201 {
		t.Errorf("64 KiB: %d %s", a.status, a.body)
	}
	if a := b.call("POST", "/api/v1/applications", fits+" "); a.status != 413 {
		t.Errorf("one more: %d %s", a.status, a.body)
	}
	// Without a length there is nothing to believe.
	req, err := http.NewRequest("POST", "https://"+b.addr+"/api/v1/applications", io.MultiReader(strings.NewReader(fits), strings.NewReader(" ")))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+goodToken)
	if a := b.do(req); a.status != 413 {
		t.Errorf("chunked: %d %s", a.status, a.body)
	}
}

// dial opens a TLS connection for HTTP/1.1.
func (b *bench) dial() *tls.Conn {
	b.t.Helper()
	conn, err := tls.Dial("tcp", b.addr, &tls.Config{RootCAs: b.pool})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		b.t.Fatal(err)
	}
	return conn
}

const head = "POST /api/v1/applications HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + goodToken + "\r\n"

// TestSlowClients: who sends slowly, or stops, holds nothing for longer than the limits.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *Config) {
		c.Limits.HeaderTimeout, c.Limits.ReadTimeout, c.Limits.IdleTimeout = time.Second, 2*time.Second, time.Second
	})
	t.Run("handshake", func(t *testing.T) {
		t.Parallel()
		conn, err := net.Dial("tcp", b.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		expectEOF(t, conn)
	})
	t.Run("header", func(t *testing.T) {
		t.Parallel()
		conn := b.dial()
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: ")
		expectEOF(t, conn)
	})
	t.Run("body", func(t *testing.T) {
		t.Parallel()
		conn := b.dial()
		io.WriteString(conn, head+"Content-Length: 100\r\n\r\n{")
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if a := b.read(resp); a.status != 408 || !resp.Close {
			t.Errorf("%d %s, close %v", a.status, a.body, resp.Close)
		}
		expectEOF(t, conn)
	})
	t.Run("half a body", func(t *testing.T) {
		t.Parallel()
		conn := b.dial()
		io.WriteString(conn, head+"Content-Length: 100\r\n\r\n{")
		conn.CloseWrite()
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if a := b.read(resp); a.status != 400 {
			t.Errorf("%d %s", a.status, a.body)
		}
	})
	t.Run("idle", func(t *testing.T) {
		t.Parallel()
		conn := b.dial()
		io.WriteString(conn, "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n")
		in := bufio.NewReader(conn)
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		if hsts := resp.Header.Get("Strict-Transport-Security"); hsts != "" {
			t.Errorf("localhost is told to use TLS everywhere: %q", hsts)
		}
		b.read(resp)
		expectEOF(t, conn)
	})
}

// expectEOF reads until the server hangs up; the connection's deadline is a failure.
func expectEOF(t *testing.T, conn net.Conn) {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var timeout net.Error
	if _, err := io.Copy(io.Discard, conn); errors.As(err, &timeout) && timeout.Timeout() {
		t.Error("the server holds the connection")
	}
}

// TestLongWork: reading limits do not end work that takes longer than they, and the
// limit on work does.
func TestLongWork(t *testing.T) {
	t.Parallel()
	work := func(d time.Duration) func(context.Context) error {
		return func(ctx context.Context) error {
			select {
			case <-time.After(d):
				return nil
			case <-ctx.Done():
				return fmt.Errorf("database: %w", ctx.Err())
			}
		}
	}
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %v", http2), func(t *testing.T) {
			t.Parallel()
			b := newBench(t, func(c *Config) {
				c.Limits.HeaderTimeout, c.Limits.ReadTimeout, c.Limits.RequestTimeout = time.Second, time.Second, 3*time.Second
			})
			transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: b.pool}, ForceAttemptHTTP2: http2}
			b.client.Transport = transport
			t.Cleanup(transport.CloseIdleConnections)
			b.desk.on(work(1500 * time.Millisecond))
			if a := b.call("POST", "/api/v1/applications", good); a.status != 201 {
				t.Errorf("POST: %d %s", a.status, a.body)
			}
			if a := b.call("GET", "/api/v1/applications/42", ""); a.status != 200 {
				t.Errorf("GET: %d %s", a.status, a.body)
			}
			b.desk.on(work(time.Minute))
			if a := b.call("POST", "/api/v1/applications", good); a.status != 503 || a.header.Get("Retry-After") == "" {
				t.Errorf("too long: %d %s", a.status, a.body)
			}
		})
	}
}

// TestClientLeaves: work for a client that has gone is cancelled.
func TestClientLeaves(t *testing.T) {
	b := newBench(t, nil)
	entered, left := make(chan struct{}), make(chan error, 1)
	b.desk.on(func(ctx context.Context) error {
		close(entered)
		<-ctx.Done()
		left <- ctx.Err()
		return ctx.Err()
	})
	conn := b.dial()
	io.WriteString(conn, head+fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(good), good))
	<-entered
	conn.Close()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the work ended with %v", err)
	}
}

func TestConnections(t *testing.T) {
	for reason, change := range map[string]func(*Limits){
		refusedTotal: func(l *Limits) { l.Connections = 2 }, refusedPeer: func(l *Limits) { l.ConnectionsPerAddress = 2 },
	} {
		t.Run(reason, func(t *testing.T) {
			b := newBench(t, func(c *Config) { change(&c.Limits) })
			first := b.dial()
			b.dial()
			third, err := net.Dial("tcp", b.addr)
			if err != nil {
				t.Fatal(err)
			}
			defer third.Close()
			expectEOF(t, third)
			if n := testutil.ToFloat64(b.server.cfg.Metrics.refused.WithLabelValues(reason)); n != 1 {
				t.Errorf("%v counted", n)
			}
			first.Close() // its place is free once the server has seen that
			for testutil.ToFloat64(b.server.cfg.Metrics.open) > 1 {
				time.Sleep(time.Millisecond)
			}
			if a := b.call("GET", "/api/v1/applications", ""); a.status != 200 {
				t.Errorf("%d", a.status)
			}
		})
	}
}

func TestPeers(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.1:1": "192.0.2.1/32", "[::ffff:192.0.2.1]:1": "192.0.2.1/32", "[2001:db8:1:2:3::4]:1": "2001:db8:1:2::/64",
		"[fe80::1%eth0]:1": "fe80::/64", "": "invalid Prefix",
	} {
		if got := peerOf(remote).String(); got != want {
			t.Errorf("%q: %s, want %s", remote, got, want)
		}
	}
}

// TestUnavailable: an outage that the registry knows of is told, and logged.
func TestUnavailable(t *testing.T) {
	b := newBench(t, nil)
	b.desk.on(func(context.Context) error {
		return registry.Errorf(registry.KindUnavailable, "", "", "the target registry cannot be asked")
	})
	a := b.call("POST", "/api/v1/applications", good)
	if a.status != 503 || a.problem.Detail != "the target registry cannot be asked" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if fault := b.line().ContextMap()["fault"]; fault == nil {
		t.Error("the log does not have it")
	}
}
