package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// sandboxConfig says which program to run, where, and where its log goes.
type sandboxConfig struct {
	program, dir, log string
	offset            int
	args              []string // further ones of `cadastre dev`
}

// sandbox is a running `cadastre dev`.
type sandbox struct {
	sandboxConfig
	info    sandboxInfo
	process *process

	extensions []string  // that its greeting announced last
	started    time.Time // when the process was started
}

// sandboxInfo is what of sandbox.json is used here.
type sandboxInfo struct {
	EPP struct {
		Addr       string `json:"addr"`
		CA         string `json:"ca"`
		ServerName string `json:"server_name"`
	} `json:"epp"`
	DNS struct {
		Addr string `json:"addr"`
	} `json:"dns"`
	Admin struct {
		URL string `json:"url"`
	} `json:"admin"`
	Operator struct {
		Token string `json:"token"`
	} `json:"operator"`
	Registrars []registrar `json:"registrars"`
	TSIG       []tsigKey   `json:"tsig"`
	Database   struct {
		DSN string `json:"dsn"`
	} `json:"database"`
}

type registrar struct {
	ID       string `json:"id"`
	IANA     int    `json:"iana"`
	Password string `json:"password"`
	Cert     string `json:"cert"`
	Key      string `json:"key"`
}

type tsigKey struct {
	Name      string `json:"name"`
	Algorithm string `json:"algorithm"`
	Secret    string `json:"secret"` // base64
}

// build builds the program of the module that the working directory is in.
func build(ctx context.Context, dir string) (string, error) {
	program := filepath.Join(dir, "cadastre")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", program, "cadastre/cmd/cadastre")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go build: %w", err)
	}
	return program, nil
}

// Bounds of the sandbox's start, which creates a database cluster, and of its stop.
const (
	startTimeout = 10 * time.Minute // a start with ten million names
	stopTimeout  = 15 * time.Second
)

// startSandbox starts a sandbox on free ports and waits until it is ready.
func startSandbox(ctx context.Context, cfg sandboxConfig) (*sandbox, error) {
	offset, err := freeOffset(cfg.offset)
	if err != nil {
		return nil, err
	}
	cfg.offset = offset
	s := &sandbox{sandboxConfig: cfg}
	return s, s.start(ctx)
}

func (s *sandbox) start(ctx context.Context) error {
	if err := s.launch(); err != nil {
		return err
	}
	return s.awaitReady(ctx)
}

// launch starts the process and does not wait for it.
func (s *sandbox) launch() error {
	log, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	args := append([]string{"dev", "--dir", s.dir, "--port-offset", strconv.Itoa(s.offset), "--log-format", "json"}, s.args...)
	cmd := exec.Command(s.program, args...)
	cmd.Stdout, cmd.Stderr = log, log
	s.started = time.Now()
	s.process, err = startProcess(cmd)
	return err
}

// awaitReady waits for sandbox.json, which appears when everything serves.
func (s *sandbox) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := s.readInfo()
		if !errors.Is(err, os.ErrNotExist) {
			return err
		}
		select {
		case <-s.process.done:
			return fmt.Errorf("the sandbox ended before it was ready: %s", s.lastWords())
		case <-ctx.Done():
			return errors.Join(ctx.Err(), s.stop())
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// readInfo reads sandbox.json.
func (s *sandbox) readInfo() error {
	data, err := os.ReadFile(filepath.Join(s.dir, "sandbox.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &s.info); err != nil {
		return fmt.Errorf("sandbox.json: %w", err)
	}
	if len(s.info.Registrars) == 0 {
		return errors.New("sandbox.json: no registrars")
	}
	return nil
}

// lastWords is the last line of the server's log.
func (s *sandbox) lastWords() string {
	data, err := os.ReadFile(s.log)
	if err != nil {
		return err.Error()
	}
	data = bytes.TrimSpace(data)
	return string(data[bytes.LastIndexByte(data, '\n')+1:])
}

// complaints prints the last warnings and errors in the server's log.
func (s *sandbox) complaints(w io.Writer) {
	data, err := os.ReadFile(s.log)
	if err != nil {
		fmt.Fprintln(w, err)
		return
	}
	const most = 10
	var lines []string
	for line := range strings.Lines(string(data)) {
		if strings.Contains(line, "\twarn\t") || strings.Contains(line, "\terror\t") {
			lines = append(lines, line)
		}
	}
	for _, line := range lines[max(0, len(lines)-most):] {
		fmt.Fprint(w, "server: ", line)
	}
}

// stop ends the sandbox; it can be started again.
func (s *sandbox) stop() error {
	if s == nil || s.process == nil {
		return nil
	}
	defer func() { s.process = nil }()
	return s.process.stop(syscall.SIGTERM, stopTimeout)
}

// discard stops the sandbox for good.
func (s *sandbox) discard() error {
	if s == nil {
		return nil
	}
	return errors.Join(s.stop(), os.RemoveAll(s.dir))
}

// path makes a path in sandbox.json absolute.
func (s *sandbox) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

// postmaster is the process of the sandbox's own database.
func (s *sandbox) postmaster() (int, error) {
	data, err := os.ReadFile(s.path("postgres/data/postmaster.pid"))
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return strconv.Atoi(line)
}

// Ports of the sandbox at offset 0.
func sandboxPorts() []int { return []int{7000, 5300, 4300, 8443, 9180} }

// freeOffset is the first port offset from first on at which all ports are free.
func freeOffset(first int) (int, error) {
	const step, tries = 10, 90
	for offset := first; offset < first+step*tries; offset += step {
		if portsFree(offset) {
			return offset, nil
		}
	}
	return 0, fmt.Errorf("no free ports from offset %d on", first)
}

func portsFree(offset int) bool {
	for _, port := range sandboxPorts() {
		addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port+offset))
		ln, err := net.Listen("tcp", addr)
		if err != nil {
			return false
		}
		ln.Close()
		pc, err := net.ListenPacket("udp", addr)
		if err != nil {
			return false
		}
		pc.Close()
	}
	return true
}
