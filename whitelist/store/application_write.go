package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry/store"
)

const (
	sqlLockApplication = sqlApplication + ` FOR UPDATE OF a`

	sqlLockHeld = `SELECT ` + applicationColumns + ` FROM applications a
		WHERE a.policy = $1 AND a.state = 'held' ORDER BY a.id FOR UPDATE OF a`
)

// LockApplication locks an application and reads it; KindNotFound when there is none.
func LockApplication(ctx context.Context, tx *store.Tx, id int64) (a *Application, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlLockApplication, id).Query(func(rows pgx.Rows) error {
		a, err = oneApplication(rows, id)
		return err
	})
	return a, tx.Read(ctx, b)
}

// LockHeld locks and reads every held application of a policy.
func LockHeld(ctx context.Context, tx *store.Tx, policy string) (list []*Application, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlLockHeld, policy).Query(func(rows pgx.Rows) error {
		list, err = collectApplications(rows)
		return err
	})
	if err := tx.Read(ctx, b); err != nil {
		return nil, fmt.Errorf("held applications of %s: %w", policy, err)
	}
	return list, nil
}

const (
	sqlInsertApplication = `
		INSERT INTO applications (id, policy, policy_version, target, registrant, registrant_country, registrar, agent, sponsor, source,
			credential, cred_hash, evidence, mail, state, stage, reviews, reasons, cltrid, svtrid, created_at, decide_by, decided_at,
			decided_by, try_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, 1)`

	sqlLinkNames = `INSERT INTO application_names (application_id, name) SELECT $1, unnest($2::text[])`

	sqlUpdateApplication = `
		UPDATE applications SET credential = $2, state = $3, stage = $4, reviews = $5, reasons = $6, decided_at = $7, decided_by = $8,
		       try_at = $9, tries = $10, fault = $11, version = $12, policy_version = $13
		WHERE id = $1`

	sqlUnlinkApplication = `DELETE FROM application_names WHERE application_id = $1`
)

// InsertApplication stores a new application, to be linked to its names with
// LinkNames once these are written, with a line of history. It sets id and version.
func InsertApplication(ctx context.Context, tx *store.Tx, a *Application) (err error) {
	if a.ID, err = tx.NewID(ctx); err != nil {
		return err
	}
	a.Version = 1
	credentials, reviews, err := a.documents()
	if err != nil {
		return err
	}
	tx.Write("domain:name", a.Target, sqlInsertApplication, a.ID, a.Policy, a.PolicyVersion, a.Target, a.Registrant,
		a.RegistrantCountry, a.Registrar, a.Agent, a.Sponsor, a.Source, credentials, a.CredHash, []byte(a.Evidence), a.Mail, a.State,
		a.Stage, reviews, texts(a.Reasons), a.ClTRID, a.SvTRID, a.Created, a.DecideBy, store.NullTime(a.Decided), a.DecidedBy, store.NullTime(a.TryAt))
	return a.record(tx, "apply")
}

// LinkNames makes an application one of those its names rest on. The names are
// stored, or their storing is queued.
func LinkNames(tx *store.Tx, a *Application) {
	tx.Write("domain:name", a.Target, sqlLinkNames, a.ID, a.Names)
}

// SaveApplication stores a changed application that was locked, with a line of
// history. A denied one lets go of its names.
func SaveApplication(tx *store.Tx, a *Application, action string) error {
	a.Version++
	credentials, reviews, err := a.documents()
	if err != nil {
		return err
	}
	tx.Write("application", "", sqlUpdateApplication, a.ID, credentials, a.State, a.Stage, reviews, texts(a.Reasons), store.NullTime(a.Decided),
		a.DecidedBy, store.NullTime(a.TryAt), a.Tries, a.Fault, a.Version, a.PolicyVersion)
	return a.record(tx, action)
}

// UnlinkApplication takes away the names an application rests on.
func UnlinkApplication(tx *store.Tx, a *Application) {
	tx.Write("application", "", sqlUnlinkApplication, a.ID)
}

func (a *Application) documents() (credentials, reviews []byte, err error) {
	if a.Credentials != nil {
		if credentials, err = json.Marshal(a.Credentials); err != nil {
			return nil, nil, fmt.Errorf("application %d: credentials cannot be stored", a.ID)
		}
	}
	if a.Reviews == nil {
		return credentials, []byte("[]"), nil
	}
	if reviews, err = json.Marshal(a.Reviews); err != nil {
		return nil, nil, fmt.Errorf("application %d: %w", a.ID, err)
	}
	return credentials, reviews, nil
}

// texts keeps NULL out of an array's column.
func texts(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func (a *Application) record(tx *store.Tx, action string) error {
	return tx.Record(store.HistoryRecord{
		ObjectID: a.ID, Version: a.Version, Kind: "application", Name: a.Target, Action: action, State: stateOf(a),
	})
}

// The version makes sure that nothing happened to the application meanwhile.
const sqlRetry = `UPDATE applications SET try_at = $3, tries = $4, fault = $5 WHERE id = $1 AND version = $2 AND state = 'held'`

// Retry notes when somebody is asked next for an application (the zero time: when
// it is decided from outside) and why the last try failed. It does nothing when the
// application went on meanwhile.
func Retry(tx *store.Tx, a *Application) {
	tx.Write("application", "", sqlRetry, a.ID, a.Version, store.NullTime(a.TryAt), a.Tries, a.Fault)
}

const sqlReviewHeld = `UPDATE applications SET try_at = $2 WHERE policy = $1 AND state = 'held'`

// ReviewHeld has the worker look again at every held application of a policy, from
// wall time on: its chain of verifiers changed.
func ReviewHeld(tx *store.Tx, policy string, wall time.Time) {
	tx.Write("policy", policy, sqlReviewHeld, policy, wall)
}
