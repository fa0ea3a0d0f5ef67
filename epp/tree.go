package epp

import (
	"iter"
	"strings"

	"github.com/beevik/etree"
)

// Readers for trees made by the scanner and, for commands, normalised by validate.

// children goes over the child elements, whatever their namespace.
func children(el *etree.Element) iter.Seq[*etree.Element] {
	return func(yield func(*etree.Element) bool) {
		for _, token := range el.Child {
			if c, ok := token.(*etree.Element); ok && !yield(c) {
				return
			}
		}
	}
}

// child gives the first child in the parent's own namespace with that name, else nil.
func child(el *etree.Element, local string) *etree.Element {
	for c := range children(el) {
		if c.Tag == local && c.Space == el.Space {
			return c
		}
	}
	return nil
}

// firstChild gives the first child element, else nil.
func firstChild(el *etree.Element) *etree.Element {
	for c := range children(el) {
		return c
	}
	return nil
}

// content is the character data of an element.
func content(el *etree.Element) string {
	for _, token := range el.Child {
		if c, ok := token.(*etree.CharData); ok {
			return c.Data
		}
	}
	return ""
}

// contentPtr is the character data of an element that may mean something by being empty.
func contentPtr(el *etree.Element) *string {
	s := content(el)
	return &s
}

// attr gives an attribute that is in no namespace.
func attr(el *etree.Element, name string) (string, bool) {
	for i := range el.Attr {
		if el.Attr[i].Key == name && el.Attr[i].Space == "" {
			return el.Attr[i].Value, true
		}
	}
	return "", false
}

// attrOr is attr with a default.
func attrOr(el *etree.Element, name, otherwise string) string {
	if v, ok := attr(el, name); ok {
		return v
	}
	return otherwise
}

// elementText describes an element without children for an outline or a message.
func elementText(el *etree.Element) string { return strings.TrimSpace(content(el)) }
