package registry

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
	"pgregory.net/rapid"
)

// published are keys with their records from RFC 6605, Section 6, and RFC 8080,
// Section 6.
var published = []struct {
	name   string
	alg    uint8
	key    string
	tag    uint16
	digest uint8
	hex    string
}{
	{
		"example.net", 13, "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==",
		55648, 2, "b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17",
	},
	{
		"example.net", 14, "xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40",
		10771, 4, "72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a9b5f4d288405c3008a946df983d6",
	},
	{
		"example.com", 15, "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
		3613, 2, "3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b",
	},
	{
		"example.com", 16, "3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA",
		9713, 2, "6ccf18d5bc5d7fc2fceb1d59d17321402f2aa8d368048db93dd811f5cb2b19c7",
	},
}

func mustKey(t testing.TB, alg uint8, text string) KeyData {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return KeyData{Flags: 257, Protocol: 3, Algorithm: alg, PublicKey: b}
}

func TestPublishedKeys(t *testing.T) {
	z := NewZone("example", TargetZone)
	for _, p := range published {
		k := mustKey(t, p.alg, p.key)
		digest, _ := hex.DecodeString(p.hex)
		ds := DSRecord{KeyTag: p.tag, Algorithm: p.alg, DigestType: p.digest, Digest: digest, Key: &k}
		if _, err := z.NewSecure(p.name, &Secure{DS: []DSRecord{ds}}); err != nil {
			t.Errorf("algorithm %d: %v", p.alg, err)
		}
		if _, err := z.NewSecure("x."+p.name, &Secure{DS: []DSRecord{ds}}); !IsKind(err, KindParamPolicy) {
			t.Errorf("algorithm %d for another name: %v", p.alg, err)
		}
	}
}

// TestSigners compares the records made of random keys with another implementation's.
func TestSigners(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alg := rapid.SampledFrom([]uint8{13, 14, 15, 16}).Draw(t, "alg")
		size := signingAlgorithms[alg].most
		k := KeyData{Flags: 257, Protocol: 3, Algorithm: alg, PublicKey: rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, "key")}
		name := rapid.StringMatching(`[a-z0-9]{1,20}(\.[a-z]{2,10}){1,2}`).Draw(t, "name")
		got := (&Secure{Keys: []KeyData{k}}).Signers(name)
		want := (&dns.DNSKEY{
			Hdr: dns.RR_Header{Name: name + ".", Rrtype: dns.TypeDNSKEY, Class: dns.ClassINET}, Flags: 257, Protocol: 3, Algorithm: alg,
			PublicKey: base64.StdEncoding.EncodeToString(k.PublicKey),
		}).ToDS(dns.SHA256)
		if len(got) != 1 || got[0].KeyTag != want.KeyTag || hex.EncodeToString(got[0].Digest) != want.Digest || got[0].DigestType != 2 {
			t.Fatalf("%+v, want %+v", got, want)
		}
	})
}

