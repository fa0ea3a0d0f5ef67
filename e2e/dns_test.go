package e2e

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// answer is a DNS answer as presentation text, each section sorted:
// "miami.example. NS ns1.example.net.".
type answer struct {
	rcode                         dnsmessage.RCode
	authoritative, truncated      bool
	answers, authority, addresses []string
	size                          int
	serial                        uint32 // of an SOA in the answer
}

// ask asks a DNS server over UDP, or TCP.
func ask(server, name string, typ dnsmessage.Type, overTCP bool) (*answer, error) {
	qname, err := dnsmessage.NewName(strings.TrimSuffix(name, ".") + ".")
	if err != nil {
		return nil, err
	}
	id := uint16(lastTRID.Add(1))
	query := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: id},
		Questions: []dnsmessage.Question{{Name: qname, Type: typ, Class: dnsmessage.ClassINET}},
	}
	wire, err := query.Pack()
	if err != nil {
		return nil, err
	}
	network := "udp"
	if overTCP {
		network = "tcp"
		wire = append(binary.BigEndian.AppendUint16(nil, uint16(len(wire))), wire...)
	}
	conn, err := net.DialTimeout(network, server, 5*time.Second)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Write(wire); err != nil {
		return nil, err
	}
	in, err := readMessage(conn, overTCP)
	if err != nil {
		return nil, err
	}
	return parseAnswer(in, id)
}

func readMessage(conn net.Conn, overTCP bool) ([]byte, error) {
	if !overTCP {
		buf := make([]byte, 65535)
		n, err := conn.Read(buf)
		return buf[:n], err
	}
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return nil, err
	}
	buf := make([]byte, binary.BigEndian.Uint16(size[:]))
	_, err := io.ReadFull(conn, buf)
	return buf, err
}

func parseAnswer(wire []byte, id uint16) (*answer, error) {
	var m dnsmessage.Message
	if err := m.Unpack(wire); err != nil {
		return nil, err
	}
	if m.ID != id || !m.Response {
		return nil, errors.New("the answer belongs to another question")
	}
	a := &answer{
		rcode: m.RCode, authoritative: m.Authoritative, truncated: m.Truncated, size: len(wire),
		answers: presented(m.Answers), authority: presented(m.Authorities), addresses: presented(m.Additionals),
	}
	for _, r := range m.Answers {
		if soa, ok := r.Body.(*dnsmessage.SOAResource); ok {
			a.serial = soa.Serial
		}
	}
	return a, nil
}

// presented writes records as text; the SOA's serial is left out, for it counts.
func presented(list []dnsmessage.Resource) []string {
	var out []string
	for _, r := range list {
		name := strings.ToLower(r.Header.Name.String())
		switch b := r.Body.(type) {
		case *dnsmessage.NSResource:
			out = append(out, name+" NS "+b.NS.String())
		case *dnsmessage.AResource:
			out = append(out, name+" A "+netip.AddrFrom4(b.A).String())
		case *dnsmessage.AAAAResource:
			out = append(out, name+" AAAA "+netip.AddrFrom16(b.AAAA).String())
		case *dnsmessage.SOAResource:
			out = append(out, name+" SOA "+b.NS.String())
		case *dnsmessage.OPTResource:
		default:
			out = append(out, fmt.Sprintf("%s %v", name, r.Header.Type))
		}
	}
	slices.Sort(out)
	return out
}

// dns asks the sandbox's server over UDP, and over TCP if that was truncated.
func (s *sandbox) dns(t testing.TB, name string, typ dnsmessage.Type) *answer {
	t.Helper()
	a, err := ask(s.info.DNS.Addr, name, typ, false)
	if err == nil && a.truncated {
		a, err = ask(s.info.DNS.Addr, name, typ, true)
	}
	if err != nil {
		t.Fatalf("DNS %s: %v", name, err)
	}
	return a
}

// publishLimit is how long a change may take to be seen in DNS.
const publishLimit = time.Second

// eventually waits until a name's delegation in DNS is as described: NS records,
// then addresses; nothing stands for NXDOMAIN. What other tests run beside must
// not matter: a busy machine gets ten times the limit before the test fails, and
// the log says what it was.
func (s *sandbox) eventually(t testing.TB, name string, want ...string) {
	t.Helper()
	began := time.Now()
	for {
		a := s.dns(t, name, dnsmessage.TypeA)
		got := a.delegation()
		ok := slices.Equal(got, want)
		if len(want) == 0 {
			ok = a.rcode == dnsmessage.RCodeNameError
		}
		took := time.Since(began)
		switch {
		case ok && took > publishLimit:
			t.Logf("DNS of %s followed after %v", name, took)
			return
		case ok:
			return
		case took > 10*publishLimit:
			t.Errorf("DNS says of %s, %v after the command: %v %v, want %v", name, took.Round(time.Millisecond), a.rcode, got, want)
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// delegation is the referral of an answer: NS records and glue.
func (a *answer) delegation() []string {
	var out []string
	for _, r := range a.authority {
		if strings.Contains(r, " NS ") {
			out = append(out, r)
		}
	}
	return append(out, a.addresses...)
}
