package server

import (
	"context"
	"sync"
	"time"
)

// commandContext bounds the work for one command. It is context.WithDeadline for contexts
// that are mostly thrown away unused: a timer, and a place among the children of the
// server's context, cost as much as decoding a check does, so they are taken only when
// somebody asks for Done.
type commandContext struct {
	context.Context // the server's
	deadline        time.Time

	mu     sync.Mutex
	bound  context.Context // nil until somebody asked for Done
	cancel context.CancelFunc
	ended  bool
}

// Deadline implements context.Context.
func (c *commandContext) Deadline() (time.Time, bool) { return c.deadline, true }

// Done implements context.Context.
func (c *commandContext) Done() <-chan struct{} { return c.watched().Done() }

// Err implements context.Context.
func (c *commandContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.bound != nil:
		return c.bound.Err()
	case c.Context.Err() != nil:
		return c.Context.Err()
	case c.ended:
		return context.Canceled
	case !time.Now().Before(c.deadline):
		return context.DeadlineExceeded
	}
	return nil
}

// Value implements context.Context. Once there is a context that can be cancelled, that is
// the one to ask: children look for it in this way.
func (c *commandContext) Value(key any) any {
	c.mu.Lock()
	bound := c.bound
	c.mu.Unlock()
	if bound != nil {
		return bound.Value(key)
	}
	return c.Context.Value(key)
}

func (c *commandContext) watched() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bound == nil {
		c.bound, c.cancel = context.WithDeadline(c.Context, c.deadline)
		if c.ended {
			c.cancel()
		}
	}
	return c.bound
}

// end cancels what the command left behind.
func (c *commandContext) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	if c.cancel != nil {
		c.cancel()
	}
}
