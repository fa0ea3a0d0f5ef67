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

// moveClock asks or sets the business clock, and waits until what fell due is done.
func (b *chaosBox) moveClock(form url.Values) (time.Time, error) {
	req, err := http.NewRequest(http.MethodPost, b.info.Admin.URL+"/sandbox/clock", strings.NewReader(form.Encode()))
	if err != nil {
		return time.Time{}, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+b.token)
	client := &http.Client{Timeout: answerLimit, Transport: &http.Transport{DisableKeepAlives: true}}
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

// patientClock is moveClock, again while the database is coming back.
func (b *chaosBox) patientClock(t *testing.T, form url.Values) time.Time {
	t.Helper()
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		now, err := b.moveClock(form)
		if err == nil {
			return now
		}
		if time.Since(began) > recovery {
			t.Fatalf("the clock cannot be moved: %v", err)
		}
	}
}

func setClock(to time.Time) url.Values {
	return url.Values{"op": {"set"}, "arg": {to.UTC().Format(time.RFC3339Nano)}}
}

// advance moves both clocks on, the target registry's first.
func (c *chaos) advance(t *testing.T, d time.Duration) {
	t.Helper()
	to := c.target.patientClock(t, nil).Add(d)
	c.target.patientClock(t, setClock(to))
	c.whitelist.patientClock(t, setClock(to))
}

// advanceAndKill moves both clocks on and kills the whitelist registry while it
// carries out what fell due.
func (c *chaos) advanceAndKill(t *testing.T, d time.Duration) {
	t.Helper()
	to := c.target.patientClock(t, nil).Add(d)
	c.target.patientClock(t, setClock(to))
	before, err := os.ReadFile(c.whitelist.path("clock.json"))
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan struct{})
	go func() {
		c.whitelist.moveClock(setClock(to)) //nolint:errcheck // it is killed meanwhile
		close(answered)
	}()
	// Not before the clock is on the disk: a business clock never goes back.
	for began := time.Now(); time.Since(began) < recovery; time.Sleep(time.Millisecond) {
		if now, err := os.ReadFile(c.whitelist.path("clock.json")); err == nil && string(now) != string(before) {
			break
		}
	}
	time.Sleep(time.Duration(c.rng.IntN(60)) * time.Millisecond)
	c.whitelist.kill()
	<-answered
	c.whitelist.boot(t)
	c.whitelist.patientClock(t, setClock(c.target.patientClock(t, nil)))
}

// chaosEvent is something done to the servers.
type chaosEvent struct {
	name string
	do   func(t *testing.T)
}

// deck is every event, shuffled so that a clock moves every third time.
func (c *chaos) deck() []chaosEvent {
	var list []chaosEvent
	for i, box := range c.boxes() {
		who := []string{" whitelist", " target"}[i]
		list = append(list,
			chaosEvent{"kill" + who, func(t *testing.T) { box.kill(); box.boot(t) }},
			chaosEvent{"power failure" + who, func(t *testing.T) { box.killDatabase(t); box.kill(); box.boot(t) }},
			chaosEvent{"kill database of" + who, box.killDatabase},
			chaosEvent{"freeze" + who, func(t *testing.T) { c.freeze(t, box) }},
			chaosEvent{"kill twice" + who, func(t *testing.T) { c.killTwice(t, box) }},
		)
	}
	list = append(list, chaosEvent{"kill both", c.killBoth})
	c.rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	var out []chaosEvent
	for i, e := range list {
		if out = append(out, e); i%2 == 0 {
			out = append(out, chaosEvent{"clock", func(t *testing.T) { c.advance(t, time.Duration(10+c.rng.IntN(25))*time.Minute) }})
			if i%4 == 2 {
				out[len(out)-1] = chaosEvent{"clock and kill", func(t *testing.T) { c.advanceAndKill(t, time.Duration(10+c.rng.IntN(25))*time.Minute) }}
			}
		}
	}
	return out
}

// freeze stops a server for a moment as a machine does that swaps.
func (c *chaos) freeze(t *testing.T, box *chaosBox) {
	box.signal(t, syscall.SIGSTOP)
	time.Sleep(time.Duration(1000+c.rng.IntN(1000)) * time.Millisecond)
	box.signal(t, syscall.SIGCONT)
}

// killTwice kills a server, and again while it starts.
func (c *chaos) killTwice(t *testing.T, box *chaosBox) {
	box.kill()
	box.launch(t)
	time.Sleep(time.Duration(20+c.rng.IntN(600)) * time.Millisecond)
	box.kill()
	box.boot(t)
}

// killBoth kills both servers with a database; either comes back first.
func (c *chaos) killBoth(t *testing.T) {
	boxes := c.boxes()
	boxes[c.rng.IntN(2)].killDatabase(t)
	for _, b := range boxes {
		b.kill()
	}
	c.rng.Shuffle(2, func(i, j int) { boxes[i], boxes[j] = boxes[j], boxes[i] })
	for _, b := range boxes {
		b.boot(t)
	}
}
