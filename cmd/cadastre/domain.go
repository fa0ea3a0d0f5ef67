package main

import (
	"context"
	"strings"

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
	var reason string
	cmd := &cobra.Command{
		Use:   "hold NAME [--reason TEXT]",
		Short: "Take a domain out of DNS (serverHold)",
		Long: "Sets serverHold: the name vanishes from DNS at once, and its registrar cannot bring it back. The\n" +
			"registrar gets a service message and sees the reason with the status; the history keeps it, too.",
		Example: "  cadastre domain hold taken.example --dir var/dev --reason 'court order 12/2027'",
		Args:    cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "`text` that goes with the status")
	dispute := addCaseFlag(cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		name, err := asciiName(args[0], "domain:name")
		if err != nil {
			return err
		}
		if err := checkReason(cmd, reason); err != nil {
			return err
		}
		actor, err := dispute.actor(op.Actor, reason)
		if err != nil {
			return err
		}
		err = op.SRS.UpdateDomain(ctx, actor, registry.DomainUpdate{Name: name, Status: registry.StatusChange{
			Add: []registry.Status{registry.ServerHold}, Texts: registry.StatusTexts{registry.ServerHold: {Text: reason}},
		}})
		if err != nil {
			return err
		}
		return v.did(domainHeld{name, true, reason}, "%s: held (serverHold), out of DNS", name)
	})
	return cmd
}

func newDomainUnholdCmd(a *app) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use: "unhold NAME [--reason TEXT]", Short: "Let a held domain back into DNS", Args: cobra.ExactArgs(1),
		Long:    "Removes serverHold. A clientHold of the registrar's stays, and so does what else keeps a name out of DNS.",
		Example: "  cadastre domain unhold taken.example --dir var/dev",
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "`text` for the history")
	dispute := addCaseFlag(cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		name, err := asciiName(args[0], "domain:name")
		if err != nil {
			return err
		}
		if err := checkReason(cmd, reason); err != nil {
			return err
		}
		actor, err := dispute.actor(op.Actor, reason)
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
		return v.did(domainHeld{Name: name, Reason: reason}, "%s: no longer held, %s", name, state)
	})
	return cmd
}

// checkReason checks a reason that was given.
func checkReason(cmd *cobra.Command, reason string) error {
	if !cmd.Flags().Changed("reason") {
		return nil
	}
	return checkText("--reason", reason)
}

// disputes are the flag --case of verbs that may be part of a dispute.
type disputes struct{ text string }

func addCaseFlag(cmd *cobra.Command) *disputes {
	c := &disputes{}
	cmd.Flags().StringVar(&c.text, "case", "", "`TYPE:ID` of the dispute it is about, such as urs:FA1234; the registrar is told (RFC 8590)")
	return c
}

// actor adds the reason and the case to who gave the command.
func (c *disputes) actor(actor registry.Actor, reason string) (registry.Actor, error) {
	actor = because(actor, reason)
	if c.text == "" {
		return actor, nil
	}
	kind, id, _ := strings.Cut(c.text, ":")
	actor.Case = &registry.Case{Type: kind, ID: id}
	return actor, actor.Case.CheckCase("--case")
}

// because adds a reason to who gave the command, so that the history keeps it.
func because(actor registry.Actor, reason string) registry.Actor {
	if reason == "" {
		return actor
	}
	actor.Reason = reason
	if actor.ClTRID != "" {
		actor.ClTRID += ": "
	}
	actor.ClTRID += reason
	return actor
}
