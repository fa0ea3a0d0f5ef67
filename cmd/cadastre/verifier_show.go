package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cadastre/registry"
	"cadastre/registry/store"
)

// verifierView is a verifier's account as it is printed in JSON.
type verifierView struct {
	accountView
	Policies     []string            `json:"policies"`       // whose verifier it is
	Token        time.Time           `json:"token,omitzero"` // when its token was made
	Created      time.Time           `json:"created"`
	Certificates []certView          `json:"certificates,omitempty"` // of show alone
	Ledger       []store.LedgerEntry `json:"ledger,omitempty"`       // of show alone, newest first
}

// verifierViews describes verifiers.
func verifierViews(ctx context.Context, op *operator, list ...*registry.Registrar) ([]verifierView, error) {
	policies, err := op.Desk.Policies(ctx)
	if err != nil {
		return nil, err
	}
	tokens, err := op.Desk.Tokens(ctx)
	if err != nil {
		return nil, err
	}
	views := make([]verifierView, 0, len(list))
	for _, r := range list {
		view := verifierView{accountView: viewOfAccount(r), Policies: []string{}, Token: tokens[r.ID], Created: r.Created}
		for _, p := range policies {
			if p.Document.VerifierAccount() == r.ID {
				view.Policies = append(view.Policies, p.ID)
			}
		}
		views = append(views, view)
	}
	return views, nil
}

func newVerifierListCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List the verifiers", Args: cobra.NoArgs,
		Example: "  cadastre verifier list --dir var/dev\n  cadastre verifier list --dir var/dev --json | jq -r '.[].id'",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, _ []string) error {
		list, err := verifiers().list(ctx, op)
		if err != nil {
			return err
		}
		views, err := verifierViews(ctx, op, list...)
		if err != nil {
			return err
		}
		return v.show(views, func() string {
			if len(views) == 0 {
				return "There are no verifiers: open an account with cadastre verifier add.\n"
			}
			var rows [][]string
			for _, r := range views {
				rows = append(rows, []string{r.ID, r.Name, strings.Join(r.Policies, ", "), when(r.Token), money(r.Balance, r.Currency), r.state()})
			}
			return grid([]string{"id", "name", "policies", "token made", ">balance", "state"}, rows)
		})
	})
	return cmd
}

func newVerifierShowCmd(a *app) *cobra.Command {
	var lines int
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show an account: policies, balance, certificates, newest ledger lines", Args: cobra.ExactArgs(1),
		Example: "  cadastre verifier show trips-board --dir var/dev",
	}
	v := newOperatorVerb(a, cmd)
	addLedgerFlag(cmd, &lines)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		r, err := verifiers().find(ctx, op, args[0])
		if err != nil {
			return err
		}
		views, err := verifierViews(ctx, op, r)
		if err != nil {
			return err
		}
		certs, ledger, err := accountPapers(ctx, op, r.ID, lines)
		if err != nil {
			return err
		}
		view := views[0]
		view.Certificates, view.Ledger = certViews(certs), ledger
		return v.show(view, func() string {
			text := append(view.pairs([2]string{"policies", strings.Join(view.Policies, ", ")}),
				[2]string{"token made", when(view.Token)}, [2]string{"created", when(view.Created)}).text()
			return text + papersText("verifier", certs, ledger)
		})
	})
	return cmd
}
