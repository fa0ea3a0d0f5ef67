package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	"cadastre/internal/config"
	"cadastre/internal/mail"
	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/store"
	"cadastre/rest"
	"cadastre/whitelist/desk"
	"cadastre/whitelist/gate"
	wlstore "cadastre/whitelist/store"
)

// targets knows which target names are registered: here, or at the target
// registries that are known.
type targets struct {
	store  *store.Store
	local  desk.Targets
	remote desk.Targets // nil for an operator's verb: only the server knows them
}

// Registered implements desk.Targets.
func (t *targets) Registered(ctx context.Context, names []string) (map[string]bool, error) {
	zones, err := t.store.Zones(ctx)
	if err != nil {
		return nil, err
	}
	var here, elsewhere []string
	for _, name := range names {
		if z := zones.Find(name); z != nil && z.Kind == registry.TargetZone {
			here = append(here, name)
		} else {
			elsewhere = append(elsewhere, name)
		}
	}
	out := map[string]bool{}
	var errs []error
	for _, part := range []struct {
		names []string
		ask   desk.Targets
	}{{here, t.local}, {elsewhere, t.remote}} {
		switch {
		case len(part.names) == 0:
			continue
		case part.ask == nil:
			errs = append(errs, errors.New("target registries elsewhere are asked by the server alone"))
			continue
		}
		answer, err := part.ask.Registered(ctx, part.names)
		for name, registered := range answer {
			out[name] = registered
		}
		errs = append(errs, err)
	}
	return out, errors.Join(errs...)
}

// readTargets learns the target registries that a file lists as JSON.
func readTargets(path string, remote *gate.RemoteTargets) error {
	data, err := config.ReadPrivate(path)
	if err != nil {
		return err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("%s: a list of target registries in JSON is wanted: %w", path, err)
	}
	for i, one := range list {
		target, err := gate.DecodeTarget(one)
		if err == nil {
			err = remote.Announce(target)
		}
		if err != nil {
			return fmt.Errorf("%s: target %d: %w", path, i+1, err)
		}
	}
	return nil
}

// openUseCases builds the use cases of both registries and joins them.
func (n *node) openUseCases() (err error) {
	n.gate, err = gate.New(gate.Config{
		Store: n.store, Clock: n.cfg.Clock, Policies: wlstore.NewGranted(n.store), Peers: n.cfg.Peers, Peer: n.cfg.Peer,
		Log: n.log.Named("gate"), Metrics: gate.NewMetrics(n.metrics),
	})
	if err != nil {
		return err
	}
	if n.house, err = openClearinghouse(n.cfg.TMCH, n.log.Named("tmch"), n.metrics); err != nil {
		return err
	}
	uses := srs.Config{
		Store: n.store, Clock: n.cfg.Clock, Log: n.log.Named("srs"), ROIDSuffix: n.cfg.ROIDSuffix, Preapproval: n.gate,
		ContactTransfer: contactWindow(n.cfg.EPP.ContactTransferWindow.Duration),
		Passwords: registry.PasswordPolicy{
			MinLength: n.cfg.EPP.Logins.PasswordMinLength, History: n.cfg.EPP.Logins.PasswordHistory,
			MaxAge: n.cfg.EPP.Logins.PasswordMaxAge.Duration,
		},
	}
	if n.house != nil {
		uses.Clearinghouse = n.house
	}
	n.srs, err = srs.New(uses)
	if err != nil {
		return err
	}
	n.remote = gate.NewRemoteTargets(n.log.Named("targets"))
	n.desk, err = desk.New(desk.Config{
		Store: n.store, Clock: n.cfg.Clock, Log: n.log.Named("whitelist"), Metrics: desk.NewMetrics(n.metrics), ROIDSuffix: n.cfg.ROIDSuffix,
		Targets: &targets{store: n.store, local: desk.NewLocalTargets(n.store, n.cfg.Clock), remote: n.remote},
	})
	return err
}

// startJobs starts what is carried out without anybody's command.
func (n *node) startJobs(run context.Context) error {
	sender, err := mail.NewSender(mail.Config{
		Queue: n.store.Mails(), Transport: n.cfg.Transport, Log: n.log.Named("mail"), Metrics: mail.NewMetrics(n.metrics),
	})
	if err != nil {
		return err
	}
	n.work.Go(func() error { n.srs.RunSweep(run); return nil })
	n.work.Go(func() error { n.desk.Run(run); return nil })
	n.work.Go(func() error { sender.Run(run); return nil })
	return nil
}

func (n *node) startREST(ctx context.Context) error {
	l := n.cfg.HTTPS.Limits
	cfg := rest.Config{
		Desk: n.desk, TLS: n.cfg.TLS, Log: n.log.Named("https"), Metrics: rest.NewMetrics(n.metrics),
		Limits: rest.Limits{
			BodySize: l.MaxBodyBytes, HeaderTimeout: l.HeaderTimeout.Duration, ReadTimeout: l.ReadTimeout.Duration,
			RequestTimeout: l.RequestTimeout.Duration, WriteTimeout: l.WriteTimeout.Duration, IdleTimeout: l.IdleTimeout.Duration,
			Connections: l.MaxConnections, ConnectionsPerAddress: l.MaxConnectionsPerAddress,
			RequestsPerSecond: l.MaxRequestsPerSecond, RequestBurst: l.MaxRequestBurst, TokenFailuresPerMinute: l.MaxTokenFailuresPerMinute,
		},
	}
	if n.cfg.TLS == nil {
		cfg.CertFile, cfg.KeyFile = n.cfg.HTTPS.CertFile, n.cfg.HTTPS.KeyFile
	}
	server, err := rest.New(cfg)
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	for _, addr := range n.cfg.HTTPS.Listen {
		ln, err := lc.Listen(ctx, "tcp", addr)
		if err != nil {
			return fmt.Errorf("https: %w", err)
		}
		n.restLns = append(n.restLns, ln)
	}
	n.rest = server
	for _, ln := range n.restLns {
		n.work.Go(func() error {
			if err := server.Serve(ln); !errors.Is(err, rest.ErrServerClosed) {
				n.failed <- fmt.Errorf("https on %v: %w", ln.Addr(), err)
			}
			return nil
		})
	}
	return nil
}

// contactWindow is a configured time as package srs takes it: there zero is the default,
// and less than zero none.
func contactWindow(d time.Duration) time.Duration {
	if d == 0 {
		return -1
	}
	return d
}
