package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cadastre/registry/store"
)

// Leftover is a published whitelist name of a policy that is not in force.
type Leftover struct{ Zone, Name, Target, Registrant, Agent string }

const (
	sqlLeftoverNames = `
		SELECT z.name, n.name, n.target, n.registrant, n.agent
		FROM policies p JOIN whitelist_names n ON n.policy = p.name JOIN zones z ON z.id = n.zone_id
		WHERE p.granted IS NULL AND n.state = 'published' AND EXISTS (
			SELECT 1 FROM policies other WHERE other.granted IS NOT NULL AND other.zone = z.name)`

	sqlLockGranted = sqlGranted + ` FOR UPDATE`
)

// LeftoverNames reads the published names of policies not in force that lie in the
// zone of a policy that is.
func LeftoverNames(ctx context.Context, tx *store.Tx) (list []Leftover, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlLeftoverNames).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Leftover])
		return err
	})
	if err := tx.Read(ctx, b); err != nil {
		return nil, fmt.Errorf("whitelist names: %w", err)
	}
	return list, nil
}

// LockGranted reads all policies in force and keeps what is in force from changing.
func LockGranted(ctx context.Context, tx *store.Tx) (list []*GrantedPolicy, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlLockGranted).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, grantedOf)
		return err
	})
	if err := tx.Read(ctx, b); err != nil {
		return nil, fmt.Errorf("policies in force: %w", err)
	}
	return list, nil
}
