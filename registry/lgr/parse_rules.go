package lgr

import (
	"slices"
	"strings"
)

const (
	maxNamed   = 2000 // rules and classes with a name
	maxActions = 1000
	maxWork    = 20_000_000 // code points tested to make classes
)

// rulesElement reads classes, rules and actions (RFC 7940, Sections 6 and 7).
func (p *parser) rulesElement(n *node) error {
	if err := n.only(); err != nil {
		return err
	}
	if err := n.noText(); err != nil {
		return err
	}
	for _, k := range n.kids {
		if err := k.ours(); err != nil {
			return err
		}
		read := p.named
		if k.name == "action" {
			read = p.action
		}
		if err := read(k); err != nil {
			return err
		}
	}
	return nil
}

// named reads a class or rule that is a direct child of rules.
func (p *parser) named(k *node) error {
	name, ok := k.has("name")
	if !ok || !tokenPattern.MatchString(name) {
		return k.fault("%s has no name, or one that is no identifier", k.name)
	}
	if _, ok := k.has("by-ref"); ok {
		return k.fault("%s has both name and by-ref", k.name)
	}
	if _, ok := k.has("count"); ok {
		return k.fault("%s has both name and count", k.name)
	}
	if _, ok := p.classes[name]; ok || p.rules[name] != nil {
		return k.fault("the name %s is there twice", name)
	}
	if len(p.classes)+len(p.rules) >= maxNamed {
		return k.fault("more than %d named rules and classes", maxNamed)
	}
	if isSet(k.name) {
		set, err := p.class(k, placeTop)
		p.classes[name] = set
		return err
	}
	if k.name != "rule" {
		return k.fault("rules does not take the element %s", k.name)
	}
	o, err := p.rule(k, true)
	if err != nil {
		return err
	}
	p.rules[name] = o
	return nil
}

// operator reads a match operator inside a rule, with its count.
func (p *parser) operator(n *node) (*op, error) {
	if err := n.ours(); err != nil {
		return nil, err
	}
	o, err := p.bare(n)
	if err != nil {
		return nil, err
	}
	count, ok := n.has("count")
	if !ok {
		return o, nil
	}
	lo, hi, err := parseCount(count)
	if err != nil {
		return nil, n.fault("%v", err)
	}
	return p.add(n, &op{kind: opRepeat, kids: []*op{o}, min: lo, max: hi})
}

// add numbers an operator and has it checked.
func (p *parser) add(n *node, o *op) (*op, error) {
	if p.ops >= maxOps {
		return nil, n.fault("more than %d operators in rules", maxOps)
	}
	o.id = p.ops
	p.ops++
	if err := o.settle(); err != nil {
		return nil, n.fault("%v", err)
	}
	return o, nil
}

// bare reads a match operator without its count.
func (p *parser) bare(n *node) (*op, error) {
	if isSet(n.name) {
		set, err := p.class(n, placeRule)
		if err != nil {
			return nil, err
		}
		return p.add(n, &op{kind: opClass, class: set})
	}
	switch n.name {
	case "any":
		return p.leaf(n, opAny, "count", "comment")
	case "start":
		return p.leaf(n, opStart, "comment")
	case "end":
		return p.leaf(n, opEnd, "comment")
	case "anchor":
		return p.leaf(n, opAnchor, "comment")
	case "char":
		if err := n.only("cp", "count", "comment", "ref"); err != nil {
			return nil, err
		}
		if err := n.empty(); err != nil {
			return nil, err
		}
		seq, err := n.sequence()
		if err != nil {
			return nil, err
		}
		if err := p.checkRef(n); err != nil {
			return nil, err
		}
		return p.add(n, &op{kind: opChar, literal: seq})
	case "choice":
		if err := n.only("count", "comment"); err != nil {
			return nil, err
		}
		if len(n.kids) < 2 {
			return nil, n.fault("choice has less than two alternatives")
		}
		return p.container(n, opChoice)
	case "look-behind", "look-ahead":
		return p.look(n)
	case "rule":
		return p.rule(n, false)
	}
	return nil, n.fault("%s is no match operator", n.name)
}

func (p *parser) leaf(n *node, k kind, attrs ...string) (*op, error) {
	if err := n.only(attrs...); err != nil {
		return nil, err
	}
	if err := n.empty(); err != nil {
		return nil, err
	}
	return p.add(n, &op{kind: k})
}

func (p *parser) container(n *node, k kind) (*op, error) {
	if err := n.noText(); err != nil {
		return nil, err
	}
	o := &op{kind: k}
	for _, c := range n.kids {
		kid, err := p.operator(c)
		if err != nil {
			return nil, err
		}
		if k == opChoice && slices.Contains([]kind{opAnchor, opBehind, opAhead}, kid.kind) {
			return nil, c.fault("%s stands in a choice without a rule around it", c.name)
		}
		o.kids = append(o.kids, kid)
	}
	return p.add(n, o)
}

// resolve gives every condition its rule.
func (p *parser) resolve(root *node) error {
	find := func(c *condition) error {
		if c.name == "" {
			return nil
		}
		if c.rule = p.rules[c.name]; c.rule == nil {
			return root.fault("when or not-when names the rule %q, which is not defined", strings.TrimSpace(c.name))
		}
		return nil
	}
	for _, c := range p.t.chars {
		if err := find(&c.when); err != nil {
			return err
		}
		for i := range c.vars {
			if err := find(&c.vars[i].when); err != nil {
				return err
			}
		}
	}
	for i := range p.t.ranges {
		if err := find(&p.t.ranges[i].when); err != nil {
			return err
		}
	}
	return nil
}
