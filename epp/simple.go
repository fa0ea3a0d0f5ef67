package epp

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// simpleType is a simple type of the schemas: how white space is treated and which
// values it allows. Lengths count characters, not octets.
type simpleType struct {
	keepBlanks bool // normalizedString: blanks stay; otherwise they are collapsed (token)
	min, max   int  // length; max 0 means no limit
	enum       []string
	check      func(value string) (Code, string) // further rules; Code 0 if they hold
	secret     bool                              // values must not be quoted in errors
}

// parse gives the value after white space processing (XML Schema part 2, section 4.3.6),
// or the code and the reason of a refusal.
func (t *simpleType) parse(raw string) (value string, code Code, reason string) {
	if t.keepBlanks {
		value = replaceBlanks(raw)
	} else {
		value = collapseBlanks(raw)
	}
	if reason = t.lengthFault(value); reason != "" {
		return value, CodeValueSyntaxError, reason
	}
	if t.enum != nil && !oneOf(value, t.enum) {
		return value, CodeValueSyntaxError, "must be one of: " + strings.Join(t.enum, ", ")
	}
	if t.check != nil {
		if code, reason = t.check(value); code != 0 {
			return value, code, reason
		}
	}
	return value, 0, ""
}

func (t *simpleType) lengthFault(value string) string {
	if t.min == 0 && t.max == 0 {
		return ""
	}
	if len(value) >= t.min*utf8.UTFMax && len(value) <= t.max {
		return "" // octets are enough to tell
	}
	n := utf8.RuneCountInString(value)
	switch {
	case n >= t.min && (t.max == 0 || n <= t.max):
		return ""
	case t.max == 0 && t.min > 1:
		return "must be at least " + strconv.Itoa(t.min) + " characters long"
	case t.max == 0:
		return "must not be empty"
	case t.min == t.max:
		return "must be " + strconv.Itoa(t.min) + " characters long"
	}
	return "must be " + strconv.Itoa(t.min) + " to " + strconv.Itoa(t.max) + " characters long"
}

func oneOf(s string, list []string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

// replaceBlanks makes every tab and line break a blank.
func replaceBlanks(s string) string {
	if strings.IndexByte(s, '\t') < 0 && strings.IndexByte(s, '\n') < 0 && strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(s)
}

// collapseBlanks removes white space at both ends and makes every run of it one blank.
func collapseBlanks(s string) string {
	for s != "" && isBlank(s[0]) {
		s = s[1:]
	}
	for s != "" && isBlank(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	if collapsed(s) {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < 0x80 && isBlank(byte(r)) }), " ")
}

// collapsed reports whether there is no white space in s but single blanks.
func collapsed(s string) bool {
	for i := 0; i < len(s); i++ {
		if isBlank(s[i]) && (s[i] != ' ' || i > 0 && s[i-1] == ' ') {
			return false
		}
	}
	return true
}

// Simple types of eppcom-1.0 and epp-1.0.
var (
	typeToken    = &simpleType{}
	typeMinToken = &simpleType{min: 1}
	typeLabel    = &simpleType{min: 1, max: 255}
	typeClID     = &simpleType{min: 3, max: 16}
	typeTRID     = &simpleType{min: 3, max: 64}
	typePassword = &simpleType{min: 6, max: 16, secret: true}
	typeAuthPW   = &simpleType{keepBlanks: true, secret: true}
	typeURI      = &simpleType{} // xs:anyURI excludes next to nothing
	typeROID     = &simpleType{check: checkROID}
	typeLang     = &simpleType{check: checkLang}
	typeBoolean  = &simpleType{enum: []string{"true", "false", "1", "0"}}
	typeText     = &simpleType{keepBlanks: true}
	typeVersion  = &simpleType{check: checkVersion}
	typePollOp   = &simpleType{enum: []string{"ack", "req"}}
	typeDate     = &simpleType{check: checkDate}
	typeTransfer = &simpleType{enum: []string{
		TransferApprove, TransferCancel, TransferQuery, TransferReject, TransferRequest,
	}}
)

