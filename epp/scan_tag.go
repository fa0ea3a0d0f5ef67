package epp

import (
	"strings"

	"github.com/beevik/etree"
)

// usualDeclaration is that of the examples of RFC 5730, and so of most clients.
const usualDeclaration = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>`

// declaration reads the XML declaration (production 23), if there is one. Only version
// 1.0 in UTF-8 is accepted.
func (s *scanner) declaration() *scanError {
	const intro = "<?xml"
	if !strings.HasPrefix(s.src, intro) || len(s.src) == len(intro) || !isBlank(s.src[len(intro)]) {
		return nil
	}
	if strings.HasPrefix(s.src, usualDeclaration) {
		s.pos = len(usualDeclaration)
		return nil
	}
	s.pos = len(intro)
	var seen []string
	for {
		blank := s.skipBlanks()
		if strings.HasPrefix(s.src[s.pos:], "?>") {
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
		seen = append(seen, name)
		if reason := checkPseudoAttr(name, value); reason != "" {
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
func (s *scanner) attribute() (qname, raw string, err *scanError) {
	qname, err = s.qname()
	if err != nil {
		return "", "", err
	}
	s.skipBlanks()
	if s.pos >= len(s.src) || s.src[s.pos] != '=' {
		return "", "", s.fail("attribute without value")
	}
	s.pos++
	s.skipBlanks()
	if s.pos >= len(s.src) || (s.src[s.pos] != '"' && s.src[s.pos] != '\'') {
		return "", "", s.fail("attribute value not quoted")
	}
	quote := s.src[s.pos]
	s.pos++
	n := strings.IndexByte(s.src[s.pos:], quote)
	if n < 0 {
		return "", "", s.fail("attribute value not closed")
	}
	raw = s.src[s.pos : s.pos+n]
	if strings.IndexByte(raw, '<') >= 0 {
		return "", "", s.fail("< not allowed in an attribute value")
	}
	s.pos += n + 1
	return qname, raw, nil
}

// qname reads a name with at most one colon.
func (s *scanner) qname() (string, *scanError) {
	rest := s.src[s.pos:]
	n := ncNameLen(rest)
	if n == 0 {
		return "", s.fail("name expected")
	}
	if n < len(rest) && rest[n] == ':' {
		m := ncNameLen(rest[n+1:])
		if m == 0 {
			return "", s.fail("name expected")
		}
		n += 1 + m
		if n < len(rest) && rest[n] == ':' {
			return "", s.fail("more than one colon in a name")
		}
	}
	s.pos += n
	return rest[:n], nil
}

func splitQName(q string) (prefix, local string) {
	if i := strings.IndexByte(q, ':'); i >= 0 {
		return q[:i], q[i+1:]
	}
	return "", q
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
	qname, err := s.qname()
	if err != nil {
		return err
	}
	outside := len(s.bindings)
	empty, err := s.attributes()
	if err != nil {
		return err
	}
	el, err := s.element(qname)
	if err != nil {
		return err
	}
	if len(s.open) > 0 {
		s.open[len(s.open)-1].el.AddChild(el)
	} else {
		s.root = el
	}
	s.open = append(s.open, openElement{el: el, qname: qname, bindings: outside})
	if s.lim.whole != nil && !s.inWhole && s.lim.whole(el) {
		if err := s.beginWhole(&s.open[len(s.open)-1], start, outside); err != nil {
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
		case strings.HasPrefix(rest, ">"):
			s.pos++
			return false, nil
		case strings.HasPrefix(rest, "/>"):
			s.pos += 2
			return true, nil
		case !blank:
			return false, s.fail("malformed tag")
		case count >= s.lim.attrs:
			return false, s.fail("too many attributes")
		}
		qname, raw, err := s.attribute()
		if err != nil {
			return false, err
		}
		value, bad := attrValue(raw)
		if bad {
			return false, s.fail("not a reference to a predefined entity or a legal character")
		}
		prefix, local := splitQName(qname)
		switch {
		case prefix == "xmlns":
			err = s.bind(declared, local, value)
		case qname == "xmlns":
			err = s.bind(declared, "", value)
		default:
			s.attrs = append(s.attrs, rawAttr{prefix, local, value})
		}
		if err != nil {
			return false, err
		}
	}
}

// bind records a namespace declaration (Namespaces in XML 1.0, section 3); those of the
// same tag begin at index declared.
func (s *scanner) bind(declared int, prefix, uri string) *scanError {
	for _, b := range s.bindings[declared:] {
		if b.prefix == prefix {
			return s.fail("duplicate attribute")
		}
	}
	switch {
	case prefix == "xmlns", uri == nsXMLNS, (prefix == "xml") != (uri == nsXML):
		return s.fail("reserved namespace")
	case prefix != "" && uri == "":
		return s.fail("namespace prefix bound to nothing")
	}
	s.bindings = append(s.bindings, binding{prefix, uri})
	return nil
}

// lookup resolves a prefix; the default namespace is "" unless declared.
func (s *scanner) lookup(prefix string) (uri string, ok bool) {
	for i := len(s.bindings) - 1; i >= 0; i-- {
		if s.bindings[i].prefix == prefix {
			return s.bindings[i].uri, true
		}
	}
	return "", prefix == ""
}

// element makes the element of the start tag whose attributes are in s.attrs.
func (s *scanner) element(qname string) (*etree.Element, *scanError) {
	prefix, local := splitQName(qname)
	uri, ok := s.lookup(prefix)
	if !ok {
		return nil, s.fail("undeclared namespace prefix")
	}
	el := s.newElement()
	el.Space, el.Tag = uri, local
	if len(s.attrs) == 0 {
		return el, nil
	}
	el.Attr = make([]etree.Attr, 0, len(s.attrs))
	for _, a := range s.attrs {
		space := ""
		if a.prefix != "" {
			if space, ok = s.lookup(a.prefix); !ok {
				return nil, s.fail("undeclared namespace prefix")
			}
		}
		for _, b := range el.Attr {
			if b.Key == a.local && b.Space == space {
				return nil, s.fail("duplicate attribute")
			}
		}
		el.Attr = append(el.Attr, etree.Attr{Space: space, Key: a.local, Value: a.value})
	}
	return el, nil
}
