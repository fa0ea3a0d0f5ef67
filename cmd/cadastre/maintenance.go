package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

const maintenanceLong = `Maintenance of the registry is announced to every account: with a message in its queue, and in answers
to EPP clients that ask (RFC 9167). What is announced can be changed and cancelled until it is over; each
of these sends a message, and so do the reminder before the start and the end.

Nothing here stops or starts a service.`

func newMaintenanceCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "maintenance", Short: "Announce maintenance to registrars", Long: maintenanceLong,
		Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newMaintenanceAddCmd(a), newMaintenanceChangeCmd(a), newMaintenanceListCmd(a), newMaintenanceShowCmd(a), newMaintenanceCancelCmd(a))
	return cmd
}

func newMaintenanceListCmd(a *app) *cobra.Command {
	var all bool
	var after string
	limit := 100
	cmd := &cobra.Command{
		Use: "list", Short: "List what is ahead or under way, the next first", Args: cobra.NoArgs,
		Example: "  cadastre maintenance list --dir var/dev\n  cadastre maintenance list --all --after M1201 --dir var/dev --json",
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().BoolVar(&all, "all", false, "what is over or cancelled too, in the order in which it was announced")
	cmd.Flags().StringVar(&after, "after", "", "with --all: only what was announced after this `id`")
	cmd.Flags().IntVar(&limit, "limit", limit, "with --all: at most so `many`")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, _ []string) (err error) {
		if limit < 1 || limit > 10000 {
			return registry.Errorf(registry.KindRange, "--limit", strconv.Itoa(limit), "between 1 and 10000")
		}
		var first registry.MaintenanceID
		if after != "" {
			if first, err = registry.ParseMaintenanceID(after, "--after"); err != nil {
				return err
			}
		}
		var list []*registry.Maintenance
		if all {
			list, err = op.Store.Maintenances(ctx, first, limit)
		} else {
			list, err = op.SRS.ListMaintenances(ctx)
		}
		if err != nil {
			return err
		}
		if list == nil {
			list = []*registry.Maintenance{}
		}
		return v.show(list, func() string {
			if len(list) == 0 {
				return "No maintenance.\n"
			}
			var rows [][]string
			for _, m := range list {
				rows = append(rows, []string{m.ID.String(), when(m.Start), when(m.End), m.Reason, systemsText(m.Systems, ", "), m.Name.Text, when(m.Cancelled)})
			}
			return grid([]string{"id", "start", "end", "reason", "systems", "name", "cancelled"}, rows)
		})
	})
	return cmd
}

// systemsText writes systems as --system takes them.
func systemsText(systems []registry.MaintenanceSystem, between string) string {
	var list []string
	for _, s := range systems {
		text := s.Name
		if s.Host != "" {
			text += "@" + s.Host
		}
		list = append(list, text+"="+s.Impact)
	}
	return strings.Join(list, between)
}

// textsText writes texts as their flags take them.
func textsText(texts ...registry.MaintenanceText) string {
	var list []string
	for _, t := range texts {
		text := t.Text
		if t.Lang != "" {
			text = t.Lang + "=" + text
		}
		list = append(list, text)
	}
	return strings.Join(list, "\n")
}

func newMaintenanceShowCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show a maintenance, also one that is over or cancelled", Args: cobra.ExactArgs(1),
		Example: "  cadastre maintenance show M1201 --dir var/dev",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		id, err := registry.ParseMaintenanceID(args[0], "maintenance")
		if err != nil {
			return err
		}
		m, err := op.Store.Maintenance(ctx, id)
		if err != nil {
			return err
		}
		if m == nil {
			return registry.Errorf(registry.KindNotFound, "maintenance", args[0], "there is no such maintenance (see cadastre maintenance list --all)")
		}
		return v.show(m, func() string { return maintenancePairs(m).text() })
	})
	return cmd
}

func maintenancePairs(m *registry.Maintenance) pairs {
	environment, reminder, clients := m.Environment, "none", ""
	if m.EnvName != "" {
		environment += ":" + m.EnvName
	}
	if m.Reminder > 0 {
		reminder = periodText(m.Reminder.D()) + " before the start"
	}
	if i := m.Intervention; i != nil {
		var what []string
		if i.Connection {
			what = append(what, "connect anew")
		}
		if i.Implementation {
			what = append(what, "change their software")
		}
		if clients = strings.Join(what, ", "); clients == "" {
			clients = "have nothing to do"
		}
	}
	return pairs{
		{"id", m.ID.String()},
		{"name", textsText(m.Name)},
		{"types", textsText(m.Types...)},
		{"systems", systemsText(m.Systems, "\n")},
		{"environment", environment},
		{"start", when(m.Start)},
		{"end", when(m.End)},
		{"reason", m.Reason},
		{"detail", m.Detail},
		{"description", textsText(m.Descriptions...)},
		{"zones", list(m.Zones)},
		{"clients", clients},
		{"reminder", reminder},
		{"announced", when(m.Created)},
		{"changed", when(m.Updated)},
		{"cancelled", when(m.Cancelled)},
	}
}

func newMaintenanceCancelCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "cancel ID", Short: "Cancel a maintenance and tell everybody", Args: cobra.ExactArgs(1),
		Long:    "Cancels a maintenance that is not over. For EPP clients there is no such maintenance any more; show still shows it.",
		Example: "  cadastre maintenance cancel M1201 --dir var/dev",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		id, err := registry.ParseMaintenanceID(args[0], "maintenance")
		if err != nil {
			return err
		}
		m, err := op.SRS.CancelMaintenance(ctx, op.Actor, id)
		if err != nil {
			return err
		}
		return v.did(m, "maintenance %s is cancelled; every account has a message", m.ID)
	})
	return cmd
}
