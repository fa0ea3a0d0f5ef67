package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
	"cadastre/registry/store"
)

const (
	sqlDeleteTokens = `DELETE FROM api_tokens WHERE account = $1`
	sqlInsertToken  = `INSERT INTO api_tokens (hash, account, added_at) VALUES ($1, $2, $3)`
)

// ReplaceToken makes a bearer token the only one of an account.
func ReplaceToken(tx *store.Tx, account, token string) {
	hash := sha256.Sum256([]byte(token))
	tx.Write("", "", sqlDeleteTokens, account)
	tx.Write("", "", sqlInsertToken, hash[:], account, tx.Now)
}

const sqlAccountOfToken = `
	SELECT t.account FROM api_tokens t JOIN registrars r ON r.handle = t.account
	WHERE t.hash = $1 AND r.kind = 'verifier' AND NOT r.suspended`

// AccountOfToken finds the verifier's account of a bearer token; "" when there is
// none, or it is suspended.
func AccountOfToken(ctx context.Context, st *store.Store, token string) (account string, err error) {
	hash := sha256.Sum256([]byte(token))
	err = st.QueryRow(ctx, sqlAccountOfToken, hash[:]).Scan(&account)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	return account, nil
}

// Account is what a policy needs to know of an account.
type Account struct {
	Kind     registry.AccountKind // empty when there is no such account
	Currency string               // ISO 4217
}

const sqlAccountTerms = `SELECT r.kind, a.currency FROM registrars r JOIN accounts a ON a.registrar = r.handle WHERE r.handle = $1`

// ReadAccount reads an account within a transaction; the zero Account when there
// is none.
func ReadAccount(ctx context.Context, tx *store.Tx, handle string) (a Account, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlAccountTerms, handle).QueryRow(func(row pgx.Row) error { return row.Scan(&a.Kind, &a.Currency) })
	if err := tx.Read(ctx, b); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Account{}, fmt.Errorf("account %s: %w", handle, err)
	}
	return a, nil
}

const sqlTokens = `SELECT account, max(added_at) FROM api_tokens GROUP BY account`

// Tokens says when the tokens of all accounts that have one were made.
func Tokens(ctx context.Context, st *store.Store) (map[string]time.Time, error) {
	rows, err := st.Query(ctx, sqlTokens)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	made := map[string]time.Time{}
	var account string
	var at time.Time
	_, err = pgx.ForEachRow(rows, []any{&account, &at}, func() error {
		made[account] = at.UTC()
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	return made, nil
}
