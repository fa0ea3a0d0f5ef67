package e2e

import "slices"

// leg is one command of a course; N and Way are one more than the step's numbers, 0 leaves
// what was drawn.
type leg struct {
	verb   string
	n, way int
	poor   bool // by the registrar that has little money
}

// modelCourses are the ways to the states that matter and that chance alone seldom
// reaches. A course has one domain; others' commands come in between, and any leg may be
// refused.
var modelCourses = [][]leg{
	// A restore that is asked for late in redemption, and lapses.
	courseOf("fresh", "clock days later", "domain delete", "clock days", "restore request", "clock next", "clock before", "clock next", "clock before", "clock next", "fresh"),
	courseOf("fresh", "clock days later", "domain delete", "clock days", "restore request", "clock hours", "restore report"),
	// One that is reported on in time, twice, and deleted again.
	courseOf("fresh", "clock days later", "domain status", "domain delete", "clock hours", "restore request", "clock hours", "restore report", "restore report", "domain delete", "restore request", "restore report", "clock next", "restore report"),
	// Redemption goes by, then pending delete, then the name is free.
	courseOf("fresh", "taken", "clock days later", "domain delete", "taken", "clock before", "clock next", "restore request", "taken", "clock before", "clock next", "fresh"),
	// One for which the money is missing for a while.
	courseOf("fresh poor", "deposit much", "fresh poor", "clock days later", "renew one", "domain delete", "withdraw all", "restore request", "deposit much", "restore request", "withdraw all", "restore report", "deposit much", "restore report"),
	courseOf("withdraw", "fresh", "domain renew", "domain authinfo", "transfer request", "deposit", "fresh"),
	// The registration would have ended meanwhile.
	courseOf("fresh short", "clock days", "domain delete", "clock end", "restore request", "restore report", "domain renew"),
	courseOf("fresh short", "clock end", "domain delete", "clock end", "clock days", "restore request", "restore report"),
	// Deletes with a status of each kind, in the add grace and after.
	courseOf("fresh", "domain status", "domain delete", "domain status", "domain delete", "fresh", "domain status", "domain renew"),
	courseOf("clock days later", "domain status", "domain delete", "domain renew", "domain status", "domain delete", "restore request", "restore report", "domain status"),
	courseOf("protect", "domain delete", "unprotect", "domain delete", "domain info"),
	courseOf("fresh", "domain renew", "domain renew", "domain delete", "fresh", "clock next"),
	// Grace periods one upon the other, all given back.
	courseOf("fresh", "clock next", "domain renew", "clock hours", "domain renew", "domain delete", "restore request", "restore report"),
	courseOf("fresh short", "clock end", "domain renew", "clock hours", "domain delete", "restore request", "restore report"),
	courseOf("fresh short", "clock end", "clock before", "clock next", "domain delete"),
	// Ten years and not a day more.
	courseOf("fresh", "renew to ten", "renew one", "clock hours", "renew one", "clock days later", "renew to ten"),
	courseOf("fresh short", "clock before end", "renew ten", "renew nine", "clock end", "renew nine", "renew one"),
	courseOf("fresh short", "clock end", "renew nine", "renew ten", "renew one"),
	// Transfers: by itself, approved, undone; around the end of the registration.
	courseOf("fresh", "clock days later", "domain authinfo", "transfer request", "clock before", "transfer query", "clock next", "transfer query", "transfer request", "domain delete", "restore request", "restore report"),
	courseOf("fresh", "domain authinfo", "transfer request", "transfer approve", "transfer request", "domain authinfo", "domain delete", "restore request"),
	courseOf("fresh", "domain authinfo", "transfer request", "domain status", "domain delete", "domain renew", "transfer reject", "transfer request", "transfer cancel", "domain delete"),
	courseOf("fresh short", "clock days", "domain authinfo", "transfer request", "clock end", "clock next", "domain delete"),
	courseOf("fresh short", "clock end", "domain authinfo", "transfer request", "transfer approve", "clock next"),
	courseOf("fresh short", "clock end", "clock days", "domain authinfo", "transfer request", "clock next", "clock next"),
	courseOf("fresh", "renew to ten", "domain authinfo", "transfer request", "domain info"),
	courseOf("fresh", "clock days later", "domain delete", "restore request", "restore report", "domain authinfo", "transfer request", "transfer approve", "restore report"),
	courseOf("fresh", "host below", "domain authinfo", "transfer request", "transfer approve", "host below", "host update", "domain delete"),
	courseOf("fresh", "host below", "clock days later", "domain authinfo", "transfer request", "transfer approve", "domain authinfo", "transfer request", "transfer cancel"),
	courseOf("fresh", "host below", "domain authinfo", "transfer request", "clock next", "host below", "transfer query"),
	courseOf("fresh", "domain authinfo", "wrong", "wrong", "wrong", "wrong", "wrong", "wrong", "wrong", "wrong", "wrong", "wrong", "right", "domain authinfo", "right"),
	// What DNS shows.
	courseOf("fresh", "delegate", "delegate", "hold", "unhold", "secdns", "secdns", "hold", "unhold", "secdns all", "secdns", "clock days later", "domain delete", "restore request", "restore report"),
	courseOf("fresh", "secdns", "delegate", "secdns", "secdns all", "delegate", "clock next"),
	courseOf("fresh", "host below", "domain delete", "clock days later", "domain delete", "host delete", "domain delete"),
	courseOf("fresh", "host below", "host below", "delegate", "domain delete", "host rename", "host rename", "domain delete", "host delete", "host delete", "domain delete"),
	courseOf("fresh", "host below", "delegate", "strip", "host rename", "delegate", "strip", "host rename", "host update", "host rename", "host rename"),
	// The registry's own deletes and restores.
	courseOf("fresh", "operator delete", "restore request", "operator restore", "operator delete", "operator delete", "restore request", "restore report", "clock next", "clock next", "fresh"),
	courseOf("protect", "operator delete", "operator restore", "domain delete"),
	courseOf("fresh", "domain authinfo", "transfer request", "operator delete", "transfer query", "operator restore", "transfer query"),
	// A contact in use, and no longer.
	courseOf("fresh", "domain contacts", "contact delete", "domain contacts", "contact delete", "contact delete"),
	courseOf("contact auth", "contact right", "contact right", "contact update", "contact answer", "contact auth", "contact right", "clock any", "contact update"),
	courseOf("contact auth", "contact right", "contact answer", "contact answer", "contact right", "contact answer"),
}

