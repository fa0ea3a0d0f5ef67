package epp

import (
	"strconv"
	"strings"
	"sync"

	"github.com/beevik/etree"
)

// limits bound what one frame may make the scanner do.
type limits struct {
	bytes    int // of the XML instance
	depth    int // of nested elements
	elements int
	attrs    int // of one element, namespace declarations included

	// whole names elements that the tree holds as one text, their own XML: see Fragment.
	// nil stands for none.
	whole func(el *etree.Element) bool
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
// element is one token behind its children, and is left out if it is blank and there
// are children.
type scanner struct {
	src      string
	pos      int
	lim      limits
	elements int
	open     []openElement
	bindings []binding // innermost last
	attrs    []rawAttr // of the start tag at hand, reused
	slab     []etree.Element
	texts    []etree.CharData
	root     *etree.Element
	inWhole  bool // an open element is to be left whole
	declared int  // octets of declarations that such elements have inherited
}

// openElement is an element whose end tag has not been seen.
type openElement struct {
	el       *etree.Element
	qname    string // as written
	bindings int    // length of scanner.bindings outside of it
	text     string // the character data, while it is in one piece
	more     []byte // the character data, once it is in several

	whole     bool   // to be left whole: see Fragment
	start     int    // offset of its start tag
	inherited string // namespace declarations in scope outside of it
}

type binding struct{ prefix, uri string }

type rawAttr struct{ prefix, local, value string }

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
func scan(frame []byte, lim limits) (*etree.Element, *scanError) {
	return new(scanner).scan(frame, lim)
}

// scanners keeps the memory of trees that are no longer looked at.
var scanners = sync.Pool{New: func() any { return new(scanner) }}

// Bounds of the memory a scanner takes back to the pool: what ordinary commands need.
const (
	pooledElements = 64
	pooledOpen     = 16
)

// release gives the scanner and its tree back. Nothing may refer to an element or a token
// of the tree any more; strings are their own.
func (s *scanner) release() {
	if cap(s.slab) > pooledElements || cap(s.open) > pooledOpen {
		return
	}
	for i := range s.slab {
		child := s.slab[i].Child
		clear(child)
		s.slab[i] = etree.Element{Child: child[:0]}
	}
	clear(s.texts)
	clear(s.open[:cap(s.open)])
	clear(s.bindings[:cap(s.bindings)])
	clear(s.attrs[:cap(s.attrs)])
	*s = scanner{slab: s.slab[:0], texts: s.texts[:0], open: s.open[:0], bindings: s.bindings[:0], attrs: s.attrs[:0]}
	scanners.Put(s)
}

func (s *scanner) scan(frame []byte, lim limits) (*etree.Element, *scanError) {
	s.lim = lim
	if len(frame) > lim.bytes {
		return nil, s.fail("frame too long")
	}
	s.src = strings.TrimPrefix(string(frame), "\uFEFF")
	if i := illegalAt(s.src); i >= 0 {
		s.pos = i
		return nil, s.fail("not a legal character in UTF-8")
	}
	if strings.IndexByte(s.src, '\r') >= 0 { // XML 1.0, section 2.11
		s.src = strings.ReplaceAll(strings.ReplaceAll(s.src, "\r\n", "\n"), "\r", "\n")
	}
	n := min(strings.Count(s.src, "<")/2+1, lim.elements)
	if cap(s.slab) < n {
		s.slab = make([]etree.Element, 0, max(n, 16))
	}
	if cap(s.texts) < n {
		s.texts = make([]etree.CharData, 0, max(n, 16))
	}
	if s.open == nil {
		s.open, s.bindings = make([]openElement, 0, 8), make([]binding, 0, 4)
	}
	s.bindings = append(s.bindings, binding{"xml", nsXML})
	if err := s.document(); err != nil {
		return nil, err
	}
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
	switch {
	case strings.HasPrefix(rest, "</"):
		return s.endTag()
	case strings.HasPrefix(rest, "<!--"):
		return s.comment()
	case strings.HasPrefix(rest, "<![CDATA["):
		return s.cdata()
	case strings.HasPrefix(rest, "<!"):
		return s.fail("document type declaration not allowed")
	case strings.HasPrefix(rest, "<?"):
		return s.fail("processing instruction not allowed")
	}
	return s.startTag()
}

// comment is production 15. Comments mean nothing.
func (s *scanner) comment() *scanError {
	body := s.src[s.pos+len("<!--"):]
	i := strings.Index(body, "--")
	if i < 0 || !strings.HasPrefix(body[i:], "-->") {
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
	i := strings.Index(body, "]]>")
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
	if i := strings.IndexByte(raw, '<'); i >= 0 {
		raw = raw[:i]
	}
	if len(s.open) == 0 {
		if !allBlank(raw) {
			return s.fail("text outside of the root element")
		}
		s.pos += len(raw)
		return nil
	}
	if strings.Contains(raw, "]]>") {
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

func (s *scanner) addText(text string) {
	o := &s.open[len(s.open)-1]
	switch {
	case o.text == "" && o.more == nil:
		o.text = text
	case o.more == nil:
		o.more = append(append(o.more, o.text...), text...)
	default:
		o.more = append(o.more, text...)
	}
}

// endTag is production 42; the element is complete after it.
func (s *scanner) endTag() *scanError {
	if len(s.open) == 0 {
		return s.fail("end tag without start tag")
	}
	o := &s.open[len(s.open)-1]
	rest := s.src[s.pos+2:]
	if !strings.HasPrefix(rest, o.qname) {
		return s.fail("end tag does not match start tag")
	}
	i := len(o.qname)
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
	text := o.text
	if o.more != nil {
		text = string(o.more)
	}
	if o.whole {
		s.endWhole(o)
	} else if text != "" && (len(o.el.Child) == 0 || !allBlank(text)) {
		o.el.AddChild(s.newText(text))
	}
	s.bindings = s.bindings[:o.bindings]
	s.open = s.open[:len(s.open)-1]
}

// newText takes a token from the slab, so that a frame costs few allocations.
func (s *scanner) newText(text string) *etree.CharData {
	if len(s.texts) == cap(s.texts) {
		s.texts = make([]etree.CharData, 0, 16)
	}
	s.texts = append(s.texts, etree.CharData{Data: text})
	return &s.texts[len(s.texts)-1]
}

// newElement takes an element from the slab.
func (s *scanner) newElement() *etree.Element {
	if len(s.slab) == cap(s.slab) {
		s.slab = make([]etree.Element, 0, 16)
	}
	s.slab = s.slab[:len(s.slab)+1]
	return &s.slab[len(s.slab)-1] // empty, perhaps with room for children: see release
}
