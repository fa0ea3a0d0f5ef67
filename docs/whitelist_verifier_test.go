package docs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"cadastre/whitelist"
	"cadastre/whitelist/desk"
)

const verifierPage = "whitelist-verifier.md"

// TestVerifierGuide types what the page says: accounts, decisions by hand, own entries.
func TestVerifierGuide(t *testing.T) {
	t.Parallel()
	p := readPage(t, verifierPage)
	b, _ := newSandboxBench(t)
	for _, blk := range p.blocks {
		if blk.lang == "sh" {
			b.run(blk)
		}
	}
	out := b.must("bin/cadastre whitelist list --dir var/dev --status all --json")
	var list []desk.Application
	if err := json.Unmarshal([]byte(out), &list); err != nil || len(list) != 1 || list[0].Status != desk.StatusApproved || list[0].DecidedBy != "Ada" {
		t.Errorf("after the page's commands there is %s %v", out, err)
	}
}

// TestVerifierShapes: the JSON on the page has the members that the program has.
func TestVerifierShapes(t *testing.T) {
	blocks := readPage(t, verifierPage).in(t, "Over HTTPS", "")
	var a desk.Application
	dec := json.NewDecoder(strings.NewReader(blocks[0].text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil || a.Status != desk.StatusPending || a.Evidence.Period == "" || a.DecideBy.IsZero() {
		t.Errorf("%v: %v", blocks[0], err)
	}
	for _, b := range blocks[1:] {
		if !json.Valid([]byte(b.text)) {
			t.Errorf("%v is no JSON", b)
		}
	}
}

// TestVerifierScript: the shell script of the page approves and denies at a real whitelist
// registry over HTTPS, and what it says is what registrars are told and may register.
func TestVerifierScript(t *testing.T) {
	t.Parallel()
	script := readPage(t, verifierPage).in(t, "A verifier in thirty lines", "sh")[0].text
	lines := 0
	for line := range strings.Lines(script) {
		if strings.TrimSpace(line) != "" {
			lines++
		}
	}
	if lines > 30 {
		t.Errorf("the script has %d lines", lines)
	}
	b, s := newSandboxBench(t)
	k := readKeys(t, s)
	b.write("verifier.sh", script, 0o700)
	b.write("members", "UID1\nuid5439394\n", 0o600)
	b.must(apply + "member.management --apply --registrant-id UID5439394    # 1001\n" +
		apply + "stranger.management --apply --registrant-id UID543    # 1001\n" +
		"bin/cadastre epp --dir var/dev --as registrar-a create contact holder --name A --city Miami --cc US --email a@mail.example")

	out, err := b.verifier(k, "members", "acme.management", "UID77", "146")
	if err != nil || !strings.Contains(out, "member.management approved\n") || !strings.Contains(out, "stranger.management denied\n") ||
		!strings.Contains(out, "acme.management approved\n") {
		t.Fatalf("%v\n%s", err, out)
	}
	for target, want := range map[string]string{"member": "approved by manual-board", "stranger": "denied by manual-board: not a member", "acme": "approved by manual-board: seen in person"} {
		id := strings.TrimSpace(b.must("bin/cadastre whitelist list --dir var/dev --status all --json --domain " + target + ".management | jq -r '.[0].application'"))
		if shown := b.must("bin/cadastre whitelist show " + id + " --dir var/dev"); !strings.Contains(shown, want) {
			t.Errorf("%s.management is not %s:\n%s", target, want, shown)
		}
	}
	told := b.must("bin/cadastre epp --dir var/dev --as registrar-a poll --all")
	for _, want := range []string{"Pre-approval of member.management is granted", "Pre-approval of stranger.management is denied: not a member", "acme.management.preapproved.works"} {
		if strings.Count(told, want) == 0 {
			t.Errorf("registrar-a is not told %q:\n%s", want, told)
		}
	}

	token := regexp.MustCompile(`(?m)^token for the registrar: ([0-9a-f]{32})$`).FindStringSubmatch(out)
	if token == nil {
		t.Fatalf("the script gave no token:\n%s", out)
	}
	const create = "bin/cadastre epp --dir var/dev --as registrar-a create domain "
	b.must(create + "member.management --registrant holder --registrant-id UID5439394    # 1000\n" +
		create + "stranger.management --registrant holder --registrant-id UID543    # 2308\n" +
		create + "acme.management --registrant holder --registrant-id UID77    # 2003\n" +
		"echo " + token[1] + " | " + create + "acme.management --registrant holder --registrant-id UID77 --credential-type token --credential-stdin | grep 1000\n")

	// Nothing waits any more; a token that is nobody's decides nothing.
	if out, err := b.verifier(k, "members"); err != nil || out != "" {
		t.Errorf("the second run: %v\n%s", err, out)
	}
	for i := range k.Verifiers {
		k.Verifiers[i].Token = strings.Repeat("A", 43)
	}
	if out, err := b.verifier(k, "members"); err == nil || !strings.Contains(out, "401") {
		t.Errorf("with a wrong token: %v\n%s", err, out)
	}
}

// verifier runs the page's script as manual-board.
func (b *bench) verifier(k keys, args ...string) (string, error) {
	cmd := exec.Command("bash", append([]string{b.path("verifier.sh")}, args...)...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), "URL="+k.HTTPS.URL, "CA="+b.path("var/dev/"+k.HTTPS.CA))
	for _, v := range k.Verifiers {
		if v.ID == "manual-board" {
			cmd.Env = append(cmd.Env, "TOKEN="+v.Token)
		}
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// shellCheck runs a function of the page's signature block and says whether it succeeds.
func shellCheck(t *testing.T, secret, call string, body []byte) (out string, ok bool) {
	t.Helper()
	functions := readPage(t, verifierPage).in(t, "Being called", "sh")[0].text
	cmd := exec.Command("sh", "-c", functions+"\n"+call)
	cmd.Stdin = bytes.NewReader(body)
	cmd.Env = append(os.Environ(), "SECRET="+secret)
	text, err := cmd.CombinedOutput()
	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) {
		t.Error(err)
	}
	return strings.TrimSpace(string(text)), err == nil
}

// TestVerifierSignatureExample: the page's example is signed as its function and the
// library sign it.
func TestVerifierSignatureExample(t *testing.T) {
	p := readPage(t, verifierPage)
	m := regexp.MustCompile("(?s)the id `([^`]+)`, the timestamp `([0-9]+)` and the body\n`([^`]+)`, the signature is `v1,([^`]+)`").FindStringSubmatch(p.text)
	secret := regexp.MustCompile(`"secret": "(whsec_[^"]+)"`).FindStringSubmatch(p.text)
	if m == nil || secret == nil {
		t.Fatal("the page has no example of a signature")
	}
	seconds, err := strconv.ParseInt(m[2], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	hook, err := standardwebhooks.NewWebhook(secret[1])
	if err != nil {
		t.Fatal(err)
	}
	if got, err := hook.Sign(m[1], time.Unix(seconds, 0), []byte(m[3])); err != nil || got != "v1,"+m[4] {
		t.Errorf("the library signs %s %v, the page says v1,%s", got, err, m[4])
	}
	if got, ok := shellCheck(t, secret[1], "signature "+m[1]+" "+m[2], []byte(m[3])); !ok || got != m[4] {
		t.Errorf("the function signs %s, the page says %s", got, m[4])
	}
}

// call is one question of the registry to an outside verifier.
type call struct {
	id, timestamp, signature string
	body                     []byte
}

// outsideVerifier answers the registry's questions as scripted: a status, and a body for 200.
type outsideVerifier struct {
	*httptest.Server
	mu      sync.Mutex
	answers []string
	calls   chan call
}

func newOutsideVerifier(t *testing.T, answers ...string) *outsideVerifier {
	o := &outsideVerifier{answers: answers, calls: make(chan call, len(answers)+1)}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		defer o.mu.Unlock()
		body, err := io.ReadAll(r.Body)
		if err != nil || len(o.answers) == 0 {
			http.Error(w, "not expected", http.StatusTeapot)
			return
		}
		answer := o.answers[0]
		o.answers = o.answers[1:]
		o.calls <- call{r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp"), r.Header.Get("webhook-signature"), body}
		if answer == "" {
			http.Error(w, "later", http.StatusBadGateway)
			return
		}
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(o.Close)
	return o
}

func (o *outsideVerifier) next(t *testing.T) call {
	t.Helper()
	select {
	case c := <-o.calls:
		return c
	case <-time.After(time.Minute):
		t.Fatal("the registry asks no more")
		return call{}
	}
}

// TestVerifierIsCalled: the policy of the page makes the registry call, with the body and
// the signature that the page tells; an answer later counts.
func TestVerifierIsCalled(t *testing.T) {
	t.Parallel()
	p := readPage(t, verifierPage)
	b, s := newSandboxBench(t)
	answers := strings.SplitAfter(strings.TrimSpace(p.in(t, "Being called", "")[1].text), "\n")
	if len(answers) != 3 {
		t.Fatalf("the page shows the answers %q", answers)
	}
	approve, deny, pending := answers[0], answers[1], answers[2]
	o := newOutsideVerifier(t, "", pending, deny, approve)
	document := p.in(t, "Who decides", "")[0].text
	policy, err := whitelist.ParsePolicy([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	secret := policy.Verifiers[1].Secret
	b.write("policy.json", strings.Replace(document, policy.Verifiers[1].URL, o.URL, 1), 0o600)
	for _, blk := range p.in(t, "What a verifier is", "sh") {
		b.run(blk)
	}
	token := strings.TrimSpace(b.must("bin/cadastre verifier token brand-board --dir var/dev"))
	b.must("bin/cadastre policy add policy.json --dir var/dev\nbin/cadastre policy grant brand-board --dir var/dev")

	b.apply("harbour.domains")
	first, again := o.next(t), o.next(t)
	if first.id == "" || first.id != again.id {
		t.Errorf("the ids of a question and its retry are %q and %q", first.id, again.id)
	}
	sameShape(t, p.in(t, "Being called", "")[0].text, again.body)
	b.signed(secret, again)
	id := b.waits("harbour.domains")
	if got := decideOver(t, b, readKeys(t, s), token, id, `{"decision": "approve"}`); got != http.StatusOK {
		t.Errorf("deciding after pending: status %d", got)
	}
	if got := decideOver(t, b, readKeys(t, s), token, id, `{"decision": "deny"}`); got != http.StatusConflict {
		t.Errorf("deciding again: status %d", got)
	}
	b.apply("second.domains")
	o.next(t)
	b.becomes("second.domains", "denied by brand-board: the passport has expired")
	b.apply("third.domains")
	o.next(t)
	b.becomes("third.domains", "approved by brand-board")
	b.becomes("harbour.domains", "approved by brand-board")
}

func (b *bench) apply(target string) {
	b.t.Helper()
	b.must("echo s3cret | " + apply + target + " --apply --registrant-id UID5439394 --credential-type token --credential-stdin | grep 1001")
}

// waits gives the id of an application that is undecided.
func (b *bench) waits(target string) string {
	b.t.Helper()
	return strings.TrimSpace(b.must("bin/cadastre whitelist list --dir var/dev --json --domain " + target + " | jq -er '.[0].application'"))
}

// becomes waits for what the operator is shown of the application for a target.
func (b *bench) becomes(target, want string) {
	b.t.Helper()
	b.must("tries=0\nuntil bin/cadastre whitelist show $(bin/cadastre whitelist list --dir var/dev --status all --json --domain " + target +
		" | jq -r '.[0].application') --dir var/dev >shown; grep -F '" + want + "' shown; do\n" +
		"tries=$((tries + 1)); [ $tries -lt 100 ] || { cat shown; exit 1; }; sleep 0.1; done")
}

// signed holds a question's signature against the page's function.
func (b *bench) signed(secret string, c call) {
	b.t.Helper()
	now, _ := strconv.ParseInt(c.timestamp, 10, 64)
	for _, v := range []struct {
		what, secret, timestamp, signature string
		body                               []byte
		want                               bool
	}{
		{"as it came", secret, c.timestamp, c.signature, c.body, true},
		{"with two signatures", secret, c.timestamp, "v1,AAAA " + c.signature, c.body, true},
		{"with another body", secret, c.timestamp, c.signature, append([]byte(" "), c.body...), false},
		{"with another timestamp", secret, strconv.FormatInt(now+1, 10), c.signature, c.body, false},
		{"with another key", "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldY", c.timestamp, c.signature, c.body, false},
		{"unsigned", secret, c.timestamp, "", c.body, false},
		{"with no timestamp", secret, "x", c.signature, c.body, false},
	} {
		_, got := shellCheck(b.t, v.secret, fmt.Sprintf("genuine '%s' '%s' '%s'", c.id, v.timestamp, v.signature), v.body)
		if got != v.want {
			b.t.Errorf("%s, the page's function says %v", v.what, got)
		}
	}
	hook, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		b.t.Fatal(err)
	}
	old := now - 301
	signature, err := hook.Sign(c.id, time.Unix(old, 0), c.body)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, ok := shellCheck(b.t, secret, fmt.Sprintf("genuine '%s' '%d' '%s'", c.id, old, signature), c.body); ok {
		b.t.Error("the page's function takes what was signed long ago")
	}
}

// sameShape compares the members of two JSON objects, and their values but for ids of
// applications.
func sameShape(t *testing.T, page string, sent []byte) {
	t.Helper()
	var want, got map[string]any
	if err := errors.Join(json.Unmarshal([]byte(page), &want), json.Unmarshal(sent, &got)); err != nil {
		t.Fatal(err)
	}
	delete(want, "application")
	if _, ok := got["application"].(string); !ok {
		t.Errorf("the registry sent no application: %s", sent)
	}
	delete(got, "application")
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if fmt.Sprint(want[key]) != fmt.Sprint(got[key]) {
			t.Errorf("%s: the registry sent %v, the page shows %v", key, got[key], want[key])
		}
	}
	if len(want) != len(got) {
		t.Errorf("the registry sent %s, the page shows %s", sent, page)
	}
}

// decideOver sends a decision with curl and gives the status.
func decideOver(t *testing.T, b *bench, k keys, token, id, decision string) int {
	t.Helper()
	b.write("header", "Authorization: Bearer "+token+"\n", 0o600)
	b.write("decision.json", decision, 0o600)
	out := b.must("curl -sS -o answer -w '%{http_code}' --cacert var/dev/" + k.HTTPS.CA + " -H @header -H 'Content-Type: application/json' --data-binary @decision.json " +
		k.HTTPS.URL + "/api/v1/applications/" + id + "/decision")
	status, err := strconv.Atoi(strings.TrimSpace(out))
	if err != nil {
		t.Fatalf("curl says %q", out)
	}
	return status
}
