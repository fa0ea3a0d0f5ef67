package server

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"cadastre/epp"
	"cadastre/registry"
)

// testLane is a lane of so many places.
func testLane(places int) *lane {
	return &lane{places: places, metrics: NewMetrics(nil), queues: map[string][]*pass{}}
}

// wait brings a pass into the queue, and tells the registrar once it is let in. It is there
// when wait returns.
func (l *lane) wait(registrar string, in chan<- *pass) {
	p := &pass{lane: l, registrar: registrar}
	go func() {
		if p.Enter(context.Background()) == nil {
			in <- p
		}
	}()
	synctest.Wait()
}

// TestLaneTurns has one registrar wait with fifty commands and ten with one or two each: the
// registrars take turns, and each one's commands keep their order.
func TestLaneTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := testLane(1)
		first := &pass{lane: l, registrar: "first"}
		if err := first.Enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		in := make(chan *pass)
		want := []string{"large"}
		for range 50 {
			l.wait("large", in)
		}
		for i := range 10 {
			small := fmt.Sprint("small-", i)
			want = append(want, small)
			l.wait(small, in)
		}
		l.wait("small-3", in)
		want = append(want, "large", "small-3")
		want = append(want, slices.Repeat([]string{"large"}, 48)...)
		var got []string
		for leaving := first; len(got) < len(want); {
			leaving.Leave()
			leaving = <-in
			got = append(got, leaving.registrar)
			if len(got) == len(want) {
				leaving.Leave()
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("turns: %v, want %v", got, want)
		}
		if len(l.inside)+len(l.queues)+len(l.order) != 0 {
			t.Errorf("left: %v, %v, %v", l.inside, l.queues, l.order)
		}
	})
}

// TestLaneCancel: whoever gives up waiting, even as it is let in, takes nobody's place.
func TestLaneCancel(t *testing.T) {
	t.Parallel()
	l := testLane(2)
	var wg sync.WaitGroup
	for i := range 200 {
		p := &pass{lane: l, registrar: fmt.Sprint(i % 7)}
		wg.Go(func() {
			for range 50 {
				ctx, cancel := context.WithCancel(t.Context())
				go cancel()
				err := p.Enter(ctx)
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
				if p.entered != (err == nil) {
					t.Errorf("entered: %v after %v", p.entered, err)
				}
				p.Leave()
			}
		})
	}
	wg.Wait()
	if len(l.inside)+len(l.queues)+len(l.order) != 0 {
		t.Errorf("left: %v, %v, %v", l.inside, l.queues, l.order)
	}
	if n := testutil.ToFloat64(l.metrics.laneWaiting); n != 0 {
		t.Errorf("%v are said to wait", n)
	}
}

// TestLanePlaces: there are never more inside than there are places, and all get in.
func TestLanePlaces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // where no time passes, nobody stays too long
		l := testLane(3)
		var inside, turns atomic.Int64
		var wg sync.WaitGroup
		for i := range 100 {
			p := &pass{lane: l, registrar: fmt.Sprint(i % 9)}
			wg.Go(func() {
				for range 100 {
					if err := p.Enter(t.Context()); err != nil {
						t.Error(err)
					}
					if n := inside.Add(1); n > 3 {
						t.Errorf("%d are inside", n)
					}
					runtime.Gosched()
					turns.Add(1)
					inside.Add(-1)
					p.Leave()
				}
			})
		}
		wg.Wait()
		if turns.Load() != 100*100 {
			t.Errorf("%d turns", turns.Load())
		}
	})
}

