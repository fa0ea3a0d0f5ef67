package e2e

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// chaosEntry is a command and what became of it.
type chaosEntry struct {
	kind                string // "apply", "decide", "create", "update" or "delete"
	cltrid              string
	registrar, target   string
	registrant, contact string // identifier sent, contact id sent
	code                int    // EPP result or HTTP status; 0: no answer
	why                 string // of a refusal
	application, status string // of an application
	names               []string
	approve             bool // of a decision
}

// unknown says that the command may have been carried out or not.
func (e chaosEntry) unknown() bool {
	switch {
	case e.code == 2400:
		return !strings.Contains(e.why, "could not be asked")
	case e.kind == "decide":
		return e.code == 0 || e.code >= 500
	}
	return e.code == 0 || e.code >= 2500
}

// chaosMessage is a service message as it was seen.
type chaosMessage struct {
	registrar, application, status, text string
	acked                                int64 // tick at which its removal was acknowledged; 0: not yet
}

// chaosLedger is what the test's registrars were told. It is safe for concurrent use.
type chaosLedger struct {
	mu       sync.Mutex
	entries  []chaosEntry
	messages map[string]*chaosMessage // by message id
	tick     int64
	wrong    []string

	held     []string     // applications that may be undecided
	approved []chaosEntry // applications that were approved, the newest last
	applied  map[string]chaosEntry
	owners   map[string][]string // registrar to target names that it may have
}

func newChaosLedger() *chaosLedger {
	return &chaosLedger{messages: map[string]*chaosMessage{}, owners: map[string][]string{}, applied: map[string]chaosEntry{}}
}

// add puts down a command.
func (l *chaosLedger) add(e chaosEntry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
	switch {
	case e.kind == "apply" && e.code == 1001:
		l.held = append(l.held, e.application)
	case e.kind == "decide":
		l.held = slices.DeleteFunc(l.held, func(id string) bool { return id == e.application && (e.code == 200 || e.code == 409 || e.code == 403) })
	case e.kind == "create" && e.code == 1000:
		l.owners[e.registrar] = append(l.owners[e.registrar], e.target)
	case e.kind == "delete" && e.code != 0:
		l.owners[e.registrar] = slices.DeleteFunc(l.owners[e.registrar], func(n string) bool { return n == e.target })
	}
	if e.kind == "apply" && e.application != "" {
		l.applied[e.application] = e
	}
	if e.status == "approved" {
		l.isApproved(e.application)
	}
}

// isApproved puts an application among those that can be used now.
func (l *chaosLedger) isApproved(application string) {
	if e, ok := l.applied[application]; ok {
		l.approved = append(l.approved, e)
		l.approved = l.approved[max(0, len(l.approved)-40):]
	}
}

// fault notes something that must not be.
func (l *chaosLedger) fault(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrong = append(l.wrong, fmt.Sprintf(format, args...))
}

func (l *chaosLedger) faults() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.wrong)
}

func (l *chaosLedger) operations() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries)
}

// all is everything that was put down so far.
func (l *chaosLedger) all() []chaosEntry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.entries)
}

// someHeld picks an application that may be undecided, and its policy's id.
func (l *chaosLedger) someHeld(rng *rand.Rand) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.held) == 0 {
		return ""
	}
	return l.held[rng.IntN(len(l.held))]
}

// someApproved picks an application that was approved for a registrar, or, rather
// seldom, for another one.
func (l *chaosLedger) someApproved(rng *rand.Rand, registrar string) (chaosEntry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := l.approved
	if rng.IntN(5) > 0 {
		list = slices.DeleteFunc(slices.Clone(list), func(e chaosEntry) bool { return e.registrar != registrar })
	}
	if len(list) == 0 {
		return chaosEntry{}, false
	}
	return list[len(list)-1-rng.IntN(min(len(list), 8))], true
}

// someOwn picks a target name that a registrar may have.
func (l *chaosLedger) someOwn(rng *rand.Rand, registrar string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	own := l.owners[registrar]
	if len(own) == 0 {
		return ""
	}
	return own[rng.IntN(len(own))]
}

// now is the next tick.
func (l *chaosLedger) now() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tick++
	return l.tick
}

// saw puts down a message that came on a poll sent at a tick.
func (l *chaosLedger) saw(id string, asked int64, m chaosMessage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.messages[id]
	switch {
	case before == nil:
		l.messages[id] = &m
		if m.status == "approved" {
			l.isApproved(m.application)
		}
	case before.acked != 0 && before.acked < asked:
		l.wrong = append(l.wrong, fmt.Sprintf("message %s came again after its removal was acknowledged: %+v", id, m))
	case before.application != m.application || before.status != m.status || before.registrar != m.registrar:
		l.wrong = append(l.wrong, fmt.Sprintf("message %s changed from %+v to %+v", id, *before, m))
	}
}

// removed puts down that a message's removal was acknowledged.
func (l *chaosLedger) removed(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tick++
	if m := l.messages[id]; m != nil && m.acked == 0 {
		m.acked = l.tick
	}
}

// counts is how many commands of each kind there were, and how they ended.
func (l *chaosLedger) counts() string {
	by := map[string]map[int]int{}
	for _, e := range l.all() {
		if by[e.kind] == nil {
			by[e.kind] = map[int]int{}
		}
		by[e.kind][e.code]++
	}
	var out []string
	for _, kind := range slices.Sorted(maps.Keys(by)) {
		var codes []string
		for _, code := range slices.Sorted(maps.Keys(by[kind])) {
			codes = append(codes, fmt.Sprintf("%d×%d", by[kind][code], code))
		}
		out = append(out, kind+" "+strings.Join(codes, " "))
	}
	return strings.Join(out, ", ")
}

var clTRIDOf = regexp.MustCompile(`<clTRID>([^<]*)</clTRID>`)
