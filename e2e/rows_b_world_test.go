package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/idna"
)

// ruledWorld are registries with zones and policies of the test's own.
type ruledWorld struct {
	*registries
	relay *relay // of the DNS between the two; nil when they are one
}

// rules are the zones and policies that a ruledWorld has beside the sandbox's.
type rules struct {
	zones    []string // whitelist zones, written as people write them
	policies []string // documents, see ruledBy
	named    map[string]string
}

// ruledBy is a policy's document, of form 1 and approved at once unless members say
// otherwise. The overseer is called after the id.
func ruledBy(id, zone, scope string, members ...string) string {
	all := strings.Join(members, ", ")
	if !strings.Contains(all, `"forms"`) {
		members = append(members, `"forms": ["{registrant}.{registrar}.{domain}"]`)
	}
	if !strings.Contains(all, `"verifiers"`) {
		members = append(members, `"verifiers": [{"type": "rules"}]`)
	}
	return fmt.Sprintf(`{"id": %q, "overseer": "Board of %s", "zone": %q, "scope": %s, %s}`, id, id, zone, scope, strings.Join(members, ", "))
}

// wordBelow is the scope of names below a suffix that contain a word.
func wordBelow(suffix, word string) string {
	return fmt.Sprintf(`{"all": [{"suffix": %q}, {"word": %q}]}`, suffix, word)
}

// enact adds and grants a policy.
func (s *sandbox) enact(t testing.TB, document string) {
	t.Helper()
	var p struct{ ID string }
	if err := json.Unmarshal([]byte(document), &p); err != nil {
		t.Fatalf("%v: %s", err, document)
	}
	cadastre(t, "policy", "add", s.document(t, p.ID, document), "--dir", s.dir)
	cadastre(t, "policy", "grant", p.ID, "--dir", s.dir)
}

// document writes a policy's document to a file.
func (s *sandbox) document(t testing.TB, name, document string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name+".json")
	if err := os.WriteFile(path, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ruledTwo starts two registries with a relay between them.
func ruledTwo(t testing.TB, at string, r rules) *ruledWorld {
	t.Helper()
	wl := newSandbox(t, "--start-time", at, "--only", "whitelist")
	w := &ruledWorld{&registries{whitelist: wl}, newRelay(t, wl.info.DNS.Addr)}
	r.apply(t, wl, true)
	peers := w.peersFile(t, r.zones)
	w.target = newSandbox(t, "--start-time", at, "--only", "target", "--whitelist", peers)
	r.apply(t, w.target, false)
	w.acquainted(t)
	return w
}

// ruledOne starts a registry that is both.
func ruledOne(t testing.TB, at string, r rules) *ruledWorld {
	t.Helper()
	w := &ruledWorld{oneRegistry(t, at), nil}
	r.apply(t, w.whitelist, true)
	return w
}

// combined says that the two registries are one.
func (w *ruledWorld) combined() bool { return w.whitelist == w.target }

func (r rules) apply(t testing.TB, box *sandbox, whitelist bool) {
	t.Helper()
	for _, zone := range r.zones {
		if whitelist {
			cadastre(t, "zone", "add", zone, "--kind", "whitelist", "--dir", box.dir)
		}
	}
	for id, name := range r.named {
		cadastre(t, "registrar", "set", id, "--name", name, "--dir", box.dir)
	}
	for _, p := range r.policies {
		box.enact(t, p)
	}
}

// peersFile is the whitelist registry's sandbox.json as the target registry gets it:
// with the zones that were added since, and the relay as DNS server.
func (w *ruledWorld) peersFile(t testing.TB, zones []string) string {
	t.Helper()
	data, err := os.ReadFile(w.whitelist.path("sandbox.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	for _, z := range zones {
		ascii, err := idna.ToASCII(z)
		if err != nil {
			t.Fatal(err)
		}
		all["zones"] = append(all["zones"].([]any), map[string]any{"name": ascii, "kind": "whitelist"})
	}
	all["dns"] = map[string]any{"addr": w.relay.addr}
	if data, err = json.Marshal(all); err != nil {
		t.Fatal(err)
	}
	path := w.whitelist.path("peers.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// cadastreRefuses runs a verb that must fail, and gives what it says.
func cadastreRefuses(t testing.TB, args ...string) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Stderr = &stderr
	if err := cmd.Run(); err == nil {
		t.Errorf("cadastre %s: no error", strings.Join(args, " "))
	}
	return stderr.String()
}

// digText is all that dig prints of a question to the whitelist registry.
func (w *ruledWorld) digText(t testing.TB, args ...string) string {
	t.Helper()
	host, port, _ := strings.Cut(w.whitelist.info.DNS.Addr, ":")
	out, err := exec.CommandContext(t.Context(), "dig", append([]string{"@" + host, "-p", port, "+tries=1", "+time=5", "+norec"}, args...)...).CombinedOutput()
	if err != nil {
		t.Logf("dig %v: %v", args, err)
	}
	return string(out)
}

// why are the explanations of a refusal.
func (r *reply) why() string {
	return strings.Join(append(r.values("reason"), r.values("msg")...), "; ")
}

// wantAll demands that an answer names several things.
func (r *reply) wantAll(t testing.TB, what ...string) *reply {
	t.Helper()
	for _, w := range what {
		r.wantReason(t, w)
	}
	return r
}

// identified is a genuine contact with an identifier of its own.
func identified(id, identifier string) newContact {
	c := goodContact(id)
	c.kind = kindCreate("real", el("kind:identifier", identifier))
	return c
}

// proving is a target create whose registrant presents a token.
func proving(target, contact, registrant, token string) string {
	return newDomain{name: target, registrant: contact}.with(preapproval("", registrantID(registrant, "token", token)))
}

// applyProving is an application with a token.
func applyProving(target, registrant, token string) string {
	return newDomain{name: target}.with(preapproval("apply", registrantID(registrant, "token", token)))
}
