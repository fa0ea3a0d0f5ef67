package lookup

import (
	"encoding/base64"
	"slices"
	"testing"
	"time"

	"github.com/miekg/dns"
)

const fuzzName = "uid.146.miami.trips.valid.zone."

// FuzzTake: no octets whatever are taken for an answer to a question that they were
// not signed for.
func FuzzTake(f *testing.F) {
	c, err := New(Config{Addr: "127.0.0.1:53", Key: Key{Name: "k", Algorithm: "hmac-sha256", Secret: []byte("0123456789abcdef")}})
	if err != nil {
		f.Fatal(err)
	}
	for i, text := range []string{fuzzName + " 60 IN TXT x", fuzzName + " 60 IN CNAME x.", "valid.zone. 1 IN SOA a. b. 1 2 3 4 5"} {
		rr, err := dns.NewRR(text)
		if err != nil {
			f.Fatal(err)
		}
		for _, rcode := range []int{dns.RcodeSuccess, dns.RcodeNameError, dns.RcodeNotAuth, dns.RcodeRefused} {
			for _, failure := range []uint16{0, dns.RcodeBadKey, dns.RcodeBadTime} {
				var m dns.Msg
				m.SetQuestion(fuzzName, dns.TypeTXT)
				m.Response, m.Authoritative, m.Rcode, m.Truncated = true, true, rcode, i == 1
				if i < 2 {
					m.Answer = []dns.RR{rr}
				} else {
					m.Ns = []dns.RR{rr}
				}
				m.SetEdns0(1232, false)
				m.SetTsig("k.", dns.HmacSHA256, fudge, time.Now().Unix())
				m.IsTsig().Error = failure
				// Signed with the right key, for no question.
				packed, _, err := dns.TsigGenerate(&m, base64.StdEncoding.EncodeToString([]byte("0123456789abcdef")), "", false)
				if err != nil {
					f.Fatal(err)
				}
				f.Add(packed, false)
				f.Add(packed[:len(packed)-3], true)
			}
		}
	}
	f.Fuzz(func(t *testing.T, msg []byte, stream bool) {
		l := &lookup{c: c, questions: []question{{name: fuzzName}}, answers: make([]Answer, 1)}
		packed, err := l.pack(&l.questions[0])
		if err != nil {
			t.Fatal(err)
		}
		if msg = slices.Clone(msg); len(msg) > 1 {
			copy(msg, packed[:2])
		}
		if err := l.take(msg, stream); err != nil || l.questions[0].state != open || l.dropped == nil {
			t.Fatalf("taken: %v, %v, state %d", err, l.dropped, l.questions[0].state)
		}
	})
}

// TestJoined reads the library's way of writing strings.
func TestJoined(t *testing.T) {
	for want, list := range map[string][]string{
		"":                 {""},
		"ab":               {"a", "b"},
		"a\"b\\c;\x00\xff": {`a\"b\\`, `c;\000\255`},
		"1\\":              {`\049\`},
		"x9":               {`x\9`},
	} {
		if got := joined(list); got != want {
			t.Errorf("%q: %q, want %q", list, got, want)
		}
	}
}
