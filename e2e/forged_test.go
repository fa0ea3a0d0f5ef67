package e2e

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// TestForged puts an attacker between a target registry and the whitelist registry's
// name server. Whatever is not what the whitelist registry said, when it was asked,
// is denied with 2400 and nothing is written; what the attacker adds to the honest
// answer changes nothing; registrations under no control do not notice.
//
// An honest answer that was kept for more than the 300 s that clocks may differ
// cannot be had here without waiting for it: an answer signed with the right key,
// 1000 s ago, stands for it.
func TestForged(t *testing.T) {
	t.Parallel()
	f := newForgery(t)
	cases := f.cases(t)
	for i := range cases {
		f.prepare(t, &cases[i], i)
	}
	f.replayed(t, cases)
	stop := f.uncontrolled(t)
	var wg sync.WaitGroup
	for _, c := range cases {
		f.proxy.set(c.target, c.attack)
		wg.Go(func() { f.try(t, c, c.want) })
	}
	wg.Wait()
	stop()
	f.written(t, cases, func(c forgedCase) bool { return c.want == 1000 })
	// The attacker goes, and everything is as if it had not been there.
	for _, c := range cases {
		f.proxy.set(c.target, nil)
		switch {
		case c.want == 1000:
		case c.approved:
			f.try(t, c, 1000)
		default:
			f.try(t, c, 2308)
		}
	}
	f.written(t, cases, func(c forgedCase) bool { return c.approved || c.want == 1000 })
	f.checkWorlds(t)
}

// forgery is two registries with an attacker between them.
type forgery struct {
	*registries
	proxy   *proxy
	key     signer
	applies map[string]*session // by registrar, at the whitelist registry
}

// forgedCase is one target name and what is done to questions about it.
type forgedCase struct {
	target   string
	approved bool // there is an entry
	attack   attack
	want     int // result of the registration

	registrar string
	session   *session // at the target registry
}

