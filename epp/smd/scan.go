package smd

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits of one signed mark. The schema's deepest element has seven levels; a mark with all its
// labels has some hundred elements.
const (
	maxDepth    = 16
	maxElements = 2048
	maxAttrs    = 16
)

// scanner is the front door: one pass over the tokens, before anything builds a tree. The tree
// that is built afterwards comes from the same tokenizer, so it cannot read the text otherwise.
type scanner struct {
	dec      *xml.Decoder
	open     []openElement
	elements int
	ids      map[string]bool
	start    int64 // octets before the root element
	end      int64 // of the root element, 0 before it is closed
}

type openElement struct {
	name xml.Name
	ns   map[string]string // what this element declares: prefix to namespace
}

// scan checks that raw is one well-formed, namespace-well-formed element within the limits, that
// it has nothing by which two parsers could come to see different documents (document types,
// processing instructions, comments, CDATA sections, qualified attributes), and that no two
// elements have the same identifier. It returns the octets of the root element.
func scan(raw []byte) ([]byte, error) {
	switch {
	case len(raw) > MaxSize:
		return nil, malformed("more than %d octets of XML", MaxSize)
	case !utf8.Valid(raw):
		return nil, malformed("not in UTF-8")
	case bytes.Contains(raw, []byte("<![CDATA[")):
		return nil, malformed("it holds a CDATA section")
	}
	s := &scanner{dec: xml.NewDecoder(bytes.NewReader(raw)), ids: map[string]bool{}}
	for {
		before := s.dec.InputOffset()
		tok, err := s.dec.RawToken()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, malformed("not well-formed XML: %v", err)
		}
		if err := s.token(tok, before); err != nil {
			return nil, err
		}
	}
	if s.end == 0 {
		return nil, malformed("the XML ends before its root element does")
	}
	return raw[s.start:s.end], nil
}

func (s *scanner) token(tok xml.Token, before int64) error {
	switch t := tok.(type) {
	case xml.StartElement:
		if len(s.open) == 0 {
			if s.end != 0 {
				return malformed("it has more than one root element")
			}
			s.start = before
		}
		return s.startElement(t)
	case xml.EndElement:
		return s.endElement(t)
	case xml.CharData:
		if len(s.open) == 0 && len(bytes.TrimLeft(t, " \t\r\n")) > 0 {
			return malformed("there is text outside of the root element")
		}
		return nil
	case xml.ProcInst:
		if t.Target == "xml" && before == 0 {
			return nil
		}
		return malformed("it holds the processing instruction %.20q", t.Target)
	case xml.Directive:
		return malformed("it holds a document type declaration")
	case xml.Comment:
		return malformed("it holds a comment")
	}
	return malformed("it holds a token of an unknown kind")
}

func (s *scanner) endElement(t xml.EndElement) error {
	last := len(s.open) - 1
	if last < 0 || s.open[last].name != t.Name {
		return malformed("the end tag </%s> closes nothing", shown(t.Name))
	}
	s.open = s.open[:last]
	if last == 0 {
		s.end = s.dec.InputOffset()
	}
	return nil
}

func (s *scanner) startElement(t xml.StartElement) error {
	s.elements++
	switch {
	case len(s.open) >= maxDepth:
		return malformed("elements are nested more than %d deep", maxDepth)
	case s.elements > maxElements:
		return malformed("more than %d elements", maxElements)
	case len(t.Attr) > maxAttrs:
		return malformed("<%s> has more than %d attributes", shown(t.Name), maxAttrs)
	}
	el := openElement{name: t.Name, ns: map[string]string{}}
	plain := map[string]bool{}
	for _, a := range t.Attr {
		if err := s.attribute(el, plain, a); err != nil {
			return err
		}
	}
	s.open = append(s.open, el)
	if strings.Contains(t.Name.Local, ":") || !s.declared(t.Name.Space) {
		return malformed("the prefix of <%s> is not declared", shown(t.Name))
	}
	return nil
}

// attribute takes one attribute: a namespace declaration or one without a prefix. The schemas of
// RFC 7848 and of XML signatures have no others.
func (s *scanner) attribute(el openElement, plain map[string]bool, a xml.Attr) error {
	prefix, declares := a.Name.Local, a.Name.Space == "xmlns"
	if a.Name.Space == "" && a.Name.Local == "xmlns" {
		prefix, declares = "", true
	}
	_, again := el.ns[prefix]
	switch {
	case declares && (prefix == "xml" || prefix == "xmlns" || strings.Contains(prefix, ":") || prefix != "" && a.Value == ""):
		return malformed("<%s> declares the prefix %.20q wrongly", shown(el.name), prefix)
	case declares && again, !declares && plain[a.Name.Local]:
		return malformed("<%s> has the attribute %.20q twice", shown(el.name), shown(a.Name))
	case declares:
		el.ns[prefix] = a.Value
		return nil
	case a.Name.Space != "" || strings.Contains(a.Name.Local, ":"):
		return malformed("<%s> has the attribute %.20q, which signed marks do not have", shown(el.name), shown(a.Name))
	}
	plain[a.Name.Local] = true
	if !strings.EqualFold(a.Name.Local, "id") {
		return nil
	}
	if s.ids[a.Value] {
		return malformed("the identifier %.40q is used twice", a.Value)
	}
	s.ids[a.Value] = true
	return nil
}

func (s *scanner) declared(prefix string) bool {
	for i := len(s.open) - 1; i >= 0; i-- {
		if _, ok := s.open[i].ns[prefix]; ok {
			return true
		}
	}
	return prefix == ""
}

func shown(n xml.Name) string {
	name := n.Local
	if n.Space != "" {
		name = n.Space + ":" + n.Local
	}
	if len(name) > 40 {
		name = strings.ToValidUTF8(name[:40], "")
	}
	return name
}
