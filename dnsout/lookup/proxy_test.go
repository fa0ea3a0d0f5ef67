package lookup_test

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// exchange is one question on its way through the attacker's hands.
type exchange struct {
	p     *proxy
	query []byte
	tcp   bool
	n     int          // which question of the proxy this is, from 1
	reply func([]byte) // sends something to the client
}

// honest asks the real server and returns its answer.
func (x *exchange) honest() []byte { return x.p.ask(x.query, x.tcp) }

// proxy stands between client and server, on UDP and TCP, and does with each
// question what tamper says.
type proxy struct {
	t      *testing.T
	server string
	tamper func(*exchange)
	count  atomic.Int64
	wg     sync.WaitGroup
	addr   string
}

func startProxy(t *testing.T, server string, tamper func(*exchange)) *proxy {
	t.Helper()
	p := &proxy{t: t, server: server, tamper: tamper}
	var l net.Listener
	var pc net.PacketConn
	var err error
	for range 20 { // another program can have the port over UDP
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		if pc, err = net.ListenPacket("udp", l.Addr().String()); err == nil {
			break
		}
		l.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	p.addr = l.Addr().String()
	p.wg.Go(func() { p.packets(pc) })
	p.wg.Go(func() { p.streams(l) })
	t.Cleanup(func() {
		l.Close()
		pc.Close()
		p.wg.Wait()
	})
	return p
}

func (p *proxy) packets(pc net.PacketConn) {
	for {
		buf := make([]byte, 4096)
		n, from, err := pc.ReadFrom(buf)
		if err != nil {
			return
		}
		x := &exchange{p: p, query: buf[:n], n: int(p.count.Add(1)), reply: func(b []byte) { _, _ = pc.WriteTo(b, from) }}
		p.wg.Go(func() { p.tamper(x) })
	}
}

func (p *proxy) streams(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		p.wg.Go(func() {
			defer conn.Close()
			for {
				_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
				query, err := readTCP(conn)
				if err != nil {
					return
				}
				closed := false
				p.tamper(&exchange{p: p, query: query, tcp: true, n: int(p.count.Add(1)), reply: func(b []byte) {
					if b == nil {
						closed = true
						return
					}
					_, _ = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...))
				}})
				if closed {
					return
				}
			}
		})
	}
}

func readTCP(r io.Reader) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	msg := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(r, msg)
	return msg, err
}

func (p *proxy) ask(query []byte, tcp bool) []byte {
	network := "udp"
	if tcp {
		network = "tcp"
	}
	conn, err := net.Dial(network, p.server)
	if err != nil {
		p.t.Error(err)
		return nil
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	if tcp {
		_, err = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(query))), query...))
		if err == nil {
			query, err = readTCP(conn)
		}
	} else if _, err = conn.Write(query); err == nil {
		buf := make([]byte, 4096)
		var n int
		n, err = conn.Read(buf)
		query = buf[:n]
	}
	if err != nil && !errors.Is(err, io.EOF) {
		p.t.Error(err)
	}
	return query
}

// parse unpacks a message of the exchange.
func parse(t *testing.T, packed []byte) *dns.Msg {
	t.Helper()
	m := new(dns.Msg)
	if err := m.Unpack(packed); err != nil {
		t.Error(err)
	}
	return m
}

func pack(t *testing.T, m *dns.Msg) []byte {
	t.Helper()
	packed, err := m.Pack()
	if err != nil {
		t.Error(err)
	}
	return packed
}

// withID is a message with another id in its header.
func withID(msg []byte, like []byte) []byte {
	msg = slices.Clone(msg)
	copy(msg, like[:2])
	return msg
}

// forge makes an answer to the exchange's question, without a signature.
func (x *exchange) forge(edit func(*dns.Msg)) *dns.Msg {
	q := parse(x.p.t, x.query)
	m := new(dns.Msg)
	m.SetReply(q)
	m.Authoritative = true
	m.SetEdns0(1232, false)
	edit(m)
	return m
}

// signed signs a message as whoever has the secret can, over the question's MAC.
func (x *exchange) signed(m *dns.Msg, key string, secret []byte, edit ...func(*dns.TSIG)) []byte {
	m.SetTsig(key, dns.HmacSHA256, 300, time.Now().Unix())
	for _, fn := range edit {
		fn(m.IsTsig())
	}
	packed, _, err := dns.TsigGenerate(m, base64.StdEncoding.EncodeToString(secret), parse(x.p.t, x.query).IsTsig().MAC, false)
	if err != nil {
		x.p.t.Error(err)
	}
	return packed
}

func record(t *testing.T, text string) dns.RR {
	t.Helper()
	rr, err := dns.NewRR(text)
	if err != nil {
		t.Error(err)
	}
	return rr
}
