package dnsout

import (
	"bytes"
	"context"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// zonesOf loads all zones of a source without a server.
func zonesOf(t interface {
	Helper()
	Fatal(...any)
	Error(...any)
}, src Source,
) *zones {
	t.Helper()
	list, err := src.PublishedZones(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	all := newZones()
	for i := range list {
		z, err := newZone(list[i].ID, list[i].Name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := readContent(context.Background(), src, &list[i], func(err error) { t.Error(err) })
		if err != nil {
			t.Fatal(err)
		}
		z.content.Store(c)
		all.add(z)
	}
	return all
}

// checkAnswer proves what holds for the answer to any octets at all.
func checkAnswer(t *testing.T, msg, answer []byte, udp bool) {
	t.Helper()
	if answer == nil {
		if len(msg) >= headerSize && msg[2]&0x80 == 0 {
			t.Fatal("no answer to a query")
		}
		return
	}
	limit := maxTCP
	if udp {
		limit = maxUDP
	}
	if len(answer) > limit {
		t.Fatalf("answer of %d octets", len(answer))
	}
	var m dns.Msg
	if err := m.Unpack(answer); err != nil {
		t.Fatalf("answer does not parse: %v\n%x", err, answer)
	}
	if m.Id != binary.BigEndian.Uint16(msg) || !m.Response || m.Opcode != int(msg[2]>>3&15) {
		t.Fatalf("header does not fit the query: %v", m.MsgHdr)
	}
	if m.RecursionAvailable || m.AuthenticatedData || m.CheckingDisabled || m.Zero || m.RecursionDesired != (msg[2]&1 != 0) {
		t.Fatalf("flags: %v", m.MsgHdr)
	}
	switch end := len(answer); len(m.Question) {
	case 1:
		for end > headerSize && !bytes.HasPrefix(msg[headerSize:], answer[headerSize:end]) {
			end--
		}
		if end < headerSize+5 {
			t.Fatalf("question not echoed: %x", answer)
		}
	case 0:
		if m.Rcode != dns.RcodeFormatError && m.Opcode == 0 {
			t.Fatalf("no question with %s", dns.RcodeToString[m.Rcode])
		}
	default:
		t.Fatalf("%d questions", len(m.Question))
	}
	if opt := m.IsEdns0(); udp && opt == nil && len(answer) > minUDP {
		t.Fatalf("%d octets without EDNS", len(answer))
	}
	if m.Authoritative && m.Rcode != dns.RcodeSuccess && m.Rcode != dns.RcodeNameError {
		t.Fatalf("AA with %s", dns.RcodeToString[m.Rcode])
	}
}

func FuzzAnswer(f *testing.F) {
	for _, tc := range answerCases() {
		q := question(tc.q)
		if tc.edit != nil {
			tc.edit(q)
		}
		packed, err := q.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(packed, true)
		f.Add(packed[:len(packed)-1], false)
		f.Add(append(packed, 0), true)
	}
	f.Add([]byte("\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x0c\x00\x01\x00\x01"), true)
	f.Add([]byte("\x00\x01\x00\x00\x00\x01\xff\xff\xff\xff\xff\xff\x00\x00\x01\x00\x01"), true)
	src := answersSource()
	src.load(1, manyHosts("many.example", 40))
	r := responder{zones: zonesOf(f, src)}
	f.Fuzz(func(t *testing.T, msg []byte, udp bool) {
		answer, _ := r.respond(nil, msg, udp)
		checkAnswer(t, msg, answer, udp)
	})
}

func FuzzName(f *testing.F) {
	for _, s := range []string{"", ".", "a.b", "A.b.", `a\.b.c`, `\000\255.x`, "a..b", `a\`, `\25`, strings.Repeat("a.", 130), strings.Repeat("a", 64)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		labels, err := appendName(nil, s)
		if err != nil {
			if len(labels) != 0 {
				t.Fatal("labels with an error")
			}
			return
		}
		if len(labels) > maxName {
			t.Fatalf("%d octets", len(labels))
		}
		text := string(appendText(nil, labels))
		again, err := appendName(nil, text)
		if err != nil || !bytes.Equal(labels, again) {
			t.Fatalf("%q -> %q -> %q, %v", s, text, again, err)
		}
		if _, ok := dns.IsDomainName(text); !ok {
			t.Fatalf("%q is no name", text)
		}
	})
}
