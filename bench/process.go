package main

import (
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// process is a child that ends when this process does.
type process struct {
	pid  int
	done chan struct{} // closed when it has ended
	err  error         // valid after done
}

// startProcess starts cmd on a thread of its own and waits for it there: Linux sends the
// death signal when the thread that made the child ends, not the process.
func startProcess(cmd *exec.Cmd) (*process, error) {
	setDeathSignal(cmd)
	p := &process{done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		p.pid = cmd.Process.Pid
		started <- nil
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// stop sends sig, waits, and kills what does not end by itself.
func (p *process) stop(sig syscall.Signal, patience time.Duration) error {
	select {
	case <-p.done: // an interrupt from the terminal reaches it too
		if p.err != nil {
			return fmt.Errorf("process %d had ended by itself: %w", p.pid, p.err)
		}
		return nil
	default:
	}
	if err := syscall.Kill(p.pid, sig); err != nil {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(patience):
	}
	if err := syscall.Kill(p.pid, syscall.SIGKILL); err != nil {
		return err
	}
	<-p.done
	return fmt.Errorf("process %d did not end within %v and was killed", p.pid, patience)
}
