package lgr

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Namespace is the XML namespace of label generation rulesets (RFC 7940,
// Section 4.1).
const Namespace = "urn:ietf:params:xml:ns:lgr-1.0"

// Limits of a document. The largest published tables, those of Han, have some
// 30 000 code points and as many variants in 10 MB.
const (
	maxBytes    = 16 << 20
	maxDepth    = 40
	maxElements = 400_000
	maxAttrs    = 12
)

// Error is what is wrong with a ruleset and where.
type Error struct {
	Line, Column int    // from 1; the end of the offending tag; 0 for the whole document
	Reason       string // in words
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return "lgr: " + e.Reason
	}
	return fmt.Sprintf("lgr: line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// node is an element of a ruleset with the position where its tag ends.
type node struct {
	space, name string
	attrs       []xml.Attr
	kids        []*node
	text        string
	line, col   int
}

func (n *node) fault(format string, args ...any) *Error {
	return &Error{Line: n.line, Column: n.col, Reason: fmt.Sprintf(format, args...)}
}

// reader builds the tree of a document within the limits.
type reader struct {
	dec   *xml.Decoder
	root  *node
	open  []*node
	count int
}

// readTree reads one document. A document type declaration is refused: a
// ruleset needs none, and what it could bring in is nobody's business.
func readTree(in io.Reader) (*node, error) {
	capped := &io.LimitedReader{R: in, N: maxBytes + 1}
	r := &reader{dec: xml.NewDecoder(capped)}
	r.dec.Strict = true
	for {
		tok, err := r.dec.Token()
		if capped.N <= 0 {
			return nil, &Error{Reason: fmt.Sprintf("the document is longer than %d octets", maxBytes)}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, r.fault("not well-formed XML: %v", err)
		}
		if err := r.take(tok); err != nil {
			return nil, err
		}
	}
	if r.root == nil {
		return nil, &Error{Reason: "the document has no element"}
	}
	return r.root, nil
}

func (r *reader) fault(format string, args ...any) *Error {
	line, col := r.dec.InputPos()
	return &Error{Line: line, Column: col, Reason: fmt.Sprintf(format, args...)}
}

func (r *reader) take(tok xml.Token) error {
	switch t := tok.(type) {
	case xml.StartElement:
		return r.start(t)
	case xml.EndElement:
		r.open = r.open[:len(r.open)-1]
	case xml.CharData:
		if len(r.open) > 0 {
			r.open[len(r.open)-1].text += string(t)
		} else if strings.TrimSpace(string(t)) != "" {
			return r.fault("text outside the document element")
		}
	case xml.Directive:
		return r.fault("a document type declaration is not allowed")
	case xml.ProcInst:
		if t.Target != "xml" || r.root != nil {
			return r.fault("a processing instruction is not allowed")
		}
	}
	return nil
}

func (r *reader) start(t xml.StartElement) error {
	if r.count++; r.count > maxElements {
		return r.fault("more than %d elements", maxElements)
	}
	if len(r.open) >= maxDepth {
		return r.fault("elements nested deeper than %d", maxDepth)
	}
	if len(t.Attr) > maxAttrs {
		return r.fault("more than %d attributes", maxAttrs)
	}
	n := &node{space: t.Name.Space, name: t.Name.Local}
	n.line, n.col = r.dec.InputPos()
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			continue
		}
		for _, b := range n.attrs {
			if a.Name == b.Name {
				return n.fault("attribute %s is there twice", a.Name.Local)
			}
		}
		n.attrs = append(n.attrs, a)
	}
	switch {
	case len(r.open) > 0:
		up := r.open[len(r.open)-1]
		up.kids = append(up.kids, n)
	case r.root != nil:
		return n.fault("a second document element")
	default:
		r.root = n
	}
	r.open = append(r.open, n)
	return nil
}

// attr returns the value of an attribute, or "".
func (n *node) attr(name string) string {
	v, _ := n.has(name)
	return v
}

func (n *node) has(name string) (string, bool) {
	for _, a := range n.attrs {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}

// only refuses the attributes that are not among the names.
func (n *node) only(names ...string) error {
	for _, a := range n.attrs {
		ok := false
		for _, name := range names {
			ok = ok || a.Name.Space == "" && a.Name.Local == name
		}
		if !ok {
			return n.fault("%s does not take the attribute %s", n.name, a.Name.Local)
		}
	}
	return nil
}

// noText refuses text between child elements.
func (n *node) noText() error {
	if strings.TrimSpace(n.text) != "" {
		return n.fault("%s does not take text", n.name)
	}
	return nil
}

// empty refuses child elements and text.
func (n *node) empty() error {
	if len(n.kids) > 0 {
		return n.kids[0].fault("%s does not take the element %s", n.name, n.kids[0].name)
	}
	return n.noText()
}

// ours refuses an element outside the namespace of rulesets.
func (n *node) ours() error {
	if n.space != Namespace {
		return n.fault("%s is not in the namespace %s", n.name, Namespace)
	}
	return nil
}
