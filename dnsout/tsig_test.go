package dnsout

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"cadastre/registry"
)

var (
	testSecret  = bytes.Repeat([]byte("s3cret"), 6)
	otherSecret = bytes.Repeat([]byte("0ther!"), 6)
)

func testKeys() []Key {
	return []Key{
		{Name: "target.registry.test.", Algorithm: "hmac-sha256", Secret: testSecret},
		{Name: "K384", Algorithm: "hmac-sha384.", Secret: testSecret},
		{Name: "k512", Algorithm: "HMAC-SHA512", Secret: testSecret},
		{Name: "unlisted", Algorithm: "hmac-sha256", Secret: testSecret},
		{Name: strings.Repeat("k", 49) + "." + strings.Repeat("l", 49), Algorithm: "hmac-sha512", Secret: testSecret},
	}
}

// signedSource is a whitelist zone that only signed queries may ask.
func signedSource() *memSource {
	src := dataSource()
	src.configure(4, func(z *PublishedZone) {
		z.Access = &registry.Access{Keys: []string{"Target.registry.test", "k384", "K512.", testKeys()[4].Name}}
	})
	return src
}

// signature says how a query is to be signed.
type signature struct {
	key, algorithm string
	secret         []byte
	at             time.Time
	fudge          uint16
}

func goodSignature() signature {
	return signature{key: "target.registry.test.", algorithm: dns.HmacSHA256, secret: testSecret, at: time.Now(), fudge: 300}
}

// sign packs q with a TSIG record made by the library, which knows nothing of this
// package.
func (s signature) sign(t testing.TB, q *dns.Msg) (packed []byte, mac string) {
	t.Helper()
	q.SetTsig(s.key, s.algorithm, s.fudge, s.at.Unix())
	packed, mac, err := dns.TsigGenerate(q, base64.StdEncoding.EncodeToString(s.secret), "", false)
	if err != nil {
		t.Fatal(err)
	}
	return packed, mac
}

// verify unpacks an answer and verifies its signature with the library.
func (s signature) verify(t testing.TB, answer []byte, mac string) (*dns.Msg, error) {
	t.Helper()
	m := new(dns.Msg)
	if err := m.Unpack(answer); err != nil {
		t.Fatal(err)
	}
	return m, dns.TsigVerify(slices.Clone(answer), base64.StdEncoding.EncodeToString(s.secret), mac, false)
}

func signedResponder(t interface {
	Helper()
	Fatal(...any)
	Error(...any)
}, src Source,
) *responder {
	keys, err := newTSIGKeys(testKeys())
	if err != nil {
		t.Fatal(err)
	}
	return &responder{zones: zonesOf(t, src), keys: keys}
}

