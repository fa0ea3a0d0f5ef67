package e2e

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestAttacks lets strangers and registrars gone mad at a server, while another
// registrar goes on with its work: every command of its is answered, the memory
// stays within bounds, and what is left of the attackers afterwards is nothing.
func TestAttacks(t *testing.T) {
	t.Parallel()
	box := newSandbox(t)
	by := startBystander(t, box)
	time.Sleep(time.Second)
	idle := box.memory(t)
	w := watchMemory(t, box)

	attacks := []struct {
		name string
		run  func(t *testing.T, box *sandbox)
	}{
		{"XML", attackXML},
		{"lengths", attackLengths},
		{"endless frame", attackEndlessFrame},
		{"octet by octet", attackSlowly},
		{"pipelined", attackPipelined},
		{"never reads", attackDeaf},
		{"half handshakes", attackHalfHandshakes},
		{"old TLS", attackOldTLS},
	}
	var all sync.WaitGroup
	for _, a := range attacks { // all at once, however few processors there are
		all.Go(func() { t.Run(a.name, func(t *testing.T) { a.run(t, box) }) })
	}
	all.Wait()
	peak := w.stop()
	wantMemory(t, idle, peak, 64<<20)
	// Every password costs the server 19 MiB for as long as it is hashed, by design:
	// how many at once is bounded.
	w = watchMemory(t, box)
	t.Run("logins", func(t *testing.T) { attackLogins(t, box) })
	wantMemory(t, idle, w.stop(), 96<<20)
	t.Run("idle", func(t *testing.T) { attackIdle(t, box) })
	by.finish(t)
	box.checkWorld(t)
	box.stop(t)
}

// wantMemory demands that the memory did not grow by more than allowed.
func wantMemory(t *testing.T, idle, peak, allowed int) {
	t.Helper()
	if peak == 0 {
		t.Log("the memory was not measured: that takes Linux")
		return
	}
	t.Logf("resident: %d KB idle, %d KB at most under attack", idle>>10, peak>>10)
	if peak > idle+allowed {
		t.Errorf("resident memory reached %d MB, at most %d MB are allowed (idle: %d MB)", peak>>20, (idle+allowed)>>20, idle>>20)
	}
}

// memory is the resident memory of the server process in octets, 0 where it cannot
// be told.
func (s *sandbox) memory(t testing.TB) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	n, err := residentMemory(s.server.cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func residentMemory(pid int) (int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("no VmRSS in\n%s", text)
}

// watch samples the memory of a server.
type watch struct {
	quit chan struct{}
	done chan int
}

func watchMemory(t *testing.T, box *sandbox) *watch {
	w := &watch{quit: make(chan struct{}), done: make(chan int, 1)}
	pid := box.server.cmd.Process.Pid
	go func() {
		peak := 0
		for {
			if n, err := residentMemory(pid); err == nil {
				peak = max(peak, n)
			}
			select {
			case <-w.quit:
				w.done <- peak
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return w
}

// stop ends the watch and gives the highest value seen.
func (w *watch) stop() int {
	close(w.quit)
	return <-w.done
}

// bystander is a registrar at work while others attack.
type bystander struct {
	quit chan struct{}
	done sync.WaitGroup

	mu    sync.Mutex
	took  []time.Duration
	fault error
}

func startBystander(t *testing.T, box *sandbox) *bystander {
	t.Helper()
	b := &bystander{quit: make(chan struct{})}
	s := box.login(t, "registrar-a")
	s.do(t, goodContact("bystander").create()).want(t, 1000)
	b.done.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-b.quit:
				return
			case <-time.After(10 * time.Millisecond):
			}
			frame, want := domainCheck(randomLabel(12)+".example", "taken.example"), 1000
			if i%5 == 0 {
				frame = newDomain{name: randomLabel(12) + ".example", registrant: "bystander"}.create()
			}
			began := time.Now()
			r, err := s.exchange([]byte(frame))
			if err == nil && int(r.Code()) != want {
				err = fmt.Errorf("result %d: %s", r.Code(), r.frame)
			}
			b.mu.Lock()
			b.took = append(b.took, time.Since(began))
			b.fault = err
			b.mu.Unlock()
			if err != nil {
				return
			}
		}
	})
	return b
}

// finish demands that every command was answered well. How long that took on this
// machine, shared with the attackers, is only logged.
func (b *bystander) finish(t *testing.T) {
	t.Helper()
	close(b.quit)
	b.done.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fault != nil {
		t.Errorf("a session that attacks nobody: after %d commands: %v", len(b.took), b.fault)
	}
	if len(b.took) < 100 {
		t.Errorf("a session that attacks nobody got only %d answers", len(b.took))
		return
	}
	slices.Sort(b.took)
	at := func(percent int) time.Duration {
		return b.took[(len(b.took)-1)*percent/100].Round(10 * time.Microsecond)
	}
	t.Logf("a session beside the attacks: %d commands, p50 %v, p99 %v, longest %v", len(b.took), at(50), at(99), at(100))
}
