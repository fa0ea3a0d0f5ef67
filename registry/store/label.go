package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

const (
	sqlLabels = `SELECT label, class, reserved FROM zone_labels WHERE zone_id = $1`

	sqlSetClass = `
		INSERT INTO zone_labels (zone_id, label, class) SELECT $1, unnest($2::text[]), unnest($3::text[])
		ON CONFLICT (zone_id, label) DO UPDATE SET class = excluded.class`
	sqlSetReserved = `
		INSERT INTO zone_labels (zone_id, label, reserved) SELECT $1, unnest($2::text[]), unnest($3::text[])
		ON CONFLICT (zone_id, label) DO UPDATE SET reserved = excluded.reserved`
	sqlDropClass     = `DELETE FROM zone_labels WHERE zone_id = $1 AND label = ANY ($2) AND reserved = ''`
	sqlClearClass    = `UPDATE zone_labels SET class = '' WHERE zone_id = $1 AND label = ANY ($2) AND reserved <> ''`
	sqlDropReserved  = `DELETE FROM zone_labels WHERE zone_id = $1 AND label = ANY ($2) AND class = ''`
	sqlClearReserved = `UPDATE zone_labels SET reserved = '' WHERE zone_id = $1 AND label = ANY ($2) AND class <> ''`
)

// readLabels reads what is special about the labels of a zone.
func readLabels(ctx context.Context, q querier, zoneID int64) (registry.Labels, error) {
	rows, err := q.Query(ctx, sqlLabels, zoneID)
	if err != nil {
		return nil, fmt.Errorf("labels: %w", err)
	}
	labels := registry.Labels{}
	classes := map[string]string{} // one string for each class, however many labels have it
	var label string
	var r registry.LabelRule
	_, err = pgx.ForEachRow(rows, []any{&label, &r.Class, &r.Reserved}, func() error {
		for _, text := range []*string{&r.Class, &r.Reserved} {
			if same, ok := classes[*text]; ok {
				*text = same
			} else if len(classes) < 1000 {
				classes[*text] = *text
			}
		}
		labels[label] = r
		return nil
	})
	return labels, err
}

// useLabels gives zones their labels: those of zones that were read before, where they
// have not changed since.
func useLabels(ctx context.Context, q querier, zones, known registry.Zones) error {
	for _, z := range zones {
		if z.LabelsVersion == 0 || z.Labels != nil {
			continue
		}
		for _, k := range known {
			if k.ID == z.ID && k.LabelsVersion == z.LabelsVersion {
				z.Labels = k.Labels
			}
		}
		if z.Labels == nil {
			var err error
			if z.Labels, err = readLabels(ctx, q, z.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// Labels reads what is special about the labels of a zone.
func (tx *Tx) Labels(ctx context.Context, zoneID int64) (labels registry.Labels, err error) {
	if err := tx.connect(ctx); err != nil {
		return nil, err
	}
	return readLabels(ctx, tx.conn, zoneID)
}

// labelsAtOnce bounds the labels of one statement.
const labelsAtOnce = 10_000

// SaveLabels changes one thing about labels of a zone whose settings the transaction
// changes. Of an empty value nothing is left. told hears how many are written while the
// transaction is being committed; nil: nobody does.
func (tx *Tx) SaveLabels(z *registry.Zone, changes []registry.LabelChange, told func(written int)) {
	written := 0
	tell := func(n int) {
		tx.writes[len(tx.writes)-1].done = func() {
			if written += n; told != nil {
				told(written)
			}
		}
	}
	z.LabelsVersion = z.ConfigVersion + 1 // that of the settings with which this is saved
	set, remove := map[bool][][2][]string{}, map[bool][][]string{}
	for _, c := range changes {
		if c.Value == "" {
			remove[c.Reserved] = appendChunk(remove[c.Reserved], c.Label)
			continue
		}
		set[c.Reserved] = appendPair(set[c.Reserved], c.Label, c.Value)
	}
	for reserved, sql := range map[bool]string{false: sqlSetClass, true: sqlSetReserved} {
		for _, chunk := range set[reserved] {
			tx.write("label", chunk[0][0], sql, z.ID, chunk[0], chunk[1])
			tell(len(chunk[0]))
		}
	}
	for reserved, sqls := range map[bool][2]string{false: {sqlDropClass, sqlClearClass}, true: {sqlDropReserved, sqlClearReserved}} {
		for _, chunk := range remove[reserved] {
			tx.write("label", chunk[0], sqls[0], z.ID, chunk)
			tx.write("label", chunk[0], sqls[1], z.ID, chunk)
			tell(len(chunk))
		}
	}
}

func appendChunk(chunks [][]string, label string) [][]string {
	if n := len(chunks); n > 0 && len(chunks[n-1]) < labelsAtOnce {
		chunks[n-1] = append(chunks[n-1], label)
		return chunks
	}
	return append(chunks, []string{label})
}

func appendPair(chunks [][2][]string, label, value string) [][2][]string {
	if n := len(chunks); n > 0 && len(chunks[n-1][0]) < labelsAtOnce {
		chunks[n-1][0], chunks[n-1][1] = append(chunks[n-1][0], label), append(chunks[n-1][1], value)
		return chunks
	}
	return append(chunks, [2][]string{{label}, {value}})
}
