package e2e

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

const (
	nsSecDNS = "urn:ietf:params:xml:ns:secDNS-1.1"
	nsTTL    = "urn:ietf:params:xml:ns:epp:ttl-1.0"
)

// secDNS is an element of the extension: create or update.
func secDNS(verb, inside string) string {
	return `<secDNS:` + verb + ` xmlns:secDNS="` + nsSecDNS + `">` + inside + `</secDNS:` + verb + `>`
}

// dsData is a delegation signer record; key is a keyData element or nothing.
func dsData(tag, alg, digestType int, digest, key string) string {
	return fmt.Sprintf("<secDNS:dsData><secDNS:keyTag>%d</secDNS:keyTag><secDNS:alg>%d</secDNS:alg><secDNS:digestType>%d</secDNS:digestType>"+
		"<secDNS:digest>%s</secDNS:digest>%s</secDNS:dsData>", tag, alg, digestType, digest, key)
}

// keyData is a key, the last part in base64.
func keyData(flags, protocol, alg int, key string) string {
	return fmt.Sprintf("<secDNS:keyData><secDNS:flags>%d</secDNS:flags><secDNS:protocol>%d</secDNS:protocol><secDNS:alg>%d</secDNS:alg>"+
		"<secDNS:pubKey>%s</secDNS:pubKey></secDNS:keyData>", flags, protocol, alg, key)
}

// ed448 is a key of algorithm 16, as long as such keys are.
func ed448(fill byte) string {
	return base64.StdEncoding.EncodeToString(slices.Repeat([]byte{fill}, 57))
}

// signerOf is the SHA-256 record of a key, as another implementation makes it:
// its tag and its digest.
func signerOf(t *testing.T, name string, alg uint8, key string) (tag int, digest string) {
	t.Helper()
	k := &dns.DNSKEY{
		Hdr: dns.RR_Header{Name: dns.Fqdn(name), Rrtype: dns.TypeDNSKEY, Class: dns.ClassINET}, Flags: 257, Protocol: 3, Algorithm: alg, PublicKey: key,
	}
	ds := k.ToDS(dns.SHA256)
	if ds == nil {
		t.Fatal("no such key")
	}
	return int(ds.KeyTag), strings.ToUpper(ds.Digest)
}

// ttls is an element of ttl-1.0 with times to live by record type: "NS 300", or "NS"
// alone for the default.
func ttls(verb string, list ...string) string {
	var b strings.Builder
	for _, one := range list {
		rrtype, value, _ := strings.Cut(one, " ")
		fmt.Fprintf(&b, `<ttl:ttl for="%s">%s</ttl:ttl>`, rrtype, value)
	}
	return `<ttl:` + verb + ` xmlns:ttl="` + nsTTL + `">` + b.String() + `</ttl:` + verb + `>`
}

// ttlInfo asks for times to live, or for the limits too.
func ttlInfo(policy bool) string {
	return fmt.Sprintf(`<ttl:info xmlns:ttl="%s" policy="%v"/>`, nsTTL, policy)
}

// inner is what is between <command> and <clTRID> of a frame.
func inner(frame string) string {
	_, rest, _ := strings.Cut(frame, "<command>")
	body, _, _ := strings.Cut(rest, "<clTRID>")
	return body
}

// with adds extensions to a frame.
func with(frame string, extensions ...string) string {
	return extended(inner(frame), strings.Join(extensions, ""))
}

// zoneShows waits until DNS answers a question with these records, in the form
// "NS 300 ns1.example.net.", of whatever section; the SOA of a denial is left out.
func (s *sandbox) zoneShows(t testing.TB, name string, rrtype uint16, want ...string) {
	t.Helper()
	slices.Sort(want)
	var got []string
	for began := time.Now(); time.Since(began) < 10*publishLimit; time.Sleep(5 * time.Millisecond) {
		q := new(dns.Msg)
		q.SetQuestion(dns.Fqdn(name), rrtype)
		q.SetEdns0(4096, true)
		m, err := dns.Exchange(q, s.info.DNS.Addr)
		if err != nil {
			t.Fatalf("DNS %s: %v", name, err)
		}
		got = nil
		for _, rr := range slices.Concat(m.Answer, m.Ns, m.Extra) {
			h := rr.Header()
			if h.Rrtype == dns.TypeSOA || h.Rrtype == dns.TypeOPT {
				continue
			}
			data := strings.TrimPrefix(rr.String(), h.String())
			got = append(got, fmt.Sprintf("%s %s %d %s", h.Name, dns.TypeToString[h.Rrtype], h.Ttl, data))
		}
		slices.Sort(got)
		if slices.Equal(got, want) {
			return
		}
	}
	t.Errorf("DNS of %s %s (-want +got)\n%s", name, dns.TypeToString[rrtype], cmp.Diff(want, got))
}
