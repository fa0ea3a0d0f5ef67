package lgr

import (
	"slices"
	"strings"
)

// The dispositions of RFC 7940, Section 7.3.
const (
	Invalid     = "invalid"
	Blocked     = "blocked"
	Allocatable = "allocatable"
	Activated   = "activated"
	Valid       = "valid"
)

// action gives a disposition to labels that trigger it (RFC 7940, Section 7).
type action struct {
	disp     string
	name     string // of the rule, "" without
	rule     *op
	not      bool
	trigger  string   // any-variant, all-variants, only-variants or ""
	variants []string // its types
}

// defaultActions follow those of every table (RFC 7940, Section 7.6).
var defaultActions = []action{
	{disp: Invalid, trigger: "any-variant", variants: []string{Invalid}},
	{disp: Blocked, trigger: "any-variant", variants: []string{Blocked}},
	{disp: Allocatable, trigger: "any-variant", variants: []string{Allocatable}},
	{disp: Activated, trigger: "all-variants", variants: []string{Activated}},
	{disp: Valid},
}

// made is how a label came about: the types of the variant mappings that were
// applied to the original, those of reflexive ones included.
type made struct {
	kinds  []string // of each mapping applied; "" is a mapping without type
	mapped bool     // every code point is the target of a mapping
}

// triggered reports whether an action applies to a label (RFC 7940, Section 8.3).
func (a *action) triggered(m *match, how made) bool {
	among := func(k string) bool { return slices.Contains(a.variants, k) }
	switch a.trigger {
	case "any-variant":
		if !slices.ContainsFunc(how.kinds, among) {
			return false
		}
	case "all-variants", "only-variants":
		other := slices.ContainsFunc(how.kinds, func(k string) bool { return !among(k) })
		if len(how.kinds) == 0 || other || a.trigger == "only-variants" && !how.mapped {
			return false
		}
	}
	return a.rule == nil || m.rule(a.rule) != a.not
}

// dispose returns the first action that a label triggers.
func (t *Table) dispose(m *match, how made) *action {
	for i := range t.actions {
		if t.actions[i].triggered(m, how) {
			return &t.actions[i]
		}
	}
	for i := range defaultActions {
		if defaultActions[i].triggered(m, how) {
			return &defaultActions[i]
		}
	}
	return &defaultActions[len(defaultActions)-1]
}

// reason says in words what triggered the action.
func (a *action) reason() string {
	var why []string
	switch {
	case a.rule != nil && a.not:
		why = append(why, "the label does not match the rule "+a.name)
	case a.rule != nil:
		why = append(why, "the label matches the rule "+a.name)
	}
	if a.trigger != "" {
		why = append(why, a.trigger+" "+strings.Join(a.variants, " "))
	}
	if len(why) == 0 {
		return "the table gives every label this disposition"
	}
	return strings.Join(why, " and ")
}

// action reads an action element (RFC 7940, Section 7).
func (p *parser) action(n *node) error {
	if err := n.only("comment", "ref", "disp", "match", "not-match", "any-variant", "all-variants", "only-variants"); err != nil {
		return err
	}
	if err := n.empty(); err != nil {
		return err
	}
	if err := p.checkRef(n); err != nil {
		return err
	}
	if len(p.t.actions) >= maxActions {
		return n.fault("more than %d actions", maxActions)
	}
	a := action{disp: n.attr("disp")}
	if !typePattern.MatchString(a.disp) {
		return n.fault("disp %q is missing or malformed", a.disp)
	}
	if err := p.actionRule(n, &a); err != nil {
		return err
	}
	for _, trigger := range []string{"any-variant", "all-variants", "only-variants"} {
		v, ok := n.has(trigger)
		if !ok {
			continue
		}
		if a.trigger != "" {
			return n.fault("%s and %s exclude each other", a.trigger, trigger)
		}
		a.trigger, a.variants = trigger, strings.Fields(v)
		if len(a.variants) == 0 || len(a.variants) > maxVarsEach {
			return n.fault("%s holds 1 to %d types", trigger, maxVarsEach)
		}
		for _, k := range a.variants {
			if !typePattern.MatchString(k) {
				return n.fault("type %q is malformed", k)
			}
		}
	}
	p.t.actions = append(p.t.actions, a)
	return nil
}

func (p *parser) actionRule(n *node, a *action) error {
	match, yes := n.has("match")
	not, no := n.has("not-match")
	if !yes && !no {
		return nil
	}
	if yes && no {
		return n.fault("match and not-match exclude each other")
	}
	a.name, a.not = match+not, no
	if a.rule = p.rules[a.name]; a.rule == nil {
		return n.fault("there is no rule %q so far", a.name)
	}
	if a.rule.anchored {
		return n.fault("the rule %q has an anchor, so it is for when and not-when alone", a.name)
	}
	return nil
}
