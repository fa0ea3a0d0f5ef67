package gate

import (
	"context"
	"errors"
	"testing"

	"go.uber.org/zap"

	"cadastre/registry"
	"cadastre/whitelist"
)

// TestTurn: no more than so many registrations under one policy are asked about at a
// time; who waits in vain is refused, and policies do not wait for each other.
func TestTurn(t *testing.T) {
	g := &Gate{atOnce: 1, turns: map[string]chan struct{}{}, log: zap.NewNop()}
	p, other := &whitelist.Policy{ID: "busy-board", Zone: "valid.zone"}, &whitelist.Policy{ID: "other-board"}
	g.turn(p.ID) <- struct{}{}
	ctx, cancel := context.WithTimeoutCause(t.Context(), 0, errPatience)
	defer cancel()
	q := &question{Registration: whitelist.Registration{Target: "miami.trips"}}
	_, err := g.inTurn(ctx, noWay{}, p, q)
	if err := g.refuse(ctx, &finding{policy: p}, q, err); !registry.IsKind(err, registry.KindUnavailable) {
		t.Errorf("got %v", err)
	}
	if _, err := g.inTurn(t.Context(), noWay{}, other, q); err != nil {
		t.Errorf("another policy waits too: %v", err)
	}
	<-g.turn(p.ID)
	if _, err := g.inTurn(t.Context(), noWay{}, p, q); err != nil || len(g.turn(p.ID)) != 0 {
		t.Errorf("got %v, %d turns taken", err, len(g.turn(p.ID)))
	}
	gone, cancel2 := context.WithCancel(t.Context())
	cancel2()
	if err := g.refuse(gone, &finding{policy: p}, q, gone.Err()); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone is told %v", err)
	}
}