// TestSignedAnswers: a query that is signed well gets a signed answer, whatever the
// answer is, within the client's limit.
func TestSignedAnswers(t *testing.T) {
	r := signedResponder(t, signedSource())
	keys := []signature{goodSignature(), goodSignature(), goodSignature(), goodSignature(), goodSignature()}
	keys[1].key, keys[1].algorithm = "TARGET.Registry.Test.", "HMAC-sha256."
	keys[2].key, keys[2].algorithm = "k384.", dns.HmacSHA384
	keys[3].key, keys[3].algorithm = "k512.", dns.HmacSHA512
	keys[4].key, keys[4].algorithm = testKeys()[4].Name+".", dns.HmacSHA512
	long := strings.Repeat(strings.Repeat("q", 57)+".", 4) + "valid.zone. TXT"
	for _, sig := range keys {
		for text, want := range map[string]string{
			entryName + ". TXT":       "NOERROR aa",
			"nowhere.valid.zone. TXT": "NXDOMAIN aa",
			"trips.valid.zone. TXT":   "NOERROR aa",
			"www.elsewhere. A":        "REFUSED",
			"valid.zone. AXFR":        "REFUSED",
			"huge.valid.zone. TXT":    "NOERROR aa tc",
			long:                      "NXDOMAIN aa",
		} {
			for _, size := range []uint16{0, 512, 1232, 4096} {
				q := question(text)
				limit := minUDP
				if size > 0 {
					q.SetEdns0(size, false)
					limit = min(int(size), maxUDP)
				}
				packed, mac := sig.sign(t, q)
				answer, _ := r.respond(nil, packed, true)
				if len(answer) > limit {
					t.Errorf("%s, size %d: %d octets", text, size, len(answer))
				}
				m, err := sig.verify(t, answer, mac)
				if err != nil {
					t.Fatalf("%s, key %s: %v\n%s", text, sig.key, err, m)
				}
				tsig := m.IsTsig()
				if tsig == nil || tsig.Error != 0 || tsig.Fudge != 300 || tsig.OrigId != m.Id {
					t.Errorf("%s: %v", text, tsig)
				}
				got, _, _ := strings.Cut(show(m), "\n")
				if got != want && !(m.Truncated && m.Rcode == 0 && len(m.Answer)+len(m.Ns) == 0 && size < 1232) {
					t.Errorf("%s, size %d: %s, want %s", text, size, got, want)
				}
				if m.Truncated && len(m.Answer)+len(m.Ns) > 0 {
					t.Errorf("%s: a truncated answer with records", text)
				}
			}
		}
	}
	sig := goodSignature()
	packed, mac := sig.sign(t, question("huge.valid.zone. TXT"))
	answer, _ := r.respond(nil, packed, false)
	if m, err := sig.verify(t, answer, mac); err != nil || m.Truncated || len(m.Answer) != 1 {
		t.Errorf("over TCP: %v %s", err, show(m))
	}
	if packed, mac = sig.sign(t, question(entryName+". TXT")); len(mac) == 0 {
		t.Fatal("no MAC")
	}
	answer, _ = r.respond(nil, packed, true)
	if _, err := sig.verify(t, answer, strings.Repeat("00", 32)); err == nil {
		t.Error("the answer's MAC does not cover the query's")
	}
	unlisted := goodSignature()
	unlisted.key = "unlisted."
	packed, mac = unlisted.sign(t, question(entryName+". TXT"))
	answer, _ = r.respond(nil, packed, true)
	if m, err := unlisted.verify(t, answer, mac); err != nil || m.Rcode != dns.RcodeRefused || len(m.Answer)+len(m.Ns) > 0 {
		t.Errorf("a key that is not on the list: %v %s", err, show(m))
	}
	packed, _ = question(entryName + ". TXT").Pack()
	if answer, rcode := r.respond(nil, packed, true); rcode != rcodeRefused || len(answer) != len(packed) {
		t.Errorf("an unsigned query after signed ones: %d, %x", rcode, answer)
	}
}

