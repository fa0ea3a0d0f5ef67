package registry

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"math"
	"time"
)

// AuthInfo is stored authorization information: a salted SHA-256 of the value
// (RFC 9154, Section 4.3). The zero value is unset and matches nothing.
type AuthInfo struct {
	Salt []byte    // 16 octets, random
	Hash []byte    // SHA-256 of salt and value
	Set  time.Time // when it was set
}

// MinAuthInfoBits is the entropy that authorization information must be able to
// carry: RFC 9154, Section 4.1.
const MinAuthInfoBits = 128

// authInfoSalt is the length of a salt in octets: 128 bits (RFC 9154, Section 4.3).
const authInfoSalt = 16

// NewAuthInfo hashes value. An empty value makes unset authorization
// information (RFC 9154, Section 4.3). A value that cannot carry 128 bits is
// refused with 2202: RFC 9154, Section 5.2 lets the server say so.
func NewAuthInfo(value, field string, now time.Time) (AuthInfo, error) {
	if value == "" {
		return AuthInfo{}, nil
	}
	if authInfoBits(value) < MinAuthInfoBits {
		return AuthInfo{}, Errorf(KindAuthInfo, field, "",
			"too weak: at least 20 random printable characters, or 25 random letters and digits, are needed (RFC 9154)")
	}
	salt := make([]byte, authInfoSalt)
	rand.Read(salt) //nolint:errcheck // crypto/rand.Read never fails
	return AuthInfo{Salt: salt, Hash: authInfoHash(salt, value), Set: now}, nil
}

// IsSet reports whether a value is stored.
func (a AuthInfo) IsSet() bool { return len(a.Hash) != 0 }

// Matches reports whether value is the stored one. Nothing matches unset
// information, and the empty value matches nothing (RFC 9154, Section 4.4). It takes
// as long whether information is set or not.
func (a AuthInfo) Matches(value string) bool {
	stored := a
	if !a.IsSet() {
		stored = AuthInfo{Salt: make([]byte, authInfoSalt), Hash: make([]byte, sha256.Size)}
	}
	same := subtle.ConstantTimeCompare(stored.Hash, authInfoHash(stored.Salt, value)) == 1
	return same && a.IsSet() && value != ""
}

func authInfoHash(salt []byte, value string) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write([]byte(value))
	return h.Sum(nil)
}

// authInfoBits is the most entropy a value of this length and alphabet can
// carry: length times the logarithm of the smallest of RFC 9154's alphabets that
// holds it. A value of fewer than 8 distinct characters is not random.
func authInfoBits(value string) int {
	alphabet := 36.0
	seen := map[rune]bool{}
	for _, r := range value {
		seen[r] = true
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			alphabet = 94
		}
	}
	if len(seen) < 8 {
		return 0
	}
	return int(math.Floor(float64(len([]rune(value))) * math.Log2(alphabet)))
}
