package lgr

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

// Result is what a table says of a label.
type Result struct {
	Disposition string // RFC 7940, Section 7.3, or what the table's actions say
	Reason      string // why the label is not registrable, in words; else ""
}

// Registrable reports whether the disposition lets a label be registered. One
// that RFC 7940 does not define does not.
func (r Result) Registrable() bool {
	return r.Disposition == Valid || r.Disposition == Allocatable || r.Disposition == Activated
}

func invalid(format string, args ...any) Result {
	return Result{Disposition: Invalid, Reason: fmt.Sprintf(format, args...)}
}

// Check returns the disposition of a U-label under the table: repertoire, the
// contexts of its code points, the contextual rules of IDNA2008 and the table's
// own rules and actions (RFC 7940, Section 8.1). What else IDNA2008 demands, the
// bidi rule among it, is for the caller to check, who has the A-label.
func (t *Table) Check(label string) Result {
	rs, bad := splitLabel(label)
	if bad != nil {
		return *bad
	}
	if err := CheckContext(label); err != nil {
		return invalid("%v", err)
	}
	for i, r := range rs {
		if !t.repertoire.has(r) {
			return invalid("U+%04X at position %d is not in the table", r, i+1)
		}
	}
	m := t.newMatch(rs)
	if at, why := t.ineligible(m); at >= 0 {
		return invalid("U+%04X at position %d %s", rs[at], at+1, why)
	}
	a := t.dispose(m, t.original(m))
	res := Result{Disposition: a.disp}
	if !res.Registrable() {
		res.Reason = a.reason()
	}
	return res
}

func splitLabel(label string) ([]rune, *Result) {
	if label == "" {
		r := invalid("the label is empty")
		return nil, &r
	}
	if len(label) > maxRunes*utf8.UTFMax || utf8.RuneCountInString(label) > maxRunes {
		r := invalid("the label has more than %d code points", maxRunes)
		return nil, &r
	}
	if !utf8.ValidString(label) {
		r := invalid("the label is not UTF-8")
		return nil, &r
	}
	return []rune(label), nil
}

// ineligible returns where a label leaves the repertoire or a context fails, and
// why; -1 when it does not. At each position the longest sequence that is
// defined and in its context is taken.
func (t *Table) ineligible(m *match) (at int, why string) {
	for i := 0; i < len(m.label); {
		next := i
		for j := min(len(m.label), i+t.longest); j > i && next == i; j-- {
			c, ok := t.find(string(m.label[i:j]))
			switch {
			case !ok && j == i+1 && why == "":
				why = "stands only in sequences of the table"
			case ok && m.holds(c.when, i, j):
				next = j
			case ok && c.when.not:
				why = "stands where the rule " + c.when.name + " forbids it"
			case ok:
				why = "stands where the rule " + c.when.name + " does not allow it"
			}
		}
		if next == i {
			return i, why
		}
		i, why = next, ""
	}
	return -1, ""
}

// original returns how a label came about that is the identity variant of
// itself: reflexive mappings apply (RFC 7940, Section 8.1.1).
func (t *Table) original(m *match) made {
	how := made{mapped: true}
	for i := 0; i < len(m.label); {
		next := i + 1
		reflexive := false
		for j := min(len(m.label), i+t.longest); j > i; j-- {
			c, ok := t.find(string(m.label[i:j]))
			if !ok || !m.holds(c.when, i, j) {
				continue
			}
			next = j
			for _, v := range c.vars {
				if v.to == c.cp && m.holds(v.when, i, j) {
					how.kinds = append(how.kinds, v.kind)
					reflexive = true
				}
			}
			break
		}
		how.mapped = how.mapped && reflexive
		i = next
	}
	return how
}

// leftToRightLetter reports whether a code point may begin a label of any
// direction but right to left and joins with nothing.
func leftToRightLetter(r rune) bool {
	p, _ := bidi.LookupString(string(r))
	return unicode.IsLetter(r) && p.Class() == bidi.L && joiningType(r) == "U"
}
