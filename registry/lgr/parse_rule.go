package lgr

func (p *parser) look(n *node) (*op, error) {
	if err := n.only("comment"); err != nil {
		return nil, err
	}
	if len(n.kids) == 0 {
		return nil, n.fault("%s is empty", n.name)
	}
	inside, err := p.container(n, opGroup)
	if err != nil {
		return nil, err
	}
	k := opAhead
	if n.name == "look-behind" {
		k = opBehind
	}
	return p.add(n, &op{kind: k, kids: []*op{inside}})
}

// rule reads a rule, named at the top, anonymous or by reference elsewhere
// (RFC 7940, Section 6.3.4).
func (p *parser) rule(n *node, top bool) (*op, error) {
	name, byRef := n.has("by-ref")
	switch {
	case top:
		if err := n.only("name", "comment", "ref"); err != nil {
			return nil, err
		}
	case byRef:
		if err := n.only("by-ref", "count", "comment"); err != nil {
			return nil, err
		}
		if err := n.empty(); err != nil {
			return nil, err
		}
		if p.rules[name] == nil {
			return nil, n.fault("there is no rule %q so far", name)
		}
		return p.rules[name], nil
	default:
		if err := n.only("count", "comment", "ref"); err != nil {
			return nil, err
		}
	}
	if err := p.checkRef(n); err != nil {
		return nil, err
	}
	if len(n.kids) == 0 {
		return nil, n.fault("the rule is empty")
	}
	return p.container(n, opGroup)
}
