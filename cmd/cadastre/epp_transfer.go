package main

import (
	"github.com/spf13/cobra"

	"cadastre/epp"
)

func newEppTransferCmd(c *eppClient) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "transfer",
		Short: "Ask for, watch and decide transfers",
		Example: `  transfer request a.example --auth-file auth.txt
  transfer query a.example
  transfer approve a.example
  transfer request contact rc-me --auth-file auth.txt`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usageError(cmd, "request, query, approve, reject or cancel?")
		},
	}
	for _, op := range []struct{ name, short string }{
		{epp.TransferRequest, "Ask for an object of another registrar"},
		{epp.TransferQuery, "Ask how a transfer stands"},
		{epp.TransferApprove, "Let an object go"},
		{epp.TransferReject, "Keep an object"},
		{epp.TransferCancel, "Withdraw one's request"},
	} {
		cmd.AddCommand(newEppTransferOpCmd(c, op.name, op.short))
	}
	return cmd
}

func newEppTransferOpCmd(c *eppClient, op, short string) *cobra.Command {
	var auth authFlags
	var period string
	domain := &cobra.Command{
		Use: "domain NAME", Short: short + " (a domain)", Args: exactlyOne,
		RunE: c.run(func(cmd *cobra.Command, args []string) error {
			name, err := wireName(args[0])
			if err != nil {
				return err
			}
			p, err := eppPeriod(period)
			if err != nil {
				return err
			}
			info, err := auth.get(cmd)
			if err != nil {
				return err
			}
			return c.do(cmd.Context(), &epp.DomainTransfer{Op: op, Name: name, Period: p, AuthInfo: info})
		}),
	}
	auth.register(domain.Flags(), false)
	if op == epp.TransferRequest {
		domain.Flags().StringVar(&period, "period", "", "how long to extend it by: years (2, 2y) or months (18m)")
	}
	contact := &cobra.Command{
		Use: "contact ID", Short: short + " (a contact)", Args: exactlyOne,
		RunE: c.run(func(cmd *cobra.Command, args []string) error {
			info, err := auth.get(cmd)
			if err != nil {
				return err
			}
			return c.do(cmd.Context(), &epp.ContactTransfer{Op: op, ID: args[0], AuthInfo: info})
		}),
	}
	for _, name := range []string{"auth", "auth-file"} {
		contact.Flags().AddFlag(domain.Flags().Lookup(name))
	}
	return eppVerb{
		use: op + " NAME", short: short, infer: []string{objectDomain, objectContact},
		forms: []*cobra.Command{domain, contact},
	}.command()
}
