package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

const sqlDueDomains = `
	SELECT name FROM domains WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED`

// LockDueDomains locks up to limit domains on which something has fallen due by
// now, passing over those that another process is at, and returns their names.
func (tx *Tx) LockDueDomains(ctx context.Context, now time.Time, limit int) (names []string, err error) {
	b := &pgx.Batch{}
	queueStrings(b, &names, sqlDueDomains, now, limit)
	return names, tx.read(ctx, b)
}

// Persist writes down what has fallen due on a locked domain: one line of
// history for each event, at its own instant, with its ledger entry and notice.
// It returns the state afterwards and whether the domain still exists.
func (tx *Tx) Persist(ctx context.Context, d *registry.Domain, z *registry.Zone) (state *registry.Domain, exists bool, err error) {
	state, events, exists := d.At(tx.Now, z)
	if len(events) == 0 {
		return state, exists, nil
	}
	step := *d
	for _, ev := range events {
		before := step
		after, _, _ := step.At(ev.At, z)
		step = *after
		step.Version = before.Version + 1
		if err := tx.persistEvent(ctx, &before, &step, ev, z); err != nil {
			return nil, false, err
		}
	}
	state.Version = step.Version
	if exists {
		// The row ends as the projection to now: grace periods that ended since the
		// last event are gone.
		tx.write("domain:name", d.Name, sqlUpdateDomain, domainArgs(state, false, nil)...)
	}
	return state, exists, nil
}

func (tx *Tx) persistEvent(ctx context.Context, before, after *registry.Domain, ev registry.Event, z *registry.Zone) error {
	switch ev.Kind {
	case registry.AutoRenewed:
		tx.Charge(Posting{
			Registrar: before.Registrar, Zone: z.Name, Currency: z.Prices.Currency, Amount: ev.Amount,
			Reason: string(ev.Kind), Object: before.Name, At: ev.At, Forced: true,
		})
		text := before.Name + " was renewed automatically until " + after.Expires.Format("2006-01-02")
		if err := tx.NotifyDomain(after, text, registry.Change{Operation: registry.ChangeAutoRenew, At: ev.At}); err != nil {
			return err
		}
	case registry.Transferred:
		tx.Refund(Posting{
			Registrar: before.Registrar, Zone: z.Name, Currency: z.Prices.Currency, Amount: ev.Amount,
			Reason: registry.ReplacedByTransfer, Object: before.Name, At: ev.At,
		})
		tx.MoveVariants(after, z.VariantHolder(before), z.VariantHolder(after))
		tx.NotifyTransfer(after.Transfer.View("domain", after.Name), ev.At)
		if err := tx.FollowHosts(ctx, after, ev.At); err != nil {
			return err
		}
	case registry.RestoreLapsed:
		text := before.Name + ": no restore report came in time, the restore is off; " + redeemable(after, ev.At)
		if err := tx.NotifyDomain(after, text, registry.Change{Operation: registry.ChangeCustom, Op: string(ev.Kind), At: ev.At}); err != nil {
			return err
		}
	case registry.RedemptionEnd:
		text := before.Name + ": the redemption period is over; " + redeemable(after, ev.At)
		if err := tx.NotifyDomain(after, text, registry.Change{Operation: registry.ChangeCustom, Op: string(ev.Kind), At: ev.At}); err != nil {
			return err
		}
	case registry.Purged:
		gone := registry.Change{Operation: registry.ChangeAutoPurge, At: ev.At, Before: true}
		if err := tx.NotifyDomain(before, before.Name+" was purged and is free", gone); err != nil {
			return err
		}
		return tx.PurgeDomain(after, false, string(ev.Kind), ev.At)
	}
	return tx.recordDomain(after, string(ev.Kind), ev.At)
}

// redeemable tells what can still be done for a deleted domain, in a message.
func redeemable(d *registry.Domain, at time.Time) string {
	if d.RedeemUntil.After(at) {
		return "it can be restored until " + d.RedeemUntil.Format(time.RFC3339)
	}
	return "it can no longer be restored and is purged on " + d.PurgeAt.Format(time.RFC3339)
}

// NextDue returns the earliest instant at which something falls due; the zero
// time when nothing will.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	var at *time.Time
	err := s.pool.QueryRow(ctx, sqlNextDue).Scan(&at)
	return TimeOf(at), err
}

const sqlNextDue = `
	SELECT min(due_at) FROM (SELECT min(due_at) AS due_at FROM domains UNION ALL SELECT min(due_at) FROM contacts
	                         UNION ALL SELECT min(due_at) FROM maintenances) o`

const sqlInsertPollData = `INSERT INTO poll_messages (registrar, queued_at, text, data) VALUES ($1, $2, $3, $4)`

// NotifyData queues a service message with structured data.
func (tx *Tx) NotifyData(registrar string, at time.Time, text string, data registry.PollData) {
	tx.write("", "", sqlInsertPollData, registrar, at, text, data)
}

const sqlInsertPoll = `INSERT INTO poll_messages (registrar, queued_at, text) VALUES ($1, $2, $3)`

// Notify queues a service message for a registrar.
func (tx *Tx) Notify(registrar string, at time.Time, text string) {
	tx.write("", "", sqlInsertPoll, registrar, at, text)
}

const sqlPollHead = `
	SELECT id, queued_at, text, pending, coalesce(data, '{}'), (SELECT count(*) FROM poll_messages WHERE registrar = $1)
	FROM poll_messages WHERE registrar = $1 ORDER BY id LIMIT 1`

// PollHead returns a registrar's oldest message and how many wait; nil when none
// does.
func (s *Store) PollHead(ctx context.Context, registrar string) (*registry.PollMessage, int, error) {
	rows, err := s.pool.Query(ctx, sqlPollHead, registrar)
	if err != nil {
		return nil, 0, err
	}
	var count int
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*registry.PollMessage, error) {
		m := &registry.PollMessage{Lang: "en"}
		err := row.Scan(&m.ID, &m.Queued, &m.Text, &m.Pending, &m.Data, &count)
		m.Queued = m.Queued.UTC()
		return m, err
	})
	if err != nil || len(list) == 0 {
		return nil, 0, err
	}
	return list[0], count, nil
}

const sqlLockPoll = `
	SELECT (SELECT count(*) FROM poll_messages WHERE registrar = $2) - 1
	FROM poll_messages WHERE id = $1 AND registrar = $2 FOR UPDATE`

const sqlDeletePoll = `DELETE FROM poll_messages WHERE id = $1`

// AckPoll removes a message and says how many are left; false when the registrar has none
// of that id.
func (tx *Tx) AckPoll(ctx context.Context, registrar string, id int64) (left int, found bool, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlLockPoll, id, registrar).Query(func(rows pgx.Rows) error {
		counts, err := pgx.CollectRows(rows, pgx.RowTo[int])
		if len(counts) > 0 {
			left, found = counts[0], true
		}
		return err
	})
	if err := tx.read(ctx, b); err != nil || !found {
		return 0, false, err
	}
	tx.write("", "", sqlDeletePoll, id)
	return left, true, nil
}
