package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

var errNotExpected = errors.New("the verifier's answer is not the JSON object that is expected")

// parseSaid reads an answer: one JSON object in UTF-8 with a decision and perhaps a
// reason, each key as documented and given once, so that nobody can read another
// decision in the same octets. What it cannot read so is no answer, and decides
// nothing (C-36).
func parseSaid(data []byte) (said, error) {
	if !utf8.Valid(data) {
		return said{}, errNotExpected
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return said{}, errNotExpected
	}
	var s said
	seen := map[string]bool{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return said{}, errNotExpected
		}
		value, err := dec.Token()
		if err != nil {
			return said{}, errNotExpected
		}
		if err := s.set(key.(string), value, seen); err != nil {
			return said{}, err
		}
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return said{}, errNotExpected
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return said{}, errNotExpected
	}
	switch s.Decision {
	case saidApprove, saidDeny, saidPending:
		return s, nil
	}
	return said{}, errors.New("the verifier's answer holds no decision (approve, deny or pending)")
}

// set takes one member of the object; a reason of null is none.
func (s *said) set(key string, value json.Token, seen map[string]bool) error {
	if seen[key] {
		return errors.New("the verifier's answer holds a key twice")
	}
	seen[key] = true
	text, isText := value.(string)
	switch {
	case key == "decision" && isText:
		s.Decision = text
	case key == "reason" && (isText || value == nil):
		s.Reason = shorten(text, maxText)
	case key == "decision" || key == "reason":
		return errNotExpected
	default:
		return errors.New("the verifier's answer holds a key other than decision and reason")
	}
	return nil
}

// shorten makes somebody else's text fit to be kept and shown: UTF-8 without
// control characters, at most max octets.
func shorten(text string, max int) string {
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?")))
	if len(text) > max {
		return strings.ToValidUTF8(text[:max], "")
	}
	return text
}
