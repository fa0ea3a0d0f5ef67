package main

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"cadastre/registry"
	"cadastre/registry/store"
)

// registrarView is a registrar's account as it is printed in JSON.
type registrarView struct {
	accountView
	IANA         int                 `json:"iana"`
	RDAPBase     string              `json:"rdap_base"`
	DataModel    string              `json:"data_model"`
	Domains      int64               `json:"domains"`
	Created      time.Time           `json:"created"`
	Certificates []certView          `json:"certificates,omitempty"` // of show alone
	Ledger       []store.LedgerEntry `json:"ledger,omitempty"`       // of show alone, newest first
}

func viewOfRegistrar(r *registry.Registrar, domains int64) registrarView {
	return registrarView{accountView: viewOfAccount(r), IANA: r.IANA, RDAPBase: r.RDAPBase, DataModel: string(r.DataModel), Domains: domains, Created: r.Created}
}

func newRegistrarListCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List the registrars", Args: cobra.NoArgs,
		Example: "  cadastre registrar list --dir var/dev\n  cadastre registrar list --dir var/dev --json | jq '.[] | select(.suspended)'",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, _ []string) error {
		list, err := registrars().list(ctx, op)
		if err != nil {
			return err
		}
		domains, err := op.Store.DomainsByRegistrar(ctx)
		if err != nil {
			return err
		}
		views := make([]registrarView, 0, len(list))
		for _, r := range list {
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
	addLedgerFlag(cmd, &lines)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		r, err := registrars().find(ctx, op, args[0])
		if err != nil {
			return err
		}
		domains, err := op.Store.DomainsByRegistrar(ctx)
		if err != nil {
			return err
		}
		certs, ledger, err := accountPapers(ctx, op, r.ID, lines)
		if err != nil {
			return err
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
	text := append(r.pairs([2]string{"iana", iana}, [2]string{"rdap base", r.RDAPBase}, [2]string{"data model", r.DataModel}),
		[2]string{"domains", strconv.FormatInt(r.Domains, 10)}, [2]string{"created", when(r.Created)}).text()
	return text + papersText("registrar", certs, r.Ledger)
}
