package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cadastre/registry"
	"cadastre/whitelist/desk"
)

func newWhitelistCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "whitelist",
		Short: "Decide on applications for pre-approval",
		Long: "Applications wait here when their policy lets people decide. approve and deny decide them; the registrar\n" +
			"hears of it by a poll message. A decision stands: a second one is refused.",
	}
	cmd.AddCommand(newWhitelistListCmd(a), newWhitelistShowCmd(a), newWhitelistDecideCmd(a, true), newWhitelistDecideCmd(a, false))
	return cmd
}

func newWhitelistListCmd(a *app) *cobra.Command {
	var f desk.ApplicationFilter
	cmd := &cobra.Command{
		Use: "list", Short: "List applications, those undecided first asked for", Args: cobra.NoArgs,
		Long: "Lists applications, oldest first: those that wait, unless --status says otherwise (all for every one).",
		Example: "  cadastre whitelist list --dir var/dev\n  cadastre whitelist list --dir var/dev --status denied --policy manual-board\n" +
			"  cadastre whitelist list --dir var/dev --json | jq -r '.[].application'",
	}
	v := newOperatorVerb(a, cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.Status, "status", desk.StatusPending, "`status`: pending, approved, denied or all")
	flags.StringVar(&f.Policy, "policy", "", "only those under this `policy`")
	flags.StringVar(&f.Target, "domain", "", "only those for this target `name`")
	flags.IntVar(&f.Limit, "limit", 100, "at most so `many`")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, _ []string) error {
		filter := f
		switch filter.Status {
		case "all":
			filter.Status = ""
		case desk.StatusPending, desk.StatusApproved, desk.StatusDenied:
		default:
			return registry.Errorf(registry.KindValue, "--status", f.Status, "pending, approved, denied or all")
		}
		list, err := op.Desk.Applications(ctx, op.Actor, filter)
		if err != nil {
			return err
		}
		if list == nil {
			list = []*desk.Application{}
		}
		return v.show(list, func() string {
			if len(list) == 0 {
				return "No applications.\n"
			}
			var rows [][]string
			for _, p := range list {
				rows = append(rows, []string{p.ID, p.Target, p.Registrant, p.Sponsor, p.Policy, stateOfApplication(p), when(p.Created)})
			}
			return grid([]string{"Id", "Domain", "Registrant", "From", "Policy", "State", "Applied"}, rows)
		})
	})
	return cmd
}

func stateOfApplication(p *desk.Application) string {
	if p.Status == desk.StatusPending && p.Waiting != "" {
		return "waits for " + p.Waiting
	}
	return p.Status
}

func newWhitelistShowCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show an application with its evidence; never a credential", Args: cobra.ExactArgs(1),
		Example: "  cadastre whitelist show 101 --dir var/dev",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		p, err := op.Desk.ShowApplication(ctx, op.Actor, args[0])
		if err != nil {
			return err
		}
		return v.show(p, func() string { return applicationText(p) })
	})
	return cmd
}

func applicationText(p *desk.Application) string {
	var contacts, reviews []string
	for role, id := range p.Evidence.Contacts {
		contacts = append(contacts, role+" "+id)
	}
	for _, r := range p.Reviews {
		word := "denied"
		if r.Approve {
			word = "approved"
		}
		line := when(r.At) + " " + word + " by " + r.By
		if r.Note != "" {
			line += ": " + r.Note
		}
		reviews = append(reviews, line)
	}
	credential := ""
	if p.Credential != "" {
		credential = "given, of type " + p.Credential
	}
	return pairs{
		{"Application", p.ID},
		{"Domain", p.Target},
		{"State", stateOfApplication(p)},
		{"Reasons", list(p.Reasons)},
		{"Policy", p.Policy + " of " + p.Overseer},
		{"Registrant", p.Registrant},
		{"Credential", credential},
		{"Registrar", strings.TrimSpace(p.Registrar + " " + p.Agent)},
		{"Applied for by", p.Sponsor + " (" + p.Source + ")"},
		{"Whitelist names", list(p.Names)},
		{"Valid until", when(p.Expires)},
		{"Period asked for", p.Evidence.Period},
		{"Registrant contact", p.Evidence.Registrant},
		{"Contacts", list(contacts)},
		{"Mail", p.Evidence.Mail},
		{"Reviews", list(reviews)},
		{"Applied", when(p.Created)},
		{"Decide by", when(p.DecideBy)},
		{"Decided", strings.TrimSpace(when(p.Decided) + " " + p.DecidedBy)},
		{"Last fault", p.Fault},
	}.text()
}

func newWhitelistDecideCmd(a *app, approve bool) *cobra.Command {
	verb, example := "deny", "  cadastre whitelist deny 101 --dir var/dev --reason 'no such charity'"
	short := "Deny an application; its whitelist names are free again"
	if approve {
		verb, short, example = "approve", "Approve an application; its whitelist names are published", "  cadastre whitelist approve 101 --dir var/dev"
	}
	var dec desk.Decision
	cmd := &cobra.Command{
		Use: verb + " ID", Short: short, Args: cobra.ExactArgs(1), Example: example,
		Long: short + ". Where the policy asks for two persons, two different ones must\napprove: --by says who you are (default: your account on this machine).",
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().StringVar(&dec.Reason, "reason", "", "`text` that the registrar is told")
	cmd.Flags().StringVar(&dec.By, "by", osUser(), "`name` of the person who decides")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		decision := dec
		decision.Approve = approve
		p, err := op.Desk.Decide(ctx, op.Actor, args[0], decision)
		if err != nil {
			return err
		}
		if p, err = awaitTarget(ctx, op, p); err != nil {
			return err
		}
		return v.did(p, "application %s for %s: %s", p.ID, p.Target, stateOfApplication(p))
	})
	return cmd
}

// awaitTarget gives the server a moment to ask the target registry whether the name
// is still free, which an approval waits for.
func awaitTarget(ctx context.Context, op *operator, p *desk.Application) (*desk.Application, error) {
	for range 50 {
		if p.Status != desk.StatusPending || p.Waiting != "the target registry" {
			break
		}
		select {
		case <-ctx.Done():
			return p, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
		next, err := op.Desk.ShowApplication(ctx, op.Actor, p.ID)
		if err != nil {
			return p, err
		}
		p = next
	}
	return p, nil
}
