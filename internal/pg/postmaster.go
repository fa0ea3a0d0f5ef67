package pg

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"go.uber.org/zap"
)

// process is the running postmaster.
type process struct {
	pid      int
	ready    atomic.Bool
	stopping atomic.Bool
	done     chan struct{} // closed when the process has ended

	mu       sync.Mutex
	exit     error  // valid after done
	complain string // the last thing it printed about its own end
}

// run starts cmd on a thread of its own and waits for it there: Linux sends the
// death signal when the thread that made the child ends, not the process.
func run(cmd *exec.Cmd) (started, ended <-chan error) {
	start, end := make(chan error, 1), make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		start <- err
		if err == nil {
			end <- cmd.Wait()
		}
	}()
	return start, end
}

// launch starts the postmaster and waits until it accepts connections. If this
// process dies, Linux tells the postmaster to shut down.
func (c *Cluster) launch(ctx context.Context) (*process, error) {
	seen := c.site.seen
	cmd := c.site.command(context.Background(), syscall.SIGINT, c.server.Path("postgres"),
		"-D", filepath.Join(seen, "data"), "-c", "config_file="+filepath.Join(seen, "postgresql.conf"))
	// A pipe of our own: backends inherit it, and exec's would make Wait wait for them all.
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("pg: %w", err)
	}
	cmd.Stdout, cmd.Stderr = writer, writer
	started, ended := run(cmd)
	err = <-started
	writer.Close()
	if err != nil {
		reader.Close()
		return nil, fmt.Errorf("pg: start postgres: %w", err)
	}
	p := &process{pid: cmd.Process.Pid, done: make(chan struct{})}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		defer reader.Close()
		p.follow(reader, filepath.Join(c.site.root, "postgres.log"), c.log)
	}()
	go func() {
		exit := <-ended
		select { // its last words, unless a backend that outlives it keeps the pipe open
		case <-drained:
		case <-time.After(time.Second):
		}
		p.mu.Lock()
		p.exit = exit
		p.mu.Unlock()
		if err := p.exitError(); err != nil {
			c.log.Error("database ended", zap.Error(err))
		}
		close(p.done)
	}()
	if err := c.waitReady(ctx, p); err != nil {
		p.stopping.Store(true)
		now, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_ = p.shutdown(now) // the first error is the one to report
		return nil, err
	}
	return p, nil
}

// readyPoll is how often the postmaster's status is read while it starts.
const readyPoll = 3 * time.Millisecond

// waitReady waits for the postmaster to say in its pid file that it is ready.
func (c *Cluster) waitReady(ctx context.Context, p *process) error {
	poll := time.NewTicker(readyPoll)
	defer poll.Stop()
	tell := time.NewTicker(5 * time.Second)
	defer tell.Stop()
	for {
		if pid, ready := readPidFile(c.site.data()); pid == p.pid && ready {
			p.ready.Store(true)
			return nil
		}
		select {
		case <-p.done:
			return p.exitError()
		case <-ctx.Done():
			return fmt.Errorf("pg: database not ready: %w", context.Cause(ctx))
		case <-tell.C:
			c.log.Info("database still starting, perhaps recovering from a crash", zap.String("dir", c.site.root))
		case <-poll.C:
		}
	}
}

// readPidFile reads postmaster.pid: the process's number on line 1, its status
// on line 8 (src/include/utils/pidfile.h). The number is 0 without a usable file.
func readPidFile(data string) (pid int, ready bool) {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0, false
	}
	lines := strings.Split(string(text), "\n")
	pid, err = strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || pid <= 1 {
		return 0, false
	}
	return pid, len(lines) >= 8 && strings.TrimSpace(lines[7]) == "ready"
}

// follow copies the postmaster's output to its log file, line by line.
func (p *process) follow(from io.Reader, path string, log *zap.Logger) {
	file := &cappedFile{path: path, max: maxLogBytes}
	defer file.close()
	lines := bufio.NewReaderSize(from, 64<<10)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			if writeErr := file.write(line); writeErr != nil {
				log.Warn("database log not written", zap.Error(writeErr))
			}
			p.note(strings.TrimSpace(line))
		}
		if err != nil {
			return
		}
	}
}

// note remembers what is said about the postmaster's own end. Once it is ready,
// what backends say is about their clients.
func (p *process) note(line string) {
	fatal := strings.Contains(line, "FATAL:") || strings.Contains(line, "PANIC:")
	own := strings.Contains(line, fmt.Sprintf(" [%d] ", p.pid))
	if strings.HasPrefix(line, "postgres:") || fatal && (own || !p.ready.Load()) {
		p.mu.Lock()
		p.complain = line
		p.mu.Unlock()
	}
}

// exitError says why the postmaster ended without being told to; nil if it was told.
func (p *process) exitError() error {
	if p.stopping.Load() {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.complain != "":
		return fmt.Errorf("pg: the database ended by itself: %s", p.complain)
	case p.exit != nil:
		return fmt.Errorf("pg: the database ended by itself: %w", p.exit)
	default:
		return errors.New("pg: the database was shut down by somebody else")
	}
}

// shutdown ends the postmaster: fast, immediate when ctx ends, killed when that hangs.
func (p *process) shutdown(ctx context.Context) error {
	const patience = 3 * time.Second
	p.signal(syscall.SIGINT)
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
	}
	p.signal(syscall.SIGQUIT)
	select {
	case <-p.done:
		return nil
	case <-time.After(patience):
	}
	p.signal(syscall.SIGKILL)
	select {
	case <-p.done:
		return nil
	case <-time.After(patience):
		return errors.New("pg: the database does not end, not even when killed")
	}
}

func (p *process) signal(sig syscall.Signal) {
	select {
	case <-p.done: // the number may belong to somebody else by now
	default:
		_ = syscall.Kill(p.pid, sig) // fails only when it has just ended
	}
}
