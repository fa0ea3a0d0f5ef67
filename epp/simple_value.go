package epp

import (
	"strings"
	"time"
)

// Simple types of the extensions: decimals, durations, points in time, base64.

var (
	typeDateTime    = &simpleType{check: checkDateTime}
	typeNonNegative = &simpleType{max: maxDecimal, check: checkDecimal(func(v string) bool { return v[0] != '-' }, "must not be negative")}
	typeNonPositive = &simpleType{max: maxDecimal, check: checkDecimal(func(v string) bool {
		return v[0] == '-' || strings.Trim(v, "0.") == ""
	}, "must not be more than zero")}
	typeDuration   = &simpleType{check: checkDuration}
	typeSignedMark = &simpleType{max: maxBase64, check: checkBase64}
	typeBase64Name = &simpleType{enum: []string{"base64"}}
)

// maxBase64 is the most characters of an encoded signed mark, line breaks included: twice
// what a mark with a hundred labels and long lists of goods comes to, and three quarters of
// a frame.
const maxBase64 = 48 << 10

// maxDecimal is the most characters of an amount. No currency needs a fraction of it, and
// XML Schema part 2, section 3.2.3, wants at least 18 digits.
const maxDecimal = 40

// checkDecimal is xs:decimal with a limit; within gets the normalised number.
func checkDecimal(within func(normal string) bool, reason string) func(string) (Code, string) {
	return func(v string) (Code, string) {
		normal, ok := normalDecimal(v)
		switch {
		case !ok:
			return CodeValueSyntaxError, "must be a decimal number, as in 5.00"
		case !within(normal):
			return CodeRangeError, reason
		}
		return 0, ""
	}
}

// normalDecimal writes an xs:decimal without a plus sign, leading zeros and a point that
// nothing follows; digits after the point stay. Zero has no sign.
func normalDecimal(v string) (normal string, ok bool) {
	digits := strings.TrimPrefix(v, "-")
	sign := v[:len(v)-len(digits)]
	if sign == "" {
		digits = strings.TrimPrefix(digits, "+")
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	if !allDigits(whole + fraction) {
		return "", false
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if whole == "0" && strings.Trim(fraction, "0") == "" {
		sign = ""
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return sign + whole + fraction, true
}

// checkDuration is xs:duration.
func checkDuration(v string) (Code, string) {
	const reason = "must be a duration, as in P5D"
	rest, found := strings.CutPrefix(strings.TrimPrefix(v, "-"), "P")
	days, clock, timed := strings.Cut(rest, "T")
	parts, ok := durationParts(days, "YMD", false)
	more, clockOK := durationParts(clock, "HMS", true)
	if !found || !ok || !clockOK || parts+more == 0 || (timed && more == 0) {
		return CodeValueSyntaxError, reason
	}
	return 0, ""
}

// durationParts counts numbers with designators, which come in the order given; seconds
// may have a fraction.
func durationParts(s, designators string, fraction bool) (n int, ok bool) {
	for s != "" {
		i := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if i <= 0 {
			return n, false
		}
		at := strings.IndexByte(designators, s[i])
		whole, tail, point := strings.Cut(s[:i], ".")
		if at < 0 || !allDigits(whole) || (point && (!fraction || s[i] != 'S' || !allDigits(tail))) {
			return n, false
		}
		designators, s = designators[at+1:], s[i+1:]
		n++
	}
	return n, true
}

// checkDateTime is xs:dateTime in the years and clocks people use.
func checkDateTime(v string) (Code, string) {
	if _, ok := parseDateTime(v); !ok {
		return CodeValueSyntaxError, "must be a date and time in UTC, as in 2030-04-03T22:00:00.0Z"
	}
	return 0, ""
}

// parseDateTime reads an xs:dateTime as UTC. One without a time zone is taken as UTC, in
// which all times of EPP are (RFC 5731, section 2.4, and its like elsewhere).
func parseDateTime(v string) (time.Time, bool) {
	const seconds = "2006-01-02T15:04:05"
	if len(v) < len(seconds) || v[13] != ':' || strings.Contains(v, ",") {
		return time.Time{}, false // package time takes hours of one digit, and a comma
	}
	for _, layout := range []string{time.RFC3339Nano, seconds} {
		if t, err := time.Parse(layout, v); err == nil && t.Year() > 0 {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
