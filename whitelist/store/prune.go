package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry/store"
	"cadastre/whitelist"
)

// Pruning is when a policy's names are pruned.
type Pruning struct {
	Policy   string
	Interval whitelist.Interval
	Next     time.Time // when it is due; zero: at once
	Last     time.Time // when it ran last; zero: never
}

// Due says whether the names are to be pruned, at the present instant now, because of
// what fell due by the instant by. The clock may have been set back since the last
// run: what that run planned holds no longer.
func (p *Pruning) Due(by, now time.Time) bool {
	return !p.Next.After(by) || p.Next.After(p.Interval.Next(now)) || p.Last.After(now)
}

// A withdrawn policy's names are pruned as they expire, like others. Policies are few.
const sqlPrunings = `
	SELECT p.name, coalesce(p.granted, p.proposed)->>'prune', p.prune_at, p.pruned_at FROM policies p
	WHERE p.granted IS NOT NULL OR EXISTS (SELECT 1 FROM whitelist_names n WHERE n.policy = p.name)
	ORDER BY p.prune_at NULLS FIRST, p.name`

// DuePrunings lists the policies whose pruning is due: see Pruning.Due.
func DuePrunings(ctx context.Context, st *store.Store, by, now time.Time) ([]*Pruning, error) {
	rows, err := st.Query(ctx, sqlPrunings)
	if err != nil {
		return nil, fmt.Errorf("policies to prune: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*Pruning, error) {
		p := &Pruning{}
		var next, last *time.Time
		err := row.Scan(&p.Policy, &p.Interval, &next, &last)
		p.Next, p.Last = store.TimeOf(next), store.TimeOf(last)
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("policies to prune: %w", err)
	}
	return slices.DeleteFunc(list, func(p *Pruning) bool { return !p.Due(by, now) }), nil
}

const (
	// Not FOR UPDATE: whoever applies under the policy keeps it with FOR KEY SHARE.
	sqlClaimPrune = `
		SELECT name FROM policies WHERE name = $1 AND prune_at IS NOT DISTINCT FROM $2 AND pruned_at IS NOT DISTINCT FROM $3
		AND (prune_until IS NULL OR prune_until <= $4) FOR NO KEY UPDATE SKIP LOCKED`

	sqlKeepPrune = `UPDATE policies SET prune_until = $2 WHERE name = $1`

	sqlPruned = `UPDATE policies SET prune_at = $2, pruned_at = $3, prune_until = NULL WHERE name = $1`
)

// ClaimPrune takes a policy's pruning in hand until the wall time until, at the wall
// time wall; false when somebody else has it in hand, or did it meanwhile.
func ClaimPrune(ctx context.Context, tx *store.Tx, p *Pruning, wall, until time.Time) (bool, error) {
	var name string
	b := &pgx.Batch{}
	b.Queue(sqlClaimPrune, p.Policy, store.NullTime(p.Next), store.NullTime(p.Last), wall).QueryRow(func(row pgx.Row) error { return row.Scan(&name) })
	if err := tx.Read(ctx, b); errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("pruning of %s: %w", p.Policy, err)
	}
	KeepPrune(tx, p.Policy, until)
	return true, nil
}

// KeepPrune keeps a policy's pruning in hand until the wall time until; the zero time
// leaves it to others.
func KeepPrune(tx *store.Tx, policy string, until time.Time) {
	tx.Write("policy", policy, sqlKeepPrune, policy, store.NullTime(until))
}

// Pruned notes that a policy's names were pruned at an instant, and when they are due next.
func Pruned(tx *store.Tx, policy string, at, next time.Time) {
	tx.Write("policy", policy, sqlPruned, policy, next, at)
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
