package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

const sqlInsertLedger = `
	INSERT INTO ledger (at, debit, credit, amount, currency, reason, object, svtrid)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// A command's charge must be covered; the CHECK accounts_funds refuses it else.
const sqlCharge = `
	WITH account AS (
		UPDATE accounts SET balance = balance - $2::bigint, forced = false WHERE registrar = $1 RETURNING *
	)` + lowBalance

// The registry's own charges (automatic renewal) go through whatever the
// balance: the name stays registered and the registrar owes the amount.
const sqlChargeForced = `
	WITH account AS (
		UPDATE accounts SET balance = balance - $2::bigint, forced = (balance - $2::bigint + credit_limit < 0)
		WHERE registrar = $1 RETURNING *
	)` + lowBalance

// lowBalance queues a message once for each fall below the registrar's mark: the
// balance was not below it before this charge.
const lowBalance = `
	INSERT INTO poll_messages (registrar, queued_at, text)
	SELECT registrar, $3::timestamptz, 'Low balance: ' || round(balance / 10::numeric ^ $4::int, $4::int) || ' ' || currency || ' left'
	FROM account WHERE balance < low_balance AND balance + $2::bigint >= low_balance`

// Money coming in may still leave the account below its limit.
const sqlCredit = `UPDATE accounts SET balance = balance + $2, forced = (balance + $2 + credit_limit < 0) WHERE registrar = $1`

// Posting is a movement of money for an object.
type Posting struct {
	Registrar string
	Zone      string
	Currency  string
	Amount    int64 // minor units, above zero
	Reason    string
	Object    string
	At        time.Time
	Forced    bool          // charge even what the balance does not cover
	Grace     time.Duration // a delete within gives a charge back; 0: nothing does
}

// Charge takes money from a registrar for the zone's income; 2104 when the
// balance and credit limit do not cover it. The account's row is locked last.
func (tx *Tx) Charge(p Posting) {
	if p.Amount == 0 {
		return
	}
	tx.ledger(p, "registrar:"+p.Registrar, "income:"+p.Zone)
	tx.bill(p, p.Amount)
	sql := sqlCharge
	if p.Forced {
		sql = sqlChargeForced
	}
	tx.last = append(tx.last, write{sql: sql, args: []any{p.Registrar, p.Amount, tx.Now, registry.MinorDigits(p.Currency)}, field: "registrar", value: p.Registrar})
}

// Refund gives back what a delete within a grace period returns.
func (tx *Tx) Refund(p Posting) {
	if p.Amount == 0 {
		return
	}
	tx.ledger(p, "income:"+p.Zone, "registrar:"+p.Registrar)
	tx.bill(p, -p.Amount)
	tx.last = append(tx.last, write{sql: sqlCredit, args: []any{p.Registrar, p.Amount}})
}

// Deposit adds a registrar's payment to its account.
func (tx *Tx) Deposit(p Posting) {
	tx.ledger(p, "cash", "registrar:"+p.Registrar)
	tx.last = append(tx.last, write{sql: sqlCredit, args: []any{p.Registrar, p.Amount}})
}

func (tx *Tx) ledger(p Posting, debit, credit string) {
	tx.write("", "", sqlInsertLedger, p.At, debit, credit, p.Amount, p.Currency, p.Reason, p.Object, tx.Actor.SvTRID)
}

// LedgerEntry is one movement as an account sees it.
type LedgerEntry struct {
	ID       int64     `json:"id"`
	At       time.Time `json:"at"`
	Amount   int64     `json:"amount"` // minor units; negative when taken from the account
	Currency string    `json:"currency"`
	Other    string    `json:"other"` // the account on the other side
	Reason   string    `json:"reason"`
	Object   string    `json:"object"`
	SvTRID   string    `json:"svtrid"`
}

const sqlLedger = `
	SELECT id, at, CASE WHEN credit = $1 THEN amount ELSE -amount END, currency,
	       CASE WHEN credit = $1 THEN debit ELSE credit END, reason, object, svtrid
	FROM ledger WHERE credit = $1 OR debit = $1 ORDER BY id DESC LIMIT $2`

// Ledger returns the newest movements of a registrar's account, newest first.
func (s *Store) Ledger(ctx context.Context, registrar string, limit int) ([]LedgerEntry, error) {
	rows, err := s.pool.Query(ctx, sqlLedger, "registrar:"+registrar, limit)
	if err != nil {
		return nil, fmt.Errorf("ledger of %s: %w", registrar, err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[LedgerEntry])
}

const sqlUpdateAccountTerms = `UPDATE accounts SET credit_limit = $2, low_balance = $3 WHERE registrar = $1`

// SaveTerms changes how far a registrar may owe and when it is warned.
func (tx *Tx) SaveTerms(r *registry.Registrar) {
	tx.last = append(tx.last, write{sql: sqlUpdateAccountTerms, args: []any{r.ID, r.CreditLimit, r.LowBalance}})
}
