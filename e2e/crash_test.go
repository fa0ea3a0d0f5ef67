package e2e

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestCrash kills the server, its database, and both, and stops the server, in
// turns, while eight streams create contacts, domains and hosts. Every create that
// was acknowledged is there afterwards, by EPP and in DNS; of what was under way
// either all is there or nothing; and the zone is what the store says.
func TestCrash(t *testing.T) {
	t.Parallel()
	c := &crash{box: newSandbox(t), ledger: newLedger(t)}
	for round := range *crashRounds {
		if c.run(t, round); t.Failed() {
			return
		}
	}
	c.verify(t, c.ledger.entries)
	c.verifyZone(t, "example")
	if n := len(c.ledger.entries); n < 10**crashRounds {
		t.Errorf("only %d acknowledged commands in %d rounds", n, *crashRounds)
	}
	t.Logf("%d acknowledged commands in %d rounds; the database was back after %v", len(c.ledger.entries), *crashRounds, c.outages)
	c.box.stop(t)
}

const crashStreams = 8

type crash struct {
	box     *sandbox
	ledger  *ledger
	outages []time.Duration
}

// run is one round: the streams begin, something is killed, and what they were
// told is verified.
func (c *crash) run(t *testing.T, round int) {
	t.Helper()
	before := len(c.ledger.entries)
	streams := make([]*stream, crashStreams)
	for i := range streams {
		streams[i] = startStream(t, c, i)
	}
	time.Sleep(time.Duration(200+rand.IntN(500)) * time.Millisecond)
	switch round % 4 {
	case 0:
		c.box.server.kill()
	case 1:
		c.killPostmaster(t, streams)
		c.awaitRecovery(t, streams)
	case 2: // both at once, as when the machine fails
		c.killPostmaster(t, streams)
		c.box.server.kill()
	case 3: // an orderly stop under full load
		c.box.stop(t)
	}
	for _, s := range streams {
		close(s.quit)
	}
	for i, s := range streams {
		<-s.done
		if s.fault != "" {
			t.Errorf("round %d, stream %d: %s", round, i, s.fault)
		}
	}
	if c.box.server.ended() {
		c.box.start(t)
	}
	acked := c.ledger.since(before)
	if len(acked) < crashStreams {
		t.Logf("round %d: only %d commands were acknowledged", round, len(acked))
	}
	c.verifyUnknown(t, streams)
	c.verify(t, acked)
	c.box.checkWorld(t)
	c.verifyZone(t, "example")
}

// recovery is how long a database that was killed may take to serve again.
const recovery = 30 * time.Second

// killPostmaster kills the database under the server.
func (c *crash) killPostmaster(t *testing.T, streams []*stream) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(c.box.dir, "postgres", "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(string(data), "\n", 2)[0]))
	if err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	for _, s := range streams {
		s.awaken(killed)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// awaitRecovery waits until the server has brought its database back by itself:
// every stream sees a success again.
func (c *crash) awaitRecovery(t *testing.T, streams []*stream) {
	t.Helper()
	for i, s := range streams {
		select {
		case took := <-s.served:
			c.outages = append(c.outages, took.Round(time.Millisecond))
		case <-s.done:
			t.Errorf("stream %d ended: %s", i, s.fault)
		case <-time.After(recovery):
			t.Errorf("stream %d is not served %v after its database was killed", i, recovery)
		}
	}
	if c.box.server.ended() {
		t.Errorf("the server ended with its database: %s", c.box.server.logText())
	}
	c.outages = []time.Duration{slices.Min(c.outages), slices.Max(c.outages)}
}