// TestSignatureErrors is RFC 8945, Section 5.2, check by check.
func TestSignatureErrors(t *testing.T) {
	r := signedResponder(t, signedSource())
	for _, tc := range []struct {
		name    string
		edit    func(*signature)
		failure uint16
		signed  bool
	}{
		{"wrong secret", func(s *signature) { s.secret = otherSecret }, dns.RcodeBadSig, false},
		{"unknown name", func(s *signature) { s.key = "nobody." }, dns.RcodeBadKey, false},
		{"long unknown name", func(s *signature) { s.key = strings.Repeat("nobody.", 30) }, dns.RcodeBadKey, false},
		{"another algorithm", func(s *signature) { s.algorithm = dns.HmacSHA512 }, dns.RcodeBadKey, false},
		{"an algorithm nobody wants", func(s *signature) { s.algorithm = dns.HmacSHA1 }, dns.RcodeBadKey, false},
		{"another key's name", func(s *signature) { s.key = "k384." }, dns.RcodeBadKey, false},
		{"too old", func(s *signature) { s.at = s.at.Add(-305 * time.Second) }, dns.RcodeBadTime, true},
		{"from the future", func(s *signature) { s.at = s.at.Add(305 * time.Second) }, dns.RcodeBadTime, true},
		{"fudge of a day", func(s *signature) { s.at, s.fudge = s.at.Add(-time.Hour), 65535 }, dns.RcodeBadTime, true},
		{"fudge of a second", func(s *signature) { s.at, s.fudge = s.at.Add(-10*time.Second), 1 }, dns.RcodeBadTime, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			sig := goodSignature()
			tc.edit(&sig)
			q := question(entryName + ". TXT")
			packed, mac := sig.sign(t, q)
			before := slices.Clone(packed)
			answer, rcode := r.respond(nil, packed, true)
			if !bytes.Equal(before, packed) {
				t.Error("the query's octets were changed")
			}
			if rcode != rcodeNotAuth || len(answer) > minUDP {
				t.Errorf("%d in %d octets", rcode, len(answer))
			}
			m := new(dns.Msg)
			if err := m.Unpack(answer); err != nil {
				t.Fatal(err)
			}
			tsig := m.IsTsig()
			if tsig == nil || tsig.Error != tc.failure || m.Rcode != dns.RcodeNotAuth || len(m.Answer)+len(m.Ns) > 0 || len(m.Question) != 1 {
				t.Fatalf("%v\n%s", tsig, m)
			}
			if !strings.EqualFold(tsig.Hdr.Name, sig.key) || !strings.EqualFold(tsig.Algorithm, sig.algorithm) || tsig.OrigId != m.Id {
				t.Errorf("%v", tsig)
			}
			if !tc.signed {
				if tsig.MACSize != 0 || tsig.OtherLen != 0 {
					t.Errorf("signed: %v", tsig)
				}
				return
			}
			if tsig.TimeSigned != uint64(sig.at.Unix()) || tsig.Fudge != sig.fudge || tsig.OtherLen != 6 {
				t.Errorf("%v", tsig)
			}
			now, err := hex.DecodeString("0000" + tsig.OtherData)
			if err != nil || time.Since(time.Unix(int64(binary.BigEndian.Uint64(now)), 0)).Abs() > time.Minute {
				t.Errorf("server's time %q", tsig.OtherData)
			}
			// The library verifies no answer with NOTAUTH, so it signs the same one.
			again := m.Copy()
			if _, want, err := dns.TsigGenerate(again, base64.StdEncoding.EncodeToString(sig.secret), mac, false); err != nil || want != tsig.MAC {
				t.Errorf("MAC %s, the library's %s, %v", tsig.MAC, want, err)
			}
		})
	}
	want := [tsigOutcomes]uint32{tsigBadSig: 1, tsigBadKey: 5, tsigBadTime: 4}
	if r.seen.tsig != want {
		t.Errorf("counted %v, want %v", r.seen.tsig, want)
	}
}

// TestTruncatedMACs: half of a MAC and more is a matter of policy, less is no TSIG
// (RFC 8945, Section 5.2.2.1).
func TestTruncatedMACs(t *testing.T) {
	r := signedResponder(t, signedSource())
	for _, tc := range []struct {
		octets  int
		rcode   uint16
		failure uint16
	}{{16, rcodeNotAuth, dns.RcodeBadTrunc}, {31, rcodeNotAuth, dns.RcodeBadTrunc}, {15, rcodeFormErr, 0}, {0, rcodeFormErr, 0}, {33, rcodeFormErr, 0}} {
		q := question(entryName + ". TXT")
		goodSignature().sign(t, q) // takes the record off q again
		packed, mac := goodSignature().sign(t, q)
		m := new(dns.Msg)
		if err := m.Unpack(packed); err != nil {
			t.Fatal(err)
		}
		record := m.IsTsig()
		record.MAC = (mac + "00")[:2*tc.octets]
		record.MACSize = uint16(tc.octets)
		packed, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		answer, rcode := r.respond(nil, packed, true)
		if err := m.Unpack(answer); err != nil || rcode != tc.rcode {
			t.Errorf("%d octets: rcode %d, %v", tc.octets, rcode, err)
		}
		if tc.failure == 0 {
			continue
		}
		tsig := m.IsTsig()
		if tsig == nil || tsig.Error != tc.failure || tsig.MACSize != 32 {
			t.Fatalf("%d octets: %v", tc.octets, tsig)
		}
		if _, want, err := dns.TsigGenerate(m.Copy(), base64.StdEncoding.EncodeToString(testSecret), record.MAC, false); err != nil || want != tsig.MAC {
			t.Errorf("%d octets: MAC %s, the library's %s, %v", tc.octets, tsig.MAC, want, err)
		}
	}
}

