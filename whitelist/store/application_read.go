package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
)

const sqlApplication = `SELECT ` + applicationColumns + ` FROM applications a WHERE a.id = $1`

func noApplication(id int64) error {
	return registry.Errorf(registry.KindNotFound, "application", strconv.FormatInt(id, 10), "there is no such application")
}

// ReadApplication reads one application; KindNotFound when there is none.
func ReadApplication(ctx context.Context, st *store.Store, id int64) (*Application, error) {
	rows, err := st.Query(ctx, sqlApplication, id)
	if err != nil {
		return nil, fmt.Errorf("application %d: %w", id, err)
	}
	return oneApplication(rows, id)
}

func oneApplication(rows pgx.Rows, id int64) (*Application, error) {
	a, err := pgx.CollectExactlyOneRow(rows, scanApplication)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, noApplication(id)
	}
	if err != nil {
		return nil, fmt.Errorf("application %d: %w", id, err)
	}
	return a, nil
}

// ApplicationFilter selects applications; empty members select all.
type ApplicationFilter struct {
	Account string // policies of this verifier's account
	Policy  string
	State   string
	Target  string
	Limit   int
}

const (
	applicationsWhere = `
		($1 = '' OR a.policy IN (SELECT p.name FROM policies p WHERE p.account = $1))
		AND ($2 = '' OR a.policy = $2) AND ($3 = '' OR a.target = $3)`

	sqlApplications = `SELECT ` + applicationColumns + ` FROM applications a
		WHERE ` + applicationsWhere + ` AND ($4 = '' OR a.state = $4) ORDER BY a.id LIMIT $5`

	// What is undecided is little beside what was decided, and has an index.
	sqlHeldApplications = `SELECT ` + applicationColumns + ` FROM applications a
		WHERE ` + applicationsWhere + ` AND a.state = 'held' ORDER BY a.id LIMIT $4`

	sqlTargetApplications = `SELECT ` + applicationColumns + ` FROM applications a
		WHERE ` + applicationsWhere + ` AND a.target = $3 AND ($4 = '' OR a.state = $4) ORDER BY a.id LIMIT $5`
)

// Applications lists applications, oldest first.
func Applications(ctx context.Context, st *store.Store, f ApplicationFilter) ([]*Application, error) {
	sql, args := sqlApplications, []any{f.Account, f.Policy, f.Target, f.State, f.Limit}
	switch {
	case f.Target != "":
		sql = sqlTargetApplications
	case f.State == Held:
		sql, args = sqlHeldApplications, []any{f.Account, f.Policy, f.Target, f.Limit}
	}
	rows, err := st.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("applications: %w", err)
	}
	list, err := collectApplications(rows)
	if err != nil {
		return nil, fmt.Errorf("applications: %w", err)
	}
	return list, nil
}

const sqlOverdue = `SELECT id FROM applications WHERE state = 'held' AND decide_by <= $1 ORDER BY decide_by LIMIT $2`

// Overdue lists held applications whose time to be decided had run out by now.
func Overdue(ctx context.Context, st *store.Store, now time.Time, limit int) ([]int64, error) {
	rows, err := st.Query(ctx, sqlOverdue, now, limit)
	if err != nil {
		return nil, fmt.Errorf("overdue applications: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("overdue applications: %w", err)
	}
	return ids, nil
}

const sqlExpiryOf = `
	SELECT an.application_id, min(n.expires_at) FROM application_names an JOIN whitelist_names n ON n.name = an.name
	WHERE an.application_id = ANY ($1) AND n.state = 'published' GROUP BY an.application_id`

// ExpiryOf says when the first of each application's published names expires.
func ExpiryOf(ctx context.Context, st *store.Store, ids []int64) (map[int64]time.Time, error) {
	out := map[int64]time.Time{}
	if len(ids) == 0 {
		return out, nil
	}
	rows, err := st.Query(ctx, sqlExpiryOf, ids)
	if err != nil {
		return nil, fmt.Errorf("expiry of applications: %w", err)
	}
	var id int64
	var at time.Time
	if _, err := pgx.ForEachRow(rows, []any{&id, &at}, func() error { out[id] = at.UTC(); return nil }); err != nil {
		return nil, fmt.Errorf("expiry of applications: %w", err)
	}
	return out, nil
}

const sqlDocument = `SELECT coalesce(granted, proposed) FROM policies WHERE name = $1`

// Document reads a policy's document, in force or not, without counting what it is
// about; nil when there is no such policy. It holds secrets.
func Document(ctx context.Context, st *store.Store, policy string) (*whitelist.Policy, error) {
	var data []byte
	err := st.QueryRow(ctx, sqlDocument, policy).Scan(&data)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", policy, err)
	}
	return document(policy, data)
}
