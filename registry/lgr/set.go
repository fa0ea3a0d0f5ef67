package lgr

import (
	"slices"
	"sort"
)

// span is a range of code points, both ends included.
type span struct{ lo, hi rune }

// runes is a set of code points: spans in order, apart from each other.
type runes []span

// makeRunes sorts and joins spans.
func makeRunes(spans []span) runes {
	s := slices.Clone(spans)
	slices.SortFunc(s, func(a, b span) int { return int(a.lo - b.lo) })
	var out runes
	for _, p := range s {
		if n := len(out); n > 0 && p.lo <= out[n-1].hi+1 {
			out[n-1].hi = max(out[n-1].hi, p.hi)
		} else {
			out = append(out, p)
		}
	}
	return out
}

func (s runes) has(r rune) bool {
	i := sort.Search(len(s), func(i int) bool { return s[i].hi >= r })
	return i < len(s) && s[i].lo <= r
}

// keep returns the members for which f is true.
func (s runes) keep(f func(rune) bool) runes {
	var out runes
	for _, p := range s {
		for r := p.lo; r <= p.hi; r++ {
			if !f(r) {
				continue
			}
			if n := len(out); n > 0 && out[n-1].hi == r-1 {
				out[n-1].hi = r
			} else {
				out = append(out, span{r, r})
			}
		}
	}
	return out
}

func (s runes) union(t runes) runes { return makeRunes(append(slices.Clone([]span(s)), t...)) }

func (s runes) size() int {
	n := 0
	for _, p := range s {
		n += int(p.hi-p.lo) + 1
	}
	return n
}

// complement returns what of Unicode is not in s.
func (s runes) complement() runes {
	var out runes
	next := rune(0)
	for _, p := range s {
		if p.lo > next {
			out = append(out, span{next, p.lo - 1})
		}
		next = p.hi + 1
	}
	if next <= maxRune {
		out = append(out, span{next, maxRune})
	}
	return out
}

func (s runes) intersection(t runes) runes {
	return s.complement().union(t.complement()).complement()
}

func (s runes) difference(t runes) runes { return s.intersection(t.complement()) }

const maxRune = 0x10FFFF

// Varies reports whether a U-label can have variants under the tables of the set.
// It is quick, and in doubt it says that it can.
func (s *Set) Varies(label string) bool {
	return len(s.sources) > 0 && (s.ascii || !isASCII(label))
}