// modelLegs are the names that courses give to steps that do one certain thing.
var modelLegs = map[string]leg{
	"fresh":            {verb: "domain create", way: 12},
	"fresh short":      {verb: "domain create", way: 12, n: 1},
	"fresh poor":       {verb: "domain create", way: 12, poor: true},
	"deposit much":     {verb: "deposit", n: 7},
	"withdraw all":     {verb: "withdraw", n: 1},
	"protect":          {verb: "domain status", n: 2, way: 12},
	"unprotect":        {verb: "domain status", n: 2, way: 12},
	"renew one":        {verb: "domain renew", n: 1, way: 12},
	"renew nine":       {verb: "domain renew", n: 7, way: 12},
	"renew ten":        {verb: "domain renew", n: 8, way: 12},
	"renew to ten":     {verb: "domain renew", n: 10, way: 12},
	"wrong":            {verb: "transfer request", way: 10},
	"right":            {verb: "transfer request", way: 1},
	"delegate":         {verb: "domain hosts", way: 6},
	"secdns":           {verb: "domain secdns", way: 6},
	"secdns all":       {verb: "domain secdns", way: 2},
	"clock next":       {verb: "clock", way: 1},
	"clock before":     {verb: "clock", way: 2},
	"clock days":       {verb: "clock", way: 3},
	"clock end":        {verb: "clock", way: 4},
	"clock before end": {verb: "clock", way: 5},
	"clock hours":      {verb: "clock", way: 12, n: 2},
	"clock days later": {verb: "clock", way: 12, n: 9},
	"clock any":        {verb: "clock", way: 7},
	"contact right":    {verb: "contact transfer", way: 1},
	"contact auth":     {verb: "contact update", way: 6},
	"taken":            {verb: "domain create", way: 11},
	"strip":            {verb: "host update", way: 7},
	"host below":       {verb: "host create", way: 12},
}

func courseOf(names ...string) []leg {
	var out []leg
	for _, n := range names {
		l, named := modelLegs[n]
		if !named {
			l = leg{verb: n}
		}
		out = append(out, l)
	}
	return out
}

// led lets most steps be the next leg of the course under way, or begin one.
func (w *modelWorld) led(st step) step {
	w.leads = false
	if len(w.course) == 0 {
		if st.Course >= 96 {
			return st
		}
		w.course = of(modelCourses, st.Course)
		hosts := slices.ContainsFunc(w.course, func(l leg) bool { return l.verb == "host create" })
		w.focus = picked(modelDomains, st.Object, func(n string) bool {
			d := w.domains[n]
			if hosts && !slices.ContainsFunc(modelHosts, func(h string) bool { return superordinateOf(h) == n }) {
				return false
			}
			return (d == nil) == (w.course[0].verb == "domain create") && (d == nil || !d.deleted() && !d.pending() && len(w.below(d)) == 0)
		})
	} else if st.Course >= 208 {
		if st.Verb == "clock" { // which would leave the course behind
			st.Verb = "poll"
		}
		return st
	}
	l := w.course[0]
	w.course = w.course[1:]
	if l.verb == "domain create" && l.way == 12 && w.domains[w.focus] != nil {
		l = leg{verb: "domain hosts"}
	}
	if st.Verb, st.Another = l.verb, 5+st.Another%55; st.Course%16 > 0 { // seldom somebody who may not
		st.Who %= 3
	}
	if l.poor {
		st.Who = slices.Index(modelRegistrars, poor)
	}
	if l.n > 0 {
		st.N = l.n - 1
	}
	if l.way > 0 {
		st.Way = l.way - 1
	}
	w.leads = true
	return st
}
