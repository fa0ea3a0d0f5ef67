package store

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

// Notices of expiry need no mark on any domain: a row for each zone and notice says up to
// which expiry, and which id at that very instant, they are told. A renewal carries a name
// out of reach of the row, to the place where its next notice is due.

const (
	// Domains that live are due when they expire, or before that while they are transferred.
	sqlExpiring = `
		(SELECT id, name, registrar, expires_at, class FROM domains
		 WHERE due_at >= $2 AND due_at > $4 AND due_at <= $5 AND due_at = expires_at AND purge_at IS NULL AND zone_id = $1
		   AND (due_at, id) > ($2, $3::bigint) ORDER BY due_at, id LIMIT $6)
		UNION ALL
		(SELECT id, name, registrar, expires_at, class FROM domains
		 WHERE expires_at >= $2 AND expires_at > $4 AND expires_at <= $5 AND due_at < expires_at AND purge_at IS NULL AND zone_id = $1
		   AND (expires_at, id) > ($2, $3::bigint) ORDER BY expires_at, id LIMIT $6)
		ORDER BY 4, 1 LIMIT $6`
	// The notices of which some are due; others come along if they were not looked at for long.
	sqlDueNotices = `
		SELECT n.zone_id, n.ahead, x.due FROM expiry_notices n, LATERAL (SELECT
			EXISTS (SELECT 1 FROM domains d
				WHERE d.due_at >= n.told + n.ahead * interval '1 second' AND d.due_at > $1::timestamptz
				  AND d.due_at <= $1::timestamptz + n.ahead * interval '1 second' AND d.due_at = d.expires_at AND d.purge_at IS NULL
				  AND d.zone_id = n.zone_id AND (d.expires_at, d.id) > (n.told + n.ahead * interval '1 second', n.told_id))
			OR EXISTS (SELECT 1 FROM domains d
				WHERE d.expires_at >= n.told + n.ahead * interval '1 second' AND d.expires_at > $1::timestamptz
				  AND d.expires_at <= $1::timestamptz + n.ahead * interval '1 second' AND d.due_at < d.expires_at AND d.purge_at IS NULL
				  AND d.zone_id = n.zone_id AND (d.expires_at, d.id) > (n.told + n.ahead * interval '1 second', n.told_id)) AS due) x
		WHERE n.told <= $1::timestamptz AND (x.due OR n.told < $2::timestamptz) ORDER BY n.zone_id, n.ahead`
	// Names whose renewal has not been written down yet, and whose next notice may be due.
	sqlBehindNotices = `
		SELECT EXISTS (SELECT 1 FROM domains WHERE due_at <= $2 AND expires_at <= $3 AND purge_at IS NULL AND zone_id = $1)`
	sqlLockNotices  = `SELECT told, told_id FROM expiry_notices WHERE zone_id = $1 AND ahead = $2 FOR UPDATE SKIP LOCKED`
	sqlSaveNotices  = `UPDATE expiry_notices SET told = $3, told_id = $4 WHERE zone_id = $1 AND ahead = $2`
	sqlStartNotices = `
		INSERT INTO expiry_notices (zone_id, ahead, told, told_id) SELECT $1::bigint, a, $3::timestamptz, $4::bigint FROM unnest($2::bigint[]) a
		ON CONFLICT (zone_id, ahead) DO NOTHING`
	sqlStopNotices = `DELETE FROM expiry_notices WHERE zone_id = $1 AND NOT ahead = ANY ($2)`
)

// noticesRest bounds how far behind a row of notices stays while there is nothing to tell,
// and so the names that have to be looked at.
const noticesRest = time.Hour

// DueNotices is a zone with one of its notices of expiry.
type DueNotices struct {
	ZoneID int64
	Ahead  time.Duration // before the expiry
	Due    bool          // of some names
}

// DueNotices lists the notices of which some are due by now, and those whose rows lag.
func (s *Store) DueNotices(ctx context.Context, now time.Time) ([]DueNotices, error) {
	rows, err := s.pool.Query(ctx, sqlDueNotices, now, now.Add(-noticesRest))
	if err != nil {
		return nil, fmt.Errorf("notices of expiry: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (n DueNotices, err error) {
		var seconds int64
		err = row.Scan(&n.ZoneID, &seconds, &n.Due)
		n.Ahead = time.Duration(seconds) * time.Second
		return n, err
	})
}

// TellExpiring locks a zone's notices, and queues up to limit of those that are due: text
// words them. It returns how many. What another process has in hand is left to it, and nothing
// is told while it writes down renewals that carry names to notices that are due: the row must
// not pass these. Nothing is told of an expiry that has passed.
func (tx *Tx) TellExpiring(ctx context.Context, n DueNotices, limit int, text func(*registry.ExpiringDomain) string) (int, error) {
	var told time.Time
	var toldID int64
	locked, behind := false, false
	b := &pgx.Batch{}
	seconds := int64(n.Ahead / time.Second)
	b.Queue(sqlLockNotices, n.ZoneID, seconds).Query(func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&told, &toldID}, func() error { locked = true; return nil })
		return err
	})
	b.Queue(sqlBehindNotices, n.ZoneID, tx.Now, tx.Now.Add(n.Ahead).AddDate(-1, 0, 0)).QueryRow(func(row pgx.Row) error {
		return row.Scan(&behind)
	})
	if err := tx.read(ctx, b); err != nil || !locked || behind || told.After(tx.Now) {
		return 0, err
	}
	var list []*registry.ExpiringDomain
	b = &pgx.Batch{}
	b.Queue(sqlExpiring, n.ZoneID, told.Add(n.Ahead), toldID, tx.Now, tx.Now.Add(n.Ahead), limit).Query(func(rows pgx.Rows) (err error) {
		list, err = pgx.CollectRows(rows, scanExpiring)
		return err
	})
	if err := tx.read(ctx, b); err != nil {
		return 0, err
	}
	for _, d := range list {
		tx.NotifyData(d.Registrar, d.Expires.Add(-n.Ahead), text(d), registry.PollData{Expiry: &d.ExpiryNotice})
	}
	told, toldID = tx.Now, math.MaxInt64
	if len(list) == limit {
		told, toldID = list[limit-1].Expires.Add(-n.Ahead), list[limit-1].ID
	}
	tx.write("", "", sqlSaveNotices, n.ZoneID, seconds, told, toldID)
	return len(list), nil
}

func scanExpiring(row pgx.CollectableRow) (*registry.ExpiringDomain, error) {
	d := &registry.ExpiringDomain{}
	err := row.Scan(&d.ID, &d.Name, &d.Registrar, &d.Expires, &d.Class)
	d.Expires = d.Expires.UTC()
	return d, err
}

// keepNotices has the rows of notices follow a zone's settings. New ones are for what falls
// due from now on.
func (tx *Tx) keepNotices(z *registry.Zone) {
	seconds := make([]int64, len(z.ExpiryNotices))
	for i, ahead := range z.ExpiryNotices {
		seconds[i] = int64(ahead.D() / time.Second)
	}
	tx.write("zone", z.Name, sqlStopNotices, z.ID, seconds)
	tx.write("zone", z.Name, sqlStartNotices, z.ID, seconds, tx.Now, int64(math.MaxInt64))
}
