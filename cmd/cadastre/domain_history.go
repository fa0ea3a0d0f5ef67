package main

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cadastre/registry"
	"cadastre/registry/store"
)

// historyView is a line of history as it is printed in JSON.
type historyView struct {
	store.Entry
	Changes []change `json:"changes,omitempty"` // with --diff alone
}

// change is one value of an object before and after; null when there was none.
type change struct {
	Field  string          `json:"field"`
	Before json.RawMessage `json:"before"`
	After  json.RawMessage `json:"after"`
}

func newDomainHistoryCmd(a *app) *cobra.Command {
	var diff bool
	cmd := &cobra.Command{
		Use:   "history NAME",
		Short: "Tell who did what to a domain, and when",
		Long: "Lists every change of a domain since its creation, the oldest first; a name that was released and\n" +
			"registered again shows both lives. By is the registrar, or \"registry\" for the operator and for what fell\n" +
			"due by itself; note is the registrar's transaction id or, of an operator's verb, the person and the reason.",
		Example: "  cadastre domain history taken.example --dir var/dev --diff\n" +
			"  cadastre domain history taken.example --dir var/dev --json | jq -r '.[].svtrid'",
		Args: cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().BoolVar(&diff, "diff", false, "show which values each change replaced")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		name, err := asciiName(args[0], "domain:name")
		if err != nil {
			return err
		}
		entries, err := op.Store.History(ctx, "domain", name)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return registry.Errorf(registry.KindNotFound, "domain:name", name, "nothing ever happened to this name")
		}
		views := make([]historyView, len(entries))
		for i, e := range entries {
			e.At = e.At.UTC()
			views[i] = historyView{Entry: e}
			if diff {
				if views[i].Changes, err = changesOf(before(entries, i), e.State); err != nil {
					return err
				}
			}
		}
		return v.show(views, func() string { return historyText(views, diff) })
	})
	return cmd
}

// before is the state that the i-th change found; nil for a creation.
func before(entries []store.Entry, i int) json.RawMessage {
	if i == 0 || entries[i].Version == 1 {
		return nil
	}
	return entries[i-1].State
}

// changesOf compares two states of an object, value by value.
func changesOf(before, after json.RawMessage) ([]change, error) {
	var old, now map[string]json.RawMessage
	if before != nil {
		if err := json.Unmarshal(before, &old); err != nil {
			return nil, err
		}
	}
	if err := json.Unmarshal(after, &now); err != nil {
		return nil, err
	}
	var out []change
	for field, value := range now {
		// Bookkeeping that changes with everything says nothing.
		if field == "Version" || field == "Updated" || field == "UpdatedBy" {
			continue
		}
		if !bytes.Equal(old[field], value) && !(unset(old[field]) && unset(value)) {
			out = append(out, change{field, old[field], value})
		}
	}
	slices.SortFunc(out, func(a, b change) int { return strings.Compare(a.Field, b.Field) })
	return out, nil
}

// unset reports whether a value, or all that it consists of, is what a field has
// that nobody set.
func unset(value json.RawMessage) bool {
	switch string(value) {
	case "", "null", `""`, "0", "false", "[]", "{}", `"0001-01-01T00:00:00Z"`:
		return true
	}
	var parts map[string]json.RawMessage
	if json.Unmarshal(value, &parts) != nil {
		return false
	}
	for _, part := range parts {
		if !unset(part) {
			return false
		}
	}
	return true
}

func historyText(views []historyView, diff bool) string {
	columns := []string{"at", ">version", "action", "by", "channel", "note", "server transaction"}
	row := func(e historyView) []string {
		return []string{when(e.At), strconv.Itoa(e.Version), e.Action, e.Actor, e.Channel, e.ClTRID, e.SvTRID}
	}
	if !diff {
		var rows [][]string
		for _, e := range views {
			rows = append(rows, row(e))
		}
		return grid(columns, rows)
	}
	var b strings.Builder
	for _, e := range views {
		b.WriteString(printable(when(e.At)+"  version "+strconv.Itoa(e.Version)+"  "+e.Action+" by "+e.Actor+
			" ("+e.Channel+")  "+strings.TrimSpace(e.ClTRID+" "+e.SvTRID)) + "\n")
		for _, c := range e.Changes {
			line := "    " + c.Field + ": "
			if !unset(c.Before) {
				line += plainJSON(c.Before) + " -> "
			}
			b.WriteString(printable(line+plainJSON(c.After)) + "\n")
		}
	}
	return b.String()
}

// plainJSON is a value without the quotes of a string.
func plainJSON(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil && s != "" {
		return s
	}
	return string(value)
}
