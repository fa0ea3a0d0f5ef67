package epp

import (
	"encoding/binary"
	"unicode/utf8"
)

// Character classes of XML 1.0, fifth edition, as libxml2 applies them.

// legalRune reports whether XML 1.0 allows the character at all (production 2, Char).
func legalRune(r rune) bool {
	switch {
	case r == '\t', r == '\n', r == '\r':
		return true
	case r < 0x20:
		return false
	case r <= 0xD7FF:
		return true
	case r < 0xE000:
		return false
	}
	return r <= 0xFFFD || (r >= 0x10000 && r <= 0x10FFFF)
}

// illegalAt gives the offset of the first octet that is not part of a legal character
// in UTF-8, -1 if there is none.
func illegalAt(s []byte) int {
	for i := 0; i < len(s); {
		if len(s)-i >= 8 && printable8(binary.LittleEndian.Uint64(s[i:])) { // nearly everything
			i += 8
			continue
		}
		c := s[i]
		if c < utf8.RuneSelf {
			if c < 0x20 && c != '\t' && c != '\n' && c != '\r' {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		if n == 1 || !legalRune(r) { // n == 1: not UTF-8
			return i
		}
		i += n
	}
	return -1
}

// printable8 reports whether none of eight octets is below 0x20 or above 0x7F. A borrow
// from a lower octet can only come from one that is itself below.
func printable8(x uint64) bool {
	const high, low = 0x8080808080808080, 0x2020202020202020
	return (x|(x-low))&high == 0
}

// nameASCII classifies ASCII octets: 1 may begin a name, 2 may only continue one.
// The colon is in neither class, for namespaces give it its own meaning.
var nameASCII = func() (t [utf8.RuneSelf]byte) {
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = 1, 1
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = 2
	}
	t['_'], t['-'], t['.'] = 1, 2, 2
	return t
}()

// nameStartRune is production 4, NameStartChar, beyond ASCII.
func nameStartRune(r rune) bool {
	switch {
	case r < 0xC0, r == 0xD7, r == 0xF7, r > 0xEFFFF:
		return false
	case r <= 0x2FF, r >= 0x370 && r <= 0x37D, r >= 0x37F && r <= 0x1FFF,
		r == 0x200C, r == 0x200D, r >= 0x2070 && r <= 0x218F, r >= 0x2C00 && r <= 0x2FEF,
		r >= 0x3001 && r <= 0xD7FF, r >= 0xF900 && r <= 0xFDCF, r >= 0xFDF0 && r <= 0xFFFD,
		r >= 0x10000:
		return true
	}
	return false
}

// nameRune is production 4a, NameChar, beyond ASCII.
func nameRune(r rune) bool {
	return nameStartRune(r) || r == 0xB7 || (r >= 0x300 && r <= 0x36F) || r == 0x203F || r == 0x2040
}

// ncNameLen is the length of the NCName that s begins with, 0 if it does not.
func ncNameLen(s []byte) int {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if nameASCII[c] != 1 && (nameASCII[c] == 0 || i == 0) {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		if n == 1 || (i == 0 && !nameStartRune(r)) || !nameRune(r) { // n == 1: not UTF-8
			return i
		}
		i += n
	}
	return len(s)
}

// isNCName reports whether all of s is one name without a colon.
func isNCName(s string) bool { return s != "" && ncNameLen([]byte(s)) == len(s) }

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// allBlank reports whether s holds nothing but XML white space.
func allBlank[T string | []byte](s T) bool {
	for i := 0; i < len(s); i++ {
		if !isBlank(s[i]) {
			return false
		}
	}
	return true
}
