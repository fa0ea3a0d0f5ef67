package store

import (
	"cadastre/registry"
)

// balanceText and limitText are columns of accounts as registry.Funds has them; the second parameter is the number
// of the currency's decimal digits.
const (
	balanceText = `round(balance / 10::numeric ^ $2::int, $2::int)::text`
	limitText   = `round(credit_limit / 10::numeric ^ $2::int, $2::int)::text`
)

const sqlFunds = `SELECT ` + balanceText + `, ` + limitText + ` FROM accounts WHERE registrar = $1`

// sqlInsertAnswerFunds is sqlInsertAnswer for an answer that tells the funds. They are
// kept beside it: it is written before the account is charged.
const sqlInsertAnswerFunds = `
	INSERT INTO answers (digest, registrar, at, code, svtrid, answer, balance, credit_limit)
	SELECT $3::bytea, registrar, $4::timestamptz, $5::smallint, $6::text, $7::bytea, ` + balanceText + `, ` + limitText + `
	FROM accounts WHERE registrar = $1
	RETURNING balance, credit_limit`

// bill adds a movement to the command's bill, where its actor wants one. What fell due
// on the object before, which every command writes down, is none of the command's.
func (tx *Tx) bill(p Posting, amount int64) {
	if tx.Actor.Bill == nil || p.Registrar != tx.Actor.Registrar || p.Forced || !p.At.Equal(tx.Now) {
		return
	}
	tx.lines = append(tx.lines, registry.BillLine{Amount: amount, Reason: p.Reason, Grace: p.Grace})
}

// Billed is what the command has cost its actor so far, in minor units.
func (tx *Tx) Billed() int64 {
	bill := registry.Bill{Lines: tx.lines}
	return bill.Charged()
}

// itemise puts on the bill what is known before the commit.
func (tx *Tx) itemise() {
	if b := tx.Actor.Bill; b != nil {
		b.Lines, b.Written = tx.lines, len(tx.writes)+len(tx.last) > 0
	}
}

// readFunds adds to the statements of the commit the question what is left on the
// account, where the actor wants to know. Once the command is carried out once, its answer
// asks: see insertAnswer.
func (tx *Tx) readFunds() {
	if !tx.tellsFunds() || tx.Actor.Once != nil {
		return
	}
	tx.lastOfAccount(sqlFunds, tx.Actor.Registrar, registry.MinorDigits(tx.Actor.Bill.Currency))
}

// insertAnswer keeps the answer of a command that is carried out once.
func (tx *Tx) insertAnswer(a registry.Answer) {
	digest := tx.Actor.Once.Digest[:]
	if !tx.tellsFunds() {
		tx.write("", "", sqlInsertAnswer, digest, tx.Actor.Registrar, tx.Now, a.Code, tx.Actor.SvTRID, a.Frame)
		return
	}
	tx.lastOfAccount(sqlInsertAnswerFunds, tx.Actor.Registrar, registry.MinorDigits(tx.Actor.Bill.Currency),
		digest, tx.Now, a.Code, tx.Actor.SvTRID, a.Frame)
}

// tellsFunds says whether the actor is told what is left on its account.
func (tx *Tx) tellsFunds() bool {
	b := tx.Actor.Bill
	return b != nil && b.Written && tx.Actor.Registrar != ""
}

// lastOfAccount queues a statement that gives the funds, after the account was charged.
func (tx *Tx) lastOfAccount(sql string, args ...any) {
	tx.last = append(tx.last, write{
		sql: sql, args: args, value: tx.Actor.Registrar, into: []any{&tx.funds.Balance, &tx.funds.CreditLimit},
	})
}

// hand gives the actor its funds, once the transaction is committed.
func (tx *Tx) hand() {
	if b := tx.Actor.Bill; b != nil {
		b.Funds = tx.funds
	}
}
