package epp

import (
	"bytes"
	"fmt"
)

// Fragment is one XML element that this package hands over as it is, because a signature
// covers its octets or its schema is another's business: a mark, a signed mark (RFC 7848).
// It is well-formed, is within the limits of a frame, and stands by itself: its start tag
// declares every namespace that was in scope where it was found, so that canonical XML of
// it, inclusive or exclusive, is what it was in the frame. (Attributes xml:lang and the
// like, which inclusive canonical XML would inherit too, no frame's ancestors of it have.)
type Fragment struct {
	name Name
	xml  string
}

// ParseFragment takes the root element of an XML document, which may be no longer than a
// client's frame. The scanner's rules hold: UTF-8, no document type, no processing
// instruction.
func ParseFragment(doc []byte) (Fragment, error) {
	lim := commandLimits()
	lim.whole = func(*element) bool { return true }
	root, err := scan(doc, lim)
	if err != nil {
		return Fragment{}, fmt.Errorf("epp: malformed element: %w", err)
	}
	return decodeFragment(root), nil
}

// FindFragments takes the elements of a name from an XML document, as ParseFragment takes
// the root; there may be none.
func FindFragments(doc []byte, name Name) ([]Fragment, error) {
	lim := commandLimits()
	lim.whole = func(el *element) bool { return nameOf(el) == name }
	root, err := scan(doc, lim)
	if err != nil {
		return nil, fmt.Errorf("epp: malformed element: %w", err)
	}
	return findFragments(nil, root, name), nil
}

func findFragments(found []Fragment, el *element, name Name) []Fragment {
	if nameOf(el) == name {
		return append(found, decodeFragment(el))
	}
	for c := range children(el) {
		found = findFragments(found, c, name)
	}
	return found
}

// Name is the element's name, empty for the zero Fragment.
func (f Fragment) Name() Name { return f.name }

// String is the element as XML, "" for the zero Fragment.
func (f Fragment) String() string { return f.xml }

// Equal reports whether two fragments are the same octets.
func (f Fragment) Equal(other Fragment) bool { return f == other }

// decodeFragment reads an element that the scanner left whole.
func decodeFragment(el *element) Fragment { return Fragment{nameOf(el), content(el)} }

// opaqueType is an element that the scanner leaves whole.
var opaqueType = &elementType{opaque: true}

// isMark reports whether an element is one of those that are left whole.
func isMark(el *element) bool {
	return (el.Tag == "mark" && el.Space == nsMark) || (el.Tag == "signedMark" && el.Space == nsSignedMark)
}

// fragment writes an element. What has no default namespace must not get the frame's.
func (w *writer) fragment(f Fragment) {
	if f.xml == "" {
		return
	}
	s := &scanner{src: []byte(f.xml), pos: 1, lim: commandLimits()}
	name, _ := s.qname()
	_, _ = s.attributes()
	for _, b := range s.bindings {
		if len(b.prefix) == 0 {
			w.raw(f.xml)
			return
		}
	}
	w.start(string(name.all))
	w.attr("xmlns", "")
	w.raw(f.xml[1+len(name.all):])
}

// beginWhole notes that the element whose start tag has been read is to be left whole, and
// the declarations it inherits. Those of its own begin at index own of s.bindings.
func (s *scanner) beginWhole(o *openElement, own int) *scanError {
	w := &writer{}
	added := 0
	for i := own - 1; i >= 0; i-- {
		b := s.bindings[i]
		if string(b.prefix) == "xml" || hides(s.bindings[i+1:], b.prefix) || b.uri == "" {
			continue
		}
		name := "xmlns"
		if len(b.prefix) > 0 {
			name += ":" + string(b.prefix)
		}
		w.attr(name, b.uri)
		added++
	}
	s.declared += len(w.b)
	if added+len(s.bindings)-own+len(s.attrs) > s.lim.attrs || s.declared > s.lim.bytes {
		return s.fail("too many namespaces declared")
	}
	o.whole, s.inWhole, s.inherited = true, true, string(w.b)
	return nil
}

// hides reports whether a prefix is declared again further in.
func hides(inner []binding, prefix []byte) bool {
	for _, b := range inner {
		if bytes.Equal(b.prefix, prefix) {
			return true
		}
	}
	return false
}

// endWhole makes the element's own XML its only content.
func (s *scanner) endWhole(o *openElement) {
	tag := s.src[o.start:s.pos]
	named := 1 + o.named
	o.el.span.from = len(s.texts)
	s.texts = append(s.texts, tag[:named]...)
	s.texts = append(s.texts, s.inherited...)
	s.texts = append(s.texts, tag[named:]...)
	o.el.span.to = len(s.texts)
	o.el.first, o.el.last, o.el.Attr = nil, nil, nil
	s.inWhole = false
}
