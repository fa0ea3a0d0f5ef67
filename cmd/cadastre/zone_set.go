package main

import (
	"context"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

const zoneSetLong = `Changes settings of a running zone; what no flag names stays as it is. Every server of the
registry obeys within a second, and the change is in the zone's history.

A list that a flag names is replaced as a whole; --allow and --tsig-key add to theirs.
--from-file takes settings from JSON, in the form that 'zone show --json' prints under
"settings", and flags come on top of it.

A change that contradicts names of the zone is refused, with some of these names: switching
between host objects and attributes, between dsData and keyData, to the minimum data model
or to genuine registrants while names are registered otherwise. Switch the models while
nobody registers. Contacts that are linked already are held against new rules about their
elements when they change. Prices have dates: 'zone price' changes them.`

const zoneSetExample = `  cadastre zone set shop --dir var/dev --max-ds 4 --ttl-range NS=3600-86400 --ttl-range DS=none
  cadastre zone set shop --dir var/dev --secdns keyData
  cadastre zone set shop --dir var/dev --from-file settings.json --json | jq .config_version`

func newZoneSetCmd(a *app) *cobra.Command {
	o := &zoneAddOptions{stdin: a.stdin}
	cmd := &cobra.Command{
		Use: "set NAME", Short: "Change settings of a running zone", Long: zoneSetLong, Example: zoneSetExample, Args: cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	o.registerSettings(cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		found, err := findZone(ctx, op, args[0])
		if err != nil {
			return err
		}
		z, err := op.SRS.UpdateZone(ctx, op.Actor, found.Name, func(z *registry.Zone) error { return o.apply(z, z.Access) })
		if err != nil {
			return err
		}
		view := zoneView{Name: z.Name, Unicode: unicodeName(z.Name), Kind: z.Kind, ConfigVersion: z.ConfigVersion, Settings: z}
		views, err := zoneViews(ctx, op)
		if err != nil {
			return err
		}
		for _, one := range views {
			if one.Name == z.Name {
				view.Serial, view.Domains = one.Serial, one.Domains
			}
		}
		return v.did(view, "%s: settings changed, now version %d", z.Name, z.ConfigVersion)
	})
	return cmd
}
