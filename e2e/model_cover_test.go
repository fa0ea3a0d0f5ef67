package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// happened counts what came about by itself, by the state it came to.
func (m *model) happened(what string, d *mDomain) {
	for _, state := range m.statesOf(d) {
		m.events[cell(what, state, 0)]++
	}
}

// cell names what a run should reach: a command, or something that happens by itself, on
// an object in a state, and the result code.
func cell(verb, state string, code int) string {
	if code == 0 {
		return verb + ", " + state
	}
	return fmt.Sprintf("%s, %s: %d", verb, state, code)
}

// statesOf names the states that a domain is in, as far as they matter to commands.
func (m *model) statesOf(d *mDomain) []string {
	if d == nil {
		return []string{"absent"}
	}
	var out []string
	add := func(condition bool, state string) {
		if condition {
			out = append(out, state)
		}
	}
	add(!d.deleted() && !d.pending(), "registered")
	add(!d.report.IsZero() && d.report.After(d.redemption), "late restore")
	for _, s := range append(d.rgp(), d.statuses...) {
		add(!slices.Contains(out, s), s)
	}
	add(d.final, "final")
	add(d.pending(), "pendingTransfer")
	add(!d.corrected.IsZero(), "restored")
	add(d.wrong >= maxGuesses, "guessed")
	add(len(m.below(d)) > 0, "hosts below")
	add(d.inDNS(), "in DNS")
	add(len(d.ds) > 0 && d.inDNS(), "DS in DNS")
	add(len(d.graces) > 1 && !d.deleted(), "two graces")
	add(slices.ContainsFunc(d.graces, func(g mGrace) bool { return g.years > 1 }), "years in grace")
	add(d.deleted() && d.refunded > 0, "refunded")
	add(d.deleted() && !d.expires.After(m.now), "over its end")
	add(d.expires.After(plusYears(m.now, maxYears).Add(-day)), "ten years")
	add(d.expires.Before(m.now.Add(30*day)), "ends soon")
	add(d.name == premium, "premium")
	return out
}

// states names those of the objects of the command under way.
func (w *modelWorld) states() (out []string) {
	for _, name := range w.about[:min(len(w.about), 1)] {
		switch o := w.contacts[name]; {
		case slices.Contains(modelDomains, name):
			out = append(out, w.statesOf(w.domains[name])...)
		case o != nil && o.pending():
			out = append(out, "pendingTransfer")
		case o != nil && w.linkedContact(name):
			out = append(out, "linked")
		case w.hosts[name] != nil && w.linkedHost(name):
			out = append(out, "linked")
		}
	}
	return append(out, "any")
}

// cover counts a command, before it changes the model.
func (w *modelWorld) cover(verb string, code int) {
	for _, state := range w.states() {
		w.sum.reach(cell(verb, state, code), 1)
	}
}

func (s *modelSum) reach(cell string, n int) {
	if s.cells == nil {
		s.cells = map[string]int{}
	}
	s.cells[cell] += n
}

