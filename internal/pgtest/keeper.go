package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"cadastre/internal/pg"

	"github.com/jackc/pgx/v5"
)

const (
	keeperEnv   = "CADASTRE_PGTEST_KEEPER" // names the directory, and makes the program a keeper
	keeperReady = "ready"

	// linger is how long the cluster stays after its last user: go test starts one
	// package's tests a while after another's have ended.
	linger = 5 * time.Second
	// maxTemplates is how many templates survive a restart; each is about 8 MiB.
	maxTemplates = 4
)

// A test binary is a keeper when told so. This must come before the tests' own
// main, which is why it is an init.
func init() {
	dir := os.Getenv(keeperEnv)
	if dir == "" {
		return
	}
	os.Unsetenv(keeperEnv)
	status := os.NewFile(3, "status")
	syscall.CloseOnExec(3)
	if err := keep(dir, status); err != nil {
		fmt.Fprintln(status, err) // nobody listens any more once it said ready
		os.Exit(1)
	}
	os.Exit(0)
}

// keep runs the cluster until nobody uses it.
func keep(dir string, status *os.File) error {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	var users *os.File // nobody else's, at the end; released last
	defer func() {
		if users != nil {
			users.Close()
		}
	}()
	mine, err := flock(dir, "keeper.lock", syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		return err
	}
	defer mine.Close()
	c, err := startCluster(ctx, dir)
	if err != nil {
		return err
	}
	defer stopCluster(c, dir)
	admin := c.DSN("postgres")
	if err := dropLeftovers(ctx, admin); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "dsn"), []byte(admin), 0o600); err != nil {
		return err
	}
	fmt.Fprintln(status, keeperReady)
	status.Close()

	idle := time.Duration(0)
	const step = 200 * time.Millisecond
	for {
		select {
		case <-c.Done():
			return c.Err()
		case <-ctx.Done():
			return nil
		case <-time.After(step):
		}
		users, err = flock(dir, "users.lock", syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EWOULDBLOCK):
			idle = 0
		case err != nil:
			return err
		case idle < linger:
			idle += step
			users.Close()
		default: // newcomers wait for this lock until the process has ended, then start another keeper
			return nil
		}
	}
}

// startCluster starts the cluster, or a new one when the old one's files cannot be trusted.
func startCluster(ctx context.Context, dir string) (*pg.Cluster, error) {
	data, dirty := filepath.Join(dir, "pg"), filepath.Join(dir, "dirty")
	cfg := pg.Config{Dir: data, Volatile: true, Settings: map[string]string{
		"max_connections": "400", // several packages at once, each with its pools
		"shared_buffers":  "64MB",
	}}
	_, err := os.Stat(dirty)
	fresh := err == nil
	for {
		if fresh {
			if err := wipe(ctx, data); err != nil {
				return nil, err
			}
		}
		if err := os.WriteFile(dirty, nil, 0o600); err != nil {
			return nil, err
		}
		c, err := pg.Start(ctx, cfg)
		if err == nil || fresh || errors.Is(err, pg.ErrNotFound) {
			return c, err
		}
		fresh = true // another version's, or broken
	}
}

// wipe removes a cluster of tests, whose remaining processes are stopped first
// if they can be: pg.Start does that.
func wipe(ctx context.Context, data string) error {
	if c, err := pg.Start(ctx, pg.Config{Dir: data, Volatile: true}); err == nil {
		if err := c.Stop(ctx); err != nil {
			return err
		}
	}
	return os.RemoveAll(data)
}

func stopCluster(c *pg.Cluster, dir string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	crashed := c.Err() != nil
	if err := c.Stop(ctx); err == nil && ctx.Err() == nil && !crashed {
		os.Remove(filepath.Join(dir, "dirty"))
	}
}

// dropLeftovers drops what killed test processes left behind, and old templates.
func dropLeftovers(ctx context.Context, admin string) error {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `
		(SELECT datname FROM pg_database WHERE starts_with(datname, $1))
		UNION ALL
		(SELECT datname FROM pg_database WHERE starts_with(datname, $2) AND datname NOT IN ('template0', 'template1')
		 ORDER BY oid DESC OFFSET $3)`, testPrefix, templatePrefix, maxTemplates)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := conn.Exec(ctx, "DROP DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
			return err
		}
	}
	return nil
}
