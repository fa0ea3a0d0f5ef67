package epp

import (
	"bytes"
	"slices"
	"strconv"
	"sync"
)

// limits bound what one frame may make the scanner do.
type limits struct {
	bytes    int // of the XML instance
	depth    int // of nested elements
	elements int
	attrs    int // of one element, namespace declarations included

	// whole names elements that the tree holds as one text, their own XML: see Fragment.
	// nil stands for none.
	whole func(el *element) bool
}

// Limits of frames from clients. The deepest command in use has seven levels, the longest
// carries a signed mark of about 20 KB.
const (
	MaxCommandFrame = 64 << 10 // octets of a data unit, header included
	maxDepth        = 32
	maxElements     = 4096
	maxAttrs        = 32
)

// MaxResponseFrame is the most a client of this package reads from a server, in octets of a
// data unit, header included.
const MaxResponseFrame = 1 << 20

func commandLimits() limits {
	return limits{bytes: MaxCommandFrame, depth: maxDepth, elements: maxElements, attrs: maxAttrs, whole: isMark}
}

func responseLimits() limits {
	return limits{bytes: MaxResponseFrame, depth: maxDepth, elements: 16 * maxElements, attrs: maxAttrs, whole: isMark}
}

// scanner is the strict front door: the one and only parser of a frame. It accepts a
// subset of namespace-well-formed XML 1.0 in UTF-8: no document type declaration, no
// processing instruction, no entity but the five predefined ones. While it checks it
// builds the tree, so that no second parser can see something else in the same bytes.
//
// In the tree, Space of elements and attributes holds the namespace URI and not the
// prefix; namespace declarations and comments are left out; the character data of an
// element is one text, and is left out if it is blank and there are children.
//
// The scanner reads the frame where it is. What the tree keeps of it is copied: values
// into one string per frame, names into strings of their own that the scanner knows again.
type scanner struct {
	src      []byte
	pos      int
	lim      limits
	elements int
	open     []openElement
	bindings []binding // innermost last
	attrs    []rawAttr // of the start tag at hand, reused
	slab     []element
	attrSlab []xmlAttr
	texts    []byte // texts of the elements and values of the attributes of the tree
	names    *nameCache
	root     *element

	inWhole   bool   // an open element is to be left whole
	inherited string // namespace declarations in scope outside of it
	declared  int    // octets of declarations that such elements have inherited
}

// openElement is an element whose end tag has not been seen.
type openElement struct {
	el       *element
	start    int    // offset of its start tag
	named    int    // length of its name, as written
	bindings int    // length of scanner.bindings outside of it
	text     []byte // the character data
	pieces   bool   // the text has been put together: it is no part of the frame
	whole    bool   // to be left whole: see Fragment
}

type binding struct {
	prefix []byte
	uri    string
}

type rawAttr struct {
	qname
	value []byte
}

// scanError says what is wrong with the XML and where. It quotes nothing from the input.
type scanError struct {
	reason string
	offset int // in octets
}

func (e *scanError) Error() string {
	return e.reason + " at octet " + strconv.Itoa(e.offset)
}

func (s *scanner) fail(reason string) *scanError { return &scanError{reason: reason, offset: s.pos} }

// scan checks a frame and gives the root of its tree.
func scan(frame []byte, lim limits) (*element, *scanError) {
	s := &scanner{names: new(nameCache)}
	return s.scan(frame, lim)
}

// scanners keeps the memory of trees that are no longer looked at.
var scanners = sync.Pool{New: func() any { return &scanner{names: new(nameCache)} }}

// Bounds of the memory a scanner takes back to the pool: what ordinary commands need.
const (
	pooledElements = 64
	pooledOpen     = 16
	pooledTexts    = 4096
)

// release gives the scanner and its tree back. Nothing may refer to an element of the tree
// any more; strings are their own. The scanner forgets the frame and all values in it.
func (s *scanner) release() {
	if cap(s.slab) > pooledElements || cap(s.attrSlab) > pooledElements ||
		cap(s.open) > pooledOpen || cap(s.texts) > pooledTexts {
		return
	}
	clear(s.slab)
	clear(s.attrSlab)
	clear(s.open[:cap(s.open)])
	clear(s.bindings[:cap(s.bindings)])
	clear(s.attrs[:cap(s.attrs)])
	clear(s.texts)
	s.slab, s.attrSlab, s.open, s.bindings = s.slab[:0], s.attrSlab[:0], s.open[:0], s.bindings[:0]
	s.attrs, s.texts = s.attrs[:0], s.texts[:0]
	s.src, s.pos, s.lim, s.elements, s.root = nil, 0, limits{}, 0, nil
	s.inWhole, s.inherited, s.declared = false, "", 0
	scanners.Put(s)
}

