package whitelist

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"cadastre/registry"
)

// maxNesting bounds the objects and arrays within each other: a scope of the
// greatest depth needs less.
const maxNesting = 32

// checkKeys holds a document against the shape of a Policy, which encoding/json
// does not do by itself: keys are exact, known and given once, values are of the
// right type, nothing follows. Errors name the key with its path.
func checkKeys(document []byte) error {
	if !utf8.Valid(document) {
		return registry.Errorf(registry.KindSyntax, "", "", "the policy is not UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(document))
	dec.UseNumber()
	w := keyWalker{dec: dec}
	tok, err := w.next()
	if err != nil {
		return err
	}
	if tok != json.Delim('{') {
		return registry.Errorf(registry.KindSyntax, "", "", "a policy is a JSON object")
	}
	if err := w.object(reflect.TypeFor[Policy](), ""); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return registry.Errorf(registry.KindSyntax, "", "", "something follows the policy's last brace")
	}
	return nil
}

type keyWalker struct {
	dec   *json.Decoder
	depth int
}

func (w *keyWalker) next() (json.Token, error) {
	tok, err := w.dec.Token()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, registry.Errorf(registry.KindSyntax, "", "", "the policy ends too early")
	}
	if err != nil {
		return nil, registry.Errorf(registry.KindSyntax, "", "", "not JSON at octet %d: %s", w.dec.InputOffset(), err)
	}
	return tok, nil
}

// object reads an object for a struct of type t; its brace is read already.
func (w *keyWalker) object(t reflect.Type, path string) error {
	if w.depth++; w.depth > maxNesting {
		return wrong(path, "", "nested too deeply")
	}
	defer func() { w.depth-- }()
	fields := keysOf(t)
	seen := make(map[string]bool, len(fields))
	for {
		tok, err := w.next()
		if err != nil {
			return err
		}
		key, ok := tok.(string)
		if !ok {
			break // the closing brace
		}
		at := strings.TrimPrefix(path+"."+key, ".")
		field, known := fields[key]
		switch {
		case !known:
			return registry.Errorf(registry.KindValue, cut(at), "", "unknown key")
		case seen[key]:
			return wrong(at, "", "the key is given twice")
		}
		seen[key] = true
		if err := w.value(field, at); err != nil {
			return err
		}
	}
	if t == reflect.TypeFor[Scope]() && len(seen) != 1 {
		return wrong(path, "", "a condition has exactly one member")
	}
	return nil
}

// value reads one value for a Go value of type t.
func (w *keyWalker) value(t reflect.Type, path string) error {
	tok, err := w.next()
	if err != nil {
		return err
	}
	isText := t.Kind() == reflect.String || t == reflect.TypeFor[[]byte]() || isTextual(t)
	switch v := tok.(type) {
	case json.Delim:
		switch {
		case v == '{' && t.Kind() == reflect.Struct && !isText:
			return w.object(t, path)
		case v == '[' && t.Kind() == reflect.Slice && !isText:
			return w.array(t.Elem(), path)
		}
	case string:
		if isText {
			return checkTextual(t, path, v)
		}
	case json.Number:
		if t.Kind() == reflect.Int {
			if _, err := strconv.ParseInt(v.String(), 10, 32); err != nil {
				return wrong(path, "", "not a whole number of usual size")
			}
			return nil
		}
	case nil:
		if t.Kind() == reflect.Slice {
			return nil // as if the key were absent
		}
	}
	return wrong(path, "", "a value of the wrong type: it must be "+typeName(t, isText))
}

func (w *keyWalker) array(elem reflect.Type, path string) error {
	if w.depth++; w.depth > maxNesting {
		return wrong(path, "", "nested too deeply")
	}
	defer func() { w.depth-- }()
	for i := 0; w.dec.More(); i++ {
		if err := w.value(elem, fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	_, err := w.next() // the closing bracket
	return err
}

// checkTextual tries what encoding/json will do with the text, for an error that
// names the key and shows no secret.
func checkTextual(t reflect.Type, path, s string) error {
	if t == reflect.TypeFor[[]byte]() {
		if _, err := base64.StdEncoding.DecodeString(s); err != nil {
			return wrong(path, "", "not base64")
		}
		return nil
	}
	if u, ok := reflect.New(t).Interface().(encoding.TextUnmarshaler); ok {
		if err := u.UnmarshalText([]byte(s)); err != nil {
			return wrong(path, cut(s), err.Error())
		}
	}
	return nil
}

// keysOf lists a struct's JSON keys with the types of their values.
func keysOf(t reflect.Type) map[string]reflect.Type {
	keys := make(map[string]reflect.Type, t.NumField())
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		keys[name] = t.Field(i).Type
	}
	return keys
}

func isTextual(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

func typeName(t reflect.Type, isText bool) string {
	switch {
	case isText:
		return "a string"
	case t.Kind() == reflect.Slice:
		return "an array"
	case t.Kind() == reflect.Int:
		return "a number"
	}
	return "an object"
}

// cut shortens what a client sent for use in an error.
func cut(s string) string {
	const most = 100
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
