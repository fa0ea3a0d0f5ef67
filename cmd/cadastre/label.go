package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

// labelKind is one of the two things that can be special about labels.
type labelKind struct {
	noun     string // the verb, and what its labels are
	value    string // what they have
	flag     string
	reserved bool
	short    string
	long     string
}

func premiumLabels() labelKind {
	return labelKind{
		noun: "premium", value: "class", flag: "class", short: "Give names prices of their own",
		long: "A name of a class costs what the class costs: set the prices first, with 'cadastre zone price ZONE --class'.\n" +
			"What is registered already keeps the class it was registered in.",
	}
}

func reservedLabels() labelKind {
	return labelKind{
		noun: "reserved", value: "reason", flag: "reason", reserved: true, short: "Keep names from being registered",
		long: "A reserved name can be registered with an allocation token only ('cadastre token add'). The reason is what a\n" +
			"check answers, if it has at most 32 characters.",
	}
}

func newLabelCmd(k labelKind) func(a *app) *cobra.Command {
	return func(a *app) *cobra.Command {
		cmd := &cobra.Command{
			Use: k.noun, Short: k.short, Long: k.long + "\n\nLabels are those below the zone's suffixes, without dots. All servers obey within a second.",
			Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		}
		cmd.AddCommand(newLabelAddCmd(a, k), newLabelListCmd(a, k), newLabelRemoveCmd(a, k))
		return cmd
	}
}

func newLabelAddCmd(a *app, k labelKind) *cobra.Command {
	var file, value string
	cmd := &cobra.Command{
		Use:   fmt.Sprintf("add ZONE [LABEL ...] [--%s TEXT] [--file FILE]", k.flag),
		Short: "Add labels, or change their " + k.value, Args: cobra.MinimumNArgs(1),
		Long: fmt.Sprintf("Adds labels, or changes their %[1]s: all of them, or none. A file has a label and its %[1]s on each line; lines\n"+
			"that begin with # are left out, and where a line has no %[1]s, --%[2]s has it.", k.value, k.flag),
		Example: fmt.Sprintf("  cadastre %[1]s add example one two --%[2]s gold --dir var/dev\n  cadastre %[1]s add example --file names.txt --dir var/dev", k.noun, k.flag),
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().StringVar(&file, "file", "", "`file` of labels; - is standard input")
	cmd.Flags().StringVar(&value, k.flag, "", "`"+k.value+"` of labels that have none of their own")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		changes, err := a.labelChanges(k, args[1:], file, value)
		if err != nil {
			return err
		}
		return k.set(ctx, a, v, op, labelJob{args[0], changes, "added"})
	})
	return cmd
}

func newLabelRemoveCmd(a *app, k labelKind) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "remove ZONE [LABEL ...] [--file FILE]", Short: "Remove labels", Args: cobra.MinimumNArgs(1),
		Long:    "Removes labels; those that are not there are passed over.",
		Example: fmt.Sprintf("  cadastre %s remove example one two --dir var/dev", k.noun),
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().StringVar(&file, "file", "", "`file` of labels, as add takes it; - is standard input")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		changes, err := a.labelChanges(k, args[1:], file, "-")
		if err != nil {
			return err
		}
		for i := range changes {
			changes[i].Value = ""
		}
		return k.set(ctx, a, v, op, labelJob{args[0], changes, "removed"})
	})
	return cmd
}

// labelJob is a change of a zone's labels; did says what it does to them.
type labelJob struct {
	zone    string
	changes []registry.LabelChange
	did     string
}

// manyLabels take long enough to show how far they are.
const manyLabels = 20_000

// set changes labels and tells how many.
func (k labelKind) set(ctx context.Context, a *app, v *operatorVerb, op *operator, job labelJob) error {
	z, err := findZone(ctx, op, job.zone)
	if err != nil {
		return err
	}
	var told func(int)
	rest := func() {}
	if len(job.changes) >= manyLabels {
		m := newMeter(a, k.noun+" labels of "+z.Name, int64(len(job.changes)))
		defer m.end()
		told = func(written int) { m.add(int64(written) - m.done) }
		rest = func() { m.add(m.total - m.done) } // of a label that is named twice one is written
	}
	if err := op.SRS.LoadLabels(ctx, op.Actor, z.Name, job.changes, told); err != nil {
		return err
	}
	rest()
	data := map[string]any{"zone": z.Name, job.did: len(job.changes)}
	return v.did(data, "%s: %s %s", z.Name, counted(int64(len(job.changes)), k.noun+" label"), job.did)
}

