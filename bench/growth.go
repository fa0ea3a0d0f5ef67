package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// growthTarget is how much rates and times may suffer from a million names.
const growthTarget = 0.9

// measureGrowth fills a sandbox of its own with names, and compares it with the one that has
// few.
func (b *bench) measureGrowth(ctx context.Context) (err error) {
	shared := b.sandbox
	dir := filepath.Join(b.dir, "grown")
	b.sandbox, err = startSandbox(ctx, sandboxConfig{program: b.program, dir: dir, log: dir + ".log", offset: shared.offset + 10})
	defer func() {
		err = errors.Join(err, b.sandbox.stop())
		b.sandbox = shared
	}()
	if err != nil {
		return err
	}
	emptyMemory, err := b.sandbox.memory(ctx)
	if err != nil {
		return err
	}
	if err := b.loadNames(ctx); err != nil {
		return err
	}
	if err := b.compareSpeed(ctx, shared, b.sandbox); err != nil {
		return err
	}
	names, err := b.loadedNames(ctx)
	if err != nil {
		return err
	}
	if err := b.restart(ctx, names[0]); err != nil {
		return err
	}
	if err := b.reportMemory(ctx, emptyMemory); err != nil {
		return err
	}
	return b.reportAnswers(ctx, names)
}

// settle ends what the database has to do after many writes, whoever asks for it: what is
// measured is a registry with many names, and not one that has just been filled.
func (b *bench) settle(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, b.sandbox.info.Database.DSN)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is lost
	for _, sql := range []string{"VACUUM (ANALYZE)", "CHECKPOINT"} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}

// middleOf is the round with the median rate.
func (b *bench) middleOf(ctx context.Context, m measurer) (outcome, error) {
	if _, err := m(ctx, warmUp); err != nil {
		return outcome{}, err
	}
	var rounds []pair
	for range b.rounds {
		o, err := m(ctx, b.round)
		if err != nil {
			return outcome{}, err
		}
		rounds = append(rounds, pair{value: o, limit: outcome{ops: 1, took: time.Second}})
	}
	return middle(rounds).value, nil
}

// loadTimeout bounds the load and the server's following it.
const loadTimeout = 30 * time.Minute

// loadNames loads names and waits until the server answers for all of them.
func (b *bench) loadNames(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	begun := time.Now()
	cmd := exec.CommandContext(ctx, b.program, "load", "--dir", b.sandbox.dir, "--zone", zone, "--count", strconv.Itoa(b.names), "--seed", "1")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cadastre load: %w: %s", err, out)
	}
	b.report.add(row{Name: fmt.Sprintf("loading %d names", b.names), Unit: "s", Value: time.Since(begun).Seconds(), Target: most(120)})
	for {
		values, err := b.sandbox.metrics(ctx)
		if err != nil {
			return err
		}
		label := `{zone="` + zone + `"}`
		if values["cadastre_dns_zone_names"+label] >= float64(b.names) && values["cadastre_dns_publisher_dirty"+label] == 0 {
			b.report.add(row{Name: "  until DNS answered for all of them", Unit: "s", Value: time.Since(begun).Seconds()})
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// asked is how many of the loaded names are asked for.
const asked = 20_000

// loadedNames draws some of the names that were loaded.
func (b *bench) loadedNames(ctx context.Context) ([]string, error) {
	conn, err := pgx.Connect(ctx, b.sandbox.info.Database.DSN)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is lost
	rows, err := conn.Query(ctx, `SELECT name FROM domains WHERE name LIKE 'd%.' || $1 ORDER BY md5(name) LIMIT $2`, zone, asked)
	if err != nil {
		return nil, err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err == nil && len(names) == 0 {
		err = errors.New("no names were loaded")
	}
	return names, err
}

// restart stops the sandbox and times its start.
func (b *bench) restart(ctx context.Context, name string) error {
	dns := b.sandbox.info.DNS.Addr
	if err := b.sandbox.stop(); err != nil {
		return err
	}
	if err := os.Remove(b.sandbox.path("sandbox.json")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	r, err := newResolver(ctx, dns)
	if err != nil {
		return err
	}
	defer r.close()
	if err := b.sandbox.launch(); err != nil {
		return err
	}
	if err := r.await(ctx, name, startTimeout); err != nil {
		return err
	}
	b.report.add(row{
		Name: "start to first DNS answer, PostgreSQL's start included", Unit: "s", Value: time.Since(b.sandbox.started).Seconds(), Target: most(10),
	})
	if err := b.sandbox.awaitReady(ctx); err != nil {
		return err
	}
	b.report.add(row{Name: "start to ready", Unit: "s", Value: time.Since(b.sandbox.started).Seconds()})
	return nil
}

// zoneMemoryTarget is what a million unsigned delegations of two names may take.
const zoneMemoryTarget = 250e6

// reportMemory compares a server that has just started with the names with an empty one.
func (b *bench) reportMemory(ctx context.Context, empty memory) error {
	started, ok := residentBytes(b.sandbox.process.pid)
	full, err := b.sandbox.memory(ctx)
	if err != nil {
		return err
	}
	values, err := b.sandbox.metrics(ctx)
	if err != nil {
		return err
	}
	if ok {
		b.report.add(row{Name: "resident memory of the empty server", Unit: "B", Value: float64(empty.resident)})
		b.report.add(row{Name: "resident memory right after the start", Unit: "B", Value: float64(started)})
		b.report.add(row{
			Name: fmt.Sprintf("resident memory of %d names", b.names), Unit: "B", Value: float64(full.resident - empty.resident),
			Target: most(zoneMemoryTarget * float64(b.names) / 1e6),
		})
	}
	b.report.add(row{Name: "cadastre_dns_zone_bytes", Unit: "B", Value: values[`cadastre_dns_zone_bytes{zone="`+zone+`"}`]})
	return nil
}

// reportAnswers asks for names one after the other.
func (b *bench) reportAnswers(ctx context.Context, names []string) error {
	r, err := newResolver(ctx, b.sandbox.info.DNS.Addr)
	if err != nil {
		return err
	}
	defer r.close()
	times := make([]time.Duration, 0, len(names))
	for _, name := range names {
		q, err := query(name)
		if err != nil {
			return err
		}
		begun := time.Now()
		answer, err := r.ask(q, time.Second)
		if err != nil {
			return fmt.Errorf("asking for %s: %w", name, err)
		}
		times = append(times, time.Since(begun))
		if ok, err := delegated(answer, name); err != nil || !ok {
			return fmt.Errorf("%s is not delegated: %v", name, err)
		}
	}
	slices.Sort(times)
	b.report.add(row{
		Name: fmt.Sprintf("DNS answer, one at a time, %d names asked", len(names)), Unit: "s", Value: percentile(times, 0.5).Seconds(),
	}.spread(times))
	return nil
}
