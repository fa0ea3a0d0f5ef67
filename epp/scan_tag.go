package epp

import (
	"bytes"
	"strings"
)

// usualDeclaration is that of the examples of RFC 5730, and so of most clients.
const usualDeclaration = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>`

// declaration reads the XML declaration (production 23), if there is one. Only version
// 1.0 in UTF-8 is accepted.
func (s *scanner) declaration() *scanError {
	const intro = "<?xml"
	if !bytes.HasPrefix(s.src, []byte(intro)) || len(s.src) == len(intro) || !isBlank(s.src[len(intro)]) {
		return nil
	}
	if bytes.HasPrefix(s.src, []byte(usualDeclaration)) {
		s.pos = len(usualDeclaration)
		return nil
	}
	s.pos = len(intro)
	var seen []string
	for {
		blank := s.skipBlanks()
		if bytes.HasPrefix(s.src[s.pos:], []byte("?>")) {
			s.pos += 2
			break
		}
		if !blank {
			return s.fail("malformed XML declaration")
		}
		name, value, err := s.attribute()
		if err != nil {
			return err
		}
		seen = append(seen, string(name.all))
		if reason := checkPseudoAttr(string(name.all), string(value)); reason != "" {
			return s.fail(reason)
		}
	}
	switch strings.Join(seen, " ") {
	case "version", "version encoding", "version standalone", "version encoding standalone":
		return nil
	}
	return s.fail("malformed XML declaration")
}

// checkPseudoAttr gives the reason to refuse one part of the XML declaration, else "".
func checkPseudoAttr(name, value string) string {
	switch {
	case name == "version" && value != "1.0":
		return "XML version must be 1.0"
	case name == "encoding" && !strings.EqualFold(value, "UTF-8"):
		return "encoding must be UTF-8"
	case name == "standalone" && value != "yes" && value != "no":
		return "malformed XML declaration"
	}
	return ""
}

func (s *scanner) skipBlanks() bool {
	start := s.pos
	for s.pos < len(s.src) && isBlank(s.src[s.pos]) {
		s.pos++
	}
	return s.pos > start
}

// attribute reads name, equals sign and quoted value; the value is as written.
func (s *scanner) attribute() (name qname, raw []byte, err *scanError) {
	name, err = s.qname()
	if err != nil {
		return name, nil, err
	}
	s.skipBlanks()
	if s.pos >= len(s.src) || s.src[s.pos] != '=' {
		return name, nil, s.fail("attribute without value")
	}
	s.pos++
	s.skipBlanks()
	if s.pos >= len(s.src) || (s.src[s.pos] != '"' && s.src[s.pos] != '\'') {
		return name, nil, s.fail("attribute value not quoted")
	}
	quote := s.src[s.pos]
	s.pos++
	n := bytes.IndexByte(s.src[s.pos:], quote)
	if n < 0 {
		return name, nil, s.fail("attribute value not closed")
	}
	raw = s.src[s.pos : s.pos+n]
	if bytes.IndexByte(raw, '<') >= 0 {
		return name, nil, s.fail("< not allowed in an attribute value")
	}
	s.pos += n + 1
	return name, raw, nil
}

// qname is a name as written, a part of the frame.
type qname struct {
	all   []byte
	local int // where the local name begins, behind the colon if there is one
}

// prefix is what stands before the colon, empty if there is none.
func (q *qname) prefix() []byte { return q.all[:max(q.local-1, 0)] }

// qname reads a name with at most one colon.
func (s *scanner) qname() (qname, *scanError) {
	rest := s.src[s.pos:]
	n := ncNameLen(rest)
	if n == 0 {
		return qname{}, s.fail("name expected")
	}
	if n == len(rest) || rest[n] != ':' {
		s.pos += n
		return qname{all: rest[:n]}, nil
	}
	m := ncNameLen(rest[n+1:])
	if m == 0 {
		return qname{}, s.fail("name expected")
	}
	end := n + 1 + m
	if end < len(rest) && rest[end] == ':' {
		return qname{}, s.fail("more than one colon in a name")
	}
	s.pos += end
	return qname{rest[:end], n + 1}, nil
}

// startTag is productions 40 and 44.
func (s *scanner) startTag() *scanError {
	switch {
	case len(s.open) == 0 && s.root != nil:
		return s.fail("more than one root element")
	case len(s.open) >= s.lim.depth:
		return s.fail("elements nested too deep")
	case s.elements >= s.lim.elements:
		return s.fail("too many elements")
	}
	s.elements++
	start := s.pos
	s.pos++
	name, err := s.qname()
	if err != nil {
		return err
	}
	outside := len(s.bindings)
	empty, err := s.attributes()
	if err != nil {
		return err
	}
	el, err := s.element(name)
	if err != nil {
		return err
	}
	if len(s.open) > 0 {
		s.open[len(s.open)-1].el.add(el)
	} else {
		s.root = el
	}
	s.open = append(s.open, openElement{el: el, start: start, named: len(name.all), bindings: outside})
	if s.lim.whole != nil && !s.inWhole && s.lim.whole(el) {
		if err := s.beginWhole(&s.open[len(s.open)-1], outside); err != nil {
			return err
		}
	}
	if empty {
		s.closeElement()
	}
	return nil
}

// attributes reads the rest of a start tag into s.attrs, namespace declarations into
// s.bindings, and reports whether the tag was an empty-element tag.
func (s *scanner) attributes() (empty bool, err *scanError) {
	s.attrs = s.attrs[:0]
	declared := len(s.bindings)
	for count := 0; ; count++ {
		blank := s.skipBlanks()
		rest := s.src[s.pos:]
		switch {
		case len(rest) > 0 && rest[0] == '>':
			s.pos++
			return false, nil
		case len(rest) > 1 && rest[0] == '/' && rest[1] == '>':
			s.pos += 2
			return true, nil
		case !blank:
			return false, s.fail("malformed tag")
		case count >= s.lim.attrs:
			return false, s.fail("too many attributes")
		}
		name, raw, err := s.attribute()
		if err != nil {
			return false, err
		}
		value, bad := attrValue(raw)
		if bad {
			return false, s.fail("not a reference to a predefined entity or a legal character")
		}
		switch {
		case string(name.prefix()) == "xmlns":
			err = s.bind(declared, name.all[name.local:], s.names.text(value))
		case string(name.all) == "xmlns":
			err = s.bind(declared, nil, s.names.text(value))
		default:
			s.attrs = append(s.attrs, rawAttr{name, value})
		}
		if err != nil {
			return false, err
		}
	}
}

// bind records a namespace declaration (Namespaces in XML 1.0, section 3); those of the
// same tag begin at index declared.
func (s *scanner) bind(declared int, prefix []byte, uri string) *scanError {
	for _, b := range s.bindings[declared:] {
		if bytes.Equal(b.prefix, prefix) {
			return s.fail("duplicate attribute")
		}
	}
	switch {
	case string(prefix) == "xmlns", uri == nsXMLNS, (string(prefix) == "xml") != (uri == nsXML):
		return s.fail("reserved namespace")
	case len(prefix) > 0 && uri == "":
		return s.fail("namespace prefix bound to nothing")
	}
	s.bindings = append(s.bindings, binding{prefix, uri})
	return nil
}

// lookup resolves a prefix; the default namespace is "" unless declared, and xml needs no
// declaration.
func (s *scanner) lookup(prefix []byte) (uri string, ok bool) {
	for i := len(s.bindings) - 1; i >= 0; i-- {
		if bytes.Equal(s.bindings[i].prefix, prefix) {
			return s.bindings[i].uri, true
		}
	}
	if string(prefix) == "xml" {
		return nsXML, true
	}
	return "", len(prefix) == 0
}

// element makes the element of the start tag whose attributes are in s.attrs.
func (s *scanner) element(name qname) (*element, *scanError) {
	uri, ok := s.lookup(name.prefix())
	if !ok {
		return nil, s.fail("undeclared namespace prefix")
	}
	el := s.newElement()
	el.Space, el.Tag = uri, s.names.text(name.all[name.local:])
	if len(s.attrs) == 0 {
		return el, nil
	}
	el.Attr = s.newAttrs(len(s.attrs))
	for i := range s.attrs {
		a := &s.attrs[i]
		key, space := a.all[a.local:], ""
		if a.local > 0 {
			if space, ok = s.lookup(a.prefix()); !ok {
				return nil, s.fail("undeclared namespace prefix")
			}
		}
		for j := range el.Attr {
			if el.Attr[j].Key == string(key) && el.Attr[j].Space == space {
				return nil, s.fail("duplicate attribute")
			}
		}
		el.Attr = append(el.Attr, xmlAttr{Space: space, Key: s.names.text(key), span: s.keep(a.value)})
	}
	return el, nil
}
