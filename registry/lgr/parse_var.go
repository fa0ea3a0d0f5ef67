package lgr

import "slices"

// variants reads the var elements of a char (RFC 7940, Section 5.3).
func (p *parser) variants(n *node, c *char) error {
	if len(n.kids) > maxVarsEach {
		return n.fault("more than %d variants of one code point", maxVarsEach)
	}
	if p.vars += len(n.kids); p.vars > maxVars {
		return n.fault("more than %d variants", maxVars)
	}
	for _, k := range n.kids {
		if k.name != "var" || k.space != Namespace {
			return k.fault("char does not take the element %s", k.name)
		}
		if err := k.only("cp", "type", "when", "not-when", "comment", "ref"); err != nil {
			return err
		}
		if err := k.empty(); err != nil {
			return err
		}
		if err := p.checkRef(k); err != nil {
			return err
		}
		seq, err := k.sequence()
		if err != nil {
			return err
		}
		v := mapping{to: string(seq), kind: k.attr("type")}
		if _, ok := k.has("type"); ok && !typePattern.MatchString(v.kind) {
			return k.fault("type %q is empty, has spaces or begins with an underscore", v.kind)
		}
		if v.when, err = k.condition(); err != nil {
			return err
		}
		if slices.ContainsFunc(c.vars, func(w mapping) bool { return w.to == v.to && w.when.same(v.when) }) {
			return k.fault("variant %q is there twice with the same condition", k.attr("cp"))
		}
		c.vars = append(c.vars, v)
	}
	return nil
}
