package dnsout

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"
)

// parallelLoads is how many snapshots are read at once, so that a start leaves the
// store's pool some connections.
const parallelLoads = 4

// errHeld marks what is wrong with the data, not with reading it: the zone stays
// as it was and somebody must look.
var errHeld = errors.New("held back")

// publisher watches which zones there are and which have something to publish,
// and runs one follower for each.
type publisher struct {
	cfg   *Config
	zones *zones
	loads chan struct{}

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu        sync.Mutex
	followers map[int64]*follower
	vanished  bool // the store showed no zone at all, where there were some
}

func newPublisher(cfg *Config, z *zones) *publisher {
	p := &publisher{cfg: cfg, zones: z, loads: make(chan struct{}, parallelLoads), followers: map[int64]*follower{}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

// start loads all zones and begins to follow them. A zone whose data is not fit
// to be served is left out, with an alarm, and does not stop the others.
func (p *publisher) start(ctx context.Context) error {
	var retry backoff
	for {
		views, err := p.look(ctx)
		if err == nil {
			p.dispatch(views)
			break
		}
		p.failed("zone_versions", err)
		if !sleep(ctx, retry.next()) {
			return fmt.Errorf("dnsout: reading the zones: %w", err)
		}
	}
	for _, f := range p.all() {
		select {
		case <-f.first:
		case <-ctx.Done():
			return fmt.Errorf("dnsout: loading zone %q: %w", f.name, ctx.Err())
		}
	}
	p.wg.Go(p.run)
	return nil
}

func (p *publisher) stop() {
	p.cancel()
	p.wg.Wait()
}

// run asks the store for work: at once after a commit of this process, else every
// Poll, and never more often than every MinStep.
func (p *publisher) run() {
	var retry backoff
	wait := p.cfg.Poll
	for {
		timer := time.NewTimer(wait)
		select {
		case <-p.ctx.Done():
			timer.Stop()
			return
		case <-p.cfg.Source.DirtyWake():
			timer.Stop()
		case <-timer.C:
		}
		asked := time.Now()
		views, err := p.look(p.ctx)
		if p.ctx.Err() != nil {
			return
		}
		gap := p.cfg.MinStep
		if err != nil {
			p.failed("zone_versions", err)
			gap, wait = retry.next(), 0
		} else {
			retry.reset()
			p.dispatch(views)
			wait = max(0, p.cfg.Poll-gap)
		}
		if !sleep(p.ctx, gap-time.Since(asked)) {
			return
		}
	}
}

// view is how a zone stands in the store.
type view struct {
	ZoneVersion
	// rewound: the store's serial is one before that which was served already when
	// the store was asked. It was set back to an older state.
	rewound bool
}

// look asks the store how all zones stand.
func (p *publisher) look(ctx context.Context) ([]view, error) {
	served := map[int64]uint32{}
	for _, f := range p.all() {
		if z := f.zone.Load(); z != nil {
			served[f.id] = z.serial()
		}
	}
	versions, err := p.cfg.Source.ZoneVersions(ctx)
	if err != nil {
		return nil, err
	}
	views := make([]view, len(versions))
	for i, v := range versions {
		before, ok := served[v.ID]
		views[i] = view{v, ok && serialLess(v.Serial, before)}
	}
	return views, nil
}

// dispatch tells each follower how its zone stands in the store; new zones get a
// follower, and the follower of a zone that is gone ends.
func (p *publisher) dispatch(views []view) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ctx.Err() != nil {
		return
	}
	if len(views) == 0 && len(p.followers) > 0 {
		if !p.vanished {
			p.vanished = true
			p.failed("no_zones", errors.New("the store shows no zones; the old ones stay"))
		}
		return
	}
	p.vanished = false
	there := make(map[int64]bool, len(views))
	for _, v := range views {
		there[v.ID] = true
		f := p.followers[v.ID]
		if f == nil {
			f = newFollower(p, v)
			p.followers[v.ID] = f
			p.wg.Go(f.run)
		}
		f.notify(v)
	}
	for id, f := range p.followers {
		if !there[id] {
			f.cancel()
			delete(p.followers, id)
		}
	}
}

func (p *publisher) all() (list []*follower) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.followers {
		list = append(list, f)
	}
	return list
}

func (p *publisher) follower(id int64) *follower {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.followers[id]
}

// waitPublished asks the store itself, so that what it waits for is at least what
// was dirty when it was called. A held zone does not keep it from waiting for the
// others.
func (p *publisher) waitPublished(ctx context.Context) error {
	done := map[int64]error{} // nil, or why the zone is held
	var lastErr error
	for {
		views, err := p.look(ctx)
		if err == nil {
			p.dispatch(views)
			if err = p.awaitAll(ctx, views, done); err == nil {
				return errors.Join(slices.Collect(maps.Values(done))...)
			}
		}
		if p.ctx.Err() != nil {
			return errors.New("dnsout: stopped")
		}
		if ctx.Err() == nil {
			lastErr = err
		}
		if !sleep(ctx, p.cfg.MinStep/2) {
			return errors.Join(fmt.Errorf("dnsout: waiting for publication: %w", ctx.Err()), lastErr)
		}
	}
}

var errUnsettled = errors.New("dirty names are left")

// awaitAll lets each zone that is not done catch up with its version. It returns
// an error when one more try is needed.
func (p *publisher) awaitAll(ctx context.Context, views []view, done map[int64]error) (err error) {
	type answer struct {
		id int64
		outcome
	}
	answers := make(chan answer, len(views))
	asked := 0
	for _, v := range views {
		if _, ok := done[v.ID]; ok {
			continue
		}
		if f := p.follower(v.ID); f != nil {
			asked++
			go func() { answers <- answer{v.ID, f.await(ctx, v)} }()
		}
	}
	for range asked {
		switch a := <-answers; {
		case errors.Is(a.err, errHeld):
			done[a.id] = a.err
		case a.err != nil:
			err = a.err
		case a.settled:
			done[a.id] = nil
		case err == nil:
			err = errUnsettled
		}
	}
	return err
}

func (p *publisher) failed(operation string, err error) {
	p.cfg.Metrics.errors.WithLabelValues(operation).Inc()
	p.cfg.Log.Error("following the store failed", zap.String("operation", operation), zap.Error(err))
}
