package lookup_test

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"cadastre/dnsout/lookup"
)

const soaText = "valid.zone. 1 IN SOA ns.registry.test. hostmaster.registry.test. 1 1800 900 604800 1"

func claimEntry(t *testing.T) func(*dns.Msg) {
	return func(m *dns.Msg) {
		m.Answer = []dns.RR{record(t, m.Question[0].Name+` 60 IN TXT "v=wl1; target=evil.trips"`)}
	}
}

func claimNothing(t *testing.T) func(*dns.Msg) {
	return func(m *dns.Msg) {
		m.Rcode = dns.RcodeNameError
		m.Ns = []dns.RR{record(t, soaText)}
	}
}

// attacks are what somebody between both registries can send without the key. Each
// returns what is sent to the client for one question.
func attacks(t *testing.T) map[string]func(*exchange) [][]byte {
	one := func(b []byte) [][]byte { return [][]byte{b} }
	return map[string]func(*exchange) [][]byte{
		"nothing": func(*exchange) [][]byte { return nil },
		"garbage": func(x *exchange) [][]byte {
			return [][]byte{{}, {1}, x.query[:2], append(slices.Clone(x.query[:2]), make([]byte, 10)...), x.query, withID([]byte(strings.Repeat("\xff", 600)), x.query)}
		},
		"unsigned entry":    func(x *exchange) [][]byte { return one(pack(t, x.forge(claimEntry(t)))) },
		"unsigned NXDOMAIN": func(x *exchange) [][]byte { return one(pack(t, x.forge(claimNothing(t)))) },
		"unsigned TC":       func(x *exchange) [][]byte { return one(pack(t, x.forge(func(m *dns.Msg) { m.Truncated = true }))) },
		"unsigned failures": func(x *exchange) (out [][]byte) {
			for _, rcode := range []int{dns.RcodeServerFailure, dns.RcodeRefused, dns.RcodeFormatError, dns.RcodeNotAuth, dns.RcodeNotImplemented} {
				out = append(out, pack(t, x.forge(func(m *dns.Msg) { m.Rcode, m.Authoritative = rcode, false })))
			}
			return out
		},
		"another secret": func(x *exchange) [][]byte {
			return [][]byte{x.signed(x.forge(claimEntry(t)), keyName, otherSecret), x.signed(x.forge(claimNothing(t)), keyName, otherSecret)}
		},
		"another key of the server": func(x *exchange) [][]byte {
			return one(x.signed(x.forge(claimEntry(t)), "somebody.", otherSecret))
		},
		"TSIG errors": func(x *exchange) (out [][]byte) {
			for _, code := range []uint16{dns.RcodeBadKey, dns.RcodeBadSig, dns.RcodeBadTime, dns.RcodeBadTrunc} {
				notAuth := func(m *dns.Msg) { m.Rcode, m.Authoritative = dns.RcodeNotAuth, false }
				out = append(out, x.signed(x.forge(notAuth), keyName, otherSecret, func(s *dns.TSIG) { s.Error = code }))
				out = append(out, x.signed(x.forge(claimNothing(t)), keyName, otherSecret, func(s *dns.TSIG) { s.Error = code }))
			}
			return out
		},
		"signature stripped": func(x *exchange) [][]byte {
			m := parse(t, x.honest())
			m.Extra = m.Extra[:len(m.Extra)-1]
			return one(pack(t, m))
		},
		"MAC emptied": func(x *exchange) [][]byte {
			m := parse(t, x.honest())
			m.IsTsig().MAC, m.IsTsig().MACSize = "", 0
			return one(pack(t, m))
		},
		"MAC shortened": func(x *exchange) [][]byte {
			m := parse(t, x.honest())
			m.IsTsig().MAC, m.IsTsig().MACSize = m.IsTsig().MAC[:32], 16
			return one(pack(t, m))
		},
		"contents changed": func(x *exchange) [][]byte {
			m := parse(t, x.honest())
			claimEntry(t)(m)
			m.Rcode = dns.RcodeSuccess
			return one(pack(t, m))
		},
		"every octet changed": func(x *exchange) (out [][]byte) {
			msg := x.honest()
			for i := 0; i < len(msg); i += 1 + len(msg)/1000 {
				bad := slices.Clone(msg)
				bad[i] ^= 1
				out = append(out, bad)
			}
			return out
		},
		"records after the signature": func(x *exchange) [][]byte {
			m := parse(t, x.honest())
			m.Extra = append(m.Extra, record(t, name+` 60 IN TXT "v=wl1; target=evil.trips"`))
			return one(pack(t, m))
		},
		"two signatures": func(x *exchange) [][]byte {
			m := parse(t, x.honest())
			m.Extra = append(m.Extra, m.IsTsig())
			return one(pack(t, m))
		},
		"answer cut": func(x *exchange) [][]byte {
			msg := x.honest()
			return [][]byte{msg[:len(msg)-1], msg[:len(msg)/2], msg[:12]}
		},
		"another's signed answer": func(x *exchange) [][]byte {
			// The same name asked by another holder of the same key.
			q := new(dns.Msg)
			q.SetQuestion(parse(t, x.query).Question[0].Name, dns.TypeTXT)
			q.Id = parse(t, x.query).Id
			q.SetTsig(keyName, dns.HmacSHA256, 300, time.Now().Unix())
			other := &exchange{p: x.p, tcp: x.tcp, query: signQuery(t, q, secret)}
			return one(other.honest())
		},
		"another name's signed answer": func(x *exchange) [][]byte {
			q := new(dns.Msg)
			q.SetQuestion("other.valid.zone.", dns.TypeTXT)
			q.Id = parse(t, x.query).Id
			q.SetTsig(keyName, dns.HmacSHA256, 300, time.Now().Unix())
			other := &exchange{p: x.p, tcp: x.tcp, query: signQuery(t, q, secret)}
			answer := parse(t, other.honest())
			renamed := answer.Copy()
			renamed.Question[0].Name, renamed.Answer[0].Header().Name = parse(t, x.query).Question[0].Name, parse(t, x.query).Question[0].Name
			return [][]byte{pack(t, answer), pack(t, renamed)}
		},
		"the question sent back": func(x *exchange) [][]byte { return one(x.query) },
		"another id": func(x *exchange) (out [][]byte) {
			msg := x.honest()
			for i := range 50 {
				out = append(out, withID(msg, []byte{x.query[0] ^ byte(i+1), x.query[1]}))
			}
			return out
		},
	}
}

