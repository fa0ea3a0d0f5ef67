package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"cadastre/registry"
	"cadastre/registry/store"
)

// registrarView is an account as it is printed in JSON; amounts are minor units.
type registrarView struct {
	ID           string              `json:"id"`
	Name         string              `json:"name"`
	IANA         int                 `json:"iana"`
	Suspended    bool                `json:"suspended"`
	Reason       string              `json:"reason,omitempty"`
	Email        string              `json:"email"`
	Phone        string              `json:"phone"`
	RDAPBase     string              `json:"rdap_base"`
	Currency     string              `json:"currency"`
	Balance      int64               `json:"balance"`
	CreditLimit  int64               `json:"credit_limit"`
	LowBalance   int64               `json:"low_balance"`
	Domains      int64               `json:"domains"`
	Created      time.Time           `json:"created"`
	Certificates []certView          `json:"certificates,omitempty"` // of show alone
	Ledger       []store.LedgerEntry `json:"ledger,omitempty"`       // of show alone, newest first
}

func viewOfRegistrar(r *registry.Registrar, domains int64) registrarView {
	return registrarView{
		ID: r.ID, Name: r.Name, IANA: r.IANA, Suspended: r.Suspended, Reason: r.Reason, Email: r.Email, Phone: r.Phone,
		RDAPBase: r.RDAPBase, Currency: r.Currency, Balance: r.Balance, CreditLimit: r.CreditLimit, LowBalance: r.LowBalance,
		Domains: domains, Created: r.Created,
	}
}

func (r registrarView) state() string {
	switch {
	case !r.Suspended:
		return "active"
	case r.Reason == "":
		return "suspended"
	default:
		return "suspended: " + r.Reason
	}
}

func newRegistrarListCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List the registrars", Args: cobra.NoArgs,
		Example: "  cadastre registrar list --dir var/dev\n  cadastre registrar list --dir var/dev --json | jq '.[] | select(.suspended)'",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, _ []string) error {
		registrars, err := op.Store.Registrars(ctx)
		if err != nil {
			return err
		}
		domains, err := op.Store.DomainsByRegistrar(ctx)
		if err != nil {
			return err
		}
		views := make([]registrarView, 0, len(registrars))
		for _, r := range registrars {
			views = append(views, viewOfRegistrar(r, domains[r.ID]))
		}
		return v.show(views, func() string {
			if len(views) == 0 {
				return "There are no registrars: open an account with cadastre registrar add.\n"
			}
			var rows [][]string
			for _, r := range views {
				rows = append(rows, []string{
					r.ID, r.Name, strconv.Itoa(r.IANA), strconv.FormatInt(r.Domains, 10), money(r.Balance, r.Currency),
					money(r.CreditLimit, r.Currency), r.state(),
				})
			}
			return grid([]string{"id", "name", ">iana", ">domains", ">balance", ">credit limit", "state"}, rows)
		})
	})
	return cmd
}

func newRegistrarShowCmd(a *app) *cobra.Command {
	var lines int
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show an account: balance, limits, certificates, newest ledger lines", Args: cobra.ExactArgs(1),
		Example: "  cadastre registrar show registrar-a --dir var/dev --ledger 50",
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().IntVar(&lines, "ledger", 10, "`number` of ledger lines")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		if lines < 0 {
			return fmt.Errorf("--ledger %d: zero or more", lines)
		}
		r, err := op.Store.Registrar(ctx, args[0])
		if err != nil {
			return err
		}
		domains, err := op.Store.DomainsByRegistrar(ctx)
		if err != nil {
			return err
		}
		certs, err := op.Store.Certificates(ctx, r.ID)
		if err != nil {
			return err
		}
		ledger, err := op.Store.Ledger(ctx, r.ID, lines)
		if err != nil {
			return err
		}
		for i := range ledger {
			ledger[i].At = ledger[i].At.UTC()
		}
		view := viewOfRegistrar(r, domains[r.ID])
		view.Certificates, view.Ledger = certViews(certs), ledger
		return v.show(view, func() string { return registrarText(view, certs) })
	})
	return cmd
}

func registrarText(r registrarView, certs []registry.Certificate) string {
	iana := ""
	if r.IANA != 0 {
		iana = strconv.Itoa(r.IANA)
	}
	text := pairs{
		{"id", r.ID},
		{"name", r.Name},
		{"iana", iana},
		{"state", r.state()},
		{"email", r.Email},
		{"phone", r.Phone},
		{"rdap base", r.RDAPBase},
		{"balance", money(r.Balance, r.Currency)},
		{"credit limit", money(r.CreditLimit, r.Currency)},
		{"low balance", money(r.LowBalance, r.Currency)},
		{"domains", strconv.FormatInt(r.Domains, 10)},
		{"created", when(r.Created)},
	}.text()
	if len(certs) == 0 {
		text += "\nNo certificate is bound, so the registrar cannot log in.\n"
	} else {
		text += "\n" + certGrid(certs)
	}
	if len(r.Ledger) == 0 {
		return text
	}
	var rows [][]string
	for _, e := range r.Ledger {
		rows = append(rows, []string{when(e.At), money(e.Amount, e.Currency), e.Reason, e.Object, e.Other})
	}
	return text + "\n" + grid([]string{"at", ">amount", "reason", "object", "other account"}, rows)
}
