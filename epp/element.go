package epp

// element is an element of the tree that the scanner makes of a frame. The tree is linked
// and not made of slices, so that a frame needs no memory but that of its elements, which
// the next frame uses again.
type element struct {
	Space, Tag  string    // namespace URI, not the prefix; local name
	Attr        []xmlAttr // without namespace declarations
	text        string    // all its character data in one piece; see scanner
	first, last *element  // children, nil if there are none
	next        *element  // the next child of its parent, nil behind the last

	span span // where text is in scanner.texts while the frame is being read
}

// xmlAttr is an attribute of an element.
type xmlAttr struct {
	Space, Key string // namespace URI, "" for none; local name
	Value      string

	span span // as in element
}

// span is a range of scanner.texts.
type span struct{ from, to int }

// of gives the text, once all of it is known.
func (at span) of(texts string) string { return texts[at.from:at.to] }

// add makes c, which has no parent, the last child.
func (el *element) add(c *element) {
	if el.last == nil {
		el.first = c
	} else {
		el.last.next = c
	}
	el.last = c
}

// count is the number of children.
func (el *element) count() (n int) {
	for c := el.first; c != nil; c = c.next {
		n++
	}
	return n
}

// settle gives an element and everything below it their texts. It goes no deeper than
// limits.depth.
func (el *element) settle(texts string) {
	el.text = el.span.of(texts)
	for i := range el.Attr {
		el.Attr[i].Value = el.Attr[i].span.of(texts)
	}
	for c := el.first; c != nil; c = c.next {
		c.settle(texts)
	}
}
