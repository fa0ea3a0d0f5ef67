package e2e

import (
	"syscall"
	"testing"
	"time"
)

// advance moves both clocks on, the target registry's first. It gives the servers some
// time for what falls due, no more than that: they are killed in the middle of it, too.
func (c *chaos) advance(t *testing.T, d time.Duration) {
	t.Helper()
	to := c.target.patientClock(t, nil).Add(d)
	for _, b := range []*chaosBox{c.target, c.whitelist} {
		select {
		case <-b.clockSet(t, to):
		case <-time.After(2 * time.Second):
		}
	}
}

// advanceAndKill moves both clocks on and kills the whitelist registry while it
// carries out what fell due.
func (c *chaos) advanceAndKill(t *testing.T, d time.Duration) {
	t.Helper()
	to := c.target.patientClock(t, nil).Add(d)
	c.target.clockSet(t, to)
	answer := c.whitelist.clockSet(t, to)
	time.Sleep(time.Duration(c.rng.IntN(60)) * time.Millisecond)
	c.whitelist.kill()
	<-answer
	c.whitelist.boot(t)
}

// chaosEvent is something done to the servers.
type chaosEvent struct {
	name string
	do   func(t *testing.T)
}

// longChaos is how many operations make a run that is worth the wait for what a
// server had begun that was killed at it.
const longChaos = 1000

// deck is every event, shuffled so that a clock moves every third time.
func (c *chaos) deck() []chaosEvent {
	var list []chaosEvent
	for i, box := range c.boxes() {
		who := []string{" whitelist", " target"}[i]
		list = append(list,
			chaosEvent{"kill" + who, func(t *testing.T) { box.kill(); box.boot(t) }},
			chaosEvent{"power failure" + who, func(t *testing.T) { box.killDatabase(t); box.kill(); box.boot(t) }},
			chaosEvent{"kill database of" + who, box.killDatabase},
			chaosEvent{"freeze" + who, func(t *testing.T) { c.freeze(t, box) }},
			chaosEvent{"kill twice" + who, func(t *testing.T) { c.killTwice(t, box) }},
		)
	}
	list = append(list, chaosEvent{"kill both", c.killBoth})
	c.rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	var out []chaosEvent
	for i, e := range list {
		if out = append(out, e); i%2 == 0 {
			out = append(out, chaosEvent{"clock", func(t *testing.T) { c.advance(t, time.Duration(10+c.rng.IntN(25))*time.Minute) }})
			if i%4 == 2 && c.total >= longChaos {
				out[len(out)-1] = chaosEvent{"clock and kill", func(t *testing.T) { c.advanceAndKill(t, time.Duration(10+c.rng.IntN(25))*time.Minute) }}
			}
		}
	}
	return out
}

// freeze stops a server for a moment as a machine does that swaps.
func (c *chaos) freeze(t *testing.T, box *chaosBox) {
	box.signal(t, syscall.SIGSTOP)
	time.Sleep(time.Duration(1000+c.rng.IntN(1000)) * time.Millisecond)
	box.signal(t, syscall.SIGCONT)
}

// killTwice kills a server, and again while it starts.
func (c *chaos) killTwice(t *testing.T, box *chaosBox) {
	box.kill()
	box.launch(t)
	time.Sleep(time.Duration(20+c.rng.IntN(600)) * time.Millisecond)
	box.kill()
	box.boot(t)
}

// killBoth kills both servers with a database; either comes back first.
func (c *chaos) killBoth(t *testing.T) {
	boxes := c.boxes()
	boxes[c.rng.IntN(2)].killDatabase(t)
	for _, b := range boxes {
		b.kill()
	}
	c.rng.Shuffle(2, func(i, j int) { boxes[i], boxes[j] = boxes[j], boxes[i] })
	for _, b := range boxes {
		b.boot(t)
	}
}
