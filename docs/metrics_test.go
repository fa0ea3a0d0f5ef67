package docs

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"cadastre/dnsout"
	"cadastre/epp/server"
	"cadastre/internal/mail"
	"cadastre/interop"
	"cadastre/rest"
	"cadastre/whitelist/desk"
	"cadastre/whitelist/gate"
)

// metric is one name that the program exposes.
type metric struct {
	kind   string   // counter, gauge or histogram; "" if nothing tells
	labels []string // names
}

// collected is a registerer that only looks at what is registered.
type collected struct{ metrics map[string]metric }

var variable = regexp.MustCompile(`fqName: "([^"]*)".*variableLabels: \{([^}]*)\}`)

func (c collected) Register(list prometheus.Collector) error {
	kind := ""
	switch list.(type) {
	case prometheus.Gauge, *prometheus.GaugeVec:
		kind = "gauge"
	case prometheus.Counter, *prometheus.CounterVec:
		kind = "counter"
	case prometheus.Histogram, *prometheus.HistogramVec:
		kind = "histogram"
	}
	descs := make(chan *prometheus.Desc, 100)
	list.Describe(descs)
	close(descs)
	for d := range descs {
		if m := variable.FindStringSubmatch(d.String()); m != nil {
			labels := strings.FieldsFunc(m[2], func(r rune) bool { return r == ',' || r == ' ' })
			c.metrics[m[1]] = metric{kind, labels}
		}
	}
	return nil
}

func (c collected) MustRegister(list ...prometheus.Collector) {
	for _, one := range list {
		c.Register(one) //nolint:errcheck // never fails
	}
}

func (c collected) Unregister(prometheus.Collector) bool { return false }

var (
	sample    = regexp.MustCompile(`(?m)^(cadastre_[a-z0-9_]+)(?:\{(.*)\})? [^ ]+$`)
	kindLine  = regexp.MustCompile(`(?m)^# TYPE (cadastre_[a-z0-9_]+) ([a-z]+)$`)
	labelPair = regexp.MustCompile(`([a-z_]+)="([^"]*)"`)
	partOf    = regexp.MustCompile(`_(bucket|sum|count)$`)
)

