package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
)

// State is where a policy stands.
type State string

// The states of a policy. Only a granted one controls anything.
const (
	Proposed  State = "proposed"
	InForce   State = "granted"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
)

// PolicyRow is a policy as it is stored. Its documents hold secrets.
type PolicyRow struct {
	ID        int64 // object id, of its history
	Name      string
	State     State
	Reason    string            // of the refusal or withdrawal
	Granted   *whitelist.Policy // in force; nil unless the state is granted
	Proposed  *whitelist.Policy // waits for the operator; nil when nothing does
	Procedure string            // whitelist names were last made so: see Procedure
	Added     time.Time
	GrantedAt time.Time // zero when never granted
	Grant     int       // the version that put the document in force; 0 when never granted
	PruneAt   time.Time // when pruning is due next; zero when never granted
	PrunedAt  time.Time // when it ran last
	Version   int       // 0 before it is first saved

	Held  int // applications undecided
	Names int // whitelist names, published
	Taken int // whitelist names, published or held
}

// Document is the document in force, else the proposed one.
func (p *PolicyRow) Document() *whitelist.Policy {
	if p.Granted != nil {
		return p.Granted
	}
	return p.Proposed
}

const policyColumns = `id, name, state, reason, granted, proposed, procedure, added_at, granted_at, granted_version, prune_at, pruned_at, version`

const sqlPolicies = `
	SELECT ` + policyColumns + `,
	       (SELECT count(*) FROM applications a WHERE a.policy = p.name AND a.state = 'held'),
	       (SELECT count(*) FROM whitelist_names n WHERE n.policy = p.name AND n.state = 'published'),
	       (SELECT count(*) FROM whitelist_names n WHERE n.policy = p.name)
	FROM policies p WHERE $1 = '' OR name = $1 ORDER BY name`

// Policies returns all policies, by id, with their counts.
func Policies(ctx context.Context, st *store.Store) ([]*PolicyRow, error) {
	return queryPolicies(ctx, st, "")
}

// Policy returns one policy with its counts; KindNotFound when there is none.
func Policy(ctx context.Context, st *store.Store, name string) (*PolicyRow, error) {
	if name == "" {
		return nil, noPolicy(name)
	}
	list, err := queryPolicies(ctx, st, name)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, noPolicy(name)
	}
	return list[0], nil
}

func noPolicy(name string) error {
	return registry.Errorf(registry.KindNotFound, "policy", name, "there is no such policy")
}

func queryPolicies(ctx context.Context, st *store.Store, name string) ([]*PolicyRow, error) {
	rows, err := st.Query(ctx, sqlPolicies, name)
	if err != nil {
		return nil, fmt.Errorf("policies: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*PolicyRow, error) {
		p := &PolicyRow{}
		return p, scanPolicy(row, p, &p.Held, &p.Names, &p.Taken)
	})
	if err != nil {
		return nil, fmt.Errorf("policies: %w", err)
	}
	return list, nil
}

// scanPolicy reads policyColumns and what follows them into more.
func scanPolicy(row pgx.Row, p *PolicyRow, more ...any) error {
	var granted, proposed []byte
	var grantedAt, pruneAt, prunedAt *time.Time
	to := []any{&p.ID, &p.Name, &p.State, &p.Reason, &granted, &proposed, &p.Procedure, &p.Added, &grantedAt, &p.Grant, &pruneAt, &prunedAt, &p.Version}
	if err := row.Scan(append(to, more...)...); err != nil {
		return err
	}
	p.Added, p.GrantedAt, p.PruneAt, p.PrunedAt = p.Added.UTC(), store.TimeOf(grantedAt), store.TimeOf(pruneAt), store.TimeOf(prunedAt)
	var err error
	if p.Granted, err = document(p.Name, granted); err != nil {
		return err
	}
	p.Proposed, err = document(p.Name, proposed)
	return err
}

// document reads a stored document; nil for NULL. Errors do not repeat what it holds.
func document(name string, data []byte) (*whitelist.Policy, error) {
	if data == nil {
		return nil, nil
	}
	p := &whitelist.Policy{}
	if json.Unmarshal(data, p) != nil {
		return nil, fmt.Errorf("policy %s: the stored document cannot be read", name)
	}
	return p, nil
}

const (
	// FOR UPDATE waits for everybody who applies under the policy (see ShareGranted),
	// so that what is counted next is all there is.
	sqlLockPolicy = `SELECT ` + policyColumns + ` FROM policies WHERE name = $1 FOR UPDATE`

	sqlPolicyUse = `
		SELECT (SELECT count(*) FROM applications a WHERE a.policy = $1 AND a.state = 'held'),
		       (SELECT count(*) FROM whitelist_names n WHERE n.policy = $1 AND n.state = 'published'),
		       (SELECT count(*) FROM whitelist_names n WHERE n.policy = $1)`
)

// LockPolicy reads a policy with its counts and keeps everybody else from changing
// it, and from applying under it, until the transaction ends; KindNotFound when
// there is none.
func LockPolicy(ctx context.Context, tx *store.Tx, name string) (*PolicyRow, error) {
	p := &PolicyRow{}
	b := &pgx.Batch{}
	b.Queue(sqlLockPolicy, name).QueryRow(func(row pgx.Row) error { return scanPolicy(row, p) })
	b.Queue(sqlPolicyUse, name).QueryRow(func(row pgx.Row) error { return row.Scan(&p.Held, &p.Names, &p.Taken) })
	if err := tx.Read(ctx, b); errors.Is(err, pgx.ErrNoRows) {
		return nil, noPolicy(name)
	} else if err != nil {
		return nil, fmt.Errorf("policy %s: %w", name, err)
	}
	return p, nil
}

const (
	sqlGranted = `SELECT ` + policyColumns + ` FROM policies WHERE granted IS NOT NULL ORDER BY name`

	sqlShareGranted = `
		SELECT ` + policyColumns + ` FROM policies WHERE name = ANY($1) AND granted IS NOT NULL
		ORDER BY name FOR KEY SHARE`
)

func grantedOf(row pgx.CollectableRow) (*GrantedPolicy, error) {
	p := &PolicyRow{}
	if err := scanPolicy(row, p); err != nil {
		return nil, err
	}
	return &GrantedPolicy{Policy: p.Granted, ObjectID: p.ID, Version: p.Version, Grant: p.Grant}, nil
}

func readGranted(ctx context.Context, st *store.Store) ([]*GrantedPolicy, error) {
	rows, err := st.Query(ctx, sqlGranted)
	if err != nil {
		return nil, fmt.Errorf("granted policies: %w", err)
	}
	list, err := pgx.CollectRows(rows, grantedOf)
	if err != nil {
		return nil, fmt.Errorf("granted policies: %w", err)
	}
	return list, nil
}

// ShareGranted reads those of the named policies that are in force and keeps them
// from being changed until the transaction ends; many may do so at once. What a
// process knows from Granted may be PolicyLife old: whoever writes under a policy
// looks again here.
func ShareGranted(ctx context.Context, tx *store.Tx, names []string) (list []*GrantedPolicy, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlShareGranted, names).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, grantedOf)
		return err
	})
	if err := tx.Read(ctx, b); err != nil {
		return nil, fmt.Errorf("granted policies: %w", err)
	}
	return list, nil
}
