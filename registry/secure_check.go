package registry

import (
	"bytes"
	"fmt"
)

// signingAlgorithms are the algorithms of IANA's registry "DNS Security Algorithm
// Numbers" that sign zones, without those that RFC 8624, Section 3.1, says must
// not be used to sign (1, 3, 6, 12) and the private ones (253, 254), which nobody
// else could validate. least and most are the octets of a public key.
var signingAlgorithms = map[uint8]struct {
	name        string
	least, most int
}{
	5:  {"RSASHA1", rsaOctets(512), rsaOctets(4096)},            // RFC 3110
	7:  {"RSASHA1-NSEC3-SHA1", rsaOctets(512), rsaOctets(4096)}, // RFC 5155
	8:  {"RSASHA256", rsaOctets(512), rsaOctets(4096)},          // RFC 5702, Section 2.1
	10: {"RSASHA512", rsaOctets(1024), rsaOctets(4096)},         // RFC 5702, Section 2.2
	13: {"ECDSAP256SHA256", 64, 64},                             // RFC 6605, Section 4
	14: {"ECDSAP384SHA384", 96, 96},                             // RFC 6605, Section 4
	15: {"ED25519", 32, 32},                                     // RFC 8080, Section 3
	16: {"ED448", 57, 57},                                       // RFC 8080, Section 3
	17: {"SM2SM3", 64, 64},                                      // RFC 9563, Section 3
	23: {"ECC-GOST12", 64, 64},                                  // RFC 9558, Section 2
}

// rsaOctets counts the octets of an RSA modulus.
func rsaOctets(bits int) int { return bits / 8 }

// digestTypes are the digests of IANA's registry "Digest Algorithms" (DS RR type),
// with their octets, without those that RFC 8624, Section 3.3, says must not be
// used for delegation (0, 1, 3).
var digestTypes = map[uint8]struct {
	name   string
	octets int
}{
	2: {"SHA-256", 32},           // RFC 4509
	4: {"SHA-384", 48},           // RFC 6605
	5: {"GOST R 34.11-2012", 32}, // RFC 9558
	6: {"SM3", 32},               // RFC 9563
}

// Flags of a key (RFC 4034, Section 2.1.1; RFC 5011, Section 7).
const (
	flagZoneKey = 1 << 8
	flagRevoked = 1 << 7
	flagSEP     = 1 << 0
)

// dnskeyProtocol is the only one there is (RFC 4034, Section 2.1.2).
const dnskeyProtocol = 3

// checkDS refuses a delegation signer record that nobody could validate, or that
// is not of the key that comes with it.
func (z *Zone) checkDS(name string, ds DSRecord) error {
	if err := checkAlgorithm(ds.Algorithm); err != nil {
		return err
	}
	digest, ok := digestTypes[ds.DigestType]
	switch {
	case !ok:
		return Errorf(KindParamPolicy, "secDNS:digestType", fmt.Sprint(ds.DigestType),
			"not a digest for delegations: use 2 (SHA-256) or 4 (SHA-384) (RFC 8624, Section 3.3)")
	case len(ds.Digest) == 0:
		return Errorf(KindValue, "secDNS:digest", "", "the digest is empty")
	case len(ds.Digest) != digest.octets && !z.DNSSEC.AnyDigestLength, len(ds.Digest) > maxDigest:
		return Errorf(KindValue, "secDNS:digest", fmt.Sprintf("%X", ds.Digest[:min(len(ds.Digest), maxDigest)]),
			"a %s digest has %d octets, and these are %d", digest.name, digest.octets, len(ds.Digest))
	case ds.Key == nil:
		return nil
	}
	return ds.checkKey(name)
}

// maxDigest bounds a digest where the zone takes other lengths, in octets.
const maxDigest = 64

