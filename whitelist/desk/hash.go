package desk

import (
	"context"
	"runtime"
)

// hashSlot waits for the place that bounds what argon2id takes of memory and CPU.
func (d *Desk) hashSlot(ctx context.Context) (release func(), err error) {
	select {
	case d.hashing <- struct{}{}:
		return func() {
			runtime.GC() // each run leaves 19 MiB: whoever applies would decide how many pile up
			<-d.hashing
		}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
