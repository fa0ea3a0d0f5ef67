package pgtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Files of the shared directory.
//
//	users.lock     held shared by every test that has a database; whoever gets it
//	               exclusively knows that there is none
//	start.lock     held while somebody looks for the keeper or starts one
//	keeper.lock    held by the keeper as long as it lives
//	template.lock  held while somebody makes a template
//	dsn            connection string, while the cluster runs
//	dirty          there while the cluster runs: files left by a crash are not reused
//	pg/            the cluster

// join takes a share in the cluster of this user and starts its keeper if there is none.
func join(ctx context.Context) (*cluster, error) {
	dir, err := sharedDir()
	if err != nil {
		return nil, err
	}
	users, err := lockFile(dir, "users.lock", false)
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir, users: users}
	if c.admin, err = findKeeper(ctx, dir); err != nil {
		users.Close()
		return nil, err
	}
	return c, nil
}

// sharedDir returns the user's directory, which nobody else can write.
func sharedDir() (string, error) {
	dir := filepath.Join(os.TempDir(), "cadastre-pgtest-"+strconv.Itoa(os.Getuid()))
	// Root's cluster runs as another user, who must be able to pass.
	if err := os.Mkdir(dir, 0o711); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !ok || int(stat.Uid) != os.Getuid() || info.Mode().Perm()&0o022 != 0 {
		return "", fmt.Errorf("%s is not a private directory of this user: remove it", dir)
	}
	return dir, nil
}

// findKeeper returns the connection string of the running cluster. The caller
// holds a share of users.lock, so a keeper found here does not leave.
func findKeeper(ctx context.Context, dir string) (admin string, err error) {
	start, err := lockFile(dir, "start.lock", true)
	if err != nil {
		return "", err
	}
	defer start.Close()
	alive, err := isHeld(dir, "keeper.lock")
	if err != nil {
		return "", err
	}
	if !alive {
		if err := startKeeper(ctx, dir); err != nil {
			return "", err
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "dsn"))
	return string(text), err
}

// startKeeper runs this very program again as keeper (see init) and waits until
// its cluster accepts connections.
func startKeeper(ctx context.Context, dir string) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		return err
	}
	defer reader.Close()
	cmd := exec.Command(exe)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), keeperEnv+"="+dir)
	cmd.ExtraFiles = []*os.File{writer} // descriptor 3
	// In a session of its own and with no standard streams, it outlives go test without holding it up.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = cmd.Start()
	writer.Close()
	if err != nil {
		return fmt.Errorf("start keeper: %w", err)
	}
	defer func() { _ = cmd.Process.Release() }() // it outlives most test processes; nobody waits for it
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer stop()
	answer, err := bufio.NewReader(io.LimitReader(reader, 64<<10)).ReadString('\n')
	switch answer = strings.TrimSpace(answer); {
	case answer == keeperReady:
		return nil
	case answer != "":
		return errors.New(answer)
	default:
		return fmt.Errorf("keeper of the test database died: %w", err)
	}
}

// lockFile opens a file of the directory and waits for a lock on it. Closing the file releases it.
func lockFile(dir, name string, exclusive bool) (*os.File, error) {
	how := syscall.LOCK_SH
	if exclusive {
		how = syscall.LOCK_EX
	}
	return flock(dir, name, how)
}

// isHeld says whether somebody holds a file of the directory exclusively.
func isHeld(dir, name string) (bool, error) {
	file, err := flock(dir, name, syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return false, file.Close()
}

func flock(dir, name string, how int) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(file.Fd()), how)
		if err == nil {
			return file, nil
		}
		if !errors.Is(err, syscall.EINTR) {
			file.Close()
			return nil, &os.PathError{Op: "flock", Path: file.Name(), Err: err}
		}
	}
}
