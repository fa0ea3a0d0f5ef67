package main

import (
	"context"
	"crypto/x509"
	"regexp"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

const registrarAddLong = `Opens an account. The registrar can log in once a certificate is bound to it (--cert, or
'registrar cert' later), and register names once it has a balance or a credit limit
('registrar credit').

Without --password-file a password is made up and printed; it is not stored in a form that
could be shown again.`

// registrarAddOptions are the flags of `cadastre registrar add`.
type registrarAddOptions struct {
	name, email, phone, rdapBase      string
	iana                              int
	currency, creditLimit, lowBalance string
	passwordFile, cert                string
}

// registrarAdded is the answer to a new account.
type registrarAdded struct {
	ID          string `json:"id"`
	Password    string `json:"password,omitempty"` // only when it was made up
	Fingerprint string `json:"fingerprint,omitempty"`
}

func newRegistrarAddCmd(a *app) *cobra.Command {
	var o registrarAddOptions
	cmd := &cobra.Command{
		Use:   "add ID --name NAME",
		Short: "Open an account",
		Long:  registrarAddLong,
		Example: "  cadastre registrar add acme --dir var/dev --name 'Acme Domains' --iana 9999 \\\n" +
			"      --email abuse@acme.example --phone +1.2025550199 --cert acme.pem --credit-limit 500.00",
		Args: cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	f := cmd.Flags()
	f.StringVar(&o.name, "name", "", "`name` of the organisation")
	f.IntVar(&o.iana, "iana", 0, "`number` in IANA's registry of registrars; 0 without one")
	f.StringVar(&o.email, "email", "", "abuse contact's mail `address`")
	f.StringVar(&o.phone, "phone", "", "abuse contact's telephone `number`, as +CC.NUMBER")
	f.StringVar(&o.rdapBase, "rdap-base", "", "`URL` of the registrar's RDAP service")
	f.StringVar(&o.currency, "currency", "", "`currency` of the account (default: that of the zones' prices, else USD)")
	f.StringVar(&o.creditLimit, "credit-limit", "0", "`amount` the registrar may owe")
	f.StringVar(&o.lowBalance, "low-balance", "0", "`amount`: a balance below it is told to the registrar")
	f.StringVar(&o.passwordFile, "password-file", "", passwordFileHelp)
	f.StringVar(&o.cert, "cert", "", "PEM `file` of the client certificate to bind")
	cmd.MarkFlagRequired("name") //nolint:errcheck // the flag exists
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error { return o.run(ctx, v, op, args[0]) })
	return cmd
}

func (o *registrarAddOptions) run(ctx context.Context, v *operatorVerb, op *operator, id string) error {
	r, err := o.registrar(ctx, op, id)
	if err != nil {
		return err
	}
	var cert *x509.Certificate
	if o.cert != "" { // read before anything is done
		if cert, err = readCertificate(o.cert); err != nil {
			return err
		}
	}
	password, made, err := newPassword(o.passwordFile)
	if err != nil {
		return err
	}
	if err := op.SRS.AddRegistrar(ctx, op.Actor, r, password); err != nil {
		return err
	}
	added := registrarAdded{ID: id}
	if made {
		added.Password = password
	}
	var bindErr error
	if cert != nil {
		bound, err := op.SRS.BindCertificate(ctx, op.Actor, id, cert)
		added.Fingerprint, bindErr = bound.Fingerprint, err
		if err != nil {
			added.Fingerprint = ""
		}
	}
	// The account is there: its password must be told even when the certificate was refused.
	err = v.show(added, func() string {
		text := id + ": account opened, in " + r.Currency + "\n"
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

// phoneForm is E.164 as EPP writes it (RFC 5733, Section 2.5).
var phoneForm = regexp.MustCompile(`^\+[1-9][0-9]{0,2}\.[0-9]{1,14}$`)

// registrar makes the account of the flags.
func (o *registrarAddOptions) registrar(ctx context.Context, op *operator, id string) (*registry.Registrar, error) {
	r := &registry.Registrar{ID: id, Name: o.name, IANA: o.iana, Email: o.email, Phone: o.phone, RDAPBase: o.rdapBase, Currency: o.currency}
	if err := checkText("--name", o.name); err != nil {
		return nil, err
	}
	if o.iana < 0 || o.iana > 1<<31-1 {
		return nil, registry.Errorf(registry.KindRange, "--iana", "", "a number from 1 up, or 0 without one")
	}
	if o.email != "" {
		if err := registry.CheckEmail(o.email, "--email"); err != nil {
			return nil, err
		}
	}
	if o.phone != "" && !phoneForm.MatchString(o.phone) {
		return nil, registry.Errorf(registry.KindValue, "--phone", o.phone, "not a telephone number in the form +CC.NUMBER (E.164)")
	}
	if o.rdapBase != "" {
		if err := checkBaseURL("--rdap-base", o.rdapBase); err != nil {
			return nil, err
		}
	}
	if err := o.money(ctx, op, r); err != nil {
		return nil, err
	}
	return r, nil
}

// money sets the account's currency, which must be that of the prices, and terms.
func (o *registrarAddOptions) money(ctx context.Context, op *operator, r *registry.Registrar) (err error) {
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
