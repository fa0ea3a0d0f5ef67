// Package pgtest gives every test a PostgreSQL database of its own.
//
// All test processes of a user share one cluster, below the system's temporary
// directory. The first one starts a keeper process, which runs the cluster and
// stops it a few seconds after the last test process has gone, however it went.
// The cluster's files stay, so that the next run starts in a tenth of a second.
// Migrations run once, in a template database that is cloned for each test.
//
// The cluster does not sync to disk: tests that pull the plug use internal/pg itself.
//
// The package knows no schema and implements no RFC.
package pgtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"cadastre/internal/pg"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Names of databases begin with one of these; the keeper removes leftovers by them.
const (
	testPrefix     = "t_"
	templatePrefix = "template_"
)

// timeout bounds each administrative step. On a loaded machine a clone may take seconds.
const timeout = 2 * time.Minute

// New returns the connection string of a fresh database that is at the newest
// version of migrations (see [pg.Migrate]), or empty when migrations is nil. The
// database is dropped, with whatever is still connected to it, when the test ends.
// Without PostgreSQL the test fails.
func New(t testing.TB, migrations fs.FS) (dsn string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	c, err := join(ctx)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(c.leave)
	template := "template0"
	if migrations != nil {
		if template, err = templateName(migrations); err != nil {
			t.Fatalf("pgtest: %v", err)
		}
	}
	name := testPrefix + strings.ToLower(rand.Text())
	err = c.clone(ctx, name, template)
	if isMissing(err) && migrations != nil {
		if err = c.makeTemplate(ctx, template, migrations); err == nil {
			err = c.clone(ctx, name, template)
		}
	}
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		defer cancel()
		if err := c.exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return c.dsn(name)
}

// cluster is a test's hold on the shared cluster.
type cluster struct {
	dir   string
	admin string   // connection string of the database postgres
	users *os.File // share of the lock that keeps the cluster running
}

func (c *cluster) leave() { c.users.Close() }

// dsn returns the connection string of a database of the cluster.
func (c *cluster) dsn(database string) string {
	u, err := url.Parse(c.admin)
	if err != nil {
		panic(err) // the keeper wrote it with the same package
	}
	u.Path = "/" + database
	return u.String()
}

func (c *cluster) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, c.admin)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, sql)
	return err
}

func (c *cluster) clone(ctx context.Context, name, template string) error {
	return c.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY file_copy")
}

// makeTemplate migrates a template database under another name and renames it,
// so that a template is complete or absent. One process at a time does it.
func (c *cluster) makeTemplate(ctx context.Context, name string, migrations fs.FS) error {
	lock, err := lockFile(c.dir, "template.lock", true)
	if err != nil {
		return err
	}
	defer lock.Close()
	if made, err := c.has(ctx, name); made || err != nil {
		return err // another process was first
	}
	const unfinished = "unfinished"
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + unfinished + " WITH (FORCE)", "CREATE DATABASE " + unfinished + " TEMPLATE template0"} {
		if err := c.exec(ctx, sql); err != nil {
			return err
		}
	}
	if err := pg.Migrate(ctx, c.dsn(unfinished), migrations); err != nil {
		return err
	}
	return c.exec(ctx, "ALTER DATABASE "+unfinished+" RENAME TO "+name)
}

func (c *cluster) has(ctx context.Context, database string) (found bool, err error) {
	conn, err := pgx.Connect(ctx, c.admin)
	if err != nil {
		return false, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", database).Scan(&found)
	return found, err
}

// isMissing says whether the template of a clone does not exist.
func isMissing(err error) bool {
	const invalidCatalogName = "3D000"
	var pgErr *pgconn.PgError
	return errors.As(err, &pgErr) && pgErr.Code == invalidCatalogName
}

// templateName names the template after the content of the migrations.
func templateName(migrations fs.FS) (string, error) {
	files, err := fs.Glob(migrations, "*.sql") // sorted
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	for _, file := range files {
		text, err := fs.ReadFile(migrations, file)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(hash, "%s %d\n%s", file, len(text), text)
	}
	return templatePrefix + hex.EncodeToString(hash.Sum(nil)[:12]), nil
}
