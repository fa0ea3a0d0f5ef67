package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"cadastre/epp"
)

// watchFlag makes this program a registrar that checks a name every few milliseconds. It is
// a process of its own, so that what it measures is the server's and not the load
// generator's line for a processor.
const watchFlag = "watch"

// watchPause is between two checks.
const watchPause = 5 * time.Millisecond

// watchOrder is what the process is told on its standard input.
type watchOrder struct {
	Sandbox   string // the directory with sandbox.json
	Registrar int    // which one of the registrars there
}

// seenCheck is one check: when it was sent, and how long its answer took.
type seenCheck struct {
	Sent time.Time
	Took time.Duration
}

// watcher is such a process.
type watcher struct {
	process *process
	stdin   io.WriteCloser
	out     *os.File
}

// watch starts checks as a registrar of the sandbox.
func (s *sandbox) watch(registrar int) (*watcher, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-"+watchFlag)
	cmd.Stderr = os.Stderr
	out, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	cmd.Stdout = in
	w := &watcher{out: out}
	if w.stdin, err = cmd.StdinPipe(); err == nil {
		w.process, err = startProcess(cmd)
	}
	if err == nil {
		err = json.NewEncoder(w.stdin).Encode(watchOrder{s.dir, registrar})
	}
	if err != nil {
		out.Close()
		return nil, err
	}
	return w, nil
}

// end stops the process and gives what it saw.
func (w *watcher) end() (list []seenCheck, err error) {
	defer w.out.Close()
	w.stdin.Close()
	err = json.NewDecoder(w.out).Decode(&list)
	if stopped := w.process.stop(syscall.SIGTERM, time.Second); err != nil {
		err = errors.Join(err, stopped) // else it has ended by itself, or is about to
	}
	return list, err
}

// runWatch is the process: it checks until its standard input ends.
func runWatch(stdin io.Reader, stdout io.Writer) error {
	lines := bufio.NewReader(stdin)
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return err
	}
	var order watchOrder
	if err := json.Unmarshal(line, &order); err != nil {
		return err
	}
	s := &sandbox{sandboxConfig: sandboxConfig{dir: order.Sandbox}}
	if err := s.readInfo(); err != nil {
		return err
	}
	c, err := s.loginAs(context.Background(), s.registrarOf(order.Registrar))
	if err != nil {
		return err
	}
	defer c.close()
	end := make(chan struct{})
	go func() {
		defer close(end)
		io.Copy(io.Discard, lines) //nolint:errcheck // it has ended either way
	}()
	unit := epp.AppendFrame(nil, epp.EncodeCommand(&epp.Command{
		Body: &epp.DomainCheck{Names: []string{"quiet." + zone, takenName}}, ClTRID: "bench-000001",
	}))
	var list []seenCheck
	for {
		sent := time.Now()
		answer, err := c.exchange(unit)
		if err == nil && code(answer) != "1000" {
			err = fmt.Errorf("check: %s", answer)
		}
		if err != nil {
			return err
		}
		list = append(list, seenCheck{sent, time.Since(sent)})
		select {
		case <-end:
			return json.NewEncoder(stdout).Encode(list)
		case <-time.After(watchPause):
		}
	}
}
