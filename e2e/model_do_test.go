package e2e

import (
	"slices"
	"strings"
	"time"
)

// do is one step of a script.
func (w *modelWorld) do(st step) {
	w.ready()
	st = w.led(st)
	if st.Verb == "clock" {
		w.advance(st)
		return
	}
	w.batch++
	w.steps++
	st = w.sensible(st)
	name := w.domainFor(st)
	switch subject, verb, _ := strings.Cut(st.Verb, " "); subject {
	case "domain", "transfer", "restore":
		w.doDomain(subject, verb, st, name)
	case "host":
		w.doHost(verb, st)
	case "contact":
		w.doContact(verb, st)
	case "poll", "ack":
		w.doPoll(subject, w.pollerFor(subject, st), st)
	case "deposit":
		w.doDeposit(st)
	case "withdraw":
		w.impoverish(of([]int64{0, 500, 1100, 4100, 9000}, st.N))
		w.note(nil, "registry: %s is left %d", poor, w.balance[poor])
	default:
		w.doRegistry(st.Verb, st, name)
	}
	w.compareBooks()
	if w.steps%20 == 0 {
		w.compareAll()
	}
}

// who is the registrar that gives a command: mostly the one that may.
func (w *modelWorld) who(st step, may string) string {
	if st.Who < 4 && may != "" {
		return may
	}
	return of(modelRegistrars, st.Who)
}

// domainFor picks the domain of a command: mostly one that it makes sense for.
func (w *modelWorld) domainFor(st step) string {
	if w.leads {
		return w.focus
	}
	if st.Verb == "domain create" || st.Another < 5 {
		return of(modelDomains, st.Object)
	}
	fits := func(d *mDomain) bool { return d != nil }
	switch st.Verb {
	case "transfer approve", "transfer reject", "transfer cancel":
		fits = func(d *mDomain) bool { return d != nil && d.pending() }
	case "restore request", "operator restore":
		fits = func(d *mDomain) bool { return d != nil && !d.redemption.IsZero() }
	case "restore report":
		fits = func(d *mDomain) bool { return d != nil && !(d.report.IsZero() && d.corrected.IsZero()) }
	case "transfer request":
		fits = func(d *mDomain) bool { return d != nil && d.auth != "" && !d.pending() }
	case "domain delete":
		fits = func(d *mDomain) bool { return d != nil && !d.deleted() && (len(w.below(d)) == 0 || st.N%4 == 0) }
	case "domain renew", "domain status", "domain hosts", "domain contacts", "domain authinfo", "domain secdns":
		fits = func(d *mDomain) bool { return d != nil && !d.deleted() }
	}
	return picked(modelDomains, st.Object, func(n string) bool { return fits(w.domains[n]) })
}

// sensible turns most commands for which there is nothing to command into what leads there.
func (w *modelWorld) sensible(st step) step {
	d := w.domains[w.domainFor(st)]
	if w.leads && d != nil && (st.Verb != "transfer request" || d.auth != "") {
		return st // a course knows what it does
	}
	instead := ""
	switch st.Verb {
	case "transfer approve", "transfer reject", "transfer cancel":
		if d == nil || !d.pending() {
			instead = "transfer request"
		}
	case "restore report":
		if d == nil || d.report.IsZero() && d.corrected.IsZero() {
			instead = "restore request"
		}
	case "restore request":
		if d == nil || d.redemption.IsZero() {
			instead = "domain delete"
		}
	case "unhold":
		if d == nil || !d.has("serverHold") {
			instead = "hold"
		}
	case "transfer request":
		if d == nil || d.auth == "" {
			instead = "domain authinfo"
		}
	}
	if instead != "" && st.N%4 > 0 {
		st.Verb = instead
		return w.sensible(st)
	}
	if d == nil && st.N%4 > 0 && (strings.HasPrefix(st.Verb, "domain ") || strings.HasPrefix(st.Verb, "transfer ")) {
		st.Verb = "domain create"
	}
	return st
}

// pollerFor picks a registrar that has messages or, for an acknowledgement, was shown one.
func (w *modelWorld) pollerFor(verb string, st step) string {
	return picked(modelRegistrars, st.Object, func(who string) bool {
		_, shown := w.heads[who]
		return st.Another > 4 && len(w.queue[who]) > 0 && shown == (verb == "ack")
	})
}

