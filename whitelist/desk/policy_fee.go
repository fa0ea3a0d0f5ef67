package desk

import (
	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// fee reads an amount of a policy in minor units of an account's currency; 0 for
// none. field names it in errors (2005).
func fee(amount, currency, field string) (int64, error) {
	if amount == "" {
		return 0, nil
	}
	return registry.ParseAmount(amount, currency, field)
}

// chargeGrant charges what the operator asks for granting control (C-20). An
// account that does not exist cannot pay, and is not charged later.
func chargeGrant(tx *store.Tx, doc *whitelist.Policy, account wlstore.Account) error {
	if account.Kind == "" {
		return nil
	}
	amount, err := fee(doc.Fees.Grant, account.Currency, "fees.grant")
	if err != nil {
		return err
	}
	tx.Charge(store.Posting{
		Registrar: doc.VerifierAccount(), Zone: doc.Zone, Currency: account.Currency, Amount: amount,
		Reason: "policy granted", Object: doc.ID, At: tx.Now,
	})
	return nil
}
