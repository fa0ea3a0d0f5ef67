package main

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"
)

// idleTarget is what an idle session may take, in octets.
const idleTarget = 50_000

// dialing is how many sessions are opened at a time.
const dialing = 16

// measureIdle opens sessions that wait after the greeting, and looks at what the server
// holds more than before. The sandbox lets few log in; a login adds some hundred octets.
func (b *bench) measureIdle(ctx context.Context) error {
	before, err := b.sandbox.memory(ctx)
	if err != nil {
		return err
	}
	conns, err := b.dialIdle(ctx)
	defer closeAll(conns)
	if err != nil {
		return err
	}
	after, err := b.sandbox.memory(ctx)
	if err != nil {
		return err
	}
	each := func(after, before int64) float64 { return float64(after-before) / float64(b.idle) }
	if after.resident > 0 {
		b.report.add(row{Name: "idle TLS session, resident memory", Unit: "B", Value: each(after.resident, before.resident), Target: most(idleTarget)})
	}
	b.report.add(row{Name: "idle TLS session, Go heap and stack", Unit: "B", Value: each(after.heap, before.heap), Target: most(idleTarget)})
	return nil
}

func (b *bench) dialIdle(ctx context.Context) (conns []*conn, err error) {
	cfg, err := b.sandbox.tlsConfig(nil)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(dialing)
	for range b.idle {
		g.Go(func() error {
			c, err := dial(gctx, b.sandbox.info.EPP.Addr, cfg)
			if err != nil {
				return err
			}
			mu.Lock()
			conns = append(conns, c)
			mu.Unlock()
			_, err = c.receive() // the greeting: the server waits from now on
			c.buf = nil
			return err
		})
	}
	return conns, g.Wait()
}
