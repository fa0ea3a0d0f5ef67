package lookup_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"cadastre/dnsout/lookup"
)

// TestBadNetwork: losses, delays and doubles are not attacks; an honest answer that
// comes in time is taken.
func TestBadNetwork(t *testing.T) {
	server := startServer(t)
	huge := []string{"huge.valid.zone", name}
	for what, tamper := range map[string]func(*exchange){
		"the first packets lost": func(x *exchange) {
			if x.n > 2 {
				x.reply(x.honest())
			}
		},
		"the answer to the first try comes after the second": func(x *exchange) {
			if x.tcp {
				x.reply(x.honest())
			} else if x.n <= 2 {
				time.Sleep(600 * time.Millisecond)
				x.reply(x.honest())
			}
		},
		"doubled": func(x *exchange) {
			b := x.honest()
			x.reply(b)
			x.reply(b)
		},
		"out of order": func(x *exchange) {
			time.Sleep(time.Duration(x.n%2) * 30 * time.Millisecond)
			x.reply(x.honest())
		},
		"the first connection cut": func(x *exchange) {
			if x.tcp && x.n == 3 {
				x.reply(nil)
				return
			}
			x.reply(x.honest())
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			p := startProxy(t, server, tamper)
			c := newClient(t, p.addr, within(2500*time.Millisecond)) // a second try after 500 ms
			got, err := c.TXT(t.Context(), huge)
			if err != nil || len(got[0].Texts[0]) != 5000 || got[1].Texts[0] != entry {
				t.Errorf("%.300v %v", got, err)
			}
		})
	}
	t.Run("every connection cut", func(t *testing.T) {
		p := startProxy(t, server, func(x *exchange) {
			if x.tcp {
				x.reply(nil)
				return
			}
			x.reply(x.honest())
		})
		if _, err := newClient(t, p.addr).TXT(t.Context(), huge); !errors.Is(err, lookup.ErrUnreachable) {
			t.Errorf("%v", err)
		}
	})
}

// TestTries: a question is sent as often as it may be, and no more, each time under
// an id of its own.
func TestTries(t *testing.T) {
	sent := make(chan []byte, 100)
	p := startProxy(t, "", func(x *exchange) { sent <- x.query })
	c := newClient(t, p.addr, within(200*time.Millisecond))
	if _, err := c.TXT(t.Context(), []string{name, absent}); !errors.Is(err, lookup.ErrUnreachable) {
		t.Errorf("%v", err)
	}
	if len(sent) != 4 {
		t.Fatalf("%d packets for two names and two tries", len(sent))
	}
	ids, asked := map[uint16]bool{}, map[string]int{}
	for range 4 {
		m := parse(t, <-sent)
		ids[m.Id] = true
		asked[m.Question[0].String()]++
		opt, tsig := m.IsEdns0(), m.IsTsig()
		if m.RecursionDesired || opt == nil || opt.UDPSize() != 1232 || tsig == nil || tsig.Fudge != 300 || tsig.Algorithm != dns.HmacSHA256 {
			t.Errorf("%s", m)
		}
	}
	if len(ids) != 4 || len(asked) != 2 {
		t.Errorf("ids %v, questions %v", ids, asked)
	}
}

