package main

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/whitelist/gate"
)

// accountDetails are the flags for what an account says about its organisation.
type accountDetails struct {
	name, email, phone, rdapBase, country, dataModel string
	iana                                             int
}

func (d *accountDetails) register(f *pflag.FlagSet, k accounts) {
	f.StringVar(&d.name, "name", "", "`name` of the organisation")
	f.StringVar(&d.country, "country", "", "`country` of the organisation, two letters (ISO 3166-1 alpha-2); policies can depend on it")
	f.StringVar(&d.email, "email", "", "abuse contact's mail `address`")
	f.StringVar(&d.phone, "phone", "", "abuse contact's telephone `number`, as +CC.NUMBER")
	if k.kind != registry.RegistrarAccount {
		return
	}
	f.IntVar(&d.iana, "iana", 0, "`number` in IANA's registry of registrars; 0 without one")
	f.StringVar(&d.dataModel, "data-model", string(registry.MaximumContacts),
		"`model` of people in zones where it is each registrar's: maximum (names need a registrant) or minimum (they have nobody)")
	f.StringVar(&d.rdapBase, "rdap-base", "", "`URL` of the registrar's RDAP service")
}

// phoneForm is E.164 as EPP writes it (RFC 5733, Section 2.5).
var phoneForm = regexp.MustCompile(`^\+[1-9][0-9]{0,2}\.[0-9]{1,14}$`)

// check refuses values that cannot stand in an account; only a name must be there.
func (d *accountDetails) check() error {
	if err := checkText("--name", d.name); err != nil {
		return err
	}
	if err := registry.CheckOwnModel(registry.ContactModel(d.dataModel), "--data-model"); err != nil {
		return err
	}
	if d.iana < 0 || d.iana > 1<<31-1 {
		return registry.Errorf(registry.KindRange, "--iana", "", "a number from 1 up, or 0 without one")
	}
	d.country = strings.ToUpper(d.country)
	if registry.CheckAccountCountry(d.country) != nil {
		return registry.Errorf(registry.KindValue, "--country", d.country, "a country is two letters (ISO 3166-1 alpha-2)")
	}
	if d.email != "" {
		if err := registry.CheckEmail(d.email, "--email"); err != nil {
			return err
		}
	}
	if d.phone != "" && !phoneForm.MatchString(d.phone) {
		return registry.Errorf(registry.KindValue, "--phone", d.phone, "not a telephone number in the form +CC.NUMBER (E.164)")
	}
	if d.rdapBase == "" {
		return nil
	}
	return checkBaseURL("--rdap-base", d.rdapBase)
}

// newAccountSetCmd changes the details of an account.
func newAccountSetCmd(a *app, k accounts) *cobra.Command {
	var d accountDetails
	cmd := &cobra.Command{
		Use:   "set ID --name TEXT | --country XX | …",
		Short: "Change what an account says about its organisation",
		Long: "Changes the values that are given and leaves the others; an empty value removes one. Policies on countries\n" +
			"and IANA numbers see the new values with the next command.",
		Example: k.examples("set ID --dir var/dev --country US --email abuse@new.example"),
		Args:    cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	d.register(cmd.Flags(), k)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		r, err := k.find(ctx, op, args[0])
		if err != nil {
			return err
		}
		changes, err := d.changes(cmd.Flags().Changed, r.Name)
		if err != nil {
			return err
		}
		if err := op.SRS.SetAccountDetails(ctx, op.Actor, r.ID, changes); err != nil {
			return err
		}
		if r, err = k.find(ctx, op, r.ID); err != nil {
			return err
		}
		if changes.Name != nil || changes.Country != nil || changes.IANA != nil || changes.DataModel != nil {
			select { // every server judges by the new values when the verb returns
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(gate.RegistrarsLife):
			}
		}
		return v.did(viewOfAccount(r), "%s: changed", r.ID)
	})
	return cmd
}

// changes are the values given on the command line, checked.
func (d *accountDetails) changes(changed func(flag string) bool, name string) (c srs.AccountDetails, err error) {
	if !changed("name") {
		d.name = name
	}
	if err := d.check(); err != nil {
		return c, err
	}
	for _, one := range []struct {
		flag string
		from *string
		to   **string
	}{
		{"name", &d.name, &c.Name},
		{"country", &d.country, &c.Country},
		{"email", &d.email, &c.Email},
		{"phone", &d.phone, &c.Phone},
		{"rdap-base", &d.rdapBase, &c.RDAPBase},
	} {
		if changed(one.flag) {
			*one.to = one.from
		}
	}
	if changed("iana") {
		c.IANA = &d.iana
	}
	if changed("data-model") {
		model := registry.ContactModel(d.dataModel)
		c.DataModel = &model
	}
	if c == (srs.AccountDetails{}) {
		return c, errors.New("say what to change, such as --country XX")
	}
	return c, nil
}

// accountView is the part of an account that both kinds have, as it is printed in
// JSON; amounts are minor units.
type accountView struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Country     string `json:"country"`
	Suspended   bool   `json:"suspended"`
	Reason      string `json:"reason,omitempty"`
	Email       string `json:"email"`
	Phone       string `json:"phone"`
	Currency    string `json:"currency"`
	Balance     int64  `json:"balance"`
	CreditLimit int64  `json:"credit_limit"`
	LowBalance  int64  `json:"low_balance"`
}

func viewOfAccount(r *registry.Registrar) accountView {
	return accountView{
		ID: r.ID, Name: r.Name, Country: r.Country, Suspended: r.Suspended, Reason: r.Reason, Email: r.Email, Phone: r.Phone,
		Currency: r.Currency, Balance: r.Balance, CreditLimit: r.CreditLimit, LowBalance: r.LowBalance,
	}
}

func (r accountView) state() string {
	switch {
	case !r.Suspended:
		return "active"
	case r.Reason == "":
		return "suspended"
	default:
		return "suspended: " + r.Reason
	}
}

// pairs are what people see of it, with what the kind adds after the name.
func (r accountView) pairs(more ...[2]string) pairs {
	p := pairs{{"id", r.ID}, {"name", r.Name}}
	p = append(p, more...)
	return append(p, pairs{
		{"country", r.Country},
		{"state", r.state()},
		{"email", r.Email},
		{"phone", r.Phone},
		{"balance", money(r.Balance, r.Currency)},
		{"credit limit", money(r.CreditLimit, r.Currency)},
		{"low balance", money(r.LowBalance, r.Currency)},
	}...)
}
