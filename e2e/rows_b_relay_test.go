package e2e

import (
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// relay stands between a target registry and the whitelist registry's DNS. It keeps
// a log of what was asked, and is an attacker for the names it is told to attack.
type relay struct {
	addr, upstream string

	mu    sync.Mutex
	asked []string          // names with types, in the order they were asked
	kept  map[string][]byte // the first honest answer, by name
	plots map[string]plot   // by a label of the name that is asked for
}

// plot is an attack: what comes back instead of the honest answer, nothing for
// silence. The honest answer is had by calling honest.
type plot func(query []byte, honest func() []byte) [][]byte

// newRelay starts a relay to a DNS server, on one port for UDP and TCP.
func newRelay(t testing.TB, upstream string) *relay {
	t.Helper()
	r := &relay{upstream: upstream, kept: map[string][]byte{}, plots: map[string]plot{}}
	var udp net.PacketConn
	var tcp net.Listener
	for try := 0; ; try++ {
		var err error
		if udp, err = net.ListenPacket("udp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		r.addr = udp.LocalAddr().String()
		if tcp, err = net.Listen("tcp", r.addr); err == nil {
			break
		}
		udp.Close()
		if try == 20 {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { udp.Close(); tcp.Close() })
	go r.serveUDP(udp)
	go r.serveTCP(tcp)
	return r
}

func (r *relay) serveUDP(conn net.PacketConn) {
	for {
		buf := make([]byte, 65535)
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		go func() {
			for _, answer := range r.answer("udp", buf[:n]) {
				conn.WriteTo(answer, from) //nolint:errcheck // a datagram may get lost
			}
		}()
	}
}

func (r *relay) serveTCP(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			for {
				query, err := readMessage(conn, true)
				if err != nil {
					return
				}
				answers := r.answer("tcp", query)
				if len(answers) == 0 {
					io.Copy(io.Discard, conn) //nolint:errcheck // silence until the client goes
					return
				}
				// A stream cannot be spoofed from beside it: what comes is the last answer.
				last := answers[len(answers)-1]
				conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(last))), last...)) //nolint:errcheck // the client may have gone
			}
		}()
	}
}

// answer gives what comes back for a query.
func (r *relay) answer(network string, query []byte) [][]byte {
	name, typ := questionOf(query)
	r.mu.Lock()
	r.asked = append(r.asked, name+" "+typ)
	var attack plot
	for label := range strings.SplitSeq(name, ".") {
		if p := r.plots[label]; p != nil {
			attack = p
		}
	}
	r.mu.Unlock()
	honest := func() []byte { return r.forward(network, name, query) }
	if attack != nil {
		return attack(query, honest)
	}
	if a := honest(); a != nil {
		return [][]byte{a}
	}
	return nil
}

// forward asks the real server; nil when it does not answer.
func (r *relay) forward(network, name string, query []byte) []byte {
	conn, err := net.DialTimeout(network, r.upstream, 5*time.Second)
	if err != nil {
		return nil
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	out := query
	if network == "tcp" {
		out = append(binary.BigEndian.AppendUint16(nil, uint16(len(query))), query...)
	}
	if _, err := conn.Write(out); err != nil {
		return nil
	}
	in, err := readMessage(conn, network == "tcp")
	if err != nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept[name] == nil {
		r.kept[name] = append([]byte(nil), in...)
	}
	return in
}

// attack plots against every name with a label.
func (r *relay) attack(label string, p plot) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.plots[label] = p
}

// relent ends all attacks.
func (r *relay) relent() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.plots)
}

// questions gives what was asked since the last call, each name once.
func (r *relay) questions() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := []string{}
	have := map[string]bool{}
	for _, q := range r.asked {
		if !have[q] {
			out, have[q] = append(out, q), true
		}
	}
	r.asked = nil
	return out
}

// recorded is the first honest answer that there was for a name.
func (r *relay) recorded(name string) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]byte(nil), r.kept[name]...)
}

// questionOf reads name and type of a query.
func questionOf(query []byte) (name, typ string) {
	var p dnsmessage.Parser
	if _, err := p.Start(query); err != nil {
		return "", ""
	}
	q, err := p.Question()
	if err != nil {
		return "", ""
	}
	return strings.ToLower(strings.TrimSuffix(q.Name.String(), ".")), strings.TrimPrefix(q.Type.String(), "Type")
}

// forged is an answer of somebody who has no key: a TXT record, or with text ""
// another code.
func forged(query []byte, code dnsmessage.RCode, text string) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Header = dnsmessage.Header{ID: m.ID, Response: true, Authoritative: true, RCode: code}
	m.Answers, m.Authorities, m.Additionals = nil, nil, nil
	if text != "" {
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: dnsmessage.TypeTXT, Class: dnsmessage.ClassINET, TTL: 60},
			Body:   &dnsmessage.TXTResource{TXT: []string{text}},
		}}
	}
	out, err := m.Pack()
	if err != nil {
		return nil
	}
	return out
}
