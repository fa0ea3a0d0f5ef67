package main

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

// zoneView is a zone as it is printed in JSON.
type zoneView struct {
	Name          string            `json:"name"`
	Unicode       string            `json:"unicode,omitempty"`
	Kind          registry.ZoneKind `json:"kind"`
	Serial        uint32            `json:"serial"`
	ConfigVersion int64             `json:"config_version"`
	Domains       int64             `json:"domains"`
	Delegations   *int64            `json:"delegations,omitempty"` // of show alone
	Deleted       *int64            `json:"deleted,omitempty"`
	Prices        *registry.Prices  `json:"prices,omitempty"` // of show and list: what standard names cost now
	Settings      *registry.Zone    `json:"settings"`
}

func newZoneListCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List the zones", Args: cobra.NoArgs,
		Example: "  cadastre zone list --dir var/dev\n  cadastre zone list --config /etc/cadastre.toml --json | jq -r '.[].name'",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, _ []string) error {
		views, err := zoneViews(ctx, op)
		if err != nil {
			return err
		}
		return v.show(views, func() string {
			if len(views) == 0 {
				return "There are no zones: add one with cadastre zone add.\n"
			}
			var rows [][]string
			for _, z := range views {
				p := z.Prices
				rows = append(rows, []string{
					nameWithUnicode(z.Name, z.Unicode), string(z.Kind), strconv.FormatInt(z.Domains, 10), strconv.FormatUint(uint64(z.Serial), 10),
					string(z.Settings.Policy.Registrants), money(p.Create, p.Currency), money(p.Renew, p.Currency),
				})
			}
			return grid([]string{"name", "kind", ">domains", ">serial", "registrants", ">create", ">renew"}, rows)
		})
	})
	return cmd
}

// zoneViews describes all zones, by name.
func zoneViews(ctx context.Context, op *operator) ([]zoneView, error) {
	zones, err := op.Store.Zones(ctx)
	if err != nil {
		return nil, err
	}
	versions, err := op.Store.ZoneVersions(ctx)
	if err != nil {
		return nil, err
	}
	serials := map[int64]uint32{}
	for _, one := range versions {
		serials[one.ID] = one.Serial
	}
	domains, err := op.Store.DomainsByZone(ctx)
	if err != nil {
		return nil, err
	}
	now := op.SRS.Now()
	views := make([]zoneView, 0, len(zones))
	for _, z := range zones {
		prices := z.PricesAt("", now)
		views = append(views, zoneView{
			Name: z.Name, Unicode: unicodeName(z.Name), Kind: z.Kind, Serial: serials[z.ID], ConfigVersion: z.ConfigVersion,
			Domains: domains[z.ID], Prices: &prices, Settings: z,
		})
	}
	return views, nil
}

func newZoneShowCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show NAME", Short: "Show a zone: kind, policy, periods, prices, DNS, who may ask, size", Args: cobra.ExactArgs(1),
		Example: "  cadastre zone show example --dir var/dev",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		z, err := findZone(ctx, op, args[0])
		if err != nil {
			return err
		}
		views, err := zoneViews(ctx, op)
		if err != nil {
			return err
		}
		size, err := op.Store.ZoneSize(ctx, z.ID)
		if err != nil {
			return err
		}
		for _, view := range views {
			if view.Name == z.Name {
				view.Domains, view.Delegations, view.Deleted = size.Domains, &size.Delegations, &size.Deleted
				return v.show(view, func() string { return zonePairs(view).text() })
			}
		}
		return registry.Errorf(registry.KindNotFound, "zone", z.Name, "it was removed in this moment")
	})
	return cmd
}

// spreadText says over how long purges are spread.
func spreadText(d time.Duration) string {
	if d == 0 {
		return "no"
	}
	return "over " + periodText(d)
}

// reportText says how long the report of a restore is awaited.
func reportText(d time.Duration) string {
	if d == 0 {
		return "not wanted"
	}
	return "within " + periodText(d)
}

// expiryText says when registrars are told of a domain that expires.
func expiryText(notices []registry.Duration) string {
	if len(notices) == 0 {
		return "none"
	}
	return strings.ReplaceAll(noticesText(notices), ",", ", ") + " before"
}