func signQuery(t *testing.T, q *dns.Msg, secret []byte) []byte {
	t.Helper()
	packed, _, err := dns.TsigGenerate(q, base64.StdEncoding.EncodeToString(secret), "", false)
	if err != nil {
		t.Error(err)
	}
	return packed
}

// TestAttacksIgnored: whatever an attacker sends first, the honest answer that comes
// after it is taken, over UDP and over TCP.
func TestAttacksIgnored(t *testing.T) {
	server := startServer(t)
	for what, attack := range attacks(t) {
		t.Run(what, func(t *testing.T) {
			p := startProxy(t, server, func(x *exchange) {
				for i, b := range attack(x) {
					x.reply(b)
					if i%20 == 19 {
						time.Sleep(time.Millisecond) // what the socket has no room for is lost
					}
				}
				x.reply(x.honest())
			})
			c := newClient(t, p.addr, within(10*time.Second))
			for range 2 {
				got, err := c.TXT(t.Context(), []string{name, absent, "huge.valid.zone"})
				if err != nil {
					t.Fatal(err)
				}
				want := []lookup.Answer{
					{Name: name, Exists: true, Texts: []string{entry}, TTL: 60},
					{Name: absent, TTL: 1},
					{Name: "huge.valid.zone", Exists: true, Texts: []string{strings.Repeat("h", 5000)}, TTL: 60},
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("(-want +got)\n%s", d)
				}
			}
		})
	}
}

// TestAttacksAlone: when nothing honest comes, an attack is never an answer, neither
// that there is an entry nor that there is none.
func TestAttacksAlone(t *testing.T) {
	server := startServer(t)
	for what, attack := range attacks(t) {
		for _, asked := range []string{name, absent} {
			t.Run(what+"/"+asked, func(t *testing.T) {
				t.Parallel()
				p := startProxy(t, server, func(x *exchange) {
					for _, b := range attack(x) {
						x.reply(b)
					}
				})
				got, err := newClient(t, p.addr, within(250*time.Millisecond)).TXT(t.Context(), []string{asked})
				if got != nil || !errors.Is(err, lookup.ErrUntrusted) && !errors.Is(err, lookup.ErrUnreachable) {
					t.Errorf("%.300v %v", got, err)
				}
			})
		}
	}
}

// TestAttacksOverTCP: the same where only the TCP answer is attacked.
func TestAttacksOverTCP(t *testing.T) {
	server := startServer(t)
	for what, attack := range attacks(t) {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			p := startProxy(t, server, func(x *exchange) {
				if !x.tcp {
					x.reply(x.honest())
					return
				}
				for _, b := range attack(x) {
					x.reply(b)
				}
			})
			got, err := newClient(t, p.addr, within(250*time.Millisecond)).TXT(t.Context(), []string{"huge.valid.zone"})
			if got != nil || !errors.Is(err, lookup.ErrUntrusted) && !errors.Is(err, lookup.ErrUnreachable) {
				t.Errorf("%.300v %v", got, err)
			}
		})
	}
}

// TestReplays: what the server once signed for the same client and name is no answer
// to a later question, with its own id or the new one.
func TestReplays(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	var mu sync.Mutex
	var old [][]byte
	mode := "record"
	p := startProxy(t, server, func(x *exchange) {
		answer := x.honest()
		mu.Lock()
		defer mu.Unlock()
		if mode == "record" {
			old = append(old, answer)
		} else {
			for _, b := range old {
				x.reply(b)
				x.reply(withID(b, x.query))
			}
		}
		if mode != "alone" {
			x.reply(answer)
		}
	})
	names := []string{name, absent}
	for _, step := range []struct {
		mode    string
		timeout time.Duration
		works   bool
	}{{"record", time.Minute, true}, {"alone", 2 * time.Second, false}, {"before", time.Minute, true}} {
		mu.Lock()
		mode = step.mode
		mu.Unlock()
		c := newClient(t, p.addr, within(step.timeout))
		for range 5 {
			got, err := c.TXT(t.Context(), names)
			if works := err == nil && got[0].Exists && !got[1].Exists; works != step.works {
				t.Fatalf("%s: %v %v", step.mode, got, err)
			}
			if !step.works {
				if !errors.Is(err, lookup.ErrUntrusted) {
					t.Errorf("%s: %v", step.mode, err)
				}
				break
			}
		}
	}
}
