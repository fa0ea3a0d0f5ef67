package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// app is what every verb may use of the process it runs in, so that a test can run a
// verb with streams of its own.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// verbs lists the constructors of all verbs, one file each.
func verbs() []func(*app) *cobra.Command {
	return []func(*app) *cobra.Command{
		newEppCmd,
		newDevCmd,
		newServeCmd,
		newZoneCmd,
		newRegistrarCmd,
		newDomainCmd,
		newLabelCmd(premiumLabels()),
		newLabelCmd(reservedLabels()),
		newTokenCmd,
		newLaunchCmd,
		newMaintenanceCmd,
		newPolicyCmd,
		newWhitelistCmd,
		newVerifierCmd,
		newMigrateCmd,
		newConfigCmd,
		newLoadCmd,
	}
}

// run is the whole program apart from the process: it parses args (without the program's
// name), runs the verb, and returns what report turns into a message and a status. It
// stops soon after ctx is cancelled.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	root := newRootCmd(&app{stdin: stdin, stdout: stdout, stderr: stderr})
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := unknownVerb(root, args); err != nil {
		return err
	}
	return root.ExecuteContext(ctx)
}

// unknownVerb is the error of a verb that there is not, before its options can confuse
// anybody.
func unknownVerb(root *cobra.Command, args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") || strings.HasPrefix(args[0], "__") {
		return nil
	}
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd(args...)
	if cmd, _, _ := root.Find(args[:1]); cmd != root {
		return nil
	}
	hint := ""
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		hint = ", did you mean " + strings.Join(near, " or ") + "?"
	}
	return fmt.Errorf("unknown verb %q%s (see cadastre --help)", args[0], hint)
}

func newRootCmd(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "cadastre",
		Short: "A domain name registry in one binary",
		Long: "Cadastre is a shared registry system for domain names in one binary: EPP for registrars,\n" +
			"authoritative DNS for everybody, and the operator's and the registrar's tools.\n\n" +
			"  cadastre dev               a whole registry on this machine, with demo data\n" +
			"  cadastre epp --help        the EPP client, for this registry and for others",
		Version:       version(),
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		// An option stands for the command it follows: 'epp --addr' is the server's address,
		// 'create host --addr' the host's.
		TraverseChildren:           true,
		SuggestionsMinimumDistance: 2,
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath())
	})
	for _, newCmd := range verbs() {
		root.AddCommand(newCmd(a))
	}
	return root
}

// exitError ends the process with a status of its own. A nil err says nothing more: the
// verb has already told the user.
type exitError struct {
	status int
	err    error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// report writes the message of an error that run returned and gives the exit status: that
// of an exitError, else 1.
func report(stderr io.Writer, err error) int {
	var exit *exitError
	if !errors.As(err, &exit) {
		fmt.Fprintln(stderr, "cadastre:", err)
		return 1
	}
	if exit.err != nil {
		fmt.Fprintln(stderr, "cadastre:", err)
	}
	return exit.status
}

// version is the module's version as the Go tool recorded it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version, revision := info.Main.Version, ""
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			revision = " " + s.Value[:12]
		}
	}
	return version + revision
}
