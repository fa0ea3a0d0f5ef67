package store

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"cadastre/registry/store"
	"cadastre/whitelist"
)

// PolicyLife bounds how long a process goes on with policies that were changed
// elsewhere. It is wall time: what other processes do takes no business time.
const PolicyLife = 200 * time.Millisecond

// GrantedPolicy is a policy in force. It is shared by all who asked: do not change it.
type GrantedPolicy struct {
	*whitelist.Policy
	ObjectID int64 // of its row and history
	Version  int   // of its row: it rises with every change of state or document
	Grant    int   // the version that put the document in force: a proposal beside it changes nothing
}

// Granted keeps the granted policies of a registry for PolicyLife, so that a
// registration under no control costs no query. It is safe for concurrent use.
type Granted struct {
	store *store.Store

	known atomic.Pointer[knownPolicies] // nil: nothing is known

	mu    sync.Mutex    // for what follows, and for storing in known
	epoch int           // rises with Forget: a query begun before it counts for nobody new
	busy  chan struct{} // closed when the query under way has ended; nil without one
}

type knownPolicies struct {
	policies []*GrantedPolicy
	read     time.Time // when the query began
}

// NewGranted makes an empty cache of a registry's granted policies.
func NewGranted(st *store.Store) *Granted { return &Granted{store: st} }

// Get returns the granted policies by id, as they were at most PolicyLife ago. Many
// callers wait for one query; each waits no longer than its ctx. A failed query
// is an error for the caller that made it; the next one tries again.
func (g *Granted) Get(ctx context.Context) ([]*GrantedPolicy, error) {
	for {
		if k := g.fresh(); k != nil {
			return k.policies, nil
		}
		g.mu.Lock()
		if k := g.fresh(); k != nil {
			g.mu.Unlock()
			return k.policies, nil
		}
		if g.busy == nil {
			g.busy = make(chan struct{})
			epoch := g.epoch
			g.mu.Unlock()
			return g.refresh(ctx, epoch)
		}
		busy := g.busy
		g.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-busy:
		}
	}
}

// fresh is what is known if it is young enough.
func (g *Granted) fresh() *knownPolicies {
	if k := g.known.Load(); k != nil && time.Since(k.read) < PolicyLife {
		return k
	}
	return nil
}

// refresh runs the query; the caller has set busy.
func (g *Granted) refresh(ctx context.Context, epoch int) (policies []*GrantedPolicy, err error) {
	began := time.Now()
	defer func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if err == nil && g.epoch == epoch {
			g.known.Store(&knownPolicies{policies, began})
		}
		close(g.busy)
		g.busy = nil
	}()
	return readGranted(ctx, g.store)
}

// Forget has the next Get read the policies anew, whatever is known and whatever
// query is under way: for the process that changed them.
func (g *Granted) Forget() {
	g.mu.Lock()
	g.known.Store(nil)
	g.epoch++
	g.mu.Unlock()
}
