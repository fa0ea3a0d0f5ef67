package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// logInAgain opens the sessions at the whitelist registry anew, which was restarted.
func (r *registering) logInAgain(t testing.TB) {
	t.Helper()
	r.a = r.whitelist.login(t, "registrar-a")
}

// answerAt sends a create in a session of its own, and tells what came and after
// how long.
func (r *registering) answerAt(t testing.TB, frame string) <-chan timedReply {
	t.Helper()
	s := r.target.login(t, "registrar-a")
	out := make(chan timedReply, 1)
	go func() {
		began := time.Now()
		got, err := s.exchange([]byte(frame))
		out <- timedReply{got, err, time.Since(began)}
	}()
	return out
}

type timedReply struct {
	*reply
	err  error
	took time.Duration
}

// wantUnasked demands that an answer says that the whitelist registry could not be asked,
// for a reason, and that nothing was written.
func (r *registering) wantUnasked(t testing.TB, target string, got timedReply, why string) {
	t.Helper()
	if got.err != nil {
		t.Errorf("%s: %v", target, got.err)
		return
	}
	got.want(t, 2400).wantAll(t, "could not be asked", why, "try again later")
	r.wantNothing(t, target)
	if got.took > 15*time.Second {
		t.Errorf("%s: the answer took %v", target, got.took)
	}
	t.Logf("%s: 2400 after %v", target, got.took.Round(time.Millisecond))
}

// outage: while the whitelist registry does not answer, names under control are not
// registered and all others are; afterwards all goes on by itself.
func (r *registering) outage(t *testing.T) {
	if r.combined() {
		// It cannot be away from itself; but it cannot ask as an account that nobody has.
		const target = "bynobody.domains"
		r.wantUnasked(t, target, <-r.answerAt(t, register(target, "owner-a", "UID1")), "no EPP account nobody-here is configured")
		r.ta.do(t, register("away.example", "owner-a", "UID1")).want(t, 1000)
		return
	}
	r.approve(t, "away.trips", "UID1", "")
	r.approve(t, "byepp-away.domains", "UID1", "")
	pid := r.whitelist.server.cmd.Process.Pid
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	byDNS, byEPP := r.answerAt(t, register("away.trips", "owner-a", "UID1")), r.answerAt(t, register("byepp-away.domains", "owner-a", "UID1"))
	unharmed := 0
	for got := (timedReply{}); got.took == 0; {
		began := time.Now()
		r.tb.do(t, register(fmt.Sprintf("meanwhile-%d.example", unharmed), "owner-b", "UID1")).want(t, 1000)
		if took := time.Since(began); took > publishLimit {
			t.Logf("an uncontrolled create took %v", took)
		}
		unharmed++
		select {
		case got = <-byDNS:
			r.wantUnasked(t, "away.trips", got, "Trips Board")
		case <-time.After(50 * time.Millisecond):
		}
	}
	r.wantUnasked(t, "byepp-away.domains", <-byEPP, "Board of by-epp")
	if unharmed < 5 {
		t.Errorf("only %d uncontrolled creates went through meanwhile", unharmed)
	}
	if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	r.recovers(t, register("away.trips", "owner-a", "UID1"))

	r.approve(t, "killed.trips", "UID1", "")
	r.whitelist.server.kill()
	// The relay is as silent as the network to a dead machine; EPP is asked directly.
	killedDNS, killedEPP := r.answerAt(t, register("killed.trips", "owner-a", "UID1")), r.answerAt(t, register("byepp-away.domains", "owner-a", "UID1"))
	r.tb.do(t, register("killed.example", "owner-b", "UID1")).want(t, 1000)
	r.wantUnasked(t, "byepp-away.domains", <-killedEPP, "could not be reached")
	r.wantUnasked(t, "killed.trips", <-killedDNS, "did not answer")
	r.restartWhitelist(t)
	r.recovers(t, register("killed.trips", "owner-a", "UID1"))
	r.recovers(t, register("byepp-away.domains", "owner-a", "UID1"))
}

// recovers retries a create until the whitelist registry can be asked again.
func (r *registering) recovers(t testing.TB, frame string) {
	t.Helper()
	r.ta.mayFail = true
	defer func() { r.ta.mayFail = false }()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if int(r.ta.do(t, frame).want(t, 1000, 2400).Code()) == 1000 {
			t.Logf("back after %v", time.Since(began).Round(time.Millisecond))
			return
		}
		if time.Since(began) > recovery {
			t.Fatal("the whitelist registry is back, but it is not asked")
		}
	}
}

