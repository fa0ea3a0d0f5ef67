package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

// newPolicyCmd groups the verbs on pre-approval policies.
func newPolicyCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Add, grant, show, try and withdraw pre-approval policies",
		Long: "A policy says which registrations need a pre-approval, who gives it, and under which whitelist names it is\n" +
			"published. It is a JSON document. A policy controls nothing until it is granted.",
		Example: "  cadastre policy add trips.json --dir var/dev\n" +
			"  cadastre policy test trips-board --dir var/dev --domain miami.trips --registrant UID5439394 --registrar 146\n" +
			"  cadastre policy grant trips-board --dir var/dev",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPolicyAddCmd(a), newPolicyListCmd(a), newPolicyShowCmd(a), newPolicyGrantCmd(a), newPolicyWithdrawCmd(a),
		newPolicyRemoveCmd(a), newPolicyTestCmd(a))
	return cmd
}

const policyAddLong = `Stores a policy of a JSON document, - for standard input, as proposed: 'policy grant' puts it
in force. Adding a document with the id of a policy that is there proposes a new version of
it; the granted one stays in force until the new one is granted.

The document's keys are explained in the operator's manual. Keys and words that are not
known are refused, and so is a policy over names that this registry does not run.`

// maxPolicyFile is more than a policy may have, so that a longer one is refused by
// its own rule.
const maxPolicyFile = 128 << 10

func newPolicyAddCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "add FILE", Short: "Propose a policy, or a new version of one", Long: policyAddLong, Args: cobra.ExactArgs(1),
		Example: "  cadastre policy add trips.json --dir var/dev\n  jq '.life = \"2y\"' trips.json | cadastre policy add - --dir var/dev",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		document, err := readDocument(a, args[0])
		if err != nil {
			return err
		}
		p, err := op.Desk.AddPolicy(ctx, op.Actor, document)
		if err != nil {
			return err
		}
		switch {
		case p.State != "granted":
			return v.did(p, "%s: proposed, version %d; it controls nothing until it is granted", p.ID, p.Version)
		case p.Proposed == nil:
			return v.did(p, "%s: the proposal was taken back; the granted document stays in force", p.ID)
		default:
			return v.did(p, "%s: a new version is proposed; the granted one stays in force until it is granted", p.ID)
		}
	})
	return cmd
}

// readDocument reads a policy's document from a file, or from standard input.
func readDocument(a *app, file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(io.LimitReader(a.stdin, maxPolicyFile))
	}
	return readCapped(file, maxPolicyFile)
}

func newPolicyGrantCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "grant ID",
		Short: "Put the proposed document of a policy in force",
		Long: "From now on the policy controls registrations: every server obeys when the verb returns. The fee that the\n" +
			"document states is charged to the verifier's account, if there is one. While whitelist names of the policy\n" +
			"exist, a document that makes names in another way cannot be granted.",
		Example: "  cadastre policy grant trips-board --dir var/dev",
		Args:    cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		p, err := op.Desk.GrantPolicy(ctx, op.Actor, args[0])
		if err != nil {
			return err
		}
		return v.did(p, "%s: granted, version %d", p.ID, p.Version)
	})
	return cmd
}

func newPolicyWithdrawCmd(a *app) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "withdraw ID [--reason TEXT]",
		Short: "End a policy's control, or refuse a proposed one",
		Long: "A granted policy controls nothing any more: undecided applications are denied with the reason, and whitelist\n" +
			"names stay until they expire. Its document stays and can be granted again. A policy that was only proposed is\n" +
			"refused.",
		Example: "  cadastre policy withdraw trips-board --dir var/dev --reason 'the Travel Names Act was repealed'",
		Args:    cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "`text` that is kept, and told to those whose applications are denied")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		if err := checkReason(cmd, reason); err != nil {
			return err
		}
		p, err := op.Desk.WithdrawPolicy(ctx, op.Actor, args[0], reason)
		if err != nil {
			return err
		}
		return v.did(p, "%s: %s", p.ID, policyStateText(p))
	})
	return cmd
}

// policyRemoved is the answer to a removal.
type policyRemoved struct {
	ID string `json:"removed"`
}

func newPolicyRemoveCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "remove ID",
		Short:   "Delete a policy that is not in force",
		Long:    "Deletes a policy that is proposed, refused or withdrawn. There must be neither undecided applications nor\nwhitelist names under it. Its history stays.",
		Example: "  cadastre policy remove trips-board --dir var/dev",
		Args:    cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		if err := op.Desk.RemovePolicy(ctx, op.Actor, args[0]); err != nil {
			return err
		}
		return v.did(policyRemoved{args[0]}, "%s: removed", args[0])
	})
	return cmd
}
