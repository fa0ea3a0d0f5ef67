package desk_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"cadastre/registry"
	"cadastre/whitelist/desk"
)

const hookSecret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// verifier is an outside verification system behind TLS.
type verifier struct {
	*httptest.Server
	t *testing.T

	mu     sync.Mutex
	answer http.HandlerFunc
	asked  []map[string]any
	ids    []string
}

func newVerifier(t *testing.T) *verifier {
	v := &verifier{t: t}
	v.Server = httptest.NewTLSServer(http.HandlerFunc(v.serve))
	t.Cleanup(v.Close)
	return v
}

// serve believes what is signed, as a verifier should.
func (v *verifier) serve(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	hook, herr := standardwebhooks.NewWebhook(hookSecret)
	if err != nil || herr != nil || hook.Verify(body, r.Header) != nil || r.Method != http.MethodPost {
		v.t.Errorf("not signed as agreed: %v %v", r.Method, r.Header)
		http.Error(rw, "signature", http.StatusForbidden)
		return
	}
	var q map[string]any
	if err := json.Unmarshal(body, &q); err != nil {
		v.t.Error(err)
	}
	v.mu.Lock()
	v.asked = append(v.asked, q)
	v.ids = append(v.ids, r.Header.Get(standardwebhooks.HeaderWebhookID))
	answer := v.answer
	v.mu.Unlock()
	answer(rw, r)
}

func (v *verifier) says(format string, args ...any) {
	v.does(func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprintf(rw, format, args...) })
}

func (v *verifier) does(h http.HandlerFunc) {
	v.mu.Lock()
	v.answer = h
	v.mu.Unlock()
}

// stage is the verifier in a policy's chain.
func (v *verifier) stage() map[string]any {
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: v.Certificate().Raw})
	return map[string]any{"type": "http", "url": v.URL + "/check?key=s3cr3t", "secret": "whsec_" + hookSecret, "ca": string(ca)}
}

// C-24, C-25, C-33, C-36: an outside system is shown who and what, and decides.
func TestVerifierC24C25C33(t *testing.T) {
	w := newWorld(t)
	v := newVerifier(t)
	w.grant(map[string]any{"verifiers": []any{rules[0], v.stage()}})
	req := request("miami.trips", "UID1")
	req.Preapproval.Credential = registry.Credential{Type: "passport", Value: "P-0042"}
	req.Preapproval.RegistrarCredential = registry.Credential{Type: "token", Value: "R-0042"}
	list, err := w.Apply(w.ctx, ra, req)
	w.must(err)
	a := list[0]
	equal(t, "status", a.Status, desk.StatusPending)
	equal(t, "waiting", a.Waiting, "the outside verifier")
	v.says(`{"decision":"approve","reason":"known"}`)
	equal(t, "moved", w.work(), 1)
	w.status(a.ID, desk.StatusApproved)
	equal(t, "decided by", w.show(a.ID).DecidedBy, "trips-board")
	w.told("registrar-a", a.ID, true)
	w.wantZone("uid1.146.miami.trips.valid.zone")
	got, err := json.Marshal(v.asked)
	w.must(err)
	equal(t, "asked", string(got), `[{"application":"`+a.ID+`","domain":"miami.trips","policy":"trips-board",`+
		`"registrant":{"credential":{"type":"passport","value":"P-0042"},"id":"UID1"},"registrar":{"credential":{"type":"token","value":"R-0042"},"id":"146"}}]`)
	equal(t, "kept in clear", w.count(`SELECT count(*) FROM applications WHERE credential IS NOT NULL`), 0)

	v.says(`{"decision":"deny","reason":"a forged\npassport"}`)
	b := w.apply(ra, "tokyo.trips", "UID1")
	equal(t, "moved", w.work(), 1)
	p := w.told("registrar-a", b.ID, false)
	equal(t, "reason", strings.Join(p.Reasons, ""), "a forged passport")
}