// picked is the first name from a place on that fits, else the one in that place.
func picked(names []string, from int, fits func(string) bool) string {
	for i := range names {
		if n := of(names, from+i); fits(n) {
			return n
		}
	}
	return of(names, from)
}

// sent is an answer with the instant of the change, where it was carried out.
type sent struct {
	*reply
	done bool
}

// send gives a command, holds the answer against the verdict and, if it was carried
// out, changes the model. object is where the instant of the change is read.
func (w *modelWorld) send(who, verb, words, frame, object string, v verdict) sent {
	began := w.earliest()
	r, err := w.sessions[who].exchange([]byte(frame))
	ended := w.latest()
	if err != nil {
		w.failf("%v: %v", err, clip(frame))
	}
	code := int(r.Code())
	w.note(w.about, "%s: %s %s: %d", who, verb, words, code)
	w.sum.add(verb, code)
	w.cover(verb, code)
	if len(v.faults) > 0 {
		if !slices.Contains(v.faults, code) {
			w.failf("the answer is %d, the model says %v\n%s\n%s", code, v.faults, frame, r.frame)
		}
		if code == 2202 {
			v.counted(ended)
		}
		return sent{r, false}
	}
	if code != v.ok {
		w.failf("the answer is %d, the model says %d\n%s\n%s", code, v.ok, frame, r.frame)
	}
	balance := w.balance[who]
	defer func() {
		if v.billed {
			w.compareBill(who, r, balance)
		}
	}()
	if v.then == nil {
		return sent{r, true}
	}
	at := ended
	if created, changed := w.instants(object); !changed.IsZero() {
		at = changed
	} else if !created.IsZero() {
		at = created
	}
	if at.Before(began.Truncate(time.Microsecond)) || at.After(ended) {
		w.failf("the change is dated %v, but the command was under way from %v to %v", at, began, ended)
	}
	v.then(at)
	return sent{r, true}
}

// doRegistry is what the registry itself does, on the command line.
func (w *modelWorld) doRegistry(verb string, st step, name string) {
	d := w.domains[name]
	w.about = []string{name}
	if d == nil {
		return
	}
	var refused bool
	var then func(at time.Time)
	args := []string{"domain", strings.TrimPrefix(verb, "operator "), name}
	switch verb {
	case "hold", "unhold":
		set := verb == "hold"
		refused = d.deleted() || d.has("serverHold") == set
		then = func(time.Time) { d.statuses = withStatus(d.statuses, "serverHold", set) }
	case "operator delete":
		final := st.Way < 4
		refused = len(w.below(d)) > 0 || d.deleted() && (!final || d.final)
		if final {
			args = append(args, "--final")
		}
		then = func(at time.Time) {
			if d.pending() {
				w.balance[d.transfer.gaining] += d.transfer.price
				w.undo(&d.mSponsored, "serverCancelled", at)
			}
			if !d.deleted() {
				w.remove(d, at)
			}
			if final { // out of redemption too: the name is free when it was to be
				d.redemption, d.report, d.corrected, d.final = time.Time{}, time.Time{}, time.Time{}, true
			}
		}
	case "operator restore":
		refused = !d.deleted() || d.redemption.IsZero()
		then = func(at time.Time) { w.restore(d, at) }
	}
	done := w.registry(args...)
	code := map[bool]int{true: 1000, false: 2304}[done]
	w.note(w.about, "registry: %s: %v", strings.Join(args, " "), done)
	w.sum.add(verb, code)
	w.cover(verb, code)
	if done == refused {
		w.failf("carried out: %v, refused by the model: %v", done, refused)
	}
	if !done {
		return
	}
	_, at := w.instants(name)
	then(at)
	d.touch("registry", at)
	w.tell(d.sponsor, mNotice{about: name, at: at, words: "registry"})
	w.compareDomain(name)
}

func withStatus(have []string, status string, set bool) []string {
	out := slices.DeleteFunc(slices.Clone(have), func(s string) bool { return s == status })
	if set {
		out = append(out, status)
	}
	slices.Sort(out)
	return out
}