// checkROID is the pattern (\w|_){1,80}-\w{1,8} of roidType.
func checkROID(v string) (Code, string) {
	object, repository, found := strings.Cut(v, "-")
	if found && wordLen(object, true) <= 80 && wordLen(object, true) >= 1 &&
		wordLen(repository, false) <= 8 && wordLen(repository, false) >= 1 {
		return 0, ""
	}
	return CodeValueSyntaxError, "must have the form of a repository object identifier, as in EXAMPLE1-REP"
}

// wordLen counts the characters of s if all are \w of XML Schema (neither punctuation nor
// separators nor others), or, where allowed, underscores; else it is -1.
func wordLen(s string, underscore bool) int {
	n := 0
	for _, r := range s {
		if !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.S) && (!underscore || r != '_') {
			return -1
		}
		n++
	}
	return n
}

// checkLang is the pattern of xs:language.
func checkLang(v string) (Code, string) {
	for i, part := range strings.Split(v, "-") {
		ok := len(part) >= 1 && len(part) <= 8
		for _, c := range []byte(part) {
			letter := (c|0x20) >= 'a' && (c|0x20) <= 'z'
			ok = ok && (letter || (i > 0 && c >= '0' && c <= '9'))
		}
		if !ok {
			return CodeValueSyntaxError, "must be a language tag, as in en or de-AT"
		}
	}
	return 0, ""
}

// checkVersion tells a version this protocol does not have from a malformed one.
func checkVersion(v string) (Code, string) {
	if v == "1.0" {
		return 0, ""
	}
	major, minor, found := strings.Cut(v, ".")
	if found && allDigits(major) && !strings.Contains(major, "0") && allDigits(minor) {
		return CodeUnimplementedVersion, "only version 1.0 is implemented"
	}
	return CodeValueSyntaxError, "must be a version number, as in 1.0"
}

func allDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// checkRange is an integer of the schemas between two limits. A number outside of them is
// a range error, anything else a syntax error.
func checkRange(lowest, highest int) func(string) (Code, string) {
	signed := checkInteger(lowest, highest)
	return func(v string) (Code, string) {
		code, reason := signed(v)
		if code == 0 && !allDigits(v) { // xs:unsignedShort and its like have no sign
			return CodeValueSyntaxError, "must have no sign"
		}
		return code, reason
	}
}

// checkInteger is checkRange for types that have a sign: xs:int, xs:nonNegativeInteger.
func checkInteger(lowest, highest int) func(string) (Code, string) {
	reason := "must be a whole number from " + strconv.Itoa(lowest) + " to " + strconv.Itoa(highest)
	return func(v string) (Code, string) {
		if !allDigits(strings.TrimLeft(v, "+-")) || len(v)-len(strings.TrimLeft(v, "+-")) > 1 {
			return CodeValueSyntaxError, reason
		}
		n, err := strconv.Atoi(v)
		if err != nil || n < lowest || n > highest {
			return CodeRangeError, reason
		}
		return 0, ""
	}
}

// checkDate is xs:date in the one form RFC 5731, section 2.4, allows: UTC.
func checkDate(v string) (Code, string) {
	if _, err := parseDate(v); err != nil {
		return CodeValueSyntaxError, "must be a date in UTC, as in 2030-04-03"
	}
	return 0, ""
}

// parseDate reads an xs:date as midnight UTC of that day. A time zone may be there if it
// is UTC.
func parseDate(v string) (time.Time, error) {
	for _, zone := range []string{"Z", "+00:00", "-00:00"} {
		if day, found := strings.CutSuffix(v, zone); found {
			v = day
			break
		}
	}
	t, err := time.ParseInLocation(time.DateOnly, v, time.UTC)
	if err == nil && t.Year() == 0 { // XML Schema 1.0 has no year 0
		err = &time.ParseError{Layout: time.DateOnly, Value: v, Message: ": year out of range"}
	}
	return t, err
}

// parseBoolean reads a checked xs:boolean.
func parseBoolean(v string) bool { return v == "true" || v == "1" }
