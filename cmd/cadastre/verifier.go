package main

import (
	"context"

	"github.com/spf13/cobra"
)

// newVerifierCmd groups the verbs on verifiers' accounts.
func newVerifierCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verifier",
		Short: "Open, show and suspend the accounts of those who pre-approve",
		Long: "A verifier decides on applications under its own policies and writes their whitelist names: over EPP with\n" +
			"its id, its password and a certificate that is bound to its account, or over HTTPS with a token. It is the\n" +
			"verifier of the policies whose account it is; that is the policy's id unless the policy says otherwise.",
		Example: "  cadastre verifier add brand-board --dir var/dev --name 'Brand Board' --cert board.pem\n" +
			"  cadastre verifier token brand-board --dir var/dev",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	k := verifiers()
	cmd.AddCommand(newVerifierAddCmd(a), newVerifierListCmd(a), newVerifierShowCmd(a), newVerifierTokenCmd(a), newAccountSetCmd(a, k),
		newSuspendCmd(a, k), newResumeCmd(a, k), newPasswordCmd(a, k), newCertCmd(a, k), newAllowCmd(a, k), newCreditCmd(a, k))
	return cmd
}

const verifierAddLong = `Opens an account. The verifier can log in over EPP once a certificate is bound to it (--cert,
or 'verifier cert' later), and use the HTTPS interface once it has a token ('verifier token').

Without --password-file or --password-stdin a password is made up and printed; it is not
stored in a form that could be shown again.`

func newVerifierAddCmd(a *app) *cobra.Command {
	cmd := newAccountAddCmd(a, verifiers())
	cmd.Long = verifierAddLong
	cmd.Example = "  cadastre verifier add brand-board --dir var/dev --name 'Brand Board' --cert board.pem\n" +
		"  pass show brand-board | cadastre verifier add brand-board --dir var/dev --name 'Brand Board' --password-stdin"
	return cmd
}

// tokenView is the answer to a new token.
type tokenView struct {
	ID    string `json:"id"`
	Token string `json:"token"`
}

func newVerifierTokenCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "token ID",
		Short:   "Make a new token for the HTTPS interface",
		Long:    "Prints a new bearer token, alone on its line. It is not stored in a form that could be shown again. The\nverifier's older tokens stop working.",
		Example: "  cadastre verifier token trips-board --dir var/dev >token",
		Args:    cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		r, err := verifiers().find(ctx, op, args[0])
		if err != nil {
			return err
		}
		token, err := op.Desk.IssueToken(ctx, op.Actor, r.ID)
		if err != nil {
			return err
		}
		return v.show(tokenView{r.ID, token}, func() string { return token + "\n" })
	})
	return cmd
}
