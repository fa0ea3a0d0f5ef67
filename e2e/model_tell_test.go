package e2e

import (
	"fmt"
	"slices"
	"strings"
)

// line is one line of a script: what was done, to which objects. The clock's lines have
// none.
type line struct {
	about []string
	text  string
}

// note adds a line to the script.
func (w *modelWorld) note(about []string, format string, args ...any) {
	text := fmt.Sprintf("%d. %s", len(w.script)+1, fmt.Sprintf(format, args...))
	w.script = append(w.script, line{slices.Clone(about), text})
}

// failf ends the script with what was done to the object on which the two differ, and with
// everything. All divergences are the same error: rapid shortens a script as long as its
// error stays.
func (w *modelWorld) failf(format string, args ...any) {
	w.rt.Helper()
	all := make([]string, len(w.script))
	for i, l := range w.script {
		all[i] = l.text
	}
	about := strings.Join(w.about, ", ")
	logf := w.rt.Logf
	if *modelShrink == 0 {
		logf = w.tb.Logf
	}
	logf("the whole script:\n  %s", strings.Join(all, "\n  "))
	logf("what touched %s and what hangs together with it, at most %d lines:\n  %s", about, maxTold, strings.Join(w.story(), "\n  "))
	logf("%s\nagain: go test ./e2e -run '^TestModel$' -model.seed %d -model.commands 1", fmt.Sprintf(format, args...), w.sum.seed)
	if *modelShrink == 0 {
		w.tb.FailNow()
	}
	w.rt.Fatal("the server differs from the model")
}

// maxTold bounds the lines that are told of one object.
const maxTold = 40

// story lists the last lines of the script that touched the objects that differ or what
// they hang together with, and the clock's between them.
func (w *modelWorld) story() []string {
	family := w.family(w.about)
	var out []string
	clock := ""
	for i, l := range w.script {
		switch {
		case l.about == nil && strings.Contains(l.text, "the clock"):
			clock = l.text
			continue
		case i < len(w.script)-1 && !slices.ContainsFunc(l.about, func(n string) bool { return slices.Contains(family, n) }):
			continue
		case clock != "":
			out = append(out, clock)
			clock = ""
		}
		out = append(out, l.text)
	}
	if clock != "" {
		out = append(out, clock)
	}
	return out[max(0, len(out)-maxTold):]
}

// family is objects and their domains, hosts and registrants.
func (w *modelWorld) family(of []string) []string {
	out := slices.Clone(of)
	for _, name := range of {
		if d := w.domains[name]; d != nil {
			out = append(append(out, d.hosts...), d.registrant)
			for _, h := range w.below(d) {
				out = append(out, h.name)
			}
		}
		if above := superordinateOf(name); above != "" {
			out = append(out, above)
		}
		for _, d := range w.usersOf(name) {
			out = append(out, d.name)
		}
	}
	return out
}