// TestServersFaults: what the server itself says wrongly, signed, is not believed
// either, and ends the lookup at once.
func TestServersFaults(t *testing.T) {
	soa := func(m *dns.Msg, owner string) {
		m.Ns = []dns.RR{record(t, strings.Replace(soaText, "valid.zone.", owner, 1))}
	}
	for _, tc := range []struct {
		what string
		edit func(*dns.Msg)
		want error
		text string
	}{
		{"SERVFAIL", func(m *dns.Msg) { m.Rcode = dns.RcodeServerFailure }, lookup.ErrRefused, "SERVFAIL"},
		{"NOTAUTH", func(m *dns.Msg) { m.Rcode = dns.RcodeNotAuth }, lookup.ErrRefused, "NOTAUTH"},
		{"NOTIMP", func(m *dns.Msg) { m.Rcode = dns.RcodeNotImplemented }, lookup.ErrRefused, "NOTIMP"},
		{"BADVERS", func(m *dns.Msg) { m.Rcode = dns.RcodeBadVers }, lookup.ErrRefused, "BADVERS"},
		{"not authoritative", func(m *dns.Msg) { claimEntry(t)(m); m.Authoritative = false }, lookup.ErrUntrusted, "authoritative"},
		{"NXDOMAIN, not authoritative", func(m *dns.Msg) { claimNothing(t)(m); m.Authoritative = false }, lookup.ErrUntrusted, "authoritative"},
		{"NXDOMAIN without SOA", func(m *dns.Msg) { m.Rcode = dns.RcodeNameError }, lookup.ErrUntrusted, "SOA"},
		{"NODATA without SOA", func(*dns.Msg) {}, lookup.ErrUntrusted, "SOA"},
		{"SOA of another zone", func(m *dns.Msg) { m.Rcode = dns.RcodeNameError; soa(m, "elsewhere.test.") }, lookup.ErrUntrusted, "SOA"},
		{"SOA below", func(m *dns.Msg) { m.Rcode = dns.RcodeNameError; soa(m, "x."+m.Question[0].Name) }, lookup.ErrUntrusted, "SOA"},
		{"NXDOMAIN with records", func(m *dns.Msg) { claimEntry(t)(m); claimNothing(t)(m) }, lookup.ErrUntrusted, "NXDOMAIN"},
		{"CNAME", func(m *dns.Msg) { m.Answer = []dns.RR{record(t, m.Question[0].Name+" 60 IN CNAME other.valid.zone.")} }, lookup.ErrUntrusted, "other records"},
		{"another owner", func(m *dns.Msg) { m.Answer = []dns.RR{record(t, "x.valid.zone. 60 IN TXT x")} }, lookup.ErrUntrusted, "other records"},
		{"another class", func(m *dns.Msg) { m.Answer = []dns.RR{record(t, m.Question[0].Name+" 60 CH TXT x")} }, lookup.ErrUntrusted, "other records"},
		{"referral", func(m *dns.Msg) {
			m.Authoritative = false
			m.Ns = []dns.RR{record(t, m.Question[0].Name+" 60 IN NS ns.elsewhere.test.")}
		}, lookup.ErrUntrusted, "authoritative"},
		{"truncated, also over TCP", func(m *dns.Msg) { m.Truncated = true }, lookup.ErrUntrusted, "truncated"},
	} {
		t.Run(tc.what, func(t *testing.T) {
			p := startProxy(t, "", func(x *exchange) { x.reply(x.signed(x.forge(tc.edit), keyName, secret)) })
			got, err := newClient(t, p.addr, within(time.Hour)).TXT(t.Context(), []string{name})
			if got != nil || !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.text) {
				t.Errorf("%.300v %v", got, err)
			}
		})
	}
}

// TestClocksDiffer: a server whose clock is another says so, signed; and an answer
// signed at another time is not believed.
func TestClocksDiffer(t *testing.T) {
	t.Parallel()
	p := startProxy(t, "", func(x *exchange) {
		m := x.forge(func(m *dns.Msg) { m.Rcode, m.Authoritative = dns.RcodeNotAuth, false })
		x.reply(x.signed(m, keyName, secret, func(s *dns.TSIG) { s.Error, s.OtherLen, s.OtherData = dns.RcodeBadTime, 6, "00006b49d200" }))
	})
	_, err := newClient(t, p.addr, within(time.Hour)).TXT(t.Context(), []string{name})
	if !errors.Is(err, lookup.ErrRefused) || !strings.Contains(err.Error(), "BADTIME") || !strings.Contains(err.Error(), "2027-") {
		t.Errorf("%v", err)
	}
	for _, skew := range []time.Duration{-time.Hour, time.Hour} {
		for _, rcode := range []int{dns.RcodeSuccess, dns.RcodeNotAuth} {
			p := startProxy(t, "", func(x *exchange) {
				m := x.forge(claimEntry(t))
				m.Rcode = rcode
				x.reply(x.signed(m, keyName, secret, func(s *dns.TSIG) { s.TimeSigned = uint64(time.Now().Add(skew).Unix()) }))
			})
			_, err := newClient(t, p.addr, within(time.Second)).TXT(t.Context(), []string{name})
			if !errors.Is(err, lookup.ErrUntrusted) || !strings.Contains(err.Error(), "another time") {
				t.Errorf("%v, %d: %v", skew, rcode, err)
			}
		}
	}
}
