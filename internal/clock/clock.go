// Package clock gives the time to everything that has business with it, so that
// tests and the sandbox can set it.
//
// Every instant is UTC and a whole number of microseconds, the resolution of
// PostgreSQL's timestamptz: what is stored equals what was compared.
//
// EPP shows times in UTC (RFC 5731, Section 2.4; RFC 5732, Section 2.4; RFC 5733, Section 2.7).
package clock

import (
	"sync"
	"time"
)

// Resolution is the step of every clock.
const Resolution = time.Microsecond

// Clock tells the time.
type Clock interface {
	// Now returns the current instant, in UTC and truncated to [Resolution].
	Now() time.Time
}

// Jumper is a clock that can be moved while others sleep by it.
type Jumper interface {
	Clock
	// Jumped returns a channel that is closed when the clock is next moved. Take
	// it before Now: then no jump is missed.
	Jumped() <-chan struct{}
}

// Real is the computer's clock.
type Real struct{}

// Now returns the computer's time.
func (Real) Now() time.Time { return exact(time.Now()) }

func exact(t time.Time) time.Time { return t.UTC().Truncate(Resolution) }

// jump tells sleepers that a clock was moved. The zero value is ready.
type jump struct {
	mu sync.Mutex
	ch chan struct{}
}

func (j *jump) wait() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ch == nil {
		j.ch = make(chan struct{})
	}
	return j.ch
}

func (j *jump) tell() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ch != nil {
		close(j.ch)
		j.ch = nil
	}
}
