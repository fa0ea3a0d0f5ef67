package epp

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"
)

// Simple types of XML Schema that hold numbers, octets and points in time.

var (
	typeUnsignedByte  = &simpleType{check: checkRange(0, 255)}
	typeUnsignedShort = &simpleType{check: checkRange(0, 65535)}
	typeHex           = &simpleType{check: checkHex}
	typeBase64        = &simpleType{check: checkBase64}
	typeDateTime      = &simpleType{check: checkDateTime}
)

// checkHex is xs:hexBinary, which may be empty.
func checkHex(v string) (Code, string) {
	if _, err := hex.DecodeString(v); err != nil {
		return CodeValueSyntaxError, "must be pairs of hexadecimal digits"
	}
	return 0, ""
}

// parseHex reads a checked xs:hexBinary, nil if it is empty.
func parseHex(v string) []byte {
	b, err := hex.DecodeString(v)
	if err != nil || len(b) == 0 {
		return nil
	}
	return b
}

// checkBase64 is xs:base64Binary of at least one octet.
func checkBase64(v string) (Code, string) {
	if parseBase64(v) == nil {
		return CodeValueSyntaxError, "must be base64 (RFC 4648, section 4) of at least one octet"
	}
	return 0, ""
}

// parseBase64 reads an xs:base64Binary, in which blanks may stand anywhere; nil if it is
// empty or none. Bits that padding leaves over have to be zero.
func parseBase64(v string) []byte {
	b, err := base64.StdEncoding.Strict().DecodeString(strings.ReplaceAll(v, " ", ""))
	if err != nil || len(b) == 0 {
		return nil
	}
	return b
}

// checkDateTime is xs:dateTime in the one form the RFCs allow (RFC 5731, section 2.4):
// UTC, with the time zone said.
func checkDateTime(v string) (Code, string) {
	if _, err := parseDateTime(v); err != nil {
		return CodeValueSyntaxError, "must be a date and time in UTC, as in 2030-04-03T22:00:00.0Z"
	}
	return 0, ""
}

// parseDateTime reads an xs:dateTime in UTC.
func parseDateTime(v string) (time.Time, error) {
	const seconds = "2006-01-02T15:04:05" // a layout would take a shorter hour and a comma too
	fault := &time.ParseError{Layout: time.RFC3339Nano, Value: v, Message: ": not in UTC"}
	if len(v) <= len(seconds) || strings.Contains(v, ",") {
		return time.Time{}, fault
	}
	t, err := time.Parse(seconds, v[:len(seconds)])
	if err != nil {
		return time.Time{}, err
	}
	if t, err = time.Parse(time.RFC3339Nano, v); err != nil {
		return time.Time{}, err
	}
	if _, offset := t.Zone(); offset != 0 || t.Year() == 0 { // XML Schema 1.0 has no year 0
		return time.Time{}, fault
	}
	return t.UTC(), nil
}