// "pending" waits for the verifier's call.
func TestVerifierPending(t *testing.T) {
	w := newWorld(t)
	v := newVerifier(t)
	w.grant(map[string]any{"verifiers": []any{v.stage()}})
	v.says(`{"decision":"pending"}`)
	a := w.apply(ra, "miami.trips", "UID1")
	equal(t, "moved", w.work(), 1)
	w.again()
	equal(t, "asked no more", w.work(), 0)
	equal(t, "questions", len(v.asked), 1)
	got, err := w.Decide(w.ctx, vs, a.ID, desk.Decision{Pending: true})
	w.must(err)
	equal(t, "status", got.Status, desk.StatusPending)
	got, err = w.Decide(w.ctx, vs, a.ID, desk.Decision{Approve: true})
	w.must(err)
	equal(t, "status", got.Status, desk.StatusApproved)
	equal(t, "decided by", got.DecidedBy, "trips-board")
	_, err = w.Decide(w.ctx, vs, a.ID, desk.Decision{Approve: true})
	w.refused(err, registry.KindStatus, "decided already")
	_, err = w.Decide(w.ctx, vs, a.ID, desk.Decision{Pending: true})
	w.refused(err, registry.KindStatus, "decided already")
	w.told("registrar-a", a.ID, true)
}

// C-36: whatever is no decision decides nothing; it is asked again, with the same id.
func TestVerifierFaultsC36(t *testing.T) {
	w := newWorld(t)
	v := newVerifier(t)
	w.SetAskTimeout(300 * time.Millisecond)
	w.grant(map[string]any{"verifiers": []any{v.stage()}})
	a := w.apply(ra, "miami.trips", "UID1")
	redirected := false
	other := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { redirected = true }))
	defer other.Close()
	released := make(chan struct{})
	defer close(released)
	tries := 0
	for fault, answer := range map[string]http.HandlerFunc{
		"HTTP status 500": func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(500) },
		"HTTP status 201": func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(201) },
		"HTTP status 307": func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, other.URL, http.StatusTemporaryRedirect)
		},
		"no decision":  func(rw http.ResponseWriter, _ *http.Request) { io.WriteString(rw, `{"decision":"Approve"}`) },
		"not the JSON": func(rw http.ResponseWriter, _ *http.Request) { io.WriteString(rw, `{"decision":"approve"} {}`) },
		"a key twice": func(rw http.ResponseWriter, _ *http.Request) {
			io.WriteString(rw, `{"decision":"deny","decision":"approve"}`)
		},
		"a key other": func(rw http.ResponseWriter, _ *http.Request) { io.WriteString(rw, `{"Decision":"approve"}`) },
		"longer than": func(rw http.ResponseWriter, _ *http.Request) {
			io.WriteString(rw, `{"decision":"approve","reason":"`+strings.Repeat("x", 70_000)+`"}`)
		},
		"broke off": func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Length", "1000")
			io.WriteString(rw, `{"decision":"approve"}`)
		},
		"could not be reached": func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
				panic(http.ErrAbortHandler) // an empty answer may still arrive while the client closes
			case <-released:
			}
		},
	} {
		v.does(answer)
		if n := w.work(); n != 0 {
			t.Errorf("%s: %d moved", fault, n)
		}
		got := w.status(a.ID, desk.StatusPending)
		tries++
		equal(t, "tries", got.Tries, tries)
		if !strings.Contains(got.Fault, fault) || strings.Contains(got.Fault, "s3cr3t") {
			t.Errorf("fault %q, want %q", got.Fault, fault)
		}
		equal(t, "asked again at once", w.work(), 0)
		w.again()
	}
	if redirected {
		t.Error("a redirect was followed")
	}
	equal(t, "questions", len(v.ids), tries)
	for _, id := range v.ids {
		equal(t, "webhook id", id, v.ids[0])
	}
	w.untold("registrar-a")
	w.wantZone()
	v.says(`{"decision":"approve"}`)
	equal(t, "moved", w.work(), 1)
	w.told("registrar-a", a.ID, true)
	equal(t, "faults forgotten", w.show(a.ID).Fault, "")
}

// A verifier that does not answer is left alone for a while; what waits for it waits.
func TestVerifierRests(t *testing.T) {
	w := newWorld(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	defer l.Close()
	var calls atomic.Int64
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			calls.Add(1)
			c.Close()
		}
	}()
	w.grant(map[string]any{"verifiers": []any{map[string]any{"type": "http", "url": "https://" + l.Addr().String(), "secret": "whsec_" + hookSecret}}})
	for i := range 6 {
		w.apply(ra, fmt.Sprintf("name%d.trips", i), "UID1")
	}
	equal(t, "moved", w.work(), 0)
	first := calls.Load()
	equal(t, "asked", first, 6)
	w.again()
	equal(t, "moved", w.work(), 0)
	equal(t, "asked while it rests", calls.Load(), first)
	equal(t, "faults", w.count(`SELECT count(*) FROM applications WHERE state = 'held' AND try_at > now() AND fault LIKE 'the verifier could not be reached%'`), 6)
}

