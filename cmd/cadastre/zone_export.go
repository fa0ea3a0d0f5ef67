package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"cadastre/dnsout"
	"cadastre/registry"
)

func newZoneExportCmd(a *app) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "export NAME",
		Short: "Write a zone as a zone file (RFC 1035)",
		Long: "Writes what DNS shows of the zone now: the SOA, then every name with its records, sorted, so that two\n" +
			"exports of one state are equal. A file is written under another name first and renamed when it is whole.",
		Example: "  cadastre zone export example --dir var/dev | named-checkzone example /dev/stdin\n" +
			"  cadastre zone export example --dir var/dev --output example.zone",
		Args: cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	cmd.Flags().StringVar(&output, "output", "", "`file` to write (default standard output)")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		z, err := findZone(ctx, op, args[0])
		if err != nil {
			return err
		}
		if output == "" {
			if v.json {
				return errors.New("--json needs --output: a zone file has its own form")
			}
			return dnsout.Export(ctx, op.Store, z.ID, a.stdout)
		}
		return exportToFile(ctx, v, op, z, output)
	})
	return cmd
}

// exportResult is what an export wrote.
type exportResult struct {
	Zone    string `json:"zone"`
	File    string `json:"file"`
	Records int64  `json:"records"`
	Bytes   int64  `json:"bytes"`
}

func exportToFile(ctx context.Context, v *operatorVerb, op *operator, z *registry.Zone, path string) error {
	size, err := op.Store.ZoneSize(ctx, z.ID)
	if err != nil {
		return err
	}
	e := &export{Source: op.Store}
	if isTerminal(v.app.stderr) {
		e.meter = newMeter(v.app, "reading "+z.Name, size.Delegations)
	}
	err = writeFileAtomically(path, func(w io.Writer) error {
		e.to = w
		err := dnsout.Export(ctx, e, z.ID, e)
		if e.meter != nil {
			e.meter.end()
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.did(exportResult{z.Name, path, e.records, e.bytes}, "%s: %s written to %s", z.Name, counted(e.records, "record"), path)
}

// export counts what passes through an export: delegations on their way in,
// records on their way out.
type export struct {
	dnsout.Source
	to             io.Writer
	meter          *meter // nil without a terminal
	records, bytes int64
}

// SnapshotZone implements dnsout.Source.
func (e *export) SnapshotZone(ctx context.Context, zoneID int64, fn func(*dnsout.Delegation) error) (uint32, error) {
	if e.meter == nil {
		return e.Source.SnapshotZone(ctx, zoneID, fn)
	}
	return e.Source.SnapshotZone(ctx, zoneID, func(d *dnsout.Delegation) error {
		e.meter.add(1)
		return fn(d)
	})
}

// Write implements io.Writer.
func (e *export) Write(p []byte) (int, error) {
	n, err := e.to.Write(p)
	e.records += int64(bytes.Count(p[:n], []byte("\n")))
	e.bytes += int64(n)
	return n, err
}

// writeFileAtomically lets write fill a file that appears under its name only when
// it is whole and on the disk.
func writeFileAtomically(path string, write func(io.Writer) error) (err error) {
	tmp := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%d", filepath.Base(path), os.Getpid()))
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) // a zone is public
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(tmp) //nolint:errcheck // err says what went wrong
		}
	}()
	if err := write(f); err != nil {
		f.Close() //nolint:errcheck // the write's error matters
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close() //nolint:errcheck // the sync's error matters
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}
