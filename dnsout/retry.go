package dnsout

import (
	"context"
	"math/rand/v2"
	"time"
)

// Waits after a failure: doubled from the first to the last, each with jitter.
// What the store says of a held zone is read again only after heldRetry.
const (
	firstRetry = 100 * time.Millisecond
	lastRetry  = 5 * time.Second
	heldRetry  = 30 * time.Second
)

// backoff gives growing waits.
type backoff struct{ last time.Duration }

func (b *backoff) next() time.Duration {
	b.last = min(max(2*b.last, firstRetry), lastRetry)
	return jitter(b.last)
}

func (b *backoff) reset() { b.last = 0 }

// jitter is between half of d and one and a half of it.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d) }

// sleep waits for d and says whether ctx is still on.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
