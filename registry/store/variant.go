package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

// A name that can have variants belongs to the set of its key, and the set has one
// holder (registry.Zone.VariantHolder). A foreign key holds every name of a set to
// the set's holder, so two creates of variants at the same time cannot both pass
// unless they may.
const (
	sqlAddVariantSet = `
		INSERT INTO variant_sets (zone_id, variant_key, holder) VALUES ($1, $2, $3) ON CONFLICT (zone_id, variant_key) DO NOTHING`
	sqlJoinVariantSet = `UPDATE domains SET variant_holder = $2 WHERE id = $1`
	sqlLockVariantSet = `SELECT 1 FROM variant_sets WHERE zone_id = $1 AND variant_key = $2 FOR UPDATE`
	sqlMoveVariantSet = `UPDATE variant_sets SET holder = $3 WHERE zone_id = $1 AND variant_key = $2`
	sqlEndVariantSet  = `
		DELETE FROM variant_sets s WHERE s.zone_id = $1 AND s.variant_key = $2
		AND NOT EXISTS (SELECT 1 FROM domains d WHERE d.zone_id = $1 AND d.variant_key = $2)`
	sqlVariants = `
		SELECT name, registrar, coalesce(variant_holder, ''), transfer, purge_at, variant_key FROM domains
		WHERE zone_id = $1 AND variant_key = ANY ($2) ORDER BY name`
)

// VariantRow is a stored variant. Purge is when its name becomes free, zero when it
// stays.
type VariantRow struct {
	registry.Variant
	Key   string
	Purge time.Time
}

// Variants lists the names of variant sets of a zone, by key.
func (s *Store) Variants(ctx context.Context, zone int64, keys []string) ([]VariantRow, error) {
	rows, err := s.pool.Query(ctx, sqlVariants, zone, keys)
	if err != nil {
		return nil, fmt.Errorf("variants: %w", err)
	}
	return pgx.CollectRows(rows, scanVariant)
}

// Variants is Store.Variants within the transaction.
func (tx *Tx) Variants(ctx context.Context, zone int64, key string) (list []VariantRow, err error) {
	b := &pgx.Batch{}
	queueVariants(b, &list, zone, key)
	return list, tx.read(ctx, b)
}

// LockVariants locks a variant set, so that nobody joins it, and lists its names.
func (tx *Tx) LockVariants(ctx context.Context, zone int64, key string) (list []VariantRow, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlLockVariantSet, zone, key)
	queueVariants(b, &list, zone, key)
	return list, tx.read(ctx, b)
}

func queueVariants(b *pgx.Batch, list *[]VariantRow, zone int64, key string) {
	b.Queue(sqlVariants, zone, []string{key}).Query(func(rows pgx.Rows) (err error) {
		*list, err = pgx.CollectRows(rows, scanVariant)
		return err
	})
}

func scanVariant(row pgx.CollectableRow) (VariantRow, error) {
	var v VariantRow
	var transfer *registry.Transfer
	var purge *time.Time
	err := row.Scan(&v.Name, &v.Registrar, &v.Holder, &transfer, &purge, &v.Key)
	v.Moving, v.Purge = transfer.Pending(), TimeOf(purge)
	return v, err
}

// joinVariants puts a new domain into its variant set.
func (tx *Tx) joinVariants(d *registry.Domain, holder string) {
	if d.VariantKey == "" {
		return
	}
	tx.write("domain:name", d.Name, sqlAddVariantSet, d.ZoneID, d.VariantKey, holder)
	tx.write("domain:name", d.Name, sqlJoinVariantSet, d.ID, holder)
}

// MoveVariants gives the variant set of a domain another holder, when it has one.
func (tx *Tx) MoveVariants(d *registry.Domain, before, after string) {
	if d.VariantKey != "" && before != after {
		tx.write("domain:name", d.Name, sqlMoveVariantSet, d.ZoneID, d.VariantKey, after)
	}
}

// leaveVariants ends the variant set of a domain that is gone, if it was the last.
func (tx *Tx) leaveVariants(d *registry.Domain) {
	if d.VariantKey == "" {
		return
	}
	tx.write("domain:name", d.Name, sqlLockVariantSet, d.ZoneID, d.VariantKey)
	tx.write("domain:name", d.Name, sqlEndVariantSet, d.ZoneID, d.VariantKey)
}

// LockGone locks the row of a name that has fallen due for purging; nil when it is
// gone already.
func (tx *Tx) LockGone(ctx context.Context, name string) (*registry.Domain, error) {
	d, _, err := tx.LockDomain(ctx, name)
	var e *registry.Error
	if errors.As(err, &e) && e.Kind == registry.KindNotFound {
		return nil, nil
	}
	return d, err
}
