package e2e

import (
	"strings"
	"time"

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

// sell sets the prices of the zone example, from a moment after the beginning on, and has
// no zone send notices of expiry. Servers obey within a second: see priced.
func (w *modelWorld) sell() {
	s, err := srs.New(srs.Config{Store: w.store, Clock: modelClock{}, ROIDSuffix: "ICANNRST"})
	if err != nil {
		w.failf("%v", err)
	}
	actor := registry.Actor{Operator: true, Channel: "cli", SvTRID: "model-prices"}
	for _, zone := range []string{"example", "extension"} { // notices of expiry have a story of their own
		if _, err := s.UpdateZone(w.tb.Context(), actor, zone, func(z *registry.Zone) error { z.ExpiryNotices = nil; return nil }); err != nil {
			w.failf("%v", err)
		}
	}
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

// priced waits until the server sells at the model's prices.
func (w *modelWorld) priced() {
	w.about = []string{premium}
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		r := w.info(modelRegistrars[0], feeCheck([]string{"create"}, premium, "any.example"))
		if strings.Contains(string(r.frame), ">500.00<") && strings.Contains(string(r.frame), ">12.00<") {
			return
		}
		if time.Since(began) > 10*time.Second {
			w.failf("the prices do not hold\n%s", r.frame)
		}
	}
}

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

// impoverish takes what the poor registrar has, but for so much.
func (w *modelWorld) impoverish(left int64) {
	if w.balance[poor] <= left {
		return
	}
	rows, err := w.store.Query(w.tb.Context(), sqlWithdraw, poor, left, modelBegin)
	if err != nil {
		w.failf("%v", err)
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		w.failf("%v", err)
	}
	w.balance[poor] = left
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
