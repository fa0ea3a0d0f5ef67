package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cadastre/registry/store"
)

// sandboxInfo is sandbox.json.
type sandboxInfo struct {
	EPP        struct{ Addr, CA, ServerName string } `json:"epp"`
	DNS        struct{ Addr string }                 `json:"dns"`
	Admin      struct{ URL string }                  `json:"admin"`
	Operator   struct{ Token string }                `json:"operator"`
	Registrars []struct {
		ID, Password, Cert, Key string
		IANA                    int
	} `json:"registrars"`
	HTTPS     struct{ URL, CA string } `json:"https"`
	Verifiers []struct {
		ID, Password, Cert, Key, Token string
	} `json:"verifiers"`
	TSIG  []struct{ Name, Algorithm, Secret string } `json:"tsig"`
	Zones []struct{ Name, Kind string }              `json:"zones"`

	Database struct{ DSN string } `json:"database"`
}

// sandbox is a sandbox process, and the directory that outlives it.
type sandbox struct {
	dir    string
	offset int
	info   sandboxInfo
	server *process
}

// newSandbox starts a sandbox in a new directory and ends it with the test.
func newSandbox(t testing.TB, args ...string) *sandbox {
	t.Helper()
	s := &sandbox{dir: directory(t)}
	s.start(t, args...)
	first := s.server
	t.Cleanup(func() { // whatever the test did, the registry's invariants hold
		if !t.Failed() && s.server == first && !first.ended() {
			s.checkWorld(t)
		}
	})
	return s
}

// directory makes a directory for the test. At its end it is removed patiently: a
// database that was killed may still be writing for a moment.
func directory(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	t.Cleanup(func() {
		for range 100 {
			if os.RemoveAll(dir) == nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
	return dir
}

// start starts the sandbox of the directory, on free ports.
func (s *sandbox) start(t testing.TB, args ...string) {
	t.Helper()
	for try := 1; ; try++ {
		s.offset = freeOffset(t)
		s.server = start(t, append([]string{"dev", "--dir", s.dir, "--port-offset", strconv.Itoa(s.offset)}, args...)...)
		err := s.server.waitReady()
		if err == nil {
			break
		}
		// Another process may have taken a port since it was tried.
		if try == 5 || !strings.Contains(err.Error(), "address already in use") {
			t.Fatalf("the sandbox did not start: %v", err)
		}
	}
	s.readInfo(t)
}

// readInfo reads sandbox.json.
func (s *sandbox) readInfo(t testing.TB) {
	t.Helper()
	data, err := os.ReadFile(s.path("sandbox.json"))
	if err != nil {
		t.Fatal(err)
	}
	s.info = sandboxInfo{}
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&s.info); err != nil {
		t.Fatalf("sandbox.json: %v\n%s", err, data)
	}
}

func (s *sandbox) path(name string) string { return filepath.Join(s.dir, name) }

// stop stops the sandbox in an orderly way.
func (s *sandbox) stop(t testing.TB) {
	t.Helper()
	took := s.server.terminate(t)
	if s.server.err != nil {
		t.Errorf("stopped by SIGTERM it says %v\n%s", s.server.err, s.server.logText())
	}
	if took > 5*time.Second {
		t.Errorf("SIGTERM took %v, at most 5 s are promised", took)
	}
	if _, err := os.Stat(s.path("sandbox.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("sandbox.json is still there after the stop: %v", err)
	}
}

// offsets are the port offsets that this run has handed out.
var offsets sync.Map

// freeOffset finds a --port-offset at which all ports of a sandbox are free.
func freeOffset(t testing.TB) int {
	t.Helper()
	for range 2000 {
		offset := 5000 + rand.IntN(900)
		if _, used := offsets.LoadOrStore(offset, true); used {
			continue
		}
		if portsFree(7000+offset, 5300+offset, 4300+offset, 8443+offset, 9180+offset) {
			return offset
		}
	}
	t.Fatal("no free ports for a sandbox")
	return 0
}

func portsFree(ports ...int) bool {
	for _, port := range ports {
		addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		ln, err := net.Listen("tcp", addr)
		if err != nil {
			return false
		}
		ln.Close()
		pc, err := net.ListenPacket("udp", addr)
		if err != nil {
			return false
		}
		pc.Close()
	}
	return true
}

// clock moves or shows the sandbox's business clock.
func (s *sandbox) clock(t testing.TB, args ...string) time.Time {
	t.Helper()
	out := cadastre(t, append([]string{"dev", "clock", "--dir", s.dir}, args...)...)
	now, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(out))
	if err != nil {
		t.Fatalf("dev clock printed %q", out)
	}
	return now
}

// set puts the clock to an instant.
func (s *sandbox) set(t testing.TB, at time.Time) {
	t.Helper()
	s.clock(t, "set", at.UTC().Format(time.RFC3339Nano))
}

// openStore opens the sandbox's database.
func (s *sandbox) openStore(t testing.TB) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{DSN: s.info.Database.DSN, MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	return st
}

// checkWorld verifies the invariants of the whole registry.
func (s *sandbox) checkWorld(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // the test's ends before its cleanups
	defer cancel()
	st, err := store.Open(ctx, store.Config{DSN: s.info.Database.DSN, MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	faults, err := st.CheckWorld(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Error(f)
	}
}

// balance is what a registrar has on its account, in minor units.
func (s *sandbox) balance(t testing.TB, registrar string) int64 {
	t.Helper()
	out := cadastre(t, "registrar", "show", registrar, "--dir", s.dir, "--json")
	var account struct{ Balance int64 }
	if err := json.Unmarshal([]byte(out), &account); err != nil {
		t.Fatalf("registrar show: %v %s", err, out)
	}
	return account.Balance
}
