package srs

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"cadastre/registry"
)

// contests decide who may create a name that several registrars want at once, as when a
// name is purged. One create of a name is carried out at a time, so that all but one of
// them cost no commit. Which comes first is drawn among the registrars, each of which has
// one lot, however many sessions it has and however fast they are. Where others were
// refused the name lately, or its purge has just come, the draw waits for them a moment.
//
// A name that nobody else wants is never kept waiting. All times are real ones. Each process
// holds its own contests; between processes the database's order counts.
type contests struct {
	mu    sync.Mutex
	names map[string]*contest // in hand

	// Who was refused which name, in the present interval of memory and in the one before.
	lately, before map[string]map[string]bool
	since          time.Time // when the present interval began
	noted          int       // entries of lately
}

const (
	// contestMemory is how long a refused registrar counts as wanting the name; up to twice as long.
	contestMemory = 3 * time.Second
	// contestMost bounds what is remembered. Beyond it nobody waits for who comes new.
	contestMost = 100_000
	// contestAfterPurge is how long the draw waits for those who tried for the very instant
	// of the purge, whom nobody knows.
	contestAfterPurge = 100 * time.Millisecond
	// contestWait bounds the wait for those who were refused the name.
	contestWait = 500 * time.Millisecond
)

// contest is about one name that is being created.
type contest struct {
	waiting map[string][]*entrant // by registrar, in their order; no list is empty
	missing map[string]bool       // who was refused the name and has not come back
	purged  bool                  // contestAfterPurge is not over
	drawn   bool                  // one of them has the turn
}

// entrant is a create that waits.
type entrant struct {
	turn chan bool // has room for one: true to carry on, false to look whether the name is still free
}

// note remembers that a registrar was refused a name.
func (c *contests) note(name, registrar string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.since) > contestMemory {
		c.before = c.lately
		if now.Sub(c.since) > 2*contestMemory {
			c.before = nil
		}
		c.lately, c.noted, c.since = map[string]map[string]bool{}, 0, now
	}
	who := c.lately[name]
	if who[registrar] || c.noted == contestMost {
		return
	}
	if who == nil {
		who = map[string]bool{}
		c.lately[strings.Clone(name)] = who // name shares the memory of all values of its frame
	}
	who[registrar] = true
	c.noted++
}

// wanted are those who were refused a name lately. c.mu is held.
func (c *contests) wanted(name string) (who map[string]bool) {
	age := time.Since(c.since)
	for _, m := range []struct {
		known map[string]bool
		until time.Duration
	}{{c.before[name], contestMemory}, {c.lately[name], 2 * contestMemory}} {
		for registrar := range m.known {
			if age <= m.until {
				if who == nil {
					who = map[string]bool{}
				}
				who[registrar] = true
			}
		}
	}
	return who
}

// enter waits for a turn to create a name, which end has to end if try is set. Without,
// somebody else has just created the name, or ctx is done. purged says that the name has a
// row that has fallen due.
func (c *contests) enter(ctx context.Context, name, registrar string, purged bool) (try bool, err error) {
	e := &entrant{make(chan bool, 1)}
	if c.join(name, registrar, purged, e) {
		return true, nil
	}
	select {
	case try = <-e.turn:
		return try, nil
	case <-ctx.Done():
		if c.withdraw(name, registrar, e) {
			c.end(name, false)
		}
		return false, ctx.Err()
	}
}

// inTurn carries out a create when it is its turn: see contests. The turn of a command that
// is carried out once ends with CommitOnce.
func (s *SRS) inTurn(ctx context.Context, actor registry.Actor, name string, purged bool, create func() error) (err error) {
	once := actor.Once
	if once != nil && once.EndTurn != nil { // the command is carried out anew
		return create()
	}
	for {
		try, err := s.contests.enter(ctx, name, actor.ID(), purged)
		if err != nil {
			return err
		}
		if try {
			break
		}
		if err := actor.EnterLane(ctx); err != nil { // with all who have lost
			return err
		}
		if purged, err = s.askFree(ctx, actor, name); err != nil {
			return err
		}
	}
	created := false
	if once != nil {
		once.EndTurn = func(created bool) { s.contests.end(name, created) }
	} else {
		defer func() { s.contests.end(name, created) }()
	}
	err = create()
	created = err == nil
	return err
}

// endTurn ends the turn of a command that is carried out once, if it has one.
func endTurn(once *registry.Once, created bool) {
	if end := once.EndTurn; end != nil {
		once.EndTurn = nil
		end(created)
	}
}

// join gives the turn to a create that nobody stands in the way of, and puts others in the
// queue.
func (c *contests) join(name, registrar string, purged bool, e *entrant) (atOnce bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.names[name]
	if k == nil {
		k = &contest{missing: c.wanted(name), purged: purged}
		if c.names == nil {
			c.names = map[string]*contest{}
		}
		c.names[name] = k
		delete(k.missing, registrar)
		if len(k.missing) == 0 && !purged {
			k.drawn = true
			return true
		}
		if purged {
			time.AfterFunc(contestAfterPurge, func() { c.open(name, k, false) })
		}
		time.AfterFunc(contestWait, func() { c.open(name, k, true) })
	}
	if k.waiting == nil {
		k.waiting = map[string][]*entrant{}
	}
	k.waiting[registrar] = append(k.waiting[registrar], e)
	delete(k.missing, registrar)
	c.draw(name, k)
	return false
}

// open ends the wait for those who tried for the instant of the purge, and at last for all.
func (c *contests) open(name string, k *contest, all bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k.purged = false
	if all {
		k.missing = nil
	}
	c.draw(name, k)
}

// draw gives the turn to somebody, unless there is a reason to wait. c.mu is held.
func (c *contests) draw(name string, k *contest) {
	if k.drawn || k.purged || len(k.missing) > 0 {
		return
	}
	if len(k.waiting) == 0 {
		if c.names[name] == k {
			delete(c.names, name)
		}
		return
	}
	registrars := make([]string, 0, len(k.waiting))
	for r := range k.waiting {
		registrars = append(registrars, r)
	}
	r := registrars[rand.IntN(len(registrars))]
	first := k.waiting[r][0]
	if k.waiting[r] = k.waiting[r][1:]; len(k.waiting[r]) == 0 {
		delete(k.waiting, r)
	}
	k.drawn = true
	first.turn <- true
}

// end ends a turn. After a success all who wait look again; after a failure it is the turn
// of the next.
func (c *contests) end(name string, created bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.names[name]
	k.drawn = false
	if created {
		for _, list := range k.waiting {
			for _, e := range list {
				e.turn <- false
			}
		}
		k.waiting, k.missing, k.purged = nil, nil, false
		delete(c.lately, name)
		delete(c.before, name)
	}
	c.draw(name, k)
}

// withdraw takes back a create whose client cannot wait any longer, and reports whether it
// has got the turn meanwhile.
func (c *contests) withdraw(name, registrar string, e *entrant) (has bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case has = <-e.turn:
		return has
	default:
	}
	k := c.names[name]
	k.waiting[registrar] = slices.DeleteFunc(k.waiting[registrar], func(other *entrant) bool { return other == e })
	if len(k.waiting[registrar]) == 0 {
		delete(k.waiting, registrar)
	}
	return false
}
