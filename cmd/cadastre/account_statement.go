package main

import (
	"context"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

const statementLong = `Prints what happened on an account from an instant (included) to another (excluded): opening
balance, movements with the balance after each, sums by reason, closing balance. Dates mean
midnight UTC. Without --from it begins with the account, without --to it ends now.`

func newStatementCmd(a *app, k accounts) *cobra.Command {
	var from, to string
	var asCSV bool
	cmd := &cobra.Command{
		Use: "statement ID", Short: "Print the movements of an account in a period", Long: statementLong, Args: cobra.ExactArgs(1),
		Example: k.examples("statement ID --dir var/dev --from 2026-01-01 --to 2026-02-01", "statement ID --dir var/dev --from 2026-01-01 --csv"),
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().StringVar(&from, "from", "", "`instant` or date at which the period begins")
	cmd.Flags().StringVar(&to, "to", "", "`instant` or date at which the period ends")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "print the movements as CSV (RFC 4180)")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		r, err := k.find(ctx, op, args[0])
		if err != nil {
			return err
		}
		st := &registry.Statement{Registrar: r.ID, Currency: r.Currency, To: op.SRS.Now()}
		if st.From, err = dateFlag("--from", from, st.From); err != nil {
			return err
		}
		if st.To, err = dateFlag("--to", to, st.To); err != nil {
			return err
		}
		if st.To.Before(st.From) {
			return registry.Errorf(registry.KindRange, "--to", to, "the period ends before it begins")
		}
		if err := op.Store.Statement(ctx, st); err != nil {
			return err
		}
		if asCSV && !v.json {
			return writeStatement(csv.NewWriter(a.stdout), st)
		}
		return v.show(st, func() string { return statementText(st) })
	})
	return cmd
}

// dateFlag reads an instant or a date.
func dateFlag(flag, text string, absent time.Time) (time.Time, error) {
	if text == "" {
		return absent, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	return absent, registry.Errorf(registry.KindValue, flag, text, "write it like 2027-01-01 or 2027-01-01T00:00:00Z")
}

// writeStatement writes the movements as CSV, with decimal amounts. What others wrote
// cannot become a formula in a spreadsheet: reasons are words, objects are names and ids.
func writeStatement(w *csv.Writer, st *registry.Statement) error {
	digits := registry.MinorDigits(st.Currency)
	rows := [][]string{{"at", "id", "reason", "object", "amount", "balance", "currency", "svtrid"}}
	line := func(at time.Time, reason string, balance int64) []string {
		return []string{at.Format(time.RFC3339Nano), "", reason, "", "", registry.AmountText(balance, digits), st.Currency, ""}
	}
	rows = append(rows, line(st.From, "opening balance", st.Opening))
	for _, e := range st.Entries {
		rows = append(rows, []string{
			e.At.Format(time.RFC3339Nano), strconv.FormatInt(e.ID, 10), e.Reason, plainCell(e.Object),
			registry.AmountText(e.Amount, digits), registry.AmountText(e.Balance, digits), st.Currency, e.SvTRID,
		})
	}
	rows = append(rows, line(st.To, "closing balance", st.Closing))
	return w.WriteAll(rows)
}

// plainCell keeps a spreadsheet from taking a cell for a formula.
func plainCell(text string) string {
	if strings.IndexAny(text, "=+-@") == 0 {
		return "'" + text
	}
	return text
}

func statementText(st *registry.Statement) string {
	var rows, sums [][]string
	for _, e := range st.Entries {
		rows = append(rows, []string{when(e.At), e.Reason, e.Object, money(e.Amount, st.Currency), money(e.Balance, st.Currency)})
	}
	for _, r := range st.Reasons {
		sums = append(sums, []string{r.Reason, strconv.Itoa(r.Count), money(r.Amount, st.Currency)})
	}
	from := when(st.From)
	if from == "" {
		from = "the beginning"
	}
	text := pairs{{"account", st.Registrar}, {"from", from}, {"to", when(st.To)}, {"opening", money(st.Opening, st.Currency)}}.text()
	if len(rows) > 0 {
		text += "\n" + grid([]string{"at", "reason", "object", ">amount", ">balance"}, rows) +
			"\n" + grid([]string{"reason", ">number", ">amount"}, sums) + "\n"
	}
	return text + pairs{{"closing", money(st.Closing, st.Currency)}}.text()
}
