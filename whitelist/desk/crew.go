package desk

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// Applications wait for outside verifiers, each at a place of its own, and elsewhere
// for the target registries. What is in hand is bounded for each place by itself, and
// no more is claimed than there is room for: who does not answer keeps what waits for
// him, and nothing else.
const (
	askedAtOnce     = 8   // at one place
	elsewhereAtOnce = 200 // one question to a target registry covers many names
	ruledAtOnce     = 16  // what one question answered is written side by side
)

// hands counts the applications that a process has in hand at each place; the zero
// Place stands for elsewhere. The zero value is ready.
type hands struct {
	mu sync.Mutex
	n  map[wlstore.Place]int
}

// take reserves what room is left of most.
func (h *hands) take(p wlstore.Place, most int) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	room := max(0, most-h.n[p])
	if room > 0 {
		if h.n == nil {
			h.n = map[wlstore.Place]int{}
		}
		h.n[p] += room
	}
	return room
}

func (h *hands) free(p wlstore.Place, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.n[p] -= n; h.n[p] == 0 {
		delete(h.n, p)
	}
}

// crew are those who ask on behalf of one caller.
type crew struct {
	after func(moved bool, err error) // is called when one application is done with
	busy  atomic.Int64
	group sync.WaitGroup
}

func (c *crew) wait() { c.group.Wait() }

// places are where applications wait for outside verifiers, with these.
func places(granted []*wlstore.GrantedPolicy) (list []wlstore.Place, urls []string) {
	for _, p := range granted {
		for i, v := range p.Verifiers {
			if v.Type == whitelist.HTTPVerifier {
				list, urls = append(list, wlstore.Place{Policy: p.ID, Grant: p.Grant, Stage: i}), append(urls, v.URL)
			}
		}
	}
	return list, urls
}

// begin claims applications for which somebody is to be asked now, as far as there is
// room, and has the crew ask. It does not wait for anybody.
func (d *Desk) begin(ctx context.Context, c *crew) (begun int, err error) {
	granted, err := d.granted.Get(ctx)
	if err != nil {
		return 0, err
	}
	wall := time.Now()
	q := wlstore.Claims{Wall: wall, Until: wall.Add(claimLease), Elsewhere: d.hands.take(wlstore.Place{}, elsewhereAtOnce)}
	var urls []string
	q.Places, urls = places(granted)
	resting := map[wlstore.Place]time.Duration{}
	for i, p := range q.Places {
		if left := d.outside.rests.left(urls[i]); left > 0 {
			resting[p] = left
		} else if room := d.hands.take(p, d.outside.rests.most(urls[i])); room > 0 {
			q.Rooms = append(q.Rooms, wlstore.Room{Place: p, Limit: room})
		}
	}
	var at [][]*wlstore.Application
	var elsewhere []*wlstore.Application
	err = d.transact(ctx, registry.System("claim"), func(ctx context.Context, tx *store.Tx) error {
		for p, left := range resting {
			wlstore.PutOff(tx, p, wall, wall.Add(left), errUnreachable.Error())
		}
		at, elsewhere, err = wlstore.Claim(ctx, tx, q)
		return err
	})
	if err != nil {
		at, elsewhere = make([][]*wlstore.Application, len(q.Rooms)), nil
	}
	for i, r := range q.Rooms {
		d.hands.free(r.Place, r.Limit-len(at[i]))
		for _, a := range at[i] {
			d.goAsk(ctx, c, r.Place, []*wlstore.Application{a}, granted)
		}
		begun += len(at[i])
	}
	d.hands.free(wlstore.Place{}, q.Elsewhere-len(elsewhere))
	for _, list := range byParent(elsewhere) {
		d.goAsk(ctx, c, wlstore.Place{}, list, granted)
	}
	return begun + len(elsewhere), err
}

// byParent parts applications by the name that their target lies below: as a rule
// other registries run it, and one that is slow shall not keep the others.
func byParent(list []*wlstore.Application) map[string][]*wlstore.Application {
	out := map[string][]*wlstore.Application{}
	for _, a := range list {
		_, parent, _ := strings.Cut(a.Target, ".")
		out[parent] = append(out[parent], a)
	}
	return out
}

// goAsk works on claimed applications of one place beside the caller, the target
// registries being asked about all of them at once.
func (d *Desk) goAsk(ctx context.Context, c *crew, p wlstore.Place, list []*wlstore.Application, granted []*wlstore.GrantedPolicy) {
	c.busy.Add(int64(len(list)))
	c.group.Go(func() {
		answers, err := d.askTargets(ctx, targetsOf(list))
		slots := make(chan struct{}, ruledAtOnce)
		var group sync.WaitGroup
		for _, a := range list {
			slots <- struct{}{}
			group.Go(func() {
				defer func() { <-slots }()
				var did bool
				var e error
				if err != nil { // ctx ended
					e = d.giveBack(ctx, a)
				} else {
					did, e = d.workOn(ctx, a, policyOfID(granted, a.Policy), answers[a.Target])
				}
				d.hands.free(p, 1)
				c.done(a, did, e)
			})
		}
		group.Wait()
	})
}

// done reports that an application is done with.
func (c *crew) done(a *wlstore.Application, moved bool, err error) {
	if lost(err) {
		err = nil
	}
	if err != nil {
		err = fmt.Errorf("application %d: %w", a.ID, err)
	}
	c.busy.Add(-1)
	c.after(moved, err)
}

func targetsOf(list []*wlstore.Application) []string {
	seen := map[string]bool{}
	var out []string
	for _, a := range list {
		if !seen[a.Target] {
			seen[a.Target] = true
			out = append(out, a.Target)
		}
	}
	return out
}

func policyOfID(granted []*wlstore.GrantedPolicy, id string) *wlstore.GrantedPolicy {
	for _, p := range granted {
		if p.ID == id {
			return p
		}
	}
	return nil
}
