package epp

import (
	"iter"
	"strings"
)

// Readers for trees made by the scanner and, for commands, normalised by validate.

// children goes over the child elements, whatever their namespace.
func children(el *element) iter.Seq[*element] {
	return func(yield func(*element) bool) {
		for c := el.first; c != nil && yield(c); c = c.next {
		}
	}
}

// child gives the first child in the parent's own namespace with that name, else nil.
func child(el *element, local string) *element {
	for c := el.first; c != nil; c = c.next {
		if c.Tag == local && c.Space == el.Space {
			return c
		}
	}
	return nil
}

// firstChild gives the first child element, else nil.
func firstChild(el *element) *element { return el.first }

// content is the character data of an element.
func content(el *element) string { return el.text }

// contentPtr is the character data of an element that may mean something by being empty.
func contentPtr(el *element) *string {
	s := content(el)
	return &s
}

// attr gives an attribute that is in no namespace.
func attr(el *element, name string) (string, bool) {
	for i := range el.Attr {
		if el.Attr[i].Key == name && el.Attr[i].Space == "" {
			return el.Attr[i].Value, true
		}
	}
	return "", false
}

// attrOr is attr with a default.
func attrOr(el *element, name, otherwise string) string {
	if v, ok := attr(el, name); ok {
		return v
	}
	return otherwise
}

// elementText describes an element without children for an outline or a message.
func elementText(el *element) string { return strings.TrimSpace(content(el)) }
