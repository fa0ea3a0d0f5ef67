package rst

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// frameBook keeps every frame of the server, to be validated when the run ends: one
// process of xmllint checks hundreds in the time it takes to load the schemas.
type frameBook struct {
	dir   string
	notes []frameNote
	err   error // the first failure to write
}

type frameNote struct{ id, client, row string }

func newFrameBook() (*frameBook, error) {
	dir, err := os.MkdirTemp("", "rst-frames-")
	return &frameBook{dir: dir}, err
}

func (b *frameBook) path(n int) string { return filepath.Join(b.dir, strconv.Itoa(n)+".xml") }

func (b *frameBook) add(r *run, frame []byte) {
	if err := os.WriteFile(b.path(len(b.notes)), frame, 0o600); err != nil {
		b.err = errors.Join(b.err, err)
	}
	b.notes = append(b.notes, frameNote{r.c.id, r.who(), r.row})
}

func (b *frameBook) remove() { os.RemoveAll(b.dir) } //nolint:errcheck // only temporary files

// batch is how many frames one xmllint reads.
const batch = 400

// validate checks all frames and returns what is wrong with them.
func (b *frameBook) validate(ctx context.Context, schema string) ([]Finding, error) {
	if b.err != nil {
		return nil, b.err
	}
	var out []Finding
	for from := 0; from < len(b.notes); from += batch {
		to := min(from+batch, len(b.notes))
		list, err := b.validateSome(ctx, schema, from, to)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func (b *frameBook) validateSome(ctx context.Context, schema string, from, to int) ([]Finding, error) {
	args := []string{"--nonet", "--noout", "--schema", schema}
	for n := from; n < to; n++ {
		args = append(args, b.path(n))
	}
	cmd := exec.CommandContext(ctx, "xmllint", args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		return nil, fmt.Errorf("frames cannot be validated: %w", err)
	}
	lines := strings.Split(said.String(), "\n")
	var out []Finding
	for n := from; n < to; n++ {
		path := b.path(n)
		if slices.Contains(lines, path+" validates") {
			continue
		}
		f := Finding{
			Case: b.notes[n].id, Client: b.notes[n].client, Row: b.notes[n].row,
			Code: "EPP_SCHEMA_VALIDATION_ERROR", Level: Error, Text: faults(lines, path),
		}
		if f.Text == "" { // nothing about this frame: xmllint did not come to it
			return nil, fmt.Errorf("xmllint: %s", strings.TrimSpace(said.String()))
		}
		if strings.Contains(f.Text, "parser error") {
			f.Code = "EPP_XML_PARSE_ERROR"
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f.Frame = string(raw)
		out = append(out, f)
	}
	return out, nil
}

// faults is what xmllint says of a file, without the file's name.
func faults(lines []string, path string) string {
	var out []string
	for _, l := range lines {
		if rest, ok := strings.CutPrefix(l, path+":"); ok {
			out = append(out, rest)
		}
	}
	return strings.Join(out, "; ")
}
