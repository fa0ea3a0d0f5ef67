package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"cadastre/epp"
)

// The statements that a restore report makes (RFC 3915, Section 3.4), in the words of
// ICANN's agreement with registrars.
var restoreStatements = []epp.RestoreText{
	{Text: "This registrar has not restored the Registered Name in order to assume the rights to use or sell the Registered Name for itself or for any third party."},
	{Text: "The information in this report is true to best of this registrar's knowledge, and this registrar acknowledges that intentionally supplying false information in this report shall constitute an incurable material breach of the Registry-Registrar Agreement."},
}

func newEppRestoreCmd(c *eppClient) *cobra.Command {
	var reason, pre, post, deleted, requested, other string
	cmd := &cobra.Command{
		Use: "restore NAME [--report REASON]", Short: "Restore a deleted domain", Args: exactlyOne,
		Long: "Ask for the restore of a domain that is in its redemption period (rgp-1.0). Registries then wait\n" +
			"for a report: send it with --report and the reason. It makes both of the statements that registries want;\n" +
			"--pre and --post are the registration data before the delete and now.",
		Example: `  restore a.example
  restore a.example --report "Deleted by mistake." --deleted 2027-11-21T10:00:00Z --requested 2027-11-23T09:30:00Z`,
	}
	f := cmd.Flags()
	f.StringVar(&reason, "report", "", "report with this `reason`, instead of asking for the restore")
	f.StringVar(&pre, "pre", "As the registry had it.", "registration data before the delete")
	f.StringVar(&post, "post", "The same.", "registration data now")
	f.StringVar(&deleted, "deleted", "", "`instant` of the delete (default now)")
	f.StringVar(&requested, "requested", "", "`instant` at which the restore was asked for (default now)")
	f.StringVar(&other, "other", "", "what else supports the statements")
	cmd.RunE = c.run(func(cmd *cobra.Command, args []string) error {
		name, err := wireName(args[0])
		if err != nil {
			return err
		}
		restore := &epp.RGPUpdate{Op: epp.RGPRequest}
		if cmd.Flags().Changed("report") {
			r := &epp.RestoreReport{PreData: pre, PostData: post, ResReason: epp.RestoreText{Text: reason}, Statements: restoreStatements, Other: other}
			if r.DelTime, err = instantFlag("--deleted", deleted); err != nil {
				return err
			}
			if r.ResTime, err = instantFlag("--requested", requested); err != nil {
				return err
			}
			restore.Op, restore.Report = epp.RGPReport, r
		}
		return c.do(cmd.Context(), &epp.DomainUpdate{Name: name, Chg: &epp.DomainChange{}}, restore)
	})
	return cmd
}

// instantFlag reads an instant as RFC 3339 writes it; none is now.
func instantFlag(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Now().UTC().Truncate(time.Second), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s %q: not an instant like 2027-11-21T10:00:00Z", flag, text)
	}
	return at.UTC(), nil
}
