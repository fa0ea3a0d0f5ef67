package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"

	"github.com/spf13/cobra"

	"cadastre/whitelist"
	"cadastre/whitelist/desk"
)

func newPolicyListCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List the policies", Args: cobra.NoArgs,
		Example: "  cadastre policy list --dir var/dev\n  cadastre policy list --dir var/dev --json | jq -r '.[] | select(.state == \"granted\") | .id'",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, _ []string) error {
		policies, err := op.Desk.Policies(ctx)
		if err != nil {
			return err
		}
		return v.show(policies, func() string {
			if len(policies) == 0 {
				return "There are no policies: propose one with cadastre policy add.\n"
			}
			var rows [][]string
			for _, p := range policies {
				rows = append(rows, []string{
					p.ID, policyStateText(p), p.Document.Overseer, nameWithUnicode(p.Document.Zone, unicodeName(p.Document.Zone)),
					strconv.Itoa(p.Held), strconv.Itoa(p.Names),
				})
			}
			return grid([]string{"id", "state", "overseer", "zone", ">held", ">names"}, rows)
		})
	})
	return cmd
}

func newPolicyShowCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show a policy: state, dates, counts, document", Args: cobra.ExactArgs(1),
		Long:    "Shows a policy and its document without secrets: hash keys and webhook secrets are never printed.",
		Example: "  cadastre policy show trips-board --dir var/dev\n  cadastre policy show trips-board --dir var/dev --json | jq .document",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		p, err := op.Desk.ShowPolicy(ctx, args[0])
		if err != nil {
			return err
		}
		document, err := documentText(p.Document)
		if err != nil {
			return err
		}
		proposed, err := documentText(p.Proposed)
		if err != nil {
			return err
		}
		return v.show(p, func() string {
			return pairs{
				{"id", p.ID},
				{"state", policyStateText(p)},
				{"overseer", p.Document.Overseer},
				{"ground", p.Document.Ground},
				{"zone", nameWithUnicode(p.Document.Zone, unicodeName(p.Document.Zone))},
				{"version", strconv.Itoa(p.Version)},
				{"added", when(p.Added)},
				{"granted", when(p.Granted)},
				{"pruned", when(p.PrunedAt)},
				{"prune due", when(p.PruneAt)},
				{"held", counted(int64(p.Held), "application")},
				{"published", counted(int64(p.Names), "name")},
				{"document", document},
				{"proposed", proposed},
			}.text()
		})
	})
	return cmd
}

// policyStateText is a policy's state with what goes with it.
func policyStateText(p *desk.Policy) string {
	state := p.State
	if p.Reason != "" {
		state += ": " + p.Reason
	}
	if p.Proposed != nil {
		state += ", a new version is proposed"
	}
	return state
}

// documentText is a document as an operator would write it; empty for none.
func documentText(p *whitelist.Policy) (string, error) {
	if p == nil {
		return "", nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(p)
	return b.String(), err
}
