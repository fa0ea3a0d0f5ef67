package desk

import (
	"context"

	"cadastre/registry"
	"cadastre/registry/store"
	wlstore "cadastre/whitelist/store"
)

// covered refuses with 2104 applications that wait for a decision when the registrar
// could not pay for the approval of all that it has undecided: an approval is charged
// whatever the account holds then. What is approved at once is checked as it is charged.
func covered(ctx context.Context, tx *store.Tx, sponsor string, files []*file) error {
	var fees []wlstore.Owed
	held := false
	for _, f := range files {
		if f.policy.Fees.Name != "" {
			fees = append(fees, wlstore.Owed{Fee: f.policy.Fees.Name, Count: 1})
			held = held || f.app.State == wlstore.Held
		}
	}
	if !held {
		return nil
	}
	funds, err := wlstore.LockFunds(ctx, tx, sponsor)
	if err != nil {
		return err
	}
	left := funds.Amount
	for _, o := range append(fees, funds.Owed...) {
		amount, err := fee(o.Fee, funds.Currency, "fees.name")
		if err != nil {
			return err
		}
		if amount > 0 && int64(o.Count) > left/amount {
			return registry.Errorf(registry.KindBilling, "", "", "the balance and the credit limit do not cover the fees of all undecided applications")
		}
		left -= amount * int64(o.Count)
	}
	return nil
}
