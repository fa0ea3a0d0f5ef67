package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lockDir keeps a second sandbox out of a directory until release is called or
// the process ends, however it ends.
func lockDir(dir string) (release func(), err error) {
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close() //nolint:errcheck // nothing was written
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("another sandbox runs in %s", dir)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return func() {
		// Closing alone would leave the lock with a child that is being started.
		syscall.Flock(int(f.Fd()), syscall.LOCK_UN) //nolint:errcheck // the process ends
		f.Close()                                   //nolint:errcheck // the process ends
	}, nil
}
