package lgr

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Limits of the repertoire.
const (
	maxMembers  = 200_000 // code points, those of ranges counted
	maxVars     = 200_000
	maxSequence = 20 // code points of a sequence
	maxVarsEach = 200
	maxTags     = 20 // tags of one code point
)

var (
	codePointPattern = regexp.MustCompile(`^[0-9A-F]{4,6}$`)
	tokenPattern     = regexp.MustCompile(`^[\pL\p{Mn}\p{Nd}._:-]{1,200}$`) // Nmtoken of XML, but for rarities
	typePattern      = regexp.MustCompile(`^[^_\s][^\s]{0,199}$`)
)

// codePoint reads one code point of RFC 7940, Section 5: upper-case hexadecimal,
// at least four digits, padded no further.
func (n *node) codePoint(s string) (rune, error) {
	v, err := strconv.ParseUint(s, 16, 32)
	switch {
	case err != nil || !codePointPattern.MatchString(s) || len(s) > 4 && s[0] == '0':
		return 0, n.fault("%q is not a code point in hexadecimal", s)
	case v > maxRune || v >= 0xD800 && v <= 0xDFFF:
		return 0, n.fault("%q is no character of Unicode", s)
	}
	return rune(v), nil
}

// sequence reads the cp attribute: one code point or several.
func (n *node) sequence() ([]rune, error) {
	v, ok := n.has("cp")
	if !ok {
		return nil, n.fault("%s has no cp", n.name)
	}
	parts := strings.Fields(v)
	if len(parts) == 0 {
		return nil, n.fault("cp is empty: null variants (RFC 7940, Section 5.3.3) are not supported")
	}
	if len(parts) > maxSequence {
		return nil, n.fault("a sequence of more than %d code points", maxSequence)
	}
	var seq []rune
	for _, s := range parts {
		r, err := n.codePoint(s)
		if err != nil {
			return nil, err
		}
		seq = append(seq, r)
	}
	return seq, nil
}

func (p *parser) data(n *node) error {
	if err := n.only(); err != nil {
		return err
	}
	if err := n.noText(); err != nil {
		return err
	}
	if len(n.kids) == 0 {
		return n.fault("data is empty")
	}
	var all []span
	for _, k := range n.kids {
		if err := k.ours(); err != nil {
			return err
		}
		var err error
		switch k.name {
		case "char":
			all, err = p.char(k, all)
		case "range":
			all, err = p.charRange(k, all)
		default:
			err = k.fault("data does not take the element %s", k.name)
		}
		if err != nil {
			return err
		}
	}
	slices.SortFunc(p.t.ranges, func(a, b charRange) int { return int(a.lo - b.lo) })
	if err := p.overlaps(n); err != nil {
		return err
	}
	p.t.repertoire = makeRunes(all)
	return nil
}

// overlaps refuses code points defined twice (RFC 7940, Section 5).
func (p *parser) overlaps(n *node) error {
	for i, r := range p.t.ranges {
		if i > 0 && p.t.ranges[i-1].hi >= r.lo {
			return n.fault("U+%04X is in two ranges", r.lo)
		}
	}
	ranges := p.t.ranges
	for cp := range p.t.chars {
		rs := []rune(cp)
		if len(rs) > 1 {
			continue
		}
		i, _ := slices.BinarySearchFunc(ranges, rs[0], func(s charRange, r rune) int { return int(s.hi - r) })
		if i < len(ranges) && ranges[i].lo <= rs[0] {
			return n.fault("U+%04X is both a char and in a range", rs[0])
		}
	}
	return nil
}

func (p *parser) char(n *node, all []span) ([]span, error) {
	if err := n.only("cp", "comment", "when", "not-when", "tag", "ref"); err != nil {
		return nil, err
	}
	if err := n.noText(); err != nil {
		return nil, err
	}
	seq, err := n.sequence()
	if err != nil {
		return nil, err
	}
	c := &char{cp: string(seq)}
	if p.t.chars[c.cp] != nil {
		return nil, n.fault("cp %q is there twice", n.attr("cp"))
	}
	p.t.chars[c.cp] = c
	p.t.longest = max(p.t.longest, len(seq))
	if c.when, err = p.entry(n, len(seq)); err != nil {
		return nil, err
	}
	if len(seq) == 1 {
		if err := p.tag(n, span{seq[0], seq[0]}); err != nil {
			return nil, err
		}
	} else if _, ok := n.has("tag"); ok {
		return nil, n.fault("a sequence has no tag (RFC 7940, Section 5.5)")
	}
	for _, r := range seq {
		all = append(all, span{r, r})
	}
	return all, p.variants(n, c)
}

func (p *parser) charRange(n *node, all []span) ([]span, error) {
	if err := n.only("first-cp", "last-cp", "comment", "when", "not-when", "tag", "ref"); err != nil {
		return nil, err
	}
	if err := n.empty(); err != nil {
		return nil, err
	}
	lo, err := n.codePoint(n.attr("first-cp"))
	if err != nil {
		return nil, err
	}
	hi, err := n.codePoint(n.attr("last-cp"))
	if err != nil {
		return nil, err
	}
	if lo > hi || lo < 0xD800 && hi > 0xDFFF {
		return nil, n.fault("the range ends before it begins, or spans the surrogates")
	}
	s := span{lo, hi}
	when, err := p.entry(n, int(hi-lo)+1)
	if err != nil {
		return nil, err
	}
	if err := p.tag(n, s); err != nil {
		return nil, err
	}
	p.t.ranges = append(p.t.ranges, charRange{span: s, when: when})
	return append(all, s), nil
}

// entry counts code points, checks ref and reads the condition of a char or range.
func (p *parser) entry(n *node, count int) (condition, error) {
	if p.members += count; p.members > maxMembers {
		return condition{}, n.fault("more than %d code points", maxMembers)
	}
	if err := p.checkRef(n); err != nil {
		return condition{}, err
	}
	return n.condition()
}

// condition reads when or not-when (RFC 7940, Section 5.2); the rule is looked
// up when all rules are known.
func (n *node) condition() (condition, error) {
	when, yes := n.has("when")
	not, no := n.has("not-when")
	switch {
	case yes && no:
		return condition{}, n.fault("when and not-when exclude each other")
	case yes && when == "" || no && not == "":
		return condition{}, n.fault("when or not-when is empty")
	}
	return condition{name: when + not, not: no}, nil
}

func (p *parser) tag(n *node, s span) error {
	v, ok := n.has("tag")
	if !ok {
		return nil
	}
	tags := strings.Fields(v)
	if len(tags) == 0 || len(tags) > maxTags {
		return n.fault("tag holds 1 to %d values", maxTags)
	}
	for i, t := range tags {
		if !tokenPattern.MatchString(t) || slices.Contains(tags[:i], t) {
			return n.fault("tag %q is malformed or there twice", t)
		}
		p.tags[t] = append(p.tags[t], s)
	}
	return nil
}
