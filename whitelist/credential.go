package whitelist

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Parameters of argon2id (RFC 9106): OWASP ASVS 5.0, appendix C (t=2, m>=19 MiB, p=1).
const (
	argonTime    = 2
	argonMemory  = 19456 // KiB
	argonThreads = 1
	argonKey     = 32 // octets
	argonSalt    = 16
)

// The most that a hash string of somebody else may cost or hold.
const (
	maxArgonTime    = 4
	maxArgonMemory  = 64 << 10 // KiB
	maxArgonThreads = 4
	minArgonSalt    = 8 // octets, RFC 9106, Section 3.1
	minArgonKey     = 16
	maxArgonOctets  = 64
)

// CredentialHash makes the argon2id PHC string of a credential (m=19456, t=2, p=1),
// over its type and value, so that a token does not pass for a password. It takes
// 19 MiB and tens of milliseconds; the caller bounds how many run at once.
func CredentialHash(typ, value string) string {
	salt := make([]byte, argonSalt)
	rand.Read(salt) //nolint:errcheck // crypto/rand.Read never fails
	h := phc{memory: argonMemory, time: argonTime, threads: argonThreads, salt: salt}
	h.key = h.derive(typ, value, argonKey)
	return h.String()
}

// CredentialMatches compares in constant time; false for a malformed or over-costly
// hash string (more than 64 MiB, four passes or four lanes).
func CredentialMatches(hash, typ, value string) bool {
	h, err := parsePHC(hash)
	if err != nil {
		return false
	}
	return subtle.ConstantTimeCompare(h.derive(typ, value, len(h.key)), h.key) == 1
}

// phc is an argon2id hash with its parameters.
type phc struct {
	memory, time, threads int
	salt, key             []byte
}

func (h phc) derive(typ, value string, octets int) []byte {
	return argon2.IDKey([]byte(typ+":"+value), h.salt, uint32(h.time), uint32(h.memory), uint8(h.threads), uint32(octets))
}

// String writes the PHC string format: $argon2id$v=19$m=19456,t=2,p=1$salt$hash.
func (h phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.time, h.threads,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.key))
}

var errPHC = errors.New("not an argon2id string of reasonable cost")

// parsePHC reads a hash string; what it accepts it would write the same way.
func parsePHC(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 {
		return phc{}, errPHC
	}
	var h phc
	params := strings.Split(parts[3], ",")
	if len(params) != 3 {
		return phc{}, errPHC
	}
	for i, p := range []struct {
		key  string
		into *int
		most int
	}{{"m=", &h.memory, maxArgonMemory}, {"t=", &h.time, maxArgonTime}, {"p=", &h.threads, maxArgonThreads}} {
		n, err := strconv.Atoi(strings.TrimPrefix(params[i], p.key))
		if err != nil || n < 1 || n > p.most {
			return phc{}, errPHC
		}
		*p.into = n
	}
	var err1, err2 error
	h.salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
	h.key, err2 = base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || h.memory < 8*h.threads || // RFC 9106, Section 3.1
		len(h.salt) < minArgonSalt || len(h.salt) > maxArgonOctets || len(h.key) < minArgonKey || len(h.key) > maxArgonOctets ||
		h.String() != s {
		return phc{}, errPHC
	}
	return h, nil
}
