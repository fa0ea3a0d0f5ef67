package pg

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap/zaptest"
)

// start starts a cluster that need not survive the machine, which spares syncing it.
func start(t *testing.T, dir string) *Cluster {
	t.Helper()
	return startWith(t, Config{Dir: dir, Volatile: true})
}

func startWith(t *testing.T, cfg Config) *Cluster {
	t.Helper()
	cfg.Log = zaptest.NewLogger(t)
	c, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, c) })
	return c
}

func stop(t *testing.T, c *Cluster) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := c.Stop(ctx); err != nil {
		t.Error(err)
	}
}

// query returns one text value.
func query(t *testing.T, dsn, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var value string
	if err := conn.QueryRow(t.Context(), sql).Scan(&value); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return value
}

func execute(t *testing.T, dsn string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, sql := range statements {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

func ensure(t *testing.T, c *Cluster, database string) string {
	t.Helper()
	dsn, err := c.EnsureDatabase(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	return dsn
}

// TestStartTwice is the life of a cluster: made, used, stopped, started again, used.
func TestStartTwice(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "below", "pg") // as root: below a directory for root alone
	c := startWith(t, Config{Dir: dir})
	dsn := ensure(t, c, "registry")
	execute(t, dsn, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('word')")
	stop(t, c)
	select {
	case <-c.Done():
	default:
		t.Error("Done not closed after Stop")
	}
	if err := c.Err(); err != nil {
		t.Errorf("Err after Stop: %v", err)
	}
	if pids := clusterProcesses(c.site, 0); len(pids) != 0 {
		t.Errorf("processes left: %v", pids)
	}
	stop(t, c) // again: no error, no waiting

	again := startWith(t, Config{Dir: dir})
	if got := query(t, ensure(t, again, "registry"), "SELECT word FROM kept"); got != "word" {
		t.Errorf("got %q after the restart", got)
	}
}

// TestReachableDirectory covers the usual place, one that everyone may enter.
func TestReachableDirectory(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	for _, dir := range []string{filepath.Dir(base), base} {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(base, "pg")
	c := start(t, dir)
	if got, want := query(t, c.DSN("postgres"), "SHOW data_directory"), filepath.Join(dir, "data"); got != want {
		t.Errorf("data_directory is %s, want %s", got, want)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	local := filepath.Join(dir, "postgresql.local.conf")
	if err := os.WriteFile(local, []byte("work_mem = '7MB'\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c := startWith(t, Config{Dir: dir, Settings: map[string]string{"search_path": `"it's", public`}})
	for name, want := range map[string]string{
		"listen_addresses": "", "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "jit": "off",
		"wal_level": "replica", "max_connections": "100", "server_encoding": "UTF8", "lc_collate": "C",
		"TimeZone": "UTC", "work_mem": "7MB", "search_path": `"it's", public`,
	} {
		if got := query(t, c.DSN("postgres"), "SHOW "+name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := query(t, c.DSN("postgres"), "SELECT count(*)::text FROM pg_hba_file_rules WHERE type <> 'local'"); got != "0" {
		t.Errorf("%s rules admit network clients", got)
	}
}

// TestPrivate: nobody but the owner may reach the socket or the data.
func TestPrivate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := start(t, dir)
	for _, name := range []string{"data", "sock"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
		if uid := int(info.Sys().(*syscall.Stat_t).Uid); uid != c.site.account.uid || uid == 0 {
			t.Errorf("%s belongs to %d", name, uid)
		}
	}
	if os.Getuid() == 0 {
		if uid, err := ownerOf(dir); err != nil || uid != 0 {
			t.Errorf("directory belongs to %d (%v): root writes in it", uid, err)
		}
	}
}

func TestInUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := start(t, dir)
	_, err := Start(t.Context(), Config{Dir: dir})
	var inUse *InUseError
	if !errors.As(err, &inUse) || inUse.PID != os.Getpid() {
		t.Fatalf("second start: %v", err)
	}
	oneLine(t, err)
	if got := query(t, c.DSN("postgres"), "SELECT 'alive'"); got != "alive" {
		t.Error("the refused start disturbed the first")
	}
}

func TestOtherMajorVersion(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := start(t, dir)
	execute(t, ensure(t, c, "registry"), "CREATE TABLE kept ()")
	stop(t, c)
	version := filepath.Join(dir, "data", "PG_VERSION")
	was, err := os.ReadFile(version)
	if err != nil {
		t.Fatal(err)
	}
	rewrite := func(text string) {
		t.Helper()
		if err := os.WriteFile(version, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rewrite("9.6\n")
	_, err = Start(t.Context(), Config{Dir: dir})
	var mismatch *VersionError
	if !errors.As(err, &mismatch) || !strings.Contains(err.Error(), "9.6") {
		t.Fatalf("start of another version's cluster: %v", err)
	}
	oneLine(t, err)
	rewrite(string(was))
	again := start(t, dir)
	execute(t, again.DSN("registry"), "SELECT FROM kept")
}

func TestNoPostgreSQL(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	_, err := Start(t.Context(), Config{Dir: t.TempDir(), BinDir: empty})
	if !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "install") {
		t.Fatalf("without PostgreSQL: %v", err)
	}
	oneLine(t, err)
}

// TestFindPrefersMatch: of several installations the one that made the cluster serves it.
func TestFindPrefersMatch(t *testing.T) {
	newer := fakeInstallation(t, "99.1")
	real, err := Find(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", newer+":"+os.Getenv("PATH"))
	found, err := Find(t.Context(), "")
	if err != nil || found.Dir != newer || found.Major != 99 {
		t.Fatalf("Find = %+v, %v; want the one in PATH", found, err)
	}
	dir := t.TempDir()
	stop(t, startWith(t, Config{Dir: dir, BinDir: real.Dir, Volatile: true}))
	if again := start(t, dir); again.Binaries() != real {
		t.Errorf("served by %+v, want %+v", again.Binaries(), real)
	}
	if found, err = Find(t.Context(), fakeInstallation(t, "14.9")); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "14") {
		t.Errorf("Find took a version that is too old: %+v, %v", found, err)
	}
}

// fakeInstallation is a directory with programs that only tell a version.
func fakeInstallation(t *testing.T, version string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"initdb", "postgres"} {
		script := "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLongPath(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("long/", 30))
	c := start(t, dir)
	elsewhere := c.site.socketDir
	if strings.HasPrefix(elsewhere, dir) {
		t.Errorf("socket in %s", elsewhere)
	}
	if info, err := os.Stat(elsewhere); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("socket directory: %v, %v", info, err)
	}
	if got := query(t, c.DSN("postgres"), "SELECT 'there'"); got != "there" {
		t.Error(got)
	}
	stop(t, c)
	if _, err := os.Stat(elsewhere); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left behind: %v", elsewhere, err)
	}
	if again := start(t, dir); again.DSN("x") != c.DSN("x") {
		t.Errorf("the address changed from %s to %s", c.DSN("x"), again.DSN("x"))
	}
}

// TestHalfMade: initdb was killed, or ctx ended, in the middle.
func TestHalfMade(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if c, err := Start(ctx, Config{Dir: dir}); err == nil { // initdb alone needs several times as long
		stop(t, c)
		t.Fatal("started although ctx ended")
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("half a cluster is called data: %v", err)
	}
	half := filepath.Join(dir, newDataPrefix+"1")
	if err := os.MkdirAll(filepath.Join(half, "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	start(t, dir)
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half made cluster is left: %v", err)
	}
}

// TestForeignData: a directory called data that is no cluster is never touched.
func TestForeignData(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mine := filepath.Join(dir, "data", "letter.txt")
	if err := os.Mkdir(filepath.Dir(mine), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(mine, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := Start(t.Context(), Config{Dir: dir}); err == nil {
		stop(t, c)
		t.Error("started over foreign data")
	}
	if text, err := os.ReadFile(mine); err != nil || string(text) != "dear" {
		t.Errorf("foreign data changed: %q, %v", text, err)
	}
}

func TestBadSetting(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), Config{Dir: t.TempDir(), Volatile: true, Settings: map[string]string{"shared_buffers": "much"}})
	if err == nil || !strings.Contains(err.Error(), "postgresql.conf") && !strings.Contains(err.Error(), "shared_buffers") {
		t.Fatalf("start with a bad setting: %v", err)
	}
	oneLine(t, err)
}

func oneLine(t *testing.T, err error) {
	t.Helper()
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("not one line: %q", err)
	}
}