// A verifier that the policy's ca does not know is not believed.
func TestVerifierForged(t *testing.T) {
	w := newWorld(t)
	v := newVerifier(t)
	stage := v.stage()
	delete(stage, "ca")
	w.grant(map[string]any{"verifiers": []any{stage}})
	v.says(`{"decision":"approve"}`)
	a := w.apply(ra, "miami.trips", "UID1")
	equal(t, "moved", w.work(), 0)
	if got := w.status(a.ID, desk.StatusPending); !strings.Contains(got.Fault, "certificate") {
		t.Errorf("fault %q", got.Fault)
	}
	equal(t, "questions", len(v.asked), 0)
}

// The target goes while the verifier thinks; a decision by hand comes in between;
// a process dies while it waits for the answer, and another takes over.
func TestVerifierInterleaved(t *testing.T) {
	w := newWorld(t)
	v := newVerifier(t)
	w.grant(map[string]any{"verifiers": []any{v.stage()}})
	during := func(do func()) {
		v.does(func(rw http.ResponseWriter, _ *http.Request) {
			do()
			io.WriteString(rw, `{"decision":"approve"}`)
		})
	}
	a := w.apply(ra, "miami.trips", "UID1")
	during(func() { w.register("miami.trips") })
	equal(t, "moved", w.work(), 1)
	w.told("registrar-a", a.ID, false)

	b := w.apply(ra, "tokyo.trips", "UID1")
	during(func() { w.decide(b.ID, desk.Decision{By: "ann", Reason: "no"}) })
	equal(t, "moved", w.work(), 0)
	w.told("registrar-a", b.ID, false)

	c := w.apply(ra, "paris.trips", "UID1")
	dying, die := context.WithCancel(w.ctx)
	during(die)
	if _, err := w.Work(dying); err == nil {
		t.Error("the dying process saw no error")
	}
	w.status(c.ID, desk.StatusPending)
	equal(t, "given back", w.count(`SELECT count(*) FROM applications WHERE try_at < now()`), 1)
	second := w.desk(w.store, true)
	during(func() {})
	w.write(`UPDATE applications SET try_at = now() + interval '30 seconds' WHERE state = 'held'`) // as if it could not even say so
	n, err := second.Work(w.ctx)
	w.must(err)
	equal(t, "claimed by another for a while", n, 0)
	w.again()
	n, err = second.Work(w.ctx)
	w.must(err)
	equal(t, "taken over", n, 1)
	w.check()
	w.told("registrar-a", c.ID, true)
	w.wantZone("uid1.146.paris.trips.valid.zone")
}

// Two processes work on the same applications: each is decided and told once, and
// both run until they are stopped.
func TestRunTwice(t *testing.T) {
	w := newWorld(t)
	v := newVerifier(t)
	w.grant(map[string]any{"verifiers": []any{v.stage()}})
	v.does(func(rw http.ResponseWriter, r *http.Request) {
		v.mu.Lock()
		n := len(v.asked)
		v.mu.Unlock()
		switch n % 3 {
		case 0:
			rw.WriteHeader(503)
		case 1:
			io.WriteString(rw, `{"decision":"approve"}`)
		default:
			io.WriteString(rw, `{"decision":"deny","reason":"no"}`)
		}
	})
	ctx, stop := context.WithCancel(w.ctx)
	second := w.desk(w.store, true)
	var wg sync.WaitGroup
	for _, d := range []*desk.Desk{w.Desk, second} {
		wg.Go(func() { d.Run(ctx) })
	}
	const n = 60
	for i := range n {
		w.must(second2(w.Apply(w.ctx, ra, request(fmt.Sprintf("name%d.trips", i), "UID1"))))
	}
	for deadline := time.Now().Add(time.Minute); w.count(`SELECT count(*) FROM applications WHERE state = 'held'`) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("applications are still held")
		}
		w.again()
	}
	stop()
	wg.Wait()
	w.check()
	equal(t, "told", len(w.messages("registrar-a")), n)
}

func second2[T any](_ T, err error) error { return err }
