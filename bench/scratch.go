package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/epp"
	"cadastre/internal/pg"
	"cadastre/registry/store/migrations"
)

// scratch is a database of the sandbox's cluster with the same schema, in which pgbench
// works.
type scratch struct {
	admin   *pgx.Conn // to the sandbox's database
	dsn     string
	program string            // pgbench
	scripts map[string]string // name to file
	cpu     func() cpu
}

const scratchName = "bench"

// setLimits makes the scratch database and its rows. Calling it again does nothing.
func (b *bench) setLimits(ctx context.Context) (err error) {
	if b.limits != nil {
		return nil
	}
	s := &scratch{cpu: b.sandbox.cpu}
	if s.program, err = findPgbench(ctx); err != nil {
		return err
	}
	address, err := url.Parse(b.sandbox.info.Database.DSN)
	if err != nil {
		return fmt.Errorf("database address: %w", err)
	}
	if s.admin, err = pgx.Connect(ctx, address.String()); err != nil {
		return err
	}
	b.limits = s
	if _, err := s.admin.Exec(ctx, "CREATE DATABASE "+scratchName); err != nil {
		return err
	}
	address.Path = "/" + scratchName
	s.dsn = address.String()
	if err := pg.Migrate(ctx, s.dsn, migrations.FS); err != nil {
		return err
	}
	if err := s.fill(ctx); err != nil {
		return fmt.Errorf("scratch database: %w", err)
	}
	sample, err := b.sampleRow(ctx)
	if err != nil {
		return err
	}
	s.scripts, err = writeScripts(b.dir, sample)
	return err
}

func (s *scratch) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	s.admin.Close(ctx) //nolint:errcheck // the database ends as well
}

// findPgbench looks beside the server's programs, then in PATH.
func findPgbench(ctx context.Context) (string, error) {
	found, err := pg.Find(ctx, "")
	if err != nil {
		return "", err
	}
	program := found.Path("pgbench")
	if _, err := os.Stat(program); errors.Is(err, fs.ErrNotExist) {
		if program, err = exec.LookPath("pgbench"); err != nil {
			return "", fmt.Errorf("pgbench, a part of PostgreSQL, is neither in %s nor in PATH", found.Dir)
		}
	}
	return program, nil
}

// fill makes the rows that the scripts refer to: as many registrars, hosts and contacts
// for each client as the sandbox has.
func (s *scratch) fill(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is lost
	for _, sql := range []string{
		`INSERT INTO registrars (handle, id, name, password, password_set_at, created_at, version)
			SELECT 'bench-' || i, i + 1, 'Bench ' || i, 'x', now(), now(), 1 FROM generate_series(0, 2) i`,
		`INSERT INTO accounts (registrar, balance, currency) SELECT handle, 1000000000000, 'USD' FROM registrars`,
		`INSERT INTO hosts (id, name, registrar, created_at, created_by, version)
			SELECT 1000 + i, 'ns' || i || '.hosting.test', 'bench-0', now(), 'bench-0', 1 FROM generate_series(0, 39) i`,
		`INSERT INTO contacts (id, handle, registrar, kind, postal, voice, fax, email, emergency, created_at, created_by, version)
			SELECT 2000 + i, 'bench' || i, 'bench-0', 'real', '[]', '{}', '{}', 'x@hosting.test', '{}', now(), 'bench-0', 1
			FROM generate_series(0, 299) i`,
		`SELECT setval('object_id', 1000000)`,
		`INSERT INTO domains (id, name, zone_id, registrar, created_at, created_by, expires_at, due_at, version)
			VALUES (1, 'taken.example', 1, 'bench-0', now(), 'bench-0', now() + interval '1 year', now() + interval '1 year', 1)`,
		`VACUUM ANALYZE`,
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%w in %s", err, sql)
		}
	}
	return nil
}

// sample is what the server itself stored for a create, so that pgbench writes rows of
// the same size. What is nil is NULL.
type sample struct {
	graces, state, answer       string
	balance, credit             string
	secure, attrs, ttls, launch *string
}

// sampleRow creates one name and reads its row.
func (b *bench) sampleRow(ctx context.Context) (s sample, err error) {
	if err := b.setStage(ctx); err != nil {
		return s, err
	}
	conns, err := b.sandbox.login(ctx, 1)
	if err != nil {
		return s, err
	}
	defer closeAll(conns)
	ext, err := b.sandbox.createExtensions(ctx)
	if err != nil {
		return s, err
	}
	p := createFrame(seedSample, contactsOf(0), ext...)
	answer, err := conns[0].exchange(p.next())
	if err != nil {
		return s, err
	}
	if got := code(answer); got != epp.CodeOK.String() {
		return s, fmt.Errorf("create: %s", answer)
	}
	err = b.limits.admin.QueryRow(ctx, `
		SELECT d.graces::text, h.state::text, d.secure::text, d.host_attrs::text, d.ttls::text, d.launch::text,
		       a.answer::text, a.balance, a.credit_limit
		FROM domains d JOIN history h ON h.object_id = d.id JOIN answers a ON a.svtrid = h.svtrid WHERE d.name = $1`,
		p.domain()).Scan(&s.graces, &s.state, &s.secure, &s.attrs, &s.ttls, &s.launch, &s.answer, &s.balance, &s.credit)
	return s, err
}

// writeScripts writes pgbench's scripts into dir.
func writeScripts(dir string, s sample) (map[string]string, error) {
	files := map[string]string{}
	for name, text := range map[string]string{
		scriptCreate: createScript(s, false), scriptPipelined: createScript(s, true), scriptLosing: losingScript(),
	} {
		files[name] = filepath.Join(dir, name+".sql")
		if err := os.WriteFile(files[name], []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	return files, nil
}
