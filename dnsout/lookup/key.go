package lookup

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"time"

	"github.com/miekg/dns"
)

const (
	// fudge is by how many seconds the clocks of both sides may differ (RFC 8945,
	// Section 10).
	fudge     = 300
	minSecret = 16
)

// key is a TSIG key as the library wants it.
type key struct {
	name, algorithm string // canonical
	secret          []byte
	newHash         func() hash.Hash
	size            int // octets of a MAC
}

func newKey(from *Key) (*key, error) {
	k := &key{name: dns.CanonicalName(from.Name), algorithm: dns.CanonicalName(from.Algorithm), secret: from.Secret}
	switch k.algorithm {
	case dns.HmacSHA256:
		k.newHash = sha256.New
	case dns.HmacSHA384:
		k.newHash = sha512.New384
	case dns.HmacSHA512:
		k.newHash = sha512.New
	default:
		return nil, fmt.Errorf("key %q: algorithm %q is none of hmac-sha256, hmac-sha384 and hmac-sha512", from.Name, from.Algorithm)
	}
	if _, ok := dns.IsDomainName(k.name); !ok || k.name == "." {
		return nil, fmt.Errorf("key %q: not a domain name", from.Name)
	}
	if len(k.secret) < minSecret {
		return nil, fmt.Errorf("key %q: a secret of %d octets; at least %d are needed", from.Name, len(k.secret), minSecret)
	}
	k.size = k.newHash().Size()
	return k, nil
}

// Generate makes a key a dns.TsigProvider.
func (k *key) Generate(msg []byte, _ *dns.TSIG) ([]byte, error) {
	mac := hmac.New(k.newHash, k.secret)
	mac.Write(msg)
	return mac.Sum(nil), nil
}

// Verify makes a key a dns.TsigProvider. It takes no truncated MAC.
func (k *key) Verify(msg []byte, t *dns.TSIG) error {
	got, err := hex.DecodeString(t.MAC)
	if err != nil {
		return err
	}
	want, err := k.Generate(msg, t)
	if err != nil {
		return err
	}
	if !hmac.Equal(want, got) {
		return dns.ErrSig
	}
	return nil
}

// sign packs a question and returns it with its MAC in hexadecimal.
func (k *key) sign(m *dns.Msg) (packed []byte, mac string, err error) {
	m.SetTsig(k.name, k.algorithm, fudge, time.Now().Unix())
	return dns.TsigGenerateWithProvider(m, k, "", false)
}

// verify says why an answer is not to be trusted, or returns its TSIG record. m is
// packed as it came unpacked; both are spent afterwards, but for what m says. mac is
// that of the question.
func (k *key) verify(packed []byte, m *dns.Msg, mac string) (*dns.TSIG, error) {
	t := m.IsTsig()
	for _, section := range [][]dns.RR{m.Answer, m.Ns, m.Extra[:max(0, len(m.Extra)-1)]} {
		for _, rr := range section {
			if rr.Header().Rrtype == dns.TypeTSIG {
				return nil, errors.New("a signature that is not the last record")
			}
		}
	}
	switch {
	case t == nil:
		return nil, errors.New("it is not signed")
	case int(t.MACSize) != k.size:
		return nil, unsignedError(m, t)
	case t.Hdr.Class != dns.ClassANY || t.Hdr.Ttl != 0:
		return nil, errors.New("its signature is malformed")
	case dns.CanonicalName(t.Hdr.Name) != k.name || dns.CanonicalName(t.Algorithm) != k.algorithm:
		return nil, errors.New("it is signed with another key")
	case m.Rcode == dns.RcodeNotAuth:
		return t, k.verifyNotAuth(m, t, mac)
	}
	if err := dns.TsigVerifyWithProvider(packed, k, mac, false); err != nil {
		return nil, signatureError(err)
	}
	return t, nil
}

// verifyNotAuth verifies the one kind of answer that the library does not: one that
// says NOTAUTH. It signs the same answer again.
func (k *key) verifyNotAuth(m *dns.Msg, t *dns.TSIG, mac string) error {
	if off := time.Since(time.Unix(int64(t.TimeSigned), 0)); off.Abs() > time.Duration(t.Fudge)*time.Second {
		return signatureError(dns.ErrTime)
	}
	_, want, err := dns.TsigGenerateWithProvider(m, k, mac, false)
	if err != nil {
		return err
	}
	if !hmac.Equal([]byte(want), []byte(t.MAC)) {
		return signatureError(dns.ErrSig)
	}
	return nil
}

func signatureError(err error) error {
	switch {
	case errors.Is(err, dns.ErrTime):
		return errors.New("it is signed at another time; the clocks may differ")
	case errors.Is(err, dns.ErrSig):
		return errors.New("its signature is wrong")
	}
	return fmt.Errorf("its signature cannot be verified: %w", err)
}

// unsignedError passes on, for people, what an answer without a MAC says of itself.
func unsignedError(m *dns.Msg, t *dns.TSIG) error {
	if m.Rcode == dns.RcodeNotAuth && t.MACSize == 0 {
		switch t.Error {
		case dns.RcodeBadKey:
			return errors.New("it is not signed; it says that the key is not known there (BADKEY)")
		case dns.RcodeBadSig:
			return errors.New("it is not signed; it says that the key is another there (BADSIG)")
		}
	}
	return errors.New("it is not signed in full")
}
