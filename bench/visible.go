package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

const (
	visibleSessions = 4
	visibleTimeout  = 10 * time.Second
	// visiblePause is the most that a session waits between two creates: chance keeps
	// them from falling into step with the publisher.
	visiblePause = 20 * time.Millisecond
)

// measureVisible times the way from the answer to a create until a DNS answer holds the
// delegation.
func (b *bench) measureVisible(ctx context.Context) error {
	l, err := b.createLoad(ctx, visibleSessions, seedVisible)
	if err != nil {
		return err
	}
	defer closeAll(l.conns)
	lists := make([][]time.Duration, visibleSessions)
	errs := make([]error, visibleSessions)
	var wg sync.WaitGroup
	for i := range l.conns {
		count := (b.creates + i) / visibleSessions
		wg.Go(func() { lists[i], errs[i] = b.timeVisible(ctx, l.conns[i], l.frames[i], count) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	all := slices.Concat(lists...)
	slices.Sort(all)
	b.report.add(row{
		Name: "domain:create to DNS answer, p99", Unit: "s", Value: percentile(all, 0.99).Seconds(), Target: most(0.1),
	}.spread(all))
	return nil
}

// timeVisible creates count names, one after the other.
func (b *bench) timeVisible(ctx context.Context, c *conn, p *prepared, count int) (times []time.Duration, err error) {
	r, err := newResolver(ctx, b.sandbox.info.DNS.Addr)
	if err != nil {
		return nil, err
	}
	defer r.close()
	for range count {
		answer, err := c.exchange(p.next())
		created := time.Now()
		if err != nil {
			return nil, err
		}
		if code(answer) != p.want {
			return nil, errors.New(string(answer))
		}
		if err := r.await(ctx, p.domain(), visibleTimeout); err != nil {
			return nil, err
		}
		times = append(times, time.Since(created))
		time.Sleep(rand.N(visiblePause))
	}
	return times, nil
}
