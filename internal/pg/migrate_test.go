package pg

import (
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

func migration(statements string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("-- +goose Up\n" + statements + "\n-- +goose Down\nDROP TABLE never;\n")}
}

func versions(n int) fs.FS {
	all := []string{
		"CREATE TABLE words (word text PRIMARY KEY, number bigint GENERATED ALWAYS AS IDENTITY);\nCOMMENT ON TABLE words IS 'a comment';",
		"CREATE INDEX words_number ON words (number);",
		"ALTER TABLE words ADD COLUMN extra text CHECK (extra <> '');",
	}
	files := fstest.MapFS{}
	for i := range n {
		files["0000"+string(rune('1'+i))+"_step.sql"] = migration(all[i])
	}
	return files
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	c := start(t, t.TempDir())
	dsn := ensure(t, c, "registry")
	wantSchemaError := func(migrations fs.FS, have, want int64, hint string) {
		t.Helper()
		err := CheckSchema(t.Context(), dsn, migrations)
		var schema *SchemaError
		if !errors.As(err, &schema) || schema.Have != have || schema.Want != want || !strings.Contains(err.Error(), hint) {
			t.Errorf("CheckSchema = %v, want version %d against %d, with %q", err, have, want, hint)
		}
	}
	wantSchemaError(versions(2), 0, 2, "cadastre migrate")

	var all sync.WaitGroup // several programs at once
	for range 4 {
		all.Go(func() {
			if err := Migrate(t.Context(), dsn, versions(2)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if version, err := SchemaVersion(t.Context(), dsn); version != 2 || err != nil {
		t.Errorf("version %d, %v", version, err)
	}
	wantSchemaError(versions(3), 2, 3, "cadastre migrate")
	wantSchemaError(versions(1), 2, 1, "newer program")
	if err := Migrate(t.Context(), dsn, versions(1)); err == nil {
		t.Error("an old program migrated a newer database")
	}

	broken := fstest.MapFS{"00004_broken.sql": migration("CREATE TABLE half (); SELECT nonsense;")}
	for name, file := range versions(3).(fstest.MapFS) {
		broken[name] = file
	}
	err := Migrate(t.Context(), dsn, broken)
	if err == nil || !strings.Contains(err.Error(), "00004_broken.sql") || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("broken migration: %v", err)
	}
	if got := query(t, dsn, "SELECT count(*)::text FROM pg_tables WHERE tablename = 'half'"); got != "0" {
		t.Error("half a migration was applied")
	}
	if err := CheckSchema(t.Context(), dsn, versions(3)); err != nil {
		t.Errorf("after the broken migration: %v", err)
	}
	if err := Migrate(t.Context(), dsn, versions(3)); err != nil {
		t.Errorf("nothing to do: %v", err)
	}

	dump, err := DumpSchema(t.Context(), c.Binaries(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	if dump != wantDump {
		t.Errorf("dump:\n%s\nwant:\n%s", dump, wantDump)
	}
}

const wantDump = `CREATE TABLE public.words (
    word text NOT NULL,
    number bigint NOT NULL,
    extra text,
    CONSTRAINT words_extra_check CHECK ((extra <> ''::text))
);

ALTER TABLE public.words ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.words_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.words
    ADD CONSTRAINT words_pkey PRIMARY KEY (word);

CREATE INDEX words_number ON public.words USING btree (number);
`

func TestBadMigrations(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]fstest.MapFS{
		"none":        {},
		"same number": {"00001_a.sql": migration(""), "0001_b.sql": migration("")},
		"no number":   {"first.sql": migration("")},
	} {
		if _, err := newestVersion(files); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestNormalise(t *testing.T) {
	t.Parallel()
	const dump = "--\n-- PostgreSQL database dump\n--\n\n\\restrict x7\n\nSET lock_timeout = 0;\n" +
		"SELECT pg_catalog.set_config('search_path', '', false);\n\nCREATE TABLE a (\n    b text\n);\n\n\n--\n-- Name: c\n--\n\nCREATE TABLE c ();\n\n\\unrestrict x7\n"
	const want = "CREATE TABLE a (\n    b text\n);\n\nCREATE TABLE c ();\n"
	if got := normalise(dump); got != want {
		t.Errorf("got %q", got)
	}
}
