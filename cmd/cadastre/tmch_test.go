package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/zap"

	"cadastre/epp/smd"
	"cadastre/registry"
)

// TestClearinghouseFiles: changed files are read again, and what cannot be used leaves
// what was there.
func TestClearinghouseFiles(t *testing.T) {
	now := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	cfg, err := devClearinghouse(dir, now)
	if err != nil {
		t.Fatal(err)
	}
	again, err := devClearinghouse(dir, now.AddDate(19, 11, 15)) // when the list ends soon
	if err != nil || again != cfg {
		t.Fatalf("the second start: %+v, %v", again, err)
	}
	h, err := openClearinghouse(cfg, zap.NewNop(), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	lists := h.Lists()
	if lists.DNL.Len() != 3 || lists.SURL.Len() != 3 || !lists.SMDRL.Revoked("3-65535") {
		t.Errorf("lists: %+v", lists)
	}
	mark, err := os.ReadFile(filepath.Join(dir, "tmch", "acme.smd"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := h.Verify(mark, now)
	if err != nil || !m.HasLabel("acme") {
		t.Errorf("the mark: %+v, %v", m, err)
	}
	if got := testutil.ToFloat64(h.crlEnds); got <= float64(now.AddDate(30, 0, 0).Unix()) {
		t.Errorf("the next list of revoked certificates is due at %v", got)
	}
	ends := h.now.Load().verifier.CRLs()[0].NextUpdate
	h.files.CRLGrace.Duration = 48*time.Hour - ends.Sub(now) // the list ended two days ago
	if _, err := h.Verify(mark, now.Add(48*time.Hour)); err != nil {
		t.Errorf("the last instant of the list: %v", err)
	}
	if _, err := h.Verify(mark, now.Add(48*time.Hour+time.Second)); !registry.IsKind(err, registry.KindUnavailable) {
		t.Errorf("a list out of date: %v", err)
	}
	if _, err := h.Verify([]byte("<nonsense/>"), now.Add(72*time.Hour)); !errors.Is(err, smd.ErrMalformed) {
		t.Errorf("nonsense with a list out of date: %v", err)
	}
	h.files.CRLGrace = cfg.CRLGrace
	put := func(file, text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(cfg.SMDRLFile, "nonsense")
	put(cfg.RootFile, "nonsense")
	for range 2 { // it goes on failing until the files are whole
		if err := h.refresh(); err == nil || !strings.Contains(err.Error(), "smdrl.csv") {
			t.Errorf("broken files: %v", err)
		}
	}
	if _, err := h.Verify(mark, now); err != nil || h.Lists().SMDRL != lists.SMDRL {
		t.Errorf("the good files are forgotten: %v", err)
	}
	put(cfg.SMDRLFile, "1,2026-01-06T00:00:00.0Z\nsmd-id,insertion-datetime\n1-65535,2026-01-06T00:00:00.0Z\n")
	if err := h.refresh(); err == nil || strings.Contains(err.Error(), "smdrl.csv") || !h.Lists().SMDRL.Revoked("1-65535") {
		t.Errorf("a new list: %v", err)
	}
	if got := testutil.ToFloat64(h.listMade.WithLabelValues("smdrl")); got != float64(now.AddDate(0, 0, 1).Unix()) {
		t.Errorf("the list was made at %v", got)
	}
	if h.Lists().DNL != lists.DNL {
		t.Error("a list that did not change was read again")
	}
}

func TestPhaseFlag(t *testing.T) {
	for text, want := range map[string]string{
		"claims":                                    "claims /",
		"sunrise=/2026-02-01T01:00:00+01:00":        "sunrise /2026-02-01T00:00:00Z",
		"claims:general=2026-02-01T00:00:00Z/":      "claims (general) 2026-02-01T00:00:00Z/",
		"claims=2026-02-01":                         "",
		"sunrise=2026-01-01T00:00:00Z/in two weeks": "",
	} {
		p, err := parsePhase(text)
		if (err == nil) != (want != "") {
			t.Errorf("%s: %v", text, err)
		}
		if err == nil {
			if got := phasesText(registry.LaunchPolicy{Phases: []registry.LaunchPhase{p}})[0]; got != want {
				t.Errorf("%s: %q, want %q", text, got, want)
			}
		}
	}
}
