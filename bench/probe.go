package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// probe looks, in a connection of its own, at whitelist names that are about to be
// pruned: every few milliseconds it reads one, and keeps it for the moment of a
// statement, as whoever relies on an entry would.
type probe struct {
	conn *pgx.Conn
	cut  time.Time // names that expire later are not of interest
	stop chan struct{}
	done chan error
	w    waits
}

// waits are how long reads took, sorted: with a lock, and without.
type waits struct{ locked, read []time.Duration }

const (
	probePause  = time.Millisecond
	probeAtOnce = 20 // names of one look at what comes next
	// probeAhead is how far from the next name to be pruned the probe looks: mostly where
	// the work is.
	probeAhead = 100
)

const (
	sqlNext = `SELECT name FROM whitelist_names WHERE policy = $1 AND state = 'published' AND expires_at < $2
		ORDER BY expires_at, name OFFSET $3 LIMIT $4`
	// By PostgreSQL's clock: what the probe itself waits for a processor does not count.
	// The name may have gone, after a wait for it or before.
	sqlName  = `WITH n AS MATERIALIZED (SELECT target FROM whitelist_names WHERE name = $1`
	sqlTimed = `) SELECT extract(epoch FROM clock_timestamp() - statement_timestamp())::float8 FROM (SELECT count(*) FROM n) c`
	sqlRead  = sqlName + sqlTimed
	sqlLock  = sqlName + ` FOR SHARE` + sqlTimed
)

func startProbe(ctx context.Context, dsn string, cut time.Time) (*probe, error) {
	p := &probe{cut: cut, stop: make(chan struct{}), done: make(chan error, 1)}
	var err error
	if p.conn, err = pgx.Connect(ctx, dsn); err != nil {
		return nil, err
	}
	go func() { p.done <- p.run(ctx) }()
	return p, nil
}

// end stops the probe and gives what it saw.
func (p *probe) end() (waits, error) {
	close(p.stop)
	err := <-p.done
	p.conn.Close(context.Background()) //nolint:errcheck // nothing is lost
	if err == nil && len(p.w.locked) == 0 {
		err = errors.New("the probe met no name")
	}
	slices.Sort(p.w.locked)
	slices.Sort(p.w.read)
	return p.w, err
}

func (p *probe) run(ctx context.Context) error {
	for {
		select {
		case <-p.stop:
			return nil
		case <-time.After(probePause):
		}
		rows, err := p.conn.Query(ctx, sqlNext, tripsPolicy, p.cut, rand.IntN(probeAhead), probeAtOnce)
		if err != nil {
			return err
		}
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, i := range rand.Perm(len(names)) {
			if err := p.time(ctx, sqlRead, names[i], &p.w.read); err != nil {
				return err
			}
			if err := p.time(ctx, sqlLock, names[i], &p.w.locked); err != nil {
				return err
			}
			time.Sleep(probePause)
		}
	}
}

// time has PostgreSQL time one statement.
func (p *probe) time(ctx context.Context, sql, name string, to *[]time.Duration) error {
	var took float64
	if err := p.conn.QueryRow(ctx, sql, name).Scan(&took); err != nil {
		return err
	}
	*to = append(*to, time.Duration(took*float64(time.Second)))
	return nil
}
