package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

// accounts is one of the two kinds of account, as its verbs speak of it.
type accounts struct {
	kind    registry.AccountKind
	noun    string // also the name of the group of verbs
	example string // an account of the sandbox
}

func registrars() accounts { return accounts{registry.RegistrarAccount, "registrar", "registrar-a"} }
func verifiers() accounts  { return accounts{registry.VerifierAccount, "verifier", "trips-board"} }

// find reads an account of this kind; one of the other kind is as unknown as one
// that there is not.
func (k accounts) find(ctx context.Context, op *operator, id string) (*registry.Registrar, error) {
	r, err := op.Store.Registrar(ctx, id)
	if registry.IsKind(err, registry.KindNotFound) {
		return nil, registry.Errorf(registry.KindNotFound, k.noun, id, "no such %s", k.noun)
	}
	if err == nil && r.Kind != k.kind {
		return nil, registry.Errorf(registry.KindNotFound, k.noun, id, "no such %s: the account is a %s's", k.noun, r.Kind)
	}
	return r, err
}

// examples are command lines of the group, with the kind's example account for ID.
func (k accounts) examples(lines ...string) string {
	for i, l := range lines {
		lines[i] = "  cadastre " + k.noun + " " + strings.Replace(l, "ID", k.example, 1)
	}
	return strings.Join(lines, "\n")
}

// accountState is the answer to a change of an account.
type accountState struct {
	ID        string `json:"id"`
	Suspended bool   `json:"suspended"`
	Reason    string `json:"reason,omitempty"`
}

func newSuspendCmd(a *app, k accounts) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "suspend ID [--reason TEXT]",
		Short: "Keep a " + k.noun + " from logging in",
		Long: "The " + k.noun + " cannot log in any more, and its open sessions end with their next command. Its names\n" +
			"stay as they are. The " + k.noun + " is told the reason.",
		Example: k.examples("suspend ID --dir var/dev --reason 'invoice 4711 is unpaid'"),
		Args:    cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "`text` that the "+k.noun+" is told")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		if err := checkReason(cmd, reason); err != nil {
			return err
		}
		if _, err := k.find(ctx, op, args[0]); err != nil {
			return err
		}
		if err := op.SRS.Suspend(ctx, op.Actor, args[0], reason); err != nil {
			return err
		}
		if reason == "" {
			return v.did(accountState{args[0], true, reason}, "%s: suspended", args[0])
		}
		return v.did(accountState{args[0], true, reason}, "%s: suspended: %s", args[0], reason)
	})
	return cmd
}

func newResumeCmd(a *app, k accounts) *cobra.Command {
	cmd := &cobra.Command{
		Use: "resume ID", Short: "Let a suspended " + k.noun + " log in again", Args: cobra.ExactArgs(1),
		Example: k.examples("resume ID --dir var/dev"),
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		if _, err := k.find(ctx, op, args[0]); err != nil {
			return err
		}
		if err := op.SRS.Resume(ctx, op.Actor, args[0]); err != nil {
			return err
		}
		return v.did(accountState{args[0], false, ""}, "%s: may log in again", args[0])
	})
	return cmd
}

// passwordSource is where the password for an account comes from.
type passwordSource struct {
	app   *app
	file  string
	stdin bool
}

func newPasswordSource(a *app, cmd *cobra.Command) *passwordSource {
	p := &passwordSource{app: a}
	cmd.Flags().StringVar(&p.file, "password-file", "", "`file` whose first line is the password, 6 to 128 characters (more than 16 need loginSec-1.0) (default: one is made up and printed once)")
	cmd.Flags().BoolVar(&p.stdin, "password-stdin", false, "read the password from the first line of standard input")
	return p
}

// read gives the password: the first line of the file or of standard input, or one
// that is made up. That is the only one to be printed.
func (p *passwordSource) read() (password string, made bool, err error) {
	switch {
	case p.file != "" && p.stdin:
		return "", false, errors.New("only one of --password-file and --password-stdin")
	case p.file != "":
		password, err = secretOf("", p.file)
	case p.stdin:
		var text []byte
		if text, err = io.ReadAll(io.LimitReader(p.app.stdin, maxSecretFile)); err == nil {
			line, _, _ := strings.Cut(string(text), "\n")
			if password = strings.TrimSuffix(line, "\r"); password == "" {
				err = errors.New("the first line of standard input is empty")
			}
		}
	default:
		return rand.Text()[:registry.PlainPasswordLength], true, nil
	}
	return password, false, err
}

// passwordView is the answer to a change of password.
type passwordView struct {
	ID       string `json:"id"`
	Password string `json:"password,omitempty"` // only when it was made up
}

func newPasswordCmd(a *app, k accounts) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "password ID",
		Short: "Give a " + k.noun + " a new password",
		Long: "Replaces the EPP password of an account. Open sessions end with their next command. Without --password-file or --password-stdin a\n" +
			"password is made up and printed; it is not stored in a form that could be shown again.",
		Example: k.examples("password ID --dir var/dev", "password ID --dir var/dev --password-file pw.txt"),
		Args:    cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	source := newPasswordSource(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		password, made, err := source.read()
		if err != nil {
			return err
		}
		if _, err := k.find(ctx, op, args[0]); err != nil {
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
