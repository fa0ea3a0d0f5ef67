package desk

import (
	"errors"
	"sync"
	"time"
)

// errUnreachable is the cause when an outside verifier gave no answer at all.
var errUnreachable = errors.New("the verifier could not be reached")

const (
	// unreachableMost questions in a row without an answer, and a verifier is left alone
	// for restTime: what waits for it must not keep what waits for others.
	unreachableMost = 5
	restTime        = 10 * time.Second
)

// rests remembers which verifiers do not answer, by address. The zero value is ready.
type rests struct {
	mu    sync.Mutex
	fails map[string]int
	until map[string]time.Time // wall time
}

// left is how long a verifier is left alone yet. Afterwards it is asked again, and
// rests again at the first failure.
func (r *rests) left(url string) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Until(r.until[url])
}

// most is how many may be waiting for a verifier's answer: one that did not answer is
// tried with one question.
func (r *rests) most(url string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fails[url] >= unreachableMost {
		return 1
	}
	return askedAtOnce
}

// note takes down whether a verifier answered.
func (r *rests) note(url string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !errors.Is(err, errUnreachable) {
		delete(r.fails, url)
		delete(r.until, url)
		return
	}
	if r.fails == nil {
		r.fails, r.until = map[string]int{}, map[string]time.Time{}
	}
	if r.fails[url]++; r.fails[url] >= unreachableMost {
		r.until[url] = time.Now().Add(restTime)
	}
}
