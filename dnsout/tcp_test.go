package dnsout

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"
)

func dial(t testing.TB, s *Server) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c
}

// framed is a query with its length before it.
func framed(t testing.TB, text string, id uint16) []byte {
	t.Helper()
	q := question(text)
	q.Id = id
	packed, err := q.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...)
}

func readAnswer(t testing.TB, c net.Conn) *dns.Msg {
	t.Helper()
	m, err := (&dns.Conn{Conn: c}).ReadMsg()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// wantClosed reads until the server closes.
func wantClosed(t testing.TB, c net.Conn) {
	t.Helper()
	if n, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) || n > 0 {
		t.Errorf("%d octets, %v; want the connection closed", n, err)
	}
}

// TestPipelining: queries in one write are answered in order (RFC 7766, Section
// 6.2.1.1), also those that come in pieces.
func TestPipelining(t *testing.T) {
	s := startServer(t, answersSource())
	c := dial(t, s)
	const n = 500
	go func() {
		var all []byte
		for id := range uint16(n) {
			all = append(all, framed(t, "www.glue.example. A", id)...)
		}
		for len(all) > 0 {
			cut := min(len(all), 777)
			if _, err := c.Write(all[:cut]); err != nil {
				t.Error(err)
				return
			}
			all = all[cut:]
		}
	}()
	for id := range uint16(n) {
		if m := readAnswer(t, c); m.Id != id || len(m.Extra) != 3 {
			t.Fatalf("answer %d: %s", id, m)
		}
	}
	// A query in pieces does not keep the answer before it back.
	q := framed(t, "example. SOA", 1)
	if _, err := c.Write(append(q[:len(q):len(q)], q[:5]...)); err != nil {
		t.Fatal(err)
	}
	readAnswer(t, c)
	if _, err := c.Write(q[5:]); err != nil {
		t.Fatal(err)
	}
	readAnswer(t, c)
}

func TestTCPRefusals(t *testing.T) {
	s := startServer(t, answersSource(), func(c *Config) {
		c.TCP.Idle, c.TCP.Message = 200*time.Millisecond, 200*time.Millisecond
	})
	response := framed(t, "example. SOA", 1)
	response[4] |= 0x80
	for name, octets := range map[string][]byte{
		"idle":              {},
		"half a length":     {0},
		"length of nothing": {0, 0},
		"no whole header":   {0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		"too long":          {0x10, 0x01, 0, 0},
		"length, silence":   {0, 40},
		"slow message":      framed(t, "example. SOA", 1)[:20],
		"a response":        response,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, s)
			if _, err := c.Write(octets); err != nil {
				t.Fatal(err)
			}
			wantClosed(t, c)
		})
	}
}

// TestSlowReader: a client that does not take its answers is cut off.
func TestSlowReader(t *testing.T) {
	src := answersSource()
	src.load(1, manyHosts("many.example", 255))
	m := NewMetrics(nil)
	s := startServer(t, src, func(c *Config) { c.TCP.Message, c.Metrics = 200*time.Millisecond, m })
	c := dial(t, s)
	q := framed(t, "many.example. A", 1)
	for {
		if _, err := c.Write(q); err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("the server waits for ever")
			}
			break
		}
	}
	eventually(t, "the connection is forgotten", func() bool { return testutil.ToFloat64(m.tcpConnections) == 0 })
}

// TestConnectionCaps: one more connection than allowed ends the quietest one, of
// the same address when that has too many, and a busy one lives on.
func TestConnectionCaps(t *testing.T) {
	m := NewMetrics(prometheus.NewPedanticRegistry())
	s := startServer(t, answersSource(), func(c *Config) {
		c.Metrics, c.TCP.Connections, c.TCP.PerAddress = m, 20, 8
	})
	use := func(c net.Conn) {
		t.Helper()
		if _, err := c.Write(framed(t, "example. SOA", 9)); err != nil {
			t.Fatal(err)
		}
		readAnswer(t, c)
	}
	busy, quiet := dial(t, s), dial(t, s)
	use(quiet)
	for range 30 {
		use(busy)
		use(dial(t, s))
	}
	wantClosed(t, quiet)
	use(busy)
	eventually(t, "eight connections", func() bool { return testutil.ToFloat64(m.tcpConnections) == 8 })
	if got := testutil.ToFloat64(m.tcpClosed.WithLabelValues("evicted")); got != 24 {
		t.Errorf("%v connections evicted, want 24", got)
	}
}

// TestStop: idle connections do not hold it up, and nothing is left running.
func TestStop(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s := startServer(t, answersSource(), func(c *Config) {
		c.Addrs = []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:0"), netip.MustParseAddrPort("[::1]:0")}
	})
	if a := s.Addrs(); len(a) != 2 || a[0].Port() == 0 || a[1].Port() == 0 || !a[1].Addr().Is6() {
		t.Errorf("addresses %v", a)
	}
	r, _, err := new(dns.Client).Exchange(question("example. SOA"), s.Addrs()[1].String())
	if err != nil || len(r.Answer) != 1 {
		t.Errorf("over IPv6: %v, %v", r, err)
	}
	c := dial(t, s)
	if _, err := c.Write(framed(t, "example. SOA", 1)); err != nil {
		t.Fatal(err)
	}
	readAnswer(t, c)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
	wantClosed(t, c)
	c.Close()
	if s.Ready() {
		t.Error("ready after the stop")
	}
	if err := s.Stop(ctx); err != nil {
		t.Errorf("second stop: %v", err)
	}
	if err := s.WaitPublished(ctx); err == nil {
		t.Error("WaitPublished on a stopped server")
	}
}

// TestAnyAddress: bound to all addresses, an answer leaves from the one the query
// came to.
func TestAnyAddress(t *testing.T) {
	s := startServer(t, answersSource(), func(c *Config) {
		c.Addrs = []netip.AddrPort{netip.MustParseAddrPort("0.0.0.0:0"), netip.MustParseAddrPort("[::]:0")}
	})
	targets := []string{"127.0.0.1", "::1"}
	if runtime.GOOS == "linux" {
		targets[0] = "127.0.0.2" // where the kernel by itself would answer from 127.0.0.1
	}
	for i, a := range s.Addrs() {
		to := netip.AddrPortFrom(netip.MustParseAddr(targets[i]), a.Port()).String()
		// A connected socket hears only the address it asked.
		r, _, err := (&dns.Client{Timeout: 5 * time.Second}).Exchange(question("example. SOA"), to)
		if err != nil || len(r.Answer) != 1 {
			t.Errorf("%s: %v, %v", to, r, err)
		}
	}
}

// TestDropped: what is no query gets no answer, and the next query does.
func TestDropped(t *testing.T) {
	m := NewMetrics(nil)
	s := startServer(t, answersSource(), func(c *Config) { c.Metrics, c.UDPSockets = m, 1 })
	c, err := net.Dial("udp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	response := framed(t, "example. SOA", 1)[2:]
	response[2] |= 0x80
	for _, packet := range [][]byte{{}, []byte("short"), response, framed(t, "example. SOA", 7)[2:]} {
		if _, err := c.Write(packet); err != nil {
			t.Fatal(err)
		}
	}
	c.SetReadDeadline(time.Now().Add(5 * time.Second))
	buf := make([]byte, 2000)
	n, err := c.Read(buf)
	if err != nil || n < 2 || binary.BigEndian.Uint16(buf) != 7 {
		t.Errorf("first answer: %x, %v", buf[:n], err)
	}
	eventually(t, "the drops are counted", func() bool { return testutil.ToFloat64(m.dropped.WithLabelValues("udp")) == 3 })
}
