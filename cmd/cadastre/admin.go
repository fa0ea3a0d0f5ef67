package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"

	"cadastre/registry/store"
)

// adminServer answers for operators alone: metrics, health, profiles.
type adminServer struct {
	mux  *http.ServeMux
	http *http.Server
	addr string
}

func startAdmin(n *node) (*adminServer, error) {
	ln, err := net.Listen("tcp", n.cfg.Admin.Listen)
	if err != nil {
		return nil, fmt.Errorf("admin: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(n.metrics, promhttp.HandlerOpts{ErrorLog: zap.NewStdLog(n.log)}))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := n.ready(ctx); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	a := &adminServer{
		mux:  mux,
		http: &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10},
		addr: ln.Addr().String(),
	}
	go func() {
		if err := a.http.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			n.log.Error("admin server ended", zap.Error(err))
		}
	}()
	return a, nil
}

func (a *adminServer) stop(ctx context.Context) error {
	if err := a.http.Shutdown(ctx); err != nil {
		return a.http.Close() // a profile under way must not hold up the stop
	}
	return nil
}

// poolCollector shows the database connections.
type poolCollector struct {
	store            *store.Store
	connections, max *prometheus.Desc
	waits, seconds   *prometheus.Desc
}

func newPoolCollector(s *store.Store) *poolCollector {
	return &poolCollector{
		store: s,
		connections: prometheus.NewDesc("cadastre_database_connections", "Connections to the database, by state.",
			[]string{"state"}, nil),
		max:   prometheus.NewDesc("cadastre_database_connections_max", "Most connections this process opens.", nil, nil),
		waits: prometheus.NewDesc("cadastre_database_waits_total", "Times that work waited for a database connection.", nil, nil),
		seconds: prometheus.NewDesc("cadastre_database_wait_seconds_total", "Time that work waited for a database connection.",
			nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (c *poolCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- c.connections
	ch <- c.max
	ch <- c.waits
	ch <- c.seconds
}

// Collect implements prometheus.Collector.
func (c *poolCollector) Collect(ch chan<- prometheus.Metric) {
	st := c.store.PoolStat()
	for state, n := range map[string]int32{"in_use": st.InUse, "idle": st.Idle} {
		ch <- prometheus.MustNewConstMetric(c.connections, prometheus.GaugeValue, float64(n), state)
	}
	ch <- prometheus.MustNewConstMetric(c.max, prometheus.GaugeValue, float64(st.Max))
	ch <- prometheus.MustNewConstMetric(c.waits, prometheus.CounterValue, float64(st.Waits))
	ch <- prometheus.MustNewConstMetric(c.seconds, prometheus.CounterValue, st.WaitTime.Seconds())
}
