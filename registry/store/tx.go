package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"cadastre/registry"
)

// Tx is one transaction of one command. Reads go to the database at once; writes
// are queued and sent together with the commit, so what a Tx wrote it does not
// read back.
type Tx struct {
	Now   time.Time      // the command's one instant, UTC, in microseconds
	Actor registry.Actor // who gives the command

	store   *Store
	conn    *pgxpool.Conn // nil until it is needed: see connect
	begun   bool
	writes  []write
	last    []write // account rows: locked after everything else
	dirty   bool
	changed []string // zones whose settings changed
	names   []string // of new domains

	// guarded: it locked nothing, for constraints and guards keep what it relies on, so
	// it may be committed with others: see together. alone: it must not be.
	guarded, alone bool
	external       []int64 // hosts that must lie outside our zones when it is committed

	lines []registry.BillLine // the command's, on its actor's account
	funds registry.Funds      // of the actor, after the command
}

// write is a queued statement. field and value name what is at fault when the
// database refuses it.
type write struct {
	sql          string
	args         []any
	field, value string
	into         []any  // where the one row it gives goes; nil: it gives none
	done         func() // called when it was carried out, which the commit has to follow; nil: nobody waits for that
}

const (
	sqlBegin    = `BEGIN`
	sqlCommit   = `COMMIT`
	sqlRollback = `ROLLBACK`
)

type inTx struct{}

// maxAttempts bounds the retries of one transaction.
const maxAttempts = 12

// Transact runs fn in one transaction at READ COMMITTED with the given instant
// and commits what fn queued; an error of fn rolls everything back. It is the
// only way to write. fn may be called more than once: the transaction is retried
// with jitter on a serialisation failure (40001) or a deadlock (40P01), so fn
// must not change anything outside. Constraint violations come back as
// *registry.Error. Transactions do not nest.
//
// A transaction that locked nothing may be committed together with those of other
// commands (see together): it is still one instant, one actor and one outcome.
//
// A command that is carried out once (Actor.Once) commits later, with Commit.
func (s *Store) Transact(ctx context.Context, actor registry.Actor, now time.Time, fn func(ctx context.Context, tx *Tx) error) error {
	if ctx.Value(inTx{}) != nil {
		return errors.New("store: a transaction within a transaction")
	}
	now = now.UTC().Truncate(time.Microsecond)
	alone, err := mayHold(actor.Once)
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		err := s.try(ctx, &Tx{Now: now, Actor: actor, store: s, alone: alone}, fn)
		if err == errAlone {
			alone = true
			continue
		}
		if err == nil || !retryable(err) || attempt == maxAttempts {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(backoff(attempt)):
		}
	}
}

func (s *Store) try(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) (err error) {
	held := false
	defer func() {
		if !held {
			tx.disconnect()
		}
	}()
	defer func() {
		if p := recover(); p != nil {
			tx.rollback()
			panic(p)
		}
	}()
	if err := fn(context.WithValue(ctx, inTx{}, tx), tx); err != nil {
		tx.rollback()
		return err
	}
	tx.itemise()
	if held = tx.hold(); held {
		return nil
	}
	return tx.finish(ctx)
}

// finish ends a transaction, and tells those who wait for what it wrote.
func (tx *Tx) finish(ctx context.Context) error {
	s := tx.store
	if err := tx.end(ctx); err != nil {
		tx.rollback()
		return err
	}
	tx.hand()
	if tx.dirty {
		s.wakePublisher()
	}
	if len(tx.changed) > 0 {
		s.zones.forget()
	}
	return nil
}

// connect takes a connection from the pool unless there is one.
func (tx *Tx) connect(ctx context.Context) (err error) {
	if tx.conn != nil {
		return nil
	}
	conn, err := tx.store.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("database connection: %w", err)
	}
	tx.conn = conn
	return nil
}

// disconnect gives the connection back. One left inside a transaction is closed by the pool.
func (tx *Tx) disconnect() {
	if tx.conn != nil {
		tx.conn.Release()
		tx.conn = nil
	}
}

// end commits, together with others where that is possible.
func (tx *Tx) end(ctx context.Context) error {
	tx.readFunds()
	g := &tx.store.together
	switch {
	case !tx.guarded || tx.begun || len(tx.writes) == 0:
		err := tx.commit(ctx)
		g.refused(tx, err)
		return err
	case !g.admits(tx):
		return errAlone
	}
	return g.commit(ctx, tx)
}

// rollback ends the transaction on the server. It uses its own context: the
// command's may have ended, which is why we are here.
func (tx *Tx) rollback() {
	if !tx.begun || tx.conn.Conn().IsClosed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if _, err := tx.conn.Exec(ctx, sqlRollback); err != nil {
		tx.conn.Conn().Close(ctx) //nolint:errcheck // the connection is given up either way
	}
}

// commit sends the queued writes and the commit in one round trip.
func (tx *Tx) commit(ctx context.Context) error {
	all := slices.Concat(guards(tx.external), tx.writes, sortedAccounts(tx.last))
	if len(all) == 0 {
		tx.rollback() // nothing to keep: cheaper than a commit
		return nil
	}
	at, err := tx.send(ctx, all, tx.names)
	switch {
	case err == nil:
		return nil
	case at != nil && tx.guarded && !tx.alone:
		return errAlone // it finds out why with the locks
	case at != nil:
		return refusal(err, *at)
	}
	return fmt.Errorf("commit: %w", err)
}

// sortedAccounts puts accounts in one order in every transaction, so that two never wait
// for each other; the first argument is the registrar.
func sortedAccounts(last []write) []write {
	slices.SortStableFunc(last, func(a, b write) int { return strings.Compare(a.args[0].(string), b.args[0].(string)) })
	return last
}

