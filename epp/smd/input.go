package smd

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// MaxSize is the most that a signed mark may have, in octets of XML. Those of the Trademark
// Clearinghouse have about 10 KB.
const MaxSize = 48 << 10

// maxText is the most that the text around and in base64 may have, in octets.
const maxText = 2 * MaxSize

// The encapsulation boundaries of an SMD file (RFC 9361, section 6.4).
const (
	beginEncoded = "-----BEGIN ENCODED SMD-----"
	endEncoded   = "-----END ENCODED SMD-----"
)

// Open returns the XML of a signed mark given in any form it travels in: the XML of
// <smd:signedMark>, the contents of <smd:encodedSignedMark> (base64, RFC 7848, section 2.4), or
// the text of an SMD file. Errors wrap ErrMalformed.
func Open(input []byte) ([]byte, error) {
	if len(input) > maxText {
		return nil, malformed("more than %d octets", maxText)
	}
	trimmed := bytes.TrimLeft(input, " \t\r\n")
	switch {
	case len(trimmed) == 0:
		return nil, malformed("it is empty")
	case trimmed[0] == '<':
		return trimmed, nil
	case bytes.Contains(trimmed, []byte(beginEncoded)):
		return openFile(string(trimmed))
	}
	return decodeBase64(string(trimmed))
}

// openFile takes what is between the boundaries, which must stand on lines of their own;
// whatever is outside of them must be ignored (RFC 9361, section 6.4).
func openFile(text string) ([]byte, error) {
	var encoded strings.Builder
	inside, seen := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == beginEncoded:
			if seen {
				return nil, malformed("the file holds more than one encoded signed mark")
			}
			inside, seen = true, true
		case line == endEncoded && inside:
			inside = false
		case inside:
			encoded.WriteString(line)
		}
	}
	if !seen || inside {
		return nil, malformed("the file has no pair of lines %q and %q", beginEncoded, endEncoded)
	}
	return decodeBase64(encoded.String())
}

func decodeBase64(text string) ([]byte, error) {
	clean := stripSpace(text)
	if clean == "" {
		return nil, malformed("it is empty")
	}
	xml, err := base64.StdEncoding.Strict().DecodeString(clean)
	if err != nil {
		return nil, malformed("neither XML nor base64: %v", err)
	}
	return bytes.TrimLeft(xml, " \t\r\n"), nil
}

// stripSpace removes the white space of XML, which base64 may be broken with.
func stripSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
			return -1
		}
		return r
	}, s)
}
