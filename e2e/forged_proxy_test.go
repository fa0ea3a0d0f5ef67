package e2e

import (
	"encoding/binary"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// proxy stands between a target registry and the name server it asks, on UDP and
// TCP. What it does with a question depends on the name that is asked for.
type proxy struct {
	addr, server string
	wg           sync.WaitGroup

	mu      sync.Mutex
	attacks map[string]attack // by target name; without one it is honest
	asked   map[string]int    // questions so far
	kept    map[string][]byte // the last honest answer over UDP
}

// attack is what becomes of a question.
type attack func(x *exchange)

// exchange is a question in the proxy's hands.
type exchange struct {
	proxy  *proxy
	query  []byte
	name   string       // the whitelist name that is asked for
	target string       // the target name in it
	n      int          // which question about that target this is, from 1
	tcp    bool         // it came over TCP
	reply  func([]byte) // sends something to who asked
	cut    func()       // closes the connection, over TCP
}

func startProxy(t *testing.T, server string) *proxy {
	t.Helper()
	p := &proxy{server: server, attacks: map[string]attack{}, asked: map[string]int{}, kept: map[string][]byte{}}
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

// set chooses what happens to questions about a target name; nil: the truth.
func (p *proxy) set(target string, a attack) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.attacks[target] = a
	p.asked[target] = 0
}

func (p *proxy) packets(pc net.PacketConn) {
	for {
		buf := make([]byte, 4096)
		n, from, err := pc.ReadFrom(buf)
		if err != nil {
			return
		}
		p.wg.Go(func() {
			p.handle(&exchange{query: buf[:n], reply: func(b []byte) { pc.WriteTo(b, from) }}) //nolint:errcheck // it is UDP
		})
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
				conn.SetReadDeadline(time.Now().Add(10 * time.Second)) //nolint:errcheck // the read fails
				query, err := readMessage(conn, true)
				if err != nil {
					return
				}
				p.handle(&exchange{query: query, tcp: true, cut: func() { conn.Close() }, reply: func(b []byte) {
					conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)) //nolint:errcheck // the other side is gone
				}})
			}
		})
	}
}

// handle finds out what a question is about and does with it what is set for that.
func (p *proxy) handle(x *exchange) {
	var m dnsmessage.Parser
	if _, err := m.Start(x.query); err != nil {
		return
	}
	q, err := m.Question()
	if err != nil {
		return
	}
	x.proxy, x.name = p, strings.TrimSuffix(strings.ToLower(q.Name.String()), ".")
	x.target = targetIn(x.name)
	p.mu.Lock()
	p.asked[x.target]++
	x.n = p.asked[x.target]
	do := p.attacks[x.target]
	p.mu.Unlock()
	if do == nil {
		do = truth
	}
	do(x)
}

// targetIn finds the target name in a whitelist name of the sandbox's policies.
func targetIn(name string) string {
	target := strings.TrimSuffix(strings.TrimSuffix(name, ".valid.zone"), ".preapproved.works")
	drop := strings.Count(target, ".") - 1
	if strings.HasSuffix(target, ".seattle.community") {
		drop--
	}
	for range max(0, drop) {
		_, target, _ = strings.Cut(target, ".")
	}
	return target
}

// honest asks the server and gives its answer, nil when there is none.
func (x *exchange) honest() []byte {
	a, err := roundTrip(x.proxy.server, x.query, x.tcp)
	if err != nil {
		return nil
	}
	if !x.tcp {
		x.proxy.mu.Lock()
		x.proxy.kept[x.target] = a
		x.proxy.mu.Unlock()
	}
	return a
}

// earlier is the last honest answer to a question about a target name.
func (x *exchange) earlier(target string) []byte {
	x.proxy.mu.Lock()
	defer x.proxy.mu.Unlock()
	return x.proxy.kept[target]
}

// roundTrip sends a message to a server and reads one.
func roundTrip(server string, query []byte, tcp bool) ([]byte, error) {
	network := "udp"
	if tcp {
		network = "tcp"
		query = append(binary.BigEndian.AppendUint16(nil, uint16(len(query))), query...)
	}
	conn, err := net.DialTimeout(network, server, 5*time.Second)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(query); err != nil {
		return nil, err
	}
	return readMessage(conn, tcp)
}

// askTXT asks a server for TXT with a signed question, over UDP, and gives the code
// and the texts of an answer that is signed.
func (k signer) askTXT(server, name string) (dnsmessage.RCode, []string, error) {
	qname, err := dnsmessage.NewName(name + ".")
	if err != nil {
		return 0, nil, err
	}
	query := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: uint16(lastTRID.Add(1))},
		Questions: []dnsmessage.Question{{Name: qname, Type: dnsmessage.TypeTXT, Class: dnsmessage.ClassINET}},
	}
	wire, err := query.Pack()
	if err != nil {
		return 0, nil, err
	}
	signed := k.sign(wire, nil, time.Now())
	mine, err := tsigOf(signed)
	if err != nil {
		return 0, nil, err
	}
	in, err := roundTrip(server, signed, false)
	if err != nil {
		return 0, nil, err
	}
	if err := k.verify(in, mine.mac); err != nil {
		return 0, nil, fmt.Errorf("%s: %w", name, err)
	}
	var m dnsmessage.Message
	if err := m.Unpack(in); err != nil {
		return 0, nil, err
	}
	var texts []string
	for _, r := range m.Answers {
		if txt, ok := r.Body.(*dnsmessage.TXTResource); ok {
			texts = append(texts, strings.Join(txt.TXT, ""))
		}
	}
	return m.RCode, texts, nil
}
