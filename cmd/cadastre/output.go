package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"cadastre/registry"
)

// operatorVerb is what the operator's verbs have in common: which registry they
// work on, and how they print.
type operatorVerb struct {
	app   *app
	flags *operatorFlags
	json  bool
}

// newOperatorVerb adds the common flags to a verb.
func newOperatorVerb(a *app, cmd *cobra.Command) *operatorVerb {
	v := &operatorVerb{app: a, flags: addOperatorFlags(cmd)}
	addJSONFlag(cmd, &v.json)
	return v
}

func addJSONFlag(cmd *cobra.Command, to *bool) {
	cmd.Flags().BoolVar(to, "json", false, "print one line of JSON: times in UTC (RFC 3339), amounts in minor units")
}

// run makes the verb's action of fn, which gets the registry it works on.
func (v *operatorVerb) run(fn func(ctx context.Context, op *operator, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		op, err := v.flags.open(ctx)
		if err != nil {
			return err
		}
		defer op.Close()
		return refusalStatus(fn(ctx, op, args))
	}
}

// show prints data as JSON, or else what text says.
func (v *operatorVerb) show(data any, text func() string) error {
	if v.json {
		return printJSON(v.app.stdout, data)
	}
	_, err := io.WriteString(v.app.stdout, text())
	return err
}

// did tells in one line what a transform did, or data as JSON.
func (v *operatorVerb) did(data any, format string, args ...any) error {
	return v.show(data, func() string { return printable(fmt.Sprintf(format, args...)) + "\n" })
}

func printJSON(w io.Writer, data any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(data)
}

// refusedStatus is the exit status when the registry's rules refuse something.
const refusedStatus = 2

// refusalStatus gives errors of the registry's rules their exit status; all other
// errors end with 1. It is the one place that turns a registry.Kind into a status.
func refusalStatus(err error) error {
	var e *registry.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Kind {
	case registry.KindUnimplemented, registry.KindOption, registry.KindExtension, registry.KindService, registry.KindUnavailable:
		return err // not a rule: the registry cannot, or not now
	default:
		return &exitError{status: refusedStatus, err: err}
	}
}

// pairs are names with values, one on a line. Pairs without a value are left out.
type pairs [][2]string

func (p pairs) text() string {
	width := 0
	for _, one := range p {
		if one[1] != "" {
			width = max(width, len(one[0]))
		}
	}
	var b strings.Builder
	for _, one := range p {
		if one[1] == "" {
			continue
		}
		label := one[0]
		for line := range strings.Lines(one[1]) {
			b.WriteString(pad(label, width) + "  " + printable(strings.TrimSuffix(line, "\n")) + "\n")
			label = ""
		}
	}
	return b.String()
}

// grid is a table for people. Columns whose names begin with ">" are numbers.
func grid(columns []string, rows [][]string) string {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.OptionsNoBordersAndSeparators
	style.Format.Header = text.FormatUpper
	t.SetStyle(style)
	header := make(table.Row, len(columns))
	configs := make([]table.ColumnConfig, 0, len(columns))
	for i, c := range columns {
		name, number := strings.CutPrefix(c, ">")
		header[i] = name
		if number {
			configs = append(configs, table.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight})
		}
	}
	t.AppendHeader(header)
	t.SetColumnConfigs(configs)
	for _, row := range rows {
		r := make(table.Row, len(row))
		for i, cell := range row {
			r[i] = printable(cell)
		}
		t.AppendRow(r)
	}
	var b strings.Builder
	for line := range strings.Lines(t.Render() + "\n") {
		b.WriteString(strings.TrimRight(strings.TrimPrefix(line, " "), " \n") + "\n")
	}
	return b.String()
}

// when writes an instant for people; nothing for the zero time.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// list joins strings as lines of a pair's value.
func list(items []string) string { return strings.Join(items, "\n") }

func counted(n int64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
