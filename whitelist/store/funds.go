package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cadastre/registry/store"
)

// Owed is how many undecided applications of a registrar are to be paid for alike.
type Owed struct {
	Fee   string // of each, as the policy states it
	Count int
}

// Funds is what a registrar has, and what it may come to owe.
type Funds struct {
	Currency string // ISO 4217
	Amount   int64  // balance and credit limit, in minor units
	Owed     []Owed
}

const (
	sqlFunds = `SELECT currency, balance + credit_limit FROM accounts WHERE registrar = $1 FOR UPDATE`

	sqlOwed = `
		SELECT p.granted->'fees'->>'name', count(*) FROM applications a JOIN policies p ON p.name = a.policy
		WHERE a.sponsor = $1 AND a.state = 'held' AND a.source = 'registrar' AND p.granted->'fees'->>'name' <> '' GROUP BY 1`
)

// LockFunds reads a registrar's funds, and keeps them as they are, and the registrar
// from applying elsewhere, until the transaction ends.
func LockFunds(ctx context.Context, tx *store.Tx, registrar string) (f Funds, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlFunds, registrar).QueryRow(func(row pgx.Row) error { return row.Scan(&f.Currency, &f.Amount) })
	b.Queue(sqlOwed, registrar).Query(func(rows pgx.Rows) error {
		f.Owed, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Owed])
		return err
	})
	if err := tx.Read(ctx, b); err != nil {
		return Funds{}, fmt.Errorf("account %s: %w", registrar, err)
	}
	return f, nil
}
