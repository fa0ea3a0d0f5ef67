package rest

import (
	"sync"
	"time"
)

// rates gives every key a bucket of tokens that fills steadily.
type rates[K comparable] struct {
	perSecond float64
	burst     float64
	now       func() time.Time

	mu      sync.Mutex
	buckets map[K]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

// maxBuckets bounds the memory that strangers' addresses take: some 10 MB.
const maxBuckets = 100_000

func newRates[K comparable](perSecond float64, burst int, now func() time.Time) *rates[K] {
	return &rates[K]{perSecond: perSecond, burst: float64(burst), now: now, buckets: map[K]bucket{}}
}

// take takes a token, or says how long until there is one.
func (r *rates[K]) take(key K) (wait time.Duration) { return r.use(key, 1) }

// wait says how long until there is a token, without taking it.
func (r *rates[K]) wait(key K) time.Duration { return r.use(key, 0) }

func (r *rates[K]) use(key K, n float64) (wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	b, ok := r.buckets[key]
	if !ok {
		b = bucket{r.burst, now}
	}
	b.tokens = min(r.burst, b.tokens+max(0, now.Sub(b.at).Seconds())*r.perSecond)
	b.at = now
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) / r.perSecond * float64(time.Second))
	}
	if n == 0 {
		return 0
	}
	if !ok && len(r.buckets) >= maxBuckets {
		r.forget(now)
	}
	b.tokens -= n
	r.buckets[key] = b
	return 0
}

// forget drops the buckets that are full again and, if there are none, any ones: a
// stranger with that many addresses is not stopped by counting them.
func (r *rates[K]) forget(now time.Time) {
	for key, b := range r.buckets {
		if b.tokens+now.Sub(b.at).Seconds()*r.perSecond >= r.burst {
			delete(r.buckets, key)
		}
	}
	for key := range r.buckets {
		if len(r.buckets) <= maxBuckets*9/10 {
			return
		}
		delete(r.buckets, key)
	}
}
