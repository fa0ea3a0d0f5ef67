package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// bench is one run: a sandbox, what was made in it, and the figures so far.
type bench struct {
	options
	progress io.Writer
	report   *report

	dir     string // removed at the end
	sandbox *sandbox
	stage   *stage // registrars' objects to create with
	limits  *scratch
	made    int // whitelist names there are to work with
}

// step is one measurement.
type step struct {
	name, what string
	full       bool // only with -full or when named
	do         func(*bench, context.Context) error
}

// steps are the measurements in their order. Idle sessions come first: a server that has
// worked already has memory to spare that hides what they take.
func steps() []step {
	return []step{
		{"idle", "memory of idle sessions", false, (*bench).measureIdle},
		{"check", "domain:check beside a TLS echo", false, (*bench).measureCheck},
		{"create", "domain:create beside pgbench", false, (*bench).measureCreate},
		{"losing", "domain:create of a taken name beside pgbench", false, (*bench).measureLosing},
		{"visible", "from create to DNS", false, (*bench).measureVisible},
		{"preapproval", "domain:create with and without pre-approval", false, (*bench).measurePreapproval},
		{"storm", "another registrar's checks while 1000 sessions want one name", true, (*bench).measureStorm},
		{"growth", "with many names", true, (*bench).measureGrowth},
		{"whitelist", "many whitelist names: applications, checks and pruning", true, (*bench).measureWhitelist},
	}
}

func stepNames() []string {
	var names []string
	for _, s := range steps() {
		names = append(names, s.name)
	}
	return names
}

func checkSteps(only string) error {
	for _, name := range strings.Split(only, ",") {
		if only != "" && !slices.Contains(stepNames(), name) {
			return fmt.Errorf("-only %s: there are %s", name, strings.Join(stepNames(), ", "))
		}
	}
	return nil
}

func (b *bench) wanted(s step) bool {
	if b.only != "" {
		return slices.Contains(strings.Split(b.only, ","), s.name)
	}
	return b.full || !s.full
}

// open builds the program and starts the sandbox.
func (b *bench) open(ctx context.Context) (err error) {
	if b.options.dir != "" {
		b.dir, err = filepath.Abs(b.options.dir)
		if err == nil {
			err = os.Mkdir(b.dir, 0o700) // refuses one that is there, for it is removed at the end
		}
	} else {
		b.dir, err = os.MkdirTemp("", "cadastre-bench-")
	}
	if err != nil {
		b.dir = ""
		return err
	}
	if b.program == "" {
		fmt.Fprintln(b.progress, "building …")
		if b.program, err = build(ctx, b.dir); err != nil {
			return err
		}
	}
	if err := b.report.machine(b.dir); err != nil {
		return err
	}
	b.sandbox, err = startSandbox(ctx, sandboxConfig{
		program: b.program, dir: filepath.Join(b.dir, "sandbox"), log: filepath.Join(b.dir, "server.log"), offset: b.offset,
	})
	return err
}

// close stops and removes everything.
func (b *bench) close() error {
	var errs []error
	if b.limits != nil {
		b.limits.close()
	}
	if b.sandbox != nil {
		errs = append(errs, b.sandbox.stop())
	}
	if b.dir != "" {
		errs = append(errs, os.RemoveAll(b.dir))
	}
	return errors.Join(errs...)
}
