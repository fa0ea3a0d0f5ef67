package dnsout

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// FuzzSigned signs whatever message comes and wants the answer signed, and signed
// right; or it hands on raw octets as they are.
func FuzzSigned(f *testing.F) {
	for _, tc := range answerCases() {
		q := question(tc.q)
		if tc.edit != nil {
			tc.edit(q)
		}
		packed, err := q.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(packed, uint8(0), int16(0))
		f.Add(packed, uint8(1), int16(400))
		packed, _ = goodSignature().sign(f, q)
		f.Add(packed, uint8(255), int16(0))
		f.Add(packed[:len(packed)-1], uint8(255), int16(0))
	}
	src := answersSource()
	src.zones[4] = signedSource().zones[4]
	src.load(1, manyHosts("many.example", 40))
	f.Fuzz(func(t *testing.T, msg []byte, mode uint8, skew int16) {
		r := signedResponder(t, src)
		udp := mode&2 == 0
		sig := goodSignature()
		sig.at = sig.at.Add(time.Duration(skew) * time.Second)
		var q dns.Msg
		mac := ""
		if mode != 255 && q.Unpack(msg) == nil && q.IsTsig() == nil && !q.Response {
			q.SetTsig(sig.key, sig.algorithm, sig.fudge, sig.at.Unix())
			packed, m, err := dns.TsigGenerate(&q, base64.StdEncoding.EncodeToString(sig.secret), "", false)
			if err != nil {
				t.Skip(err)
			}
			msg, mac = packed, m
		}
		before := slices.Clone(msg)
		answer, rcode := r.respond(nil, msg, udp)
		if !bytes.Equal(before, msg) {
			t.Fatal("the query's octets were changed")
		}
		checkAnswer(t, msg, answer, udp)
		if mac == "" || rcode == rcodeFormErr || rcode == rcodeNotAuth {
			return
		}
		if rcode == rcodeNotImp && r.q.tsigAt == 0 {
			return // a message of another kind that is not well-formed either
		}
		if m, err := sig.verify(t, answer, mac); err != nil && !errors.Is(err, dns.ErrTime) {
			t.Fatalf("%v\n%s", err, m)
		}
	})
}

// BenchmarkSigned is the cost of one signed query.
func BenchmarkSigned(b *testing.B) {
	r := signedResponder(b, signedSource())
	q := question(entryName + ". TXT")
	q.SetEdns0(1232, false)
	packed, _ := goodSignature().sign(b, q)
	buf := make([]byte, 0, 2*maxUDP)
	b.ReportAllocs()
	for b.Loop() {
		if _, rcode := r.respond(buf, packed, true); rcode != 0 {
			b.Fatal(fmt.Sprint(rcode))
		}
	}
}
