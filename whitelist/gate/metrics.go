package gate

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"cadastre/registry"
)

// Metrics counts what the gate decides.
type Metrics struct {
	checks  *prometheus.CounterVec
	seconds *prometheus.HistogramVec
}

// NewMetrics makes the metrics and registers them with r; nil registers nothing.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		checks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cadastre_preapproval_checks_total",
			Help: "Checks of registrations under control, by the way the whitelist registry was asked and the outcome.",
		}, []string{"way", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "cadastre_preapproval_check_seconds",
			Help:    "Time a check of a registration under control took, waiting for its turn included.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"way"}),
	}
	if r != nil {
		r.MustRegister(m.checks, m.seconds)
	}
	return m
}

func (m *Metrics) observe(way, outcome string, d time.Duration) {
	m.checks.WithLabelValues(way, outcome).Inc()
	m.seconds.WithLabelValues(way).Observe(d.Seconds())
}

// The outcomes of a check.
const (
	outcomeApproved    = "approved"
	outcomeMissing     = "missing" // no entry
	outcomeExpired     = "expired"
	outcomeDiffers     = "differs"     // an entry for others
	outcomeCredentials = "credentials" // it was not said who, or not proved
	outcomeUnasked     = "unasked"
	outcomeInvalid     = "invalid" // no whitelist name can be made
)

// outcomeOf names what came of a check; found says that all entries were there.
func outcomeOf(err error, found bool) string {
	switch {
	case err == nil:
		return outcomeApproved
	case registry.IsKind(err, registry.KindDataPolicy) && found:
		return outcomeExpired
	case registry.IsKind(err, registry.KindDataPolicy):
		return outcomeMissing
	case registry.IsKind(err, registry.KindAuthInfo):
		return outcomeDiffers
	case registry.IsKind(err, registry.KindMissing):
		return outcomeCredentials
	case registry.IsKind(err, registry.KindValue), registry.IsKind(err, registry.KindParamPolicy):
		return outcomeInvalid
	default:
		return outcomeUnasked
	}
}
