package main

import (
	"context"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

// newDomainCmd groups the operator's verbs on domains.
func newDomainCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "domain",
		Short: "Show domains and their history, take them out of DNS, delete, restore and transfer them",
		Long: "The operator sees every domain in full, and what happened to it since its creation. What registrars do\n" +
			"to domains is done over EPP (cadastre epp).",
		Example: "  cadastre domain show taken.example --dir var/dev\n" +
			"  cadastre domain history taken.example --dir var/dev --diff\n" +
			"  cadastre domain hold taken.example --dir var/dev --reason 'court order 12/2027'",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newDomainShowCmd(a), newDomainHistoryCmd(a), newDomainHoldCmd(a), newDomainUnholdCmd(a), newDomainDeleteCmd(a), newDomainRestoreCmd(a),
		newDomainTransferCmd(a))
	return cmd
}

// domainHeld is the answer to hold and unhold.
type domainHeld struct {
	Name   string `json:"name"`
	Held   bool   `json:"held"`
	Reason string `json:"reason,omitempty"`
}

func newDomainHoldCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "hold NAME [--reason TEXT]",
		Short: "Take a domain out of DNS (serverHold)",
		Long: "Sets serverHold: the name vanishes from DNS at once, and its registrar cannot bring it back. The\n" +
			"registrar gets a service message and sees the reason with the status; the history keeps it, too.",
		Example: "  cadastre domain hold taken.example --dir var/dev --reason 'court order 12/2027'",
		Args:    cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	why := addReasonFlag(cmd, "`text` that goes with the status").withCase()
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		name, actor, err := why.command(op, args)
		if err != nil {
			return err
		}
		err = op.SRS.UpdateDomain(ctx, actor, registry.DomainUpdate{Name: name, Status: registry.StatusChange{
			Add: []registry.Status{registry.ServerHold}, Texts: registry.StatusTexts{registry.ServerHold: {Text: why.reason}},
		}})
		if err != nil {
			return err
		}
		return v.did(domainHeld{name, true, why.reason}, "%s: held (serverHold), out of DNS", name)
	})
	return cmd
}

func newDomainUnholdCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "unhold NAME [--reason TEXT]", Short: "Let a held domain back into DNS", Args: cobra.ExactArgs(1),
		Long:    "Removes serverHold. A clientHold of the registrar's stays, and so does what else keeps a name out of DNS.",
		Example: "  cadastre domain unhold taken.example --dir var/dev",
	}
	v := newOperatorVerb(a, cmd)
	why := addReasonFlag(cmd, "`text` for the history").withCase()
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		name, actor, err := why.command(op, args)
		if err != nil {
			return err
		}
		if err := op.SRS.UnholdDomain(ctx, actor, name); err != nil {
			return err
		}
		view, err := op.SRS.InfoDomain(ctx, op.Actor, name, nil)
		if err != nil {
			return err
		}
		state := "in DNS again"
		if !view.InZone() {
			state = "but still not in DNS, as it is on clientHold or has no name servers"
		}
		return v.did(domainHeld{Name: name, Reason: why.reason}, "%s: no longer held, %s", name, state)
	})
	return cmd
}
