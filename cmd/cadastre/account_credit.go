package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

// creditOptions are the flags of `cadastre registrar credit` and `cadastre verifier credit`.
type creditOptions struct{ deposit, limit, lowBalance string }

func newCreditCmd(a *app, k accounts) *cobra.Command {
	var o creditOptions
	cmd := &cobra.Command{
		Use:   "credit ID --deposit AMOUNT | --limit AMOUNT | --low-balance AMOUNT",
		Short: "Book a payment, set how far a " + k.noun + " may owe, and when it is warned",
		Long: "Amounts are decimal, in the account's currency, and exact: 1000, 1000.5 and 1000.50 are the same but for\n" +
			"their looks. A deposit is booked in the ledger; it cannot be taken back by another.",
		Example: k.examples("credit ID --dir var/dev --deposit 1000.00", "credit ID --dir var/dev --limit 500.00 --low-balance 50.00"),
		Args:    cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	f := cmd.Flags()
	f.StringVar(&o.deposit, "deposit", "", "`amount` the "+k.noun+" has paid")
	f.StringVar(&o.limit, "limit", "", "`amount` the "+k.noun+" may owe")
	f.StringVar(&o.lowBalance, "low-balance", "", "`amount`: a balance below it is told to the "+k.noun)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error { return o.run(ctx, v, op, k, args[0]) })
	return cmd
}

func (o *creditOptions) run(ctx context.Context, v *operatorVerb, op *operator, k accounts, id string) error {
	if *o == (creditOptions{}) {
		return errors.New("say what to do: --deposit, --limit or --low-balance AMOUNT")
	}
	r, err := k.find(ctx, op, id)
	if err != nil {
		return err
	}
	// All amounts are read before anything is done.
	deposit, limit, low := int64(0), r.CreditLimit, r.LowBalance
	for _, one := range []struct {
		flag, text string
		to         *int64
	}{{"--deposit", o.deposit, &deposit}, {"--limit", o.limit, &limit}, {"--low-balance", o.lowBalance, &low}} {
		if one.text == "" {
			continue
		}
		if *one.to, err = registry.ParseAmount(one.text, r.Currency, one.flag); err != nil {
			return err
		}
	}
	if o.deposit != "" && deposit == 0 {
		return registry.Errorf(registry.KindRange, "--deposit", o.deposit, "a deposit is above zero")
	}
	if o.limit != "" || o.lowBalance != "" {
		if err := op.SRS.SetTerms(ctx, op.Actor, id, limit, low); err != nil {
			return err
		}
	}
	if deposit > 0 {
		if _, err := op.SRS.Deposit(ctx, op.Actor, id, deposit); err != nil {
			return err
		}
	}
	if r, err = op.Store.Registrar(ctx, id); err != nil {
		return err
	}
	data := struct {
		ID          string `json:"id"`
		Deposited   int64  `json:"deposited"`
		Currency    string `json:"currency"`
		Balance     int64  `json:"balance"`
		CreditLimit int64  `json:"credit_limit"`
		LowBalance  int64  `json:"low_balance"`
	}{id, deposit, r.Currency, r.Balance, r.CreditLimit, r.LowBalance}
	what := ""
	if deposit > 0 {
		what = money(deposit, r.Currency) + " deposited, "
	}
	return v.did(data, "%s: %sbalance %s, credit limit %s, warned below %s",
		id, what, money(r.Balance, r.Currency), money(r.CreditLimit, r.Currency), money(r.LowBalance, r.Currency))
}
