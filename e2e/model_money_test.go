package e2e

import (
	"fmt"
	"time"

	"cadastre/epp"
	"cadastre/registry"
	"cadastre/registry/srs"
)

// mPrices are what a name costs, a year each but the restore, in minor units.
type mPrices struct{ create, renew, transfer, restore int64 }

// pricesBegin is when the model's prices begin, after the script's beginning.
const pricesBegin = time.Minute

// premium is a name of a class of its own.
const premium = "bay.example"

// castPrice is what the cast's objects cost, before the prices that the model sets.
const castPrice = 1000

// pricesOf are the prices of a name. They all differ, so that none can stand for another.
func pricesOf(name string) mPrices {
	switch {
	case name == premium: // RFC 8748, Section 3.7
		return mPrices{50000, 2300, 3100, 4700}
	case zoneOfModel(name).name == "example":
		return mPrices{1200, 1100, 900, 4100}
	}
	return mPrices{castPrice, castPrice, castPrice, castPrice}
}

// sell sets the prices of the zone example, from a moment after the beginning on. Servers
// obey within a second: see priced.
func (w *modelWorld) sell() {
	s, err := srs.New(srs.Config{Store: w.store, Clock: modelClock{}, ROIDSuffix: "ICANNRST"})
	if err != nil {
		w.failf("%v", err)
	}
	actor := registry.Actor{Operator: true, Channel: "cli", SvTRID: "model-prices"}
	label := premium[:len(premium)-len(".example")]
	for class, name := range map[string]string{"": "any.example", "gold": premium} {
		p := pricesOf(name)
		step := registry.PriceStep{
			Class: class, From: modelBegin.Add(pricesBegin), Create: p.create, Renew: p.renew, Transfer: p.transfer, Restore: p.restore,
		}
		if _, err := s.SetPrice(w.tb.Context(), actor, "example", step); err != nil {
			w.failf("%v", err)
		}
	}
	if err := s.SetLabels(w.tb.Context(), actor, "example", []registry.LabelChange{{Label: label, Value: "gold"}}); err != nil {
		w.failf("%v", err)
	}
}

// modelClock stands still at the beginning.
type modelClock struct{}

func (modelClock) Now() time.Time { return modelBegin }

// poor is a registrar that has little money. Nobody is warned: the mark is out of reach.
const poor, poorBalance = "registrar-b", 30_000

// The withdrawal is booked, for the books are held against the balances.
const sqlWithdraw = `
	WITH taken AS (
		UPDATE accounts a SET balance = $2::bigint, low_balance = 9000000000000 FROM accounts b
		WHERE a.registrar = $1 AND b.registrar = $1 RETURNING b.balance - $2::bigint AS amount, a.currency, a.registrar
	)
	INSERT INTO ledger (at, debit, credit, amount, currency, reason, object, svtrid)
	SELECT $3::timestamptz, 'registrar:' || registrar, 'cash', amount, currency, 'withdrawal', '', 'model' FROM taken`

// impoverish leaves the poor registrar little money.
func (w *modelWorld) impoverish() {
	rows, err := w.store.Query(w.tb.Context(), sqlWithdraw, poor, poorBalance, modelBegin)
	if err != nil {
		w.failf("%v", err)
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		w.failf("%v", err)
	}
	w.balance[poor] = poorBalance
}

// doDeposit books a payment of the poor registrar, one that helps it for a while.
func (w *modelWorld) doDeposit(st step) {
	amount := of([]int64{100, 1100, 1200, 4100, 5000, 10_000, 60_000}, st.N)
	if w.balance[poor] < 0 {
		amount -= w.balance[poor]
	}
	if w.balance[poor] > 100_000 {
		return
	}
	if !w.registry("registrar", "credit", poor, "--deposit", registry.AmountText(amount, 2)) {
		w.failf("a deposit is refused")
	}
	w.note(nil, "registry: %s pays %d", poor, amount)
	w.balance[poor] += amount
}

// pays holds what a command costs against the money of who gives it.
func (v *verdict) pays(m *model, who string, amount int64) {
	v.cost = amount
	v.refuse(amount > 0 && m.balance[who] < amount, 2104)
}

// offered adds to some commands what their client agrees to pay (RFC 8748, Section 4):
// the price, or more, or less, or another currency. must says that the name is sold to
// nobody who does not agree.
func (v *verdict) offered(frame, verb string, st step, must bool) (string, string) {
	amount, currency := v.cost, "USD"
	switch kind := st.Offer % 16; {
	case kind < 9 && !must, kind == 0:
		v.refuse(must, 2003)
		return frame, ""
	case kind == 10:
		currency = "EUR"
		v.refuse(true, 2004)
	case kind == 11 || kind == 12:
		if amount -= 1; amount < 0 {
			amount = 0
		}
		v.refuse(v.cost > amount, 2004)
	case kind == 13:
		amount += 1
	}
	if st.Offer%32 < 16 && currency == "USD" {
		currency = ""
	}
	text := registry.AmountText(amount, 2)
	return withFee(frame, verb, currency, text), fmt.Sprintf(", agreeing to %s %s", text, currency)
}

// compareBill holds what the answer to a command tells of money against what the command
// did to the model: balance is what its registrar had before.
func (w *modelWorld) compareBill(who string, r *reply, balance int64) {
	d, ok := epp.FindExtension[*epp.FeeTransformData](r.Extensions)
	if !ok {
		w.failf("the answer tells nothing of money\n%s", r.frame)
	}
	var fees, credits int64
	minor := func(text string) (n int64) {
		var whole, cents int64
		sign := int64(1)
		if text[0] == '-' {
			sign, text = -1, text[1:]
		}
		if _, err := fmt.Sscanf(text, "%d.%02d", &whole, &cents); err != nil {
			w.failf("the amount %q: %v", text, err)
		}
		return sign * (whole*100 + cents)
	}
	for _, f := range d.Fees {
		fees += minor(f.Amount)
	}
	for _, c := range d.Credits {
		credits += minor(c.Amount)
	}
	paid := balance - w.balance[who]
	w.same("what is told of money", []string{fmt.Sprint("paid ", paid), fmt.Sprint("left ", w.balance[who])},
		[]string{fmt.Sprint("paid ", fees+credits), fmt.Sprint("left ", minor(d.Balance))})
}