// TestLaneGoesOn: commands that stay too long keep nobody out, leave as they came, and count
// no more.
func TestLaneGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := testLane(2)
		var slow []*pass
		for range 2 {
			p := &pass{lane: l, registrar: "slow"}
			if err := p.Enter(t.Context()); err != nil {
				t.Fatal(err)
			}
			slow = append(slow, p)
		}
		in := make(chan *pass, 3)
		begun := time.Now()
		for range 3 {
			l.wait("other", in)
		}
		if len(in) > 0 {
			t.Fatal("there was room for three")
		}
		one, two := <-in, <-in
		if waited := time.Since(begun); waited != laneStay {
			t.Errorf("waited %v, want %v", waited, laneStay)
		}
		for _, p := range slow { // leaves nothing free: the places are the others'
			p.Leave()
		}
		synctest.Wait()
		if len(in) > 0 || len(l.inside) != 2 {
			t.Errorf("%d more let in, %d inside", len(in), len(l.inside))
		}
		one.Leave()
		three := <-in
		two.Leave()
		three.Leave()
		if len(l.inside)+len(l.order) != 0 {
			t.Errorf("left: %v, %v", l.inside, l.order)
		}
	})
}

// lose makes creates lose to another registrar.
func (h *harness) lose() {
	h.reg.mu.Lock()
	defer h.reg.mu.Unlock()
	h.reg.hook = func(_ context.Context, method string) error {
		if method != "CreateDomain" {
			return nil
		}
		e := registry.Errorf(registry.KindExists, "domain:name", "a.example", "the domain is registered")
		e.Foreign = true
		return e
	}
}

// fillLane takes all places, for good.
func (h *harness) fillLane() {
	h.t.Helper()
	for range h.srv.lane.places {
		p := &pass{lane: h.srv.lane, registrar: "full"}
		if err := p.Enter(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
	}
	l := h.srv.lane
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.inside {
		p.came = p.came.Add(time.Hour)
	}
}

// emptyLane gives them back.
func (h *harness) emptyLane() {
	l := h.srv.lane
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inside = slices.DeleteFunc(l.inside, func(p *pass) bool { return p.registrar == "full" })
	l.fill()
}

func (h *harness) waitLane(n float64) {
	h.t.Helper()
	h.eventually("commands wait in the lane", func() bool { return testutil.ToFloat64(h.metrics.laneWaiting) == n })
}

// TestLosersQueue: only a session that lost a create waits for the lane, once.
func TestLosersQueue(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	h.lose()
	h.fillLane()
	loser, other := h.alpha(), h.alpha()
	create := command(createPlain("a.example"))
	loser.want(create, 2302)
	loser.write(epp.AppendFrame(nil, []byte(check("b.example"))))
	h.waitLane(1)
	other.want(check("a.example"), 1000) // the same registrar's
	other.want(create, 2302)
	other.write(epp.AppendFrame(nil, []byte(create)))
	h.waitLane(2)
	h.emptyLane()
	if got := codeIn(loser.read()); got != 1000 {
		t.Errorf("the check was answered %d", got)
	}
	if got := codeIn(other.read()); got != 2302 {
		t.Errorf("the create was answered %d", got)
	}
	h.fillLane()
	loser.want(check("b.example"), 1000)
	loser.want(create, 2302)
	h.emptyLane()
	loser.want(check("b.example"), 1000)
	h.waitLane(0)
	h.eventually("all have left", func() bool {
		h.srv.lane.mu.Lock()
		defer h.srv.lane.mu.Unlock()
		return len(h.srv.lane.inside) == 0
	})
}

// TestLimitedCreatesQueue: creates that are refused because too many were lost, too.
func TestLimitedCreatesQueue(t *testing.T) {
	t.Parallel()
	h := start(t, func(c *Config) { c.Limits.LostCreatesPerMinute = 1 })
	h.lose()
	h.fillLane()
	first, second := h.alpha(), h.alpha()
	first.want(command(createPlain("a.example")), 2302)
	second.want(command(createPlain("a.example")), 2306)
	second.write(epp.AppendFrame(nil, []byte(check("b.example"))))
	h.waitLane(1)
	h.emptyLane()
	if got := codeIn(second.read()); got != 1000 {
		t.Errorf("the check was answered %d", got)
	}
}

// TestLaneEnds: a server that is closed waits for nobody in the lane.
func TestLaneEnds(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	h.lose()
	h.fillLane()
	loser := h.alpha()
	loser.want(command(createPlain("a.example")), 2302)
	loser.write(epp.AppendFrame(nil, []byte(check("b.example"))))
	h.waitLane(1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.srv.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown: %v", err)
	}
	h.waitLane(0)
}
