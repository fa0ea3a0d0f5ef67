package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"cadastre/registry/srs"
	"cadastre/registry/store"
)

// storeCollector shows the database connections and whether what falls due is
// carried out.
type storeCollector struct {
	store *store.Store
	srs   *srs.SRS

	connections, max, waits, waited, overdue, alone *prometheus.Desc
}

func newStoreCollector(st *store.Store, s *srs.SRS) *storeCollector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &storeCollector{
		store: st, srs: s,
		connections: desc("cadastre_database_connections", "Connections to the database, by state.", "state"),
		max:         desc("cadastre_database_connections_max", "Most connections this process opens."),
		waits:       desc("cadastre_database_waits_total", "Times that work waited for a database connection."),
		waited:      desc("cadastre_database_wait_seconds_total", "Time that work waited for a database connection."),
		overdue:     desc("cadastre_jobs_overdue_seconds", "For how long the oldest thing that fell due has not been written down; 0 when all is."),
		alone:       desc("cadastre_alone", "1 while no other process registers names in the database, and checks of free names are answered from memory."),
	}
}

// Describe implements prometheus.Collector.
func (c *storeCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.connections, c.max, c.waits, c.waited, c.overdue, c.alone} {
		ch <- d
	}
}

// collectTimeout bounds what a scrape waits for the database.
const collectTimeout = 2 * time.Second

// Collect implements prometheus.Collector.
func (c *storeCollector) Collect(ch chan<- prometheus.Metric) {
	st := c.store.PoolStat()
	for state, n := range map[string]int32{"in_use": st.InUse, "idle": st.Idle} {
		ch <- prometheus.MustNewConstMetric(c.connections, prometheus.GaugeValue, float64(n), state)
	}
	ch <- prometheus.MustNewConstMetric(c.max, prometheus.GaugeValue, float64(st.Max))
	ch <- prometheus.MustNewConstMetric(c.waits, prometheus.CounterValue, float64(st.Waits))
	ch <- prometheus.MustNewConstMetric(c.waited, prometheus.CounterValue, st.WaitTime.Seconds())
	alone := 0.0
	if c.store.Alone() {
		alone = 1
	}
	ch <- prometheus.MustNewConstMetric(c.alone, prometheus.GaugeValue, alone)
	ctx, cancel := context.WithTimeout(context.Background(), collectTimeout)
	defer cancel()
	due, err := c.store.NextDue(ctx)
	if err != nil {
		return // the other figures still stand
	}
	overdue := time.Duration(0)
	if !due.IsZero() {
		overdue = max(0, c.srs.Now().Sub(due))
	}
	ch <- prometheus.MustNewConstMetric(c.overdue, prometheus.GaugeValue, overdue.Seconds())
}
