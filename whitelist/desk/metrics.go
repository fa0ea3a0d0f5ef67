package desk

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics counts what the desk does (names begin cadastre_whitelist_).
type Metrics struct {
	applications *prometheus.CounterVec // by outcome
	decisions    *prometheus.CounterVec // by outcome and who decided
	denials      *prometheus.CounterVec // by what was barred
	entries      *prometheus.CounterVec // by action
	pruneRuns    prometheus.Counter
	pruned       prometheus.Counter
	pruneLast    prometheus.Gauge
	asked        *prometheus.CounterVec // outside verifiers, by answer
	askSeconds   prometheus.Histogram
	workErrors   prometheus.Counter
}

// Values of labels.
const (
	byRules    = "rules"
	byHand     = "hand"
	byVerifier = "verifier"
	byDeadline = "deadline"
	byTarget   = "target"
	byPolicy   = "policy"
)

// NewMetrics registers the metrics; nil registers nothing.
func NewMetrics(r prometheus.Registerer) *Metrics {
	counters := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "cadastre_whitelist_" + name, Help: help}, labels)
	}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "cadastre_whitelist_" + name, Help: help})
	}
	m := &Metrics{
		applications: counters("applications_total", "Applications by what came of them at once: held, approved, denied, or refused.", "outcome"),
		decisions:    counters("decisions_total", "Decisions on held applications, and who made them.", "outcome", "by"),
		denials:      counters("denials_total", "Denials by what was barred.", "part"),
		entries:      counters("entries_total", "Entries that verifiers wrote or deleted themselves.", "action"),
		pruneRuns:    counter("prune_runs_total", "Runs of the pruning, one for each policy that was due."),
		pruned:       counter("pruned_names_total", "Expired whitelist names that were removed."),
		pruneLast: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "cadastre_whitelist_prune_last_run_timestamp_seconds", Help: "When a pruning run began last, in business time.",
		}),
		asked: counters("verifier_calls_total", "Calls of outside verifiers by answer.", "answer"),
		askSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "cadastre_whitelist_verifier_call_seconds", Help: "How long outside verifiers took to answer.",
			Buckets: []float64{.01, .03, .1, .3, 1, 3, 10},
		}),
		workErrors: counter("work_errors_total", "Rounds of work or pruning that failed and are tried again."),
	}
	if r != nil {
		r.MustRegister(m.applications, m.decisions, m.denials, m.entries, m.pruneRuns, m.pruned, m.pruneLast, m.asked, m.askSeconds, m.workErrors)
	}
	return m
}

// applied counts an application's immediate outcome.
func (m *Metrics) applied(outcome string) { m.applications.WithLabelValues(outcome).Inc() }

// decided counts the end of a held application.
func (m *Metrics) decided(o outcome) {
	status := StatusApproved
	if o.denied {
		status = StatusDenied
		m.denials.WithLabelValues(o.label()).Inc()
	}
	m.decisions.WithLabelValues(status, o.kind).Inc()
}

func (m *Metrics) ask(answer string, took time.Duration) {
	m.asked.WithLabelValues(answer).Inc()
	m.askSeconds.Observe(took.Seconds())
}