// restartWhitelist starts the whitelist registry where it was, and waits until it
// knows the target registry again.
func (r *registering) restartWhitelist(t testing.TB) {
	t.Helper()
	box := r.whitelist
	box.server = start(r.whole, "dev", "--dir", box.dir, "--port-offset", strconv.Itoa(box.offset), "--only", "whitelist")
	if err := box.server.waitReady(); err != nil {
		t.Fatal(err)
	}
	box.readInfo(t)
	for began := time.Now(); !strings.Contains(box.server.logText(), "target registry announced"); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > recovery {
			t.Fatalf("the target registry did not announce itself again\n%s", box.server.logText())
		}
	}
}

// forgery: only what the whitelist registry signed counts. In a registry that is both
// nothing is asked over the network that could be forged.
func (r *registering) forgery(t *testing.T) {
	if r.combined() {
		r.approve(t, "forged.trips", "UID1", "")
		r.wantTraces(t, r.watch(t, func() {
			r.ta.do(t, register("forged.trips", "owner-a", "UID2")).want(t, 2308)
			r.ta.do(t, register("forged.trips", "owner-a", "UID1")).want(t, 1000)
		}), "local")
		return
	}
	const record = "v=wl1; target=forged.trips; registrant=UID1; registrar=146; until=2030-01-01T00:00:00Z"
	only := func(answer func(query []byte) []byte) plot {
		return func(query []byte, _ func() []byte) [][]byte { return [][]byte{answer(query)} }
	}
	// An entry that was there once: its signed answer is recorded, then it is deleted.
	const replayed, name = "replayed-kept.domains", "replayed-kept.domains.valid.zone"
	r.approve(t, replayed, "UID1", "")
	r.ta.do(t, register(replayed, "owner-a", "UID7")).want(t, 2202)
	r.whitelist.login(t, "seattle-board").do(t, domainDelete(name)).want(t, 1000)
	r.absent(t, name)
	r.approve(t, "tampered-kept.domains", "UID1", "")
	r.approve(t, "race.trips", "UID1", "")

	r.relay.attack("forged", only(func(q []byte) []byte { return forged(q, dnsmessage.RCodeSuccess, record) }))
	r.relay.attack("spoofed", only(func(q []byte) []byte { return forged(q, dnsmessage.RCodeNameError, "") }))
	r.relay.attack("broken", only(func(q []byte) []byte { return forged(q, dnsmessage.RCodeServerFailure, "") }))
	r.relay.attack("replayed-kept", only(func(q []byte) []byte {
		return append([]byte{q[0], q[1]}, r.relay.recorded(name)[2:]...)
	}))
	r.relay.attack("tampered-kept", func(_ []byte, honest func() []byte) [][]byte {
		return [][]byte{[]byte(strings.ReplaceAll(string(honest()), "registrant=UID1", "registrant=UID9"))}
	})
	r.relay.attack("race", func(query []byte, honest func() []byte) [][]byte {
		return [][]byte{forged(query, dnsmessage.RCodeNameError, ""), honest()}
	})
	attacks := map[string]<-chan timedReply{}
	for target, registrant := range map[string]string{
		"forged.trips": "UID1", "spoofed.trips": "UID1", "broken.trips": "UID1", replayed: "UID1", "tampered-kept.domains": "UID9",
	} {
		attacks[target] = r.answerAt(t, register(target, "owner-a", registrant))
	}
	for target, got := range attacks {
		r.wantUnasked(t, target, <-got, "no answer that was signed by the agreed key")
	}
	// With the honest answer behind the forged one it works, and so it does when the
	// attacker has gone.
	r.ta.do(t, register("race.trips", "owner-a", "UID1")).want(t, 1000)
	r.relay.relent()
	r.ta.do(t, register(replayed, "owner-a", "UID1")).want(t, 2308)
	r.ta.do(t, register("forged.trips", "owner-a", "UID1")).want(t, 2308)
	r.ta.do(t, register("tampered-kept.domains", "owner-a", "UID9")).want(t, 2202)
	r.ta.do(t, register("tampered-kept.domains", "owner-a", "UID1")).want(t, 1000)
}
