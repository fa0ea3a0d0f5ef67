package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"
)

// presence makes this process known to the others that register names in the same
// database, and finds out whether there are any. While there are none, a name that was in
// no row when knownNames was read, and that this process has not registered since, is
// free: checks need not ask the database. With others, or while it is not certain, they
// do. What makes it certain:
//
//  1. A process commits new names only while its row in processes exists: each such commit
//     locks the row (sqlPresent), and whoever removes a row waits for that lock.
//  2. A process that has made its row commits no new names for presenceWait, unless it
//     sees no other row once its own is committed.
//  3. A process is alone for presenceLease from the instant at which it began to look, if
//     it saw its own row and no other.
//
// Say that one process is alone by (3), and another commits a name meanwhile. The row of
// the other was not there when the first looked, so it was made later; then it saw that
// of the first, and waited for longer than the lease: a contradiction.
type presence struct {
	db        *pgxpool.Pool
	log       *zap.Logger
	registers bool // the process makes itself known before it has to

	begun   time.Time // what leases are counted from: by the monotonic clock
	names   atomic.Pointer[knownNames]
	asked   atomic.Bool            // somebody would have liked to know since the last look
	row     atomic.Pointer[ownRow] // nil: there is none
	making  chan struct{}          // held by who makes or renews the row
	signs   map[int64]sign         // of other processes; touched by watch alone
	mu      sync.Mutex
	commits *sync.WaitGroup   // of new names, that began since names was set
	older   []*sync.WaitGroup // that began before, and may not have ended; touched by watch alone
	ctx     context.Context
	stop    context.CancelFunc
	done    sync.WaitGroup
}

// ownRow is this process's row in processes.
type ownRow struct {
	id    int64
	ready time.Time // when it may commit new names
	seen  time.Time // when the row was known to exist
}

const (
	presenceLease = time.Second
	presenceWait  = presenceLease + 200*time.Millisecond // clocks may run at different rates
	presenceLook  = presenceLease / 4
	presenceIdle  = 40 // looks without a check after which none follows until the next
	presenceRenew = 10 * time.Second
	presenceDead  = time.Minute      // without a sign of life, after which others remove the row
	presenceStale = 30 * time.Second // renewed before names are committed
	presenceAsk   = 5 * time.Second  // for one question to the database
)

const (
	sqlEnter = `INSERT INTO processes (id, signs) VALUES (nextval('process_id'), 0) RETURNING id`
	sqlLeave = `DELETE FROM processes WHERE id = $1`
	sqlRenew = `UPDATE processes SET signs = signs + 1 WHERE id = $1`
	// sqlPresent fails where the row is gone.
	sqlPresent = `SELECT 1 / count(*) FROM (SELECT id FROM processes WHERE id = $1 FOR KEY SHARE) p`
)

// errGone ends a transaction that commits names after its process's row was removed: it
// makes another and tries again.
var errGone = errors.New("store: the process was taken for dead")

func newPresence(db *pgxpool.Pool, log *zap.Logger, registers bool) *presence {
	p := &presence{db: db, log: log, registers: registers, begun: time.Now(), making: make(chan struct{}, 1), signs: map[int64]sign{}, commits: &sync.WaitGroup{}}
	p.ctx, p.stop = context.WithCancel(context.Background())
	p.done.Go(p.watch)
	return p
}

// close takes leave of the other processes.
func (p *presence) close() {
	p.stop()
	p.done.Wait()
	row := p.row.Swap(nil)
	if row == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), presenceAsk)
	defer cancel()
	if _, err := p.db.Exec(ctx, sqlLeave, row.id); err != nil {
		p.log.Debug("store: process not removed", zap.Error(err)) // the others find out
	}
}

// free reports whether all of these names are certainly free; they may be so where it
// says no. The instant for which it holds lies within the call.
func (p *presence) free(names []string) bool {
	if !p.asked.Load() {
		p.asked.Store(true)
	}
	known := p.names.Load()
	return p.holds(known) && known.none(names)
}

// holds reports whether the lease of what is known has not run out.
func (p *presence) holds(known *knownNames) bool {
	return known != nil && int64(time.Since(p.begun)) < known.until.Load()
}

func (p *presence) alone() bool { return p.holds(p.names.Load()) }

// registering has to be called before new names are committed, and done after it. The
// write fails the transaction when the process may not commit: see gone.
func (p *presence) registering(ctx context.Context, names []string) (guard write, done func(), err error) {
	row, err := p.enter(ctx)
	if err != nil {
		return guard, nil, err
	}
	if wait := time.Until(row.ready); wait > 0 {
		select {
		case <-ctx.Done():
			return guard, nil, ctx.Err()
		case <-time.After(wait):
		}
	}
	p.mu.Lock()
	commits, known := p.commits, p.names.Load()
	commits.Add(1)
	p.mu.Unlock()
	if known != nil {
		known.add(names)
	}
	return write{sql: sqlPresent, args: []any{row.id}}, func() {
		// Without an answer of the database the names may still be committed later.
		if now := p.names.Load(); now != nil && now != known {
			now.add(names)
		}
		commits.Done()
	}, nil
}

// gone reports whether it was the guard that failed. The row is made anew next time.
func (p *presence) gone(at *write, err error) bool {
	const divisionByZero = "22012"
	var pg *pgconn.PgError
	if at == nil || at.sql != sqlPresent || !errors.As(err, &pg) || pg.Code != divisionByZero {
		return false
	}
	if row := p.row.Load(); row != nil && row.id == at.args[0] {
		p.row.CompareAndSwap(row, nil)
	}
	return true
}

// enter gives the row of this process, and makes it unless it is there.
func (p *presence) enter(ctx context.Context) (*ownRow, error) {
	if row := p.row.Load(); row != nil && time.Since(row.seen) < presenceStale {
		return row, nil
	}
	select {
	case p.making <- struct{}{}:
		defer func() { <-p.making }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	// Not the command's context: it may be that of a transaction, which has its own connection.
	ask, cancel := context.WithTimeout(p.ctx, presenceAsk)
	defer cancel()
	row := p.row.Load()
	if row != nil && time.Since(row.seen) >= presenceStale {
		if err := p.renew(ask, row); err != nil {
			return nil, err
		}
		row = p.row.Load()
	}
	if row != nil {
		return row, nil
	}
	row = &ownRow{seen: time.Now()}
	if err := p.db.QueryRow(ask, sqlEnter).Scan(&row.id); err != nil {
		return nil, err
	}
	row.ready = time.Now().Add(presenceWait)
	l, err := p.look(ask, row.id)
	if err == nil && !l.own {
		err = errGone
	}
	if err != nil {
		return nil, err // the row grows old, and is removed
	}
	if len(l.others) == 0 {
		row.ready = time.Now()
	}
	p.row.Store(row)
	return row, nil
}

// renew says that this process lives. making is held.
func (p *presence) renew(ctx context.Context, row *ownRow) error {
	at := time.Now()
	tag, err := p.db.Exec(ctx, sqlRenew, row.id)
	switch {
	case err != nil:
		return err
	case tag.RowsAffected() == 0:
		p.row.CompareAndSwap(row, nil)
	default:
		p.row.CompareAndSwap(row, &ownRow{row.id, row.ready, at})
	}
	return nil
}
