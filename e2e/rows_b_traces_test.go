package e2e

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// tally adds up the series of a registry's metrics that hold all the texts.
func tally(t testing.TB, box *sandbox, texts ...string) float64 {
	t.Helper()
	resp, err := http.Get(box.info.Admin.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for line := range strings.Lines(string(body)) {
		series, value, _ := strings.Cut(strings.TrimSpace(line), "} ")
		if slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(series, text) }) {
			continue
		}
		n, err := strconv.ParseFloat(value, 64)
		if err != nil {
			t.Errorf("metric %q: %v", line, err)
		}
		sum += n
	}
	return sum
}

// traces is what can be seen of questions to the whitelist registry.
type traces struct {
	checks map[string]float64 // by way, as the target registry counts them
	infos  float64            // domain:info commands that the whitelist registry answered
	dns    []string           // questions that passed the relay
}

// watch runs something and tells which traces it left.
func (r *registering) watch(t testing.TB, do func()) traces {
	t.Helper()
	ways := []string{"local", "dns", "epp"}
	count := func() (checks []float64, infos float64) {
		for _, way := range ways {
			checks = append(checks, tally(t, r.target, "cadastre_preapproval_checks_total{", `way="`+way+`"`))
		}
		return checks, tally(t, r.whitelist, "cadastre_epp_commands_total{", `command="domain:info"`)
	}
	if r.relay != nil {
		r.relay.questions()
	}
	checks, infos := count()
	do()
	after, infosAfter := count()
	out := traces{checks: map[string]float64{}, infos: infosAfter - infos, dns: []string{}}
	for i, way := range ways {
		if n := after[i] - checks[i]; n > 0 {
			out.checks[way] = n
		}
	}
	if r.relay != nil {
		out.dns = r.relay.questions()
	}
	return out
}

// wantTraces demands that exactly one way was used, "" for none, for exactly these names.
func (r *registering) wantTraces(t testing.TB, got traces, way string, names ...string) {
	t.Helper()
	var questions []string
	for _, name := range names {
		questions = append(questions, name+" TXT")
	}
	if way != "dns" {
		questions = nil
	}
	slices.Sort(questions)
	slices.Sort(got.dns)
	if r.relay != nil && !slices.Equal(got.dns, questions) {
		t.Errorf("asked by DNS: %v, want %v", got.dns, questions)
	}
	if (got.infos > 0) != (way == "epp") {
		t.Errorf("%v domain:info commands at the whitelist registry, the way is %q", got.infos, way)
	}
	if way == "" && len(got.checks) > 0 || way != "" && (len(got.checks) != 1 || got.checks[way] == 0) {
		t.Errorf("checks by way: %v, want %q only", got.checks, way)
	}
}

// usual is the way of policies that say nothing of it.
func (r *registering) usual() string {
	if r.combined() {
		return "local"
	}
	return "dns"
}
