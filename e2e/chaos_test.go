package e2e

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var (
	chaosOperations = flag.Int("chaos.operations", 200, "how many operations the chaos test does")
	chaosSeed       = flag.Uint64("chaos.seed", 0, "seed of the chaos test; 0 takes another one every time")
)

// TestChaos runs a whitelist registry and a target registry that asks it, kills and
// restarts both at random, and has registrars and verifiers apply, decide, register,
// update and delete meanwhile, on a business clock that jumps, under policies whose
// approvals live for an hour and are pruned every second. What was acknowledged is
// put down before the next step. In pauses and at the end it checks:
//
//   - no target name was written, nor given to another registrant, without an approval
//     that was published and not expired at that instant;
//   - no whitelist name ever had two holders;
//   - DNS shows what the store holds, and nothing else;
//   - every decision on a held application was told exactly once, none that was
//     answered at once;
//   - what was acknowledged is there, what was refused left nothing, what had no answer
//     is there wholly or not at all;
//   - the invariants of both stores.
func TestChaos(t *testing.T) {
	t.Parallel()
	seed := *chaosSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	began := time.Now()
	c := newChaos(t, seed)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("to have the same choices again: go test ./e2e -run '^TestChaos$' -chaos.seed %d -chaos.operations %d", seed, c.total)
		}
	})
	c.start(t)
	c.rage(t)
	c.stop(t)
	if t.Failed() {
		return
	}
	c.settle(t)
	c.drain(t)
	c.check(t, true)
	t.Logf("seed %d: %s; %v", seed, c.summary(), time.Since(began).Round(time.Second))
}

// chaos is a run of the test.
type chaos struct {
	*chaosLedger
	*chaosBooks
	total             int
	rng               *rand.Rand
	whitelist, target *chaosBox
	workers           []*chaosWorker
	events            map[string]int // what was done to the servers, how often

	pause   sync.RWMutex // read-locked by workers while they do something
	allowed atomic.Int64 // operations after which the workers wait for what is done to the servers
	ended   atomic.Bool
	done    sync.WaitGroup
}

// chaosWorkers are the registrars whose sessions work side by side; the rules bar
// registrar-c from trips.
var chaosWorkers = []string{"registrar-a", "registrar-a", "registrar-b", "registrar-b", "registrar-a", "registrar-c"}

func newChaos(t *testing.T, seed uint64) *chaos {
	t.Helper()
	const at = "2026-11-21T00:00:00Z"
	c := &chaos{
		chaosLedger: newChaosLedger(), chaosBooks: &chaosBooks{}, total: *chaosOperations, rng: rand.New(rand.NewPCG(seed, 0)),
		events: map[string]int{},
	}
	c.whitelist = newChaosBox(t, "--only", "whitelist")
	c.whitelist.boot(t, "--start-time", at)
	c.target = newChaosBox(t, "--only", "target", "--whitelist", c.whitelist.peerFile(t))
	c.target.boot(t, "--start-time", at)
	for _, p := range chaosPolicies {
		for _, box := range c.boxes() {
			box.grant(t, p)
		}
	}
	// The target registry's clock is ahead of the other from now on, if only by
	// moments: so an approval is never published later than it is used.
	c.advance(t, time.Hour)
	labels := max(10, c.total/25)
	for i, registrar := range chaosWorkers {
		c.contacts(t, registrar)
		c.workers = append(c.workers, newChaosWorker(t, c, registrar, rand.New(rand.NewPCG(seed, uint64(i+1))), labels))
	}
	return c
}

func (c *chaos) boxes() []*chaosBox { return []*chaosBox{c.whitelist, c.target} }

// contacts makes a registrar's registrants at the target registry: one for each
// person, that carries its identifier, and one that does not say who it is.
func (c *chaos) contacts(t *testing.T, registrar string) {
	t.Helper()
	s := c.target.login(t, registrar)
	defer s.conn.Close()
	for _, person := range chaosPeople {
		contact := goodContact(contactOf(registrar, person))
		if person != "" {
			contact.kind = kindCreate("real", el("kind:identifier", person))
		}
		s.do(t, contact.create()).want(t, 1000, 2302)
	}
}

// start sets the workers going.
func (c *chaos) start(t *testing.T) {
	for _, w := range c.workers {
		c.done.Go(func() { w.work(t) })
	}
}

// stop ends the workers.
func (c *chaos) stop(t *testing.T) {
	t.Helper()
	c.ended.Store(true)
	c.done.Wait()
	for _, w := range c.workers {
		w.close()
	}
	for _, fault := range c.faults() {
		t.Error(fault)
	}
}

// rage does something to the servers every few dozen operations, and checks
// everything in some pauses.
func (c *chaos) rage(t *testing.T) {
	t.Helper()
	const perPause = 13 // events
	deck := c.deck()
	step := min(25, c.total/16)
	for n, next := 1, step; next < c.total; n++ {
		c.allowed.Store(int64(next + step))
		if !c.await(t, next) {
			return
		}
		event := deck[(n-1)%len(deck)]
		c.events[event.name]++
		event.do(t)
		if n%perPause == 0 || n == 3 {
			c.checkPaused(t)
		}
		if t.Failed() || len(c.faults()) > 0 {
			return
		}
		next = c.operations() + step + c.rng.IntN(step)
	}
	c.allowed.Store(int64(c.total))
	c.await(t, c.total)
}

// await waits until so many operations are done.
func (c *chaos) await(t *testing.T, operations int) bool {
	t.Helper()
	last, since := -1, time.Now()
	for {
		n := c.operations()
		if n >= operations {
			return true
		}
		if n != last {
			last, since = n, time.Now()
		}
		if time.Since(since) > 90*time.Second {
			t.Errorf("nothing was done for 90 s, after %d operations and %v", n, c.events)
			return false
		}
		if len(c.faults()) > 0 {
			return false
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// checkPaused lets the workers rest and checks everything.
func (c *chaos) checkPaused(t *testing.T) {
	t.Helper()
	c.pause.Lock()
	defer c.pause.Unlock()
	c.check(t, false)
}

func (c *chaos) summary() string {
	acknowledged, kills, databases := 0, 0, 0
	for _, e := range c.all() {
		if e.code == 1000 || e.code == 1001 || e.code == http.StatusOK {
			acknowledged++
		}
	}
	for _, b := range c.boxes() {
		kills += b.kills
		databases += b.databaseKills
	}
	return fmt.Sprintf("%d operations, %d of them acknowledged (%s); %s; servers killed %d times, databases %d times; events %v",
		c.operations(), acknowledged, c.counts(), c.figures, kills, databases, c.events)
}
