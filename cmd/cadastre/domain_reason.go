package main

import (
	"strings"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

// reasons are the flags of an operator's verb on one domain that say why: --reason, and
// --case where the verb may be part of a dispute.
type reasons struct {
	cmd             *cobra.Command
	reason, dispute string
}

func addReasonFlag(cmd *cobra.Command, usage string) *reasons {
	r := &reasons{cmd: cmd}
	cmd.Flags().StringVar(&r.reason, "reason", "", usage)
	return r
}

func (r *reasons) withCase() *reasons {
	r.cmd.Flags().StringVar(&r.dispute, "case", "", "`TYPE:ID` of the dispute it is about, such as urs:FA1234; the registrar is told (RFC 8590)")
	return r
}

// command reads the domain's name, and who gives the command with the reason and the case.
func (r *reasons) command(op *operator, args []string) (name string, actor registry.Actor, err error) {
	if name, err = asciiName(args[0], "domain:name"); err != nil {
		return "", actor, err
	}
	if err := checkReason(r.cmd, r.reason); err != nil {
		return "", actor, err
	}
	actor = because(op.Actor, r.reason)
	if r.dispute == "" {
		return name, actor, nil
	}
	kind, id, _ := strings.Cut(r.dispute, ":")
	actor.Case = &registry.Case{Type: kind, ID: id}
	return name, actor, actor.Case.CheckCase("--case")
}

// checkReason checks a reason that was given.
func checkReason(cmd *cobra.Command, reason string) error {
	if !cmd.Flags().Changed("reason") {
		return nil
	}
	return checkText("--reason", reason)
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
