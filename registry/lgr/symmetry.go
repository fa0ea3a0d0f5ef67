package lgr

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// maxFacts limits the pairs of mappings that are compared for transitivity.
const maxFacts = 5_000_000

// checkVariants refuses a table whose variant mappings are not symmetric and
// transitive (RFC 7940, Section 5.3.1): then no index label (Section 8.5) could
// tell whether labels collide. The mapping back must have the same condition
// (Section 5.3.5). It also refuses what leaves that undecided: a variant that
// holds its own source, and several sequences in one variant set that overlap
// others or have parts with variants of their own.
func (t *Table) checkVariants() error {
	facts := 0
	for _, cp := range slices.Sorted(maps.Keys(t.chars)) {
		a := t.chars[cp]
		for _, v := range a.vars {
			if v.to == cp {
				continue
			}
			b := t.chars[v.to]
			if b == nil || !b.maps(cp, func(w mapping) bool { return w.when.same(v.when) }) {
				return &Error{Reason: fmt.Sprintf("variants are not symmetric: %s maps to %s, which does not map back under the same condition", hex(cp), hex(v.to))}
			}
			if facts += len(b.vars); facts > maxFacts {
				return &Error{Reason: "the variant sets are too large"}
			}
			if err := transitive(a, v, b); err != nil {
				return err
			}
		}
	}
	return t.checkNesting()
}

func (c *char) maps(to string, ok func(mapping) bool) bool {
	return slices.ContainsFunc(c.vars, func(w mapping) bool { return w.to == to && ok(w) })
}

// transitive checks that where a maps to b and b to c, a maps to c: under their
// condition if they have but one. Two conditions make no third that could be
// written down, so nothing follows from them.
func transitive(a *char, v mapping, b *char) error {
	for _, w := range b.vars {
		if w.to == a.cp || w.to == b.cp {
			continue
		}
		both := v.when
		if both.name == "" {
			both = w.when
		} else if w.when.name != "" && !w.when.same(v.when) {
			continue
		}
		if !a.maps(w.to, func(x mapping) bool { return x.when.name == "" || x.when.same(both) }) {
			return &Error{Reason: fmt.Sprintf("variants are not transitive: %s maps to %s, and that to %s, but the first not to the last", hex(a.cp), hex(b.cp), hex(w.to))}
		}
	}
	return nil
}

// maxMixed limits sequences that overlap others or have parts with variants, in
// one variant set.
const maxMixed = 4

// checkNesting looks at variants that are sequences, of what has variants or
// overlapping others: not too many in one set, all the same but for their parts,
// and none of these in turn in such a set.
func (t *Table) checkNesting() error {
	every := func(int, condition) bool { return true }
	mixed := map[string][]string{} // the parts of the members of a source's set
	for _, cp := range slices.Sorted(maps.Keys(t.own.sources)) {
		count := 0
		for _, member := range t.chars[cp].set() {
			if member != cp && strings.Contains(member, cp) {
				return &Error{Reason: fmt.Sprintf("%s has the variant %s, which holds it", hex(cp), hex(member))}
			}
			if parts := t.own.parts([]rune(member)); len(parts) > 0 || t.own.overlap[member] {
				mixed[cp] = append(append([]string{}, mixed[cp]...), parts...)
				count++
			}
		}
		if count > maxMixed {
			return &Error{Reason: fmt.Sprintf("more than %d variants of %s are sequences that overlap others or have parts with variants", maxMixed, hex(cp))}
		}
	}
	for _, cp := range slices.Sorted(maps.Keys(mixed)) {
		for _, part := range mixed[cp] {
			if mixed[part] != nil {
				return &Error{Reason: fmt.Sprintf("variants of %s hold %s, whose variants hold others in turn", hex(cp), hex(part))}
			}
		}
		forms := t.own.inner(t.chars[cp].set(), every, maxNesting)
		slices.Sort(forms)
		if forms = slices.Compact(forms); len(forms) > 1 {
			return &Error{Reason: fmt.Sprintf("two variants of %s are sequences that overlap others or have parts with variants: %s and %s", hex(cp), hex(forms[0]), hex(forms[1]))}
		}
	}
	return nil
}

// set returns a code point with its variants, each once.
func (c *char) set() []string {
	set := []string{c.cp}
	for _, v := range c.vars {
		if !slices.Contains(set, v.to) {
			set = append(set, v.to)
		}
	}
	return set
}

// maps2others reports whether a code point has variants beside itself.
func (c *char) maps2others() bool {
	return slices.ContainsFunc(c.vars, func(w mapping) bool { return w.to != c.cp })
}

// hex writes a sequence as rulesets do.
func hex(cp string) string {
	out := ""
	for _, r := range cp {
		out += fmt.Sprintf(" %04X", r)
	}
	return out[1:]
}
