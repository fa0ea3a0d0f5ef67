package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/net/idna"

	"cadastre/registry"
)

// newZoneCmd groups the verbs on zones.
func newZoneCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "zone",
		Short: "Add, change, list, show and export zones",
		Long: "A zone is a part of the name space that the registry runs: its policy, the lengths of its grace\n" +
			"periods, its prices, and what it shows of itself in DNS.",
		Example: "  cadastre zone list --dir var/dev\n" +
			"  cadastre zone add shop --dir var/dev --ns ns1.nic.shop=192.0.2.1,2001:db8::1 --ns ns2.nic.shop=192.0.2.2\n" +
			"  cadastre zone export shop --dir var/dev --output shop.zone",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newZoneAddCmd(a), newZoneSetCmd(a), newZoneListCmd(a), newZoneShowCmd(a), newZonePriceCmd(a), newZoneExportCmd(a))
	return cmd
}

// asciiName turns a name as a person writes it, with U-labels, capitals or a
// trailing dot, into the canonical form. field names it in errors.
func asciiName(name, field string) (string, error) {
	ascii := strings.TrimSuffix(name, ".")
	if strings.IndexFunc(ascii, func(r rune) bool { return r > '~' }) >= 0 {
		var err error
		if ascii, err = idna.Lookup.ToASCII(ascii); err != nil {
			return "", registry.Errorf(registry.KindValue, field, name, "not a valid internationalised name (RFC 5891)")
		}
	}
	return registry.CanonicalName(ascii, field)
}

// unicodeName is a canonical name with its A-labels as U-labels, or empty when it
// has none.
func unicodeName(name string) string {
	labels := strings.Split(name, ".")
	found := false
	for i, l := range labels {
		if !strings.HasPrefix(l, "xn--") {
			continue
		}
		if u, err := registry.ULabel(l); err == nil {
			labels[i], found = u, true
		}
	}
	if !found {
		return ""
	}
	return strings.Join(labels, ".")
}

// findZone finds a zone of the registry by its very name.
func findZone(ctx context.Context, op *operator, name string) (*registry.Zone, error) {
	ascii, err := asciiName(name, "zone")
	if err != nil {
		return nil, err
	}
	zones, err := op.Store.Zones(ctx)
	if err != nil {
		return nil, err
	}
	if z := zones.Find(ascii); z != nil && z.Name == ascii {
		return z, nil
	}
	return nil, registry.Errorf(registry.KindNotFound, "zone", name, "the registry runs no such zone (see cadastre zone list)")
}
