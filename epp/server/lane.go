package server

import (
	"context"
	"slices"
	"sync"
	"time"
)

// lane is the way of commands from sessions that have just lost a create. When a name drops,
// a thousand sessions may send creates of it without a pause; were they all carried out at
// once, every other command would stand behind them for a processor. So a session that lost
// a create comes, with whatever it sends next, through the lane: a few at a time, each
// registrar in its turn, one command each, however many sessions it has. All other sessions
// know nothing of it.
//
// A command is in the lane from its last octet on until it is answered, turns out to be no
// create, or waits for something else than a processor. One that stays longer than laneStay
// keeps nobody out any more, so that neither a slow database nor a client that does not read
// its answers stops the lane.
type lane struct {
	places  int
	metrics *Metrics

	mu     sync.Mutex
	inside []*pass            // in the order they came in, at most places
	queues map[string][]*pass // who waits, by registrar, in their order; no list is empty
	order  []string           // the registrars of queues, the next one first
	clock  *time.Timer        // for the first of inside; nil: not running
}

const (
	// lanePlacesPerProcessor keeps the line short that all others stand in for a processor,
	// and the processors mostly busy while some of those inside wait for the database. With
	// twice as many, creates lose by a quarter faster, and checks meanwhile take half as long
	// again.
	lanePlacesPerProcessor = 4
	// laneStay is how long a command may keep others out of the lane.
	laneStay = 50 * time.Millisecond
)

// pass is what a session needs to use the lane. The session's goroutine calls its methods.
type pass struct {
	lane      *lane
	registrar string
	turn      chan struct{} // has room for one; nil until it is needed
	entered   bool          // and has not left, though it may have stayed too long
	came      time.Time     // into the lane; the lane's
}

func newLane(processors int, m *Metrics) *lane {
	return &lane{places: lanePlacesPerProcessor * processors, metrics: m, queues: map[string][]*pass{}}
}

// Enter implements registry.Lane.
func (p *pass) Enter(ctx context.Context) error {
	if p.entered {
		return nil
	}
	began := time.Now()
	if !p.lane.ask(p) {
		p.lane.metrics.laneWaiting.Inc()
		defer p.lane.metrics.laneWaiting.Dec()
		select {
		case <-p.turn:
		case <-ctx.Done():
			p.lane.withdraw(p)
			return ctx.Err()
		}
	}
	p.entered = true
	p.lane.metrics.laneSeconds.Observe(time.Since(began).Seconds())
	return nil
}

// Leave implements registry.Lane.
func (p *pass) Leave() {
	if p.entered {
		p.entered = false
		p.lane.leave(p)
	}
}

// ask lets the pass in, or puts it into the queue of its registrar.
func (l *lane) ask(p *pass) (in bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.inside) < l.places { // then nobody waits
		l.admit(p)
		return true
	}
	if p.turn == nil {
		p.turn = make(chan struct{}, 1)
	}
	queue := l.queues[p.registrar]
	if len(queue) == 0 {
		l.order = append(l.order, p.registrar)
	}
	l.queues[p.registrar] = append(queue, p)
	l.watch()
	return false
}

// admit lets a pass in. l.mu is held.
func (l *lane) admit(p *pass) {
	p.came = time.Now()
	l.inside = append(l.inside, p)
}

// leave lets the next one in.
func (l *lane) leave(p *pass) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(l.inside, p); i >= 0 { // else it stayed too long
		l.inside = slices.Delete(l.inside, i, i+1)
		l.fill()
	}
}

// fill lets in whoever has room: the first of each registrar in turn. l.mu is held.
func (l *lane) fill() {
	for len(l.inside) < l.places && len(l.order) > 0 {
		registrar := l.order[0]
		l.order = slices.Delete(l.order, 0, 1)
		queue := l.queues[registrar]
		first := queue[0]
		if len(queue) > 1 {
			l.queues[registrar] = slices.Delete(queue, 0, 1)
			l.order = append(l.order, registrar)
		} else {
			delete(l.queues, registrar)
		}
		l.admit(first)
		first.turn <- struct{}{}
	}
}

// withdraw takes back a pass that waits, or has just been let in.
func (l *lane) withdraw(p *pass) {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue := l.queues[p.registrar]
	if i := slices.Index(queue, p); i >= 0 {
		if l.queues[p.registrar] = slices.Delete(queue, i, i+1); len(queue) == 1 {
			delete(l.queues, p.registrar)
			l.order = slices.DeleteFunc(l.order, func(r string) bool { return r == p.registrar })
		}
		return
	}
	<-p.turn
	if i := slices.Index(l.inside, p); i >= 0 {
		l.inside = slices.Delete(l.inside, i, i+1)
		l.fill()
	}
}

// watch makes sure that the first of those inside does not stay too long while others wait.
// l.mu is held.
func (l *lane) watch() {
	if l.clock == nil {
		l.clock = time.AfterFunc(laneStay-time.Since(l.inside[0].came), l.overdue)
	}
}

// overdue lets others in, in place of those who stayed too long.
func (l *lane) overdue() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clock = nil
	stayed := 0
	for stayed < len(l.inside) && time.Since(l.inside[stayed].came) >= laneStay {
		stayed++
	}
	l.inside = slices.Delete(l.inside, 0, stayed)
	l.fill()
	if len(l.order) > 0 {
		l.watch()
	}
}

// queue makes a session that has just lost a create wait for its turn. When the server ends,
// nobody waits.
func (s *session) queue() {
	if s.losing {
		s.losing = false
		s.pass.Enter(s.srv.base) //nolint:errcheck // the command says so itself
	}
}
