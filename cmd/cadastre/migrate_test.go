package main

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"cadastre/internal/pg"
	"cadastre/internal/pgtest"
	"cadastre/registry/store/migrations"
)

// migrated runs `cadastre migrate` and returns what it prints.
func migrated(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if err := run(context.Background(), append([]string{"migrate"}, args...), nil, &out, &errs); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return out.String()
}

// newest is the version that all migrations make.
func newest(t *testing.T) string {
	t.Helper()
	version, err := pg.SchemaVersion(context.Background(), pgtest.New(t, migrations.FS))
	if err != nil || version < 1 {
		t.Fatal(version, err)
	}
	return strconv.FormatInt(version, 10)
}

func TestMigrate(t *testing.T) {
	c := &registryCLI{T: t, dir: t.TempDir(), dsn: pgtest.New(t, nil)}
	c.configure(c.dsn)
	c.fails(1, "run `cadastre migrate`", "zone", "list")
	want := newest(t)
	if got := migrated(t, "--config", c.config()); got != "schema: from version 0 to "+want+"\n" {
		t.Error(got)
	}
	if got := migrated(t, "--database-url", c.dsn); got != "schema: version "+want+" already\n" {
		t.Error(got)
	}
	if got := migrated(t, "--database-url", c.dsn, "--json"); got != `{"from":`+want+`,"to":`+want+"}\n" {
		t.Error(got)
	}
	c.says([]string{"There are no zones"}, "zone", "list")
	for _, args := range [][]string{{}, {"--config", c.config(), "--database-url", c.dsn}, {"--database-url", "postgres://nobody@127.0.0.1:1/none"}} {
		if err := run(context.Background(), append([]string{"migrate"}, args...), nil, &bytes.Buffer{}, &bytes.Buffer{}); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}

// TestMigrateOwnDatabase: the registry's own PostgreSQL is started for the
// moment, and one that a server runs is used as it is.
func TestMigrateOwnDatabase(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	want := newest(t)
	if got := migrated(t, "--dir", dir); got != "schema: from version 0 to "+want+"\n" {
		t.Error(got)
	}
	db, err := openDatabase(ctx, "", dir, nil)
	if err != nil {
		t.Fatal("the database was not stopped:", err)
	}
	defer db.stop(ctx) //nolint:errcheck // the test's own
	config := filepath.Join(dir, "cadastre.toml")
	c := &registryCLI{T: t, dir: dir}
	c.file("cadastre.toml", "data_dir = "+strconv.Quote(dir)+"\nroid_suffix = \"TEST\"\nroles = [\"jobs\"]\n")
	if got := migrated(t, "--config", config); got != "schema: version "+want+" already\n" {
		t.Error(got)
	}
	if _, err := pg.SchemaVersion(ctx, db.DSN); err != nil {
		t.Error("the server's database was stopped:", err)
	}
	c.says([]string{"There are no zones"}, "zone", "list")
	if err := db.stop(ctx); err != nil {
		t.Fatal(err)
	}
	_, stderr, status := c.try("zone", "list")
	if status != 1 || !strings.Contains(stderr, "does not run") {
		t.Errorf("status %d, %s", status, stderr)
	}
	if err := db.checkSchema(ctx); err == nil || errors.As(err, new(*pg.SchemaError)) {
		t.Error("the database still answers:", err)
	}
}
