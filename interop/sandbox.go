package interop

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Waits of the harness. They end tests that hang; nothing measures against them.
const (
	startTime = 3 * time.Minute // a cold start on a busy machine
	stopTime  = time.Minute
	runTime   = 2 * time.Minute // one run of another verb
)

// Options are what a test may choose about a sandbox.
type Options struct {
	Args []string // further arguments of `cadastre dev`
	Env  []string // further environment, as KEY=VALUE
}

// Sandbox is a running `cadastre dev`. Its methods fail the test when something goes wrong.
type Sandbox struct {
	Dir  string // its state
	Info Info   // as of the last start

	t       testing.TB
	options Options
	offset  int
	process *process // nil while it does not run
}

// process is one life of the program.
type process struct {
	cmd    *exec.Cmd
	stderr *lockedBuffer
	exited chan struct{} // closed when cmd.Wait has returned
	err    error         // of cmd.Wait, once exited is closed
}

// lockedBuffer collects what the program writes to standard error.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// StartSandbox starts a sandbox in a directory and on ports of its own and waits until it
// is ready. It ends with the test, and its database with it.
func StartSandbox(t testing.TB, options Options) *Sandbox {
	t.Helper()
	dir, err := os.MkdirTemp("", "cadastre-")
	if err != nil {
		t.Fatal(err)
	}
	// As root, the database runs as another user, who has to reach its files.
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := &Sandbox{Dir: dir, t: t, options: options}
	t.Cleanup(func() {
		s.cleanUp()
		_ = os.RemoveAll(dir)
	})
	for range 3 { // another process may take a port between the look and the start
		s.offset = freeOffset(t)
		err = s.start()
		if err == nil || !strings.Contains(err.Error(), "address already in use") {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// start runs the program until it is ready.
func (s *Sandbox) start() error {
	args := append([]string{"dev", "--dir", s.Dir, "--port-offset", strconv.Itoa(s.offset)}, s.options.Args...)
	p := &process{cmd: exec.Command(binary(s.t), args...), stderr: &lockedBuffer{}, exited: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), s.options.Env...)
	p.cmd.Stderr = p.stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	ready := make(chan struct{})
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if lines.Text() == "ready" {
				close(ready)
				break
			}
		}
		_, _ = io.Copy(io.Discard, stdout)
		p.err = p.cmd.Wait()
		close(p.exited)
	}()
	s.process = p
	select {
	case <-ready:
		return s.readInfo()
	case <-p.exited:
		s.process = nil
		return fmt.Errorf("cadastre dev: %w\n%s", p.err, p.stderr)
	case <-time.After(startTime):
		return fmt.Errorf("cadastre dev: not ready after %v\n%s", startTime, p.stderr)
	}
}

func (s *Sandbox) readInfo() error {
	text, err := os.ReadFile(s.InfoFile())
	if err != nil {
		return err
	}
	s.Info = Info{}
	return json.Unmarshal(text, &s.Info)
}

// InfoFile is the path of sandbox.json.
func (s *Sandbox) InfoFile() string { return filepath.Join(s.Dir, "sandbox.json") }

// Path is a path of sandbox.json as one that can be opened.
func (s *Sandbox) Path(relative string) string { return filepath.Join(s.Dir, relative) }

// Start starts a sandbox again, on its old state and ports, after Stop or Kill9.
func (s *Sandbox) Start() {
	s.t.Helper()
	if s.process != nil {
		s.t.Fatal("interop: the sandbox is running")
	}
	if err := s.start(); err != nil {
		s.t.Fatal(err)
	}
}

// Stop ends the sandbox as an administrator does, with SIGTERM, and gives how long that
// took. A status other than 0 fails the test.
func (s *Sandbox) Stop() time.Duration {
	s.t.Helper()
	begun := time.Now()
	err := s.end(syscall.SIGTERM)
	took := time.Since(begun)
	if err != nil {
		s.t.Fatalf("stopping the sandbox: %v", err)
	}
	return took
}

// Kill9 ends the program at once, as a crash of the machine does for the program alone:
// its database goes on without it until the next start.
func (s *Sandbox) Kill9() {
	s.t.Helper()
	var status *exec.ExitError
	if err := s.end(syscall.SIGKILL); !errors.As(err, &status) {
		s.t.Fatalf("killing the sandbox: %v", err)
	}
}

// KillPostmaster9 kills the database's first process; the others notice and end.
func (s *Sandbox) KillPostmaster9() {
	s.t.Helper()
	pid, err := s.postmaster()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		s.t.Fatalf("killing postmaster %d: %v", pid, err)
	}
}

// end sends a signal, waits for the end and gives what the program's end was like.
func (s *Sandbox) end(signal syscall.Signal) error {
	p := s.process
	if p == nil {
		return errors.New("it is not running")
	}
	if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.exited:
		s.process = nil
		if p.err != nil {
			return fmt.Errorf("%w\n%s", p.err, p.stderr)
		}
		return nil
	case <-time.After(stopTime):
		_ = p.cmd.Process.Kill()
		<-p.exited
		s.process = nil
		return fmt.Errorf("still running after %v\n%s", stopTime, p.stderr)
	}
}

// Running reports whether the program still runs.
func (s *Sandbox) Running() bool {
	if s.process == nil {
		return false
	}
	select {
	case <-s.process.exited:
		return false
	default:
		return true
	}
}

// Log is what the program has written to standard error since its last start.
func (s *Sandbox) Log() string {
	if s.process == nil {
		return ""
	}
	return s.process.stderr.String()
}

// LoggedErrors are the lines of the log at error level since the last start: things that an
// operator would have to look into.
func (s *Sandbox) LoggedErrors() []string {
	var lines []string
	for line := range strings.Lines(s.Log()) {
		if strings.Contains(line, "\terror\t") {
			lines = append(lines, line)
		}
	}
	return lines
}

// postmaster is the process id of the sandbox's database, from the first line of its pid
// file.
func (s *Sandbox) postmaster() (int, error) {
	text, err := os.ReadFile(filepath.Join(s.Dir, "postgres", "data", "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(line)
}

// cleanUp ends whatever is left at the end of a test.
func (s *Sandbox) cleanUp() {
	if s.t.Failed() {
		s.t.Logf("the sandbox's last words:\n%s", tail(s.Log(), 4000))
	}
	if s.process != nil {
		if err := s.end(syscall.SIGTERM); err != nil && !s.t.Failed() {
			s.t.Errorf("stopping the sandbox: %v", err)
		}
	}
	pid, err := s.postmaster()
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	// Killed and not started again: its database is still there. SIGQUIT is PostgreSQL's
	// immediate shutdown.
	if err == nil && syscall.Kill(pid, syscall.SIGQUIT) == nil {
		for begun := time.Now(); syscall.Kill(pid, 0) == nil && time.Since(begun) < stopTime; {
			time.Sleep(20 * time.Millisecond)
		}
	}
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }
