package clock

import (
	"sync/atomic"
	"time"
)

// Offset is the business clock of the sandbox: real time plus an offset, so time
// runs on from wherever it is set. It is safe for concurrent use.
//
// An offset is a time.Duration: up to 292 years either way. What would exceed
// that stops there.
type Offset struct {
	real Clock
	off  atomic.Int64 // nanoseconds
	jump jump
}

// NewOffset returns a clock that is offset ahead of the computer's.
func NewOffset(offset time.Duration) *Offset { return newOffset(Real{}, offset) }

func newOffset(real Clock, offset time.Duration) *Offset {
	c := &Offset{real: real}
	c.off.Store(int64(offset.Truncate(Resolution)))
	return c
}

// Now returns the business time.
func (c *Offset) Now() time.Time { return c.real.Now().Add(c.Offset()) }

// Offset returns how far the clock is ahead of the computer's; NewOffset takes it again.
func (c *Offset) Offset() time.Duration { return time.Duration(c.off.Load()) }

// Set moves the clock so that now is t, forward or back; time runs on from there.
func (c *Offset) Set(t time.Time) {
	c.off.Store(int64(exact(t).Sub(c.real.Now()).Truncate(Resolution)))
	c.jump.tell()
}

// Advance moves the clock by d, back if negative.
func (c *Offset) Advance(d time.Duration) {
	d = d.Truncate(Resolution)
	for {
		old := c.off.Load()
		if c.off.CompareAndSwap(old, saturate(old, int64(d))) {
			break
		}
	}
	c.jump.tell()
}

// Resume returns to the computer's time.
func (c *Offset) Resume() {
	c.off.Store(0)
	c.jump.tell()
}

// Jumped returns a channel that is closed when the clock is next moved.
func (c *Offset) Jumped() <-chan struct{} { return c.jump.wait() }

// saturate adds without overflow, keeping a whole number of microseconds.
func saturate(a, b int64) int64 {
	const limit = int64(1<<63-1) / int64(Resolution) * int64(Resolution)
	switch {
	case b > 0 && a > limit-b:
		return limit
	case b < 0 && a < -limit-b:
		return -limit
	default:
		return a + b
	}
}
