package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

// The whitelist registry keeps its own tables with its own statements. They run
// in the same transactions as everything else, through what follows.

// Read sends queries in one round trip, beginning the transaction first.
func (tx *Tx) Read(ctx context.Context, b *pgx.Batch) error { return tx.read(ctx, b) }

// Write queues a statement for the commit; field and value are named to the
// client when a constraint refuses it.
func (tx *Tx) Write(field, value, sql string, args ...any) { tx.write(field, value, sql, args...) }

// NewID returns a fresh object id.
func (tx *Tx) NewID(ctx context.Context) (int64, error) { return tx.newID(ctx) }

// HistoryRecord is a line of an object's history. Version rises by one with each.
// Kind is one of those that the table history allows. State is what is kept of
// the object as it is afterwards; it holds no secrets.
type HistoryRecord struct {
	ObjectID int64
	Version  int
	Kind     string
	Name     string
	Action   string
	State    any
}

// Record queues a line of history at the command's instant.
func (tx *Tx) Record(r HistoryRecord) error {
	return tx.recordAt(tx.Now, record{r.ObjectID, r.Version, r.Kind, r.Name, r.Action, r.State})
}

// Query runs a reading statement outside any transaction.
func (s *Store) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return s.pool.Query(ctx, sql, args...)
}

// QueryRow runs a reading statement of one row outside any transaction.
func (s *Store) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return s.pool.QueryRow(ctx, sql, args...)
}

const sqlInsertPending = `INSERT INTO poll_messages (registrar, queued_at, text, pending) VALUES ($1, $2, $3, $4)`

// NotifyPending queues a message that tells how a pending action ended.
func (tx *Tx) NotifyPending(registrar string, at time.Time, text string, p registry.PendingAction) error {
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("pending action on %s: %w", p.Name, err)
	}
	tx.write("", "", sqlInsertPending, registrar, at, text, data)
	return nil
}
