package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"cadastre/epp/smd"
	"cadastre/internal/config"
	"cadastre/registry"
	"cadastre/registry/tmch"
)

// clearinghouse has what the Trademark Clearinghouse publishes: trust anchors and lists,
// read from files and again when these change.
type clearinghouse struct {
	files config.TMCH
	log   *zap.Logger
	now   atomic.Pointer[houseState]
	seen  map[string]fileMark // of refresh alone

	crlEnds  prometheus.Gauge
	listMade *prometheus.GaugeVec
	failures prometheus.Counter
}

// houseState is what is in force.
type houseState struct {
	verifier *smd.Verifier
	lists    tmch.Lists
}

// fileMark tells one state of a file from another.
type fileMark struct {
	size int64
	at   time.Time
}

const (
	houseInterval = 2 * time.Second // between looks at the files
	maxHouseFile  = 256 << 20       // octets of a list
)

// openClearinghouse reads the files for the first time; nil when none are configured.
func openClearinghouse(files config.TMCH, log *zap.Logger, metrics prometheus.Registerer) (*clearinghouse, error) {
	if files.RootFile == "" {
		return nil, nil
	}
	h := &clearinghouse{
		files: files, log: log, seen: map[string]fileMark{},
		crlEnds: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "cadastre_tmch_crl_next_update_seconds", Help: "When the next list of revoked certificates is due, in Unix time.",
		}),
		listMade: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "cadastre_tmch_list_created_seconds", Help: "When a list of the clearinghouse was made, in Unix time.",
		}, []string{"list"}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "cadastre_tmch_reload_failures_total", Help: "Looks at the clearinghouse's files that found one that cannot be used.",
		}),
	}
	metrics.MustRegister(h.crlEnds, h.listMade, h.failures)
	h.now.Store(&houseState{})
	if err := h.refresh(); err != nil {
		return nil, fmt.Errorf("tmch: %w", err)
	}
	return h, nil
}

// Verify implements server.MarkVerifier. While a list of revoked certificates is out of
// date by more than its grace, no mark is taken: 2400, for it is not the client's fault.
func (h *clearinghouse) Verify(input []byte, at time.Time) (*smd.SignedMark, error) {
	v := h.now.Load().verifier
	m, err := v.Verify(input, at)
	if err != nil {
		return nil, err
	}
	for _, c := range v.CRLs() {
		if end := c.NextUpdate.Add(h.files.CRLGrace.Duration); !c.NextUpdate.IsZero() && at.After(end) {
			return nil, registry.Errorf(registry.KindUnavailable, "", "", "the list of revoked certificates is out of date: try again later")
		}
	}
	return m, nil
}

// Lists implements srs.Clearinghouse.
func (h *clearinghouse) Lists() tmch.Lists { return h.now.Load().lists }

// run looks at the files until ctx ends.
func (h *clearinghouse) run(ctx context.Context) {
	ticks := time.NewTicker(houseInterval)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		if err := h.refresh(); err != nil {
			h.failures.Inc()
			h.log.Error("tmch: the files cannot be used as they are: the last good ones stay", zap.Error(err))
		}
	}
}

// refresh reads the files that changed. What cannot be read or used leaves what was there.
func (h *clearinghouse) refresh() error {
	next := *h.now.Load()
	var errs []error
	if h.changed(h.files.RootFile, h.files.CRLFile) || next.verifier == nil {
		errs = append(errs, h.try(&next, func(s *houseState) error { return h.readAnchors(s) }, h.files.RootFile, h.files.CRLFile))
	}
	for _, l := range []struct {
		file, name string
		read       func(s *houseState, r io.Reader) (time.Time, error)
	}{
		{h.files.DNLFile, "dnl", func(s *houseState, r io.Reader) (at time.Time, err error) {
			if s.lists.DNL, err = tmch.ParseDNL(r); err == nil {
				at = s.lists.DNL.Created
			}
			return at, err
		}},
		{h.files.SURLFile, "surl", func(s *houseState, r io.Reader) (at time.Time, err error) {
			if s.lists.SURL, err = tmch.ParseSURL(r); err == nil {
				at = s.lists.SURL.Created
			}
			return at, err
		}},
		{h.files.SMDRLFile, "smdrl", func(s *houseState, r io.Reader) (at time.Time, err error) {
			if s.lists.SMDRL, err = tmch.ParseSMDRL(r); err == nil {
				at = s.lists.SMDRL.Created
			}
			return at, err
		}},
	} {
		if l.file == "" || !h.changed(l.file) {
			continue
		}
		errs = append(errs, h.try(&next, func(s *houseState) error {
			data, err := readHouseFile(l.file)
			if err != nil {
				return err
			}
			made, err := l.read(s, bytes.NewReader(data))
			if err != nil {
				return fmt.Errorf("%s: %w", l.file, err)
			}
			h.listMade.WithLabelValues(l.name).Set(float64(made.Unix()))
			h.log.Info("tmch: list read", zap.String("list", l.name), zap.Time("created", made), zap.Int("octets", len(data)))
			return nil
		}, l.file))
	}
	h.now.Store(&next)
	return errors.Join(errs...)
}

// try changes a copy of the state, and takes it when that works.
func (h *clearinghouse) try(s *houseState, change func(*houseState) error, files ...string) error {
	after := *s
	if err := change(&after); err != nil {
		for _, f := range files {
			delete(h.seen, f) // tried again at the next look
		}
		return err
	}
	*s = after
	return nil
}

// changed says whether one of the files is another than at the last look.
func (h *clearinghouse) changed(files ...string) bool {
	changed := false
	for _, f := range files {
		if f == "" {
			continue
		}
		var mark fileMark
		if info, err := os.Stat(f); err == nil {
			mark = fileMark{info.Size(), info.ModTime()}
		}
		if old, ok := h.seen[f]; !ok || old != mark {
			h.seen[f], changed = mark, true
		}
	}
	return changed
}

func (h *clearinghouse) readAnchors(s *houseState) error {
	roots, err := readHouseFile(h.files.RootFile)
	if err != nil {
		return err
	}
	cfg := smd.Config{Roots: roots}
	if h.files.CRLFile != "" {
		crl, err := readHouseFile(h.files.CRLFile)
		if err != nil {
			return err
		}
		cfg.CRLs = [][]byte{crl}
	}
	v, err := smd.NewVerifier(cfg)
	if err != nil {
		return err
	}
	for _, c := range v.CRLs() {
		if !c.NextUpdate.IsZero() {
			h.crlEnds.Set(float64(c.NextUpdate.Unix()))
		}
	}
	s.verifier = v
	return nil
}

func readHouseFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	data, err := io.ReadAll(io.LimitReader(f, maxHouseFile+1))
	if err == nil && len(data) > maxHouseFile {
		err = fmt.Errorf("%s is larger than %d octets", path, maxHouseFile)
	}
	return data, err
}
