package e2e

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// pgSocket is the name of PostgreSQL's socket in its directory.
const pgSocket = ".s.PGSQL.5432"

// databaseLine stands between a server and its database. It can be made deaf: what the
// server says still arrives, and what the database answers is lost.
type databaseLine struct {
	dsn    string // of the database, through the line
	socket string // of the database itself
	ln     net.Listener

	mu    sync.Mutex
	deaf  bool
	conns []net.Conn
}

// newDatabaseLine listens in a directory of its own.
func newDatabaseLine(t *testing.T, dsn string) *databaseLine {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	dir, err := os.MkdirTemp("", "line") // the name of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	l := &databaseLine{socket: filepath.Join(q.Get("host"), pgSocket)}
	if l.ln, err = net.Listen("unix", filepath.Join(dir, pgSocket)); err != nil {
		t.Fatal(err)
	}
	q.Set("host", dir)
	u.RawQuery = q.Encode()
	l.dsn = u.String()
	var links sync.WaitGroup
	links.Go(func() {
		for {
			conn, err := l.ln.Accept()
			if err != nil {
				return
			}
			links.Go(func() { l.link(conn) })
		}
	})
	t.Cleanup(func() {
		l.ln.Close()
		l.setDeaf(false)
		links.Wait()
		os.RemoveAll(dir)
	})
	return l
}

// link carries one connection.
func (l *databaseLine) link(conn net.Conn) {
	defer conn.Close()
	db, err := net.Dial("unix", l.socket)
	if err != nil {
		return
	}
	defer db.Close()
	l.mu.Lock()
	l.conns = append(l.conns, conn, db)
	l.mu.Unlock()
	go func() {
		buf := make([]byte, 64<<10)
		for {
			n, err := conn.Read(buf)
			if _, failed := db.Write(buf[:n]); err != nil || failed != nil {
				db.Close()
				return
			}
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := db.Read(buf)
		if !l.pass(conn, buf[:n]) || err != nil {
			return
		}
	}
}

// pass gives the server what the database said, unless the line is deaf.
func (l *databaseLine) pass(to net.Conn, said []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.deaf {
		return true
	}
	to.SetWriteDeadline(time.Now().Add(answerLimit)) // the lock is held
	_, err := to.Write(said)
	return err == nil
}

// setDeaf makes the line deaf, or cuts all that goes through it and mends it.
func (l *databaseLine) setDeaf(deaf bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deaf = deaf
	if !deaf {
		for _, c := range l.conns {
			c.Close()
		}
		l.conns = nil
	}
}

// brake holds up every command that is paid from an account: it has read all that it
// reads then, and sent all that it writes.
type brake struct {
	*pgx.Conn
	tx  pgx.Tx
	pid uint32
}

func newBrake(t *testing.T, dsn, registrar string) *brake {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	b := &brake{Conn: conn, pid: conn.PgConn().PID()}
	if b.tx, err = conn.Begin(t.Context()); err == nil {
		_, err = b.tx.Exec(t.Context(), "SELECT FROM accounts WHERE registrar = $1 FOR UPDATE", registrar)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) }) //nolint:errcheck // it is closed already, or the test failed
	return b
}

// wait waits until so many commands are held up.
func (b *brake) wait(t *testing.T, commands int) {
	t.Helper()
	waitFor(t, "commands that are held up", func() bool {
		var n int
		err := b.tx.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))", int32(b.pid)).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n >= commands
	})
}

// release lets them go on.
func (b *brake) release(t *testing.T) {
	t.Helper()
	if err := errors.Join(b.tx.Rollback(t.Context()), b.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// waitFor waits until something is so.
func waitFor(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(answerLimit); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%v passed without %s", answerLimit, what)
		}
	}
}
