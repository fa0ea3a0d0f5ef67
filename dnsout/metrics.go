package dnsout

import "github.com/prometheus/client_golang/prometheus"

// Metrics is what this package tells Prometheus. The zone label has one value per
// served zone; nothing is labelled with a queried name.
type Metrics struct {
	answers        *prometheus.CounterVec // transport, rcode
	dropped        *prometheus.CounterVec // transport
	denied         *prometheus.CounterVec // transport
	tsig           *prometheus.CounterVec // transport, outcome
	tcpConnections prometheus.Gauge
	tcpClosed      *prometheus.CounterVec // reason

	zoneSerial *prometheus.GaugeVec
	zoneNames  *prometheus.GaugeVec
	zoneBytes  *prometheus.GaugeVec
	zoneHeld   *prometheus.GaugeVec

	lag       *prometheus.GaugeVec
	dirty     *prometheus.GaugeVec
	published *prometheus.HistogramVec
	steps     *prometheus.CounterVec
	names     *prometheus.CounterVec
	rejected  *prometheus.CounterVec
	errors    *prometheus.CounterVec // operation
}

// NewMetrics makes the metrics and registers them with reg; reg may be nil.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	gauge := func(name, help string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, []string{"zone"})
	}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &Metrics{
		answers: counter("cadastre_dns_answers_total", "DNS answers sent.", "transport", "rcode"),
		dropped: counter("cadastre_dns_dropped_total", "Packets and messages that got no answer: not a query, no whole header, or the answer could not be sent.", "transport"),
		denied:  counter("cadastre_dns_access_refused_total", "Queries refused because the client is not on the zone's access list.", "transport"),
		tsig:    counter("cadastre_dns_tsig_total", "Queries with a TSIG record, by what it was found to be.", "transport", "outcome"),
		tcpConnections: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "cadastre_dns_tcp_connections", Help: "Open DNS connections over TCP.",
		}),
		tcpClosed: counter("cadastre_dns_tcp_closed_total", "DNS connections over TCP that have ended, by what ended them.", "reason"),

		zoneSerial: gauge("cadastre_dns_zone_serial", "SOA serial in memory."),
		zoneNames:  gauge("cadastre_dns_zone_names", "Names in memory: delegations, and names with data."),
		zoneBytes:  gauge("cadastre_dns_zone_bytes", "Memory the zone takes."),
		zoneHeld:   gauge("cadastre_dns_zone_held", "1 while what the store says of the zone is not believed and the old data is served."),

		lag:   gauge("cadastre_dns_publisher_lag_seconds", "For how long the zone has had changes that its answers do not show; 0 when none."),
		dirty: gauge("cadastre_dns_publisher_dirty", "Dirty names of the zone that wait in the store, counted up to 10 000."),
		published: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "cadastre_dns_publish_delay_seconds", Help: "From a name becoming dirty to its step being answered, for the oldest name of each step this process made.",
			Buckets: []float64{.005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 30, 300},
		}, []string{"zone"}),
		steps:    counter("cadastre_dns_publisher_steps_total", "Serial steps made in the journal by this process.", "zone"),
		names:    counter("cadastre_dns_publisher_names_total", "Changed names applied to the zone in memory.", "zone"),
		rejected: counter("cadastre_dns_publisher_rejected_total", "Delegations that were left as they were, and data that was left out, because they are not fit for the zone.", "zone"),
		errors:   counter("cadastre_dns_publisher_errors_total", "Failures while following the store.", "operation"),
	}
	// An alarm on the increase of a counter sees the first event only if there was a
	// zero before it.
	for _, operation := range []string{"zone_versions", "publish_dirty", "changes", "delegations", "snapshot", "settings", "guard"} {
		m.errors.WithLabelValues(operation)
	}
	if reg != nil {
		reg.MustRegister(m.answers, m.dropped, m.denied, m.tsig, m.tcpConnections, m.tcpClosed,
			m.zoneSerial, m.zoneNames, m.zoneBytes, m.zoneHeld,
			m.lag, m.dirty, m.published, m.steps, m.names, m.rejected, m.errors)
	}
	return m
}

// forget removes what was said of a zone.
func (m *Metrics) forget(zone string) {
	for _, g := range []*prometheus.GaugeVec{m.zoneSerial, m.zoneNames, m.zoneBytes, m.zoneHeld, m.lag, m.dirty} {
		g.DeleteLabelValues(zone)
	}
	for _, c := range []*prometheus.CounterVec{m.steps, m.names, m.rejected} {
		c.DeleteLabelValues(zone)
	}
	m.published.DeleteLabelValues(zone)
}

// rcodeName is the label of a response code this server gives, else "".
func rcodeName(rcode int) string {
	switch rcode {
	case rcodeNoError:
		return "NOERROR"
	case rcodeFormErr:
		return "FORMERR"
	case rcodeNXDomain:
		return "NXDOMAIN"
	case rcodeNotImp:
		return "NOTIMP"
	case rcodeRefused:
		return "REFUSED"
	case rcodeNotAuth:
		return "NOTAUTH"
	case rcodeBadVers:
		return "BADVERS"
	}
	return ""
}

// tally counts the answers of one goroutine and passes them on in batches, so that
// answering does not share a counter with other cores.
type tally struct {
	answers [rcodeBadVers + 1]uint32
	dropped uint32

	to        [rcodeBadVers + 1]prometheus.Counter
	droppedTo prometheus.Counter
	deniedTo  prometheus.Counter
	tsigTo    [tsigOutcomes]prometheus.Counter
}

func (m *Metrics) tally(transport string) *tally {
	t := &tally{droppedTo: m.dropped.WithLabelValues(transport), deniedTo: m.denied.WithLabelValues(transport)}
	for outcome := range t.tsigTo {
		t.tsigTo[outcome] = m.tsig.WithLabelValues(transport, tsigOutcomeNames[outcome])
	}
	for code := range t.to {
		if name := rcodeName(code); name != "" {
			t.to[code] = m.answers.WithLabelValues(transport, name)
		}
	}
	return t
}

// flush also takes what a responder has seen.
func (t *tally) flush(seen *outcomes) {
	if *seen != (outcomes{}) {
		t.deniedTo.Add(float64(seen.denied))
		for outcome, n := range seen.tsig {
			t.tsigTo[outcome].Add(float64(n))
		}
		*seen = outcomes{}
	}
	for code, n := range t.answers {
		if n > 0 {
			t.to[code].Add(float64(n))
			t.answers[code] = 0
		}
	}
	if t.dropped > 0 {
		t.droppedTo.Add(float64(t.dropped))
		t.dropped = 0
	}
}
