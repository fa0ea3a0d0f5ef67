package dnsout

import (
	"bytes"
	"errors"
	"fmt"
)

// A domain name inside this package is its labels in wire form (length octet,
// then octets), lower-case, leftmost label first, without the root's zero octet:
// "miami.example" is "\x05miami\x07example". RFC 1035, Section 3.1.
const (
	maxName  = 254 // octets of labels; the root's octet makes the RFC's 255
	maxLabel = 63
)

var errName = errors.New("not a domain name")

// appendName appends the wire labels of a name in presentation form (RFC 1035,
// Section 5.1: escapes \. and \DDD; a trailing dot is optional; "." and "" are
// the root). On error dst is returned as it was.
func appendName(dst []byte, text string) ([]byte, error) {
	start := len(dst)
	if text == "" || text == "." {
		return dst, nil
	}
	out := append(dst, 0)
	label := start // where the current label's length octet is
	closeLabel := func() bool {
		n := len(out) - label - 1
		if n == 0 || n > maxLabel {
			return false
		}
		out[label] = byte(n)
		return true
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '.':
			if !closeLabel() {
				return dst, fmt.Errorf("%w: %.300q", errName, text)
			}
			if i == len(text)-1 {
				return checkName(dst, out, text)
			}
			label = len(out)
			out = append(out, 0)
			continue
		case c == '\\':
			b, n := unescape(text[i+1:])
			if n == 0 {
				return dst, fmt.Errorf("%w: %.300q", errName, text)
			}
			c, i = b, i+n
		}
		out = append(out, lowerByte(c))
	}
	if !closeLabel() {
		return dst, fmt.Errorf("%w: %.300q", errName, text)
	}
	return checkName(dst, out, text)
}

func checkName(dst, out []byte, text string) ([]byte, error) {
	if len(out)-len(dst) > maxName {
		return dst, fmt.Errorf("%w: %.300q", errName, text)
	}
	return out, nil
}

// unescape reads what follows a backslash: three decimal digits or one octet. It
// returns the octet and how many octets of s it took; none when s is malformed.
func unescape(s string) (b byte, n int) {
	if s == "" {
		return 0, 0
	}
	if s[0] < '0' || s[0] > '9' {
		return s[0], 1
	}
	if len(s) < 3 {
		return 0, 0
	}
	v := 0
	for _, d := range []byte(s[:3]) {
		if d < '0' || d > '9' {
			return 0, 0
		}
		v = v*10 + int(d-'0')
	}
	if v > 255 {
		return 0, 0
	}
	return byte(v), 3
}

// appendText appends the presentation form of labels, fully qualified.
func appendText(dst, labels []byte) []byte {
	if len(labels) == 0 {
		return append(dst, '.')
	}
	for len(labels) > 0 {
		n := int(labels[0])
		for _, c := range labels[1 : 1+n] {
			switch {
			case bytes.IndexByte([]byte(`."();@$\`), c) >= 0:
				dst = append(dst, '\\', c)
			case c <= ' ' || c > '~':
				dst = append(dst, '\\', '0'+c/100, '0'+c/10%10, '0'+c%10)
			default:
				dst = append(dst, c)
			}
		}
		dst = append(dst, '.')
		labels = labels[1+n:]
	}
	return dst
}

// cutSuffix splits name into the labels before suffix; ok is false when name
// does not end in suffix.
func cutSuffix(name, suffix []byte) (rel []byte, ok bool) {
	for i := 0; len(name)-i >= len(suffix); i += 1 + int(name[i]) {
		if len(name)-i == len(suffix) {
			return name[:i], bytes.Equal(name[i:], suffix)
		}
	}
	return nil, false
}

// parent is name without its first label; name is not the root.
func parent(name []byte) []byte { return name[1+int(name[0]):] }

// lowerByte folds ASCII letters only (RFC 4343, Section 3).
func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}

// compareNames orders names as RFC 4034, Section 6.1 does: label by label from
// the right, a name before those below it.
func compareNames(a, b []byte) int {
	var as, bs [128]uint8
	na, nb := labelStarts(a, &as), labelStarts(b, &bs)
	for na > 0 && nb > 0 {
		na, nb = na-1, nb-1
		la, lb := a[as[na]:], b[bs[nb]:]
		if c := bytes.Compare(la[1:1+la[0]], lb[1:1+lb[0]]); c != 0 {
			return c
		}
	}
	return na - nb
}

// labelStarts fills starts with the offset of every label and returns how many
// there are.
func labelStarts(name []byte, starts *[128]uint8) int {
	n := 0
	for i := 0; i < len(name); i += 1 + int(name[i]) {
		starts[n] = uint8(i)
		n++
	}
	return n
}

// serialLess says whether a comes before b in serial arithmetic (RFC 1982,
// Section 3.2; undefined distances of 2^31 count as not less).
func serialLess(a, b uint32) bool { return a != b && int32(b-a) > 0 }
