package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"cadastre/internal/pg"
	"cadastre/registry/store/migrations"
)

// databaseName is the one database of a private PostgreSQL.
const databaseName = "cadastre"

// dsnFile tells the operator's verbs where a running server's own database is.
const dsnFile = "database.dsn"

// database is PostgreSQL as a server process uses it: one that is given, or one
// of its own in a directory, which lives and dies with the process.
type database struct {
	DSN string

	log     *zap.Logger
	dir     string
	cluster *pg.Cluster // nil for a database that is given
}

// openDatabase returns the database at url, or starts one in dir when url is
// empty.
func openDatabase(ctx context.Context, url, dir string, log *zap.Logger) (*database, error) {
	d := &database{DSN: url, log: log, dir: filepath.Join(dir, "postgres")}
	if url != "" {
		return d, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := d.start(ctx); err != nil {
		return nil, err
	}
	if err := writeSecret(filepath.Join(dir, dsnFile), []byte(d.DSN+"\n")); err != nil {
		d.stop(ctx) //nolint:errcheck // err says what went wrong
		return nil, err
	}
	return d, nil
}

func (d *database) start(ctx context.Context) (err error) {
	if d.cluster, err = pg.Start(ctx, pg.Config{Dir: d.dir, Log: d.log}); err != nil {
		return err
	}
	dsn, err := d.cluster.EnsureDatabase(ctx, databaseName)
	if err != nil {
		return errors.Join(err, d.cluster.Stop(ctx))
	}
	if d.DSN != "" && d.DSN != dsn {
		return errors.Join(errors.New("the database came back at another address"), d.cluster.Stop(ctx))
	}
	d.DSN = dsn
	return nil
}

// migrate brings the schema to the newest version.
func (d *database) migrate(ctx context.Context) error { return pg.Migrate(ctx, d.DSN, migrations.FS) }

// checkSchema refuses a schema this binary does not know.
func (d *database) checkSchema(ctx context.Context) error {
	return pg.CheckSchema(ctx, d.DSN, migrations.FS)
}

// Restarting a database of our own that ended by itself: at most restartTries
// times in restartWindow, else the process ends and says why.
const (
	restartTries  = 10
	restartWindow = time.Minute
)

// supervise restarts a database of our own whenever it ends by itself; it returns
// an error when that does not help, and nil when ctx ends.
func (d *database) supervise(ctx context.Context) error {
	if d.cluster == nil {
		<-ctx.Done()
		return nil
	}
	var recent []time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.cluster.Done():
		}
		if ctx.Err() != nil {
			return nil
		}
		cause := d.cluster.Err()
		d.log.Error("the database ended by itself; restarting it", zap.Error(cause))
		recent = append(recent, time.Now())
		if len(recent) > restartTries && time.Since(recent[len(recent)-1-restartTries]) < restartWindow {
			return fmt.Errorf("the database ended %d times within %v: %w", restartTries, restartWindow, cause)
		}
		stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		err := d.cluster.Stop(stopCtx) // clears what the dead server left
		cancel()
		if err != nil {
			d.log.Warn("clearing the dead database", zap.Error(err))
		}
		if err := d.start(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("restarting the database: %w", err)
		}
	}
}

// stop stops a database of our own.
func (d *database) stop(ctx context.Context) error {
	if d.cluster == nil {
		return nil
	}
	err := d.cluster.Stop(ctx)
	os.Remove(filepath.Join(filepath.Dir(d.dir), dsnFile)) //nolint:errcheck // a stale file only misleads
	return err
}

// writeSecret writes a file for the owner alone, atomically.
func writeSecret(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone already after the rename
	if _, err := tmp.Write(data); err != nil {
		tmp.Close() //nolint:errcheck // the write's error matters
		return err
	}
	if err := tmp.Sync(); err != nil {
		tmp.Close() //nolint:errcheck // the sync's error matters
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
