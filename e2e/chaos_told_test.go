package e2e

import (
	"strings"
	"testing"
)

// told demands one message for each decision on an application that was held, seen
// or waiting, that says what was decided; and none for others.
func (c *chaos) told(t *testing.T, last bool) {
	t.Helper()
	said := map[string][]chaosMessage{}
	c.mu.Lock()
	for id, m := range c.messages {
		if w, still := c.waiting[id]; still && m.acked != 0 {
			t.Errorf("message %s is there, though its removal was acknowledged: %+v", id, w)
		}
		said[m.application] = append(said[m.application], *m)
	}
	for id, m := range c.waiting {
		if c.messages[id] == nil {
			said[m.application] = append(said[m.application], m)
		}
		if last {
			t.Errorf("message %s was not read: %+v", id, m)
		}
	}
	c.mu.Unlock()
	delete(said, "") // notices about pruning
	for id, a := range c.applications {
		want := 0
		if a.begun == "held" && a.State != "held" {
			want = 1
		}
		if last && a.State == "held" {
			t.Errorf("application %s is undecided after its time: %+v", id, *a)
		}
		list := said[id]
		delete(said, id)
		if len(list) != want {
			t.Errorf("application %s, %s at first and %s now, was told of in %d messages: %+v", id, a.begun, a.State, len(list), list)
		}
		for _, m := range list {
			if m.registrar != a.Sponsor || m.status != a.State {
				t.Errorf("application %s of %s is %s, but %s was told %s", id, a.Sponsor, a.State, m.registrar, m.status)
			}
		}
	}
	for id, list := range said {
		t.Errorf("messages about the application %s, which does not exist: %+v", id, list)
	}
}

// toldOfPruning demands that of every pruned name somebody was told, and nobody
// twice.
func (c *chaos) toldOfPruning(t *testing.T) {
	t.Helper()
	times, anybody := map[string]int{}, map[string]bool{}
	note := func(m chaosMessage) {
		if _, text, ok := strings.Cut(m.text, "The whitelist name "); ok {
			what, _, _ := strings.Cut(text, " and was removed")
			times[m.registrar+": "+what]++
			anybody[what] = true
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.messages {
		note(*m)
	}
	for id, m := range c.waiting {
		if c.messages[id] == nil {
			note(m)
		}
	}
	for what, n := range times {
		if n != 1 {
			t.Errorf("told %d times: %s", n, what)
		}
	}
	for _, what := range c.pruned {
		if !anybody[what] {
			t.Errorf("nobody was told that %s", what)
		}
	}
}