// modelCells are what a run must reach if it is to be trusted.
var modelCells = strings.Split(strings.TrimSpace(`
domain create, absent: 1000
domain create, absent: 2104
domain create, addPeriod: 2302
domain create, redemptionPeriod: 2302
domain create, pendingDelete: 2302
domain delete, addPeriod: 1000
domain delete, registered: 1001
domain delete, renewPeriod: 1001
domain delete, autoRenewPeriod: 1001
domain delete, transferPeriod: 1001
domain delete, two graces: 1001
domain delete, years in grace: 1001
domain delete, ten years: 1001
domain delete, DS in DNS: 1001
domain delete, restored: 1001
domain delete, clientDeleteProhibited: 2304
domain delete, clientHold: 1001
domain delete, clientUpdateProhibited: 1001
domain delete, pendingTransfer: 2304
domain delete, redemptionPeriod: 2304
domain delete, pendingDelete: 2304
domain delete, hosts below: 2305
domain renew, registered: 1000
domain renew, registered: 2104
domain renew, registered: 2105
domain renew, premium: 1000
domain renew, ten years: 2105
domain renew, ends soon: 2105
domain renew, ends soon: 1000
domain renew, autoRenewPeriod: 1000
domain renew, clientRenewProhibited: 2304
domain renew, pendingTransfer: 2304
domain renew, redemptionPeriod: 2304
domain renew, any: 2004
domain status, clientUpdateProhibited: 1000
domain status, clientUpdateProhibited: 2304
domain status, pendingTransfer: 2304
domain status, redemptionPeriod: 2304
domain secdns, DS in DNS: 1000
domain secdns, any: 2306
domain hosts, in DNS: 1000
domain hosts, any: 2306
transfer request, registered: 1001
transfer request, registered: 2104
transfer request, registered: 2202
transfer request, premium: 1001
transfer request, premium: 2003
transfer request, autoRenewPeriod: 1001
transfer request, ends soon: 1001
transfer request, hosts below: 1001
transfer request, ten years: 2306
transfer request, clientTransferProhibited: 2304
transfer request, pendingTransfer: 2300
transfer request, redemptionPeriod: 2304
transfer request, guessed: 2202
transfer approve, pendingTransfer: 1000
transfer approve, pendingTransfer: 2201
transfer approve, autoRenewPeriod: 1000
transfer approve, hosts below: 1000
transfer reject, pendingTransfer: 1000
transfer cancel, pendingTransfer: 1000
transfer cancel, pendingTransfer: 2201
transfer query, pendingTransfer: 1000
restore request, redemptionPeriod: 1000
restore request, redemptionPeriod: 2104
restore request, refunded: 1000
restore request, premium: 1000
restore request, final: 2304
restore request, pendingRestore: 2304
restore request, pendingDelete: 2304
restore request, clientUpdateProhibited: 1000
restore report, pendingRestore: 1000
restore report, pendingRestore: 2104
restore report, late restore: 1000
restore report, refunded: 1000
restore report, over its end: 1000
restore report, restored: 1000
restore report, redemptionPeriod: 2304
hold, in DNS: 1000
unhold, serverHold: 1000
operator delete, clientDeleteProhibited: 1000
operator delete, addPeriod: 1000
operator delete, pendingTransfer: 1000
operator restore, redemptionPeriod: 1000
operator restore, pendingRestore: 1000
host create, any: 1000
host delete, linked: 2305
host delete, any: 1000
host rename, linked: 1000
host update, linked: 1000
host update, linked: 2305
contact delete, linked: 2305
contact delete, any: 1000
contact transfer, any: 1001
contact transfer, pendingTransfer: 2300
contact approve, pendingTransfer: 1000
contact reject, pendingTransfer: 1000
contact cancel, pendingTransfer: 1000
contact update, pendingTransfer: 2304
poll, any: 1301
poll, any: 1300
ack, any: 1000
ack, any: 2303
autorenew, registered
autorenew, pendingTransfer
autorenew, clientRenewProhibited
autorenew, premium
lapse, late restore
lapse, pendingRestore
redemption end, redemptionPeriod
purge, pendingDelete
purge, final
transfer, pendingTransfer
transfer, hosts below
renewal replaced, autoRenewPeriod
restore across the end, over its end
contact transfer
`), "\n")

// modelLong is how many commands reach all that there is to reach.
const modelLong = 20_000

// judge tells what was not reached; a long run fails of it.
func (s *modelSum) judge(t *testing.T) {
	var missed []string
	for _, c := range modelCells {
		if s.cells[c] == 0 {
			missed = append(missed, c)
		}
	}
	t.Logf("%d of %d states of interest were reached, not: %s", len(modelCells)-len(missed), len(modelCells), strings.Join(missed, "; "))
	if len(missed) > 0 && s.commands >= modelLong && !t.Failed() {
		t.Errorf("%d commands did not reach them: the test has lost power", s.commands)
	}
	var rare strings.Builder
	for _, c := range modelCells {
		if n := s.cells[c]; n > 0 && n*1000 < s.commands {
			fmt.Fprintf(&rare, "\n%6d× %s", n, c)
		}
	}
	t.Logf("reached less than once in 1000 commands:%s", rare.String())
}
