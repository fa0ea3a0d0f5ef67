package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// outcome is what one round of load came to.
type outcome struct {
	ops       int
	took      time.Duration
	latencies []time.Duration // of every operation, sorted
	cpu       cpu             // used meanwhile, in all
}

// rate is operations per second.
func (o outcome) rate() float64 { return float64(o.ops) / o.took.Seconds() }

// with adds another round.
func (o outcome) with(p outcome) outcome {
	if o.ops == 0 {
		return p
	}
	o.ops, o.took, o.cpu = o.ops+p.ops, o.took+p.took, o.cpu.plus(p.cpu)
	o.latencies = slices.Concat(o.latencies, p.latencies)
	slices.Sort(o.latencies)
	return o
}

// percentile is the latency that this part of the operations, from 0 to 1, did not exceed.
func percentile(sorted []time.Duration, part float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	i := int(part * float64(len(sorted)))
	return sorted[min(i, len(sorted)-1)]
}

// load sends frames over connections: one goroutine for each connection, which sends
// the next frame when the answer to the one before is there.
type load struct {
	conns  []*conn
	frames []*prepared // one for each connection
	with   string      // the extensions that they carry, for the report
	cpu    func() cpu

	most  int             // exchanges of one connection in a round; 0: as many as there is time for
	pause time.Duration   // between two exchanges of a connection
	stop  <-chan struct{} // ends a round before its time; nil: nothing does
}

// run loads the server for d. An answer with an unexpected code ends it with an error.
func (l load) run(ctx context.Context, d time.Duration) (outcome, error) {
	lists := make([][]time.Duration, len(l.conns))
	errs := make([]error, len(l.conns))
	begun, before := time.Now(), l.cpu()
	end := begun.Add(d)
	var wg sync.WaitGroup
	for i := range l.conns {
		wg.Go(func() { lists[i], errs[i] = l.drive(ctx, i, end) })
	}
	wg.Wait()
	o := outcome{took: time.Since(begun), cpu: l.cpu().since(before)}
	if err := errors.Join(errs...); err != nil {
		return o, err
	}
	o.latencies = slices.Concat(lists...)
	slices.Sort(o.latencies)
	if o.ops = len(o.latencies); o.ops == 0 {
		return o, errors.New("nothing was answered")
	}
	return o, nil
}

// drive uses one connection until end.
func (l load) drive(ctx context.Context, i int, end time.Time) (latencies []time.Duration, err error) {
	c, p := l.conns[i], l.frames[i]
	latencies = make([]time.Duration, 0, max(l.most, 1<<14))
	c.tls.SetDeadline(end.Add(exchangeTimeout)) //nolint:errcheck // the exchange fails as well
	for sent := time.Now(); sent.Before(end); {
		answer, err := c.exchange(p.next())
		if err != nil {
			return nil, err
		}
		if got := code(answer); got != p.want {
			return nil, fmt.Errorf("%q instead of %s: %s", got, p.want, answer)
		}
		now := time.Now()
		latencies = append(latencies, now.Sub(sent))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if len(latencies) == l.most {
			break
		}
		if l.pause > 0 {
			time.Sleep(l.pause)
			now = time.Now()
		}
		sent = now
		select {
		case <-l.stop:
			return latencies, nil
		default:
		}
	}
	return latencies, nil
}

// pair is one round: a limit and what was measured beside it.
type pair struct{ limit, value outcome }

func (p pair) ratio() float64 { return p.value.rate() / p.limit.rate() }

// middle is the round whose ratio is the median: one figure of a disturbed moment does
// not count, and what is printed was measured as it stands.
func middle(rounds []pair) pair {
	sorted := slices.Clone(rounds)
	slices.SortFunc(sorted, func(a, b pair) int {
		switch {
		case a.ratio() < b.ratio():
			return -1
		case a.ratio() > b.ratio():
			return 1
		}
		return 0
	})
	return sorted[(len(sorted)-1)/2]
}
