package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.uber.org/zap"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist/gate"
)

// announceEvery is how often a target registry says again where it is: a whitelist
// registry that was restarted has forgotten.
const announceEvery = time.Second

// targetsHandler lets a target registry announce itself, so that the whitelist
// registry can ask it which names are registered.
func targetsHandler(n *node, s sandbox) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.operatorAsks(r) {
			http.Error(w, "the operator's token is needed", http.StatusUnauthorized)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<16))
		if err != nil {
			http.Error(w, "the announcement is too long", http.StatusRequestEntityTooLarge)
			return
		}
		t, err := gate.DecodeTarget(body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := n.remote.Announce(t); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// announcer tells the whitelist registry where this target registry is, and which
// zones it has at the time.
type announcer struct {
	url, token string
	target     gate.Target
	store      *store.Store
	log        *zap.Logger
}

// newAnnouncer prepares the announcement of a sandbox.
func newAnnouncer(n *node, s sandbox) (*announcer, error) {
	t := gate.Target{Addr: n.eppLns[0].Addr().String(), ServerName: "localhost", ID: s.cast.Asker.ID, Password: s.cast.Asker.Password}
	for _, f := range []struct {
		name string
		to   *string
	}{{"ca.pem", &t.CA}, {s.cast.Asker.ID + ".pem", &t.Cert}, {s.cast.Asker.ID + ".key", &t.Key}} {
		data, err := os.ReadFile(filepath.Join(s.dir, "tls", f.name))
		if err != nil {
			return nil, err
		}
		*f.to = string(data)
	}
	return &announcer{strings.TrimSuffix(s.peers.Admin, "/") + "/sandbox/targets", s.peers.Token, t, n.store, s.log.Named("announce")}, nil
}

// run announces until ctx ends. It logs when the whitelist registry comes and goes.
func (a *announcer) run(ctx context.Context) {
	reached := false
	for first := true; ; first = false {
		err := a.announce(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil && !reached:
			a.log.Info("the whitelist registry knows this target registry", zap.String("url", a.url))
		case err != nil && (reached || first):
			a.log.Warn("the whitelist registry does not take the announcement; it is tried again", zap.Error(err))
		}
		reached = err == nil
		select {
		case <-ctx.Done():
			return
		case <-time.After(announceEvery):
		}
	}
}

func (a *announcer) announce(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	zones, err := a.store.Zones(ctx)
	if err != nil {
		return err
	}
	t := a.target
	for _, z := range zones {
		if z.Kind == registry.TargetZone {
			t.Zones = append(t.Zones, z.Name)
		}
	}
	body, err := json.Marshal(t)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+a.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // nothing is read after it
	if resp.StatusCode != http.StatusNoContent {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
		return fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(string(text)))
	}
	return nil
}
