package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// get reads a page of the admin address.
func (s *sandbox) get(ctx context.Context, path string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.info.Admin.URL+path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, fmt.Errorf("%s: %s", path, resp.Status)
	}
	return resp.Body, nil
}

// metrics reads the server's metrics: name with labels, as written, to value.
func (s *sandbox) metrics(ctx context.Context) (map[string]float64, error) {
	body, err := s.get(ctx, "/metrics")
	if err != nil {
		return nil, err
	}
	defer body.Close()
	values := map[string]float64{}
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		line := lines.Text()
		i := strings.LastIndexByte(line, ' ')
		if i < 0 || line[0] == '#' {
			continue
		}
		v, err := strconv.ParseFloat(line[i+1:], 64)
		if err != nil {
			return nil, fmt.Errorf("metrics: %q", line)
		}
		values[line[:i]] = v
	}
	return values, lines.Err()
}

// memory is what a process holds, in octets.
type memory struct {
	resident int64 // 0 where it cannot be told
	heap     int64 // Go's heap and stacks in use
}

// settle is how long the runtime is given to hand freed memory back to the system.
const settle = 3 * time.Second

// memory collects garbage and reads the sizes. The resident size is the least seen, for
// the runtime hands memory back bit by bit.
func (s *sandbox) memory(ctx context.Context) (m memory, err error) {
	for end := time.Now().Add(settle); ; {
		body, err := s.get(ctx, "/debug/pprof/heap?gc=1")
		if err != nil {
			return m, err
		}
		_, err = io.Copy(io.Discard, body)
		body.Close()
		if err != nil {
			return m, err
		}
		if n, ok := residentBytes(s.process.pid); ok && (m.resident == 0 || n < m.resident) {
			m.resident = n
		}
		if time.Now().After(end) {
			break
		}
		time.Sleep(settle / 6)
	}
	values, err := s.metrics(ctx)
	if err != nil {
		return m, err
	}
	m.heap = int64(values["go_memstats_heap_inuse_bytes"] + values["go_memstats_stack_inuse_bytes"])
	return m, nil
}

// profileRound runs one more round, which does not count, to write a processor profile of
// the server.
func (b *bench) profileRound(ctx context.Context, name string, m measurer) error {
	if b.profiles == "" {
		return nil
	}
	done := make(chan error, 1)
	go func() { done <- b.sandbox.saveProfile(ctx, b.round, filepath.Join(b.profiles, name+".pprof")) }()
	_, err := m(ctx, b.round+time.Second)
	return errors.Join(err, <-done)
}

// whileProfiled writes a profile of the server as it is at work now.
func (b *bench) whileProfiled(ctx context.Context, name string) error {
	return b.profileOf(ctx, b.sandbox, name)
}

// profileOf is whileProfiled for another sandbox.
func (b *bench) profileOf(ctx context.Context, s *sandbox, name string) error {
	if b.profiles == "" {
		return nil
	}
	return s.saveProfile(ctx, b.round, filepath.Join(b.profiles, name+".pprof"))
}

func (s *sandbox) saveProfile(ctx context.Context, d time.Duration, path string) error {
	body, err := s.get(ctx, "/debug/pprof/profile?seconds="+strconv.Itoa(max(1, int(d.Seconds()))))
	if err != nil {
		return err
	}
	defer body.Close()
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, body); err != nil {
		f.Close() //nolint:errcheck // the copy's error matters
		return err
	}
	return f.Close()
}
