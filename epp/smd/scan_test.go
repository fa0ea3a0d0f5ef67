package smd

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/beevik/etree"
)

// What the front door lets through, the parsers behind it read without an error, as one element
// and nothing else; and it is let through again as the tree writes it.
func FuzzScan(f *testing.F) {
	for _, name := range []string{"exclusive.xml", "own.xml"} {
		b, err := os.ReadFile("testdata/signed/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`<?xml version="1.0"?> <a xmlns="urn:x" id='1'><b:c xmlns:b="urn:y" Id="&quot;&#x41;">&lt;</b:c><d/></a> `))
	f.Fuzz(func(t *testing.T, raw []byte) {
		element, err := scan(raw)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("%v is not ErrMalformed", err)
			}
			return
		}
		if again, err := scan(element); err != nil || !bytes.Equal(again, element) {
			t.Errorf("%q is refused by itself: %v", element, err)
		}
		elements := 0
		for dec := xml.NewDecoder(bytes.NewReader(element)); ; {
			tok, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%q: %v", element, err)
			}
			if _, ok := tok.(xml.StartElement); ok {
				elements++
			}
		}
		doc := etree.NewDocument()
		if err := doc.ReadFromBytes(element); err != nil {
			t.Fatalf("%q: %v", element, err)
		}
		if len(doc.Child) != 1 || count(doc.Root()) != elements {
			t.Errorf("%q: %d children of the document, %d elements, not %d", element, len(doc.Child), count(doc.Root()), elements)
		}
		doc.WriteSettings.CanonicalText, doc.WriteSettings.CanonicalAttrVal = true, true
		written, err := doc.WriteToBytes()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := scan(written); err != nil && len(written) <= MaxSize {
			t.Errorf("%q, written again as %q: %v", element, written, err)
		}
	})
}

func TestLimits(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }
	many := func(n int) string { return "<a>" + strings.Repeat("<b/>", n-1) + "</a>" }
	attrs := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " a%d=''", i)
		}
		return "<a" + b.String() + "/>"
	}
	large := func(n int) string { return "<a>" + strings.Repeat("x", n-len("<a></a>")) + "</a>" }
	for name, c := range map[string]struct {
		text  func(n int) string
		limit int
	}{"depth": {nested, maxDepth}, "elements": {many, maxElements}, "attributes": {attrs, maxAttrs}, "octets": {large, MaxSize}} {
		if _, err := scan([]byte(c.text(c.limit))); err != nil {
			t.Errorf("%s at the limit: %v", name, err)
		}
		if _, err := scan([]byte(c.text(c.limit + 1))); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s past the limit: %v", name, err)
		}
	}
}

func count(el *etree.Element) int {
	n := 1
	for _, child := range el.ChildElements() {
		n += count(child)
	}
	return n
}
