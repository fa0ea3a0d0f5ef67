package server

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestCommandContext holds commandContext to what context.WithDeadline does, whether or
// not somebody asked for Done before.
func TestCommandContext(t *testing.T) {
	type key struct{}
	for _, early := range []bool{false, true} {
		for name, c := range map[string]struct {
			do   func(base context.CancelFunc, ctx *commandContext)
			want error
		}{
			"runs":     {func(context.CancelFunc, *commandContext) {}, nil},
			"deadline": {func(context.CancelFunc, *commandContext) { time.Sleep(time.Minute) }, context.DeadlineExceeded},
			"shutdown": {func(base context.CancelFunc, _ *commandContext) { base() }, context.Canceled},
			"ended":    {func(_ context.CancelFunc, ctx *commandContext) { ctx.end() }, context.Canceled},
		} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					base, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "kept"))
					defer cancel()
					ctx := &commandContext{Context: base, deadline: time.Now().Add(time.Minute)}
					defer ctx.end()
					if early {
						ctx.Done()
					}
					var child context.Context = ctx
					if early {
						var stop context.CancelFunc
						child, stop = context.WithCancel(ctx)
						defer stop()
					}
					c.do(cancel, ctx)
					synctest.Wait()
					if !errors.Is(ctx.Err(), c.want) {
						t.Errorf("Err is %v, want %v", ctx.Err(), c.want)
					}
					select {
					case <-ctx.Done():
						if c.want == nil {
							t.Error("Done is closed")
						}
					default:
						if c.want != nil {
							t.Error("Done is open")
						}
					}
					synctest.Wait()
					if !errors.Is(child.Err(), c.want) {
						t.Errorf("a child's Err is %v, want %v", child.Err(), c.want)
					}
					if ctx.Value(key{}) != "kept" {
						t.Error("a value of the server's context is lost")
					}
				})
			})
		}
	}
}
