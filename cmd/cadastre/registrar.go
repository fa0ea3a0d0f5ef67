package main

import (
	"context"
	"crypto/rand"
	"strings"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

// newRegistrarCmd groups the verbs on registrars' accounts.
func newRegistrarCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "registrar",
		Short: "Open, show, fund and suspend registrars' accounts",
		Long: "A registrar logs in over EPP with its id, its password and a certificate that is bound to its account,\n" +
			"and pays for what it registers from its balance.",
		Example: "  cadastre registrar add acme --dir var/dev --name 'Acme Domains' --iana 9999 --cert acme.pem\n" +
			"  cadastre registrar credit acme --dir var/dev --deposit 1000.00\n" +
			"  cadastre registrar suspend acme --dir var/dev --reason 'invoice 4711 is unpaid'",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRegistrarAddCmd(a), newRegistrarListCmd(a), newRegistrarShowCmd(a), newRegistrarSuspendCmd(a),
		newRegistrarResumeCmd(a), newRegistrarPasswordCmd(a), newRegistrarCertCmd(a), newRegistrarCreditCmd(a))
	return cmd
}

// registrarState is the answer to a change of an account.
type registrarState struct {
	ID        string `json:"id"`
	Suspended bool   `json:"suspended"`
	Reason    string `json:"reason,omitempty"`
}

func newRegistrarSuspendCmd(a *app) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "suspend ID [--reason TEXT]",
		Short: "Keep a registrar from logging in",
		Long: "The registrar cannot log in any more, and its open sessions end with their next command. Its names\n" +
			"stay as they are. The registrar is told the reason.",
		Example: "  cadastre registrar suspend registrar-c --dir var/dev --reason 'invoice 4711 is unpaid'",
		Args:    cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "`text` that the registrar is told")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		if err := checkReason(cmd, reason); err != nil {
			return err
		}
		if err := op.SRS.Suspend(ctx, op.Actor, args[0], reason); err != nil {
			return err
		}
		if reason == "" {
			return v.did(registrarState{args[0], true, reason}, "%s: suspended", args[0])
		}
		return v.did(registrarState{args[0], true, reason}, "%s: suspended: %s", args[0], reason)
	})
	return cmd
}

func newRegistrarResumeCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "resume ID", Short: "Let a suspended registrar log in again", Args: cobra.ExactArgs(1),
		Example: "  cadastre registrar resume registrar-c --dir var/dev",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		if err := op.SRS.Resume(ctx, op.Actor, args[0]); err != nil {
			return err
		}
		return v.did(registrarState{args[0], false, ""}, "%s: may log in again", args[0])
	})
	return cmd
}

// newPassword is the password for an account: the first line of the file, or one
// that is made up. That is the only one to be printed.
func newPassword(file string) (password string, made bool, err error) {
	if file != "" {
		password, err = secretOf("", file)
		return password, false, err
	}
	return rand.Text()[:registry.MaxPasswordLength], true, nil
}

const passwordFileHelp = "`file` whose first line is the password, 6 to 16 characters (default: one is made up and printed once)"

// passwordView is the answer to a change of password.
type passwordView struct {
	ID       string `json:"id"`
	Password string `json:"password,omitempty"` // only when it was made up
}

func newRegistrarPasswordCmd(a *app) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:     "password ID",
		Short:   "Give a registrar a new password",
		Long:    "Replaces the EPP password of an account. Open sessions go on. Without --password-file a password is made\nup and printed; it is not stored in a form that could be shown again.",
		Example: "  cadastre registrar password registrar-a --dir var/dev\n  cadastre registrar password registrar-a --dir var/dev --password-file pw.txt",
		Args:    cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().StringVar(&file, "password-file", "", passwordFileHelp)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		password, made, err := newPassword(file)
		if err != nil {
			return err
		}
		if err := op.SRS.SetPassword(ctx, op.Actor, args[0], password); err != nil {
			return err
		}
		if !made {
			return v.did(passwordView{ID: args[0]}, "%s: the password was changed", args[0])
		}
		return v.did(passwordView{args[0], password}, "%s: the password is now %s (it is not shown again)", args[0], password)
	})
	return cmd
}

// maxText bounds names, reasons and other text of one line.
const maxText = 255

// checkText refuses text that is empty, long, or more than a line.
func checkText(field, s string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return registry.Errorf(registry.KindMissing, field, "", "it is empty")
	case len(s) > maxText:
		return registry.Errorf(registry.KindValue, field, "", "at most %d octets", maxText)
	case printable(s) != s:
		return registry.Errorf(registry.KindValue, field, s, "it holds control characters or is not UTF-8")
	}
	return nil
}