// scan checks a frame and gives the root of its tree. The scanner refers to the frame
// until it is released, the tree does not.
func (s *scanner) scan(frame []byte, lim limits) (*element, *scanError) {
	s.lim = lim
	if len(frame) > lim.bytes {
		return nil, s.fail("frame too long")
	}
	s.src = bytes.TrimPrefix(frame, []byte("\uFEFF"))
	if i := illegalAt(s.src); i >= 0 {
		s.pos = i
		return nil, s.fail("not a legal character in UTF-8")
	}
	if bytes.IndexByte(s.src, '\r') >= 0 { // XML 1.0, section 2.11
		s.src = bytes.ReplaceAll(bytes.ReplaceAll(s.src, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	}
	if n := min(bytes.Count(s.src, []byte("<"))/2+1, lim.elements); cap(s.slab) < n {
		s.slab = make([]element, 0, max(n, 16))
	}
	if s.open == nil {
		s.open, s.bindings = make([]openElement, 0, 8), make([]binding, 0, 4)
	}
	if err := s.document(); err != nil {
		return nil, err
	}
	s.root.settle(string(s.texts))
	return s.root, nil
}

// document is production 1 without the document type declaration.
func (s *scanner) document() *scanError {
	if err := s.declaration(); err != nil {
		return err
	}
	for s.pos < len(s.src) {
		if s.src[s.pos] != '<' {
			if err := s.text(); err != nil {
				return err
			}
			continue
		}
		if err := s.markup(); err != nil {
			return err
		}
	}
	switch {
	case len(s.open) > 0:
		return s.fail("element not closed")
	case s.root == nil:
		return s.fail("no element")
	}
	return nil
}

// markup reads whatever begins with "<".
func (s *scanner) markup() *scanError {
	rest := s.src[s.pos:]
	if len(rest) > 1 {
		switch rest[1] {
		case '/':
			return s.endTag()
		case '?':
			return s.fail("processing instruction not allowed")
		case '!':
			return s.special(rest)
		}
	}
	return s.startTag()
}

// special reads what begins with "<!".
func (s *scanner) special(rest []byte) *scanError {
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		return s.comment()
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		return s.cdata()
	}
	return s.fail("document type declaration not allowed")
}

// comment is production 15. Comments mean nothing.
func (s *scanner) comment() *scanError {
	body := s.src[s.pos+len("<!--"):]
	i := bytes.Index(body, []byte("--"))
	if i < 0 || !bytes.HasPrefix(body[i:], []byte("-->")) {
		return s.fail("malformed comment")
	}
	s.pos += len("<!--") + i + len("-->")
	return nil
}

// cdata is production 18.
func (s *scanner) cdata() *scanError {
	if len(s.open) == 0 {
		return s.fail("text outside of the root element")
	}
	body := s.src[s.pos+len("<![CDATA["):]
	i := bytes.Index(body, []byte("]]>"))
	if i < 0 {
		return s.fail("CDATA section not closed")
	}
	s.addText(body[:i])
	s.pos += len("<![CDATA[") + i + len("]]>")
	return nil
}

// text reads character data up to the next markup (production 14 and references).
func (s *scanner) text() *scanError {
	raw := s.src[s.pos:]
	if i := bytes.IndexByte(raw, '<'); i >= 0 {
		raw = raw[:i]
	}
	if len(s.open) == 0 {
		if !allBlank(raw) {
			return s.fail("text outside of the root element")
		}
		s.pos += len(raw)
		return nil
	}
	if bytes.IndexByte(raw, ']') >= 0 && bytes.Contains(raw, []byte("]]>")) {
		return s.fail("]]> not allowed in text")
	}
	text, bad := resolveReferences(raw)
	if bad >= 0 {
		s.pos += bad
		return s.fail("not a reference to a predefined entity or a legal character")
	}
	s.addText(text)
	s.pos += len(raw)
	return nil
}

func (s *scanner) addText(text []byte) {
	o := &s.open[len(s.open)-1]
	switch {
	case o.pieces:
		o.text = append(o.text, text...)
	case len(o.text) == 0:
		o.text = text
	default:
		o.text, o.pieces = slices.Concat(o.text, text), true
	}
}

// endTag is production 42; the element is complete after it.
func (s *scanner) endTag() *scanError {
	if len(s.open) == 0 {
		return s.fail("end tag without start tag")
	}
	o := &s.open[len(s.open)-1]
	rest := s.src[s.pos+2:]
	if !bytes.HasPrefix(rest, s.src[o.start+1:o.start+1+o.named]) {
		return s.fail("end tag does not match start tag")
	}
	i := o.named
	for i < len(rest) && isBlank(rest[i]) {
		i++
	}
	if i >= len(rest) || rest[i] != '>' {
		return s.fail("end tag does not match start tag")
	}
	s.pos += 2 + i + 1
	s.closeElement()
	return nil
}

// closeElement gives the innermost element its character data and leaves it.
func (s *scanner) closeElement() {
	o := &s.open[len(s.open)-1]
	if o.whole {
		s.endWhole(o)
	} else if len(o.text) > 0 && (o.el.first == nil || !allBlank(o.text)) {
		o.el.span = s.keep(o.text)
	}
	s.bindings = s.bindings[:o.bindings]
	s.open = s.open[:len(s.open)-1]
}

// keep copies a text of the tree.
func (s *scanner) keep(text []byte) span {
	from := len(s.texts)
	s.texts = append(s.texts, text...)
	return span{from, len(s.texts)}
}

// newElement takes an element from the slab, so that a frame costs few allocations.
func (s *scanner) newElement() *element {
	if len(s.slab) == cap(s.slab) {
		s.slab = make([]element, 0, 32)
	}
	s.slab = s.slab[:len(s.slab)+1]
	return &s.slab[len(s.slab)-1]
}

// newAttrs takes room for n attributes from their slab.
func (s *scanner) newAttrs(n int) []xmlAttr {
	if cap(s.attrSlab)-len(s.attrSlab) < n {
		s.attrSlab = make([]xmlAttr, 0, max(n, 16))
	}
	from := len(s.attrSlab)
	s.attrSlab = s.attrSlab[:from+n]
	return s.attrSlab[from : from : from+n]
}
