package dnsout

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"time"

	"github.com/miekg/dns"
)

const (
	typeTSIG = 250
	classANY = 255

	// fudge is by how many seconds the clocks of both sides may differ (RFC 8945,
	// Section 10). A client may ask for less, not for more.
	fudge = 300
	// maxKeyName lets an answer with the longest name and MAC fit into 512 octets.
	maxKeyName = 100
	// minSecret is the least length of a key (RFC 8945, Section 8, wants as many
	// octets as the hash gives; 16 is where guessing is hopeless).
	minSecret = 16
)

// Key is a TSIG key (RFC 8945).
type Key struct {
	Name      string // a domain name; case and a trailing dot do not matter
	Algorithm string // "hmac-sha256", "hmac-sha384" or "hmac-sha512"
	Secret    []byte // at least 16 octets
}

var errMACSize = errors.New("MAC of a length that no signer makes")

// tsigKey is a key with what answering needs of it.
type tsigKey struct {
	labels    []byte // name
	algorithm []byte // labels
	name      string // canonical, as dns.TSIG has it
	alg       string
	secret    []byte
	newHash   func() hash.Hash
	macSize   int
}

// tsigKeys finds keys by their canonical name.
type tsigKeys map[string]*tsigKey

func newTSIGKeys(list []Key) (tsigKeys, error) {
	keys := tsigKeys{}
	for i := range list {
		k, err := newTSIGKey(&list[i])
		if err != nil {
			return nil, err
		}
		if keys[k.name] != nil {
			return nil, fmt.Errorf("TSIG key %q is there twice", k.name)
		}
		keys[k.name] = k
	}
	return keys, nil
}

func newTSIGKey(from *Key) (*tsigKey, error) {
	k := &tsigKey{name: dns.CanonicalName(from.Name), alg: dns.CanonicalName(from.Algorithm), secret: from.Secret}
	switch k.alg {
	case dns.HmacSHA256:
		k.newHash = sha256.New
	case dns.HmacSHA384:
		k.newHash = sha512.New384
	case dns.HmacSHA512:
		k.newHash = sha512.New
	default:
		return nil, fmt.Errorf("TSIG key %q: algorithm %q is none of hmac-sha256, hmac-sha384 and hmac-sha512", from.Name, from.Algorithm)
	}
	var err error
	if k.labels, err = appendName(nil, k.name); err != nil || len(k.labels) == 0 || len(k.labels) > maxKeyName {
		return nil, fmt.Errorf("TSIG key %q: not a name of at most %d octets", from.Name, maxKeyName)
	}
	if k.algorithm, err = appendName(nil, k.alg); err != nil {
		return nil, err
	}
	if len(k.secret) < minSecret {
		return nil, fmt.Errorf("TSIG key %q: a secret of %d octets; at least %d are needed", from.Name, len(k.secret), minSecret)
	}
	k.macSize = k.newHash().Size()
	return k, nil
}

// Generate and Verify make a key a dns.TsigProvider.
func (k *tsigKey) Generate(msg []byte, _ *dns.TSIG) ([]byte, error) {
	mac := hmac.New(k.newHash, k.secret)
	mac.Write(msg)
	return mac.Sum(nil), nil
}

// Verify compares the MAC, a truncated one as far as it goes (RFC 8945, Section
// 5.2.2.1).
func (k *tsigKey) Verify(msg []byte, t *dns.TSIG) error {
	got := macOf(t)
	if len(got) > k.macSize || len(got) < max(10, k.macSize/2) {
		return errMACSize
	}
	want, err := k.Generate(msg, t)
	if err != nil {
		return err
	}
	if !hmac.Equal(want[:len(got)], got) {
		return dns.ErrSig
	}
	return nil
}

// verdict is what the TSIG record of a query is found to be.
type verdict struct {
	outcome tsigOutcome
	key     *tsigKey // nil when there is none of that name and algorithm
	record  *dns.TSIG
}

