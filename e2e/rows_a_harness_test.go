package e2e

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// rowsA are two registries, or one that is both, with registrars logged in at
// each, and an outside verifier. Its tests show the rows C-1 to C-51, C-110 to
// C-126 and of the requirements, one subtest for each.
type rowsA struct {
	*registries
	a, b, c, ta, tb *session // registrars a, b and c at the whitelist registry; a and b at the target registry
	board           *board
	wire            *wire // what the two said to each other; nil when they are one
}

func newRowsA(t *testing.T, r *registries, w *wire) *rowsA {
	t.Helper()
	x := &rowsA{registries: r, wire: w, board: newBoard(t)}
	x.a, x.b, x.c = r.whitelist.login(t, "registrar-a"), r.whitelist.login(t, "registrar-b"), r.whitelist.login(t, "registrar-c")
	x.ta, x.tb = r.target.login(t, "registrar-a"), r.target.login(t, "registrar-b")
	x.contact(t, x.ta, goodContact("owner-1"))
	x.contact(t, x.tb, goodContact("owner-b"))
	x.policy(t, policyDoc("letter-board", leaf("word", "letter"), document{"verifiers": x.board.chain()}))
	return x
}

// combined says that one registry is both.
func (x *rowsA) combined() bool { return x.whitelist == x.target }

// document is a policy's document, or a part of one.
type document map[string]any

// policyDoc is a document with the customary form and built-in rules that bar
// nobody; more replaces what it names.
func policyDoc(id string, scope document, more document) document {
	d := document{
		"id": id, "overseer": "Overseers of " + id, "ground": "Names Act, s. 7 (" + id + ")", "zone": "valid.zone", "scope": scope,
		"forms": []string{"{registrant}.{registrar}.{domain}"}, "prune": "minute", "verifiers": rulesChain(nil),
	}
	for k, v := range more {
		d[k] = v
	}
	return d
}

func leaf(key, value string) document { return document{key: value} }

func all(conditions ...document) document { return document{"all": conditions} }

func oneOfThese(conditions ...document) document { return document{"any": conditions} }

// rulesChain is a chain of the built-in rules alone.
func rulesChain(barred document) []document {
	v := document{"type": "rules"}
	for k, list := range barred {
		v[k] = list
	}
	return []document{v}
}

// everywhere runs a verb at both registries, side by side: a grant takes its time.
func (r *registries) everywhere(t testing.TB, args ...string) {
	t.Helper()
	var wg sync.WaitGroup
	for _, box := range r.boxes() {
		wg.Go(func() {
			args := append(slices.Clone(args), "--dir", box.dir)
			if out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput(); err != nil {
				t.Errorf("cadastre %s: %v\n%s", strings.Join(args, " "), err, out)
			}
		})
	}
	wg.Wait()
}

// propose adds a policy at both registries.
func (r *registries) propose(t testing.TB, d document) string {
	t.Helper()
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	id := d["id"].(string)
	file := filepath.Join(t.TempDir(), id+".json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	r.everywhere(t, "policy", "add", file)
	return id
}

// grant puts a proposed policy in force at both.
func (r *registries) grant(t testing.TB, id string) {
	t.Helper()
	r.everywhere(t, "policy", "grant", id)
}

// withdraw ends a policy's control, or refuses a proposed one, at both.
func (r *registries) withdraw(t testing.TB, id, reason string) {
	t.Helper()
	r.everywhere(t, "policy", "withdraw", id, "--reason", reason)
}

// policy puts a policy in force at both registries.
func (r *registries) policy(t testing.TB, d document) string {
	t.Helper()
	id := r.propose(t, d)
	r.grant(t, id)
	return id
}

// serial is the SOA serial of a whitelist zone.
func (r *registries) serial(t testing.TB, zone string) uint32 {
	t.Helper()
	a := r.whitelist.dns(t, zone, dnsmessage.TypeSOA)
	if len(a.answers) != 1 {
		t.Fatalf("SOA of %s: %+v", zone, *a)
	}
	return a.serial
}

// verb runs a verb at a sandbox and reads the JSON that it prints.
func (s *sandbox) verb(t testing.TB, into any, args ...string) {
	t.Helper()
	out := cadastre(t, append(args, "--json", "--dir", s.dir)...)
	if err := json.Unmarshal([]byte(out), into); err != nil {
		t.Fatalf("%v printed %q: %v", args, out, err)
	}
}

// counted is the sum of a metric over all its labels.
func (s *sandbox) counted(t testing.TB, name string) (sum float64) {
	t.Helper()
	resp, err := http.Get(s.info.Admin.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 2 && (fields[0] == name || strings.HasPrefix(fields[0], name+"{")) {
			v, err := strconv.ParseFloat(fields[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			sum += v
		}
	}
	return sum
}

// rest sends a verifier's request to the HTTPS interface and returns the status
// and the JSON object of the answer.
func (x *rowsA) rest(t testing.TB, verifier, method, path string, body document) (int, document) {
	t.Helper()
	box := x.whitelist
	pem, err := os.ReadFile(box.path(box.info.HTTPS.CA))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, box.info.HTTPS.URL+"/api/v1"+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range box.info.Verifiers {
		if v.ID == verifier {
			req.Header.Set("Authorization", "Bearer "+v.Token)
		}
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := (&http.Client{Transport: transport, Timeout: answerLimit}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out := document{}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, out
}

// approved applies for a target name with an extension's inside, which is approved
// at once, waits until its whitelist names are in DNS and returns them.
func (x *rowsA) approved(t testing.TB, s *session, target, inside string) []string {
	t.Helper()
	names := s.do(t, newDomain{name: target}.with(preapproval("apply", inside))).want(t, 1000).values("preapproval:name")
	if len(names) == 0 {
		t.Errorf("an approval of %s without whitelist names", target)
	}
	for _, name := range names {
		x.published(t, name)
	}
	return names
}

// toldOf waits for the service message about an application; those before it are
// acknowledged on the way.
func (s *session) toldOf(t testing.TB, application string) *reply {
	t.Helper()
	for {
		r := s.nextMessage(t)
		if list := r.values("preapproval:application"); len(list) == 1 && list[0] == application {
			return r
		}
	}
}
