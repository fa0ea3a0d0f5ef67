package e2e

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	wlstore "cadastre/whitelist/store"
)

// registries are a whitelist registry and a target registry: two processes on two
// databases that speak over the network, or one that is both.
type registries struct {
	whitelist, target *sandbox
}

// inBothForms runs a test with two registries, and with one that is both: the
// results must be the same.
func inBothForms(t *testing.T, at string, test func(t *testing.T, r *registries)) {
	t.Run("two", func(t *testing.T) {
		t.Parallel()
		test(t, twoRegistries(t, at))
	})
	t.Run("combined", func(t *testing.T) {
		t.Parallel()
		test(t, oneRegistry(t, at))
	})
}

// oneRegistry starts a combined sandbox.
func oneRegistry(t testing.TB, at string) *registries {
	t.Helper()
	box := newSandbox(t, "--start-time", at)
	return &registries{box, box}
}

// twoRegistries starts a whitelist registry and a target registry that asks it.
func twoRegistries(t testing.TB, at string) *registries {
	t.Helper()
	wl := newSandbox(t, "--start-time", at, "--only", "whitelist")
	tgt := newSandbox(t, "--start-time", at, "--only", "target", "--whitelist", wl.path("sandbox.json"))
	r := &registries{wl, tgt}
	r.acquainted(t)
	return r
}

// acquainted waits until the whitelist registry knows the target registry, which
// announces itself.
func (r *registries) acquainted(t testing.TB) {
	t.Helper()
	if r.whitelist == r.target {
		return
	}
	const line = "the whitelist registry knows this target registry"
	for began := time.Now(); !strings.Contains(r.target.server.logText(), line); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			t.Fatalf("the target registry was not announced\n%s", r.target.server.logText())
		}
	}
}

// boxes are the processes.
func (r *registries) boxes() []*sandbox {
	if r.whitelist == r.target {
		return []*sandbox{r.whitelist}
	}
	return []*sandbox{r.whitelist, r.target}
}

// at moves the clocks to an instant. The target registry goes first, so that
// pruning sees what became of its names.
func (r *registries) at(t testing.TB, instant time.Time) {
	t.Helper()
	for _, box := range []*sandbox{r.target, r.whitelist} {
		box.set(t, instant)
	}
}

// checkWorlds verifies the invariants of both.
func (r *registries) checkWorlds(t testing.TB) {
	t.Helper()
	for _, box := range r.boxes() {
		box.checkWorld(t)
		box.checkWhitelist(t)
	}
}

// checkWhitelist verifies the invariants of applications and whitelist names.
func (s *sandbox) checkWhitelist(t testing.TB) {
	t.Helper()
	faults, err := wlstore.CheckWorld(t.Context(), s.openStore(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Error(f)
	}
}

// contact makes a contact at the target registry, unless it exists.
func (r *registries) contact(t testing.TB, s *session, c newContact) {
	t.Helper()
	s.do(t, c.create()).want(t, 1000, 2302)
}

// txt asks the whitelist registry for the TXT records of a name with dig, signed
// with its key or not, and returns status and strings.
func (r *registries) txt(t testing.TB, name string, signed bool) (status string, texts []string) {
	t.Helper()
	host, port, _ := strings.Cut(r.whitelist.info.DNS.Addr, ":")
	args := []string{"@" + host, "-p", port, "+tries=1", "+time=5", "+norec", name, "TXT"}
	if signed {
		k := r.whitelist.info.TSIG[0]
		args = append([]string{"-y", k.Algorithm + ":" + k.Name + ":" + k.Secret}, args...)
	}
	out, err := exec.CommandContext(t.Context(), "dig", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("dig %s: %v\n%s", name, err, out)
	}
	for line := range strings.Lines(string(out)) {
		if _, rest, ok := strings.Cut(line, "status: "); ok {
			status, _, _ = strings.Cut(rest, ",")
		}
		if fields := strings.Fields(line); len(fields) > 4 && fields[3] == "TXT" && !strings.HasPrefix(line, ";") {
			_, text, _ := strings.Cut(strings.TrimSpace(line), `"`)
			texts = append(texts, strings.ReplaceAll(strings.TrimSuffix(text, `"`), `" "`, ""))
		}
	}
	if signed && !strings.Contains(string(out), "TSIG") {
		t.Errorf("dig %s: the answer is not signed\n%s", name, out)
	}
	return status, texts
}

// published waits until a whitelist name is in DNS and returns its record.
func (r *registries) published(t testing.TB, name string) string {
	t.Helper()
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		status, texts := r.txt(t, name, true)
		if status == "NOERROR" && len(texts) == 1 {
			return texts[0]
		}
		if time.Since(began) > 10*publishLimit {
			t.Errorf("whitelist name %s: %s %q", name, status, texts)
			return ""
		}
	}
}

// absent demands that a whitelist name is not in DNS, now or within the limit.
func (r *registries) absent(t testing.TB, name string) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		status, _ := r.txt(t, name, true)
		if status == "NXDOMAIN" {
			return
		}
		if time.Since(began) > 10*publishLimit {
			t.Errorf("whitelist name %s: %s, want NXDOMAIN", name, status)
			return
		}
	}
}
