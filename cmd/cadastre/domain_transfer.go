package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

// transferView is a transfer as it is printed in JSON; amounts are minor units.
type transferView struct {
	Status    registry.TransferStatus `json:"status"`
	From      string                  `json:"from"`
	To        string                  `json:"to"`
	Requested time.Time               `json:"requested"`
	ActBy     time.Time               `json:"act_by,omitzero"` // while it is pending: when the registry approves it by itself
	Ended     time.Time               `json:"ended,omitzero"`
	Years     int                     `json:"years"`
	Charged   int64                   `json:"charged"`
}

// viewOfTransfer is nil for a domain that was never asked for.
func viewOfTransfer(t *registry.Transfer) *transferView {
	if t == nil {
		return nil
	}
	v := &transferView{Status: t.Status, From: t.Losing, To: t.Gaining, Requested: t.Requested, Ended: t.ActBy, Years: t.Years, Charged: t.Charged}
	if t.Pending() {
		v.ActBy, v.Ended = t.ActBy, time.Time{}
	}
	return v
}

// text tells a transfer in a line.
func (v *transferView) text() string {
	switch {
	case v == nil:
		return ""
	case v.Ended.IsZero():
		return "from " + v.From + " to " + v.To + " since " + when(v.Requested) + ", approved on " + when(v.ActBy) + " unless rejected"
	}
	return "from " + v.From + " to " + v.To + " " + string(v.Status) + " on " + when(v.Ended)
}

// domainTransferred is the answer to transfer approve and cancel.
type domainTransferred struct {
	Name     string        `json:"name"`
	Transfer *transferView `json:"transfer"`
	Reason   string        `json:"reason,omitempty"`
}

func newDomainTransferCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "transfer",
		Short: "Approve or cancel a transfer by the registry's hand",
		Long: "Ends a transfer that a registrar asked for over EPP, in the place of the registrar that has the domain.\n" +
			"Both registrars get a service message (serverApproved or serverCancelled).",
		Example: "  cadastre domain transfer cancel taken.example --dir var/dev --reason 'dispute 17/2027'",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, one := range []struct {
		op          registry.TransferOp
		short, long string
	}{
		{registry.TransferApproved, "Let a pending transfer happen now", "The domain and the hosts below it go to the registrar that asked, at once."},
		{registry.TransferCancelled, "Call a pending transfer off", "The domain stays where it is, and the registrar that asked gets back what it paid."},
	} {
		cmd.AddCommand(newDomainTransferOpCmd(a, one.op, one.short, one.long))
	}
	return cmd
}

func newDomainTransferOpCmd(a *app, how registry.TransferOp, short, long string) *cobra.Command {
	cmd := &cobra.Command{
		Use: string(how) + " NAME [--reason TEXT]", Short: short, Long: long, Args: cobra.ExactArgs(1),
		Example: "  cadastre domain transfer " + string(how) + " taken.example --dir var/dev --reason 'dispute 17/2027'",
	}
	v := newOperatorVerb(a, cmd)
	why := addReasonFlag(cmd, "`text` for the history")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		name, actor, err := why.command(op, args)
		if err != nil {
			return err
		}
		r, err := op.SRS.TransferDomain(ctx, actor, registry.TransferCommand{Op: how, Name: name})
		if err != nil {
			return err
		}
		view := viewOfTransfer(&r.Transfer)
		return v.did(domainTransferred{name, view, why.reason}, "%s: %s", name, view.text())
	})
	return cmd
}
