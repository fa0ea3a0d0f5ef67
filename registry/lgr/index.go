package lgr

import (
	"fmt"
	"slices"
)

// Set is the tables of one zone, in the order in which they are tried. It does
// not change.
type Set struct {
	tables  []*Table
	sources map[string]bool // code points and sequences with variants
	overlap map[string]bool // those whose end begins another, or whose beginning ends one
	ascii   bool            // one of them is ASCII
	longest int             // code points in the longest of them
}

// NewSet makes a set of tables.
func NewSet(tables ...*Table) *Set {
	s := &Set{tables: slices.Clone(tables), sources: map[string]bool{}, longest: 1}
	for _, t := range tables {
		for cp, c := range t.chars {
			if !c.maps2others() {
				continue
			}
			s.sources[cp] = true
			s.ascii = s.ascii || isASCII(cp)
			s.longest = max(s.longest, len([]rune(cp)))
		}
	}
	s.overlap = overlapping(s.sources)
	return s
}

// overlapping returns the sequences that share code points with another when both
// stand in one label, "ab" and "bc" in "abc", or with themselves.
func overlapping(sources map[string]bool) map[string]bool {
	found := map[string]bool{}
	begins := map[string][]string{} // sequences by their proper beginnings
	for cp := range sources {
		rs := []rune(cp)
		for i := 1; i < len(rs); i++ {
			begins[string(rs[:i])] = append(begins[string(rs[:i])], cp)
		}
	}
	for cp := range sources {
		rs := []rune(cp)
		for i := 1; i < len(rs); i++ {
			others, ok := begins[string(rs[i:])]
			if !ok {
				continue
			}
			found[cp] = true
			for _, o := range others {
				found[o] = true
			}
			begins[string(rs[i:])] = nil // all found; that there are some is still to be known
		}
	}
	return found
}

// For returns the table that a tag names, by name or language; nil if none.
func (s *Set) For(tag string) *Table {
	for _, t := range s.tables {
		if t.Is(tag) {
			return t
		}
	}
	return nil
}

// Check returns the table a U-label is registered under: the one that the tag
// names or, without a tag, the first that takes the label. The error says why
// there is none: in the words of the table when there is only one to ask.
func (s *Set) Check(label, tag string) (*Table, error) {
	tables := s.tables
	if tag != "" {
		t := s.For(tag)
		if t == nil {
			return nil, fmt.Errorf("there is no table %q here", tag)
		}
		tables = []*Table{t}
	}
	var first error
	for _, t := range tables {
		r := t.Check(label)
		if r.Registrable() {
			return t, nil
		}
		if first == nil {
			first = fmt.Errorf("table %s: %s", t.Name(), r.Reason)
		}
	}
	switch {
	case first == nil:
		return nil, fmt.Errorf("there are no tables here")
	case len(tables) > 1:
		return nil, fmt.Errorf("no table takes the label; %w", first)
	}
	return nil, first
}

// Key returns the index label (RFC 7940, Section 8.5) under all tables of the
// set: labels with the same key are variants of one another, and only one
// registrant may have any. A mapping of any table counts for labels of all, and
// mappings of several tables add up, so that the key of a label does not depend
// on the table it is registered under; with the tables of a zone, though, keys
// change. A label without code points that have variants is its own key.
func (s *Set) Key(label string) string {
	if len(s.sources) == 0 || !s.ascii && isASCII(label) {
		return label
	}
	rs, bad := splitLabel(label)
	if bad != nil {
		return label
	}
	return s.index(rs)
}

// IndexLabel returns the index label of a U-label (RFC 7940, Section 8.5): the
// same for two labels of the table if, and only if, they are variants of one
// another. Conditions of mappings are judged in the label itself.
func (t *Table) IndexLabel(label string) string { return t.own.Key(label) }

// index substitutes for each code point or sequence with variants, the longest
// first, what stands for its variant set.
func (s *Set) index(rs []rune) string {
	matches := make([]*match, len(s.tables))
	for i, t := range s.tables {
		matches[i] = t.newMatch(rs)
	}
	out := make([]byte, 0, 4*len(rs))
	for i := 0; i < len(rs); {
		j := s.segment(rs, i, s.longest)
		holds := func(table int, c condition) bool { return matches[table].holds(c, i, j) }
		out = append(out, s.least(string(rs[i:j]), holds, 0)...)
		i = j
	}
	return string(out)
}

// segment returns the end of the longest source that begins at i and has at most
// limit code points; the next position when there is none.
func (s *Set) segment(rs []rune, i, limit int) int {
	j := min(len(rs), i+limit)
	for j > i+1 && !s.sources[string(rs[i:j])] {
		j--
	}
	return j
}

// maxNesting limits variants of sequences of what has variants of sequences. One
// table has no more (see checkNesting); several together are cut off here.
const maxNesting = 1

// least returns what stands for the variant set of a sequence: its first member
// by code points. But when a member is a sequence that overlaps another, or of code
// points that themselves have variants, it is that member with these substituted:
// then labels get the same index label however they are taken apart.
func (s *Set) least(cp string, holds func(table int, c condition) bool, nesting int) string {
	if !s.sources[cp] {
		return cp
	}
	set := []string{cp}
	for i := 0; i < len(set); i++ {
		for k, t := range s.tables {
			c := t.chars[set[i]]
			if c == nil {
				continue
			}
			for _, v := range c.vars {
				if !slices.Contains(set, v.to) && holds(k, v.when) {
					set = append(set, v.to)
				}
			}
		}
	}
	if s.longest > 1 && nesting < maxNesting {
		if inner := s.inner(set, holds, nesting+1); len(inner) > 0 {
			return slices.Min(inner)
		}
	}
	return slices.Min(set)
}

// inner returns the members of a variant set that overlap others or hold code
// points with variants, with these substituted.
func (s *Set) inner(set []string, holds func(table int, c condition) bool, nesting int) []string {
	var all []string
	for _, member := range set {
		rs := []rune(member)
		if len(s.parts(rs)) == 0 && !s.overlap[member] {
			continue
		}
		form := ""
		for i := 0; i < len(rs); {
			j := s.segment(rs, i, min(s.longest, len(rs)-1))
			form += s.least(string(rs[i:j]), holds, nesting)
			i = j
		}
		all = append(all, form)
	}
	return all
}

// parts returns what in a sequence, but for the whole, has variants.
func (s *Set) parts(rs []rune) []string {
	var parts []string
	for i := 0; i < len(rs) && len(rs) > 1; {
		j := s.segment(rs, i, min(s.longest, len(rs)-1))
		if part := string(rs[i:j]); s.sources[part] {
			parts = append(parts, part)
		}
		i = j
	}
	return parts
}
