package e2e

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// Signatures of DNS messages (RFC 8945), written here once more, so that a fault in
// the program's own cannot hide: by hmac-sha256, on whole messages.

const (
	dnsHeader = 12
	typeTSIG  = 250
	classANY  = 255
	tsigFudge = 300 // seconds
)

// signer is a TSIG key.
type signer struct{ name, algorithm, secret []byte }

// newSigner takes a key as sandbox.json has it.
func newSigner(t testing.TB, name, secret string) signer {
	t.Helper()
	octets, err := base64.StdEncoding.DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	return signer{wireName(name), wireName("hmac-sha256"), octets}
}

// signer is the key that the sandbox's name server knows.
func (s *sandbox) signer(t testing.TB) signer {
	t.Helper()
	return newSigner(t, s.info.TSIG[0].Name, s.info.TSIG[0].Secret)
}

// wireName is a name as labels, in lower case (RFC 1035, Section 3.1).
func wireName(name string) []byte {
	var out []byte
	for label := range strings.SplitSeq(strings.ToLower(strings.TrimSuffix(name, ".")), ".") {
		out = append(append(out, byte(len(label))), label...)
	}
	return append(out, 0)
}

// tsig is the TSIG record at the end of a message.
type tsig struct {
	at    int    // where it begins
	time  []byte // six octets
	fudge []byte
	mac   []byte
	id    []byte // of the message that was signed
	rest  []byte // error, and other data with its length
}

var errNoTSIG = errors.New("the message has no TSIG record")

// tsigOf finds the TSIG record of a message.
func tsigOf(msg []byte) (tsig, error) {
	if len(msg) < dnsHeader {
		return tsig{}, errNoTSIG
	}
	count := func(i int) int { return int(binary.BigEndian.Uint16(msg[i:])) }
	at := dnsHeader
	for range count(4) {
		at = skipName(msg, at) + 4
	}
	records := count(6) + count(8) + count(10)
	for i := range records {
		fixed := skipName(msg, at)
		if fixed+10 > len(msg) {
			break
		}
		end := fixed + 10 + count(fixed+8)
		if end > len(msg) {
			break
		}
		if i == records-1 && count(fixed) == typeTSIG {
			return parseTSIG(at, msg[fixed+10:end])
		}
		at = end
	}
	return tsig{}, errNoTSIG
}

// parseTSIG reads the data of a TSIG record that begins at at.
func parseTSIG(at int, data []byte) (tsig, error) {
	data = data[min(len(data), skipName(data, 0)):]
	if len(data) < 10 {
		return tsig{}, errNoTSIG
	}
	size := int(binary.BigEndian.Uint16(data[8:]))
	if len(data) < 10+size+6 {
		return tsig{}, errNoTSIG
	}
	after := data[10+size:]
	return tsig{at, data[:6], data[6:8], data[10 : 10+size], after[:2], after[2:]}, nil
}

// skipName gives the offset after a name.
func skipName(msg []byte, at int) int {
	for at < len(msg) {
		switch c := int(msg[at]); {
		case c >= 0xc0:
			return at + 2
		case c == 0:
			return at + 1
		default:
			at += c + 1
		}
	}
	return at
}

// withoutTSIG cuts the signature off.
func withoutTSIG(msg []byte) []byte {
	t, err := tsigOf(msg)
	if err != nil {
		return msg
	}
	out := slices.Clone(msg[:t.at])
	binary.BigEndian.PutUint16(out[10:], binary.BigEndian.Uint16(out[10:])-1)
	return out
}

// mac is the signature over a message without its TSIG record (RFC 8945, Section
// 4.3). asked is the question's, nil for a question.
func (k signer) mac(msg, asked []byte, t tsig) []byte {
	h := hmac.New(sha256.New, k.secret)
	if asked != nil {
		h.Write(binary.BigEndian.AppendUint16(nil, uint16(len(asked))))
		h.Write(asked)
	}
	h.Write(t.id)
	h.Write(msg[2:])
	h.Write(k.name)
	h.Write([]byte{0, classANY, 0, 0, 0, 0})
	h.Write(k.algorithm)
	h.Write(t.time)
	h.Write(t.fudge)
	h.Write(t.rest)
	return h.Sum(nil)
}

// sign signs a message as of an instant.
func (k signer) sign(msg, asked []byte, at time.Time) []byte {
	t := tsig{
		time: binary.BigEndian.AppendUint64(nil, uint64(at.Unix()))[2:], fudge: binary.BigEndian.AppendUint16(nil, tsigFudge),
		id: msg[:2], rest: make([]byte, 4),
	}
	t.mac = k.mac(msg, asked, t)
	return k.attach(msg, t)
}

// attach puts a TSIG record at the end of a message.
func (k signer) attach(msg []byte, t tsig) []byte {
	data := slices.Concat(k.algorithm, t.time, t.fudge, binary.BigEndian.AppendUint16(nil, uint16(len(t.mac))), t.mac, t.id, t.rest)
	out := slices.Concat(msg, k.name, []byte{0, typeTSIG, 0, classANY, 0, 0, 0, 0}, binary.BigEndian.AppendUint16(nil, uint16(len(data))), data)
	binary.BigEndian.PutUint16(out[10:], binary.BigEndian.Uint16(out[10:])+1)
	return out
}

// verify checks an answer's signature; asked is the question's.
func (k signer) verify(msg, asked []byte) error {
	t, err := tsigOf(msg)
	if err != nil {
		return err
	}
	if off := time.Since(time.Unix(int64(binary.BigEndian.Uint64(append([]byte{0, 0}, t.time...))), 0)); off.Abs() > tsigFudge*time.Second {
		return fmt.Errorf("it was signed %v ago", off)
	}
	if !hmac.Equal(k.mac(withoutTSIG(msg), asked, t), t.mac) {
		return errors.New("the signature is wrong")
	}
	return nil
}
