package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"cadastre/internal/config"
	"cadastre/internal/pg"
)

const migrateLong = `Brings the database's schema to the version that this program needs, one migration at a time,
each in a transaction of its own. A server does not start on another version. A schema that
is newer than the program is left alone and refused.

The registry's own PostgreSQL is started for the moment when no server runs it.`

// migrateOptions say which database to migrate.
type migrateOptions struct {
	operatorFlags
	databaseURL string
	json        bool
}

func newMigrateCmd(a *app) *cobra.Command {
	var o migrateOptions
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database to the schema that this program needs",
		Long:  migrateLong,
		Example: "  cadastre migrate --config /etc/cadastre.toml\n" +
			"  cadastre migrate --database-url postgres://cadastre@db.example/cadastre",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), a) },
	}
	f := cmd.Flags()
	f.StringVar(&o.config, "config", "", "configuration `file` of the server")
	f.StringVar(&o.dir, "dir", "", "`directory` of a sandbox")
	f.StringVar(&o.databaseURL, "database-url", "", "`URL` of a PostgreSQL database")
	addJSONFlag(cmd, &o.json)
	cmd.MarkFlagsMutuallyExclusive("config", "dir", "database-url")
	return cmd
}

func (o *migrateOptions) run(ctx context.Context, a *app) (err error) {
	db, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopDatabase(db)) }()
	from, err := pg.SchemaVersion(ctx, db.DSN)
	if err != nil {
		return err
	}
	if err := db.migrate(ctx); err != nil {
		return err
	}
	to, err := pg.SchemaVersion(ctx, db.DSN)
	if err != nil {
		return err
	}
	if o.json {
		return printJSON(a.stdout, map[string]int64{"from": from, "to": to})
	}
	if from == to {
		_, err = fmt.Fprintf(a.stdout, "schema: version %d already\n", to)
	} else {
		_, err = fmt.Fprintf(a.stdout, "schema: from version %d to %d\n", from, to)
	}
	return err
}

// open finds the database, or starts the registry's own.
func (o *migrateOptions) open(ctx context.Context) (*database, error) {
	dir := o.dir
	switch {
	case o.databaseURL != "":
		return &database{DSN: o.databaseURL}, nil
	case o.config != "":
		cfg, err := config.Load(o.config)
		if err != nil {
			return nil, err
		}
		if cfg.DatabaseURL != "" {
			return &database{DSN: cfg.DatabaseURL}, nil
		}
		dir = cfg.DataDir
	case dir == "":
		return nil, errors.New("say which database: --config FILE, --dir DIR of a sandbox, or --database-url URL")
	}
	if o.dir != "" {
		// A sandbox may run on a database that was given to it.
		if info, err := readSandboxFile(dir); err == nil {
			return &database{DSN: info.Database.DSN}, nil
		}
	}
	db, err := openDatabase(ctx, "", dir, zap.NewNop())
	var inUse *pg.InUseError
	if !errors.As(err, &inUse) {
		return db, err
	}
	dsn, readErr := os.ReadFile(filepath.Join(dir, dsnFile))
	if readErr != nil {
		return nil, err
	}
	return &database{DSN: strings.TrimSpace(string(dsn))}, nil // a server runs it
}
