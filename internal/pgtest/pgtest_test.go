package pgtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
)

func schema(table string) fstest.MapFS {
	text := "-- +goose Up\nCREATE TABLE " + table + " (word text);\n-- +goose Down\nDROP TABLE " + table + ";\n"
	return fstest.MapFS{"00001_first.sql": {Data: []byte(text)}}
}

func connect(t testing.TB, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func count(t *testing.T, conn *pgx.Conn, sql string, args ...any) (n int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSeparate: tests of one schema and of different ones do not see each other.
func TestSeparate(t *testing.T) {
	t.Parallel()
	for i := range 8 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			table := fmt.Sprintf("table_%d", i%2)
			conn := connect(t, New(t, schema(table)))
			if _, err := conn.Exec(t.Context(), "INSERT INTO "+table+" VALUES ('mine')"); err != nil {
				t.Error(err)
			}
			if n := count(t, conn, "SELECT count(*) FROM "+table); n != 1 {
				t.Errorf("%d rows, want my own", n)
			}
		})
	}
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	conn := connect(t, New(t, nil))
	if n := count(t, conn, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"); n != 0 {
		t.Errorf("%d tables in an empty database", n)
	}
}

// TestDropped: the database goes with its test, although a client is still connected.
func TestDropped(t *testing.T) {
	t.Parallel()
	var name string
	t.Run("inner", func(t *testing.T) {
		dsn := New(t, schema("dropped"))
		conn, err := pgx.Connect(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		name = conn.Config().Database
	})
	admin := connect(t, New(t, nil))
	if n := count(t, admin, "SELECT count(*) FROM pg_database WHERE datname = $1", name); n != 0 {
		t.Errorf("%s is still there", name)
	}
}

// TestKilled: a test process is killed; its cluster goes, and the next one starts
// clean. It runs this binary with a temporary directory of its own, hence an own cluster.
func TestKilled(t *testing.T) {
	t.Parallel()
	temp, err := os.MkdirTemp("/tmp", "pgtest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(temp) })
	shared := filepath.Join(temp, fmt.Sprintf("cadastre-pgtest-%d", os.Getuid()))
	first := victim(t, temp)
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait() // it was killed, says the error

	second := victim(t, temp) // joins the keeper of the first
	if err := second.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = second.Wait()
	waitNoKeeper(t, shared)
	if _, err := os.Stat(filepath.Join(shared, "dirty")); err == nil {
		t.Error("the keeper did not stop in order")
	}

	third := victim(t, temp)
	admin, err := os.ReadFile(filepath.Join(shared, "dsn"))
	if err != nil {
		t.Fatal(err)
	}
	conn := connect(t, string(admin))
	if n := count(t, conn, "SELECT count(*) FROM pg_database WHERE starts_with(datname, $1)", testPrefix); n != 1 {
		t.Errorf("%d test databases, want the one of the running test", n)
	}
	if n := count(t, conn, "SELECT count(*) FROM pg_database WHERE starts_with(datname, $1) AND length(datname) > 20", templatePrefix); n != 1 {
		t.Errorf("%d templates, want the one made before", n)
	}

	var keeper int // the postmaster's own parent
	text, err := os.ReadFile(filepath.Join(shared, "pg", "lock"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(string(text), &keeper); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(keeper, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := third.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = third.Wait()
	waitNoKeeper(t, shared)
	fourth := victim(t, temp)
	if err := fourth.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = fourth.Wait()
	waitNoKeeper(t, shared)
}

func waitNoKeeper(t *testing.T, shared string) {
	t.Helper()
	for held := true; held; time.Sleep(20 * time.Millisecond) {
		var err error
		if held, err = isHeld(shared, "keeper.lock"); err != nil {
			t.Fatal(err)
		}
	}
}

const victimEnv = "CADASTRE_PGTEST_VICTIM"

// victim starts a process that runs TestVictim and waits until it has a database.
func victim(t *testing.T, temp string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	sign := filepath.Join(temp, "sign")
	os.Remove(sign)
	cmd := exec.Command(exe, "-test.run=^TestVictim$")
	cmd.Env = append(os.Environ(), "TMPDIR="+temp, victimEnv+"="+sign)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	for deadline := time.Now().Add(timeout); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(sign); err == nil {
			return cmd
		}
		if time.Now().After(deadline) {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			t.Fatalf("no database: %s", out.String())
		}
	}
}

// TestVictim does nothing unless TestKilled runs it, in a process to be killed.
func TestVictim(t *testing.T) {
	sign := os.Getenv(victimEnv)
	if sign == "" {
		return
	}
	New(t, schema("victim"))
	if err := os.WriteFile(sign, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	select {} // until killed
}

// BenchmarkNew is the cost of a database: clone and drop.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		t := &scope{TB: b}
		New(t, schema("bench"))
		t.end()
	}
}

// scope is a test within a benchmark, whose cleanups run at its end.
type scope struct {
	testing.TB
	cleanups []func()
}

func (s *scope) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }

func (s *scope) end() {
	for i := len(s.cleanups) - 1; i >= 0; i-- {
		s.cleanups[i]()
	}
}
