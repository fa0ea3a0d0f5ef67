package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// process is a running binary of ours.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // of the process, after done

	mu  sync.Mutex
	out []string        // lines of standard output
	log []string        // the newest lines of standard error
	all strings.Builder // its first maxLog octets
}

// maxLog bounds what is kept of a process's log to be searched.
const maxLog = 16 << 20

// keptLog bounds the lines of a process's log that are shown when a test fails.
const keptLog = 12

// start runs the binary. It is stopped at the end of the test, if it still runs.
func start(t testing.TB, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(program, args...), done: make(chan struct{})}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var readers sync.WaitGroup
	readers.Go(func() {
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			p.mu.Lock()
			p.out = append(p.out, lines.Text())
			p.mu.Unlock()
		}
	})
	readers.Go(func() {
		lines := bufio.NewScanner(stderr)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			p.mu.Lock()
			p.log = append(p.log, lines.Text())
			p.log = p.log[max(0, len(p.log)-keptLog):]
			if p.all.Len() < maxLog {
				p.all.WriteString(lines.Text() + "\n")
			}
			p.mu.Unlock()
		}
	})
	go func() {
		readers.Wait()
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("log of %s:\n%s", strings.Join(args, " "), p.logText())
		}
		p.cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended
		select {
		case <-p.done:
		case <-time.After(10 * time.Second):
			p.kill()
		}
	})
	return p
}

func (p *process) logText() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.log, "\n")
}

// wholeLog is the log from its beginning.
func (p *process) wholeLog() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all.String()
}

// printed reports whether a line came on standard output.
func (p *process) printed(line string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, have := range p.out {
		if have == line {
			return true
		}
	}
	return false
}

// ended reports whether the process has ended.
func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// kill ends the process as a power failure would.
func (p *process) kill() {
	p.cmd.Process.Kill() //nolint:errcheck // it may have ended
	<-p.done
}

// terminate asks the process to stop and says how long that took.
func (p *process) terminate(t testing.TB) time.Duration {
	t.Helper()
	began := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatalf("SIGTERM: %v", err)
	}
	select {
	case <-p.done:
	case <-time.After(20 * time.Second):
		t.Fatalf("still running 20 s after SIGTERM\n%s", p.logText())
	}
	return time.Since(began)
}

// startLimit bounds a cold start on a busy machine.
const startLimit = 60 * time.Second

// waitReady waits for the line "ready"; it gives the log if the process ends instead.
func (p *process) waitReady() error {
	limit := time.After(startLimit)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-p.done:
			return errors.New(p.logText())
		case <-limit:
			return fmt.Errorf("not ready after %v: %s", startLimit, p.logText())
		case <-tick.C:
			if p.printed("ready") {
				return nil
			}
		}
	}
}

// cadastre runs a verb and gives its standard output; it must succeed.
func cadastre(t testing.TB, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("cadastre %s: %v\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return string(out)
}
