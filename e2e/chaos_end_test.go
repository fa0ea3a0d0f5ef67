package e2e

import (
	"testing"
	"time"
)

// settle brings everything to its end: what is undecided is overdue, what was
// approved has expired.
func (c *chaos) settle(t *testing.T) {
	t.Helper()
	to := c.target.patientClock(t, nil).Add(3 * time.Hour)
	for _, b := range []*chaosBox{c.target, c.whitelist} {
		b.patientClock(t, setClock(to))
	}
	for began := time.Now(); time.Since(began) < recovery; time.Sleep(50 * time.Millisecond) {
		if c.read(t, c.whitelist, c.target); len(c.unpruned()) == 0 {
			return
		}
	}
}

// drain has every registrar read all its messages.
func (c *chaos) drain(t *testing.T) {
	t.Helper()
	for _, w := range c.workers {
		for more, began := true, time.Now(); more; {
			served := w.whitelist.open(t)
			if served {
				more, served = w.message(t)
			}
			if !served && time.Since(began) > recovery {
				t.Fatalf("%s cannot read its messages", w.registrar)
			}
		}
		w.close()
	}
}

// kept demands that expired whitelist names are gone, but for those of registered
// targets, and that those by which the holder has its target are all there.
func (c *chaos) kept(t *testing.T) {
	t.Helper()
	for target, h := range c.holders {
		p, _ := policyFor(target)
		for _, name := range p.names(target, h.person, ianaOf[h.registrar]) {
			if c.published[name] == "" {
				t.Errorf("%s is registered for %s through %s, and %s is gone", target, h.person, h.registrar, name)
			}
		}
	}
	for _, name := range c.unpruned() {
		t.Errorf("%s expired at %s and is still published, though its target is not registered", name, c.current[name])
	}
}

// unpruned are the published names whose target is not registered. Nothing is so
// young, at the end, that it should be there.
func (b *chaosBooks) unpruned() []string {
	var out []string
	for name := range b.current {
		target := b.names[name][len(b.names[name])-1].target
		if lines := b.domains[target]; len(lines) == 0 || lines[len(lines)-1].Action == "delete" {
			out = append(out, name)
		}
	}
	return out
}
