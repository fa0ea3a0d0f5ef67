package store

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestGather has questions come while others are under way: each is answered by a query
// that began after it, those that wait are asked together, and a slow query costs nobody
// more than its own patience.
func TestGather(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var batches []int
		g := newGather(func(_ context.Context, all []int) (map[int]time.Time, error) {
			began := time.Now()
			mu.Lock()
			batches = append(batches, len(all))
			mu.Unlock()
			time.Sleep(time.Second)
			answers := map[int]time.Time{}
			for _, q := range all {
				answers[q] = began
			}
			return answers, nil
		})
		defer g.close()
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 100 * time.Millisecond)
				asked := time.Now()
				answers, err := g.get(t.Context(), i)
				if began, ok := answers[i]; err != nil || !ok || began.Before(asked) {
					t.Errorf("question %d at %v: answered from %v, %v", i, asked, began, err)
				}
			})
		}
		wg.Wait()
		if sum, most := total(batches), len(batches); sum != 20 || most > 10 {
			t.Errorf("20 questions were asked as %v", batches)
		}

		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := g.get(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a question with little patience: %v", err)
		}
		if answers, err := g.get(t.Context(), 2); err != nil || len(answers) == 0 {
			t.Errorf("the question after it: %v", err)
		}
	})
}

func total(list []int) (sum int) {
	for _, n := range list {
		sum += n
	}
	return sum
}

// TestGatherFault gives the error of a query to all who asked, and goes on.
func TestGatherFault(t *testing.T) {
	fault := errors.New("fault")
	g := newGather(func(_ context.Context, all []error) (int, error) { return len(all), errors.Join(all...) })
	defer g.close()
	if _, err := g.get(t.Context(), fault); !errors.Is(err, fault) {
		t.Errorf("got %v", err)
	}
	if n, err := g.get(t.Context(), nil); n != 1 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
}
