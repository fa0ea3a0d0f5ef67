package clock

import (
	"math"
	"sync"
	"testing"
	"time"
)

var (
	start      = time.Date(2026, 11, 21, 12, 0, 0, 123456789, time.FixedZone("east", 3600))
	exactStart = time.Date(2026, 11, 21, 11, 0, 0, 123456000, time.UTC)
)

func jumped(t *testing.T, ch <-chan struct{}) {
	t.Helper()
	select {
	case <-ch:
	default:
		t.Error("sleepers were not told of the jump")
	}
}

func TestReal(t *testing.T) {
	before := time.Now().Truncate(Resolution)
	now := Real{}.Now()
	if now.Before(before) || now.Location() != time.UTC || now.Nanosecond()%1000 != 0 {
		t.Errorf("Now = %v", now)
	}
}

func TestFake(t *testing.T) {
	c := NewFake(start)
	if !c.Now().Equal(exactStart) || c.Now().Location() != time.UTC {
		t.Errorf("Now = %v", c.Now())
	}
	ch := c.Jumped()
	c.Advance(36 * time.Hour)
	jumped(t, ch)
	if want := exactStart.Add(36 * time.Hour); !c.Now().Equal(want) {
		t.Errorf("Now = %v, want %v", c.Now(), want)
	}
	ch = c.Jumped()
	c.Set(start)
	jumped(t, ch)
	if !c.Now().Equal(exactStart) {
		t.Errorf("Now = %v", c.Now())
	}
	select {
	case <-c.Jumped():
		t.Error("a jump was told before it happened")
	default:
	}
}

func TestOffset(t *testing.T) {
	real := NewFake(start)
	c := newOffset(real, 0)
	want := func(at time.Time) {
		t.Helper()
		if !c.Now().Equal(at) {
			t.Errorf("Now = %v, want %v", c.Now(), at)
		}
	}
	want(exactStart)
	target := time.Date(2030, 2, 28, 0, 0, 0, 0, time.UTC)
	ch := c.Jumped()
	c.Set(target)
	jumped(t, ch)
	want(target)
	real.Advance(time.Hour) // time runs on
	want(target.Add(time.Hour))

	restarted := newOffset(real, c.Offset()) // state kept over a restart
	if !restarted.Now().Equal(c.Now()) {
		t.Errorf("after the restart %v, before %v", restarted.Now(), c.Now())
	}
	ch = c.Jumped()
	c.Advance(-2*time.Hour + 7*time.Nanosecond)
	jumped(t, ch)
	if got := c.Now(); got.Nanosecond()%1000 != 0 {
		t.Errorf("Now = %v: finer than the database keeps", got)
	}
	c.Advance(math.MaxInt64)
	c.Advance(math.MaxInt64)
	if got := c.Now(); got.Before(target) {
		t.Errorf("the offset overflowed: %v", got)
	}
	ch = c.Jumped()
	c.Resume()
	jumped(t, ch)
	want(real.Now())
	c.Advance(math.MinInt64)
	c.Advance(math.MinInt64)
	if got := c.Now(); got.After(real.Now()) {
		t.Errorf("the offset overflowed: %v", got)
	}
}

// TestConcurrent: no advance is lost and nobody sleeps through a jump.
func TestConcurrent(t *testing.T) {
	real := NewFake(start)
	c := newOffset(real, 0)
	const movers, moves = 8, 100
	target := exactStart.Add(movers * moves * time.Minute)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for {
				ch := c.Jumped()
				if !c.Now().Before(target) {
					return
				}
				<-ch
			}
		})
	}
	for range movers {
		all.Go(func() {
			for range moves {
				c.Advance(time.Minute)
			}
		})
	}
	all.Wait()
	if !c.Now().Equal(target) {
		t.Errorf("Now = %v, want %v", c.Now(), target)
	}
}

var _ = []Jumper{(*Fake)(nil), (*Offset)(nil)}
