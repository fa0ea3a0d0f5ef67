package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

// NotifyTransfer tells both registrars how a transfer stands (RFC 5730, Section
// 2.9.3.4): what trnData shows, and the same in words.
func (tx *Tx) NotifyTransfer(v registry.TransferView, at time.Time) {
	for _, registrar := range []string{v.Losing, v.Gaining} {
		tx.NotifyData(registrar, at, v.Text(), registry.PollData{Transfer: &v})
	}
}

const sqlDueContacts = `
	SELECT handle FROM contacts WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED`

// LockDueContacts locks up to limit contacts on which something has fallen due by now,
// passing over those that another process is at, and returns their ids.
func (tx *Tx) LockDueContacts(ctx context.Context, now time.Time, limit int) (handles []string, err error) {
	b := &pgx.Batch{}
	queueStrings(b, &handles, sqlDueContacts, now, limit)
	return handles, tx.read(ctx, b)
}

// PersistContact writes down what has fallen due on a locked contact, at its own
// instant, and returns the state afterwards.
func (tx *Tx) PersistContact(c *registry.Contact) (*registry.Contact, error) {
	state, approved := c.At(tx.Now)
	if !approved {
		return state, nil
	}
	tx.saveContact(state)
	tx.NotifyTransfer(state.Transfer.View("contact", state.Handle), state.Transfer.ActBy)
	return state, tx.recordContact(state, string(registry.Transferred), state.Transfer.ActBy)
}

const (
	sqlGuesses = `SELECT failures, since FROM auth_failures WHERE object_id = $1`
	// A wrong value opens a window or is counted in the one that is open.
	sqlCountGuess = `
		INSERT INTO auth_failures AS f (object_id, failures, since) VALUES ($1, 1, $2)
		ON CONFLICT (object_id) DO UPDATE SET
			failures = CASE WHEN f.since <= $3::timestamptz OR f.since < $4::timestamptz THEN 1 ELSE f.failures + 1 END,
			since = CASE WHEN f.since <= $3::timestamptz OR f.since < $4::timestamptz THEN excluded.since ELSE f.since END
		RETURNING failures, since`
	sqlForgetGuesses = `DELETE FROM auth_failures WHERE since <= $1`
)

// Guesses says how often the authorization information of an object was guessed wrong
// in the window that began at since; zero when nobody did.
func (s *Store) Guesses(ctx context.Context, object int64) (failures int, since time.Time, err error) {
	return scanGuesses(s.pool.QueryRow(ctx, sqlGuesses, object))
}

// Guesses is Store.Guesses within the transaction.
func (tx *Tx) Guesses(ctx context.Context, object int64) (failures int, since time.Time, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlGuesses, object).QueryRow(func(row pgx.Row) (err error) {
		failures, since, err = scanGuesses(row)
		return err
	})
	return failures, since, tx.read(ctx, b)
}

func scanGuesses(row pgx.Row) (failures int, since time.Time, err error) {
	if err = row.Scan(&failures, &since); err == pgx.ErrNoRows {
		return 0, time.Time{}, nil
	}
	return failures, since.UTC(), err
}

// CountGuess counts a wrong guess at an object's authorization information, and says the
// how-manieth it is in the window that began at since. A window that began at or before
// stale, or before the information was set, is over.
func (tx *Tx) CountGuess(ctx context.Context, object int64, stale, set time.Time) (failures int, since time.Time, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlCountGuess, object, tx.Now, stale, set).QueryRow(func(row pgx.Row) (err error) {
		failures, since, err = scanGuesses(row)
		return err
	})
	return failures, since, tx.read(ctx, b)
}

// ForgetGuesses removes windows that began at or before an instant.
func (tx *Tx) ForgetGuesses(stale time.Time) { tx.write("", "", sqlForgetGuesses, stale) }
