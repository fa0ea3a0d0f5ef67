package pg

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/zap"
)

// serverDirEnv makes the test binary a server on that directory, for tests that kill servers.
const serverDirEnv = "CADASTRE_PG_TEST_SERVER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(serverDirEnv); dir != "" {
		if err := serve(dir); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serve starts a cluster, says so and runs until its standard input ends.
func serve(dir string) error {
	c, err := Start(context.Background(), Config{Dir: dir, Log: zap.NewNop()})
	if err != nil {
		return err
	}
	fmt.Println("ready", c.proc.pid)
	_, err = io.Copy(io.Discard, os.Stdin)
	if err != nil {
		return err
	}
	return c.Stop(context.Background())
}

// child is a server in a process of its own.
type child struct {
	cmd        *exec.Cmd
	stdin      io.WriteCloser
	postmaster int
}

func startChild(t *testing.T, dir string) *child {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), serverDirEnv+"="+dir)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close(); _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if word != "ready" {
		t.Fatalf("child server says %q (%v)", line, err)
	}
	pid, err := strconv.Atoi(rest)
	if err != nil {
		t.Fatal(err)
	}
	return &child{cmd: cmd, stdin: stdin, postmaster: pid}
}

func (c *child) kill(t *testing.T) {
	t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.cmd.Wait() // it was killed, says the error
}

func dsnOf(dir, database string) string {
	return (&Cluster{host: filepath.Join(dir, "sock")}).DSN(database)
}

// TestServerKilled: the server dies without a chance to stop its database, its postmaster too, or not.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	for _, postmasterToo := range []bool{false, true} {
		t.Run(fmt.Sprintf("postmasterToo=%v", postmasterToo), func(t *testing.T) {
			dir := t.TempDir()
			first := startChild(t, dir)
			execute(t, dsnOf(dir, "postgres"), "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('word')")
			busy := make(chan struct{})
			go func() { // a client in the middle of something
				defer close(busy)
				_ = exec.Command("sh", "-c", `exec "$0" "$1" -c "select pg_sleep(60)"`, psql(t), dsnOf(dir, "postgres")).Run()
			}()
			first.kill(t)
			if postmasterToo {
				_ = syscall.Kill(first.postmaster, syscall.SIGKILL) // it may have gone by itself
			}
			c := startWith(t, Config{Dir: dir})
			if got := query(t, c.DSN("postgres"), "SELECT word FROM kept"); got != "word" {
				t.Errorf("got %q", got)
			}
			if pids := clusterProcesses(c.site, c.proc.pid); len(pids) == 0 {
				t.Error("the processes of a running cluster are not found")
			}
			stop(t, c)
			<-busy
		})
	}
}

func psql(t *testing.T) string {
	t.Helper()
	b, err := Find(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	return b.Path("psql")
}

// TestOrphan: where nothing tells the database that its server died, the next server stops it.
func TestOrphan(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stop(t, start(t, dir))
	s, err := openSite(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if err := s.writeConf(Config{}); err != nil {
		t.Fatal(err)
	}
	b, err := Find(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	orphan := s.command(t.Context(), 0, b.Path("postgres"), "-D", filepath.Join(s.seen, "data"),
		"-c", "config_file="+filepath.Join(s.seen, "postgresql.conf"))
	if err := orphan.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- orphan.Wait() }()
	for pid, ready := 0, false; !ready || pid != orphan.Process.Pid; pid, ready = readPidFile(s.data()) {
		select {
		case err := <-ended:
			t.Fatalf("orphan: %v", err)
		case <-time.After(readyPoll):
		}
	}
	c := start(t, dir)
	if err := <-ended; err != nil {
		t.Errorf("the orphan was not shut down in order: %v", err)
	}
	if got := query(t, c.DSN("postgres"), "SELECT 'ours'"); got != "ours" {
		t.Error(got)
	}
}

// TestPidReused: after a crash the postmaster's number belongs to another process of the same user.
func TestPidReused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := startChild(t, dir)
	pidFile := filepath.Join(dir, "data", "postmaster.pid")
	text, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	first.stdin.Close()
	if err := first.cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	s, err := openSite(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	other := s.command(t.Context(), 0, "/bin/sleep", "60")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Process.Kill(); _ = other.Wait() }()
	_, rest, _ := strings.Cut(string(text), "\n")
	if err := os.WriteFile(pidFile, []byte(strconv.Itoa(other.Process.Pid)+"\n"+rest), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Lchown(pidFile, s.account.uid, s.account.gid); err != nil {
		t.Fatal(err)
	}
	start(t, dir)
	if err := syscall.Kill(other.Process.Pid, 0); err != nil {
		t.Errorf("an innocent process was ended: %v", err)
	}
}

// TestPostmasterKilled: the server notices, and can start again.
func TestPostmasterKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := startWith(t, Config{Dir: dir})
	execute(t, c.DSN("postgres"), "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('word')")
	if err := c.Err(); err != nil {
		t.Fatalf("Err while running: %v", err)
	}
	if err := syscall.Kill(c.proc.pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-c.Done()
	if c.Err() == nil {
		t.Error("no reason given")
	}
	stop(t, c)
	again := startWith(t, Config{Dir: dir})
	if got := query(t, again.DSN("postgres"), "SELECT word FROM kept"); got != "word" {
		t.Errorf("got %q", got)
	}
}

// TestOrdinaryUser runs this package's tests as nobody when they run as root.
func TestOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		return // every test here has just run as an ordinary user
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	account, err := dropTo(nobody)
	if err != nil {
		t.Fatal(err)
	}
	home, err := os.MkdirTemp("/tmp", "cadastre-nobody-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(home)
	if err := os.Chown(home, account.uid, account.gid); err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(home, "pg.test") // go test's own directory is for root alone
	if err := os.WriteFile(copied, binary, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(copied, 0o755); err != nil {
		t.Fatal(err)
	}
	s := &site{account: account}
	cmd := s.command(t.Context(), 0, copied,
		"-test.run=^(TestStartTwice|TestPrivate|TestServerKilled|TestPidReused|TestLongPath)$", "-test.v")
	cmd.Dir = home
	cmd.Env = append(cmd.Env, "TMPDIR="+home, "HOME="+home)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("as nobody: %v\n%s", err, out)
	}
	if !strings.Contains(string(out), "--- PASS: TestStartTwice") {
		t.Errorf("as nobody nothing was tested:\n%s", out)
	}
}
