package lgr

import (
	"slices"
	"strings"
)

// place is where a class stands, which decides what attributes it takes.
type place uint8

const (
	placeTop    place = iota // directly in rules: with a name
	placeRule                // a match operator: with a count, perhaps
	placeNested              // in a set operator: neither
)

// setSizes has the set operators with the least and the most classes that each
// combines (RFC 7940, Section 6.2.5).
var setSizes = map[string][2]int{
	"union": {2, 1000}, "intersection": {2, 2}, "difference": {2, 2}, "symmetric-difference": {2, 2}, "complement": {1, 1},
}

func isSet(name string) bool {
	_, ok := setSizes[name]
	return ok || name == "class"
}

func (w place) attrs(more ...string) []string {
	more = append(more, "comment")
	switch w {
	case placeTop:
		return append(more, "name", "ref")
	case placeRule:
		return append(more, "count", "ref")
	}
	return append(more, "ref")
}

// class reads a class or a combination of classes (RFC 7940, Section 6.2).
func (p *parser) class(n *node, w place) (runes, error) {
	if err := n.ours(); err != nil {
		return nil, err
	}
	if n.name == "class" {
		return p.simpleClass(n, w)
	}
	size, ok := setSizes[n.name]
	if !ok {
		return nil, n.fault("%s is neither a class nor a set operator", n.name)
	}
	if err := n.only(w.attrs()...); err != nil {
		return nil, err
	}
	if err := p.checkRef(n); err != nil {
		return nil, err
	}
	if err := n.noText(); err != nil {
		return nil, err
	}
	if len(n.kids) < size[0] || len(n.kids) > size[1] {
		return nil, n.fault("%s combines %d to %d classes", n.name, size[0], size[1])
	}
	var sets []runes
	for _, k := range n.kids {
		s, err := p.class(k, placeNested)
		if err != nil {
			return nil, err
		}
		if err := p.spend(n, len(s)+1); err != nil {
			return nil, err
		}
		sets = append(sets, s)
	}
	return combine(n.name, sets), nil
}

func combine(operator string, sets []runes) runes {
	a := sets[0]
	switch operator {
	case "complement":
		return a.complement()
	case "union":
		return makeRunes(slices.Concat(sets...))
	case "intersection":
		return a.intersection(sets[1])
	case "difference":
		return a.difference(sets[1])
	}
	return a.difference(sets[1]).union(sets[1].difference(a))
}

// spend accounts for the work of making classes.
func (p *parser) spend(n *node, work int) error {
	if p.work += work; p.work > maxWork {
		return n.fault("the classes are too many or too large")
	}
	return nil
}

// simpleClass reads a class by reference, tag, property or list.
func (p *parser) simpleClass(n *node, w place) (runes, error) {
	if ref, ok := n.has("by-ref"); ok {
		attrs := []string{"by-ref", "comment"}
		if w == placeRule {
			attrs = append(attrs, "count")
		}
		if err := n.only(attrs...); err != nil {
			return nil, err
		}
		if err := n.empty(); err != nil {
			return nil, err
		}
		set, ok := p.classes[ref]
		if !ok {
			return nil, n.fault("there is no class %q so far", ref)
		}
		return set, nil
	}
	if err := n.only(w.attrs("property", "from-tag")...); err != nil {
		return nil, err
	}
	if err := p.checkRef(n); err != nil {
		return nil, err
	}
	prop, byProperty := n.has("property")
	tag, byTag := n.has("from-tag")
	if byProperty && byTag {
		return nil, n.fault("property and from-tag exclude each other")
	}
	if !byProperty && !byTag {
		return p.listed(n)
	}
	if err := n.empty(); err != nil {
		return nil, err
	}
	if byProperty {
		return p.propertyClass(n, prop)
	}
	if !tokenPattern.MatchString(tag) {
		return nil, n.fault("from-tag %q is not one tag", tag)
	}
	tagged := p.tags[tag] // none: the empty class, Section 6.2.2
	return makeRunes(tagged), p.spend(n, len(tagged))
}

// propertyClass has those code points of the repertoire that have a property:
// no other ever stands in a label that a rule sees.
func (p *parser) propertyClass(n *node, spec string) (runes, error) {
	newer, ok := newerThanOurs(p.t.meta.UnicodeNumber)
	if !ok {
		return nil, n.fault("a class by property needs unicode-version (RFC 7940, Section 4.3.7)")
	}
	if newer {
		return nil, n.fault("properties of Unicode %s are not known here", p.t.meta.UnicodeNumber)
	}
	has, err := property(spec)
	if err != nil {
		return nil, n.fault("%v", err)
	}
	if err := p.spend(n, p.t.repertoire.size()); err != nil {
		return nil, err
	}
	return p.t.repertoire.keep(has), nil
}

// listed reads a class that lists code points and ranges of them.
func (p *parser) listed(n *node) (runes, error) {
	if len(n.kids) > 0 {
		return nil, n.kids[0].fault("class does not take the element %s", n.kids[0].name)
	}
	fields := strings.Fields(n.text)
	if len(fields) == 0 {
		return nil, n.fault("the class has neither by-ref, property, from-tag nor code points")
	}
	var spans []span
	for _, f := range fields {
		first, last, ranged := strings.Cut(f, "-")
		if !ranged {
			last = first
		}
		lo, err := n.codePoint(first)
		if err != nil {
			return nil, err
		}
		hi, err := n.codePoint(last)
		if err != nil {
			return nil, err
		}
		if lo > hi {
			return nil, n.fault("the range %s ends before it begins", f)
		}
		spans = append(spans, span{lo, hi})
	}
	return makeRunes(spans), p.spend(n, len(spans))
}
