package dnsout

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/miekg/dns"
)

// TestReadersSeeWholeNames: while one goroutine writes steps, readers never see a
// name between two of its states, a name vanish that is always there, or a serial
// whose names are not all shown.
func TestReadersSeeWholeNames(t *testing.T) {
	src := newMemSource()
	src.addZone(exampleZone(1, "example"))
	zones := zonesOf(t, src)
	c := zones.set.Load().byName["\x07example"].content.Load()
	enc := encoder{apex: c.labels}
	step := func(serial uint32) {
		mark := fmt.Sprintf("s%d", serial)
		states := []Delegation{
			ns("shared.example", "a."+mark+".test", "b."+mark+".test"),
			{
				Name: "inline.example", NS: []string{"a." + mark + ".inline.example", "b." + mark + ".inline.example"},
				Glue: []Glue{
					{Host: "a." + mark + ".inline.example", Addrs: addrs("192.0.2.1")},
					{Host: "b." + mark + ".inline.example", Addrs: addrs("192.0.2.1")},
				},
			},
			ns(mark+".come.and.go.example", "h.test"),
			{Name: fmt.Sprintf("s%d.come.and.go.example", serial-1)},
		}
		if serial%2 == 0 {
			states = append(states, ns("flip.example", "h.test"))
		} else {
			states = append(states, txt("flip.example", mark))
		}
		for i := range states {
			enc.put(c, &states[i], func(err error) { t.Error(err) })
		}
		c.apex.Store(c.apex.Load().withSerial(serial))
	}
	step(1)

	var done atomic.Bool
	var wg sync.WaitGroup
	const steps, readers = 20_000, 3
	for range readers {
		wg.Go(func() {
			r := responder{zones: zones}
			for !done.Load() {
				checkStates(t, &r)
			}
		})
	}
	for serial := range uint32(steps) {
		step(serial + 2)
	}
	done.Store(true)
	wg.Wait()
	if got := c.names; got != 4 {
		t.Errorf("%d names at the end", got)
	}
	if size := c.size(); size > 64<<10 {
		t.Errorf("%d octets for four names: garbage stays", size)
	}
}

// checkStates asks for the serial and then for the names it promises.
func checkStates(t *testing.T, r *responder) {
	ask := func(q string) *dns.Msg {
		packed, err := question(q).Pack()
		if err != nil {
			t.Error(err)
		}
		answer, _ := r.respond(nil, packed, true)
		m := new(dns.Msg)
		if err := m.Unpack(answer); err != nil {
			t.Error(err)
		}
		return m
	}
	serial := ask("example. SOA").Answer[0].(*dns.SOA).Serial
	for _, name := range []string{"shared.example.", "inline.example."} {
		m := ask(name + " A")
		if len(m.Ns) != 2 || m.Authoritative {
			t.Errorf("%s: %s", name, show(m))
			return
		}
		_, a, _ := strings.Cut(m.Ns[0].(*dns.NS).Ns, ".")
		_, b, _ := strings.Cut(m.Ns[1].(*dns.NS).Ns, ".")
		number, _, _ := strings.Cut(strings.TrimPrefix(a, "s"), ".")
		n, err := strconv.ParseUint(number, 10, 32)
		if a != b || err != nil || uint32(n) < serial {
			t.Errorf("%s at serial %d: %s", name, serial, show(m))
		}
		for i, rr := range m.Extra {
			if rr.Header().Name != m.Ns[i].(*dns.NS).Ns {
				t.Errorf("%s: glue of another state: %s", name, show(m))
			}
		}
	}
	if m := ask("flip.example. TXT"); len(m.Answer)+len(m.Ns) != 1 || m.Authoritative != (len(m.Answer) == 1) {
		t.Errorf("neither data nor a delegation: %s", show(m))
	}
	if m := ask("and.go.example. A"); m.Rcode != dns.RcodeSuccess {
		t.Errorf("the names between are gone: %s", show(m))
	}
}

// TestQueriesDuringUpdates is the same through sockets and the publisher.
func TestQueriesDuringUpdates(t *testing.T) {
	src := newMemSource()
	src.addZone(exampleZone(1, "example"))
	s := startServer(t, src)
	var done atomic.Bool
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for i := 0; !done.Load(); i++ {
				out := ask(t, s, fmt.Sprintf("n%d.example. A", i%100))
				if !strings.HasPrefix(out, "NOERROR\n") && !strings.HasPrefix(out, "NXDOMAIN aa\n") {
					t.Errorf("n%d: %s", i%100, out)
				}
			}
		})
	}
	for round := range 20 {
		var list []Delegation
		for i := range 100 {
			d := Delegation{Name: fmt.Sprintf("n%d.example", i)}
			if (i+round)%3 > 0 {
				d.NS = []string{fmt.Sprintf("h%d.test", round)}
			}
			list = append(list, d)
		}
		src.change(1, list...)
		published(t, s)
	}
	done.Store(true)
	wg.Wait()
	if n := src.called("SnapshotZone"); n != 1 {
		t.Errorf("%d snapshots; steps must not cost a rebuild", n)
	}
	for i := range 100 {
		want := "NXDOMAIN aa\n"
		if (i+19)%3 > 0 {
			want = fmt.Sprintf("NOERROR\nauthority: n%d.example. 3600 IN NS h19.test.\n", i)
		}
		if out := ask(t, s, fmt.Sprintf("n%d.example. A", i)); !strings.HasPrefix(out, want) {
			t.Errorf("n%d: %s", i, out)
		}
	}
}