func zonePairs(view zoneView) pairs {
	z := view.Settings
	registrants := string(z.Policy.Registrants)
	if !z.Policy.RegistrantRequired {
		registrants += ", not required"
	}
	var ns []string
	for _, s := range z.DNS.Nameservers {
		ns = append(ns, strings.TrimSpace(s.Name+" "+joinAddrs(s.Addrs)))
	}
	seconds := func(n uint32) string { return periodText(time.Duration(n) * time.Second) }
	head := pairs{{"name", nameWithUnicode(view.Name, view.Unicode)}, {"kind", string(view.Kind)}}
	if view.Kind == registry.TargetZone {
		p := z.Periods
		head = append(head, pairs{
			{"suffixes", list(z.Suffixes)},
			{"reserved", strings.Join(z.Reserved, ", ")},
			{"idn tables", idnText(z)},
			{"launch phases", list(phasesText(z.Launch))},
			{"registrants", registrants},
			{"max years", strconv.Itoa(z.Policy.MaxYears)},
		}...)
		head = append(head, modelPairs(z)...)
		head = append(head, pairs{
			{"add grace", periodText(p.AddGrace.D())},
			{"renew grace", periodText(p.RenewGrace.D())},
			{"autorenew grace", periodText(p.AutoRenewGrace.D())},
			{"transfer grace", periodText(p.TransferGrace.D())},
			{"transfers", transfersText(z.Transfers)},
			{"redemption", periodText(p.Redemption.D())},
			{"pending delete", periodText(p.PendingDelete.D())},
			{"purges spread", spreadText(p.PurgeSpread.D())},
			{"restore report", reportText(p.RestoreReport.D())},
			{"expiry notices", expiryText(z.ExpiryNotices)},
			{"create", money(view.Prices.Create, view.Prices.Currency) + " a year"},
			{"renew", money(view.Prices.Renew, view.Prices.Currency) + " a year"},
			{"transfer", transferPriceText(z.Transfers, view.Prices)},
			{"restore", money(view.Prices.Restore, view.Prices.Currency)},
			{"domains", fmt.Sprintf("%d, of which %d delegated and %d being deleted", view.Domains, *view.Delegations, *view.Deleted)},
		}...)
	}
	return append(head, pairs{
		{"name servers", list(ns)},
		{"access", accessText(z.Access)},
		{"rname", z.DNS.RName},
		{"ttl", seconds(z.DNS.TTL) + ", negative " + seconds(z.DNS.Minimum)},
		{"soa timers", fmt.Sprintf("refresh %s, retry %s, expire %s", seconds(z.DNS.Refresh), seconds(z.DNS.Retry), seconds(z.DNS.Expire))},
		{"serial", strconv.FormatUint(uint64(view.Serial), 10)},
		{"settings", "version " + strconv.FormatInt(view.ConfigVersion, 10)},
	}...)
}

// transferPriceText says what a transfer costs: without a year, nothing.
func transferPriceText(t registry.TransferPolicy, p *registry.Prices) string {
	if t.Years == 0 {
		return "no charge"
	}
	return money(p.Transfer, p.Currency) + " with its year"
}

// transfersText tells a zone's rules for transfers.
func transfersText(t registry.TransferPolicy) string {
	parts := []string{"done at once"}
	if t.Pending > 0 {
		parts[0] = "approved after " + periodText(t.Pending.D())
	}
	parts = append(parts, map[bool]string{true: "no year, no charge", false: counted(int64(t.Years), "year")}[t.Years == 0])
	if t.Lock > 0 {
		parts = append(parts, "none in the first "+periodText(t.Lock.D()))
	}
	if t.AuthInfoLife > 0 {
		parts = append(parts, "authInfo good for "+periodText(t.AuthInfoLife.D()))
	}
	return strings.Join(parts, ", ")
}

func nameWithUnicode(name, unicode string) string {
	if unicode == "" {
		return name
	}
	return name + " (" + unicode + ")"
}

func joinAddrs(addrs []netip.Addr) string {
	text := make([]string, len(addrs))
	for i, a := range addrs {
		text[i] = a.String()
	}
	return strings.Join(text, " ")
}
