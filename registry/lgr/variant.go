package lgr

import (
	"errors"
	"fmt"
	"slices"
)

// Variant is a variant of a label with its disposition, which is never Invalid.
type Variant struct {
	Label       string
	Disposition string
}

// ErrDuplicate is the fault of a table that makes a variant of a label in two
// ways (RFC 7940, Section 8.4).
var ErrDuplicate = errors.New("lgr: the table makes the same variant in two ways")

// maxTries limits the permutations looked at for each variant asked for: those
// that turn out invalid are not returned, but cost the same.
const maxTries = 16

// maxVariants is the most variants that one call returns.
const maxVariants = 10_000

// Variants returns variants of a U-label, at most limit (and 10 000), without the label
// itself, in the order of the table (RFC 7940, Section 8.2). complete is false
// when there may be more. A label that is not valid has none.
func (t *Table) Variants(label string, limit int) (variants []Variant, complete bool, err error) {
	if !t.Check(label).Registrable() {
		return nil, true, nil
	}
	limit = max(0, min(limit, maxVariants))
	rs := []rune(label)
	w := &walk{t: t, m: t.newMatch(rs), seen: map[string]bool{}, limit: limit, tries: maxTries * (limit + 1)}
	w.plan()
	w.from(0, nil, made{mapped: true})
	if w.duplicate != "" {
		return nil, false, fmt.Errorf("%w: %q of %q", ErrDuplicate, w.duplicate, label)
	}
	return w.found, !w.cut, nil
}

// arc is one way on from a position of the original label.
type arc struct {
	end  int    // the position after the code points taken
	to   []rune // what they become
	kind string // of the mapping
	via  bool   // a mapping is applied, perhaps a reflexive one
}

// walk goes through the permutations of a label.
type walk struct {
	t         *Table
	m         *match
	arcs      [][]arc
	seen      map[string]bool
	found     []Variant
	limit     int
	tries     int
	cut       bool
	duplicate string
}

// plan finds the ways on from each position, without dead ends.
func (w *walk) plan() {
	n := len(w.m.label)
	w.arcs = make([][]arc, n)
	ends := make([]bool, n+1)
	ends[n] = true
	for i := n - 1; i >= 0; i-- {
		for j := i + 1; j <= min(n, i+w.t.longest); j++ {
			if !ends[j] {
				continue
			}
			w.arcs[i] = append(w.arcs[i], w.ways(i, j)...)
		}
		ends[i] = len(w.arcs[i]) > 0
	}
}

// ways returns what the code points from i to j may become.
func (w *walk) ways(i, j int) []arc {
	source := w.m.label[i:j]
	c, ok := w.t.find(string(source))
	if !ok || !w.m.holds(c.when, i, j) {
		return nil
	}
	var out []arc
	reflexive := false
	for _, v := range c.vars {
		if w.m.holds(v.when, i, j) {
			reflexive = reflexive || v.to == c.cp
			out = append(out, arc{end: j, to: []rune(v.to), kind: v.kind, via: true})
		}
	}
	if reflexive || w.singly(i, j) {
		return out
	}
	return append([]arc{{end: j, to: source}}, out...)
}

// singly reports whether a sequence may stay as it is one code point at a time,
// so that taking it as a whole would only make the same labels again.
func (w *walk) singly(i, j int) bool {
	if j == i+1 {
		return false
	}
	for k := i; k < j; k++ {
		c, ok := w.t.find(string(w.m.label[k : k+1]))
		if !ok || !w.m.holds(c.when, k, k+1) {
			return false
		}
	}
	return true
}

// from goes on from a position of the original with what is made so far.
func (w *walk) from(i int, label []rune, how made) {
	if w.cut || w.duplicate != "" {
		return
	}
	if i == len(w.m.label) {
		w.arrive(label, how)
		return
	}
	for _, a := range w.arcs[i] {
		next := made{kinds: how.kinds, mapped: how.mapped && a.via}
		if a.via {
			next.kinds = append(slices.Clip(how.kinds), a.kind)
		}
		w.from(a.end, append(slices.Clip(label), a.to...), next)
	}
}

// arrive judges one permutation.
func (w *walk) arrive(label []rune, how made) {
	if len(w.found) >= w.limit || w.tries == 0 {
		w.cut = true
		return
	}
	w.tries--
	s := string(label)
	if w.seen[s] {
		w.duplicate = s
		return
	}
	w.seen[s] = true
	if slices.Equal(label, w.m.label) {
		return
	}
	if disp := w.t.judge(s, how); disp != Invalid {
		w.found = append(w.found, Variant{Label: s, Disposition: disp})
	}
}

// judge returns the disposition of a variant made in a known way.
func (t *Table) judge(label string, how made) string {
	rs, bad := splitLabel(label)
	if bad != nil || CheckContext(label) != nil {
		return Invalid
	}
	m := t.newMatch(rs)
	if at, _ := t.ineligible(m); at >= 0 {
		return Invalid
	}
	return t.dispose(m, how).disp
}

// Between returns the disposition of one label as a variant of another, both
// U-labels, without making all variants; ok is false when it is none. This is
// what decides whether the holder of the first may have the second.
func (t *Table) Between(original, variant string) (disposition string, ok bool) {
	target := []rune(variant)
	if len(target) > maxRunes || !t.Check(original).Registrable() {
		return "", false
	}
	b := &between{walk: &walk{t: t, m: t.newMatch([]rune(original))}, target: target, dead: map[[2]int]bool{}}
	b.plan()
	how, ok := b.reach(0, 0, made{mapped: true})
	if !ok {
		return "", false
	}
	return t.judge(variant, how), true
}

// between looks for the way from a label to a given variant. From each pair of
// positions it fails at most once.
type between struct {
	*walk
	target []rune
	dead   map[[2]int]bool
}

func (b *between) reach(i, j int, how made) (made, bool) {
	if i == len(b.m.label) {
		return how, j == len(b.target)
	}
	if b.dead[[2]int{i, j}] {
		return made{}, false
	}
	for _, a := range b.arcs[i] {
		end := j + len(a.to)
		if end > len(b.target) || !slices.Equal(b.target[j:end], a.to) {
			continue
		}
		next := made{kinds: how.kinds, mapped: how.mapped && a.via}
		if a.via {
			next.kinds = append(slices.Clip(how.kinds), a.kind)
		}
		if r, ok := b.reach(a.end, end, next); ok {
			return r, true
		}
	}
	b.dead[[2]int{i, j}] = true
	return made{}, false
}
