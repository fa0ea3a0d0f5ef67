package lgr

import (
	"math/bits"
	"slices"
)

// maxRunes is the most code points of a label that is looked at: an A-label has
// 63 octets, and each code point takes at least one.
const maxRunes = 63

// match evaluates rules on one label. Rules are regular: which positions an
// operator can reach from a position depends on nothing else, so it is found out
// once for each operator and position. Sets of positions are bits of a word. So
// the work is at most operators times positions, times at most 64 repetitions;
// there is no backtracking.
type match struct {
	label  []rune
	memo   []reach // by op.id
	anchor span    // where the anchor stands: positions from and after
	epoch  int     // counts anchors; what holds an anchor is found out anew for each
	steps  int     // operators evaluated at a position, for tests
}

// reach is what is known of one operator.
type reach struct {
	epoch int
	done  uint64 // positions found out
	to    *[maxRunes + 1]uint64
	class uint64 // of opClass: the positions whose code point is a member
}

// newMatch prepares matching with a table's rules; the label has at most
// maxRunes code points.
func (t *Table) newMatch(label []rune) *match {
	return &match{label: label, memo: make([]reach, t.ops), epoch: 1}
}

// all returns the set of all positions, the end included.
func (m *match) all() uint64 { return 1<<len(m.label)<<1 - 1 }

// rule reports whether a whole label rule matches anywhere in the label.
func (m *match) rule(o *op) bool { return m.eval(o, m.all()) != 0 }

// holds reports whether a condition is met for the code points from i to j.
func (m *match) holds(c condition, i, j int) bool {
	if c.rule == nil {
		return true
	}
	if at := (span{rune(i), rune(j)}); c.rule.anchored && m.anchor != at {
		m.anchor = at
		m.epoch++
	}
	return m.rule(c.rule) != c.not
}

// eval returns the positions that an operator reaches from any of a set.
func (m *match) eval(o *op, from uint64) uint64 {
	if from == 0 {
		return 0
	}
	n := len(m.label)
	switch o.kind {
	case opAny:
		return from &^ (1 << n) << 1
	case opStart:
		return from & 1
	case opEnd:
		return from & (1 << n)
	case opAnchor:
		if from>>m.anchor.lo&1 == 0 {
			return 0
		}
		return 1 << m.anchor.hi
	case opClass:
		return from & m.members(o) << 1
	}
	known := &m.memo[o.id]
	if known.to == nil {
		known.to = new([maxRunes + 1]uint64)
	}
	if o.anchored && known.epoch != m.epoch {
		known.epoch, known.done = m.epoch, 0
	}
	var out uint64
	for rest := from; rest != 0; rest &= rest - 1 {
		p := bits.TrailingZeros64(rest)
		if known.done>>p&1 == 0 {
			m.steps++
			known.to[p] = m.step(o, p)
			known.done |= 1 << p
		}
		out |= known.to[p]
	}
	return out
}

// members returns the positions whose code point is in an operator's class.
func (m *match) members(o *op) uint64 {
	known := &m.memo[o.id]
	if known.done == 0 {
		m.steps++
		for i, r := range m.label {
			if o.class.has(r) {
				known.class |= 1 << i
			}
		}
		known.done = 1
	}
	return known.class
}

// step returns the positions that an operator reaches from one.
func (m *match) step(o *op, p int) uint64 {
	from := uint64(1) << p
	switch o.kind {
	case opChar:
		end := p + len(o.literal)
		if end > len(m.label) || !slices.Equal(m.label[p:end], o.literal) {
			return 0
		}
		return 1 << end
	case opGroup:
		for _, k := range o.kids {
			from = m.eval(k, from)
		}
		return from
	case opChoice:
		var out uint64
		for _, k := range o.kids {
			out |= m.eval(k, from)
		}
		return out
	case opBehind:
		return from & m.eval(o.kids[0], m.all())
	case opAhead:
		if m.eval(o.kids[0], from) == 0 {
			return 0
		}
		return from
	case opRepeat:
		return m.repeat(o, from)
	}
	return 0
}

// repeat applies an operator from min to max times. More than 64 times is as 64
// times: one of them must have matched nothing, and so may do so again.
func (m *match) repeat(o *op, from uint64) uint64 {
	const enough = maxRunes + 1
	for range min(o.min, enough) {
		from = m.eval(o.kids[0], from)
	}
	more := enough
	if o.max >= 0 {
		more = min(o.max-o.min, enough)
	}
	reached, fresh := from, from
	for ; more > 0 && fresh != 0; more-- {
		fresh = m.eval(o.kids[0], fresh) &^ reached
		reached |= fresh
	}
	return reached
}
