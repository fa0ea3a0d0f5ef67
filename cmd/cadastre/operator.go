package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"cadastre/internal/clock"
	"cadastre/internal/config"
	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/store"
	"cadastre/whitelist/desk"
)

// operator is the registry as an operator's verb sees it: the same use cases as
// the server's, on the same database, recorded under the operator's name.
type operator struct {
	SRS   *srs.SRS
	Desk  *desk.Desk
	Store *store.Store
	Actor registry.Actor
	DSN   string
	Close func()
}

// operatorFlags say which registry a verb works on.
type operatorFlags struct{ dir, config string }

func addOperatorFlags(cmd *cobra.Command) *operatorFlags {
	f := &operatorFlags{}
	cmd.Flags().StringVar(&f.dir, "dir", "", "`directory` of a running sandbox")
	cmd.Flags().StringVar(&f.config, "config", "", "configuration `file` of the server")
	return f
}

// open connects to the registry.
func (f *operatorFlags) open(ctx context.Context) (*operator, error) {
	dsn, clk, suffix, err := f.locate()
	if err != nil {
		return nil, err
	}
	db := &database{DSN: dsn}
	if err := db.checkSchema(ctx); err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, store.Config{DSN: dsn, MaxConns: 4})
	if err != nil {
		return nil, err
	}
	s, err := srs.New(srs.Config{Store: st, Clock: clk, ROIDSuffix: suffix})
	if err != nil {
		st.Close()
		return nil, err
	}
	d, err := openDesk(st, clk, suffix)
	if err != nil {
		st.Close()
		return nil, err
	}
	return &operator{
		SRS: s, Desk: d, Store: st, DSN: dsn, Close: st.Close,
		Actor: registry.Actor{Operator: true, Channel: "cli", SvTRID: "cli-" + rand.Text()[:12], ClTRID: osUser()},
	}, nil
}

// openDesk opens the whitelist registry. It asks no other target registry: what
// depends on one is left to the server.
func openDesk(st *store.Store, clk clock.Clock, suffix string) (*desk.Desk, error) {
	return desk.New(desk.Config{
		Store: st, Clock: clk, ROIDSuffix: suffix, Targets: &targets{store: st, local: desk.NewLocalTargets(st, clk)},
	})
}

// locate finds the database, the business clock and the ROID suffix.
func (f *operatorFlags) locate() (dsn string, clk clock.Clock, suffix string, err error) {
	switch {
	case f.dir != "" && f.config != "":
		return "", nil, "", errors.New("--dir and --config exclude each other")
	case f.dir != "":
		info, err := readSandboxFile(f.dir)
		if err != nil {
			return "", nil, "", err
		}
		c, err := readClock(f.dir)
		return info.Database.DSN, c, "ICANNRST", err
	case f.config != "":
		cfg, err := config.Load(f.config)
		if err != nil {
			return "", nil, "", err
		}
		dsn, err := configuredDSN(cfg)
		return dsn, clock.Real{}, cfg.ROIDSuffix, err
	default:
		return "", nil, "", errors.New("say which registry: --dir DIR for a sandbox, or --config FILE")
	}
}

// configuredDSN is the database of a configuration; one of the server's own can
// be reached only while the server runs.
func configuredDSN(cfg config.Config) (string, error) {
	if cfg.DatabaseURL != "" {
		return cfg.DatabaseURL, nil
	}
	data, err := os.ReadFile(filepath.Join(cfg.DataDir, dsnFile))
	if errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("the server's own database in %s does not run: start cadastre serve first", cfg.DataDir)
	}
	return strings.TrimSpace(string(data)), err
}

// osUser names the person at the keyboard in the history, as far as the system
// knows.
func osUser() string {
	if name := os.Getenv("SUDO_USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}
