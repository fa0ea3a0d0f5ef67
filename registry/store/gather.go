package store

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"
)

// gather asks the database the same kind of question for many sessions at once: while one
// query is under way the questions that arrive are gathered and asked together, so the
// cost of a round trip is shared and no answer is older than its question. An answer is
// shared by all who asked: they do not change it.
type gather[Q, A any] struct {
	ask  func(ctx context.Context, all []Q) (A, error)
	ctx  context.Context
	stop context.CancelFunc
	done sync.WaitGroup
	free sync.Pool // of *asked that were answered

	mu      sync.Mutex
	waiting []*asked[Q, A]
	asking  int           // queries under way
	wake    chan struct{} // has room for one: there is something to ask
}

// asked is a question with its answer.
type asked[Q, A any] struct {
	question Q
	answer   A
	err      error
	answered chan struct{} // has room for one
	patience *time.Timer   // stopped while nobody waits
}

const (
	gatherWorkers = 2                // one query is sent while another is answered
	gatherSecond  = 8                // questions that are worth a second query while one is under way
	gatherMost    = 1000             // questions in one query
	gatherTimeout = 10 * time.Second // of a query
)

func newGather[Q, A any](ask func(ctx context.Context, all []Q) (A, error)) *gather[Q, A] {
	g := &gather[Q, A]{ask: ask, wake: make(chan struct{}, 1)}
	g.ctx, g.stop = context.WithCancel(context.Background())
	for range gatherWorkers {
		g.done.Go(g.work)
	}
	return g
}

func (g *gather[Q, A]) close() {
	g.stop()
	g.done.Wait()
}

// get asks a question. Where ctx has a deadline that alone ends the wait, for asking a
// context when it is done costs more than the rest.
func (g *gather[Q, A]) get(ctx context.Context, question Q) (none A, err error) {
	q, _ := g.free.Get().(*asked[Q, A])
	if q == nil {
		q = &asked[Q, A]{answered: make(chan struct{}, 1), patience: time.NewTimer(time.Hour)}
		q.patience.Stop()
	}
	q.question = question
	var done <-chan struct{}
	if deadline, ok := ctx.Deadline(); ok {
		q.patience.Reset(time.Until(deadline))
	} else {
		done = ctx.Done()
	}
	g.put(q)
	select {
	case <-q.answered:
		answer, err := q.answer, q.err
		q.patience.Stop()
		*q = asked[Q, A]{answered: q.answered, patience: q.patience}
		g.free.Put(q)
		return answer, err
	case <-q.patience.C:
		return none, context.DeadlineExceeded
	case <-done:
		return none, ctx.Err()
	case <-g.ctx.Done():
		return none, context.Canceled
	}
}

// put adds a question.
func (g *gather[Q, A]) put(q *asked[Q, A]) {
	g.mu.Lock()
	g.waiting = append(g.waiting, q)
	due := g.due()
	g.mu.Unlock()
	if due {
		select {
		case g.wake <- struct{}{}:
		default: // a worker is about to look
		}
	}
}

// due reports whether a query is to be sent. g.mu is held.
func (g *gather[Q, A]) due() bool {
	return len(g.waiting) > 0 && g.asking == 0 || len(g.waiting) >= gatherSecond && g.asking < gatherWorkers
}

func (g *gather[Q, A]) work() {
	for {
		select {
		case <-g.ctx.Done():
			return
		case <-g.wake:
		}
		// Sessions that can run go first: under load they are about to ask as well.
		runtime.Gosched()
		for batch := g.next(0); len(batch) > 0; batch = g.next(1) {
			g.answer(batch)
		}
	}
}

// next ends so many queries and begins the next, if one is due.
func (g *gather[Q, A]) next(ended int) (batch []*asked[Q, A]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asking -= ended
	if !g.due() {
		return nil
	}
	g.asking++
	n := min(len(g.waiting), gatherMost)
	batch = append(batch, g.waiting[:n]...)
	g.waiting = slices.Delete(g.waiting, 0, n)
	return batch
}

// answer asks a batch.
func (g *gather[Q, A]) answer(batch []*asked[Q, A]) {
	ctx, cancel := context.WithTimeout(g.ctx, gatherTimeout)
	defer cancel()
	all := make([]Q, len(batch))
	for i, q := range batch {
		all[i] = q.question
	}
	answer, err := g.ask(ctx, all)
	for _, q := range batch {
		q.answer, q.err = answer, err
		q.answered <- struct{}{}
	}
}
