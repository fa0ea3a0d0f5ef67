package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

const (
	maintenanceColumns = `id, notice, start_at, end_at, settled_at, created_at, updated_at, cancelled_at, version`

	sqlMaintenance      = `SELECT ` + maintenanceColumns + ` FROM maintenances WHERE id = $1`
	sqlLockMaintenance  = sqlMaintenance + ` FOR UPDATE`
	sqlMaintenances     = `SELECT ` + maintenanceColumns + ` FROM maintenances WHERE id > $1 ORDER BY id LIMIT $2`
	sqlOpenMaintenances = `
		SELECT ` + maintenanceColumns + ` FROM maintenances WHERE cancelled_at IS NULL AND end_at > $1 ORDER BY start_at, id LIMIT $2`
	// What another process has in hand is left to it.
	sqlLockDueMaintenances = `
		SELECT ` + maintenanceColumns + ` FROM maintenances WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED`

	sqlInsertMaintenance = `
		INSERT INTO maintenances (id, notice, start_at, end_at, settled_at, due_at, created_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	sqlUpdateMaintenance = `
		UPDATE maintenances SET notice = $2, start_at = $3, end_at = $4, settled_at = $5, due_at = $6, updated_at = $7,
			cancelled_at = $8, version = $9
		WHERE id = $1`
	sqlSettleMaintenance = `UPDATE maintenances SET settled_at = $2, due_at = $3 WHERE id = $1`
	sqlTellAccounts      = `
		INSERT INTO poll_messages (registrar, queued_at, text, data)
		SELECT handle, $1::timestamptz, $2::text, $3::jsonb FROM registrars ORDER BY handle`
)

func scanMaintenance(row pgx.CollectableRow) (*registry.Maintenance, error) {
	m := &registry.Maintenance{}
	var id int64
	var plan []byte
	var start, end time.Time
	var updated, cancelled *time.Time
	if err := row.Scan(&id, &plan, &start, &end, &m.Settled, &m.Created, &updated, &cancelled, &m.Version); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(plan, &m.MaintenancePlan); err != nil {
		return nil, fmt.Errorf("maintenance %d: %w", id, err)
	}
	m.ID, m.Start, m.End, m.Settled, m.Created = registry.MaintenanceID(id), start.UTC(), end.UTC(), m.Settled.UTC(), m.Created.UTC()
	m.Updated, m.Cancelled = TimeOf(updated), TimeOf(cancelled)
	return m, nil
}

// Maintenance finds a maintenance, cancelled or not; nil when there is none.
func (s *Store) Maintenance(ctx context.Context, id registry.MaintenanceID) (*registry.Maintenance, error) {
	rows, err := s.pool.Query(ctx, sqlMaintenance, int64(id))
	if err != nil {
		return nil, fmt.Errorf("maintenance: %w", err)
	}
	return oneMaintenance(rows)
}

func oneMaintenance(rows pgx.Rows) (*registry.Maintenance, error) {
	m, err := pgx.CollectOneRow(rows, scanMaintenance)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return m, err
}

// OpenMaintenances lists what is neither over at an instant nor cancelled, the next first.
func (s *Store) OpenMaintenances(ctx context.Context, now time.Time) ([]*registry.Maintenance, error) {
	rows, err := s.pool.Query(ctx, sqlOpenMaintenances, now, registry.MaxMaintenances)
	if err != nil {
		return nil, fmt.Errorf("maintenances: %w", err)
	}
	return pgx.CollectRows(rows, scanMaintenance)
}

// Maintenances lists all, in the order in which they were made, those after an id.
func (s *Store) Maintenances(ctx context.Context, after registry.MaintenanceID, limit int) ([]*registry.Maintenance, error) {
	rows, err := s.pool.Query(ctx, sqlMaintenances, int64(after), limit)
	if err != nil {
		return nil, fmt.Errorf("maintenances: %w", err)
	}
	return pgx.CollectRows(rows, scanMaintenance)
}

// LockMaintenance locks a maintenance; nil when there is none.
func (tx *Tx) LockMaintenance(ctx context.Context, id registry.MaintenanceID) (m *registry.Maintenance, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlLockMaintenance, int64(id)).Query(func(rows pgx.Rows) (err error) {
		m, err = oneMaintenance(rows)
		return err
	})
	return m, tx.read(ctx, b)
}

// LockDueMaintenances locks up to limit maintenances about which a message is due by now,
// passing over those that another process is at.
func (tx *Tx) LockDueMaintenances(ctx context.Context, now time.Time, limit int) (list []*registry.Maintenance, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlLockDueMaintenances, now, limit).Query(func(rows pgx.Rows) (err error) {
		list, err = pgx.CollectRows(rows, scanMaintenance)
		return err
	})
	return list, tx.read(ctx, b)
}

// InsertMaintenance stores a new maintenance and sets its id.
func (tx *Tx) InsertMaintenance(ctx context.Context, m *registry.Maintenance) error {
	id, err := tx.newID(ctx)
	if err != nil {
		return err
	}
	m.ID = registry.MaintenanceID(id)
	plan, err := json.Marshal(m.MaintenancePlan)
	if err != nil {
		return fmt.Errorf("maintenance %s: %w", m.ID, err)
	}
	tx.write("maintenance", m.ID.String(), sqlInsertMaintenance, id, plan, m.Start, m.End, m.Settled, NullTime(m.DueAt()), m.Created, m.Version)
	return tx.recordMaintenance(m, registry.MaintenanceCreated)
}

// SaveMaintenance stores a locked maintenance that was changed or cancelled.
func (tx *Tx) SaveMaintenance(m *registry.Maintenance, event registry.MaintenanceEvent) error {
	plan, err := json.Marshal(m.MaintenancePlan)
	if err != nil {
		return fmt.Errorf("maintenance %s: %w", m.ID, err)
	}
	m.Version++
	tx.write("maintenance", m.ID.String(), sqlUpdateMaintenance, int64(m.ID), plan, m.Start, m.End, m.Settled, NullTime(m.DueAt()),
		NullTime(m.Updated), NullTime(m.Cancelled), m.Version)
	return tx.recordMaintenance(m, event)
}

func (tx *Tx) recordMaintenance(m *registry.Maintenance, event registry.MaintenanceEvent) error {
	return tx.recordAt(tx.Now, record{int64(m.ID), m.Version, "maintenance", m.ID.String(), string(event), m})
}

// SettleMaintenance stores up to when the messages about a locked maintenance were sent.
func (tx *Tx) SettleMaintenance(m *registry.Maintenance) {
	tx.write("maintenance", m.ID.String(), sqlSettleMaintenance, int64(m.ID), m.Settled, NullTime(m.DueAt()))
}

// TellMaintenance queues a message about a maintenance, as it is given, for every account.
func (tx *Tx) TellMaintenance(m *registry.Maintenance, event registry.MaintenanceEvent, at time.Time) {
	data := registry.PollData{Maintenance: &registry.MaintenanceNotice{Event: event, State: *m}}
	tx.write("maintenance", m.ID.String(), sqlTellAccounts, at, m.Text(event), data)
}
