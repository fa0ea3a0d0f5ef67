package whitelist

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"unicode"
	"unicode/utf8"

	"cadastre/registry"
)

// Limits of names (RFC 1035, Section 2.3.4) and of identifiers.
const (
	maxName       = 253
	maxLabel      = 63
	maxIdentifier = 255  // octets, as a record shows it: two of them and all else fit MaxRecord
	maxHashed     = 1024 // octets of an identifier that is shown as a hash only
)

// hashText is base32hex without padding, in lower case (RFC 4648, Section 7): 32
// octets are 52 characters, which fit a label, as their 64 hexadecimal digits would not.
var hashText = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

const hashLength = 52

// SameIdentifier compares identifiers as the whitelist does: without ASCII case.
func SameIdentifier(a, b string) bool { return registry.Fold(a) == registry.Fold(b) }

// digest is the hash of a value's lower-case form; algorithm is one that hashed reports.
func (p *Policy) digest(algorithm, value string) string {
	value = registry.Fold(value)
	if algorithm == HashHMAC {
		mac := hmac.New(sha256.New, p.Key)
		mac.Write([]byte(value))
		return hashText.EncodeToString(mac.Sum(nil))
	}
	sum := sha256.Sum256([]byte(value))
	return hashText.EncodeToString(sum[:])
}

// hashed reports whether a word of Hash asks for a hash; the zero value does not.
func hashed(algorithm string) bool { return algorithm != "" && algorithm != HashNone }

// isDigest reports whether a label looks like a hash.
func isDigest(label string) bool {
	return len(label) == hashLength && strings.Trim(label, "0123456789abcdefghijklmnopqrstuv") == ""
}

// shown is a value as a record shows it.
func (p *Policy) shown(algorithm, value string) string {
	if value == "" || !hashed(algorithm) {
		return value
	}
	return algorithm + ":" + p.digest(algorithm, value)
}

// label makes the label of an identifier.
func (p *Policy) label(field, algorithm, identifier string) (string, error) {
	if hashed(algorithm) {
		return p.digest(algorithm, identifier), nil
	}
	for i := range len(identifier) {
		switch c := identifier[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == ' ':
		default:
			return "", registry.Errorf(registry.KindValue, field, cut(identifier),
				"the identifier makes no label of a name: only ASCII letters, digits, hyphens, underscores and spaces do")
		}
	}
	if len(identifier) > maxLabel {
		return "", registry.Errorf(registry.KindValue, field, cut(identifier), "the identifier makes a label of more than 63 octets")
	}
	return strings.ReplaceAll(registry.Fold(identifier), " ", "_"), nil
}

// checkIdentifier refuses identifiers that a record could not show, or that would
// pass for a hash.
func checkIdentifier(field, algorithm, identifier string) error {
	bad := func(why string) error { return registry.Errorf(registry.KindValue, field, cut(identifier), "%s", why) }
	switch {
	case strings.TrimSpace(identifier) == "":
		return bad("the identifier is empty")
	case !utf8.ValidString(identifier) || strings.ContainsFunc(identifier, unicode.IsControl):
		return bad("the identifier holds control characters")
	case !hashed(algorithm) && len(escape(identifier)) > maxIdentifier, len(identifier) > maxHashed:
		return bad("the identifier is too long")
	case !hashed(algorithm) && (hasPrefixFold(identifier, HashSHA256+":") || hasPrefixFold(identifier, HashHMAC+":")):
		return bad("the identifier looks like a hash")
	}
	return nil
}

func hasPrefixFold(s, prefix string) bool { return strings.HasPrefix(registry.Fold(s), prefix) }

// CanonicalName checks a name in a whitelist zone and returns it in lower case.
// Its labels hold letters, digits, hyphens and underscores (they are no host
// names); an error is 2005.
func CanonicalName(name string) (string, error) {
	n := registry.Fold(name)
	bad := func(why string) (string, error) {
		return "", registry.Errorf(registry.KindValue, "domain:name", cut(name), "%s", why)
	}
	if n == "" || len(n) > maxName {
		return bad("a name has 1 to 253 octets")
	}
	for label := range strings.SplitSeq(n, ".") {
		if label == "" || len(label) > maxLabel {
			return bad("a label has 1 to 63 octets")
		}
		if strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return bad("a label of a whitelist name holds letters, digits, hyphens and underscores only")
		}
	}
	return n, nil
}
