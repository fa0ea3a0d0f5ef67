package main

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/spf13/cobra"
)

const allowLong = `Says from which networks an account may be used. With none on the list it may be used from
anywhere. Else a login from another address is refused with 2200, and open sessions from
there end with their next command.

  allow ID add CIDR       one address or network, such as 192.0.2.7 or 2001:db8::/48
  allow ID list
  allow ID remove CIDR    with the last one, the account may be used from anywhere again`

func newAllowCmd(a *app, k accounts) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "allow ID add CIDR | list | remove CIDR",
		Short:   "Say from which networks an account may be used",
		Long:    allowLong,
		Example: k.examples("allow ID add --dir var/dev 192.0.2.0/24", "allow ID list --dir var/dev"),
		Args: func(cmd *cobra.Command, args []string) error {
			for action, n := range map[string]int{"add": 3, "list": 2, "remove": 3} {
				if len(args) == n && args[1] == action {
					return nil
				}
			}
			return fmt.Errorf("say ID add CIDR, ID list, or ID remove CIDR (see %s --help)", cmd.CommandPath())
		},
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		if _, err := k.find(ctx, op, args[0]); err != nil {
			return err
		}
		if args[1] == "list" {
			return showNetworks(ctx, v, op, args[0])
		}
		network, err := parseNetwork(args[2], "network")
		if err != nil {
			return err
		}
		if err := op.SRS.AllowFrom(ctx, op.Actor, args[0], network, args[1] == "add"); err != nil {
			return err
		}
		return showNetworks(ctx, v, op, args[0])
	})
	return cmd
}

// networksView is the answer to the verb.
type networksView struct {
	ID       string         `json:"id"`
	Networks []netip.Prefix `json:"networks"`
}

func showNetworks(ctx context.Context, v *operatorVerb, op *operator, id string) error {
	r, err := op.Store.Registrar(ctx, id)
	if err != nil {
		return err
	}
	return v.show(networksView{id, r.Networks}, func() string {
		if len(r.Networks) == 0 {
			return id + " may be used from anywhere.\n"
		}
		text := id + " may be used from\n"
		for _, n := range r.Networks {
			text += "  " + n.String() + "\n"
		}
		return text
	})
}
