package srs

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"unsafe"
)

// contend brings a create to a contest, and tells when it has the turn.
func contend(c *contests, registrar string, purged bool, turns chan<- string, wg *sync.WaitGroup) {
	e := &entrant{make(chan bool, 1)}
	if c.join("drop.example", registrar, purged, e) {
		turns <- registrar
		return
	}
	wg.Go(func() {
		if <-e.turn {
			turns <- registrar
		}
	})
}

// TestContestIsDrawnAmongRegistrars has one registrar bring fifty creates and ten others one
// each: all have the same share of the names.
func TestContestIsDrawnAmongRegistrars(t *testing.T) {
	const names, others = 2000, 10
	wins := map[string]int{}
	for range names {
		c := &contests{}
		for i := range others {
			c.note("drop.example", fmt.Sprint("small-", i))
		}
		turns := make(chan string, 1)
		var wg sync.WaitGroup
		for range 50 {
			contend(c, "large", false, turns, &wg)
		}
		for i := range others { // with the last of them everybody is here
			contend(c, fmt.Sprint("small-", i), false, turns, &wg)
		}
		wins[<-turns]++
		c.end("drop.example", true) // the others look again
		wg.Wait()
		if len(turns) > 0 || len(c.names) > 0 {
			t.Fatalf("after the end: %d more turns, %d contests", len(turns), len(c.names))
		}
	}
	// Six standard deviations: passed by chance once in 500 million runs.
	p := 1.0 / (others + 1)
	if off := math.Abs(float64(wins["large"]) - names*p); off > 6*math.Sqrt(names*p*(1-p)) {
		t.Errorf("shares: %v", wins)
	}
}

// TestContestGoesOn: after a create that failed it is the turn of the next, and a create
// whose client is gone stands in nobody's way.
func TestContestGoesOn(t *testing.T) {
	c := &contests{}
	turns := make(chan string, 4)
	var wg sync.WaitGroup
	contend(c, "first", false, turns, &wg) // at once: nobody else wants it
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if try, err := c.enter(gone, "drop.example", "gone", false); try || !errors.Is(err, context.Canceled) {
		t.Errorf("gone: %v, %v", try, err)
	}
	contend(c, "second", false, turns, &wg)
	contend(c, "first", false, turns, &wg)
	if first := <-turns; first != "first" || len(turns) > 0 {
		t.Fatalf("the turn of %s, and %d more", first, len(turns))
	}
	c.end("drop.example", false)
	next := <-turns
	c.end("drop.example", false)
	if last := <-turns; last == next {
		t.Errorf("twice the turn of %s", last)
	}
	c.end("drop.example", false)
	wg.Wait()
	if len(c.names) != 0 {
		t.Errorf("%d contests are left", len(c.names))
	}
	// Who was refused and does not come back keeps nobody for ever, nor does a purge.
	c.note("drop.example", "absent")
	contend(c, "first", true, turns, &wg)
	if got := <-turns; got != "first" {
		t.Errorf("the turn of %s", got)
	}
	c.end("drop.example", true)
	contend(c, "first", false, turns, &wg) // and with the name's creation all is forgotten
	<-turns
	wg.Wait()
}

// TestContestKeepsNoFrame: a name from a frame shares its memory with the authInfo and all
// else that came with it.
func TestContestKeepsNoFrame(t *testing.T) {
	values := "drop.example" + strings.Repeat("secret", 10)
	name := values[:len("drop.example")]
	c := &contests{}
	c.note(name, "registrar-a")
	for kept := range c.lately {
		if unsafe.StringData(kept) == unsafe.StringData(name) {
			t.Error("the name is kept with its frame")
		}
	}
	if len(c.wanted("drop.example")) != 1 {
		t.Error("the name is not kept")
	}
}

// TestContestForgets bounds what is remembered.
func TestContestForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where no time passes meanwhile
		c := &contests{}
		for i := range contestMost + 10 {
			c.note(fmt.Sprint(i, ".example"), "registrar-a")
		}
		if len(c.lately) != contestMost || len(c.wanted("0.example")) != 1 || len(c.wanted(fmt.Sprint(contestMost, ".example"))) != 0 {
			t.Errorf("%d names are remembered", len(c.lately))
		}
		c.since = c.since.Add(-contestMemory - 1)
		c.note("new.example", "registrar-b")
		if len(c.wanted("0.example")) != 1 || len(c.wanted("new.example")) != 1 {
			t.Error("the interval before was forgotten too early")
		}
		c.since = c.since.Add(-contestMemory - 1)
		if len(c.wanted("0.example")) != 0 || len(c.wanted("new.example")) != 1 {
			t.Error("what was long ago counts")
		}
		c.since = c.since.Add(-contestMemory)
		c.note("newer.example", "registrar-b")
		if len(c.before) != 0 || len(c.lately) != 1 {
			t.Errorf("remembered: %d and %d", len(c.before), len(c.lately))
		}
	})
}
