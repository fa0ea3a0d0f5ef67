package lgr

import (
	"fmt"
	"strconv"
	"strings"
)

// kind of a match operator (RFC 7940, Section 6.3.2).
type kind uint8

const (
	opAny kind = iota
	opClass
	opChar
	opStart
	opEnd
	opAnchor
	opBehind
	opAhead
	opChoice
	opGroup  // a rule: its operators one after the other
	opRepeat // count on the one operator inside
)

// op is a match operator. A rule used by reference is the same op wherever it
// is used, so that rules that refer to rules do not multiply.
type op struct {
	kind     kind
	id       int
	class    runes
	literal  []rune
	kids     []*op
	min, max int // of opRepeat; max < 0: without end

	depth    int
	starts   bool // has a start that must come first
	ends     bool // has an end that must come last
	anchored bool // has an anchor
	looks    bool // has a look-behind or look-ahead
}

// fixed reports whether the operator is tied to a position, so that it takes no
// count (RFC 7940, Section 6.3.3).
func (o *op) fixed() bool { return o.starts || o.ends || o.anchored || o.looks }

const (
	maxOps     = 20_000
	maxOpDepth = 200
)

// settle fills in what an operator inherits from those inside it, and refuses
// what stands in the wrong place (RFC 7940, Sections 6.3.8 and 6.4.2).
func (o *op) settle() error {
	for i, k := range o.kids {
		if k.depth >= maxOpDepth {
			return fmt.Errorf("rules nested deeper than %d", maxOpDepth)
		}
		o.depth = max(o.depth, k.depth+1)
		o.anchored = o.anchored || k.anchored
		o.looks = o.looks || k.looks
		o.starts = o.starts || k.starts
		o.ends = o.ends || k.ends
		if o.kind != opGroup {
			continue
		}
		if k.starts && i > 0 {
			return fmt.Errorf("start is not the first to be matched")
		}
		if k.ends && i < len(o.kids)-1 {
			return fmt.Errorf("end is not the last to be matched")
		}
	}
	switch o.kind {
	case opStart:
		o.starts = true
	case opEnd:
		o.ends = true
	case opAnchor:
		o.anchored = true
	case opBehind, opAhead:
		if o.anchored || o.looks {
			return fmt.Errorf("a look-behind or look-ahead holds an anchor or another of its kind")
		}
		o.looks, o.starts, o.ends = true, false, false
	case opRepeat:
		if o.fixed() {
			return fmt.Errorf("count on an operator that is, or holds, start, end, anchor, look-behind or look-ahead")
		}
	case opGroup:
		return o.settleOrder()
	}
	return nil
}

// settleOrder checks look-behind, anchor and look-ahead of one rule: in that
// order, each at most once, and nothing else beside them.
func (o *op) settleOrder() error {
	last, placed := opKindNone, 0
	for _, k := range o.kids {
		if k.kind != opBehind && k.kind != opAnchor && k.kind != opAhead {
			continue
		}
		rank := map[kind]int{opBehind: 1, opAnchor: 2, opAhead: 3}[k.kind]
		if rank <= last {
			return fmt.Errorf("look-behind, anchor and look-ahead stand in this order, each at most once")
		}
		last = rank
		placed++
	}
	if placed > 0 && placed < len(o.kids) {
		return fmt.Errorf("other operators stand beside look-behind, anchor or look-ahead")
	}
	if o.looks && !o.anchored {
		return fmt.Errorf("a rule with look-behind or look-ahead has no anchor")
	}
	return nil
}

const opKindNone = 0

// parseCount reads a count attribute: "n", "n+" or "n:m" (RFC 7940, Section
// 6.3.3); hi < 0 means without end.
func parseCount(s string) (lo, hi int, err error) {
	bad := fmt.Errorf("count %q is not n, n+ or n:m", s)
	number := func(v string) (int, bool) {
		n, err := strconv.ParseUint(v, 10, 31)
		return int(n), err == nil && len(v) < 10
	}
	if first, ok := strings.CutSuffix(s, "+"); ok {
		n, ok := number(first)
		if !ok {
			return 0, 0, bad
		}
		return n, -1, nil
	}
	first, second, ranged := strings.Cut(s, ":")
	lo, ok := number(first)
	if !ok {
		return 0, 0, bad
	}
	if !ranged {
		if lo == 0 {
			return 0, 0, fmt.Errorf("count %q is less than 1", s)
		}
		return lo, lo, nil
	}
	hi, ok = number(second)
	if !ok || hi < lo || hi == 0 {
		return 0, 0, bad
	}
	return lo, hi, nil
}
