package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/epp"
)

// pruneLock is how long pruning may keep somebody from a name.
const pruneLock = 50 * time.Millisecond

// pruneJump is longer than an entry lives under the policy, which is a year.
const pruneJump = "400d"

// pruneTimeout bounds the pruning of all names.
const pruneTimeout = 30 * time.Minute

// othersSessions and othersPause are another registrar's work meanwhile: some commands
// from time to time, which leave the processors to the pruning.
const (
	othersSessions = 2
	othersPause    = 10 * time.Millisecond
)

// measurePrune moves the clock of the whitelist registry past the life of all names,
// none of which is registered, and looks from outside at what others notice.
func (b *bench) measurePrune(ctx context.Context, r *registries) (err error) {
	watch, err := pgx.Connect(ctx, r.whitelist.info.Database.DSN)
	if err != nil {
		return err
	}
	defer watch.Close(ctx) //nolint:errcheck // nothing is lost
	others, err := r.others(ctx)
	if err != nil {
		return err
	}
	defer others.close()
	before, err := others.during(ctx, func() error { time.Sleep(b.round); return nil })
	if err != nil {
		return err
	}
	cut := time.Now().AddDate(1, 0, 2) // between the life of these names and that of those made after the jump
	names, err := entriesBefore(ctx, watch, cut)
	if err != nil {
		return err
	}
	p, err := startProbe(ctx, r.whitelist.info.Database.DSN, cut)
	if err != nil {
		return err
	}
	var took time.Duration
	during, err := others.during(ctx, func() (err error) {
		took, err = b.prune(ctx, r, watch, cut)
		return err
	})
	waits, perr := p.end()
	if err := errors.Join(err, perr); err != nil {
		return err
	}
	left, err := entriesBefore(ctx, watch, cut)
	if err != nil {
		return err
	}
	b.reportPrune(outcome{ops: names - left, took: took}, waits)
	b.report.against(row{Name: "  application of another registrar meanwhile, p99", Unit: "s", LimitName: "the same before pruning"}.spread(during.applications.latencies),
		percentile(before.applications.latencies, 0.99), percentile(during.applications.latencies, 0.99))
	b.report.against(row{Name: "  domain:check of another registrar meanwhile, p99", Unit: "s", LimitName: "the same before pruning"}.spread(during.checks.latencies),
		percentile(before.checks.latencies, 0.99), percentile(during.checks.latencies, 0.99))
	return b.clearRest(ctx, r, watch, cut)
}

// reportPrune prints the rate and the waits. The same reads without a lock show what of
// the waits the machine causes.
func (b *bench) reportPrune(o outcome, w waits) {
	b.report.add(row{Name: fmt.Sprintf("pruning %d names, with the target registry asked about each", o.ops), Unit: "s", Value: o.took.Seconds()})
	b.report.add(row{Name: "  names removed", Unit: "/s", Value: o.rate()})
	b.report.add(row{
		Name: fmt.Sprintf("  longest wait for a name, of %d locked meanwhile", len(w.locked)), Unit: "s",
		Value: w.locked[len(w.locked)-1].Seconds(), Target: most(pruneLock.Seconds()),
	}.spread(w.locked))
	b.report.add(row{Name: "  longest read of a name without a lock", Unit: "s", Value: w.read[len(w.read)-1].Seconds()}.spread(w.read))
}

// prune moves the clock and waits until the names are gone.
func (b *bench) prune(ctx context.Context, r *registries, watch *pgx.Conn, cut time.Time) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, pruneTimeout)
	defer cancel()
	begun := time.Now()
	if b.profiles != "" {
		done := make(chan error, 1)
		go func() { done <- b.whileProfiled(ctx, "prune") }()
		defer func() { <-done }()
	}
	if err := b.moveClock(ctx, r.whitelist, pruneJump); err != nil {
		return 0, err
	}
	took := time.Since(begun)
	// Everything that fell due is carried out by now, but for what the probe had in hand.
	left, err := entriesBefore(ctx, watch, cut)
	if err == nil && left > probeMayKeep {
		err = fmt.Errorf("%d names are there still after %v", left, took)
	}
	return took, err
}

// probeMayKeep is how many names the probe may have in hand just when their turn comes.
const probeMayKeep = 100

// clearRest prunes once more what the probe had in hand, and sees that nothing is left.
func (b *bench) clearRest(ctx context.Context, r *registries, watch *pgx.Conn, cut time.Time) error {
	if err := b.moveClock(ctx, r.whitelist, "2m"); err != nil {
		return err
	}
	left, err := entriesBefore(ctx, watch, cut)
	if err == nil && left > 0 {
		err = fmt.Errorf("%d names were not pruned", left)
	}
	return err
}

// moveClock returns when everything that fell due has been carried out.
func (b *bench) moveClock(ctx context.Context, s *sandbox, by string) error {
	out, err := exec.CommandContext(ctx, b.program, "dev", "clock", "--dir", s.dir, "advance", by).CombinedOutput()
	if err != nil {
		return fmt.Errorf("cadastre dev clock: %w: %s", err, out)
	}
	return nil
}

// entriesBefore counts the policy's names that expire before an instant.
func entriesBefore(ctx context.Context, watch *pgx.Conn, cut time.Time) (n int, err error) {
	err = watch.QueryRow(ctx, `SELECT count(*) FROM whitelist_names WHERE policy = $1 AND expires_at < $2`, tripsPolicy, cut).Scan(&n)
	return n, err
}

// others is another registrar at the whitelist registry.
type others struct{ applications, checks load }

// othersDone is what it came to.
type othersDone struct{ applications, checks outcome }

func (r *registries) others(ctx context.Context) (o others, err error) {
	session := func(int) int { return othersRegistrar }
	if o.applications, err = r.applyLoad(ctx, othersSessions, seedOthers, session); err != nil {
		return o, err
	}
	o.applications.pause, o.checks.pause = othersPause, othersPause
	o.checks.cpu = r.whitelist.cpu
	for i := range othersSessions {
		c, err := r.whitelist.loginAs(ctx, r.whitelist.registrarOf(othersRegistrar))
		if err != nil {
			o.close()
			return others{}, err
		}
		name := r.whitelist.entryOf(i, r.whitelist.registrarOf(othersRegistrar), "b"+mark+"."+tripsZone)
		o.checks.conns = append(o.checks.conns, c)
		o.checks.frames = append(o.checks.frames, newPrepared(&epp.DomainCheck{Names: []string{name}}, seedOthers+i, "1000"))
	}
	return o, nil
}

func (o others) close() {
	closeAll(o.applications.conns)
	closeAll(o.checks.conns)
}

// during works until fn has ended.
func (o others) during(ctx context.Context, fn func() error) (done othersDone, err error) {
	stop := make(chan struct{})
	o.applications.stop, o.checks.stop = stop, stop
	errs := make(chan error, 2)
	go func() {
		var err error
		done.applications, err = o.applications.run(ctx, longRound)
		errs <- err
	}()
	go func() {
		var err error
		done.checks, err = o.checks.run(ctx, longRound)
		errs <- err
	}()
	err = fn()
	close(stop)
	return done, errors.Join(err, <-errs, <-errs)
}
