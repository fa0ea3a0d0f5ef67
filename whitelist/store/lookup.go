package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry/store"
)

// Entry is a published whitelist name, as a registration is held against it.
type Entry struct {
	Name, Policy, Target, Registrant, Agent string
	CredHash                                string
	Expires                                 time.Time
}

const (
	sqlEntries = `
		SELECT name, policy, target, registrant, agent, cred_hash, expires_at FROM whitelist_names
		WHERE name = ANY ($1) AND state = 'published'`

	// Pruning, expiry and deletion lock a name FOR UPDATE, so they wait for the
	// registration that rests on it, and then look whether the target is registered.
	sqlShareEntries = sqlEntries + ` ORDER BY name FOR SHARE`
)

// Entries reads those of the whitelist names that are published.
func Entries(ctx context.Context, st *store.Store, names []string) (map[string]Entry, error) {
	rows, err := st.Query(ctx, sqlEntries, names)
	if err != nil {
		return nil, fmt.Errorf("whitelist entries: %w", err)
	}
	return collectEntries(rows)
}

// ShareEntries is Entries within a transaction, and keeps them as they are until it
// ends.
func ShareEntries(ctx context.Context, tx *store.Tx, names []string) (entries map[string]Entry, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlShareEntries, names).Query(func(rows pgx.Rows) error {
		entries, err = collectEntries(rows)
		return err
	})
	if err := tx.Read(ctx, b); err != nil {
		return nil, err
	}
	return entries, nil
}

func collectEntries(rows pgx.Rows) (map[string]Entry, error) {
	entries := map[string]Entry{}
	var e Entry
	_, err := pgx.ForEachRow(rows, []any{&e.Name, &e.Policy, &e.Target, &e.Registrant, &e.Agent, &e.CredHash, &e.Expires}, func() error {
		e.Expires = e.Expires.UTC()
		entries[e.Name] = e
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("whitelist entries: %w", err)
	}
	return entries, nil
}
