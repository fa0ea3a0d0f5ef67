package server

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"cadastre/epp"
)

// Metrics counts what the server does. Labels are bounded: command names are those of
// epp.Command.Name, codes those of RFC 5730, registrars those who logged in.
type Metrics struct {
	commands    *prometheus.CounterVec   // command, code
	seconds     *prometheus.HistogramVec // command
	sessions    *prometheus.GaugeVec     // state
	logins      *prometheus.CounterVec   // result
	refused     *prometheus.CounterVec   // reason
	closed      *prometheus.CounterVec   // reason
	limited     *prometheus.CounterVec   // registrar, limit
	laneSeconds prometheus.Histogram
	laneWaiting prometheus.Gauge
	repeated    prometheus.Counter
	panics      prometheus.Counter
	handshakes  prometheus.Counter
	received    prometheus.Counter
	sent        prometheus.Counter

	connected, loggedIn prometheus.Gauge
}

// NewMetrics makes the metrics and registers them; reg may be nil.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		commands: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cadastre_epp_commands_total", Help: "Frames answered, by command and result code.",
		}, []string{"command", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "cadastre_epp_command_seconds", Help: "Time from the last octet of a frame to its answer having been written.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 30},
		}, []string{"command"}),
		sessions: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "cadastre_epp_sessions", Help: "Connections there are, and how many of them are logged in.",
		}, []string{"state"}),
		logins: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cadastre_epp_logins_total", Help: "Logins, by outcome.",
		}, []string{"result"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cadastre_epp_refused_connections_total", Help: "Connections closed before the TLS handshake, by reason.",
		}, []string{"reason"}),
		closed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cadastre_epp_closed_connections_total", Help: "Connections that ended after the TLS handshake, by reason.",
		}, []string{"reason"}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cadastre_epp_limited_total", Help: "Logins and commands that met a limit of their registrar, by limit.",
		}, []string{"registrar", "limit"}),
		laneSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "cadastre_epp_lane_seconds", Help: "Time that commands of sessions that had just lost a create waited for their turn.",
			Buckets: []float64{.001, .01, .1, 1, 10},
		}),
		laneWaiting: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "cadastre_epp_lane_sessions", Help: "Sessions that have just lost a create, and whose next command waits for its turn.",
		}),
		repeated: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "cadastre_epp_repeated_commands_total", Help: "Commands answered with their first answer instead of being carried out again.",
		}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "cadastre_epp_panics_total", Help: "Commands that ended in a programming error.",
		}),
		handshakes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "cadastre_epp_handshake_errors_total", Help: "TLS handshakes that failed or took too long.",
		}),
		received: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "cadastre_epp_received_bytes_total", Help: "Octets of EPP data units received.",
		}),
		sent: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "cadastre_epp_sent_bytes_total", Help: "Octets of EPP data units sent.",
		}),
	}
	m.connected = m.sessions.WithLabelValues("connected")
	m.loggedIn = m.sessions.WithLabelValues("logged_in")
	// An alarm on the increase of a counter sees the first event only if there was a
	// zero before it.
	for _, reason := range []string{refusedTotal, refusedPeer, refusedShutdown} {
		m.refused.WithLabelValues(reason)
	}
	for _, result := range []string{loginOK, loginOptions, loginFailed, loginLimit, loginFault} {
		m.logins.WithLabelValues(result)
	}
	if reg != nil {
		reg.MustRegister(m.commands, m.seconds, m.sessions, m.logins, m.refused, m.closed, m.limited, m.laneSeconds, m.laneWaiting, m.repeated, m.panics, m.handshakes, m.received, m.sent)
	}
	return m
}

// counted is where the answers to one command with one result code are counted. A
// session keeps the last it used: finding it by its labels costs more than counting.
type counted struct {
	name    string
	code    epp.Code
	answers prometheus.Counter
	seconds prometheus.Observer
}

// counted finds the counters of a command. A greeting has no code: its label is "greeting".
func (m *Metrics) counted(name string, code epp.Code) counted {
	label := "greeting"
	if code != 0 {
		label = code.String()
	}
	return counted{name, code, m.commands.WithLabelValues(name, label), m.seconds.WithLabelValues(name)}
}

// add counts one answered frame.
func (c *counted) add(took time.Duration) {
	c.answers.Inc()
	c.seconds.Observe(took.Seconds())
}

// counted gives the counters of a command.
func (s *session) counted(name string, code epp.Code) *counted {
	if s.last.answers == nil || s.last.name != name || s.last.code != code {
		s.last = s.srv.cfg.Metrics.counted(name, code)
	}
	return &s.last
}
