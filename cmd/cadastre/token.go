package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

func newTokenCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "token", Short: "Make, show and revoke allocation tokens",
		Long: "An allocation token (RFC 8495) lets whoever brings it register a reserved name, or register it cheaper. It is told\n" +
			"once, when it is made: the registry keeps a hash.",
		Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTokenAddCmd(a), newTokenListCmd(a), newTokenShowCmd(a), newTokenRevokeCmd(a))
	return cmd
}

func newTokenAddCmd(a *app) *cobra.Command {
	var t registry.Token
	var from, until string
	cmd := &cobra.Command{
		Use: "add NAME ...", Short: "Make a token for names, and tell it", Args: cobra.MinimumNArgs(1),
		Example: "  cadastre token add gold.example --dir var/dev --registrar registrar-a --until 2027-01-01T00:00:00Z\n" +
			"  cadastre token add one.example two.example --uses 2 --discount 50 --dir var/dev",
	}
	v := newOperatorVerb(a, cmd)
	f := cmd.Flags()
	f.StringVar(&t.Registrar, "registrar", "", "only this `registrar` may use it")
	f.StringSliceVar(&t.Commands, "command", []string{"create"}, "`command` it is for: create, transfer")
	f.IntVar(&t.Uses, "uses", 1, "how often it may be used, a `number`")
	f.IntVar(&t.Discount, "discount", 0, "per `cent` off the price of a registration")
	f.StringVar(&from, "from", "", "`instant` at which it begins")
	f.StringVar(&until, "until", "", "`instant` at which it ends")
	f.StringVar(&t.Note, "note", "", "`text` for the registry alone")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) (err error) {
		token := t
		for _, name := range args {
			ascii, err := asciiName(name, "name")
			if err != nil {
				return err
			}
			token.Names = append(token.Names, ascii)
		}
		token.Names = unique(token.Names)
		if token.NotBefore, err = tokenInstant("--from", from); err != nil {
			return err
		}
		if token.NotAfter, err = tokenInstant("--until", until); err != nil {
			return err
		}
		value, err := op.SRS.AddToken(ctx, op.Actor, &token)
		if err != nil {
			return err
		}
		data := struct {
			*registry.Token
			Value string `json:"token"`
		}{&token, value}
		return v.did(data, "token %d: %s (it is not shown again)", token.ID, value)
	})
	return cmd
}

// tokenInstant reads an instant; empty is the zero time.
func tokenInstant(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, registry.Errorf(registry.KindValue, flag, text, "write it like 2027-01-01T00:00:00Z")
	}
	return at.UTC().Truncate(time.Microsecond), nil
}

func newTokenListCmd(a *app) *cobra.Command {
	var after int64
	limit := 100
	cmd := &cobra.Command{
		Use: "list", Short: "List tokens, oldest first; never their values", Args: cobra.NoArgs,
		Example: "  cadastre token list --dir var/dev --json | jq '.[] | select(.uses_left > 0)'",
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().Int64Var(&after, "after", 0, "only those after this `id`")
	cmd.Flags().IntVar(&limit, "limit", limit, "at most so `many`")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, _ []string) error {
		if limit < 1 || limit > 10000 {
			return registry.Errorf(registry.KindRange, "--limit", strconv.Itoa(limit), "between 1 and 10000")
		}
		list, err := op.Store.Tokens(ctx, after, limit)
		if err != nil {
			return err
		}
		if list == nil {
			list = []*registry.Token{}
		}
		return v.show(list, func() string {
			if len(list) == 0 {
				return "No tokens.\n"
			}
			var rows [][]string
			for _, t := range list {
				rows = append(rows, []string{
					strconv.FormatInt(t.ID, 10), namesText(t.Names), t.Registrar, strings.Join(t.Commands, ", "),
					fmt.Sprintf("%d of %d", t.UsesLeft, t.Uses), when(t.NotAfter), when(t.Revoked),
				})
			}
			return grid([]string{"id", "names", "registrar", "commands", ">left", "until", "revoked"}, rows)
		})
	})
	return cmd
}

// namesText shows the first of many names.
func namesText(names []string) string {
	if len(names) <= 3 {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:3], ", ") + fmt.Sprintf(" and %d more", len(names)-3)
}

func newTokenShowCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show a token; never its value", Args: cobra.ExactArgs(1), Example: "  cadastre token show 1201 --dir var/dev",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		id, err := tokenID(args[0])
		if err != nil {
			return err
		}
		t, err := op.Store.TokenByID(ctx, id)
		if err != nil {
			return err
		}
		if t == nil {
			return registry.Errorf(registry.KindNotFound, "token", args[0], "no such token")
		}
		discount := ""
		if t.Discount > 0 {
			discount = fmt.Sprintf("%d %%", t.Discount)
		}
		return v.show(t, func() string {
			return pairs{
				{"id", args[0]},
				{"names", list(t.Names)},
				{"registrar", t.Registrar},
				{"commands", strings.Join(t.Commands, ", ")},
				{"uses", fmt.Sprintf("%d of %d left", t.UsesLeft, t.Uses)},
				{"discount", discount},
				{"from", when(t.NotBefore)},
				{"until", when(t.NotAfter)},
				{"note", t.Note},
				{"created", when(t.Created)},
				{"revoked", when(t.Revoked)},
			}.text()
		})
	})
	return cmd
}

func tokenID(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, registry.Errorf(registry.KindValue, "token", text, "the id of a token is a number (see cadastre token list)")
	}
	return id, nil
}

func newTokenRevokeCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "revoke ID", Short: "Make a token useless", Args: cobra.ExactArgs(1), Example: "  cadastre token revoke 1201 --dir var/dev",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		id, err := tokenID(args[0])
		if err != nil {
			return err
		}
		t, err := op.SRS.RevokeToken(ctx, op.Actor, id)
		if err != nil {
			return err
		}
		return v.did(t, "token %d is revoked", t.ID)
	})
	return cmd
}
