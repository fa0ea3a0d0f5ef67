package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Data is authoritative data at a name that is no delegation: one RRset.
type Data struct {
	Type   string   `json:"type"` // "TXT", "A", "AAAA" or "NS"
	TTL    uint32   `json:"ttl"`  // seconds
	Values []string `json:"values"`
	// Values are addresses, a canonical host name, or the text of a TXT record, which
	// is split into character-strings of 255 octets (RFC 1035, Section 3.3.14).
}

const (
	sqlInsertData = `INSERT INTO zone_data (zone_id, name, records) VALUES ($1, $2, $3)
		ON CONFLICT (zone_id, name) DO UPDATE SET records = excluded.records`
	sqlDeleteData   = `DELETE FROM zone_data WHERE zone_id = $1 AND name = $2`
	sqlData         = `SELECT name, records FROM zone_data WHERE zone_id = $1 AND name = ANY ($2)`
	sqlSnapshotData = `SELECT name, records FROM zone_data WHERE zone_id = $1`
)

// SetData makes records what DNS shows at a name of a zone, replacing what was
// there; none removes the name.
func (tx *Tx) SetData(zoneID int64, name string, records []Data) error {
	tx.markDirty(zoneID, name)
	if len(records) == 0 {
		tx.write("", name, sqlDeleteData, zoneID, name)
		return nil
	}
	data, err := json.Marshal(records)
	if err != nil {
		return fmt.Errorf("data of %s: %w", name, err)
	}
	tx.write("", name, sqlInsertData, zoneID, name, data)
	return nil
}

// addData reads the data of names into their delegations.
func (s *Store) addData(ctx context.Context, zoneID int64, names []string, out map[string]Delegation) error {
	rows, err := s.pool.Query(ctx, sqlData, zoneID, names)
	if err != nil {
		return fmt.Errorf("zone data: %w", err)
	}
	return scanData(rows, func(name string, data []Data) error {
		d := out[name]
		d.Name, d.Data = name, data
		out[name] = d
		return nil
	})
}

func scanData(rows pgx.Rows, fn func(name string, data []Data) error) error {
	var name string
	var records []byte
	_, err := pgx.ForEachRow(rows, []any{&name, &records}, func() error {
		var data []Data
		if err := json.Unmarshal(records, &data); err != nil {
			return fmt.Errorf("data of %s: %w", name, err)
		}
		return fn(name, data)
	})
	return err
}
