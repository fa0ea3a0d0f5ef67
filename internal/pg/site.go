package pg

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// site is the directory of a cluster, as this process and as PostgreSQL see it.
//
// The directory itself belongs to this process's user; only data and sock belong
// to the account PostgreSQL runs as. So root never writes through a path that a
// lesser user could redirect.
type site struct {
	root    string // as this process sees it
	seen    string // as PostgreSQL sees it: root, or a path through an open descriptor
	account account

	dir       *os.File // root, kept open when seen leads through it
	socketDir string   // holds the socket, as this process sees it
	sockSeen  string   // the same as PostgreSQL sees it
}

func openSite(root string) (*site, error) {
	s := &site{root: root, seen: root}
	var err error
	if s.account, err = chooseAccount(s.data()); err != nil {
		return nil, err
	}
	mode := os.FileMode(0o700)
	if s.account.drop {
		mode = 0o711 // the other account passes through to data and sock, and reads the settings
	}
	if err := os.Chmod(root, mode); err != nil {
		return nil, fmt.Errorf("pg: %w", err)
	}
	if s.account.drop && !s.reaches(root) {
		if err := s.seeThroughDescriptor(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *site) data() string { return filepath.Join(s.root, "data") }

// reaches says whether PostgreSQL's account can enter dir.
func (s *site) reaches(dir string) bool {
	cmd := exec.Command("/bin/sh", "-c", `cd -- "$0" && test -x .`, dir)
	cmd.Dir = "/"
	s.confine(cmd, 0)
	return cmd.Run() == nil
}

// seeThroughDescriptor serves a directory below one that PostgreSQL's account may
// not enter, such as /root: the child inherits an open descriptor of it, and
// Linux lets paths start there without asking the parents.
func (s *site) seeThroughDescriptor() (err error) {
	if s.dir, err = os.Open(s.root); err != nil {
		return fmt.Errorf("pg: %w", err)
	}
	s.seen = "/proc/self/fd/3"
	if !s.reaches(s.seen) {
		s.close()
		return fmt.Errorf("user %s, as which PostgreSQL runs here, cannot enter %s: choose a directory whose parents everyone may enter, or start as an ordinary user",
			s.account.name, s.root)
	}
	return nil
}

// command prepares one of PostgreSQL's programs to run as the site's account.
// deathSignal reaches it when this process dies; Linux only.
func (s *site) command(ctx context.Context, deathSignal syscall.Signal, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = "/" // wherever this process stands, the account may not be allowed there
	cmd.Env = []string{"PATH=" + filepath.Dir(name) + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	s.confine(cmd, deathSignal)
	return cmd
}

// confine sets credentials, descriptors and process group. An own group keeps
// a terminal's Ctrl-C from stopping the database before the server.
func (s *site) confine(cmd *exec.Cmd, deathSignal syscall.Signal) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	setDeathSignal(cmd.SysProcAttr, deathSignal)
	if s.account.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(s.account.uid), Gid: uint32(s.account.gid)}
	}
	if s.dir != nil {
		cmd.ExtraFiles = []*os.File{s.dir} // descriptor 3
	}
}

// own gives a path to PostgreSQL's account, for it alone.
func (s *site) own(path string) error {
	if err := os.Chmod(path, 0o700); err != nil {
		return fmt.Errorf("pg: %w", err)
	}
	if s.account.drop {
		if err := os.Lchown(path, s.account.uid, s.account.gid); err != nil {
			return fmt.Errorf("pg: %w", err)
		}
	}
	return nil
}

// maxSocketPath is the longest path a Unix socket may have. sun_path is 104
// octets on BSD and macOS and 108 on Linux, a terminating NUL included.
const maxSocketPath = 103

// tempSocketPrefix marks the socket directories made outside the site.
const tempSocketPrefix = "cadastre-pg-"

// makeSocketDir makes a fresh directory for the socket: sock, or a private
// temporary directory when the path would be too long for a socket.
func (s *site) makeSocketDir() error {
	s.removeSocketDir()
	dir := filepath.Join(s.root, "sock")
	if len(filepath.Join(dir, ".s.PGSQL.5432")) <= maxSocketPath {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return fmt.Errorf("pg: %w", err)
		}
		s.socketDir, s.sockSeen = dir, filepath.Join(s.seen, "sock")
		return s.own(dir)
	}
	dir, err := makeTempSocketDir(s.root)
	if err != nil {
		return fmt.Errorf("pg: %w", err)
	}
	// Remembered, so that the next start can remove it after a crash.
	if err := os.WriteFile(s.socketNote(), []byte(dir), 0o600); err != nil {
		os.Remove(dir)
		return fmt.Errorf("pg: %w", err)
	}
	s.socketDir, s.sockSeen = dir, dir
	return s.own(dir)
}

// makeTempSocketDir makes a directory with a short name below the system's
// temporary one: the same at every start, so that connection strings stay good,
// unless somebody else has taken the name.
func makeTempSocketDir(root string) (string, error) {
	parent := os.TempDir()
	if len(parent) > maxSocketPath-50 {
		parent = "/tmp"
	}
	hash := sha256.Sum256([]byte(root))
	dir := filepath.Join(parent, tempSocketPrefix+hex.EncodeToString(hash[:8]))
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, os.ErrExist) {
		return os.MkdirTemp(parent, tempSocketPrefix)
	}
	return dir, err
}

func (s *site) socketNote() string { return filepath.Join(s.root, "sock.elsewhere") }

func (s *site) removeSocketDir() {
	os.RemoveAll(filepath.Join(s.root, "sock"))
	note, err := os.ReadFile(s.socketNote())
	if err != nil {
		return
	}
	if dir := string(note); strings.HasPrefix(filepath.Base(dir), tempSocketPrefix) {
		// The name may have been taken by somebody else since: only our own is removed.
		if owner, err := ownerOf(dir); err == nil && owner == s.account.uid {
			os.RemoveAll(dir)
		}
	}
	os.Remove(s.socketNote())
}

// close releases what the site holds; it may be called on nil and more than once.
func (s *site) close() {
	if s == nil {
		return
	}
	if s.socketDir != "" {
		s.removeSocketDir()
		s.socketDir = ""
	}
	if s.dir != nil {
		s.dir.Close()
		s.dir = nil
	}
}
