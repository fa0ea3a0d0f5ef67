package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"cadastre/registry/store"
)

// chaosBox is a sandbox that is killed and comes back on the same ports.
type chaosBox struct {
	*sandbox
	args  []string
	token string // of the operator

	kills, databaseKills int
}

func newChaosBox(t *testing.T, args ...string) *chaosBox {
	t.Helper()
	return &chaosBox{sandbox: &sandbox{dir: directory(t), offset: freeOffset(t)}, args: args}
}

// launch starts the process and does not wait for it.
func (b *chaosBox) launch(t *testing.T, more ...string) {
	t.Helper()
	args := slices.Concat([]string{"dev", "--dir", b.dir, "--port-offset", strconv.Itoa(b.offset)}, b.args, more)
	b.server = start(t, args...)
}

// boot starts the process and waits until it serves.
func (b *chaosBox) boot(t *testing.T, more ...string) {
	t.Helper()
	b.launch(t, more...)
	if err := b.server.waitReady(); err != nil {
		t.Fatalf("%s did not come back: %v", strings.Join(b.args, " "), err)
	}
	b.readInfo(t)
	var all struct{ Operator struct{ Token string } }
	data, err := os.ReadFile(b.path("sandbox.json"))
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	b.token = all.Operator.Token
}

// peerFile is a copy of sandbox.json that stays when the server does not.
func (b *chaosBox) peerFile(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(b.path("sandbox.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.path("peer.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return b.path("peer.json")
}

// grant puts the test's version of a policy in force.
func (b *chaosBox) grant(t *testing.T, p chaosPolicy) {
	t.Helper()
	file := b.path(p.id + ".json")
	if err := os.WriteFile(file, []byte(p.document()), 0o600); err != nil {
		t.Fatal(err)
	}
	cadastre(t, "policy", "add", file, "--dir", b.dir)
	cadastre(t, "policy", "grant", p.id, "--dir", b.dir)
}

// killDatabase kills the database's first process; the others end by themselves.
func (b *chaosBox) killDatabase(t *testing.T) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(b.dir, "postgres", "data", "postmaster.pid"))
	if err != nil {
		return // the server is about to start it again
	}
	pid, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(string(data), "\n", 2)[0]))
	if err != nil {
		t.Fatal(err)
	}
	if syscall.Kill(pid, syscall.SIGKILL) == nil {
		b.databaseKills++
	}
}

// kill kills the server; its database follows by itself.
func (b *chaosBox) kill() {
	b.kills++
	b.server.kill()
}

// awaitDatabase waits until the server has its database again.
func (b *chaosBox) awaitDatabase(t *testing.T) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		st, err := store.Open(t.Context(), store.Config{DSN: b.info.Database.DSN, MaxConns: 1})
		if err == nil {
			st.Close()
			return
		}
		if time.Since(began) > recovery {
			t.Fatalf("the database did not come back: %v", err)
		}
	}
}

func (b *chaosBox) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := b.server.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// settleLimit bounds the wait for what fell due. What a killed server had begun rests
// for half a minute before another one may go on with it.
const settleLimit = 90 * time.Second

// clockRequest asks for the business clock, or to set it.
func (b *chaosBox) clockRequest(t *testing.T, form url.Values) *http.Request {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, b.info.Admin.URL+"/sandbox/clock", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+b.token)
	return req
}

// moveClock sends the request and waits until what fell due is done.
func moveClock(req *http.Request) (time.Time, error) {
	client := &http.Client{Timeout: settleLimit, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return time.Time{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("clock: %s: %s", resp.Status, body)
	}
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339Nano, strings.TrimSpace(string(body)))
}

// patientClock asks or sets the clock, again while the database is coming back.
func (b *chaosBox) patientClock(t *testing.T, form url.Values) time.Time {
	t.Helper()
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		now, err := moveClock(b.clockRequest(t, form))
		if err == nil {
			return now
		}
		if time.Since(began) > recovery {
			t.Fatalf("the clock cannot be moved: %v", err)
		}
	}
}

// clockSet sets the business clock and returns when the server goes by it, and will
// after a restart: a business clock never goes back. The answer comes when what fell
// due is done.
func (b *chaosBox) clockSet(t *testing.T, to time.Time) (answer <-chan error) {
	t.Helper()
	before, err := os.ReadFile(b.path("clock.json"))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	req := b.clockRequest(t, setClock(to))
	go func() {
		_, err := moveClock(req)
		done <- err
	}()
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		now, err := os.ReadFile(b.path("clock.json"))
		if err == nil && string(now) != string(before) {
			return done
		}
		if time.Since(began) > recovery {
			t.Fatalf("the clock does not move: %v", err)
		}
	}
}

func setClock(to time.Time) url.Values {
	return url.Values{"op": {"set"}, "arg": {to.UTC().Format(time.RFC3339Nano)}}
}