// checkKey compares the record with the key it is said to be made of.
func (d DSRecord) checkKey(name string) error {
	k := *d.Key
	if err := k.check("secDNS:keyData"); err != nil {
		return err
	}
	if k.Algorithm != d.Algorithm {
		return Errorf(KindParamPolicy, "secDNS:alg", fmt.Sprint(d.Algorithm), "the key is of algorithm %d", k.Algorithm)
	}
	if tag := k.KeyTag(); tag != d.KeyTag {
		return Errorf(KindParamPolicy, "secDNS:keyTag", fmt.Sprint(d.KeyTag), "the key's tag is %d (RFC 4034, Appendix B)", tag)
	}
	if want := k.digest(name, d.DigestType); want != nil && !bytes.Equal(want, d.Digest) {
		return Errorf(KindParamPolicy, "secDNS:digest", fmt.Sprintf("%X", d.Digest), "not the digest of the key, which for %s is %X", name, want)
	}
	return nil
}

func checkAlgorithm(alg uint8) error {
	if _, ok := signingAlgorithms[alg]; !ok {
		return Errorf(KindParamPolicy, "secDNS:alg", fmt.Sprint(alg),
			"not an algorithm that zones are signed with: 13 (ECDSAP256SHA256) is the customary one (RFC 8624, Section 3.1)")
	}
	return nil
}

// check refuses a key that could not sign a zone's keys.
func (k KeyData) check(field string) error {
	if k.Flags&flagZoneKey == 0 || k.Flags&flagSEP == 0 || k.Flags&^(flagZoneKey|flagSEP) != 0 {
		return Errorf(KindParamPolicy, "secDNS:flags", fmt.Sprint(k.Flags), "%s", k.flagsFault())
	}
	if k.Protocol != dnskeyProtocol {
		return Errorf(KindParamPolicy, "secDNS:protocol", fmt.Sprint(k.Protocol), "the protocol of a key is 3 (RFC 4034, Section 2.1.2)")
	}
	if err := checkAlgorithm(k.Algorithm); err != nil {
		return err
	}
	if why := k.keyFault(); why != "" {
		return Errorf(KindValue, field, k.label(), "not a public key of %s: %s", signingAlgorithms[k.Algorithm].name, why)
	}
	return nil
}

func (k KeyData) flagsFault() string {
	switch {
	case k.Flags&flagZoneKey == 0:
		return "not a zone key: a delegation needs one, with flags 257 (RFC 4034, Section 2.1.1)"
	case k.Flags&flagRevoked != 0:
		return "the key is revoked (RFC 5011, Section 7)"
	case k.Flags&flagSEP == 0:
		return "not a secure entry point: a key signing key has flags 257 (RFC 5910, Section 4.1)"
	}
	return "flags that mean nothing are set: a key signing key has 257 (RFC 4034, Section 2.1.1)"
}

// keyFault says why the octets are not a public key of the algorithm.
func (k KeyData) keyFault() string {
	size := signingAlgorithms[k.Algorithm]
	n, what := len(k.PublicKey), "octets"
	if k.Algorithm <= 10 { // RSA
		modulus, ok := k.modulus()
		if !ok {
			return "no RSA exponent and modulus (RFC 3110, Section 2)"
		}
		n, what = len(modulus), "octets of modulus"
	}
	if n < size.least || n > size.most {
		if size.least == size.most {
			return fmt.Sprintf("it has %d %s, not %d", n, what, size.most)
		}
		return fmt.Sprintf("it has %d %s, not %d to %d", n, what, size.least, size.most)
	}
	return ""
}

// modulus is that of an RSA key (RFC 3110, Section 2): an exponent after its
// length in one octet, or in two after a zero one.
func (k KeyData) modulus() ([]byte, bool) {
	b := k.PublicKey
	if len(b) < 3 {
		return nil, false
	}
	n, at := int(b[0]), 1
	if n == 0 {
		n, at = int(b[1])<<8|int(b[2]), 3
	}
	if n == 0 || at+n >= len(b) || b[at] == 0 || b[at+n] == 0 {
		return nil, false // leading zeroes are prohibited in both
	}
	return b[at+n:], true
}
