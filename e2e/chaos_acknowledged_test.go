package e2e

import (
	"fmt"
	"slices"
	"testing"
)

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
