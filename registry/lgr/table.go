package lgr

import (
	"slices"
	"strings"
	"time"
)

// Meta is what a ruleset says about itself (RFC 7940, Section 4.3).
type Meta struct {
	Version       string
	Date          time.Time // zero when not given, as the two below
	ValidFrom     time.Time
	ValidUntil    time.Time
	Languages     []string // RFC 5646 tags, as given
	Scopes        []string // domains in presentation format, "." for the root
	Description   string
	UnicodeNumber string // "x.y.z" or ""
}

// Table is a label generation ruleset. It does not change.
type Table struct {
	name       string
	meta       Meta
	chars      map[string]*char // by code point or sequence
	ranges     []charRange      // in order
	longest    int              // code points in the longest sequence
	repertoire runes
	actions    []action
	ops        int  // operators in all rules, which number them
	own        *Set // of this table alone
}

// char is a code point or sequence of the repertoire.
type char struct {
	cp   string
	when condition
	vars []mapping
}

// charRange is a range of code points that share a condition.
type charRange struct {
	span
	when condition
}

// mapping is a variant of a code point or sequence. It is reflexive when it
// maps to itself (RFC 7940, Section 5.3.4).
type mapping struct {
	to   string
	kind string // the type, "" when it has none
	when condition
}

// condition is a when or not-when attribute; with an empty name there is none.
type condition struct {
	name string
	not  bool
	rule *op
}

func (c condition) same(d condition) bool { return c.name == d.name && c.not == d.not }

// Name returns the name the table is known by: that of Builtin, or the one given
// to Named, or its first language.
func (t *Table) Name() string {
	if t.name == "" {
		return t.Tag()
	}
	return t.name
}

// Named returns the same table under another name.
func (t *Table) Named(name string) *Table {
	c := *t
	c.name = name
	return &c
}

// Meta returns what the table says about itself.
func (t *Table) Meta() Meta {
	m := t.meta
	m.Languages, m.Scopes = slices.Clone(m.Languages), slices.Clone(m.Scopes)
	return m
}

// Tag returns the table's language tag, the first if it has several, "" if it
// has none: what the idn extension of EPP names a table by.
func (t *Table) Tag() string {
	if len(t.meta.Languages) == 0 {
		return ""
	}
	return t.meta.Languages[0]
}

// Is reports whether a tag names this table: its name or one of its languages.
// Language tags have no case (RFC 5646, Section 2.1.1).
func (t *Table) Is(tag string) bool {
	return strings.EqualFold(tag, t.Name()) || slices.ContainsFunc(t.meta.Languages, func(l string) bool {
		return strings.EqualFold(tag, l)
	})
}

// SafeCodePoints returns non-ASCII code points that may be put together in any
// number and order to make a valid label, as far as labels of one and two of
// them show: those without condition, variants or direction from right to left.
// They are in order, at most limit.
func (t *Table) SafeCodePoints(limit int) []rune {
	var safe []rune
	for _, s := range t.repertoire {
		for r := max(s.lo, 0x80); r <= s.hi && len(safe) < limit; r++ {
			if t.isSafe(r) {
				safe = append(safe, r)
			}
		}
	}
	return safe
}

func (t *Table) isSafe(r rune) bool {
	c, ok := t.find(string(r))
	if !ok || c.when.name != "" {
		return false
	}
	for _, v := range c.vars {
		if v.to != string(r) {
			return false
		}
	}
	return leftToRightLetter(r) && t.Check(string(r)).Registrable() && t.Check(string([]rune{r, r})).Registrable()
}

// find returns the entry for a code point or sequence, of a char or a range.
func (t *Table) find(cp string) (char, bool) {
	if c, ok := t.chars[cp]; ok {
		return *c, true
	}
	rs := []rune(cp)
	if len(rs) != 1 {
		return char{}, false
	}
	i, ok := slices.BinarySearchFunc(t.ranges, rs[0], func(s charRange, r rune) int {
		switch {
		case s.hi < r:
			return -1
		case s.lo > r:
			return 1
		}
		return 0
	})
	if !ok {
		return char{}, false
	}
	return char{cp: cp, when: t.ranges[i].when}, true
}
