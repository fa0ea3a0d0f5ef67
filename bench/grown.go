package main

import (
	"context"
	"fmt"
)

// compareSpeed compares two sandboxes in turns, so that what else the machine has to do is
// the same for both: one with few names, and one with many.
func (b *bench) compareSpeed(ctx context.Context, few, many *sandbox) error {
	empty, err := b.speedOf(ctx, few, seedGrowth)
	if err != nil {
		return err
	}
	defer empty.close()
	grown, err := b.speedOf(ctx, many, seedGrown)
	if err != nil {
		return err
	}
	defer grown.close()
	creates, err := b.compare(ctx, empty.creates.run, grown.creates.run)
	if err != nil {
		return err
	}
	checks, err := b.compare(ctx, empty.checks.run, grown.checks.run)
	if err != nil {
		return err
	}
	b.reportSpeed(middle(creates), middle(checks))
	return nil
}

// speeds are the loads whose rates may suffer from many names.
type speeds struct{ creates, checks load }

func (s speeds) close() {
	closeAll(s.creates.conns)
	closeAll(s.checks.conns)
}

// speedOf prepares the loads of a sandbox.
func (b *bench) speedOf(ctx context.Context, box *sandbox, seed int) (s speeds, err error) {
	before := b.sandbox
	b.sandbox = box
	defer func() { b.sandbox = before }()
	if s.creates, err = b.createLoad(ctx, fewSessions, seed); err != nil {
		return s, err
	}
	for _, p := range s.creates.frames {
		p.unit[p.name-1] = 'd' // among the names that are loaded, wherever an index keeps them
	}
	if s.checks, err = b.checkLoad(ctx, fewSessions); err != nil {
		return s, err
	}
	return s, b.settle(ctx)
}

func (b *bench) reportSpeed(creates, checks pair) {
	b.report.compare(row{
		Name: fmt.Sprintf("domain:create, 8 sessions, %d names", b.names), Unit: "/s",
		LimitName: "the same with few names", Target: bar(growthTarget),
	}, creates)
	b.report.compare(row{
		Name: fmt.Sprintf("domain:check, 8 sessions, %d names", b.names), Unit: "/s",
		LimitName: "the same with few names", Target: bar(growthTarget),
	}, checks)
	before, after := percentile(checks.limit.latencies, 0.99).Seconds(), percentile(checks.value.latencies, 0.99).Seconds()
	b.report.add(row{
		Name: fmt.Sprintf("domain:check p99, 8 sessions, %d names", b.names), Unit: "s", Value: after, Limit: before,
		LimitName: "the same with few names", Ratio: before / after, Target: bar(growthTarget),
	}.with(checks.value))
}
