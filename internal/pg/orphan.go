package pg

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"go.uber.org/zap"
)

// orphanPatience is how long the database of a dead server may take for each step of its shutdown.
const orphanPatience = 10 * time.Second

// orphanPatienceAlone is the same for processes whose postmaster is dead: they
// notice within milliseconds, unless they compute.
const orphanPatienceAlone = 500 * time.Millisecond

// stopOrphans ends what a server that died left running in the site, so that
// this process can start the database as its own child. The caller holds the
// directory's lock, so no living server is behind these processes.
func stopOrphans(ctx context.Context, s *site, log *zap.Logger) error {
	pid, _ := readPidFile(s.data())
	if pid == 0 {
		return nil // a postmaster removes its pid file last, when all others are gone
	}
	// Fast shutdown of the postmaster first. Without a postmaster nobody shuts the
	// others down in order: they may finish a moment's work, then they are killed.
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		running := clusterProcesses(s, pid)
		if len(running) == 0 {
			break
		}
		log.Warn("stopping the database that a dead server left running",
			zap.String("dir", s.root), zap.Ints("pids", running), zap.Stringer("signal", sig))
		for _, p := range running {
			if sig != syscall.SIGINT || p == pid {
				_ = syscall.Kill(p, sig) // fails only when it has just ended
			}
		}
		if err := waitGone(ctx, s, pid); err != nil {
			return err
		}
	}
	if running := clusterProcesses(s, pid); len(running) != 0 {
		return fmt.Errorf("pg: the database in %s is still running as process %d and does not end: stop it first", s.root, running[0])
	}
	return removeStalePidFile(s, pid)
}

// waitGone waits until no process of the cluster is left or the patience for one step is used up.
func waitGone(ctx context.Context, s *site, pid int) error {
	deadline := time.Now().Add(orphanPatience)
	for time.Now().Before(deadline) {
		running := clusterProcesses(s, pid)
		if len(running) == 0 {
			return nil
		}
		if !slices.Contains(running, pid) && time.Until(deadline) > orphanPatienceAlone {
			deadline = time.Now().Add(orphanPatienceAlone)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("pg: database of a dead server still running: %w", context.Cause(ctx))
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}

// removeStalePidFile removes the pid file of a crashed postmaster when its number
// has been given to another process, as is common in containers: PostgreSQL would
// take that process for a postmaster and refuse to start. In every other case
// PostgreSQL decides by itself.
func removeStalePidFile(s *site, pid int) error {
	left, _ := readPidFile(s.data())
	if left != pid || !canTellProcesses || syscall.Kill(pid, 0) != nil {
		return nil
	}
	if err := os.Remove(filepath.Join(s.data(), "postmaster.pid")); err != nil {
		return fmt.Errorf("pg: %w", err)
	}
	return nil
}

// killCluster kills the backends of a postmaster that has ended, so that the
// directory is quiet when its lock is released.
func killCluster(s *site, log *zap.Logger) {
	pid, _ := readPidFile(s.data())
	if pid == 0 {
		return
	}
	if err := stopOrphans(context.Background(), s, log); err != nil {
		log.Warn("database processes left", zap.Error(err))
	}
}
