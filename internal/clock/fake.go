package clock

import (
	"sync"
	"time"
)

// Fake stands still until it is moved. It is safe for concurrent use.
type Fake struct {
	mu   sync.Mutex
	now  time.Time
	jump jump
}

// NewFake returns a clock that stands at t.
func NewFake(t time.Time) *Fake { return &Fake{now: exact(t)} }

// Now returns the instant at which the clock stands.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Set moves the clock to t, forward or back.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	f.now = exact(t)
	f.mu.Unlock()
	f.jump.tell()
}

// Advance moves the clock by d, back if negative.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	f.now = exact(f.now.Add(d))
	f.mu.Unlock()
	f.jump.tell()
}

// Jumped returns a channel that is closed when the clock is next moved.
func (f *Fake) Jumped() <-chan struct{} { return f.jump.wait() }
