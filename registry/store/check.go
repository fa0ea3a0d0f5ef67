package store

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const sqlTakenDomains = `SELECT name, registrar, purge_at, class FROM domains WHERE name = ANY ($1)`

// nameChecker answers "is this name taken" for many sessions at once: while a
// query is under way the questions that arrive are gathered and asked together,
// so the cost of a round trip is shared and no answer is older than its question.
type nameChecker struct {
	pool *pgxpool.Pool
	ctx  context.Context
	stop context.CancelFunc
	done sync.WaitGroup

	mu      sync.Mutex
	waiting []*question
	asking  int           // queries under way
	wake    chan struct{} // has room for one: there is something to ask
}

type question struct {
	names    []string
	answer   chan answer // has room for one
	patience *time.Timer // stopped while nobody waits
}

// TakenName is the row of a name.
type TakenName struct {
	Registrar string
	Purge     time.Time // zero when it stays
	Class     string    // of its prices; empty: the standard one
}

// Kept says whether the name is still taken at an instant.
func (n TakenName) Kept(now time.Time) bool { return n.Purge.IsZero() || n.Purge.After(now) }

type answer struct {
	taken map[string]TakenName
	err   error
}

const (
	checkWorkers  = 2    // one is asked while the other is sent
	checkSecond   = 8    // questions that are worth a second query while one is under way
	checkGathered = 1000 // questions in one query at most
)

func newNameChecker(pool *pgxpool.Pool) *nameChecker {
	ctx, stop := context.WithCancel(context.Background())
	c := &nameChecker{pool: pool, ctx: ctx, stop: stop, wake: make(chan struct{}, 1)}
	for range checkWorkers {
		c.done.Go(c.work)
	}
	return c
}

func (c *nameChecker) close() {
	c.stop()
	c.done.Wait()
}

func (c *nameChecker) work() {
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-c.wake:
		}
		// Sessions that can run go first: under load they are about to ask as well.
		runtime.Gosched()
		for batch := c.next(0); len(batch) > 0; batch = c.next(1) {
			c.ask(batch)
		}
	}
}

// put adds a question.
func (c *nameChecker) put(q *question) {
	c.mu.Lock()
	c.waiting = append(c.waiting, q)
	due := c.due()
	c.mu.Unlock()
	if due {
		select {
		case c.wake <- struct{}{}:
		default:
		}
	}
}

// due reports whether a query is to be sent. c.mu is held.
func (c *nameChecker) due() bool {
	return len(c.waiting) > 0 && c.asking == 0 || len(c.waiting) >= checkSecond && c.asking < checkWorkers
}

// next ends so many queries and begins the next, if one is due.
func (c *nameChecker) next(ended int) (batch []*question) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asking -= ended
	if !c.due() {
		return nil
	}
	c.asking++
	n := min(len(c.waiting), checkGathered)
	batch = append(batch, c.waiting[:n]...)
	c.waiting = slices.Delete(c.waiting, 0, n)
	return batch
}

func (c *nameChecker) ask(batch []*question) {
	var names []string
	for _, q := range batch {
		names = append(names, q.names...)
	}
	ctx, cancel := context.WithTimeout(c.ctx, 10*time.Second)
	defer cancel()
	taken := make(map[string]TakenName)
	rows, err := c.pool.Query(ctx, sqlTakenDomains, names)
	if err == nil {
		var name, registrar, class string
		var purge *time.Time
		_, err = pgx.ForEachRow(rows, []any{&name, &registrar, &purge, &class}, func() error {
			taken[name] = TakenName{registrar, TimeOf(purge), class}
			return nil
		})
	}
	for _, q := range batch {
		q.answer <- answer{taken, err}
	}
}

// questions keeps questions that were answered.
var questions = sync.Pool{New: func() any {
	q := &question{answer: make(chan answer, 1), patience: time.NewTimer(time.Hour)}
	q.patience.Stop()
	return q
}}

// Taken reports which of the canonical names have a domain row, and when that
// row is purged. The result may be shared: do
// not change it. Where ctx has a deadline that alone ends the wait, for asking a context
// when it is done costs more than the rest.
func (s *Store) Taken(ctx context.Context, names []string) (map[string]TakenName, error) {
	q := questions.Get().(*question)
	q.names = names
	var done <-chan struct{}
	if deadline, ok := ctx.Deadline(); ok {
		q.patience.Reset(time.Until(deadline))
	} else {
		done = ctx.Done()
	}
	s.check.put(q)
	select {
	case a := <-q.answer:
		q.patience.Stop()
		q.names = nil
		questions.Put(q)
		if a.err != nil {
			return nil, fmt.Errorf("check domains: %w", a.err)
		}
		return a.taken, nil
	case <-q.patience.C:
		return nil, context.DeadlineExceeded
	case <-done:
		return nil, ctx.Err()
	case <-s.check.ctx.Done():
		return nil, context.Canceled
	}
}

const (
	sqlTakenHosts    = `SELECT name FROM hosts WHERE name = ANY ($1)`
	sqlTakenContacts = `SELECT handle FROM contacts WHERE handle = ANY ($1)`
)

// TakenHosts reports which of the canonical host names exist.
func (s *Store) TakenHosts(ctx context.Context, names []string) (map[string]bool, error) {
	return s.existing(ctx, sqlTakenHosts, names)
}

// TakenContacts reports which of the contact handles exist.
func (s *Store) TakenContacts(ctx context.Context, handles []string) (map[string]bool, error) {
	return s.existing(ctx, sqlTakenContacts, handles)
}

func (s *Store) existing(ctx context.Context, sql string, keys []string) (map[string]bool, error) {
	rows, err := s.pool.Query(ctx, sql, keys)
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	out := make(map[string]bool, len(found))
	for _, f := range found {
		out[f] = true
	}
	return out, nil
}
