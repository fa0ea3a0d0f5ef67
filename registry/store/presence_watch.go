package store

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"
)

// seenProcesses is what a look shows.
type seenProcesses struct {
	own    bool            // this one
	others map[int64]int64 // signs of life, by id
	last   int64           // the id of the process that came last
}

// The last process is named before its row is there for others to see.
const sqlLook = `SELECT id, signs, (SELECT last_value FROM process_id) FROM processes`

func (p *presence) look(ctx context.Context, own int64) (l seenProcesses, err error) {
	rows, err := p.db.Query(ctx, sqlLook)
	if err != nil {
		return l, err
	}
	l.others = map[int64]int64{}
	var id, signs int64
	_, err = pgx.ForEachRow(rows, []any{&id, &signs, &l.last}, func() error {
		if id == own {
			l.own = true
		} else {
			l.others[id] = signs
		}
		return nil
	})
	return l, err
}

// watch renews the row, and looks for other processes while names are checked.
func (p *presence) watch() {
	tick := time.NewTicker(presenceLook)
	defer tick.Stop()
	idle := presenceIdle
	for {
		if p.registers && p.row.Load() == nil {
			if _, err := p.enter(p.ctx); err != nil && p.ctx.Err() == nil {
				p.log.Debug("store: process not made known", zap.Error(err))
			}
		}
		select {
		case <-p.ctx.Done():
			return
		case <-tick.C:
		}
		idle++
		if p.asked.Swap(false) {
			idle = 0
		}
		ctx, cancel := context.WithTimeout(p.ctx, presenceAsk)
		err := p.keep(ctx)
		cancel()
		if err == nil && idle < presenceIdle {
			err = p.learn()
		}
		if err != nil && p.ctx.Err() == nil {
			p.log.Debug("store: other processes", zap.Error(err))
		}
	}
}

// keep renews the row in time.
func (p *presence) keep(ctx context.Context) error {
	row := p.row.Load()
	if row == nil || time.Since(row.seen) < presenceRenew {
		return nil
	}
	select {
	case p.making <- struct{}{}:
		defer func() { <-p.making }()
		return p.renew(ctx, row)
	default:
		return nil // somebody does it already
	}
}

// learn looks for other processes. Alone, it extends the lease of the names it knows, or
// reads them first: again, when another process was there since.
func (p *presence) learn() error {
	ctx, cancel := context.WithTimeout(p.ctx, presenceAsk)
	defer cancel()
	row, err := p.enter(ctx)
	if err != nil {
		return err
	}
	began := time.Since(p.begun)
	l, err := p.look(ctx, row.id)
	known := p.names.Load()
	switch {
	case err != nil:
		return err
	case !l.own:
		p.row.CompareAndSwap(row, nil)
		return nil
	case len(l.others) > 0:
		return p.bury(ctx, l.others)
	case known == nil || known.last != l.last:
		return p.readNames(ctx, l.last)
	}
	known.until.Store(int64(began + presenceLease))
	return nil
}

// sign is a sign of life of another process.
type sign struct {
	signs int64
	at    time.Time // seen first
}

const sqlBury = `DELETE FROM processes WHERE id = $1 AND signs = $2`

// bury removes the rows of processes that gave no sign of life for presenceDead.
func (p *presence) bury(ctx context.Context, others map[int64]int64) error {
	now := time.Now()
	for id, signs := range others {
		last, ok := p.signs[id]
		switch {
		case !ok || last.signs != signs:
			p.signs[id] = sign{signs, now}
		case now.Sub(last.at) > presenceDead:
			if _, err := p.db.Exec(ctx, sqlBury, id, signs); err != nil {
				return err
			}
		}
	}
	for id := range p.signs {
		if _, ok := others[id]; !ok {
			delete(p.signs, id)
		}
	}
	return nil
}

// readNames reads the names there are. Those that commit while it reads are added by their
// commits, and it begins when the commits that know nothing of it have ended.
// The lease follows with the next look.
func (p *presence) readNames(ctx context.Context, last int64) error {
	known := newKnownNames(last)
	p.mu.Lock()
	p.older = append(p.older, p.commits)
	p.commits = &sync.WaitGroup{}
	p.names.Store(known)
	p.mu.Unlock()
	err := p.olderEnded(ctx)
	if err == nil {
		err = known.read(p.ctx, p.db)
	}
	if err != nil {
		p.names.Store(nil)
	}
	return err
}

// olderEnded waits for commits as long as ctx allows: one may wait for a row that somebody
// has locked, and the others do not wait for that.
func (p *presence) olderEnded(ctx context.Context) error {
	for len(p.older) > 0 {
		done := make(chan struct{})
		go func(commits *sync.WaitGroup) {
			commits.Wait()
			close(done)
		}(p.older[0])
		select {
		case <-done:
			p.older = p.older[1:]
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
