package dnsout

import (
	"fmt"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// manyHosts is a delegation to n of its own hosts, with two addresses each.
func manyHosts(name string, n int) Delegation {
	d := Delegation{Name: name}
	for i := range n {
		host := fmt.Sprintf("ns%03d.%s.%s", i, strings.Repeat("x", 40), name)
		d.NS = append(d.NS, host)
		d.Glue = append(d.Glue, Glue{Host: host, Addrs: addrs(fmt.Sprintf("192.0.2.%d", i%256), fmt.Sprintf("2001:db8::%x", i))})
	}
	return d
}

// TestTruncation: over UDP an answer holds all in-domain glue or TC, with the OPT
// record kept, and never more than the client takes or 1232 octets; over TCP it
// is whole, also where glue stands farther in than a pointer reaches.
func TestTruncation(t *testing.T) {
	src := newMemSource()
	src.addZone(exampleZone(1, "example"))
	counts := []int{1, 2, 5, 6, 7, 8, 13, 14, 15, 20, 60, 255}
	for _, n := range counts {
		src.load(1, manyHosts(fmt.Sprintf("n%d.example", n), n))
	}
	long := Delegation{Name: "long.example"}
	for i := range 100 {
		host := fmt.Sprintf("h%d.%s.%s.%s.long.example", i, strings.Repeat(string(rune('a'+i%26)), 60), strings.Repeat("b", 60), strings.Repeat("c", 60-i/2))
		long.NS = append(long.NS, host)
		long.Glue = append(long.Glue, Glue{Host: host, Addrs: addrs("192.0.2.1")})
	}
	src.load(1, long)
	r := responder{zones: zonesOf(t, src)}
	ask := func(q *dns.Msg, udp bool) (*dns.Msg, int) {
		packed, err := q.Pack()
		if err != nil {
			t.Fatal(err)
		}
		answer, _ := r.respond(nil, packed, udp)
		checkAnswer(t, packed, answer, udp)
		m := new(dns.Msg)
		if err := m.Unpack(answer); err != nil {
			t.Fatal(err)
		}
		return m, len(answer)
	}
	whole, cut := 0, 0
	for _, n := range counts {
		for _, size := range []uint16{0, 1, 512, 800, 1232, 4096, 65535} {
			q := question(fmt.Sprintf("www.n%d.example. A", n))
			limit := minUDP
			if size > 0 {
				q.SetEdns0(size, true)
				limit = min(max(int(size), minUDP), maxUDP)
			}
			m, octets := ask(q, true)
			if octets > limit {
				t.Errorf("%d hosts, size %d: %d octets", n, size, octets)
			}
			if size > 0 && (m.IsEdns0() == nil || !m.IsEdns0().Do()) {
				t.Errorf("%d hosts, size %d: no OPT", n, size)
			}
			if complete := len(m.Ns) == n && len(m.Extra)-len(q.Extra) == 2*n; complete == m.Truncated {
				t.Errorf("%d hosts, size %d: %d NS, %d additional, TC %t", n, size, len(m.Ns), len(m.Extra), m.Truncated)
			}
			if m.Truncated {
				cut++
			} else {
				whole++
			}
		}
		if m, _ := ask(question(fmt.Sprintf("n%d.example. A", n)), false); m.Truncated || len(m.Ns) != n || len(m.Extra) != 2*n {
			t.Errorf("%d hosts over TCP: %d NS, %d additional, TC %t", n, len(m.Ns), len(m.Extra), m.Truncated)
		}
	}
	if whole == 0 || cut == 0 {
		t.Errorf("%d whole answers, %d cut", whole, cut)
	}
	m, octets := ask(question("long.example. A"), false)
	if octets <= maxPointer || len(m.Extra) != len(long.NS) {
		t.Fatalf("%d octets, %d additional", octets, len(m.Extra))
	}
	for i, rr := range m.Extra {
		if got := rr.Header().Name; got != long.NS[i]+"." {
			t.Errorf("glue %d is of %s, want %s", i, got, long.NS[i])
		}
	}
}
