package main

import (
	"context"
	"crypto/x509"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

// accountAddOptions are the flags of `cadastre registrar add` and `cadastre verifier add`.
type accountAddOptions struct {
	accountDetails
	currency, creditLimit, lowBalance string
	password                          *passwordSource
	cert                              string
}

// accountAdded is the answer to a new account.
type accountAdded struct {
	ID          string `json:"id"`
	Password    string `json:"password,omitempty"` // only when it was made up
	Fingerprint string `json:"fingerprint,omitempty"`
}

// newAccountAddCmd is the verb that opens accounts of a kind; the caller tells
// people about it.
func newAccountAddCmd(a *app, k accounts) *cobra.Command {
	var o accountAddOptions
	cmd := &cobra.Command{Use: "add ID --name NAME", Short: "Open an account", Args: cobra.ExactArgs(1)}
	v := newOperatorVerb(a, cmd)
	f := cmd.Flags()
	o.register(f, k)
	f.StringVar(&o.currency, "currency", "", "`currency` of the account (default: that of the zones' prices, else USD)")
	f.StringVar(&o.creditLimit, "credit-limit", "0", "`amount` the "+k.noun+" may owe")
	f.StringVar(&o.lowBalance, "low-balance", "0", "`amount`: a balance below it is told to the "+k.noun)
	o.password = newPasswordSource(a, cmd)
	f.StringVar(&o.cert, "cert", "", "PEM `file` of the client certificate to bind")
	cmd.MarkFlagRequired("name") //nolint:errcheck // the flag exists
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		r := &registry.Registrar{ID: args[0], Kind: k.kind, Currency: o.currency}
		if err := o.fill(ctx, op, r); err != nil {
			return err
		}
		return o.run(ctx, v, op, r)
	})
	return cmd
}

func (o *accountAddOptions) run(ctx context.Context, v *operatorVerb, op *operator, r *registry.Registrar) (err error) {
	var cert *x509.Certificate
	if o.cert != "" { // read before anything is done
		if cert, err = readCertificate(o.cert); err != nil {
			return err
		}
	}
	password, made, err := o.password.read()
	if err != nil {
		return err
	}
	if err := op.SRS.AddRegistrar(ctx, op.Actor, r, password); err != nil {
		return err
	}
	added := accountAdded{ID: r.ID}
	if made {
		added.Password = password
	}
	var bindErr error
	if cert != nil {
		bound, err := op.SRS.BindCertificate(ctx, op.Actor, r.ID, cert)
		added.Fingerprint, bindErr = bound.Fingerprint, err
		if err != nil {
			added.Fingerprint = ""
		}
	}
	// The account is there: its password must be told even when the certificate was refused.
	err = v.show(added, func() string {
		text := r.ID + ": account opened, in " + r.Currency + "\n"
		if made {
			text += "password " + password + " (it is not shown again)\n"
		}
		if added.Fingerprint != "" {
			text += "certificate " + added.Fingerprint + " bound\n"
		}
		return text
	})
	if bindErr != nil {
		return bindErr
	}
	return err
}

// fill makes the account of the flags.
func (o *accountAddOptions) fill(ctx context.Context, op *operator, r *registry.Registrar) error {
	if err := o.check(); err != nil {
		return err
	}
	r.Name, r.IANA, r.Country, r.Email, r.Phone, r.RDAPBase = o.name, o.iana, o.country, o.email, o.phone, o.rdapBase
	r.DataModel = registry.ContactModel(o.dataModel)
	return o.money(ctx, op, r)
}

// money sets the account's currency, which must be that of the prices, and terms.
func (o *accountAddOptions) money(ctx context.Context, op *operator, r *registry.Registrar) (err error) {
	zones, err := op.Store.Zones(ctx)
	if err != nil {
		return err
	}
	prices := "USD"
	if len(zones) > 0 {
		prices = zones[0].Prices.Currency // all zones have one currency
	}
	if r.Currency == "" {
		r.Currency = prices
	}
	if err := checkCurrency(r.Currency); err != nil {
		return err
	}
	if len(zones) > 0 && r.Currency != prices {
		return registry.Errorf(registry.KindParamPolicy, "--currency", r.Currency, "the zones' prices are in %s", prices)
	}
	if r.CreditLimit, err = registry.ParseAmount(o.creditLimit, r.Currency, "--credit-limit"); err != nil {
		return err
	}
	r.LowBalance, err = registry.ParseAmount(o.lowBalance, r.Currency, "--low-balance")
	return err
}
