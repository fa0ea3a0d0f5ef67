package rest

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics counts what the server does. Labels are bounded: routes are the patterns that
// were registered, or "none".
type Metrics struct {
	requests   *prometheus.CounterVec   // route, code
	seconds    *prometheus.HistogramVec // route
	refused    *prometheus.CounterVec   // reason
	handshakes prometheus.Counter
	panics     prometheus.Counter
	open       prometheus.Gauge
}

// NewMetrics makes the metrics and registers them; reg may be nil.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cadastre_http_requests_total", Help: "Requests answered, by route and status code.",
		}, []string{"route", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "cadastre_http_request_seconds", Help: "Time from the header of a request to its answer having been written.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 30},
		}, []string{"route"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cadastre_http_refused_connections_total", Help: "Connections closed before the TLS handshake, by reason.",
		}, []string{"reason"}),
		handshakes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "cadastre_http_handshake_errors_total", Help: "TLS handshakes that failed or took too long.",
		}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "cadastre_http_panics_total", Help: "Requests that ended in a programming error.",
		}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "cadastre_http_connections", Help: "Connections there are.",
		}),
	}
	for _, reason := range []string{refusedTotal, refusedPeer} {
		m.refused.WithLabelValues(reason)
	}
	if reg != nil {
		reg.MustRegister(m.requests, m.seconds, m.refused, m.handshakes, m.panics, m.open)
	}
	return m
}

// noRoute labels requests for what is not there.
const noRoute = "none"

func (m *Metrics) request(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}
