package store

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const sqlTakenDomains = `SELECT name, purge_at FROM domains WHERE name = ANY ($1)`

// nameChecker answers "is this name taken" for many sessions at once: while a
// query is under way the questions that arrive are gathered and asked together,
// so the cost of a round trip is shared and no answer is older than its question.
type nameChecker struct {
	pool  *pgxpool.Pool
	asked chan *question
	ctx   context.Context
	stop  context.CancelFunc
	done  sync.WaitGroup
}

type question struct {
	names  []string
	answer chan answer
}

type answer struct {
	taken map[string]time.Time // name to the instant it is purged; zero when it stays
	err   error
}

const (
	checkWorkers  = 2    // one gathers while the other asks
	checkGathered = 1000 // names in one query at most
)

func newNameChecker(pool *pgxpool.Pool) *nameChecker {
	ctx, stop := context.WithCancel(context.Background())
	c := &nameChecker{pool: pool, asked: make(chan *question, 256), ctx: ctx, stop: stop}
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
		case first := <-c.asked:
			c.ask(c.gather(first))
		}
	}
}

// gather takes what else is waiting, without waiting itself. Sessions that can run go
// first: under load they are about to ask as well.
func (c *nameChecker) gather(first *question) []*question {
	runtime.Gosched()
	batch, names := []*question{first}, len(first.names)
	for names < checkGathered {
		select {
		case q := <-c.asked:
			batch, names = append(batch, q), names+len(q.names)
		default:
			return batch
		}
	}
	return batch
}

func (c *nameChecker) ask(batch []*question) {
	var names []string
	for _, q := range batch {
		names = append(names, q.names...)
	}
	ctx, cancel := context.WithTimeout(c.ctx, 10*time.Second)
	defer cancel()
	taken := make(map[string]time.Time)
	rows, err := c.pool.Query(ctx, sqlTakenDomains, names)
	if err == nil {
		var name string
		var purge *time.Time
		_, err = pgx.ForEachRow(rows, []any{&name, &purge}, func() error {
			taken[name] = TimeOf(purge)
			return nil
		})
	}
	for _, q := range batch {
		q.answer <- answer{taken, err}
	}
}

// Taken reports which of the canonical names have a domain row, and when that
// row is purged (the zero time when it is not being deleted).
func (s *Store) Taken(ctx context.Context, names []string) (map[string]time.Time, error) {
	q := &question{names: names, answer: make(chan answer, 1)}
	select {
	case s.check.asked <- q:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.check.ctx.Done():
		return nil, context.Canceled
	}
	select {
	case a := <-q.answer:
		if a.err != nil {
			return nil, fmt.Errorf("check domains: %w", a.err)
		}
		return a.taken, nil
	case <-ctx.Done():
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