func TestDSRules(t *testing.T) {
	z := NewZone("example", TargetZone)
	digest := func(n int) []byte { return slices.Repeat([]byte{0xAB}, n) }
	good := mustKey(t, published[3].alg, published[3].key)
	for _, c := range []struct {
		what string
		ds   DSRecord
		want Kind // 0: taken
	}{
		{"SHA-256", DSRecord{1, 13, 2, digest(32), nil}, 0},
		{"Ed448", DSRecord{1, 16, 2, digest(32), nil}, 0},
		{"SHA-384", DSRecord{0, 14, 4, digest(48), nil}, 0},
		{"GOST", DSRecord{65535, 23, 5, digest(32), nil}, 0},
		{"SM3", DSRecord{1, 17, 6, digest(32), nil}, 0},
		{"SHA-1", DSRecord{1, 13, 1, digest(20), nil}, KindParamPolicy},
		{"no digest type", DSRecord{1, 13, 0, digest(32), nil}, KindParamPolicy},
		{"digest type 255", DSRecord{1, 13, 255, digest(32), nil}, KindParamPolicy},
		{"algorithm 123", DSRecord{1, 123, 2, digest(32), nil}, KindParamPolicy},
		{"RSAMD5", DSRecord{1, 1, 2, digest(32), nil}, KindParamPolicy},
		{"private", DSRecord{1, 253, 2, digest(32), nil}, KindParamPolicy},
		{"delete sentinel", DSRecord{0, 0, 0, []byte{0}, nil}, KindParamPolicy},
		{"empty digest", DSRecord{1, 13, 2, nil, nil}, KindValue},
		{"short digest", DSRecord{1, 13, 2, digest(16), nil}, KindValue},
		{"long digest", DSRecord{1, 13, 2, digest(33), nil}, KindValue},
		{"key of another algorithm", DSRecord{9713, 15, 2, digest(32), &good}, KindParamPolicy},
		{"key of another tag", DSRecord{1, 16, 2, digest(32), &good}, KindParamPolicy},
		{"key of another digest", DSRecord{9713, 16, 2, digest(32), &good}, KindParamPolicy},
	} {
		wantKind(t, c.what, c.want, second(z.NewSecure("a.example", &Secure{DS: []DSRecord{c.ds}})))
	}
	z.DNSSEC.AnyDigestLength = true
	wantKind(t, "short digest where any may be", 0, second(z.NewSecure("a.example", &Secure{DS: []DSRecord{{1, 13, 2, digest(16), nil}}})))
	wantKind(t, "keys", KindParamPolicy, second(z.NewSecure("a.example", &Secure{Keys: []KeyData{good}})))
}

func TestKeyRules(t *testing.T) {
	z := NewZone("example", TargetZone)
	z.DNSSEC.Interface = KeyDataInterface
	octets := func(n int) []byte { return slices.Repeat([]byte{0xAB}, n) }
	rsa := func(bits int) []byte { return append([]byte{3, 1, 0, 1}, octets(bits/8)...) }
	for _, c := range []struct {
		what string
		key  KeyData
		want Kind
	}{
		{"Ed448", KeyData{257, 3, 16, octets(57)}, 0},
		{"RSA 2048", KeyData{257, 3, 8, rsa(2048)}, 0},
		{"RSA 4096 with a long exponent", KeyData{257, 3, 8, append(append([]byte{0, 1, 1}, octets(257)...), octets(512)...)}, 0},
		{"flags 0", KeyData{0, 3, 16, octets(57)}, KindParamPolicy},
		{"flags 1", KeyData{1, 3, 16, octets(57)}, KindParamPolicy},
		{"flags 256", KeyData{256, 3, 16, octets(57)}, KindParamPolicy},
		{"revoked", KeyData{385, 3, 16, octets(57)}, KindParamPolicy},
		{"other flags", KeyData{259, 3, 16, octets(57)}, KindParamPolicy},
		{"protocol 1", KeyData{257, 1, 16, octets(57)}, KindParamPolicy},
		{"algorithm 123", KeyData{257, 3, 123, octets(57)}, KindParamPolicy},
		{"short Ed448", KeyData{257, 3, 16, octets(56)}, KindValue},
		{"P-256 with its prefix", KeyData{257, 3, 13, octets(65)}, KindValue},
		{"no key", KeyData{257, 3, 13, nil}, KindValue},
		{"RSA 8192", KeyData{257, 3, 8, rsa(8192)}, KindValue},
		{"RSA 512 with SHA-512", KeyData{257, 3, 10, rsa(512)}, KindValue},
		{"RSA without a modulus", KeyData{257, 3, 8, []byte{3, 1, 0, 1}}, KindValue},
		{"RSA without an exponent", KeyData{257, 3, 8, append([]byte{0, 0, 0}, octets(256)...)}, KindValue},
		{"RSA with a zero before the modulus", KeyData{257, 3, 8, append([]byte{1, 3, 0}, octets(256)...)}, KindValue},
		{"text", KeyData{257, 3, 8, []byte("this is not a DNSKEY.")}, KindValue},
	} {
		wantKind(t, c.what, c.want, second(z.NewSecure("a.example", &Secure{Keys: []KeyData{c.key}})))
	}
	ds := DSRecord{1, 13, 2, octets(32), nil}
	wantKind(t, "DS", KindParamPolicy, second(z.NewSecure("a.example", &Secure{DS: []DSRecord{ds}})))
}

