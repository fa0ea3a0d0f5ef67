package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cadastre/internal/clock/clockhttp"
	"cadastre/internal/pgtest"
	"cadastre/registry/store"
	"cadastre/registry/store/migrations"
)

// modelWorld is a server and the model that it is held against.
type modelWorld struct {
	*model
	rt       *rapid.T
	tb       *ownTB
	sum      *modelSum
	box      *sandbox
	token    string // the operator's
	store    *store.Store
	sessions map[string]*session
	script   []line
	about    []string // the objects of the command under way, or of what is compared
	course   []leg    // what is to come with the domain of the course
	focus    string
	leads    bool            // the step under way is a leg of the course
	signed   map[string]bool // domains that ever had a delegation signer record
	steps    int
	checked  int               // how often the books were compared
	passed   int               // how often the clock was put on
	heads    map[string]polled // the message each registrar was shown last

	// The business clock is the real one and something between these two.
	ahead, aheadMost time.Duration
}

// ownTB lets a script end what it began, for a run has many.
type ownTB struct {
	testing.TB
	cleanups []func()
}

func (o *ownTB) Cleanup(f func()) { o.cleanups = append(o.cleanups, f) }

func (o *ownTB) end() {
	for _, f := range slices.Backward(o.cleanups) {
		f()
	}
	o.cleanups = nil
}

// modelBegin is when every script begins, but for the seconds that its start takes: a
// leap day lies ahead.
var modelBegin = time.Date(2027, 11, 30, 12, 0, 0, 0, time.UTC)

func newModelWorld(t *testing.T, rt *rapid.T, sum *modelSum) *modelWorld {
	tb := &ownTB{TB: t}
	w := &modelWorld{rt: rt, tb: tb, sum: sum, sessions: map[string]*session{}, heads: map[string]polled{}, signed: map[string]bool{}}
	w.box = &sandbox{dir: directory(tb)}
	w.box.start(tb, "--database-url", pgtest.New(tb, migrations.FS), "--start-time", modelBegin.Format(time.RFC3339))
	data, err := os.ReadFile(w.box.path("sandbox.json"))
	if err != nil {
		t.Fatal(err)
	}
	var operator struct{ Operator struct{ Token string } }
	if err := json.Unmarshal(data, &operator); err != nil {
		t.Fatal(err)
	}
	w.token = operator.Operator.Token
	w.store = w.box.openStore(tb)
	w.sell()
	for _, who := range modelRegistrars {
		w.sessions[who] = w.box.login(tb, who)
	}
	w.model = w.cast()
	w.impoverish(poorBalance)
	w.set(modelBegin.Add(pricesBegin + time.Minute))
	w.priced()
	w.compareAll()
	return w
}

func (w *modelWorld) close() {
	w.tb.end()
}

// cast is the sandbox's own objects (interfaces.md, section 2). Their instants are read.
func (w *modelWorld) cast() *model {
	m := &model{
		domains: map[string]*mDomain{}, hosts: map[string]*mHost{}, contacts: map[string]*mContact{},
		balance: map[string]int64{}, queue: map[string][]*mNotice{}, events: map[string]int{},
	}
	const who = "registrar-c"
	own := func(name string) mSponsored {
		at, changed := w.instants(name)
		o := mSponsored{name: name, sponsor: who, creator: who, created: at, updated: changed}
		if !changed.IsZero() {
			o.updater = who
		}
		return o
	}
	d := &mDomain{mSponsored: own("taken.example"), zone: zoneOfModel("taken.example"), registrant: "rc-contact1"}
	d.expires = plusYears(d.created, 1)
	d.graces = []mGrace{{"addPeriod", d.created.Add(addGrace), castPrice, 1}}
	m.domains[d.name] = d
	for n, addrs := range map[string][]string{
		"ns1.taken.example": {"208.77.190.193", "2602:800:900e:1257::1"}, "ns2.taken.example": {"208.77.190.194", "2602:800:900e:1257::2"},
	} {
		m.hosts[n] = &mHost{mSponsored: own(n), superordinate: d, addrs: addrs}
		d.hosts = append(d.hosts, n)
	}
	slices.Sort(d.hosts)
	for i, id := range []string{"rc-contact1", "rc-contact2"} {
		m.contacts[id] = &mContact{mSponsored: own(id), voice: fmt.Sprintf("+1.20255501%02d", i)}
	}
	for who, account := range w.accounts() {
		m.balance[who] = account.balance
	}
	return m
}

// earliest and latest bound the business clock's present reading.
func (w *modelWorld) earliest() time.Time { return time.Now().Add(w.ahead).UTC() }
func (w *modelWorld) latest() time.Time   { return time.Now().Add(w.aheadMost).UTC() }

// set moves the clock. Everything that falls due by then happens in the model first. No
// turning point comes within the next minutes: commands meet a state, not its end.
const quiet = 2 * time.Minute

func (w *modelWorld) set(to time.Time) {
	w.batch++
	for w.pass(to); ; w.pass(to) {
		next := w.turning()
		if len(next) == 0 || next[0].After(to.Add(quiet)) {
			break
		}
		to = next[0]
	}
	w.batch++
	began := time.Now()
	remote := clockhttp.Remote{URL: w.box.info.Admin.URL, Token: w.token}
	line, err := remote.Ask(context.Background(), "set", to.Format(time.RFC3339Nano))
	if err != nil {
		w.failf("the clock: %v", err)
	}
	now, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(line))
	if err != nil {
		w.failf("the clock says %q", line)
	}
	w.ahead, w.aheadMost = time.Until(now), to.Sub(began)
}

// ready sees to it that nothing changes by itself while a command is under way.
func (w *modelWorld) ready() {
	now := w.latest()
	if next := w.turning(); len(next) > 0 && next[0].Before(now.Add(quiet)) {
		to := next[0]
		if to.Before(now) {
			to = now
		}
		w.set(to)
		w.note(nil, "the clock goes on to %v", w.now)
	}
	w.now = w.latest()
}

// registry runs one of the operator's verbs and says whether it was carried out.
func (w *modelWorld) registry(args ...string) bool {
	out, err := exec.Command(program, append(args, "--dir", w.box.dir)...).CombinedOutput()
	if _, refused := err.(*exec.ExitError); err != nil && !refused {
		w.failf("%v: %v", args, err)
	}
	if err != nil && strings.Contains(string(out), "usage") {
		w.failf("%v: %s", args, out)
	}
	return err == nil
}
