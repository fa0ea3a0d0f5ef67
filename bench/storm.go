package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"cadastre/epp"
)

// Who takes part in the storm.
const (
	stormRegistrars    = 100
	stormSessions      = 10 // of each
	stormNamesPerRound = 10
	stormLogins        = 16              // at a time
	stormPatience      = time.Minute     // for one name
	stormTarget        = 20e-3           // seconds, of 99 checks in 100
	stormWatcher       = 1               // the registrar that checks
	stormSettle        = 2 * time.Second // after the logins
)

// storm is many sessions that want one name after the other.
type storm struct {
	sandbox *sandbox
	purges  []time.Time // of the names

	current atomic.Int64            // the name that all want; past the last one, the end
	won     []atomic.Int64          // creates that succeeded, by name
	refused []map[int]*atomic.Int64 // others, by name and registrar
	lost    atomic.Int64            // all of them
	winner  chan int                // a name that was won
	frames  []*stormFrame           // by session
	conns   []*conn                 // the same
}

// stormFrame is a create, of which every sending has another client transaction id.
type stormFrame struct {
	unit       []byte
	name, trid int // where their digits are
	registrar  int
	sent       int
}

// stormTRID has four digits for the session and eight for the sending: a create that is sent
// twice with the same octets is carried out once.
const stormTRID = "bench-000000000000"

func stormName(n int) string { return fmt.Sprintf("storm-%03d.%s", n, zone) }

func newStormFrame(registrar, session int) *stormFrame {
	body := &epp.DomainCreate{Name: stormName(0), Registrant: stormHolder}
	unit := epp.AppendFrame(nil, epp.EncodeCommand(&epp.Command{Body: body, ClTRID: stormTRID}))
	f := &stormFrame{
		unit: unit, registrar: registrar,
		name: bytes.Index(unit, []byte("storm-")) + len("storm-"), trid: bytes.Index(unit, []byte(stormTRID)) + len("bench-0000"),
	}
	putDigits(f.unit[f.trid-4:f.trid], session)
	return f
}

func (f *stormFrame) next(name int) []byte {
	f.sent++
	putDigits(f.unit[f.name:f.name+3], name)
	putDigits(f.unit[f.trid:f.trid+8], f.sent)
	return f.unit
}

func putDigits(at []byte, n int) {
	for i := range at {
		at[len(at)-1-i] = byte('0' + n%10)
		n /= 10
	}
}

// measureStorm has a hundred registrars on ten sessions each create names without a pause
// while these are purged, one after the other, and compares another registrar's checks with
// those before.
func (b *bench) measureStorm(ctx context.Context) (err error) {
	dir := filepath.Join(b.dir, "storm")
	s := &storm{winner: make(chan int, 1)}
	s.sandbox, err = startSandbox(ctx, sandboxConfig{
		program: b.program, dir: dir, log: dir + ".log", offset: b.sandbox.offset + 10, args: []string{"--sessions", "100"},
	})
	defer func() { err = errors.Join(err, s.sandbox.discard()) }()
	if err != nil {
		return err
	}
	count := b.rounds * stormNamesPerRound
	s.won, s.refused = make([]atomic.Int64, count), make([]map[int]*atomic.Int64, count)
	for n := range s.refused {
		s.refused[n] = map[int]*atomic.Int64{}
		for r := range stormRegistrars {
			s.refused[n][r] = &atomic.Int64{}
		}
	}
	defer func() { closeAll(s.conns) }()
	if err := s.gatherAll(ctx, count); err != nil {
		return err
	}
	w, err := s.sandbox.watch(stormWatcher)
	if err != nil {
		return err
	}
	time.Sleep(stormSettle)
	quiet := time.Now()
	time.Sleep(b.round * time.Duration(b.rounds))
	counted, err := s.sandbox.metrics(ctx)
	if err != nil {
		return err
	}
	begun, before := time.Now(), s.sandbox.cpu()
	err = s.rage(ctx, b)
	ended := time.Now()
	cpu := s.sandbox.cpu().since(before)
	checks, watched := w.end()
	if err := errors.Join(err, watched, s.winners(ctx)); err != nil {
		return err
	}
	b.reportStorm(within(checks, quiet, begun), within(checks, begun, ended), outcome{ops: int(s.lost.Load()), took: ended.Sub(begun), cpu: cpu})
	now, err := s.sandbox.metrics(ctx)
	b.report.add(row{Name: "  the check by the server's own clock, p99 at most", Unit: "s", Value: checkBound(counted, now, 0.99)})
	return err
}

// gatherAll opens the accounts, plants the names and logs everybody in.
func (s *storm) gatherAll(ctx context.Context, count int) error {
	accounts, st, err := s.openAccounts(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	var mu sync.Mutex
	var wg sync.WaitGroup
	var errs []error
	places := make(chan struct{}, stormLogins)
	for r := range stormRegistrars {
		account := &registrar{ID: fmt.Sprintf("storm-%03d", r), Password: stormPassword}
		conf, err := s.addRegistrar(ctx, accounts, account.ID)
		if err != nil {
			return err
		}
		for range stormSessions {
			places <- struct{}{}
			wg.Go(func() {
				defer func() { <-places }()
				c, _, err := s.sandbox.loginOver(ctx, account, conf)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					errs = append(errs, err)
					return
				}
				s.conns, s.frames = append(s.conns, c), append(s.frames, newStormFrame(r, len(s.frames)))
			})
		}
	}
	wg.Wait()
	return errors.Join(append(errs, s.plant(ctx, count))...)
}

// rage sends creates over all sessions until every name is somebody's.
func (s *storm) rage(ctx context.Context, b *bench) error {
	errs := make([]error, len(s.conns))
	var wg sync.WaitGroup
	for i := range s.conns {
		wg.Go(func() { errs[i] = s.drive(s.conns[i], s.frames[i]) })
	}
	profile := make(chan error, 1)
	go func() { profile <- b.profileOf(ctx, s.sandbox, "storm") }()
	var err error
	for n := range s.purges {
		if err = s.drop(ctx, n); err != nil {
			break
		}
		s.current.Add(1)
	}
	s.current.Store(int64(len(s.purges)))
	wg.Wait()
	return errors.Join(append(errs, err, <-profile)...)
}

// drop purges a name when every session has been refused it, and waits for the winner.
func (s *storm) drop(ctx context.Context, n int) error {
	late := time.After(stormPatience)
	for _, refused := range s.refused[n] {
		for refused.Load() < stormSessions {
			select {
			case <-late:
				return fmt.Errorf("%s: somebody's creates are not answered", stormName(n))
			case <-time.After(time.Millisecond):
			}
		}
	}
	if err := s.sandbox.clock(ctx, "set", s.purges[n].Format(time.RFC3339Nano)); err != nil {
		return err
	}
	select {
	case <-s.winner:
		return nil
	case <-late:
		return fmt.Errorf("%s: nobody got it", stormName(n))
	}
}

// drive sends creates of whatever name is current.
func (s *storm) drive(c *conn, f *stormFrame) error {
	for {
		n := int(s.current.Load())
		if n >= len(s.won) {
			return nil
		}
		c.tls.SetDeadline(time.Now().Add(exchangeTimeout)) //nolint:errcheck // the exchange fails as well
		answer, err := c.exchange(f.next(n))
		if err != nil {
			return err
		}
		switch code(answer) {
		case "1000":
			if s.won[n].Add(1) == 1 {
				s.winner <- n
			}
		case "2302":
			s.refused[n][f.registrar].Add(1)
			s.lost.Add(1)
		default:
			return fmt.Errorf("create: %s", answer)
		}
	}
}
