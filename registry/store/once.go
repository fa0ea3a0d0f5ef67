package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

// ErrRepeated says that a command was carried out already: see FirstAnswer.
var ErrRepeated = errors.New("store: the command was carried out already")

// held is the transaction of a command that is carried out once, on its way to Commit.
type held struct {
	tx       *Tx  // nil: none waits
	alone    bool // it must not be committed with others
	attempts int
}

// mayHold refuses a second transaction of a command that is carried out once: the answer
// could be kept with one of them only.
func mayHold(once *registry.Once) (alone bool, err error) {
	if once == nil {
		return false, nil
	}
	h, _ := once.Held.(*held)
	switch {
	case h == nil:
		return false, nil
	case h.tx != nil:
		return false, errors.New("store: two transactions of a command that is carried out once")
	}
	return h.alone, nil
}

// hold keeps a transaction that wrote something until Commit, if its command is carried
// out once.
func (tx *Tx) hold() bool {
	once := tx.Actor.Once
	if once == nil || len(tx.writes)+len(tx.last) == 0 {
		return false
	}
	h, _ := once.Held.(*held)
	if h == nil {
		h = &held{}
		once.Held = h
	}
	h.tx = tx
	return true
}

const sqlInsertAnswer = `INSERT INTO answers (digest, registrar, at, code, svtrid, answer) VALUES ($1, $2, $3, $4, $5, $6)`

// Commit commits the transaction that a command left, with its answer; none, if it wrote
// nothing. again means that nothing was committed and the command has to be carried out
// anew. Errors are those of Transact, and ErrRepeated.
func (s *Store) Commit(ctx context.Context, once *registry.Once, a registry.Answer) (again bool, err error) {
	h, _ := once.Held.(*held)
	if h == nil || h.tx == nil {
		return false, nil
	}
	tx := h.tx
	h.tx = nil
	defer tx.disconnect()
	defer func() {
		if p := recover(); p != nil {
			tx.rollback()
			panic(p)
		}
	}()
	tx.insertAnswer(a)
	err = tx.finish(ctx)
	if err == errAlone {
		h.alone = true
		return true, nil
	}
	if h.attempts++; err == nil || !retryable(err) || h.attempts >= maxAttempts {
		return false, err
	}
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-time.After(backoff(h.attempts)):
		return true, nil
	}
}

// backoff is a random time before the next attempt.
func backoff(attempt int) time.Duration {
	return time.Duration(rand.Int64N(int64(time.Millisecond) << min(attempt, 7)))
}

// Abandon undoes the transaction that a command left, if it left one.
func (s *Store) Abandon(once *registry.Once) {
	h, _ := once.Held.(*held)
	if h == nil || h.tx == nil {
		return
	}
	tx := h.tx
	h.tx = nil
	tx.rollback()
	tx.disconnect()
}

const sqlAnswer = `SELECT at, code, svtrid, answer, balance, credit_limit FROM answers WHERE digest = $1`

// FirstAnswer reads the answer that a command got, however long ago; nil when it was never
// carried out.
func (s *Store) FirstAnswer(ctx context.Context, once *registry.Once) (*registry.Answer, error) {
	a := &registry.Answer{}
	err := s.pool.QueryRow(ctx, sqlAnswer, once.Digest[:]).Scan(&a.At, &a.Code, &a.SvTRID, &a.Frame, &a.Funds.Balance, &a.Funds.CreditLimit)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	a.At = a.At.UTC()
	return a, err
}

const sqlForgetAnswers = `DELETE FROM answers WHERE at <= $1`

// ForgetAnswers removes the answers of an instant and before.
func (s *Store) ForgetAnswers(ctx context.Context, at time.Time) error {
	_, err := s.pool.Exec(ctx, sqlForgetAnswers, at)
	return err
}
