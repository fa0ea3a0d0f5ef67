package pg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"go.uber.org/zap"
)

// newDataPrefix begins the name of a cluster that initdb has not finished.
const newDataPrefix = "data.new-"

// ensureCluster makes the cluster if there is none and says whether it did. initdb works beside
// and the result is renamed, so a crash never leaves half a cluster behind.
func (c *Cluster) ensureCluster(ctx context.Context, volatile bool) (made bool, err error) {
	s := c.site
	leftovers, _ := filepath.Glob(filepath.Join(s.root, newDataPrefix+"*")) // fails for a malformed pattern only
	for _, path := range leftovers {
		if err := os.RemoveAll(path); err != nil {
			c.log.Warn("half made database not removed", zap.Error(err))
		}
	}
	_, err = os.Stat(filepath.Join(s.data(), "PG_VERSION"))
	if err == nil {
		return false, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return false, fmt.Errorf("pg: %w", err)
	}
	// An empty directory may stand in the way; a full one, no cluster of ours, must not be touched.
	if err := os.Remove(s.data()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, fmt.Errorf("%s is no database and cannot be made one: %w", s.data(), err)
	}
	fresh, err := os.MkdirTemp(s.root, newDataPrefix)
	if err != nil {
		return false, fmt.Errorf("pg: %w", err)
	}
	defer os.RemoveAll(fresh) // once renamed there is nothing to remove
	if err := s.own(fresh); err != nil {
		return false, err
	}
	if err := c.initdb(ctx, filepath.Base(fresh), volatile); err != nil {
		return false, err
	}
	if err := os.Rename(fresh, s.data()); err != nil {
		return false, fmt.Errorf("pg: %w", err)
	}
	return true, syncDir(s.root)
}

func (c *Cluster) initdb(ctx context.Context, name string, volatile bool) error {
	args := []string{
		"-D", filepath.Join(c.site.seen, name), "-U", superuser,
		"--auth=trust", "--no-locale", "--encoding=UTF8", "--no-instructions",
		// A commit that needs a new file of the log waits until it is filled with zeros and
		// flushed: 60 ms for the usual 16 MB on a middling disk, with its locks held.
		"--wal-segsize=4",
	}
	if volatile {
		args = append(args, "--no-sync")
	}
	cmd := c.site.command(ctx, syscall.SIGKILL, c.server.Path("initdb"), args...)
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // its children too
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	started, ended := run(cmd)
	if err := <-started; err != nil {
		return fmt.Errorf("pg: start initdb: %w", err)
	}
	if err := <-ended; err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("pg: initdb: %w", context.Cause(ctx))
		}
		return fmt.Errorf("pg: initdb: %w: %s", err, lastLine(out.String()))
	}
	return nil
}

// lastLine returns the last line that says something, for one-line errors.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		line := strings.TrimSpace(lines[i])
		if strings.HasPrefix(line, "initdb: error:") || strings.Contains(line, "FATAL:") || i == 0 {
			return line
		}
	}
	return ""
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("pg: %w", err)
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil {
		return fmt.Errorf("pg: %w", err)
	}
	return nil
}
