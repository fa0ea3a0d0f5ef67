package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

const (
	tokenColumns = `id, names, registrar, commands, not_before, not_after, uses, uses_left, discount, note, revoked_at, created_at, version`

	sqlToken      = `SELECT ` + tokenColumns + ` FROM allocation_tokens WHERE hash = $1`
	sqlLockToken  = sqlToken + ` FOR UPDATE`
	sqlTokenByID  = `SELECT ` + tokenColumns + ` FROM allocation_tokens WHERE id = $1`
	sqlLockTokens = sqlTokenByID + ` FOR UPDATE`
	sqlTokens     = `SELECT ` + tokenColumns + ` FROM allocation_tokens WHERE id > $1 ORDER BY id LIMIT $2`

	sqlInsertToken = `
		INSERT INTO allocation_tokens (id, hash, names, registrar, commands, not_before, not_after, uses, uses_left, discount, note, created_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	sqlUpdateToken = `UPDATE allocation_tokens SET uses_left = $2, revoked_at = $3, version = $4 WHERE id = $1`
)

func scanToken(row pgx.CollectableRow) (*registry.Token, error) {
	t := &registry.Token{}
	var begin, end, revoked *time.Time
	err := row.Scan(&t.ID, &t.Names, &t.Registrar, &t.Commands, &begin, &end, &t.Uses, &t.UsesLeft, &t.Discount, &t.Note, &revoked, &t.Created, &t.Version)
	t.NotBefore, t.NotAfter, t.Revoked, t.Created = TimeOf(begin), TimeOf(end), TimeOf(revoked), t.Created.UTC()
	return t, err
}

// Token finds a token by its value; nil when there is none.
func (s *Store) Token(ctx context.Context, value string) (*registry.Token, error) {
	rows, err := s.pool.Query(ctx, sqlToken, registry.TokenHash(value))
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	return oneToken(rows)
}

// TokenByID finds a token; nil when there is none.
func (s *Store) TokenByID(ctx context.Context, id int64) (*registry.Token, error) {
	rows, err := s.pool.Query(ctx, sqlTokenByID, id)
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	return oneToken(rows)
}

// Tokens lists tokens in the order in which they were made, those after an id.
func (s *Store) Tokens(ctx context.Context, after int64, limit int) ([]*registry.Token, error) {
	rows, err := s.pool.Query(ctx, sqlTokens, after, limit)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	return pgx.CollectRows(rows, scanToken)
}

func oneToken(rows pgx.Rows) (*registry.Token, error) {
	t, err := pgx.CollectOneRow(rows, scanToken)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return t, err
}

// LockToken locks a token by its value; nil when there is none. Tokens are locked after
// domains, hosts and contacts.
func (tx *Tx) LockToken(ctx context.Context, value string) (*registry.Token, error) {
	return tx.lockToken(ctx, sqlLockToken, registry.TokenHash(value))
}

// LockTokenByID locks a token; nil when there is none.
func (tx *Tx) LockTokenByID(ctx context.Context, id int64) (*registry.Token, error) {
	return tx.lockToken(ctx, sqlLockTokens, id)
}

func (tx *Tx) lockToken(ctx context.Context, sql string, key any) (t *registry.Token, err error) {
	b := &pgx.Batch{}
	b.Queue(sql, key).Query(func(rows pgx.Rows) (err error) {
		t, err = oneToken(rows)
		return err
	})
	return t, tx.read(ctx, b)
}

// InsertToken stores a new token and sets its id.
func (tx *Tx) InsertToken(ctx context.Context, t *registry.Token, value string) (err error) {
	if t.ID, err = tx.newID(ctx); err != nil {
		return err
	}
	t.Created, t.UsesLeft, t.Version = tx.Now, t.Uses, 1
	tx.write("token", "", sqlInsertToken, t.ID, registry.TokenHash(value), t.Names, t.Registrar, t.Commands, NullTime(t.NotBefore), NullTime(t.NotAfter),
		t.Uses, t.UsesLeft, t.Discount, t.Note, t.Created, t.Version)
	return tx.recordToken(t, "create")
}

// SaveToken stores a locked token that was used or revoked.
func (tx *Tx) SaveToken(t *registry.Token, action string) error {
	t.Version++
	tx.write("allocationToken:allocationToken", "", sqlUpdateToken, t.ID, t.UsesLeft, NullTime(t.Revoked), t.Version)
	return tx.recordToken(t, action)
}

func (tx *Tx) recordToken(t *registry.Token, action string) error {
	return tx.recordAt(tx.Now, record{t.ID, t.Version, "token", fmt.Sprint(t.ID), action, t})
}
