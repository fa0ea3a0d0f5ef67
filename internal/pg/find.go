package pg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// MinMajor is the oldest major version of PostgreSQL that is used.
const MinMajor = 15

// Binaries is one installation of PostgreSQL.
type Binaries struct {
	Dir     string // holds initdb, postgres, pg_dump
	Version string // as the program prints it, for example "15.20 (Debian 15.20-0+deb12u1)"
	Major   int    // for example 15
}

// Path returns the path of one of the installation's programs.
func (b Binaries) Path(program string) string { return filepath.Join(b.Dir, program) }

// ErrNotFound means that PostgreSQL's programs are not installed. Its text says how to install them.
var ErrNotFound = errors.New(notFoundText())

func notFoundText() string {
	how := "install it, for example: apt-get install postgresql, or dnf install postgresql-server"
	if runtime.GOOS == "darwin" {
		how = "install it: brew install postgresql@17"
	}
	return fmt.Sprintf("PostgreSQL %d or newer not found (initdb and postgres, in PATH or the usual places): %s", MinMajor, how)
}

// VersionError is the refusal of a cluster that another major version made.
type VersionError struct {
	Dir     string // the cluster
	Cluster string // the version that made it, for example "14"
	Program Binaries
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("the database in %s was made by PostgreSQL %s, but %s is version %d: install PostgreSQL %s, or convert the database with pg_upgrade; nothing was changed",
		e.Dir, e.Cluster, e.Program.Dir, e.Program.Major, e.Cluster)
}

// Find returns the PostgreSQL installation to use: binDir's if given, else the
// one in PATH, else the newest in the places where packages put it. It returns
// [ErrNotFound] when there is none.
func Find(ctx context.Context, binDir string) (Binaries, error) {
	found := installations(ctx, binDir)
	if len(found) == 0 {
		return notFound(binDir)
	}
	for _, b := range found {
		if b.Major >= MinMajor {
			return b, nil
		}
	}
	return Binaries{}, fmt.Errorf("%w (%s is version %d)", ErrNotFound, found[0].Dir, found[0].Major)
}

func notFound(binDir string) (Binaries, error) {
	if binDir != "" {
		return Binaries{}, fmt.Errorf("%w (looked in %s only)", ErrNotFound, binDir)
	}
	return Binaries{}, ErrNotFound
}

// findFor is Find for a cluster that may be there already: among several
// installations it prefers the one whose version made the cluster.
func findFor(ctx context.Context, binDir, data string) (Binaries, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return Find(ctx, binDir)
	}
	if err != nil {
		return Binaries{}, fmt.Errorf("pg: %w", err)
	}
	made := strings.TrimSpace(string(text))
	found := installations(ctx, binDir)
	for _, b := range found {
		if strconv.Itoa(b.Major) == made && b.Major >= MinMajor {
			return b, nil
		}
	}
	if len(found) == 0 {
		return notFound(binDir)
	}
	return Binaries{}, &VersionError{Dir: data, Cluster: made, Program: found[0]}
}

// installations lists complete installations, the preferred one first.
func installations(ctx context.Context, binDir string) []Binaries {
	dirs := candidateDirs()
	if abs, err := filepath.Abs(binDir); binDir != "" && err == nil {
		dirs = []string{abs}
	}
	var found []Binaries
	seen := map[string]bool{}
	for _, dir := range dirs {
		if !filepath.IsAbs(dir) || seen[dir] { // a relative entry of PATH means something else to every process
			continue
		}
		seen[dir] = true
		if b, err := inspect(ctx, dir); err == nil {
			found = append(found, b)
		}
	}
	return found
}

func candidateDirs() []string {
	dirs := filepath.SplitList(os.Getenv("PATH"))
	patterns := []string{
		"/usr/lib/postgresql/*/bin", // Debian, Ubuntu
		"/usr/pgsql-*/bin",          // PostgreSQL's own RPMs
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
		"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
	}
	for _, pattern := range patterns {
		matches, _ := filepath.Glob(pattern) // fails for a malformed pattern only
		slices.SortFunc(matches, func(a, b string) int { return versionIn(b) - versionIn(a) })
		dirs = append(dirs, matches...)
	}
	return dirs
}

// versionIn returns the first number in a path, such as 15 in /usr/lib/postgresql/15/bin.
func versionIn(path string) int {
	start := strings.IndexAny(path, "0123456789")
	if start < 0 {
		return 0
	}
	rest := path[start:]
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(rest)
	}
	n, _ := strconv.Atoi(rest[:end])
	return n
}

// inspect returns the installation that dir's postgres belongs to. Links are
// followed: a directory in PATH may link to some of the programs only.
func inspect(ctx context.Context, dir string) (Binaries, error) {
	if real, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres")); err == nil {
		dir = filepath.Dir(real)
	}
	for _, program := range []string{"initdb", "postgres"} {
		info, err := os.Stat(filepath.Join(dir, program))
		if err != nil {
			return Binaries{}, err
		}
		if info.IsDir() || info.Mode()&0o111 == 0 {
			return Binaries{}, fmt.Errorf("%s in %s is no program", program, dir)
		}
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return Binaries{}, err
	}
	_, version, ok := strings.Cut(strings.TrimSpace(string(out)), "(PostgreSQL) ")
	if !ok {
		return Binaries{}, fmt.Errorf("%s/postgres prints no version", dir)
	}
	return Binaries{Dir: dir, Version: version, Major: versionIn(version)}, nil
}
