package pg

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/zap"
)

// superuser is the one role of a private cluster.
const superuser = "cadastre"

// Config says where and how to run a private cluster.
type Config struct {
	// Dir is the directory of the cluster; it is made when missing. Whatever else
	// it holds is left alone. Required.
	Dir string
	// BinDir holds initdb and postgres. Empty: PATH, then the newest of
	// /usr/lib/postgresql/*/bin, then Homebrew's.
	BinDir string
	// Settings are PostgreSQL settings that replace the built-in ones, for
	// example "shared_buffers": "1GB".
	Settings map[string]string
	// Volatile trades durability for speed: after a crash of the machine the
	// cluster may be broken beyond repair. For tests only.
	Volatile bool
	// Log receives what an operator should know. Nil: nothing is logged.
	Log *zap.Logger
}

// Cluster is a running private PostgreSQL. Its methods are safe for concurrent use.
type Cluster struct {
	log    *zap.Logger
	site   *site
	lock   *dirLock
	proc   *process
	server Binaries
	host   string // directory of the socket

	stopOnce sync.Once
	stopped  chan struct{}
	stopErr  error
}

// Start starts the cluster of cfg.Dir, making it first if there is none, and
// returns when it accepts connections. A server that died and left its database
// running is no obstacle: that database is shut down first.
//
// Errors are one line and say what to do: [ErrNotFound] without PostgreSQL's
// programs, [*VersionError] for another major version's cluster, [*InUseError]
// while another server holds the directory. Recovery after a crash may take
// minutes; ctx bounds the wait.
func Start(ctx context.Context, cfg Config) (_ *Cluster, err error) {
	log := cfg.Log
	if log == nil {
		log = zap.NewNop()
	}
	if cfg.Dir == "" {
		return nil, errors.New("pg: no directory given")
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("pg: %w", err)
	}
	begun := time.Now()
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return nil, fmt.Errorf("pg: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	c := &Cluster{log: log, lock: lock, stopped: make(chan struct{})}
	defer func() {
		if err != nil {
			c.site.close()
			lock.release()
		}
	}()
	if c.site, err = openSite(dir); err != nil {
		return nil, err
	}
	if err := stopOrphans(ctx, c.site, log); err != nil {
		return nil, err
	}
	if c.server, err = findFor(ctx, cfg.BinDir, c.site.data()); err != nil {
		return nil, err
	}
	cold, err := c.ensureCluster(ctx, cfg.Volatile)
	if err != nil {
		return nil, err
	}
	if err := c.site.writeConf(cfg); err != nil {
		return nil, err
	}
	c.host = c.site.socketDir
	if c.proc, err = c.launch(ctx); err != nil {
		return nil, err
	}
	log.Info("database started", zap.String("dir", dir), zap.String("version", c.server.Version),
		zap.String("user", c.site.account.name), zap.Bool("new", cold), zap.Duration("took", time.Since(begun)))
	return c, nil
}

// DSN returns the connection string of a database of the cluster, which need not exist yet.
func (c *Cluster) DSN(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/" + database}
	u.RawQuery = url.Values{"host": {c.host}}.Encode()
	return u.String()
}

// EnsureDatabase returns the connection string of a database of the cluster and
// creates the database, empty, when it is missing.
func (c *Cluster) EnsureDatabase(ctx context.Context, name string) (dsn string, err error) {
	dsn = c.DSN(name)
	conn, err := pgx.Connect(ctx, dsn)
	if err == nil {
		return dsn, conn.Close(ctx)
	}
	const invalidCatalogName = "3D000"
	if pgErr := new(pgconn.PgError); !errors.As(err, &pgErr) || pgErr.Code != invalidCatalogName {
		return "", fmt.Errorf("pg: connect to %s: %w", name, err)
	}
	conn, err = pgx.Connect(ctx, c.DSN("postgres"))
	if err != nil {
		return "", fmt.Errorf("pg: connect: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
		return "", fmt.Errorf("pg: create database %s: %w", name, err)
	}
	return dsn, nil
}

// Binaries returns the PostgreSQL installation that serves the cluster.
func (c *Cluster) Binaries() Binaries { return c.server }

// Done is closed when PostgreSQL has ended, by Stop or by itself.
func (c *Cluster) Done() <-chan struct{} { return c.proc.done }

// Err says why PostgreSQL ended. It is nil while it runs and after Stop.
func (c *Cluster) Err() error {
	select {
	case <-c.proc.done:
		return c.proc.exitError()
	default:
		return nil
	}
}

// Stop ends PostgreSQL with a fast shutdown: clients are disconnected, open
// transactions rolled back, everything flushed. When ctx ends first the shutdown
// becomes immediate, which loses no commit but makes the next start recover.
// Later calls return the first call's result. The error is nil when PostgreSQL
// has ended, however it did.
func (c *Cluster) Stop(ctx context.Context) error {
	c.stopOnce.Do(func() {
		defer close(c.stopped)
		c.proc.stopping.Store(true)
		c.stopErr = c.proc.shutdown(ctx)
		killCluster(c.site, c.log)
		c.site.close()
		c.lock.release()
		c.log.Info("database stopped", zap.String("dir", c.site.root), zap.Error(c.stopErr))
	})
	<-c.stopped
	return c.stopErr
}