func newForgery(t *testing.T) *forgery {
	t.Helper()
	const at = "2026-11-21T00:00:00Z"
	wl := newSandbox(t, "--start-time", at, "--only", "whitelist")
	f := &forgery{proxy: startProxy(t, wl.info.DNS.Addr), key: wl.signer(t), applies: map[string]*session{}}
	data, err := os.ReadFile(wl.path("sandbox.json"))
	if err != nil {
		t.Fatal(err)
	}
	var info map[string]any
	if err := json.Unmarshal(data, &info); err != nil {
		t.Fatal(err)
	}
	info["dns"] = map[string]string{"addr": f.proxy.addr}
	if data, err = json.Marshal(info); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(wl.path("proxy.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	f.registries = &registries{wl, newSandbox(t, "--start-time", at, "--only", "target", "--whitelist", wl.path("proxy.json"))}
	f.acquainted(t)
	for _, registrar := range []string{"registrar-a", "registrar-b"} {
		f.applies[registrar] = wl.login(t, registrar)
	}
	return f
}

// cases are all attacks. Names with an entry and without: a lie that there is one
// must not help, nor a lie that there is none.
func (f *forgery) cases(t *testing.T) []forgedCase {
	wrong := newSigner(t, f.whitelist.info.TSIG[0].Name, "bm90IHRoZSBzZWNyZXQgdGhhdCBpcyBhZ3JlZWQ=")
	other := newSigner(t, "other.sandbox.", f.whitelist.info.TSIG[0].Secret)
	const yes, no = true, false
	lie, lieNot := answered(entryForged), answered(denialForged)
	list := []forgedCase{
		{target: "honest.trips", approved: yes, attack: truth, want: 1000},
		{target: "honest-none.trips", approved: no, attack: truth, want: 2308},
		// The attacker is faster than the honest answer.
		{target: "race-entry.trips", approved: no, attack: then(lie, truth), want: 2308},
		{target: "race-denial.trips", approved: yes, attack: then(lieNot, truth), want: 1000},
		{target: "race-wrong.trips", approved: no, attack: then(signedBy(wrong, 0), truth), want: 2308},
		{target: "race-all.trips", approved: yes, attack: then(
			answered(noise), changed(otherID), changed(cutTSIG), changed(setTC), changed(flipText), rcode(dnsmessage.RCodeServerFailure),
			lieNot, truth), want: 1000},
		// Nothing but the attacker's answer.
		{target: "lie.trips", approved: no, attack: lie, want: 2400},
		{target: "lie-not.trips", approved: yes, attack: lieNot, want: 2400},
		{target: "cut.trips", approved: yes, attack: changed(cutTSIG), want: 2400},
		{target: "cut-none.trips", approved: no, attack: changed(cutTSIG), want: 2400},
		{target: "nxdomain.trips", approved: yes, attack: changed(asDenial), want: 2400},
		{target: "wrong.trips", approved: no, attack: signedBy(wrong, 0), want: 2400},
		{target: "other-key.trips", approved: no, attack: signedBy(other, 0), want: 2400},
		{target: "alone.trips", approved: no, attack: signedAlone(f.key, nil), want: 2400},
		{target: "for-another.trips", approved: no, attack: signedAlone(f.key, make([]byte, 32)), want: 2400},
		// Who has the key is believed: what makes the next two untrue is the time alone.
		{target: "with-key.trips", approved: no, attack: signedBy(f.key, 0), want: 1000},
		{target: "stale.trips", approved: no, attack: signedBy(f.key, -1000*time.Second), want: 2400},
		{target: "early.trips", approved: no, attack: signedBy(f.key, 1000*time.Second), want: 2400},
		{target: "other-id.trips", approved: yes, attack: changed(otherID), want: 2400},
		{target: "other-name.trips", approved: no, attack: replay("replayed.trips", true), want: 2400},
		{target: "flipped.trips", approved: yes, attack: changed(flipText), want: 2400},
		{target: "flipped-mac.trips", approved: yes, attack: changed(flipMAC), want: 2400},
		{target: "noise.trips", approved: yes, attack: answered(noise), want: 2400},
		// Answers that were true once: the entries are gone.
		{target: "replayed.trips", approved: no, attack: replay("", true), want: 2400},
		{target: "replayed-as-is.trips", approved: no, attack: replay("", false), want: 2400},
		// Truncated: the attacker's own mark is not believed, the server's sends the client to TCP.
		{target: "tc-forged.trips", approved: yes, attack: overTCP(changed(setTC), truth), want: 2400},
		{target: "tc-raced.trips", approved: yes, attack: overTCP(then(changed(setTC), truth), silence), want: 1000},
		{target: "tc.trips", approved: yes, attack: overTCP(truncated(f.key), truth), want: 1000},
		{target: "tc-cut.trips", approved: yes, attack: overTCP(truncated(f.key), hangUp), want: 2400},
		{target: "tc-silent.trips", approved: yes, attack: overTCP(truncated(f.key), silence), want: 2400},
		{target: "tc-lie.trips", approved: no, attack: overTCP(truncated(f.key), lie), want: 2400},
		// Late, lost, and refused.
		{target: "slow.trips", approved: yes, attack: after(3*time.Second, truth), want: 1000},
		{target: "too-slow.trips", approved: yes, attack: after(6*time.Second, truth), want: 2400},
		{target: "lost.trips", approved: yes, attack: fromTry(2, truth), want: 1000},
		{target: "silent.trips", approved: yes, attack: silence, want: 2400},
		{target: "servfail.trips", approved: yes, attack: then(rcode(dnsmessage.RCodeServerFailure), rcode(dnsmessage.RCodeRefused)), want: 2400},
		{target: "refused.trips", approved: yes, attack: signedCode(f.key, dnsmessage.RCodeRefused), want: 2400},
		{target: "badtime.trips", approved: yes, attack: then(tsigError(f.key, 18), tsigError(f.key, 17), tsigError(f.key, 16)), want: 2400},
		// Two names must both be there; one answer is forged.
		{target: "half.seattle.community", approved: yes, want: 2400, attack: func(x *exchange) {
			if strings.HasPrefix(x.name, "uid") {
				x.reply(entryForged(x))
			} else {
				truth(x)
			}
		}},
	}
	return list
}

// prepare applies where there is to be an entry, and logs in for the registration:
// each has a session of its own, for all are under way at once.
func (f *forgery) prepare(t *testing.T, c *forgedCase, i int) {
	t.Helper()
	c.registrar = []string{"registrar-a", "registrar-b"}[i%2]
	c.session = f.target.login(t, c.registrar)
	c.session.mayFail = true
	f.contact(t, c.session, goodContact("owner-"+c.registrar[10:]))
	if c.approved || strings.HasPrefix(c.target, "replayed") {
		f.applies[c.registrar].do(t, apply(c.target, "UID1")).want(t, 1000)
	}
}

// replayed gets honest answers about entries, which the proxy keeps, and has the
// verifier remove the entries.
func (f *forgery) replayed(t *testing.T, cases []forgedCase) {
	t.Helper()
	board := f.whitelist.login(t, "trips-board")
	for _, c := range cases {
		if !strings.HasPrefix(c.target, "replayed") {
			continue
		}
		iana := map[string]string{"registrar-a": "146", "registrar-b": "147"}[c.registrar]
		name := "uid1." + iana + "." + c.target + ".valid.zone"
		f.published(t, name)
		f.try(t, c, 1000)
		c.session.do(t, domainDelete(c.target)).want(t, 1000)
		board.do(t, domainDelete(name)).want(t, 1000)
		f.absent(t, name)
		if len((&exchange{proxy: f.proxy}).earlier(c.target)) == 0 {
			t.Fatal("the proxy saw no answer: the target registry does not ask through it")
		}
	}
}

// try registers a name.
func (f *forgery) try(t *testing.T, c forgedCase, want int) {
	r, err := c.session.exchange([]byte(register(c.target, "owner-"+c.registrar[10:], "UID1")))
	if err != nil {
		t.Errorf("%s: %v", c.target, err)
		return
	}
	switch code := int(r.Code()); {
	case code != want:
		t.Errorf("%s: result %d, want %d\n%s", c.target, code, want, r.frame)
	case code == 2400 && !strings.Contains(string(r.frame), "could not be asked"):
		t.Errorf("%s: the answer does not say that the whitelist registry could not be asked\n%s", c.target, r.frame)
	}
}

// uncontrolled registers names that no policy controls until it is stopped. All
// must succeed.
func (f *forgery) uncontrolled(t *testing.T) (stop func()) {
	t.Helper()
	s := f.target.login(t, "registrar-c")
	f.contact(t, s, goodContact("owner-c"))
	var end atomic.Bool
	done := make(chan int)
	go func() {
		n := 0
		defer func() { done <- n }()
		for ; !end.Load() || n == 0; time.Sleep(20 * time.Millisecond) {
			r, err := s.exchange([]byte(newDomain{name: randomLabel(16) + ".example", registrant: "owner-c"}.create()))
			if err != nil || int(r.Code()) != 1000 {
				t.Errorf("a registration under no control: %v %+v", err, r)
				return
			}
			n++
		}
	}()
	return func() {
		end.Store(true)
		t.Logf("%d registrations under no control meanwhile", <-done)
	}
}

// written demands that the names of which is so, and no others, are registered, and
// that the history knows of no other.
func (f *forgery) written(t *testing.T, cases []forgedCase, is func(forgedCase) bool) {
	t.Helper()
	st := f.target.openStore(t)
	for _, c := range cases {
		want := 2303
		if is(c) {
			want = 1000
		}
		c.session.do(t, domainInfo(c.target)).want(t, want)
		lines, err := st.History(t.Context(), "domain", c.target)
		if err != nil {
			t.Fatal(err)
		}
		alive := len(lines) > 0 && lines[len(lines)-1].Action == "create"
		if alive != is(c) || len(lines) > 1 && !strings.HasPrefix(c.target, "replayed") {
			t.Errorf("%s: history has %d lines: %+v", c.target, len(lines), lines)
		}
	}
}
