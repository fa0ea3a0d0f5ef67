package srs

import (
	"context"

	"cadastre/registry"
	"cadastre/registry/store"
)

// AddMaintenance announces a maintenance (RFC 9167) to every account.
func (s *SRS) AddMaintenance(ctx context.Context, actor registry.Actor, plan registry.MaintenancePlan) (m *registry.Maintenance, err error) {
	zones, err := s.store.Zones(ctx)
	if err != nil {
		return nil, err
	}
	open, err := s.store.OpenMaintenances(ctx, s.Now())
	if err != nil {
		return nil, err
	}
	if len(open) >= registry.MaxMaintenances {
		return nil, registry.Errorf(registry.KindParamPolicy, "maintenance", "", "%d are announced already, which is the most", len(open))
	}
	err = s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if m, err = registry.NewMaintenance(plan, zones, tx.Now); err != nil {
			return err
		}
		if err := tx.InsertMaintenance(ctx, m); err != nil {
			return err
		}
		tx.TellMaintenance(m, registry.MaintenanceCreated, tx.Now)
		return nil
	})
	return m, err
}

// ChangeMaintenance lets change alter the plan of a maintenance, and tells every account.
func (s *SRS) ChangeMaintenance(ctx context.Context, actor registry.Actor, id registry.MaintenanceID, change func(*registry.MaintenancePlan) error) (*registry.Maintenance, error) {
	zones, err := s.store.Zones(ctx)
	if err != nil {
		return nil, err
	}
	return s.withMaintenance(ctx, actor, id, func(tx *store.Tx, m *registry.Maintenance) error {
		plan := m.MaintenancePlan
		if err := change(&plan); err != nil {
			return err
		}
		if plan.Equal(&m.MaintenancePlan) {
			return registry.Errorf(registry.KindParamPolicy, "maintenance", id.String(), "that is what it is already: nothing would change")
		}
		if err := m.Change(plan, zones, tx.Now); err != nil {
			return err
		}
		tx.TellMaintenance(m, registry.MaintenanceChanged, tx.Now)
		return tx.SaveMaintenance(m, registry.MaintenanceChanged)
	})
}

// CancelMaintenance ends a maintenance before it is over, and tells every account.
func (s *SRS) CancelMaintenance(ctx context.Context, actor registry.Actor, id registry.MaintenanceID) (*registry.Maintenance, error) {
	return s.withMaintenance(ctx, actor, id, func(tx *store.Tx, m *registry.Maintenance) error {
		before := *m
		if err := m.Cancel(tx.Now); err != nil {
			return err
		}
		tx.TellMaintenance(&before, registry.MaintenanceCancelled, tx.Now)
		return tx.SaveMaintenance(m, registry.MaintenanceCancelled)
	})
}

// withMaintenance locks a maintenance, sends what is due about it, and runs fn.
func (s *SRS) withMaintenance(ctx context.Context, actor registry.Actor, id registry.MaintenanceID, fn func(*store.Tx, *registry.Maintenance) error) (m *registry.Maintenance, err error) {
	err = s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if m, err = tx.LockMaintenance(ctx, id); err != nil {
			return err
		}
		if m == nil {
			return noMaintenance(id, "maintenance")
		}
		tellDue(tx, m)
		return fn(tx, m)
	})
	return m, err
}

func noMaintenance(id registry.MaintenanceID, field string) error {
	return registry.Errorf(registry.KindNotFound, field, id.String(), "there is no such maintenance")
}

// tellDue sends the messages about a locked maintenance that are due.
func tellDue(tx *store.Tx, m *registry.Maintenance) {
	for _, due := range m.Settle(tx.Now) {
		tx.TellMaintenance(m, due.Event, due.At)
	}
}

// InfoMaintenance shows a maintenance, over or not (RFC 9167, Section 4.1.1.1); 2303 for
// one that was cancelled.
func (s *SRS) InfoMaintenance(ctx context.Context, id string) (*registry.Maintenance, error) {
	number, err := registry.ParseMaintenanceID(id, "maint:id")
	if err != nil {
		return nil, err
	}
	m, err := s.store.Maintenance(ctx, number)
	if err == nil && (m == nil || !m.Cancelled.IsZero()) {
		err = noMaintenance(number, "maint:id")
	}
	return m, err
}

// ListMaintenances lists what is neither over nor cancelled, the next first (RFC 9167,
// Section 4.1.1.2).
func (s *SRS) ListMaintenances(ctx context.Context) ([]*registry.Maintenance, error) {
	return s.store.OpenMaintenances(ctx, s.Now())
}

// sweepMaintenances sends the messages about maintenance that are due.
func (s *SRS) sweepMaintenances(ctx context.Context) (n int, err error) {
	now := s.Now()
	err = s.store.Transact(ctx, sweeper(now), now, func(ctx context.Context, tx *store.Tx) error {
		list, err := tx.LockDueMaintenances(ctx, tx.Now, sweepBatch)
		n = len(list)
		for _, m := range list {
			tellDue(tx, m)
			tx.SettleMaintenance(m)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
