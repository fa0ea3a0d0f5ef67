package lgr

import (
	"io"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// parser turns the tree of a document into a table.
type parser struct {
	t       *Table
	refs    map[string]bool // ids of meta's references
	tags    map[string][]span
	classes map[string]runes
	rules   map[string]*op
	ops     int
	members int // code points named in the repertoire
	vars    int
	work    int // code points looked at for classes
}

// Parse reads a ruleset of at most 16 MB and checks all that RFC 7940 asks of
// one, and that its variants are symmetric and transitive. Its errors are of
// type *Error.
func Parse(in io.Reader) (*Table, error) {
	root, err := readTree(in)
	if err != nil {
		return nil, err
	}
	p := &parser{
		t:       &Table{chars: map[string]*char{}, longest: 1},
		refs:    map[string]bool{},
		tags:    map[string][]span{},
		classes: map[string]runes{},
		rules:   map[string]*op{},
	}
	if err := p.document(root); err != nil {
		return nil, err
	}
	p.t.own = NewSet(p.t)
	if err := p.t.checkVariants(); err != nil {
		return nil, err
	}
	return p.t, nil
}

// document reads meta, data and rules, in this order (RFC 7940, Section 4.2).
func (p *parser) document(root *node) error {
	if root.name != "lgr" || root.space != Namespace {
		return root.fault("the document element is not lgr in the namespace %s", Namespace)
	}
	if err := root.only(); err != nil {
		return err
	}
	if err := root.noText(); err != nil {
		return err
	}
	order := []string{"meta", "data", "rules"}
	read := []func(*node) error{p.meta, p.data, p.rulesElement}
	next := 0
	for _, k := range root.kids {
		if err := k.ours(); err != nil {
			return err
		}
		for next < len(order) && order[next] != k.name {
			if order[next] == "data" {
				return k.fault("%s stands where data is due", k.name)
			}
			next++
		}
		if next == len(order) {
			return k.fault("%s is unknown, repeated or in the wrong place: lgr holds meta, data and rules", k.name)
		}
		if err := read[next](k); err != nil {
			return err
		}
		next++
	}
	if next < 2 {
		return root.fault("there is no data")
	}
	p.t.ops = p.ops
	return p.resolve(root)
}

var (
	datePattern     = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	languagePattern = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)
	refPattern      = regexp.MustCompile(`^[-_.:0-9A-Z]+$`)
)

// metaAttrs lists what attributes the elements of meta take.
var metaAttrs = map[string][]string{
	"version": {"comment"}, "date": nil, "language": nil, "scope": {"type"}, "description": {"type"},
	"validity-start": nil, "validity-end": nil, "unicode-version": nil, "references": nil,
}

func (p *parser) meta(n *node) error {
	if err := n.only(); err != nil {
		return err
	}
	if err := n.noText(); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, k := range n.kids {
		if k.space != Namespace {
			continue // Section 4.3.4: other applications bring their own scope
		}
		attrs, ok := metaAttrs[k.name]
		if !ok {
			return k.fault("meta does not take the element %s", k.name)
		}
		if err := k.only(attrs...); err != nil {
			return err
		}
		if seen[k.name] && k.name != "language" && k.name != "scope" {
			return k.fault("%s is there twice", k.name)
		}
		seen[k.name] = true
		if k.name == "references" {
			if err := p.references(k); err != nil {
				return err
			}
			continue
		}
		if len(k.kids) > 0 {
			return k.kids[0].fault("%s does not take the element %s", k.name, k.kids[0].name)
		}
		if err := p.metaValue(k); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) metaValue(k *node) error {
	m, v := &p.t.meta, strings.TrimSpace(k.text)
	var err error
	switch k.name {
	case "version":
		m.Version = v
	case "description":
		m.Description = v
	case "date":
		m.Date, err = k.date(v)
	case "validity-start":
		m.ValidFrom, err = k.date(v)
	case "validity-end":
		m.ValidUntil, err = k.date(v)
	case "language":
		if !languagePattern.MatchString(v) {
			return k.fault("%q is not a language tag (RFC 5646)", v)
		}
		m.Languages = append(m.Languages, v)
	case "scope":
		if k.attr("type") != "domain" {
			return k.fault("scope has a type other than domain")
		}
		if v == "" || !utf8.ValidString(v) || v != "." && strings.HasSuffix(v, ".") {
			return k.fault("%q is not a domain without trailing dot", v)
		}
		m.Scopes = append(m.Scopes, v)
	case "unicode-version":
		if _, ok := versionParts(v); !ok {
			return k.fault("%q is not a Unicode version x.y.z", v)
		}
		m.UnicodeNumber = v
	}
	return err
}

// date reads a full-date of RFC 3339, Section 5.6.
func (n *node) date(v string) (time.Time, error) {
	d, err := time.Parse(time.DateOnly, v)
	if err != nil || !datePattern.MatchString(v) {
		return d, n.fault("%q is not a date YYYY-MM-DD", v)
	}
	return d, nil
}

func (p *parser) references(n *node) error {
	if err := n.noText(); err != nil {
		return err
	}
	for _, k := range n.kids {
		if k.name != "reference" || k.space != Namespace {
			return k.fault("references does not take the element %s", k.name)
		}
		if err := k.only("id", "comment"); err != nil {
			return err
		}
		id := k.attr("id")
		if !refPattern.MatchString(id) || p.refs[id] {
			return k.fault("reference id %q is malformed or there twice", id)
		}
		p.refs[id] = true
	}
	return nil
}

// checkRef checks a ref attribute: declared references, none twice (Section
// 5.4.1).
func (p *parser) checkRef(n *node) error {
	v, ok := n.has("ref")
	if !ok {
		return nil
	}
	ids := strings.Fields(v)
	if len(ids) == 0 {
		return n.fault("ref is empty")
	}
	seen := map[string]bool{}
	for _, id := range ids {
		if !p.refs[id] || seen[id] {
			return n.fault("ref %q is not declared or there twice", id)
		}
		seen[id] = true
	}
	return nil
}
