package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

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

// acknowledged demands of every command that what was answered is so.
func (c *chaos) acknowledged(t *testing.T) {
	t.Helper()
	applied := map[string][]*bookedApplication{}
	for _, a := range c.applications {
		applied[a.ClTRID] = append(applied[a.ClTRID], a)
	}
	written := map[string]bookedLine{}
	for _, lines := range c.domains {
		for _, l := range lines {
			written[l.ClTRID+" "+l.Action] = l
		}
	}
	for _, e := range c.all() {
		var why string
		switch e.kind {
		case "apply":
			why = c.appliedAs(e, applied[e.cltrid])
		case "decide":
			why = c.decidedAs(e)
		default:
			l, found := written[e.cltrid+" "+e.kind]
			why = e.writtenAs(l, found)
		}
		if why != "" {
			e.why = ""
			t.Errorf("%+v: %s", e, why)
		}
	}
}

// appliedAs says in what the applications that a command left differ from its answer.
func (c *chaos) appliedAs(e chaosEntry, list []*bookedApplication) string {
	success := e.code == 1000 || e.code == 1001
	if len(list) == 0 && (!success) {
		return ""
	}
	if len(list) != 1 || !success && !e.unknown() {
		return fmt.Sprintf("it left %d applications", len(list))
	}
	a := list[0]
	p, _ := policyFor(e.target)
	names := slices.Sorted(slices.Values(p.names(e.target, e.registrant, ianaOf[e.registrar])))
	begun := map[int]string{1000: "approved", 1001: "held"}[e.code]
	switch {
	case a.Policy != p.id || a.Target != e.target || a.Registrant != e.registrant || a.Sponsor != e.registrar:
		return fmt.Sprintf("it left another application: %+v", *a)
	case !slices.Equal(slices.Sorted(slices.Values(a.names)), names):
		return fmt.Sprintf("it left the names %v", a.names)
	case success && (a.ID != e.application || a.begun != begun || !slices.Equal(slices.Sorted(slices.Values(e.names)), names)):
		return fmt.Sprintf("it left an application that was %s: %+v", a.begun, *a)
	}
	return ""
}

// decidedAs says in what an application differs from what a verifier was told.
func (c *chaos) decidedAs(e chaosEntry) string {
	a := c.applications[e.application]
	switch {
	case a == nil:
		return "the application is gone"
	case e.code == 200 && e.status != "pending" && (e.status != a.State || a.DecidedBy == ""):
		return fmt.Sprintf("the application is %s by %s", a.State, a.DecidedBy)
	case e.code == 200 && !e.approve && e.status != "denied":
		return "a denial is not pending"
	}
	return ""
}

// writtenAs says in what the history of a target name differs from an answer.
func (e chaosEntry) writtenAs(l bookedLine, found bool) string {
	switch registrar, contact := l.domainState(); {
	case !found && e.code == 1000:
		return "nothing was written"
	case !found:
		return ""
	case e.code != 1000 && !e.unknown():
		return fmt.Sprintf("it was written at %s", l.At)
	case l.Name != e.target || registrar != e.registrar || e.contact != "" && contact != e.contact:
		return fmt.Sprintf("another thing was written: %s %s", l.Name, l.State)
	}
	return ""
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

// zoneIsStore demands that DNS answers every published name with its record, and
// says of every other that it does not exist. Time goes on meanwhile, so what differs
// is looked up once more.
func (c *chaos) zoneIsStore(t *testing.T) {
	t.Helper()
	key := c.whitelist.signer(t)
	for name := range c.names {
		c.agree(t, func() string {
			want, rcode := c.published[name], dnsmessage.RCodeSuccess
			if want == "" {
				rcode = dnsmessage.RCodeNameError
			}
			code, texts, err := key.askTXT(c.whitelist.info.DNS.Addr, name)
			if err == nil && code == rcode && strings.Join(texts, "|") == want {
				return ""
			}
			return fmt.Sprintf("DNS says of %s: %v %q %v, want %v %q", name, code, texts, err, rcode, want)
		})
	}
	for _, zone := range []string{"valid.zone", "preapproved.works"} {
		c.agree(t, func() string {
			want := 0
			for name := range c.published {
				if strings.HasSuffix(name, "."+zone) {
					want++
				}
			}
			got := c.whitelist.metric(t, fmt.Sprintf(`cadastre_dns_zone_names{zone=%q}`, zone))
			if got == fmt.Sprint(want) {
				return ""
			}
			return fmt.Sprintf("DNS has %s names in %s, the store %d", got, zone, want)
		})
	}
}

// agree waits until DNS and the store agree.
func (c *chaos) agree(t *testing.T, differs func() string) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		why := differs()
		if why == "" {
			return
		}
		if time.Since(began) > 10*publishLimit {
			t.Error(why)
			return
		}
		c.whitelist.readBooks(t, c.readPublished)
	}
}

// settle brings everything to its end: what is undecided is overdue, what was
// approved has expired.
func (c *chaos) settle(t *testing.T) {
	t.Helper()
	c.advance(t, 3*time.Hour)
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
