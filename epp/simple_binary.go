package epp

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// Simple types of XML Schema that hold numbers and octets.

var (
	typeUnsignedByte  = &simpleType{check: checkRange(0, 255)}
	typeUnsignedShort = &simpleType{check: checkRange(0, 65535)}
	typeHex           = &simpleType{check: checkHex}
	typeBase64        = &simpleType{check: checkBase64}
)

// checkHex is xs:hexBinary, which may be empty.
func checkHex(v string) (Code, string) {
	ok := len(v)%2 == 0
	for i := 0; i < len(v); i++ {
		ok = ok && digitValue(v[i]) < 16
	}
	if !ok {
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