func newLabelListCmd(a *app, k labelKind) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list ZONE", Short: "List the labels with their " + k.value, Args: cobra.ExactArgs(1),
		Example: fmt.Sprintf("  cadastre %s list example --dir var/dev", k.noun),
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		z, err := findZone(ctx, op, args[0])
		if err != nil {
			return err
		}
		list := k.list(z)
		return v.show(list, func() string {
			if len(list) == 0 {
				return "No " + k.noun + " labels.\n"
			}
			rows := make([][]string, len(list))
			for i, one := range list {
				rows[i] = []string{one.Label, one.Value}
			}
			return grid([]string{"label", k.value}, rows)
		})
	})
	return cmd
}

// labelView is a label as it is printed.
type labelView struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// list gives the labels of a zone, sorted; reserved ones of its settings too.
func (k labelKind) list(z *registry.Zone) []labelView {
	list := []labelView{}
	for label, r := range z.Labels {
		value := r.Class
		if k.reserved {
			value = r.Reserved
		}
		if value != "" {
			list = append(list, labelView{label, value})
		}
	}
	if k.reserved {
		for _, label := range z.Reserved {
			list = append(list, labelView{label, "in the zone's settings"})
		}
	}
	slices.SortFunc(list, func(a, b labelView) int { return strings.Compare(a.Label, b.Label) })
	return list
}

// maxLabelFile bounds a file of labels, in octets.
const maxLabelFile = 32 << 20

// labelChanges reads the labels of arguments and file.
func (a *app) labelChanges(k labelKind, args []string, file, value string) ([]registry.LabelChange, error) {
	var data []byte
	var err error
	switch file {
	case "":
	case "-":
		data, err = io.ReadAll(io.LimitReader(a.stdin, maxLabelFile+1))
	default:
		data, err = readCapped(file, maxLabelFile)
	}
	if err != nil {
		return nil, err
	}
	if len(data) > maxLabelFile {
		return nil, registry.Errorf(registry.KindRange, "--file", file, "larger than %d octets", maxLabelFile)
	}
	changes, err := parseLabels(data, k.reserved, value)
	if err != nil {
		return nil, err
	}
	for _, label := range args {
		changes = append(changes, registry.LabelChange{Label: label, Reserved: k.reserved, Value: value})
	}
	if len(changes) == 0 {
		return nil, registry.Errorf(registry.KindMissing, "label", "", "say which labels: as arguments, or with --file")
	}
	for i, c := range changes {
		if c.Value == "" {
			return nil, registry.Errorf(registry.KindMissing, "--"+k.flag, c.Label, "the label has no %s", k.value)
		}
		if changes[i].Label, err = asciiName(c.Label, "label"); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// maxLabelLine bounds a line of a file of labels, in octets: a label and a reason have room.
const maxLabelLine = 1024

// parseLabels reads lines of a label and, after blanks, its class or reason; value is for
// lines without. Labels are judged where the zone is known.
func parseLabels(data []byte, reserved bool, value string) (changes []registry.LabelChange, err error) {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if len(bytes.TrimRight(line, "\r\n")) > maxLabelLine {
			return nil, registry.Errorf(registry.KindRange, "--file", "", "line %d has more than %d octets", n, maxLabelLine)
		}
		text := string(bytes.TrimSpace(line))
		if text == "" || text[0] == '#' {
			continue
		}
		if len(changes) == registry.MaxLabels {
			return nil, registry.Errorf(registry.KindRange, "--file", "", "more than %d labels", registry.MaxLabels)
		}
		if !utf8.ValidString(text) {
			return nil, registry.Errorf(registry.KindValue, "--file", text, "line %d is not UTF-8", n)
		}
		label, own := text, ""
		if i := strings.IndexAny(text, " \t"); i >= 0 {
			label, own = text[:i], strings.TrimSpace(text[i:])
		}
		if !reserved && strings.ContainsAny(own, " \t") {
			return nil, registry.Errorf(registry.KindValue, "--file", text, "line %d: a label and a class", n)
		}
		if own == "" {
			own = value
		}
		changes = append(changes, registry.LabelChange{Label: label, Reserved: reserved, Value: own})
	}
	return changes, nil
}
