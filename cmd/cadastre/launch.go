package main

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"cadastre/registry"
	"cadastre/registry/tmch"
)

func newLaunchCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{Use: "launch", Short: "Launch phases: sunrise and claims"}
	cmd.AddCommand(newLaunchLORDNCmd(a))
	return cmd
}

const launchLORDNLong = `Writes the list of registered domain names (LORDN, RFC 9361, section 6.3) that the Trademark
Database wants to know of: those of a zone that were registered in its sunrise with a signed
mark, or in its claims period with a notice, and are still registered. Registrars need an IANA
number.`

func newLaunchLORDNCmd(a *app) *cobra.Command {
	var phase string
	cmd := &cobra.Command{
		Use: "lordn ZONE", Short: "Write the list for the Trademark Database", Long: launchLORDNLong, Args: cobra.ExactArgs(1),
		Example: "  cadastre launch lordn shop --config /etc/cadastre/cadastre.toml --phase sunrise >sunrise.csv",
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().StringVar(&phase, "phase", registry.PhaseSunrise, "`phase`: sunrise or claims")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		if phase != registry.PhaseSunrise && phase != registry.PhaseClaims {
			return registry.Errorf(registry.KindValue, "--phase", phase, "sunrise or claims")
		}
		z, err := findZone(ctx, op, args[0])
		if err != nil {
			return err
		}
		list, err := op.Store.LaunchedIn(ctx, z.ID, phase)
		if err != nil {
			return err
		}
		rows := make([]tmch.Registered, len(list))
		for i, d := range list {
			rows[i] = tmch.Registered{
				ROID: op.SRS.ROID('D', d.ID), Name: d.Name, Right: d.Launch.SMD, RegistrarID: strconv.Itoa(d.IANA), Created: d.Created,
			}
			if phase == registry.PhaseClaims {
				rows[i].Right, rows[i].Accepted = d.Launch.Notice, d.Launch.Accepted
			}
		}
		write := tmch.WriteSunrise
		if phase == registry.PhaseClaims {
			write = tmch.WriteClaims
		}
		var out bytes.Buffer
		if err := write(&out, op.SRS.Now(), rows); err != nil {
			return fmt.Errorf("%s: %w", z.Name, err)
		}
		_, err = out.WriteTo(a.stdout)
		return err
	})
	return cmd
}
