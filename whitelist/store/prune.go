package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry/store"
)

const (
	prunable = `
		FROM policies p WHERE (p.prune_at IS NULL OR p.prune_at <= $1)
		AND (p.granted IS NOT NULL OR EXISTS (SELECT 1 FROM whitelist_names n WHERE n.policy = p.name))`

	// Not FOR UPDATE: whoever applies under the policy keeps it with FOR KEY SHARE.
	sqlClaimPrune = `SELECT p.name, coalesce(p.granted, p.proposed) ` + prunable + `
		ORDER BY p.prune_at NULLS FIRST LIMIT 1 FOR NO KEY UPDATE OF p SKIP LOCKED`

	sqlSetPrune = `UPDATE policies SET prune_at = $2 WHERE name = $1`

	sqlPruned = `UPDATE policies SET prune_at = $2, pruned_at = $3 WHERE name = $1`

	sqlPruneDue = `SELECT EXISTS (SELECT 1 ` + prunable + `)`
)

// ClaimPrune takes one policy whose names are due for pruning, and leaves it to the
// caller until the instant until; nil when none is due.
func ClaimPrune(ctx context.Context, tx *store.Tx, until time.Time) (*PolicyRow, error) {
	var p *PolicyRow
	b := &pgx.Batch{}
	b.Queue(sqlClaimPrune, tx.Now).QueryRow(func(row pgx.Row) (err error) {
		var data []byte
		c := &PolicyRow{}
		if err := row.Scan(&c.Name, &data); err != nil {
			return err
		}
		c.Granted, err = document(c.Name, data)
		p = c
		return err
	})
	if err := tx.Read(ctx, b); errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("policies to prune: %w", err)
	}
	tx.Write("policy", p.Name, sqlSetPrune, p.Name, until)
	return p, nil
}

// Pruned notes that a policy's names were pruned at an instant, and when they are due next.
func Pruned(tx *store.Tx, policy string, at, next time.Time) {
	tx.Write("policy", policy, sqlPruned, policy, next, at)
}

// PruneDue says whether some policy is due for pruning by now.
func PruneDue(ctx context.Context, st *store.Store, now time.Time) (due bool, err error) {
	if err = st.QueryRow(ctx, sqlPruneDue, now).Scan(&due); err != nil {
		return false, fmt.Errorf("policies to prune: %w", err)
	}
	return due, nil
}

// Expired is a published name past its time.
type Expired struct {
	Name, Target string
	At           time.Time
}

// Where this registry runs the targets itself, the kept ones are not even read.
const sqlExpired = `
	SELECT n.name, n.target, n.expires_at FROM whitelist_names n
	WHERE n.policy = $1 AND n.state = 'published' AND n.expires_at <= $2 AND (n.expires_at, n.name) > ($3, $4)
	  AND NOT EXISTS (SELECT 1 FROM domains d WHERE d.name = n.target AND (d.purge_at IS NULL OR d.purge_at > $2))
	ORDER BY n.expires_at, n.name LIMIT $5`

// ExpiredQuery asks for a policy's expired names, in order, after the last one seen.
type ExpiredQuery struct {
	Policy string
	Now    time.Time
	After  Expired // zero to begin with
	Limit  int
}

// ExpiredNames lists published names past their time whose target this registry
// itself has not registered.
func ExpiredNames(ctx context.Context, st *store.Store, q ExpiredQuery) ([]Expired, error) {
	rows, err := st.Query(ctx, sqlExpired, q.Policy, q.Now, q.After.At, q.After.Name, q.Limit)
	if err != nil {
		return nil, fmt.Errorf("expired names: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Expired, err error) {
		err = row.Scan(&e.Name, &e.Target, &e.At)
		e.At = e.At.UTC()
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("expired names: %w", err)
	}
	return list, nil
}
