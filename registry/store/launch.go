package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

const (
	sqlInsertMarks = `INSERT INTO launch_marks (domain_id, marks) VALUES ($1, $2)`
	sqlDeleteMarks = `DELETE FROM launch_marks WHERE domain_id = $1`
	sqlMarks       = `SELECT marks FROM launch_marks WHERE domain_id = $1`
	sqlLaunched    = `
		SELECT d.id, d.name, coalesce(r.iana, 0), d.created_at, d.launch FROM domains d JOIN registrars r ON r.handle = d.created_by
		WHERE d.zone_id = $1 AND d.launch->>'phase' = $2 ORDER BY d.created_at, d.id`
)

// keepMarks stores the marks of a new domain.
func (tx *Tx) keepMarks(d *registry.Domain, marks []string) {
	if len(marks) > 0 {
		tx.write("domain:name", d.Name, sqlInsertMarks, d.ID, marks)
	}
}

// LaunchMarks are the marks that a domain was registered with, as XML.
func (s *Store) LaunchMarks(ctx context.Context, domain int64) (marks []string, err error) {
	err = s.pool.QueryRow(ctx, sqlMarks, domain).Scan(&marks)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("marks: %w", err)
	}
	return marks, nil
}

// Launched is a domain that was registered in a launch phase.
type Launched struct {
	registry.Domain     // of it ID, Name, Created and Launch
	IANA            int // of the registrar that created it, 0 if it has none
}

// LaunchedIn lists the domains of a zone that were registered in a phase, in order.
func (s *Store) LaunchedIn(ctx context.Context, zone int64, phase string) ([]Launched, error) {
	rows, err := s.pool.Query(ctx, sqlLaunched, zone, phase)
	if err != nil {
		return nil, fmt.Errorf("names of a phase: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (l Launched, err error) {
		err = row.Scan(&l.ID, &l.Name, &l.IANA, &l.Created, &l.Launch)
		l.Created = l.Created.UTC()
		return l, err
	})
}
