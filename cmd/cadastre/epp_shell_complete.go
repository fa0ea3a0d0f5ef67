package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// maxNames is how many names a shell remembers for completion.
const maxNames = 2000

// completer completes commands, options, and names that were used before.
type completer struct {
	shell *shell
	names []string // newest last, each once
}

// Do is readline's question: the endings of the word before pos, and the length of what
// is there of it.
func (c *completer) Do(line []rune, pos int) ([][]rune, int) {
	before := string(line[:pos])
	start := strings.LastIndexAny(before, " \t") + 1
	word := before[start:]
	var endings [][]rune
	for _, candidate := range c.candidates(strings.Fields(before[:start]), word) {
		endings = append(endings, []rune(strings.TrimPrefix(candidate, word)+" "))
	}
	return endings, len([]rune(word))
}

// candidates are the words that may stand behind the words before and begin with prefix.
func (c *completer) candidates(before []string, prefix string) []string {
	cmd, rest, err := c.shell.commands().Find(before)
	if err != nil {
		return nil
	}
	var all []string
	switch words := flagWords(cmd, before); {
	case words != nil:
		all = slices.Clone(words)
	case strings.HasPrefix(prefix, "-"):
		add := func(f *pflag.Flag) {
			if !f.Hidden {
				all = append(all, "--"+f.Name)
			}
		}
		cmd.LocalFlags().VisitAll(add)
		cmd.InheritedFlags().VisitAll(add)
	case len(rest) == 0:
		for _, sub := range cmd.Commands() {
			if !sub.Hidden {
				all = append(all, sub.Name())
			}
		}
		all = append(all, c.arguments(cmd)...)
	default:
		all = c.arguments(cmd)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.DeleteFunc(all, func(s string) bool { return !strings.HasPrefix(s, prefix) })
}

// wordsAnnotation marks a flag with the words it takes.
const wordsAnnotation = "cadastre_words"

// wordsFor has the words that a flag takes completed, here and by the user's own shell.
// What cobra learns it never forgets, and a shell makes its commands anew for each line.
func wordsFor(c *eppClient, cmd *cobra.Command, flag string, words []string) {
	_ = cmd.Flags().SetAnnotation(flag, wordsAnnotation, words) // the flag exists
	if !c.session.keep {
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
}

// flagWords are the words for the flag that was typed last, nil if it takes others or none.
func flagWords(cmd *cobra.Command, before []string) []string {
	if len(before) == 0 {
		return nil
	}
	name, long := strings.CutPrefix(before[len(before)-1], "--")
	if f := cmd.Flags().Lookup(name); long && f != nil {
		return f.Annotations[wordsAnnotation]
	}
	return nil
}

// arguments are names, where the command takes some.
func (c *completer) arguments(cmd *cobra.Command) []string {
	if !cmd.Runnable() || !strings.Contains(cmd.Use, " ") {
		return nil
	}
	return c.names
}

// learn remembers the names in a line.
func (c *completer) learn(line string) {
	words, err := splitWords(line)
	if err != nil || secretLine(line) || len(words) < 2 {
		return
	}
	commands := c.shell.commands()
	for _, w := range words[1:] {
		if strings.HasPrefix(w, "-") || isCommandWord(commands, w) {
			continue
		}
		c.names = slices.DeleteFunc(c.names, func(s string) bool { return s == w })
		c.names = append(c.names, w)
	}
	c.names = c.names[max(0, len(c.names)-maxNames):]
}

// isCommandWord reports whether a word is a command or a part of one.
func isCommandWord(parent *cobra.Command, word string) bool {
	for _, sub := range parent.Commands() {
		if sub.Name() == word || isCommandWord(sub, word) {
			return true
		}
	}
	return false
}
