package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // database/sql's driver "pgx", which goose needs
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// SchemaError is the refusal of a database whose schema is not the one the program knows.
type SchemaError struct {
	Have int64 // the database's version; 0 when it has no schema
	Want int64 // the program's version
}

func (e *SchemaError) Error() string {
	switch {
	case e.Have == 0:
		return fmt.Sprintf("the database has no schema, the program needs version %d: run `cadastre migrate`", e.Want)
	case e.Have < e.Want:
		return fmt.Sprintf("the database's schema is version %d, the program needs version %d: run `cadastre migrate`", e.Have, e.Want)
	default:
		return fmt.Sprintf("the database's schema is version %d, this program knows only version %d: use the newer program that migrated the database", e.Have, e.Want)
	}
}

// Times of the lock that keeps two programs from migrating at once. It is a row
// with a lease rather than an advisory lock, so that it works through connection
// poolers and on engines without advisory locks. A program killed while it
// migrates blocks the next for one lease.
const (
	migrateLease     = 10 * time.Second
	migrateHeartbeat = 2 * time.Second
	migrateRetry     = 100 * time.Millisecond
	migrateRetries   = 6000 // ten minutes in all
)

// Migrate brings the database to the newest version in migrations, a directory of
// goose files (00001_name.sql and so on). Each migration runs in a transaction of
// its own; concurrent calls wait for each other. A database that is newer than
// migrations is refused with a [*SchemaError].
func Migrate(ctx context.Context, dsn string, migrations fs.FS) error {
	err := CheckSchema(ctx, dsn, migrations)
	var schema *SchemaError
	if err == nil || !errors.As(err, &schema) || schema.Have > schema.Want {
		return err
	}
	locker, err := lock.NewPostgresTableLocker(
		lock.WithTableLeaseDuration(migrateLease),
		lock.WithTableHeartbeatInterval(migrateHeartbeat),
		lock.WithTableLockTimeout(migrateRetry, migrateRetries),
		lock.WithTableLogger(slog.New(slog.DiscardHandler)),
	)
	if err != nil {
		return fmt.Errorf("pg: migrate: %w", err)
	}
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return fmt.Errorf("pg: migrate: %w", err)
	}
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations,
		goose.WithLocker(locker), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("pg: migrate: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		if partial := new(goose.PartialError); errors.As(err, &partial) && partial.Failed != nil {
			return fmt.Errorf("pg: migrate: %s: %w", path.Base(partial.Failed.Source.Path), partial.Err)
		}
		return fmt.Errorf("pg: migrate: %w", err)
	}
	return CheckSchema(ctx, dsn, migrations)
}

// CheckSchema returns a [*SchemaError] when the database is not at the newest
// version in migrations. It writes nothing.
func CheckSchema(ctx context.Context, dsn string, migrations fs.FS) error {
	want, err := newestVersion(migrations)
	if err != nil {
		return err
	}
	have, err := SchemaVersion(ctx, dsn)
	if err != nil {
		return err
	}
	if have != want {
		return &SchemaError{Have: have, Want: want}
	}
	return nil
}

// SchemaVersion returns the number of the last migration applied to the database, 0 if none was.
func SchemaVersion(ctx context.Context, dsn string) (int64, error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return 0, fmt.Errorf("pg: schema version: %w", err)
	}
	defer conn.Close(ctx)
	var version int64
	err = conn.QueryRow(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&version)
	const undefinedTable = "42P01"
	if pgErr := new(pgconn.PgError); errors.As(err, &pgErr) && pgErr.Code == undefinedTable {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("pg: schema version: %w", err)
	}
	return version, nil
}

// newestVersion returns the highest number among the migrations. Two files with
// one number are an error: only one of them would ever be applied.
func newestVersion(migrations fs.FS) (int64, error) {
	files, err := fs.Glob(migrations, "*.sql")
	if err != nil {
		return 0, fmt.Errorf("pg: migrations: %w", err)
	}
	if len(files) == 0 {
		return 0, errors.New("pg: migrations: none given")
	}
	newest, seen := int64(0), map[int64]string{}
	for _, file := range files {
		version, err := goose.NumericComponent(file)
		if err != nil {
			return 0, fmt.Errorf("pg: migrations: %w", err)
		}
		if other, ok := seen[version]; ok {
			return 0, fmt.Errorf("pg: migrations: %s and %s have the same number", other, file)
		}
		seen[version] = file
		newest = max(newest, version)
	}
	return newest, nil
}
