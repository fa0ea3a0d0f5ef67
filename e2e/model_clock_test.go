package e2e

import "time"

// passes are how long a step may let pass.
var passes = []time.Duration{
	time.Minute, 2 * time.Hour, 20 * time.Hour, 24 * time.Hour, time.Minute, 2 * time.Hour, 2 * day, 3 * day, 6 * day, 8 * day,
	31 * day, 46 * day, 100 * day, 200 * day, 366 * day, 800 * day,
}

// advance lets time pass: mostly to when something falls due with one object, or until
// just before.
func (w *modelWorld) advance(st step) {
	now := w.latest()
	name := w.focus
	if !w.leads {
		name = w.inMotion(st)
	}
	w.about = []string{name}
	to := w.aim(name, st, now)
	if to.Before(now) {
		to = now
	}
	if to.Year() > 2200 {
		return
	}
	w.set(to)
	w.note(nil, "the clock is put to %v", w.now)
	w.compareBooks()
	w.compareDomains()
	if w.passed++; w.passed%4 == 0 {
		w.compareAll()
	}
}

// inMotion picks a domain or a contact with which something falls due, mostly one with
// which more than the automatic renewal does.
func (w *modelWorld) inMotion(st step) string {
	all := append(append([]string{}, modelDomains...), modelContacts...)
	return picked(all, st.Object, func(n string) bool {
		if d := w.domains[n]; d != nil {
			return d.deleted() || d.pending() || len(d.graces) > 0 || st.Another < 15
		}
		return w.contacts[n] != nil && w.contacts[n].pending()
	})
}

// aim is the instant that a step of the clock goes to.
func (w *modelWorld) aim(name string, st step, now time.Time) time.Time {
	event, dues := w.due(name)
	if st.Way > 6 || event.IsZero() {
		return now.Add(of(passes, st.N))
	}
	end := event
	if d := w.domains[name]; d != nil {
		end = d.expires
	}
	var to time.Time
	switch st.Way {
	case 0:
		to = event
	case 1:
		to = event.Add(-2 * quiet)
	case 2:
		to = event.Add(-of([]time.Duration{day, 3 * day, 6 * day}, st.Another))
	case 3:
		to = end
	case 4:
		to = end.Add(-2 * quiet)
	case 5:
		to = of(dues, st.N)
	case 6: // the next of everything
		if turning := w.turning(); len(turning) > 0 {
			to = turning[0]
		}
	}
	return to
}

// due is the next thing that happens by itself to an object, and all instants at which
// anything about it changes. Both are empty if nothing ever does.
func (w *modelWorld) due(name string) (event time.Time, all []time.Time) {
	if c := w.contacts[name]; c != nil && c.pending() {
		return c.transfer.due, []time.Time{c.transfer.due}
	}
	d := w.domains[name]
	if d == nil {
		return event, nil
	}
	switch {
	case !d.report.IsZero():
		event = d.report
	case !d.redemption.IsZero():
		event = d.redemption
	case d.deleted():
		event = d.purge
	case d.pending() && !d.transfer.due.After(d.expires):
		event = d.transfer.due
	default:
		event = d.expires
	}
	all = append(all, event)
	for _, g := range d.graces {
		all = append(all, g.until)
	}
	for _, at := range []time.Time{d.corrected, d.redemption} {
		if !at.IsZero() {
			all = append(all, at)
		}
	}
	if d.wrong > 0 {
		all = append(all, d.wrongSince.Add(guessTime))
	}
	return event, all
}