// TestLoweredLimit: a domain with more records than its zone allows by now can lose them one
// by one, and win none.
func TestLoweredLimit(t *testing.T) {
	z := NewZone("example", TargetZone)
	z.DNSSEC = SecurePolicy{MaxRecords: 1}
	var ds []DSRecord
	for i := range 4 {
		ds = append(ds, DSRecord{KeyTag: uint16(i), Algorithm: 13, DigestType: 2, Digest: slices.Repeat([]byte{1}, 32)})
	}
	three := &Secure{DS: ds[:3]}
	left, err := z.changeSecure("a.example", three, &SecureChange{Rem: Secure{DS: ds[:1]}})
	if err != nil || left.size() != 2 {
		t.Errorf("two records left: %v, %v", left, err)
	}
	swap := &SecureChange{Rem: Secure{DS: ds[:1]}, Add: Secure{DS: ds[3:]}}
	wantKind(t, "swap", KindParamPolicy, second(z.changeSecure("a.example", three, swap)))
}

// TestSecureChanges plays random changes against a set of labels: whatever is
// refused leaves everything as it was, and nothing exceeds the limit.
func TestSecureChanges(t *testing.T) {
	z := NewZone("example", TargetZone)
	z.DNSSEC = SecurePolicy{MaxRecords: 3, MaxSigLife: 1000}
	record := func(i int) DSRecord {
		return DSRecord{KeyTag: uint16(i), Algorithm: 13, DigestType: 2, Digest: slices.Repeat([]byte{byte(i)}, 32)}
	}
	rapid.Check(t, func(t *rapid.T) {
		var now *Secure
		model := map[int]bool{}
		pick := rapid.SliceOfN(rapid.IntRange(1, 5), 0, 3)
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			c := &SecureChange{RemAll: rapid.IntRange(0, 9).Draw(t, "all") == 0}
			next, ok := map[int]bool{}, true
			for k := range model {
				next[k] = !c.RemAll
			}
			for _, i := range pick.Draw(t, "rem") {
				c.Rem.DS = append(c.Rem.DS, record(i))
				ok = ok && next[i]
				next[i] = false
			}
			for _, i := range pick.Draw(t, "add") {
				c.Add.DS = append(c.Add.DS, record(i))
				ok = ok && !next[i]
				next[i] = true
			}
			for k, in := range next {
				if !in {
					delete(next, k)
				}
			}
			ok = ok && len(next) <= 3 && !c.Empty()
			before := len(model)
			after, err := z.changeSecure("a.example", now, c)
			if ok != (err == nil) {
				t.Fatalf("%+v on %v: %v", c, model, err)
			}
			if now.size() != before {
				t.Fatalf("the change altered what was there: %d records, %d before", now.size(), before)
			}
			if err == nil {
				now, model = after, next
			}
			for _, ds := range now.Signers("a.example") {
				if !model[int(ds.KeyTag)] {
					t.Fatalf("%d is there, want %v", ds.KeyTag, model)
				}
			}
			if now.size() != len(model) {
				t.Fatalf("%d records, want %v", now.size(), model)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }

func wantKind(t *testing.T, what string, want Kind, err error) {
	t.Helper()
	if want == 0 && err != nil || want != 0 && !IsKind(err, want) {
		t.Errorf("%s: %v, want kind %d", what, err, want)
	}
	if err != nil && (strings.TrimSpace(err.(*Error).Reason) == "" || err.(*Error).Field == "") {
		t.Errorf("%s: the error names nothing: %+v", what, err)
	}
}