// TestMisplacedTSIG: only the last record of a message may be a TSIG, and only one.
func TestMisplacedTSIG(t *testing.T) {
	r := signedResponder(t, signedSource())
	opt := &dns.OPT{Hdr: dns.RR_Header{Name: ".", Rrtype: dns.TypeOPT, Class: 1232}}
	for name, edit := range map[string]func(*dns.Msg, *dns.TSIG){
		"before OPT":    func(m *dns.Msg, s *dns.TSIG) { m.Extra = []dns.RR{s, opt} },
		"twice":         func(m *dns.Msg, s *dns.TSIG) { m.Extra = []dns.RR{s, s} },
		"in the answer": func(m *dns.Msg, s *dns.TSIG) { m.Answer, m.Extra = []dns.RR{s}, nil },
		"in authority":  func(m *dns.Msg, s *dns.TSIG) { m.Ns, m.Extra = []dns.RR{s}, nil },
		"class IN":      func(_ *dns.Msg, s *dns.TSIG) { s.Hdr.Class = dns.ClassINET },
		"TTL":           func(_ *dns.Msg, s *dns.TSIG) { s.Hdr.Ttl = 1 },
		"MAC too long":  func(_ *dns.Msg, s *dns.TSIG) { s.MACSize, s.MAC = 300, strings.Repeat("00", 300) },
	} {
		packed, _ := goodSignature().sign(t, question(entryName+". TXT"))
		m := new(dns.Msg)
		if err := m.Unpack(packed); err != nil {
			t.Fatal(err)
		}
		edit(m, m.IsTsig())
		packed, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		answer, rcode := r.respond(nil, packed, true)
		if err := m.Unpack(answer); err != nil || rcode != rcodeFormErr || m.IsTsig() != nil || len(m.Answer)+len(m.Ns) > 0 {
			t.Errorf("%s: %v\n%s", name, err, m)
		}
	}
	packed, _ := goodSignature().sign(t, question(entryName+". TXT"))
	cut := packed[:len(packed)-4]
	if _, rcode := r.respond(nil, cut, true); rcode != rcodeFormErr {
		t.Errorf("a TSIG cut off: %d", rcode)
	}
}

func TestKeysRefused(t *testing.T) {
	good := testKeys()[0]
	for name, keys := range map[string][]Key{
		"twice":     {good, {Name: "TARGET.registry.test", Algorithm: "hmac-sha512", Secret: testSecret}},
		"algorithm": {{Name: "a", Algorithm: "hmac-md5", Secret: testSecret}},
		"no name":   {{Algorithm: "hmac-sha256", Secret: testSecret}},
		"root":      {{Name: ".", Algorithm: "hmac-sha256", Secret: testSecret}},
		"bad name":  {{Name: "a..b", Algorithm: "hmac-sha256", Secret: testSecret}},
		"long name": {{Name: strings.Repeat("abcdefghi.", 11), Algorithm: "hmac-sha256", Secret: testSecret}},
		"secret":    {{Name: "a", Algorithm: "hmac-sha256", Secret: testSecret[:15]}},
	} {
		if _, err := New(Config{Source: newMemSource(), Addrs: []netip.AddrPort{{}}, Keys: keys}); err == nil || strings.Contains(err.Error(), string(testSecret[:15])) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(Config{Source: newMemSource(), Addrs: []netip.AddrPort{{}}, Keys: testKeys()}); err != nil {
		t.Error(err)
	}
}
