// Command rst runs ICANN's EPP cases against a registry (see package rst) and prints
// a table, or JSON. It exits with status 1 when a case fails, and with 2 when the run
// could not be made.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"cadastre/rst"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

func run(ctx context.Context, args []string) int {
	flags := flag.NewFlagSet("rst", flag.ContinueOnError)
	inputs := flags.String("inputs", "", "JSON `file` of the inputs that package rst documents")
	asJSON := flags.Bool("json", false, "print the report as JSON")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	report, err := test(ctx, *inputs)
	if err == nil && *asJSON {
		err = report.WriteJSON(os.Stdout)
	} else if err == nil {
		err = report.WriteTable(os.Stdout)
	}
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "rst:", err)
		return 2
	case !report.Passed():
		return 1
	}
	return 0
}

func test(ctx context.Context, file string) (*rst.Report, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	in, err := rst.ReadInputs(f, filepath.Dir(file))
	if err != nil {
		return nil, err
	}
	return rst.Run(ctx, in)
}
