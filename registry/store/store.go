package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"
)

// Config says how to open a Store.
type Config struct {
	DSN      string // PostgreSQL connection string
	MaxConns int32  // size of the pool; 0 means DefaultMaxConns
	Log      *zap.Logger

	// Registers makes the process known to others at once, for it will register names:
	// the first of them waits for that (see presence).
	Registers bool
}

// DefaultMaxConns is enough to keep several cores of PostgreSQL busy while each
// process of a deployment leaves room for the others.
const DefaultMaxConns = 16

// Store is the registry's database. It is safe for concurrent use.
type Store struct {
	pool   *pgxpool.Pool
	checks *pgxpool.Pool // of checks alone, which so wait for no command that holds a connection
	log    *zap.Logger
	wake   chan struct{}

	taken    *gather[[]string, takenNames]
	referred *gather[referral, referred]
	together together
	presence *presence
	merger   merger

	ids struct {
		sync.Mutex
		next, end int64
	}
	zones zoneCache
}

// Open connects to a migrated database.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	pc, err := pgxpool.ParseConfig(cfg.DSN)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	pc.MaxConns = DefaultMaxConns
	if cfg.MaxConns > 0 {
		pc.MaxConns = cfg.MaxConns
	}
	pc.ConnConfig.RuntimeParams["timezone"] = "UTC"
	for name, value := range planning() {
		pc.ConnConfig.RuntimeParams[name] = value
	}
	if pc.ConnConfig.RuntimeParams["application_name"] == "" {
		pc.ConnConfig.RuntimeParams["application_name"] = "cadastre"
	}
	pc.PrepareConn = notInTx
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("database: %w", err)
	}
	log := cfg.Log
	if log == nil {
		log = zap.NewNop()
	}
	checks := pc.Copy()
	checks.MaxConns, checks.MinConns, checks.MinIdleConns = gatherWorkers+1, 0, 0 // one for presence
	checkPool, err := pgxpool.NewWithConfig(ctx, checks)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("database: %w", err)
	}
	s := &Store{pool: pool, checks: checkPool, log: log, wake: make(chan struct{}, 1)}
	s.taken, s.referred = newGather(s.askTaken), newGather(s.askReferred)
	s.presence = newPresence(checkPool, log, cfg.Registers)
	return s, nil
}

// notInTx refuses a second connection to whoever holds one in a transaction: with
// a busy pool each would wait for the other.
func notInTx(ctx context.Context, _ *pgx.Conn) (bool, error) {
	if tx, _ := ctx.Value(inTx{}).(*Tx); tx != nil && tx.conn != nil {
		return true, errors.New("store: a second connection asked for within a transaction")
	}
	return true, nil
}

// planning makes PostgreSQL plan each statement once per connection. The statements of
// commands find their rows by key, whatever the values are, so a plan for particular values
// is never better, and making one takes longer than running it. Reading whole tables looks
// cheap while they are small, and a plan made then would stay: the few statements that do
// read them say so with sqlWholeTables.
func planning() map[string]string {
	return map[string]string{
		"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off",
	}
}

// sqlWholeTables lets a transaction plan for reading most of a table.
const sqlWholeTables = `SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on; SET LOCAL plan_cache_mode = auto`

// Close ends all connections. Calls under way fail.
func (s *Store) Close() {
	s.taken.close()
	s.referred.close()
	s.presence.close()
	s.pool.Close()
	s.checks.Close()
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.pool.Ping(ctx) }

// PoolStat describes the connection pool, for metrics.
type PoolStat struct {
	Max, Total, Idle, InUse int32
	Waits                   int64
	WaitTime                time.Duration
}

// PoolStat reads the pool's counters.
func (s *Store) PoolStat() PoolStat {
	st := s.pool.Stat()
	return PoolStat{
		Max: st.MaxConns(), Total: st.TotalConns(), Idle: st.IdleConns(), InUse: st.AcquiredConns(),
		Waits: st.EmptyAcquireCount(), WaitTime: st.EmptyAcquireWaitTime(),
	}
}

const sqlNextObjectIDs = `SELECT nextval('object_id')`

// idBlock is the sequence's increment: each call hands out that many ids.
const idBlock = 100

// newID returns a fresh object id. Ids are unique over all objects and all
// processes; order and density mean nothing. A new block is asked for over the
// transaction's own connection, which it has before it locks the block: waiting for a
// connection, with others that have one waiting for this block, would be a deadlock.
func (tx *Tx) newID(ctx context.Context) (int64, error) {
	s := tx.store
	if id, ok := s.knownID(); ok {
		return id, nil
	}
	if err := tx.connect(ctx); err != nil {
		return 0, err
	}
	s.ids.Lock()
	defer s.ids.Unlock()
	if s.ids.next == s.ids.end {
		var first int64
		if err := tx.conn.QueryRow(ctx, sqlNextObjectIDs).Scan(&first); err != nil {
			return 0, fmt.Errorf("object ids: %w", err)
		}
		s.ids.next, s.ids.end = first, first+idBlock
	}
	id := s.ids.next
	s.ids.next++
	return id, nil
}

// knownID is an id of the present block, if any is left.
func (s *Store) knownID() (id int64, ok bool) {
	s.ids.Lock()
	defer s.ids.Unlock()
	if s.ids.next == s.ids.end {
		return 0, false
	}
	s.ids.next++
	return s.ids.next - 1, true
}

// Alone reports whether no other process registers names in the database, and checks of
// free names are answered from memory. It is found out when names are checked.
func (s *Store) Alone() bool { return s.presence.alone() }

// DirtyWake is signalled after a commit in this process that marked dirty names.
func (s *Store) DirtyWake() <-chan struct{} { return s.wake }

func (s *Store) wakePublisher() {
	select {
	case s.wake <- struct{}{}:
	default: // a signal is waiting already
	}
}

// querier is what reads need: a pool, a connection or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// NullTime makes the zero time NULL.
func NullTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// TimeOf makes NULL the zero time, and everything UTC.
func TimeOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
