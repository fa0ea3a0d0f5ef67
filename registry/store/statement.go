package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

const (
	sqlLedgerSum = `
		SELECT coalesce(sum(amount), 0)::bigint FROM (
			SELECT amount FROM ledger WHERE credit = $1 AND at < $2
			UNION ALL SELECT -amount FROM ledger WHERE debit = $1 AND at < $2) l`
	sqlLedgerPeriod = `
		SELECT id, at, amount, reason, object, svtrid FROM (
			SELECT id, at, amount, reason, object, svtrid FROM ledger WHERE credit = $1 AND at >= $2 AND at < $3
			UNION ALL SELECT id, at, -amount, reason, object, svtrid FROM ledger WHERE debit = $1 AND at >= $2 AND at < $3) l
		ORDER BY at, id LIMIT $4`
)

// MaxStatement bounds the entries of one statement.
const MaxStatement = 500_000

// Statement reads what happened on an account in the statement's period, as one moment
// saw it. 2306 when the period holds more than MaxStatement entries. That the closing
// balance is what the ledger says at its instant is checked.
func (s *Store) Statement(ctx context.Context, st *registry.Statement) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("database connection: %w", err)
	}
	defer conn.Release()
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return fmt.Errorf("statement: %w", err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) //nolint:errcheck // read-only
	account := "registrar:" + st.Registrar
	if err := tx.QueryRow(ctx, sqlLedgerSum, account, st.From).Scan(&st.Opening); err != nil {
		return fmt.Errorf("statement: %w", err)
	}
	rows, err := tx.Query(ctx, sqlLedgerPeriod, account, st.From, st.To, MaxStatement+1)
	if err != nil {
		return fmt.Errorf("statement: %w", err)
	}
	st.Entries, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (registry.StatementEntry, error) {
		var e registry.StatementEntry
		err := row.Scan(&e.ID, &e.At, &e.Amount, &e.Reason, &e.Object, &e.SvTRID)
		e.At = e.At.UTC()
		return e, err
	})
	if err != nil {
		return fmt.Errorf("statement: %w", err)
	}
	if len(st.Entries) > MaxStatement {
		return registry.Errorf(registry.KindParamPolicy, "to", "", "the period holds more than %d entries: ask for a shorter one", MaxStatement)
	}
	st.Reckon()
	var closing int64
	if err := tx.QueryRow(ctx, sqlLedgerSum, account, st.To).Scan(&closing); err != nil {
		return fmt.Errorf("statement: %w", err)
	}
	if closing != st.Closing {
		return fmt.Errorf("statement of %s: it closes with %d, the ledger with %d", st.Registrar, st.Closing, closing)
	}
	return nil
}
