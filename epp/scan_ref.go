package epp

import (
	"bytes"
	"unicode/utf8"
)

// attrValue normalises a literal attribute value (XML 1.0, section 3.3.3).
func attrValue(raw []byte) (value []byte, bad bool) {
	if bytes.IndexByte(raw, '\t') >= 0 || bytes.IndexByte(raw, '\n') >= 0 {
		raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\t"), []byte(" ")), []byte("\n"), []byte(" "))
	}
	value, at := resolveReferences(raw)
	return value, at >= 0
}

// resolveReferences replaces character references and the five predefined entities. bad
// is the offset of the first other reference, -1 if there is none.
func resolveReferences(raw []byte) (text []byte, bad int) {
	i := bytes.IndexByte(raw, '&')
	if i < 0 {
		return raw, -1
	}
	out := make([]byte, 0, len(raw))
	done := 0
	for {
		out = append(out, raw[done:done+i]...)
		done += i
		r, n := reference(raw[done:])
		if n == 0 {
			return nil, done
		}
		out = utf8.AppendRune(out, r)
		done += n
		if i = bytes.IndexByte(raw[done:], '&'); i < 0 {
			return append(out, raw[done:]...), -1
		}
	}
}

// reference reads one reference at the beginning of s; n is 0 if it is not acceptable.
func reference(s []byte) (r rune, n int) {
	end := bytes.IndexByte(s, ';')
	if end < 2 {
		return 0, 0
	}
	switch string(s[1:end]) {
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "amp":
		return '&', end + 1
	case "apos":
		return '\'', end + 1
	case "quot":
		return '"', end + 1
	}
	if s[1] != '#' {
		return 0, 0
	}
	digits, base := s[2:end], rune(10)
	if len(digits) > 0 && digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	if len(digits) == 0 {
		return 0, 0
	}
	for _, c := range digits {
		d := digitValue(c)
		if d >= base {
			return 0, 0
		}
		if r = r*base + d; r > utf8.MaxRune {
			return 0, 0
		}
	}
	if !legalRune(r) {
		return 0, 0
	}
	return r, end + 1
}

func digitValue(c byte) rune {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0')
	case c >= 'a' && c <= 'f':
		return rune(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return rune(c-'A') + 10
	}
	return 99
}
