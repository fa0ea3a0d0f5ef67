package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	json     bool
	full     bool
	names    int
	round    time.Duration
	rounds   int
	creates  int
	idle     int
	entries  int
	only     string
	dir      string
	program  string
	profiles string
	offset   int
	echo     bool // this process is the echo server
	watch    bool // this process checks a name now and then
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.BoolVar(&o.json, "json", false, "print the results as JSON")
	f.BoolVar(&o.full, "full", false, "measure growth too, which takes several minutes")
	f.IntVar(&o.names, "names", 1_000_000, "names to load for -full")
	f.DurationVar(&o.round, "round", 3*time.Second, "`length` of one round of a measurement")
	f.IntVar(&o.rounds, "rounds", 3, "rounds of each measurement; the one in the middle is shown")
	f.IntVar(&o.creates, "creates", 1000, "creates whose way into DNS is timed")
	f.IntVar(&o.idle, "idle", 5000, "idle sessions whose memory is measured")
	f.IntVar(&o.entries, "entries", 100_000, "whitelist names to make for -full")
	f.StringVar(&o.only, "only", "", "measure only these, comma-separated: "+strings.Join(stepNames(), ", "))
	f.StringVar(&o.dir, "dir", "", "`directory` for the sandbox, whose disk is measured; must not exist (default: a temporary one)")
	f.StringVar(&o.program, "program", "", "cadastre `binary` to measure (default: build it)")
	f.StringVar(&o.profiles, "profiles", "", "`directory` to write processor profiles of the server into")
	f.IntVar(&o.offset, "port-offset", 3000, "first `number` to try as the sandbox's port offset")
	f.BoolVar(&o.echo, echoFlag, false, "")
	f.BoolVar(&o.watch, watchFlag, false, "")
	f.Usage = func() { usage(f) }
	if err := f.Parse(args); err != nil {
		return o, err
	}
	switch {
	case f.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", f.Arg(0))
	case o.rounds < 1 || o.names < 1 || o.creates < 1 || o.idle < 1 || o.entries < 1 || o.round < 100*time.Millisecond:
		return o, errors.New("-rounds, -names, -creates, -idle and -entries must be positive, -round at least 100ms")
	}
	return o, checkSteps(o.only)
}

// usage prints all flags but those that are not for people.
func usage(f *flag.FlagSet) {
	fmt.Fprintln(f.Output(), "Measures a registry beside the limits of this machine.")
	shown := flag.NewFlagSet(f.Name(), flag.ContinueOnError)
	shown.SetOutput(f.Output())
	f.VisitAll(func(fl *flag.Flag) {
		if fl.Name != echoFlag && fl.Name != watchFlag {
			shown.Var(fl.Value, fl.Name, fl.Usage)
			shown.Lookup(fl.Name).DefValue = fl.DefValue
		}
	})
	shown.PrintDefaults()
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	switch {
	case o.echo:
		return serveEcho(os.Stdin, stdout)
	case o.watch:
		return runWatch(os.Stdin, stdout)
	}
	b := &bench{options: o, progress: stderr, report: newReport()}
	defer func() { err = errors.Join(err, b.close()) }()
	if err := b.open(ctx); err != nil {
		return err
	}
	for _, s := range steps() {
		if !b.wanted(s) {
			continue
		}
		begun := time.Now()
		fmt.Fprintf(stderr, "%s: %s …", s.name, s.what)
		if err := s.do(b, ctx); err != nil {
			fmt.Fprintln(stderr)
			b.sandbox.complaints(stderr)
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Fprintf(stderr, " %.1f s\n", time.Since(begun).Seconds())
	}
	if o.json {
		return b.report.writeJSON(stdout)
	}
	return b.report.writeTable(stdout)
}