// known gives every metric of the program: those that a sandbox shows after some work, and
// those that wait for something to happen. text is what the sandbox shows.
func known(t *testing.T) (all map[string]metric, text string) {
	t.Helper()
	s := interop.StartSandbox(t, interop.Options{})
	b := newBench(t)
	for _, args := range []string{
		"--as registrar-a check metric-a.example", "--as registrar-a create contact metrics-1 --name A --city Miami --cc US --email a@mail.example",
		"--as registrar-a create metric-b.example --registrant metrics-1",
		"--as registrar-a create metric-c.trips --apply --registrant-id UID1",
		"--as registrar-a create metric-c.trips --registrant metrics-1 --registrant-id UID1",
	} {
		if out, err := b.shell("cadastre epp --dir " + s.Dir + " " + args); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	resp, err := http.Get(s.Info.Admin.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	text = string(body)
	c := collected{map[string]metric{}}
	server.NewMetrics(c)
	dnsout.NewMetrics(c)
	mail.NewMetrics(c)
	rest.NewMetrics(c)
	desk.NewMetrics(c)
	gate.NewMetrics(c)
	for _, m := range kindLine.FindAllStringSubmatch(text, -1) {
		have := c.metrics[m[1]]
		if have.kind != "" && have.kind != m[2] {
			t.Errorf("%s is a %s, but /metrics says %s", m[1], have.kind, m[2])
		}
		have.kind = m[2]
		c.metrics[m[1]] = have
	}
	if len(c.metrics) < 20 {
		t.Fatalf("%d metrics found", len(c.metrics))
	}
	return c.metrics, text
}

// TestMetrics: what documents and alert rules name exists, the manual names every metric,
// names say their unit, and labels have few values.
func TestMetrics(t *testing.T) {
	t.Parallel()
	all, text := known(t)
	t.Run("documents", func(t *testing.T) { documented(t, all) })
	t.Run("names", func(t *testing.T) { wellNamed(t, all) })
	t.Run("labels", func(t *testing.T) { bounded(t, text) })
	t.Run("alerts", func(t *testing.T) { alerts(t, all) })
}

var metricName = regexp.MustCompile(`\bcadastre_[a-z0-9_]+\b`)

func documented(t *testing.T, all map[string]metric) {
	for _, p := range pages(t) {
		for _, name := range metricName.FindAllString(p.text, -1) {
			if _, ok := all[name]; !ok {
				t.Errorf("%s names %s, which does not exist", p.path, name)
			}
		}
	}
	manual := readPage(t, "operations.md").text
	for name := range all {
		if !regexp.MustCompile("`" + name + "`").MatchString(manual) {
			t.Errorf("docs/operations.md does not explain %s", name)
		}
	}
}

// unitless are numbers of things: gauges whose name says what is counted, or a state.
var unitless = []string{
	"_sessions", "_connections", "_connections_max", "_names", "_serial", "_held", "_dirty", "_alone",
}

func wellNamed(t *testing.T, all map[string]metric) {
	hasUnit := func(name string) bool {
		return strings.HasSuffix(name, "_seconds") || strings.HasSuffix(name, "_bytes")
	}
	for name, m := range all {
		ok := false
		switch m.kind {
		case "counter":
			ok = strings.HasSuffix(name, "_total")
		case "histogram":
			ok = hasUnit(name)
		case "gauge":
			ok = hasUnit(name) || slices.ContainsFunc(unitless, func(s string) bool { return strings.HasSuffix(name, s) })
		}
		if !ok {
			t.Errorf("%s, a %s, does not say its unit", name, m.kind)
		}
		for _, l := range m.labels {
			if !slices.Contains(boundedLabels, l) {
				t.Errorf("%s has the label %s: is the number of its values bounded? Then list it here", name, l)
			}
		}
	}
}

// boundedLabels have values that the program chooses, or one for each zone or registrar.
var boundedLabels = []string{
	"command", "code", "state", "result", "reason", "transport", "rcode", "zone", "operation", "route", "le",
	"outcome", "by", "part", "action", "answer", "way", "list", "limit", "registrar",
}

func bounded(t *testing.T, text string) {
	samples := sample.FindAllStringSubmatch(text, -1)
	if len(samples) < 50 {
		t.Fatalf("%d samples found", len(samples))
	}
	for _, s := range samples {
		for _, l := range labelPair.FindAllStringSubmatch(s[2], -1) {
			if !slices.Contains(boundedLabels, l[1]) {
				t.Errorf("%s has the label %s", s[1], l[1])
			}
			if strings.Contains(l[2], "metric") || strings.Contains(l[2], "registrar") && l[1] != "registrar" {
				t.Errorf("%s has the label %s=%q: an object's or a registrar's name", s[1], l[1], l[2])
			}
		}
	}
}

const rules = "../deploy/alerts.yml"

var (
	alertName = regexp.MustCompile(`(?m)^ +- alert: ([A-Za-z]+)$`)
	alertExpr = regexp.MustCompile(`(?m)^ +expr: (.*)$`)
	exprName  = regexp.MustCompile(`\b(?:cadastre|process|go)_[a-z0-9_]+\b`)
)

func alerts(t *testing.T, all map[string]metric) {
	text, err := os.ReadFile(rules)
	if err != nil {
		t.Fatal(err)
	}
	exprs := alertExpr.FindAllStringSubmatch(string(text), -1)
	names := alertName.FindAllStringSubmatch(string(text), -1)
	if len(exprs) == 0 || len(exprs) != len(names) {
		t.Fatalf("%d alerts with %d expressions", len(names), len(exprs))
	}
	for _, e := range exprs {
		for _, name := range exprName.FindAllString(e[1], -1) {
			_, ok := all[partOf.ReplaceAllString(name, "")]
			if !ok && name != "process_start_time_seconds" {
				t.Errorf("a rule uses %s, which does not exist", name)
			}
		}
	}
	manual := readPage(t, "operations.md").text
	for _, n := range names {
		if !strings.Contains(manual, "`"+n[1]+"`") {
			t.Errorf("docs/operations.md does not say what to do about %s", n[1])
		}
	}
	for _, n := range regexp.MustCompile("`(Cadastre[A-Z][A-Za-z]+)`").FindAllStringSubmatch(manual, -1) {
		if !strings.Contains(string(text), "alert: "+n[1]+"\n") {
			t.Errorf("docs/operations.md names the alert %s, which does not exist", n[1])
		}
	}
	// Prometheus's own opinion, where it is installed: it is no part of what CI needs.
	if promtool, err := exec.LookPath("promtool"); err == nil {
		if out, err := exec.Command(promtool, "check", "rules", rules).CombinedOutput(); err != nil {
			t.Errorf("promtool: %v\n%s", err, out)
		}
	}
}
