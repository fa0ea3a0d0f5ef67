package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cadastre/whitelist/store"
)

// check holds both registries against the ledger. No worker is at work. last says
// that nothing is left to be decided, told or pruned.
func (c *chaos) check(t *testing.T, last bool) {
	t.Helper()
	for _, fault := range c.faults() {
		t.Error(fault)
	}
	for _, box := range c.boxes() {
		box.awaitDatabase(t)
	}
	c.invariants(t)
	c.read(t, c.whitelist, c.target)
	c.approvedEach(t)
	c.oneHolder(t)
	c.told(t, last)
	c.toldOfPruning(t)
	c.acknowledged(t)
	if last {
		c.kept(t)
	}
	c.zoneIsStore(t)
}

// invariants asks both registries' own checks.
func (c *chaos) invariants(t *testing.T) {
	t.Helper()
	for _, box := range c.boxes() {
		box.checkWorld(t)
		st := box.openStore(t)
		faults, err := store.CheckWorld(t.Context(), st)
		st.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range faults {
			t.Errorf("%s: %s", strings.Join(box.args[:2], " "), f)
		}
	}
}

// approvedEach demands an approval, at that instant, for every controlled name that
// was registered or given to another person.
func (c *chaos) approvedEach(t *testing.T) {
	t.Helper()
	sent := map[string]chaosEntry{}
	for _, e := range c.all() {
		if e.kind == "create" {
			sent[e.cltrid] = e
		}
	}
	c.holders = map[string]chaosHolder{}
	for name, lines := range c.domains {
		before := ""
		for _, l := range lines {
			registrar, contact := l.domainState()
			person := personOf(contact)
			switch l.Action {
			case "create":
				e, ok := sent[l.ClTRID]
				if !ok || e.target != name || e.contact != contact || e.registrar != registrar {
					t.Errorf("%s was registered by %s for %s with %s, which was never sent: %+v", name, registrar, contact, l.ClTRID, e)
				}
				if e.registrant != "" {
					person = e.registrant
				}
				c.approvedAt(t, name, person, registrar, l.At)
				c.holders[name] = chaosHolder{person, registrar}
			case "update":
				if person != personOf(before) {
					c.approvedAt(t, name, person, registrar, l.At)
					c.holders[name] = chaosHolder{person, registrar}
				}
			case "delete":
				delete(c.holders, name)
			default:
				t.Errorf("%s: %s", name, l.Action)
			}
			before = contact
		}
	}
}

// approvedAt demands that all names of a registration were published at an instant,
// about these parties, on the strength of an approved application.
func (c *chaos) approvedAt(t *testing.T, target, person, registrar string, at time.Time) {
	t.Helper()
	p, _ := policyFor(target)
	iana := ianaOf[registrar]
	for _, name := range p.names(target, person, iana) {
		ok := slices.ContainsFunc(c.names[name], func(n *bookedName) bool {
			return n.approves(at) && n.policy == p.id && n.target == target &&
				(n.registrant == "" || strings.EqualFold(n.registrant, person)) && (n.agent == "" || n.agent == iana)
		})
		if !ok {
			t.Errorf("%s went to %s through %s at %s, but %s was not approved then: %s", target, person, registrar, at, name, lives(c.names[name]))
		}
		if !c.granted(p.id, target, name, at) {
			t.Errorf("%s went to %s through %s at %s, but no application for %s had been approved", target, person, registrar, at, name)
		}
	}
}

// granted says whether an application that led to a name was approved by an instant.
func (c *chaos) granted(policy, target, name string, at time.Time) bool {
	for _, a := range c.applications {
		if a.State == "approved" && a.Policy == policy && a.Target == target && slices.Contains(a.names, name) && !a.Decided.After(at) {
			return true
		}
	}
	return false
}

func lives(list []*bookedName) string {
	var out []string
	for _, n := range list {
		text := fmt.Sprintf("%s %s %s from %s", n.target, n.registrant, n.agent, n.born.Format(time.RFC3339Nano))
		for _, s := range n.spans {
			text += fmt.Sprintf(", published from %s until %s", s.from.Format(time.RFC3339Nano), s.until.Format(time.RFC3339Nano))
		}
		if !n.gone.IsZero() {
			text += ", gone at " + n.gone.Format(time.RFC3339Nano)
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// oneHolder demands that a whitelist name was never published for two at a time. That
// a life never changes its parties was seen when it was read. Lives that follow each
// other at once may touch: the instant of a command is that of its beginning.
func (c *chaos) oneHolder(t *testing.T) {
	t.Helper()
	for name, list := range c.names {
		for i, n := range list {
			for _, o := range list[:i] {
				if (n.target != o.target || n.registrant != o.registrant || n.agent != o.agent) && n.overlaps(o) {
					t.Errorf("%s had two holders: %s", name, lives(list))
				}
			}
			if i+1 < len(list) && n.gone.IsZero() {
				t.Errorf("%s came anew before it was gone: %s", name, lives(list))
			}
		}
		if _, there := c.current[name]; there && !list[len(list)-1].gone.IsZero() {
			t.Errorf("%s is published, though its history ended: %s", name, lives(list))
		}
	}
}
