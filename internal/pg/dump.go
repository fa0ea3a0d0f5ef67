package pg

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// DumpSchema returns the definition of a database's schema as SQL, without data,
// owners, comments, session settings and the migrations' own tables. The text is
// the same whichever minor release wrote it. bin's version must be the server's
// or newer.
func DumpSchema(ctx context.Context, bin Binaries, dsn string) (string, error) {
	cmd := exec.CommandContext(ctx, bin.Path("pg_dump"), "--schema-only", "--no-owner", "--no-privileges",
		"--no-comments", "--no-tablespaces", "--exclude-table=goose_db_version*", "--exclude-table=goose_lock", "--dbname="+dsn)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("pg: dump schema: %w: %s", err, strings.TrimSpace(complaint.String()))
	}
	return normalise(string(out)), nil
}

// normalise strips from pg_dump's output what depends on its release: comments,
// SET and \restrict lines, the search path, and runs of empty lines. It expects
// no function bodies, which may hold such lines themselves; the schema has none.
func normalise(dump string) string {
	var text strings.Builder
	blank := true // swallows empty lines at the start
	for line := range strings.Lines(dump) {
		line = strings.TrimRight(line, " \r\n")
		switch {
		case strings.HasPrefix(line, "--"), strings.HasPrefix(line, `\`), strings.HasPrefix(line, "SET "),
			strings.HasPrefix(line, "SELECT pg_catalog.set_config("):
			continue
		case line == "":
			if !blank {
				text.WriteByte('\n')
			}
			blank = true
		default:
			text.WriteString(line + "\n")
			blank = false
		}
	}
	return strings.TrimRight(text.String(), "\n") + "\n"
}
