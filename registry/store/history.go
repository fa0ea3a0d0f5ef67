package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Entry is one line of an object's history: who did what when, and the object
// as it was afterwards, without secrets.
type Entry struct {
	Version int             `json:"version"`
	Kind    string          `json:"kind"`
	Name    string          `json:"name"`
	At      time.Time       `json:"at"`
	Action  string          `json:"action"`
	Actor   string          `json:"actor"`
	Channel string          `json:"channel"`
	ClTRID  string          `json:"cltrid,omitempty"`
	SvTRID  string          `json:"svtrid"`
	State   json.RawMessage `json:"state"`
}

const sqlInsertHistory = `
	INSERT INTO history (object_id, version, kind, name, at, action, actor, channel, cltrid, svtrid, state)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

// record is what recordAt needs to know of the changed object.
type record struct {
	id      int64
	version int
	kind    string
	name    string
	action  string
	state   any
}

// recordAt queues a line of history. at is the instant of the change: the
// command's, or the instant at which something fell due.
func (tx *Tx) recordAt(at time.Time, r record) error {
	state, err := json.Marshal(r.state)
	if err != nil {
		return fmt.Errorf("history of %s: %w", r.name, err)
	}
	a := tx.Actor
	tx.write("", "", sqlInsertHistory, r.id, r.version, r.kind, r.name, at, r.action, a.ID(), a.Channel, a.ClTRID, a.SvTRID, state)
	return nil
}

const sqlHistory = `
	SELECT version, kind, name, at, action, actor, channel, cltrid, svtrid, state
	FROM history WHERE name = $1 AND kind = $2
	ORDER BY min(at) OVER (PARTITION BY object_id), object_id, version`

// History returns the history of every object of a kind that ever had the name,
// oldest first: a purged and re-registered domain shows both lives.
func (s *Store) History(ctx context.Context, kind, name string) ([]Entry, error) {
	rows, err := s.pool.Query(ctx, sqlHistory, name, kind)
	if err != nil {
		return nil, fmt.Errorf("history of %s: %w", name, err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Entry])
}