// send sends writes and the commit. The server runs them in order and stops at the first
// that fails, so COMMIT is reached only when all succeeded; at is the one that failed.
// names are those of new domains.
func (tx *Tx) send(ctx context.Context, all []write, names []string) (at *write, err error) {
	if len(names) > 0 {
		guard, done, err := tx.store.presence.registering(ctx, names)
		if err != nil {
			return nil, err
		}
		defer done()
		all = append([]write{guard}, all...)
	}
	all = tx.store.merger.merge(all)
	b := &pgx.Batch{}
	if !tx.begun {
		b.Queue(sqlBegin)
	}
	lead := b.Len()
	for _, w := range all {
		b.Queue(w.sql, w.args...)
	}
	b.Queue(sqlCommit)
	if err := tx.connect(ctx); err != nil {
		return nil, err
	}
	tx.begun = true
	res := tx.conn.SendBatch(ctx, b)
	for i := range b.Len() {
		var into []any
		if i >= lead && i-lead < len(all) {
			into = all[i-lead].into
		}
		if err := next(res, into); err != nil {
			res.Close() //nolint:errcheck // err says why
			if i >= lead && i-lead < len(all) {
				at = &all[i-lead]
			}
			if tx.store.presence.gone(at, err) {
				return nil, errGone
			}
			return at, err
		}
		if i >= lead && i-lead < len(all) && all[i-lead].done != nil {
			all[i-lead].done()
		}
	}
	if err := res.Close(); err != nil {
		return nil, err
	}
	tx.begun = false
	return nil, nil
}

// next reads the result of the next statement of a batch.
func next(res pgx.BatchResults, into []any) error {
	if into != nil {
		return res.QueryRow().Scan(into...)
	}
	_, err := res.Exec()
	return err
}

// read sends queries in one round trip, beginning the transaction first.
func (tx *Tx) read(ctx context.Context, b *pgx.Batch) error {
	if err := tx.connect(ctx); err != nil {
		return err
	}
	send := b
	if !tx.begun {
		send = &pgx.Batch{}
		send.Queue(sqlBegin)
		send.QueuedQueries = append(send.QueuedQueries, b.QueuedQueries...)
		tx.begun = true
	}
	return tx.conn.SendBatch(ctx, send).Close()
}

// write queues a statement; field and value are named when it is refused.
func (tx *Tx) write(field, value, sql string, args ...any) {
	tx.writes = append(tx.writes, write{sql: sql, args: args, field: field, value: value})
}

// constraints says what a violated constraint means to a client.
var constraints = map[string]struct {
	kind   registry.Kind
	reason string
}{
	"domains_name_key":             {registry.KindExists, "the domain is registered"},
	"domains_variant_fkey":         {registry.KindParamPolicy, "a variant of the name is registered"},
	"hosts_name_key":               {registry.KindExists, "the host exists"},
	"contacts_handle_key":          {registry.KindExists, "the contact exists"},
	"registrars_pkey":              {registry.KindExists, "the registrar exists"},
	"registrars_iana_key":          {registry.KindExists, "another account has this IANA number"},
	"registrars_name_key":          {registry.KindExists, "another registrar is called so"},
	"registrar_certs_pkey":         {registry.KindExists, "the certificate is bound to an account already"},
	"zones_name_key":               {registry.KindExists, "the zone exists"},
	"accounts_funds":               {registry.KindBilling, "the balance and the credit limit do not cover the price"},
	"hosts_superordinate_fkey":     {registry.KindAssociation, "host objects are subordinate to the domain"},
	"domain_hosts_host_fkey":       {registry.KindAssociation, "domains delegate to the host"},
	"domain_hosts_domain_fkey":     {registry.KindAssociation, "the domain changed meanwhile"},
	"contacts_real_fkey":           {registry.KindAssociation, "a proxy contact links to the contact"},
	"domain_contacts_contact_fkey": {registry.KindAssociation, "domains use the contact"},
	"domain_contacts_domain_fkey":  {registry.KindAssociation, "the domain changed meanwhile"},
	"domains_registrant_fkey":      {registry.KindAssociation, "domains have the contact as registrant"},
	"policies_pkey":                {registry.KindExists, "the policy exists"},
	"whitelist_names_pkey":         {registry.KindExists, "the whitelist name is held or registered already"},
	"application_names_name_fkey":  {registry.KindAssociation, "applications rest on the whitelist name"},
}

// refusal turns a violated constraint into the registry's error; a lost race is
// "exists", never a fault.
func refusal(err error, w write) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		if pg.ConstraintName == "answers_pkey" {
			return ErrRepeated
		}
		if c, ok := constraints[pg.ConstraintName]; ok {
			return &registry.Error{Kind: c.kind, Field: w.field, Value: w.value, Reason: c.reason}
		}
	}
	return fmt.Errorf("write: %w", err)
}

// errStale ends an attempt that read another row than it locked: while it waited
// for the lock, the row went and another took its name.
var errStale = errors.New("store: the row changed while it was being locked")

// retryable says that the same transaction may succeed when it is run again: the
// database asked for it, what was locked is gone, or somebody else wrote the
// object's next version.
func retryable(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01" || pg.ConstraintName == "history_pkey"
	}
	return errors.Is(err, errStale) || errors.Is(err, errGone)
}

// queueLock adds a locking statement to a batch and reports the row it locked; 0
// when there is none.
func queueLock(b *pgx.Batch, id *int64, sql, name string) {
	*id = 0
	b.Queue(sql, name).Query(func(rows pgx.Rows) error {
		if rows.Next() {
			if err := rows.Scan(id); err != nil {
				return err
			}
		}
		rows.Close()
		return rows.Err()
	})
}
