package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cadastre/epp/client"
)

// keepAlive is how long a shell that waits for its user stays silent before it says hello:
// well below the idle time of servers, which is ten minutes at the usual least.
const keepAlive = 4 * time.Minute

// maxShellLine bounds a line of a script.
const maxShellLine = 1 << 20

const shellLong = `Give commands in one session: the commands of 'cadastre epp' without those two words.

On a terminal, Tab completes commands, options and the names used before, and the history
is kept from one shell to the next, without lines that hold passwords or authorization
information. The session is kept open while the shell waits.

Otherwise commands are read from standard input, one a line: words may be quoted with ' or
", and what follows # is a comment. An error does not end the script, unless
--stop-on-error; the exit status is that of the worst command.`

func newEppShellCmd(c *eppClient) *cobra.Command {
	var stopOnError bool
	cmd := &cobra.Command{
		Use: "shell", Short: "Give commands in one session", Long: shellLong, Args: cobra.NoArgs,
		Example: `  cadastre epp --as registrar-a shell
  cadastre epp --as registrar-a shell < commands.txt
  printf 'check a.example\npoll\n' | cadastre epp --as registrar-a --json shell`,
	}
	cmd.Flags().BoolVar(&stopOnError, "stop-on-error", false, "end a script at the first command that fails")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx := cmd.Context()
		c.session.keep = true
		defer func() { c.session.close(ctx) }()
		if err := c.ready(ctx); err != nil {
			return err
		}
		s := &shell{client: c, stopOnError: stopOnError}
		if isTerminal(c.app.stdin) && isTerminal(c.app.stdout) {
			return s.interact(ctx)
		}
		return s.script(ctx)
	}
	return cmd
}

// shell runs lines in a session.
type shell struct {
	client      *eppClient
	stopOnError bool
	worst       error // error of the worst line so far
}

// errLeave ends a shell at its user's wish.
var errLeave = errors.New("leave the shell")

// script runs the lines of standard input.
func (s *shell) script(ctx context.Context) error {
	lines := bufio.NewScanner(s.client.app.stdin)
	lines.Buffer(nil, maxShellLine)
	for number := 1; ctx.Err() == nil && lines.Scan(); number++ {
		err := s.line(ctx, lines.Text())
		if errors.Is(err, errLeave) {
			return s.worst
		}
		s.note(err)
		if err != nil && !errors.Is(err, errRefused) {
			fmt.Fprintf(s.client.app.stderr, "cadastre: line %d: %v\n", number, err)
		}
		if err != nil && s.stopOnError {
			return s.status()
		}
	}
	if err := errors.Join(ctx.Err(), lines.Err()); err != nil {
		return err
	}
	return s.status()
}

// note remembers the worst error: one of usage or connection above a refusal.
func (s *shell) note(err error) {
	if err != nil && (s.worst == nil || errors.Is(s.worst, errRefused)) {
		s.worst = err
	}
}

// status is what the shell returns; the messages have been printed line by line.
func (s *shell) status() error {
	var exit *exitError
	switch {
	case s.worst == nil:
		return nil
	case errors.As(s.worst, &exit):
		return &exitError{status: exit.status}
	}
	return &exitError{status: 1}
}

// line runs one command line.
func (s *shell) line(ctx context.Context, text string) error {
	args, err := splitWords(text)
	if err != nil || len(args) == 0 {
		return err
	}
	switch args[0] {
	case "exit", "quit", "logout":
		return errLeave
	}
	root := s.commands()
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}

// commands makes a fresh tree of commands, since flags keep their values. The output
// options of the shell are the defaults of its lines.
func (s *shell) commands() *cobra.Command {
	a := s.client.app
	line := &eppClient{app: a, session: s.client.session}
	root := &cobra.Command{
		Use: "shell", SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		// Help shows the commands as they are typed here.
		Annotations: map[string]string{cobra.CommandDisplayNameAnnotation: ""},
		Args:        cobra.ArbitraryArgs, SuggestionsMinimumDistance: 2,
	}
	root.RunE = func(_ *cobra.Command, args []string) error { return unknownCommand(root, args) }
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), `Use "{{.CommandPath}} [command] --help"`, `Use "help COMMAND"`))
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	line.format.register(root.PersistentFlags())
	for name, on := range map[string]bool{"json": s.client.format.json, "xml": s.client.format.xml} {
		if on {
			_ = root.PersistentFlags().Set(name, "true") // both flags exist
		}
	}
	root.AddCommand(newEppVerbs(line)...)
	root.AddCommand(
		&cobra.Command{Use: "exit", Short: "Log out and leave", Aliases: []string{"quit", "logout"}, Run: func(*cobra.Command, []string) {}},
	)
	return root
}

// unknownCommand says so, with what may have been meant.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return root.Help() // options alone
	}
	hint := "'help' lists the commands"
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return fmt.Errorf("unknown command %q: %s", args[0], hint)
}

// keepOpen says hello every so often while the shell waits. The caller waits
// for it after ending ctx.
func keepOpen(ctx context.Context, conn *client.Conn, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if _, err := conn.Hello(ctx); err != nil {
				return // the next command finds out and says so
			}
		}
	}
}

// splitWords splits a line like a shell does: blanks separate words, '...' and "..." keep
// them, a backslash takes the next character as it is outside of '...', and a word that
// begins with # begins a comment.
func splitWords(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	var quote rune
	begun, escaped := false, false
	for _, r := range line {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			begun, escaped = true, true
		case quote != 0:
			if r == quote {
				quote = 0
			} else {
				word.WriteRune(r)
			}
		case r == '\'' || r == '"':
			begun, quote = true, r
		case r == '#' && !begun:
			return words, nil
		case r == ' ' || r == '\t' || r == '\r':
			if begun {
				words = append(words, word.String())
				word.Reset()
				begun = false
			}
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	switch {
	case quote != 0:
		return nil, fmt.Errorf("a quotation mark %c is not closed", quote)
	case escaped:
		return nil, errors.New("a backslash at the end")
	case begun:
		words = append(words, word.String())
	}
	return words, nil
}
