package lgr

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// bidiClasses are the short names of Bidi_Class that x/text keeps apart; the
// embedding controls never occur in a label.
var bidiClasses = map[string]bidi.Class{
	"L": bidi.L, "R": bidi.R, "EN": bidi.EN, "ES": bidi.ES, "ET": bidi.ET, "AN": bidi.AN, "CS": bidi.CS, "B": bidi.B,
	"S": bidi.S, "WS": bidi.WS, "ON": bidi.ON, "BN": bidi.BN, "NSM": bidi.NSM, "AL": bidi.AL,
}

// property returns the test for a Unicode property given as "alias:value" in
// the spelling of UAX #42 (RFC 7940, Section 6.2.3): gc, sc, ccc, bc, jt, Dep.
func property(spec string) (func(rune) bool, error) {
	name, value, ok := strings.Cut(spec, ":")
	if !ok {
		return nil, fmt.Errorf("property %q is not of the form name:value", spec)
	}
	bad := fmt.Errorf("property %s has no value %q", name, value)
	switch name {
	case "gc":
		if t, ok := unicode.Categories[value]; ok && len(value) <= 2 {
			return func(r rune) bool { return unicode.Is(t, r) }, nil
		}
		return nil, bad
	case "sc":
		if t, ok := unicode.Scripts[scriptNames[value]]; ok {
			return func(r rune) bool { return unicode.Is(t, r) }, nil
		}
		return nil, fmt.Errorf("property sc:%s is not supported: scripts are those of %d ISO 15924 codes known here", value, len(scriptNames))
	case "ccc":
		n, err := strconv.ParseUint(value, 10, 8)
		if err != nil || strconv.FormatUint(n, 10) != value {
			return nil, bad
		}
		return func(r rune) bool { return combiningClass(r) == uint8(n) }, nil
	case "bc":
		c, ok := bidiClasses[value]
		if !ok {
			return nil, bad
		}
		return func(r rune) bool { p, _ := bidi.LookupString(string(r)); return p.Class() == c }, nil
	case "jt":
		if value == "" || len(value) > 1 || !strings.Contains("LRDCTU", value) {
			return nil, bad
		}
		return func(r rune) bool { return joiningType(r) == value }, nil
	case "Dep":
		if value != "Y" && value != "N" {
			return nil, bad
		}
		return func(r rune) bool { return unicode.Is(unicode.Deprecated, r) == (value == "Y") }, nil
	}
	return nil, fmt.Errorf("property %s is not supported: gc, sc, ccc, bc, jt and Dep are", name)
}

// newerThanOurs reports whether a Unicode version "x.y.z" is newer than that of
// the property data at hand; ok is false when it is no such version.
func newerThanOurs(version string) (newer, ok bool) {
	theirs, ok := versionParts(version)
	ours, _ := versionParts(unicode.Version)
	if !ok {
		return false, false
	}
	for i := range theirs {
		if theirs[i] != ours[i] {
			return theirs[i] > ours[i], true
		}
	}
	return false, true
}

func versionParts(s string) (p [3]uint64, ok bool) {
	parts := strings.Split(s, ".")
	if len(parts) != len(p) {
		return p, false
	}
	for i, v := range parts {
		n, err := strconv.ParseUint(v, 10, 16)
		if err != nil {
			return p, false
		}
		p[i] = n
	}
	return p, true
}
