package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

// domainDeleted is the answer to delete; amounts are minor units.
type domainDeleted struct {
	Name        string    `json:"name"`
	Gone        bool      `json:"gone"`
	Final       bool      `json:"irrevocable,omitempty"`
	RedeemUntil time.Time `json:"redeem_until,omitzero"`
	PurgeAt     time.Time `json:"purge_at,omitzero"`
	Refund      int64     `json:"refund"`
	Currency    string    `json:"currency"`
	Cancelled   string    `json:"transfer_cancelled,omitempty"` // to whom it would have gone
	Reason      string    `json:"reason,omitempty"`
}

func newDomainDeleteCmd(a *app) *cobra.Command {
	var final bool
	cmd := &cobra.Command{
		Use:   "delete NAME [--final] [--reason TEXT]",
		Short: "Delete a domain by the registry's hand",
		Long: "Deletes a domain whatever prohibits its registrar to, but not one with host objects below it. It leaves DNS\n" +
			"at once, and is purged when redemption and pending delete are over, also if it was just registered. Until\n" +
			"redemption is over its registrar can restore it; with --final nobody can, also of a domain that its registrar\n" +
			"deleted before. What its grace periods say is given back; a transfer under way is cancelled, and both its\n" +
			"registrars are told. The registrar gets a service message with the reason, and the history keeps it.",
		Example: "  cadastre domain delete taken.example --dir var/dev --reason 'court order 12/2027'\n" +
			"  cadastre domain delete phish.example --dir var/dev --final --reason 'abuse report 881'",
		Args: cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	why := addReasonFlag(cmd, "`text` for the registrar and the history").withCase()
	cmd.Flags().BoolVar(&final, "final", false, "irrevocably: nobody can restore the domain")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		name, actor, err := why.command(op, args)
		if err != nil {
			return err
		}
		d, del, err := op.SRS.RemoveDomain(ctx, actor, registry.DomainDelete{Name: name, Final: final, Reason: why.reason})
		if err != nil {
			return err
		}
		z, err := findZone(ctx, op, d.Zone)
		if err != nil {
			return err
		}
		out := domainDeleted{
			Name: name, Gone: del.Gone, Final: d.Final, RedeemUntil: d.RedeemUntil, PurgeAt: d.PurgeAt, Refund: del.Refund,
			Currency: z.Prices.Currency, Reason: why.reason,
		}
		if del.Cancelled != nil {
			out.Cancelled = del.Cancelled.Gaining
		}
		return v.did(out, "%s: %s", name, deletedText(out))
	})
	return cmd
}

func deletedText(d domainDeleted) string {
	var parts []string
	switch {
	case d.Gone:
		parts = append(parts, "deleted and free")
	case d.RedeemUntil.IsZero():
		parts = append(parts, "deleted, cannot be restored, free from "+when(d.PurgeAt))
	default:
		parts = append(parts, "deleted, can be restored until "+when(d.RedeemUntil)+", free from "+when(d.PurgeAt))
	}
	if d.Cancelled != "" {
		parts = append(parts, "its transfer to "+d.Cancelled+" cancelled")
	}
	if d.Refund > 0 {
		parts = append(parts, money(d.Refund, d.Currency)+" given back")
	}
	return strings.Join(parts, ", ")
}

// domainRestored is the answer to restore; amounts are minor units.
type domainRestored struct {
	Name     string    `json:"name"`
	Expires  time.Time `json:"expires"`
	InDNS    bool      `json:"in_dns"`
	Charged  int64     `json:"charged"`
	Currency string    `json:"currency"`
	Reason   string    `json:"reason,omitempty"`
}

func newDomainRestoreCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "restore NAME [--reason TEXT]",
		Short: "Undo the delete of a domain in redemption",
		Long: "Makes a domain that is in redemption what it was before the delete, at once and without a report. Its\n" +
			"registrar pays what the delete gave back and the renewals that fell due meanwhile, whatever its balance, but\n" +
			"not the price of a restore; it gets a service message. Registrars restore over EPP (RFC 3915).",
		Example: "  cadastre domain restore taken.example --dir var/dev --reason 'deleted by mistake'",
		Args:    cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	why := addReasonFlag(cmd, "`text` for the history").withCase()
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		name, actor, err := why.command(op, args)
		if err != nil {
			return err
		}
		d, done, err := op.SRS.RestoreDomain(ctx, actor, registry.DomainRestore{Name: name})
		if err != nil {
			return err
		}
		z, err := findZone(ctx, op, d.Zone)
		if err != nil {
			return err
		}
		out := domainRestored{name, d.Expires, d.InZone(), done.Price(), z.Prices.Currency, why.reason}
		return v.did(out, "%s: restored, expires %s, %s charged", name, when(out.Expires), money(out.Charged, out.Currency))
	})
	return cmd
}
