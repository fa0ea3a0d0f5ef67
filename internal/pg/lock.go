package pg

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// InUseError is the refusal of a directory that another server holds.
type InUseError struct {
	Dir string
	PID int // of the holder; 0 when it did not say
}

func (e *InUseError) Error() string {
	who := "another server"
	if e.PID != 0 {
		who = fmt.Sprintf("another server (process %d)", e.PID)
	}
	return fmt.Sprintf("the database directory %s is in use by %s: stop that one first, or choose another directory", e.Dir, who)
}

// dirLock keeps a second server out of a directory. The kernel releases it when
// the process ends, however it ends; no child process inherits it.
type dirLock struct{ file *os.File }

func lockDir(dir string) (*dirLock, error) {
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("pg: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			text, _ := io.ReadAll(io.LimitReader(file, 32))
			pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
			return nil, &InUseError{Dir: dir, PID: pid}
		}
		return nil, fmt.Errorf("pg: lock %s: %w", dir, err)
	}
	if err := file.Truncate(0); err == nil {
		// The number only helps the message of whoever is refused.
		_, _ = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return &dirLock{file: file}, nil
}

// release lets the lock go at once. Closing alone would not: a child process that
// is being started has the descriptor too until it runs its program.
func (l *dirLock) release() {
	_ = syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN)
	l.file.Close()
}
