package mail

import "github.com/prometheus/client_golang/prometheus"

// Metrics counts what becomes of mails.
type Metrics struct {
	mails   *prometheus.CounterVec // result
	seconds prometheus.Histogram
}

// What becomes of a mail, as a metrics label.
const (
	resultSent      = "sent"
	resultLater     = "later"     // failed, and is tried again
	resultRefused   = "refused"   // will never be taken
	resultGivenUp   = "given_up"  // failed for three days
	resultDiscarded = "discarded" // there is no transport
)

// NewMetrics makes the metrics and registers them; reg may be nil.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		mails: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cadastre_mail_tries_total", Help: "Tries to send a mail, by result.",
		}, []string{"result"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "cadastre_mail_try_seconds", Help: "Time a try to send a mail took.",
			Buckets: []float64{.001, .01, .05, .1, .5, 1, 5, 10, 30},
		}),
	}
	for _, result := range []string{resultSent, resultLater, resultRefused, resultGivenUp, resultDiscarded} {
		m.mails.WithLabelValues(result)
	}
	if reg != nil {
		reg.MustRegister(m.mails, m.seconds)
	}
	return m
}
