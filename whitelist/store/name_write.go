package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry/store"
)

const (
	// In one order, so that two applications that share names never wait for each other.
	sqlLockNames = `SELECT ` + nameColumns + ` FROM whitelist_names n WHERE n.name = ANY ($1) ORDER BY n.name FOR UPDATE`

	// Passing over what somebody else has in hand: a target create keeps its entry
	// with FOR SHARE until it is written.
	sqlLockExpired = `SELECT ` + nameColumns + ` FROM whitelist_names n
		WHERE n.name = ANY ($1) AND n.policy = $2 AND n.state = 'published' AND n.expires_at <= $3
		ORDER BY n.name FOR UPDATE SKIP LOCKED`
)

// LockNames locks those of the whitelist names that exist and reads them with the
// applications they rest on. While a name is locked none of these changes its
// state, and no application comes to rest on it.
func LockNames(ctx context.Context, tx *store.Tx, names []string) (map[string]*Name, error) {
	out := make(map[string]*Name, len(names))
	return out, readLocked(ctx, tx, queueLock(out, sqlLockNames, slices.Sorted(slices.Values(names))))
}

// Expired target names that are registered in this database after all.
const sqlRegisteredOf = `
	SELECT d.name FROM domains d JOIN whitelist_names n ON n.target = d.name
	WHERE n.name = ANY ($1) AND (d.purge_at IS NULL OR d.purge_at > $2)`

// LockExpired is LockNames for those of the names of a policy that are expired by
// now, that nobody else has locked, and whose target this registry itself has not
// registered at tx.Now: one that a target create had in hand is written once its
// name can be locked, and that is looked at when all are. It is one round trip, for
// the names are locked from here on.
func LockExpired(ctx context.Context, tx *store.Tx, policy string, names []string) (map[string]*Name, error) {
	out := make(map[string]*Name, len(names))
	names = slices.Sorted(slices.Values(names))
	b := queueLock(out, sqlLockExpired, names, policy, tx.Now)
	registered := map[string]bool{}
	b.Queue(sqlRegisteredOf, names, tx.Now).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowTo[string])
		for _, target := range list {
			registered[target] = true
		}
		return err
	})
	if err := readLocked(ctx, tx, b); err != nil {
		return nil, err
	}
	maps.DeleteFunc(out, func(_ string, n *Name) bool { return registered[n.Target] })
	return out, nil
}

// queueLock begins a batch that locks names and reads them into out. names are sorted.
func queueLock(out map[string]*Name, sql string, names []string, args ...any) *pgx.Batch {
	b := &pgx.Batch{}
	b.Queue(sql, append([]any{names}, args...)...).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, scanName)
		for _, n := range list {
			out[n.Name] = n
		}
		return err
	})
	// A statement of its own sees what was committed while the first one waited.
	b.Queue(sqlHolders, names).Query(func(rows pgx.Rows) error { return scanHolders(rows, out) })
	return b
}

func readLocked(ctx context.Context, tx *store.Tx, b *pgx.Batch) error {
	if err := tx.Read(ctx, b); err != nil {
		return fmt.Errorf("whitelist names: %w", err)
	}
	return nil
}

const (
	sqlInsertName = `
		INSERT INTO whitelist_names (name, id, zone_id, policy, target, registrant, agent, registrar, sponsor, cred_hash, state,
			created_at, published_at, expires_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)`

	sqlUpdateName = `
		UPDATE whitelist_names SET registrar = $2, sponsor = $3, cred_hash = $4, state = $5, published_at = $6, expires_at = $7, version = $8
		WHERE name = $1`

	sqlDeleteName   = `DELETE FROM whitelist_names WHERE name = $1`
	sqlUnlinkName   = `DELETE FROM application_names WHERE name = $1`
	sqlUnlinkClosed = `DELETE FROM application_names WHERE name = $1
		AND application_id IN (SELECT id FROM applications WHERE state <> 'held')`
)

// InsertName stores a new whitelist name with a line of history, setting id and
// version. Somebody who was first makes the commit fail with KindExists.
func InsertName(ctx context.Context, tx *store.Tx, n *Name, action string) (err error) {
	if n.ID, err = tx.NewID(ctx); err != nil {
		return err
	}
	n.Version = 1
	tx.Write("domain:name", n.Name, sqlInsertName, n.Name, n.ID, n.ZoneID, n.Policy, n.Target, n.Registrant, n.Agent, n.Registrar,
		n.Sponsor, n.CredHash, n.State, n.Created, store.NullTime(n.Published), store.NullTime(n.Expires))
	return n.record(tx, action)
}

// SaveName stores a changed name that was locked, with a line of history.
func SaveName(tx *store.Tx, n *Name, action string) error {
	n.Version++
	tx.Write("domain:name", n.Name, sqlUpdateName, n.Name, n.Registrar, n.Sponsor, n.CredHash, n.State, store.NullTime(n.Published),
		store.NullTime(n.Expires), n.Version)
	return n.record(tx, action)
}

// DeleteName removes a name that was locked, with its links to applications and a
// line of history.
func DeleteName(tx *store.Tx, n *Name, action string) error {
	n.Version++
	tx.Write("domain:name", n.Name, sqlUnlinkName, n.Name)
	tx.Write("domain:name", n.Name, sqlDeleteName, n.Name)
	return n.record(tx, action)
}

// UnlinkClosed takes from a name the applications that are decided.
func UnlinkClosed(tx *store.Tx, n *Name) { tx.Write("domain:name", n.Name, sqlUnlinkClosed, n.Name) }

// nameState is what history keeps of a name: no hash of a credential.
type nameState struct {
	Policy     string    `json:"policy"`
	Target     string    `json:"target"`
	Registrant string    `json:"registrant,omitempty"`
	Agent      string    `json:"agent,omitempty"`
	Sponsor    string    `json:"sponsor"`
	State      string    `json:"state"`
	Expires    time.Time `json:"expires,omitzero"`
}

func (n *Name) record(tx *store.Tx, action string) error {
	return tx.Record(store.HistoryRecord{
		ObjectID: n.ID, Version: n.Version, Kind: "whitelist", Name: n.Name, Action: action,
		State: nameState{n.Policy, n.Target, n.Registrant, n.Agent, n.Sponsor, n.State, n.Expires},
	})
}

const sqlRegisteredNow = `SELECT name FROM domains WHERE name = ANY ($1) AND (purge_at IS NULL OR purge_at > $2)`

// RegisteredNow says within a transaction which target names this registry itself
// has registered at tx.Now; what is in redemption or pending delete counts.
func RegisteredNow(ctx context.Context, tx *store.Tx, targets []string) (map[string]bool, error) {
	out := map[string]bool{}
	b := &pgx.Batch{}
	b.Queue(sqlRegisteredNow, targets, tx.Now).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowTo[string])
		for _, n := range list {
			out[n] = true
		}
		return err
	})
	if err := tx.Read(ctx, b); err != nil {
		return nil, fmt.Errorf("target names: %w", err)
	}
	return out, nil
}

const sqlQueueMail = `INSERT INTO mails (recipient, subject, body, queued_at, try_at) VALUES ($1, $2, $3, $4, $5)`

// Mail is a letter to somebody who has no session here.
type Mail struct {
	To, Subject, Body string
}

// QueueMail has a letter sent after the commit; wall is the time to begin.
func QueueMail(tx *store.Tx, m Mail, wall time.Time) {
	tx.Write("", "", sqlQueueMail, m.To, m.Subject, m.Body, tx.Now, wall)
}
