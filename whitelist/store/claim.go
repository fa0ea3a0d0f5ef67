package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry/store"
)

// Place is where applications of registrars wait for an outside verifier: at a stage
// of the chain that a grant of a policy put in force.
type Place struct {
	Policy       string
	Grant, Stage int
}

// Room is for how many applications at a place somebody is asked now.
type Room struct {
	Place
	Limit int
}

// Claims takes applications for which somebody is to be asked by Wall, and leaves them
// to the caller until the wall time Until: another process that finds them still
// waiting then takes them over.
type Claims struct {
	Wall, Until time.Time
	Rooms       []Room  // every Limit is above zero
	Places      []Place // all of them
	Elsewhere   int     // how many that are at none of the places; 0: none of these
}

const (
	waiting = `SELECT ` + applicationColumns + ` FROM applications a WHERE a.state = 'held' AND a.try_at <= $1`

	sqlClaimAt = waiting + ` AND a.policy = $3 AND a.policy_version = $4 AND a.stage = $5 AND a.source = 'registrar'
		ORDER BY a.try_at LIMIT $2 FOR UPDATE OF a SKIP LOCKED`

	sqlClaimElsewhere = waiting + ` AND NOT (a.source = 'registrar' AND (a.policy, a.policy_version, a.stage) IN (
			SELECT p.policy, p.version, p.stage FROM unnest($3::text[], $4::integer[], $5::integer[]) p (policy, version, stage)))
		ORDER BY a.try_at LIMIT $2 FOR UPDATE OF a SKIP LOCKED`

	sqlClaim = `UPDATE applications SET try_at = $2 WHERE id = ANY ($1)`
)

// Claim takes applications: at[i] those of Rooms[i].
func Claim(ctx context.Context, tx *store.Tx, c Claims) (at [][]*Application, elsewhere []*Application, err error) {
	var ids []int64
	into := func(list *[]*Application) func(pgx.Rows) error {
		return func(rows pgx.Rows) (err error) {
			*list, err = collectApplications(rows)
			for _, a := range *list {
				ids = append(ids, a.ID)
			}
			return err
		}
	}
	b := &pgx.Batch{}
	at = make([][]*Application, len(c.Rooms))
	for i, r := range c.Rooms {
		b.Queue(sqlClaimAt, c.Wall, r.Limit, r.Policy, r.Grant, r.Stage).Query(into(&at[i]))
	}
	if c.Elsewhere > 0 {
		policies, grants, stages := columns(c.Places)
		b.Queue(sqlClaimElsewhere, c.Wall, c.Elsewhere, policies, grants, stages).Query(into(&elsewhere))
	}
	if b.Len() == 0 {
		return at, nil, nil
	}
	if err := tx.Read(ctx, b); err != nil {
		return nil, nil, fmt.Errorf("applications to ask for: %w", err)
	}
	if len(ids) > 0 {
		tx.Write("", "", sqlClaim, ids, c.Until)
	}
	return at, elsewhere, nil
}

func columns(places []Place) (policies []string, grants, stages []int) {
	policies, grants, stages = make([]string, len(places)), make([]int, len(places)), make([]int, len(places))
	for i, p := range places {
		policies[i], grants[i], stages[i] = p.Policy, p.Grant, p.Stage
	}
	return policies, grants, stages
}

const sqlPutOff = `
	UPDATE applications SET try_at = $5, fault = $6 WHERE id IN (
		SELECT a.id FROM applications a WHERE a.state = 'held' AND a.try_at <= $1 AND a.policy = $2 AND a.policy_version = $3 AND a.stage = $4
		AND a.source = 'registrar' FOR UPDATE SKIP LOCKED)`

// PutOff has those at a place for whom somebody was to be asked by the wall time wall
// wait until the wall time until, and says why.
func PutOff(tx *store.Tx, p Place, wall, until time.Time, fault string) {
	tx.Write("application", "", sqlPutOff, wall, p.Policy, p.Grant, p.Stage, until, fault)
}
