package e2e

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	modelCommands = flag.Int("model.commands", 2000, "how many commands the model test sends")
	modelShrink   = flag.Duration("model.shrink", 2*time.Minute, "for how long the model test shortens a script that shows a divergence; 0: not at all")
	modelSeed     = flag.Uint64("model.seed", 1, "seed of the model test's first script; the next ones count on")
)

// modelSteps is how many commands one script has on average; each script begins with
// a registry of its own.
const modelSteps = 250

// mostFrames is how many of the server's frames wait to be held against the schemas.
const mostFrames = 40_000

// TestModel sends random commands of three registrars and of the registry to a server,
// lets minutes to years pass between them, and holds every answer, every object, every
// balance, every queue of messages, the zone and the invariants of the database against
// a model that was written from the RFCs and from docs/lifecycle.md. A divergence is
// told with what led to it, after the script was shortened for a while.
func TestModel(t *testing.T) {
	for name, value := range map[string]string{
		"rapid.checks": "1", "rapid.steps": fmt.Sprint(modelSteps), "rapid.nofailfile": "true", "rapid.shrinktime": modelShrink.String(),
	} {
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	var sum modelSum
	began := time.Now()
	for seed := *modelSeed; sum.commands < *modelCommands && !t.Failed(); seed++ {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			sum.seed = seed
			if err := flag.Set("rapid.seed", fmt.Sprint(seed)); err != nil {
				t.Fatal(err)
			}
			rapid.Check(t, func(rt *rapid.T) { runScript(t, rt, &sum) })
			if err := seen.settle(mostFrames); err != nil {
				t.Error(err)
			}
		})
	}
	t.Logf("%d commands (%.0f a second), %d of them carried out; %d years of business time; %s", sum.commands,
		float64(sum.commands)/time.Since(began).Seconds(), sum.done, int(sum.passed), sum.table())
	sum.judge(t)
}

// modelSum counts what a run sent.
type modelSum struct {
	commands, done int
	seed           uint64                 // of the script under way
	passed         float64                // years of business time
	codes          map[string]map[int]int // verb, result code
	cells          map[string]int         // see cell
}

func (s *modelSum) add(verb string, code int) {
	if s.codes == nil {
		s.codes = map[string]map[int]int{}
	}
	if s.codes[verb] == nil {
		s.codes[verb] = map[int]int{}
	}
	s.codes[verb][code]++
	s.commands++
	if code < 2000 {
		s.done++
	}
}

// table tells how often each verb had each result.
func (s *modelSum) table() string {
	var b strings.Builder
	for _, verb := range sortedKeys(s.codes) {
		fmt.Fprintf(&b, "\n%-18s", verb)
		for _, code := range sortedKeys(s.codes[verb]) {
			fmt.Fprintf(&b, " %d×%d", code, s.codes[verb][code])
		}
	}
	return b.String()
}

// runScript is one script on a registry of its own.
func runScript(t *testing.T, rt *rapid.T, sum *modelSum) {
	w := newModelWorld(t, rt, sum)
	defer w.close()
	rt.Repeat(map[string]func(*rapid.T){"command": func(rt *rapid.T) {
		w.rt = rt
		w.do(stepGen.Draw(rt, "step"))
	}})
	w.rt = rt
	sum.passed += w.now.Sub(modelBegin).Hours() / 24 / 365
	for name, n := range w.events {
		sum.reach(name, n)
	}
	w.finish()
}
