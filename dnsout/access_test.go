package dnsout

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"cadastre/registry"
)

func prefixes(list ...string) (out []netip.Prefix) {
	for _, p := range list {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

// exchangeFrom asks from a chosen local address.
func exchangeFrom(t *testing.T, from, network string, q *dns.Msg, addr string) *dns.Msg {
	t.Helper()
	var local net.Addr = &net.UDPAddr{IP: net.ParseIP(from)}
	if network == "tcp" {
		local = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	m, _, err := (&dns.Client{Net: network, Dialer: &net.Dialer{LocalAddr: local, Timeout: 5 * time.Second}}).Exchange(q, addr)
	if err != nil {
		t.Fatalf("from %s over %s: %v", from, network, err)
	}
	return m
}

// TestAccess: whoever is not on a zone's list learns nothing of it, and the list
// follows the settings.
func TestAccess(t *testing.T) {
	src := answersSource()
	src.zones[4] = dataSource().zones[4]
	src.configure(4, func(z *PublishedZone) { z.Access = &registry.Access{Addresses: prefixes("127.0.0.1/32", "::1/128")} })
	metrics := NewMetrics(nil)
	s := startServer(t, src, func(c *Config) {
		c.Metrics = metrics
		c.Addrs = append(c.Addrs, netip.MustParseAddrPort("[::1]:0"))
	})
	v4, v6 := s.Addrs()[0].String(), s.Addrs()[1].String()
	for _, network := range []string{"udp", "tcp"} {
		for _, q := range []string{entryName + ". TXT", "nowhere.valid.zone. TXT", "trips.valid.zone. A", "valid.zone. SOA", "valid.zone. NS", "valid.zone. DS", "valid.zone. ANY", "ns1.nic.valid.zone. A"} {
			if got := show(exchangeFrom(t, "127.0.0.2", network, question(q), v4)); got != "REFUSED\n" {
				t.Errorf("%s over %s from 127.0.0.2: %s", q, network, got)
			}
			for _, m := range []*dns.Msg{exchangeFrom(t, "127.0.0.1", network, question(q), v4), exchangeFrom(t, "::1", network, question(q), v6)} {
				if !m.Authoritative || m.Rcode == dns.RcodeRefused {
					t.Errorf("%s over %s from a listed address: %s", q, network, show(m))
				}
			}
		}
		if m := exchangeFrom(t, "127.0.0.2", network, question("example. SOA"), v4); m.Rcode != dns.RcodeSuccess {
			t.Errorf("an open zone over %s: %s", network, show(m))
		}
		if got := testutil.ToFloat64(metrics.denied.WithLabelValues(network)); got != 8 {
			t.Errorf("%v refusals over %s counted", got, network)
		}
	}

	allowed := func() bool {
		return exchangeFrom(t, "127.0.0.2", "udp", question(entryName+". TXT"), v4).Rcode == dns.RcodeSuccess
	}
	src.configure(4, func(z *PublishedZone) { z.Access = &registry.Access{Addresses: prefixes("127.0.0.0/8")} })
	eventually(t, "a new address is let in", allowed)
	src.configure(4, func(z *PublishedZone) { z.Access = &registry.Access{} })
	eventually(t, "an empty list is nobody", func() bool { return !allowed() })
	src.configure(4, func(z *PublishedZone) { z.Access = nil })
	eventually(t, "no list is everybody", allowed)
	src.configure(4, func(z *PublishedZone) { z.Access = &registry.Access{Keys: []string{"a..b"}} })
	eventually(t, "unfit settings are held back", func() bool {
		return testutil.ToFloat64(metrics.zoneHeld.WithLabelValues("valid.zone")) == 1
	})
	if !allowed() {
		t.Error("unfit settings changed the answers")
	}
}

func TestAccessAddresses(t *testing.T) {
	a, err := newAccess(&PublishedZone{Access: &registry.Access{Addresses: prefixes("192.0.2.0/24", "2001:db8::/32", "::ffff:198.51.100.0/120", "fe80::/10")}})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"192.0.2.255": true, "192.0.3.0": false, "::ffff:192.0.2.1": true, "::ffff:192.0.3.1": false,
		"2001:db8:ffff::1": true, "2001:db9::1": false, "198.51.100.7": true, "198.51.101.7": false, "fe80::1": true, "::": false, "0.0.0.0": false,
	} {
		ip := net.ParseIP(text)
		for _, from := range []net.Addr{&net.UDPAddr{IP: ip, Zone: zoneOf(text)}, &net.TCPAddr{IP: ip, Zone: zoneOf(text)}} {
			if got := a.allows(from, nil); got != want {
				t.Errorf("%s %v: %t", from.Network(), from, got)
			}
		}
	}
	if a.allows(nil, nil) || a.allows(&net.UnixAddr{}, nil) || a.allows(&net.UDPAddr{}, nil) {
		t.Error("a client without an address is let in")
	}
	if _, err := newAccess(&PublishedZone{Access: &registry.Access{Addresses: []netip.Prefix{{}}}}); err == nil {
		t.Error("the zero network taken")
	}
}

func zoneOf(addr string) string {
	if strings.HasPrefix(addr, "fe80:") {
		return "eth0"
	}
	return ""
}

// TestAccessCostsNothing: queries are answered without allocation, of open zones
// and of listed ones.
func TestAccessCostsNothing(t *testing.T) {
	src := answersSource()
	src.zones[4] = dataSource().zones[4]
	src.configure(4, func(z *PublishedZone) { z.Access = &registry.Access{Addresses: prefixes("127.0.0.1/32")} })
	r := responder{zones: zonesOf(t, src), from: &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 53}}
	buf := make([]byte, 0, 2*maxUDP)
	for _, text := range []string{"www.miami.example. A", "nowhere.example. A", entryName + ". TXT", "nowhere.valid.zone. TXT"} {
		q := question(text)
		q.SetEdns0(1232, false)
		packed, err := q.Pack()
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() { r.respond(buf, packed, true) }); n != 0 {
			t.Errorf("%s: %v allocations", text, n)
		}
	}
	if r.seen.denied != 0 {
		t.Error("refused")
	}
}
