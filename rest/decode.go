package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// unmarshal decodes JSON as strictly as RFC 8259 allows a receiver to be: UTF-8, one
// value, no name twice in an object. Names are written as they are documented, since
// the decoder takes others that differ in case: two parties that read one text must
// read the same.
func unmarshal(data []byte, v any) error {
	if !utf8.Valid(data) {
		return errors.New("must be UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if err := checkValue(dec, 0); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON value")
	}
	return json.Unmarshal(data, v)
}

// maxDepth bounds nesting; requests have three levels.
const maxDepth = 16

// checkValue reads one value.
func checkValue(dec *json.Decoder, depth int) error {
	if depth > maxDepth {
		return errors.New("is nested too deeply")
	}
	token, err := dec.Token()
	if err != nil {
		return errors.New("is no JSON")
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	names := map[string]bool{}
	for dec.More() {
		if delim == '{' {
			name, err := dec.Token()
			if err != nil {
				return errors.New("is no JSON")
			}
			if err := checkName(name.(string), names); err != nil {
				return err
			}
		}
		if err := checkValue(dec, depth+1); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil { // the closing bracket
		return errors.New("is no JSON")
	}
	return nil
}

func checkName(name string, seen map[string]bool) error {
	if len(name) > 40 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return errors.New("holds a name that is not in lower case, or is unknown")
	}
	if seen[name] {
		return fmt.Errorf("holds the name %s twice", name)
	}
	seen[name] = true
	return nil
}
