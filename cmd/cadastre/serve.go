package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"cadastre/internal/clock"
	"cadastre/internal/config"
)

func newServeCmd(a *app) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "serve --config FILE",
		Short: "Run the registry",
		Long: "Runs the roles that the configuration lists until SIGTERM or SIGINT, then finishes the commands\n" +
			"under way and stops. Without database_url it runs a PostgreSQL of its own in data_dir.",
		Example: "  cadastre config example >/etc/cadastre.toml\n  cadastre migrate --config /etc/cadastre.toml\n" +
			"  cadastre serve --config /etc/cadastre.toml",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), a, path) },
	}
	cmd.Flags().StringVar(&path, "config", "", "configuration `file` (see cadastre config example)")
	cmd.MarkFlagRequired("config") //nolint:errcheck // the flag exists
	return cmd
}

func serve(ctx context.Context, a *app, path string) (err error) {
	cfg, err := config.Load(path)
	if err != nil {
		return err
	}
	log, flush, err := newLogger(a.stderr, cfg.Log.Level, cfg.Log.Format)
	if err != nil {
		return err
	}
	defer flush()
	db, err := openDatabase(ctx, cfg.DatabaseURL, cfg.DataDir, log.Named("postgres"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopDatabase(db)) }()
	if err := db.checkSchema(ctx); err != nil {
		return err
	}
	nc := nodeConfig{Config: cfg, DSN: db.DSN, Clock: clock.Real{}, Log: log}
	if err := nc.readFiles(); err != nil {
		return err
	}
	n, err := openNode(ctx, nc)
	if err != nil {
		return err
	}
	if path := cfg.Whitelist.TargetsFile; path != "" {
		if err := readTargets(path, n.remote); err != nil {
			n.store.Close()
			return err
		}
	}
	if err := n.start(ctx); err != nil {
		return err
	}
	log.Info("ready", zap.Strings("roles", cfg.Roles))
	fmt.Fprintln(a.stdout, "ready")
	return runUntilDone(ctx, n, db, cfg.ShutdownGrace.Duration)
}

// runUntilDone waits for the end and stops the node within grace.
func runUntilDone(ctx context.Context, n *node, db *database, grace time.Duration) error {
	run, cancelRun := context.WithCancelCause(ctx)
	defer cancelRun(nil)
	go func() {
		select {
		case err := <-n.failed:
			cancelRun(err)
		case <-run.Done():
		}
	}()
	cause := db.supervise(run) // nil when run ended
	if ctx.Err() == nil && cause == nil {
		cause = context.Cause(run)
	}
	n.log.Info("stopping")
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	return errors.Join(cause, n.stop(stopCtx))
}

// databaseStop bounds the fast shutdown of a database of our own.
const databaseStop = 2 * time.Second

func stopDatabase(db *database) error {
	ctx, cancel := context.WithTimeout(context.Background(), databaseStop)
	defer cancel()
	return db.stop(ctx)
}