// check judges the TSIG record that is the last of msg and begins at (RFC 8945,
// Section 5.2). msg stays as it is.
func (keys tsigKeys) check(msg []byte, at int, now time.Time) (v verdict) {
	rr, end, err := dns.UnpackRR(msg, at)
	t, ok := rr.(*dns.TSIG)
	if err != nil || !ok || end != len(msg) || t.Hdr.Class != classANY || t.Hdr.Ttl != 0 {
		return verdict{outcome: tsigMalformed}
	}
	v.record = t
	key := keys[dns.CanonicalName(t.Hdr.Name)]
	if key == nil || key.alg != dns.CanonicalName(t.Algorithm) {
		v.outcome = tsigBadKey
		return v
	}
	v.key = key
	// The library takes the message apart in place.
	err = dns.TsigVerifyWithProvider(append([]byte(nil), msg...), key, "", false)
	switch {
	case errors.Is(err, dns.ErrSig):
		v.outcome = tsigBadSig
	case err != nil && !errors.Is(err, dns.ErrTime):
		v.outcome = tsigMalformed
	case err != nil || tooFar(t, now):
		v.outcome = tsigBadTime
	case int(t.MACSize) < key.macSize:
		v.outcome = tsigBadTrunc
	}
	return v
}

func tooFar(t *dns.TSIG, now time.Time) bool {
	off := now.Unix() - int64(t.TimeSigned)
	return max(off, -off) > int64(min(t.Fudge, fudge))
}

// tsigRecord is what a TSIG record of an answer says.
type tsigRecord struct {
	name, algorithm []byte // labels
	time            uint64 // seconds since 1970, 48 bits
	fudge           uint16
	failure         uint16
	other           []byte
}

// size is what the record takes with a MAC of so many octets.
func (t *tsigRecord) size(mac int) int {
	return len(t.name) + 1 + 10 + len(t.algorithm) + 1 + 16 + mac + len(t.other)
}

// appendTo appends the record. Its names are not compressed (RFC 8945, Section 4.2).
func (t *tsigRecord) appendTo(dst, mac []byte, id uint16) []byte {
	be := binary.BigEndian
	dst = append(append(dst, t.name...), 0)
	dst = be.AppendUint16(dst, typeTSIG)
	dst = be.AppendUint16(dst, classANY)
	dst = be.AppendUint32(dst, 0)
	dst = be.AppendUint16(dst, uint16(len(t.algorithm)+1+16+len(mac)+len(t.other)))
	dst = append(append(dst, t.algorithm...), 0)
	dst = t.appendTime(dst)
	dst = be.AppendUint16(dst, uint16(len(mac)))
	dst = append(dst, mac...)
	dst = be.AppendUint16(dst, id)
	return t.appendFailure(dst)
}

func (t *tsigRecord) appendTime(dst []byte) []byte {
	dst = append48(dst, t.time)
	return binary.BigEndian.AppendUint16(dst, t.fudge)
}

func (t *tsigRecord) appendFailure(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, t.failure)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(t.other)))
	return append(dst, t.other...)
}

func append48(dst []byte, v uint64) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(v>>32))
	return binary.BigEndian.AppendUint32(dst, uint32(v))
}

// mac signs an answer that does not have the record yet (RFC 8945, Sections 4.3
// and 5.3): the query's MAC, the answer, and the record's variables.
func (t *tsigRecord) mac(key *tsigKey, queryMAC, answer []byte) []byte {
	be := binary.BigEndian
	data := make([]byte, 0, 2+len(queryMAC)+len(answer)+t.size(0))
	data = be.AppendUint16(data, uint16(len(queryMAC)))
	data = append(append(data, queryMAC...), answer...)
	data = append(append(data, t.name...), 0)
	data = be.AppendUint16(data, classANY)
	data = be.AppendUint32(data, 0)
	data = append(append(data, t.algorithm...), 0)
	data = t.appendTime(data)
	data = t.appendFailure(data)
	sum, _ := key.Generate(data, nil) // HMAC does not fail
	return sum
}
