package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"cadastre/whitelist/desk"
)

// The numbers an operator watches, with bounded labels.
func TestMetrics(t *testing.T) {
	w := newWorld(t)
	reg := prometheus.NewRegistry()
	var err error
	w.Desk, err = desk.New(desk.Config{Store: w.store, Clock: w.clock, Metrics: desk.NewMetrics(reg)})
	w.must(err)
	w.grant(map[string]any{"verifiers": []any{rules[0], manual[0]}, "life": "1d"})
	a, b := w.apply(ra, "miami.trips", "UID1"), w.apply(ra, "tokyo.trips", "UID1")
	_, err = w.Apply(w.ctx, ra, request("tokyo.trips", "UID666"))
	if err == nil {
		t.Error("a barred registrant was taken")
	}
	w.approve(a.ID)
	w.decide(b.ID, desk.Decision{By: "ann"})
	_, err = w.enter(vs, "UID1.146.rome.trips.valid.zone")
	w.must(err)
	w.clock.Advance(48 * time.Hour)
	w.prune()
	families, err := reg.Gather()
	w.must(err)
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetValue())
			}
			slices.Sort(labels)
			got[strings.TrimPrefix(f.GetName(), "cadastre_whitelist_")+" "+strings.Join(labels, ",")] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	for name, want := range map[string]float64{
		"applications_total held": 2, "applications_total denied": 1, "decisions_total approved,hand": 1, "decisions_total denied,hand": 1,
		"denials_total registrant": 1, "denials_total other": 1, "entries_total enter": 1, "prune_runs_total ": 1, "pruned_names_total ": 2,
		"prune_last_run_timestamp_seconds ": float64(w.clock.Now().UnixMicro()) / 1e6, "work_errors_total ": 0,
	} {
		if v, ok := got[name]; !ok || v != want {
			t.Errorf("%s: %v, want %v", name, v, want)
		}
	}
}
