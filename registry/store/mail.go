package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Mail is a mail of the outbox; the sender of mails has the same type. See the table
// mails for what each instant means.
type Mail = struct {
	ID        int64
	Recipient string
	Subject   string
	Body      string
	QueuedAt  time.Time
	Tries     int
}

// Mails is the outbox. Its statements run by themselves: a mail that is claimed is
// nobody's business but the sender's.
type Mails struct{ store *Store }

// Mails returns the outbox.
func (s *Store) Mails() Mails { return Mails{s} }

const sqlClaimMail = `
	UPDATE mails SET try_at = $2, tries = tries + 1
	WHERE id = (SELECT id FROM mails WHERE try_at <= $1 ORDER BY try_at LIMIT 1 FOR UPDATE SKIP LOCKED)
	RETURNING id, recipient, subject, body, queued_at, tries`

// Claim takes the mail that has been due for the longest at now, passing over those
// that another process is taking, and makes it due again at until. ok is false when
// none is due.
func (q Mails) Claim(ctx context.Context, now, until time.Time) (m Mail, ok bool, err error) {
	err = q.store.pool.QueryRow(ctx, sqlClaimMail, now, until).Scan(&m.ID, &m.Recipient, &m.Subject, &m.Body, &m.QueuedAt, &m.Tries)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Mail{}, false, nil
	case err != nil:
		return Mail{}, false, fmt.Errorf("outbox: %w", err)
	}
	m.QueuedAt = m.QueuedAt.UTC()
	return m, true, nil
}

// The number of tries shows that nobody else has claimed the mail since.
const (
	sqlDeleteMail = `DELETE FROM mails WHERE id = $1 AND tries = $2`
	sqlDelayMail  = `UPDATE mails SET try_at = $3 WHERE id = $1 AND tries = $2`
)

// Done removes a claimed mail, unless another process has claimed it since.
func (q Mails) Done(ctx context.Context, m Mail) error {
	if _, err := q.store.pool.Exec(ctx, sqlDeleteMail, m.ID, m.Tries); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}

// Failed makes a claimed mail due at again, unless another process has claimed it
// since.
func (q Mails) Failed(ctx context.Context, m Mail, again time.Time) error {
	if _, err := q.store.pool.Exec(ctx, sqlDelayMail, m.ID, m.Tries, again); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}
