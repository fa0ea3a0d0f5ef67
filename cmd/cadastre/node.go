package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"cadastre/dnsout"
	"cadastre/epp/server"
	"cadastre/internal/clock"
	"cadastre/internal/config"
	"cadastre/internal/mail"
	"cadastre/registry/srs"
	"cadastre/registry/store"
	"cadastre/rest"
	"cadastre/whitelist/desk"
	"cadastre/whitelist/gate"
)

// nodeConfig is what a node needs beside the configuration file.
type nodeConfig struct {
	config.Config
	DSN       string
	Clock     clock.Clock
	TLS       *tls.Config // instead of the certificate files, for the sandbox
	Log       *zap.Logger
	TSIG      []dnsout.Key
	Peers     map[string]*gate.Peer // whitelist registries that are asked, by zone
	Peer      *gate.Peer            // asked for zones that Peers does not list
	Transport mail.Transport        // nil: mail is thrown away
}

// node is one server process: the roles of its configuration on one database.
type node struct {
	cfg     nodeConfig
	log     *zap.Logger
	metrics *prometheus.Registry
	store   *store.Store
	srs     *srs.SRS
	gate    *gate.Gate
	desk    *desk.Desk
	house   *clearinghouse      // nil: none is configured
	remote  *gate.RemoteTargets // target registries that are asked over the network

	epp     *server.Server // nil without the role
	eppLns  []net.Listener
	dns     *dnsout.Server // nil without the role
	rest    *rest.Server   // nil without the role
	restLns []net.Listener
	admin   *adminServer // nil without an address
	work    errgroup.Group
	stopAll context.CancelFunc
	failed  chan error // a role that ended by itself

	processors int // that the machine gives the process
}

// openNode opens the store and builds the use cases; nothing listens yet.
func openNode(ctx context.Context, cfg nodeConfig) (*node, error) {
	n := &node{cfg: cfg, log: cfg.Log, metrics: prometheus.NewRegistry(), failed: make(chan error, 16)}
	n.processors = useProcessors()
	n.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	var err error
	n.store, err = store.Open(ctx, store.Config{
		DSN: cfg.DSN, MaxConns: int32(cfg.DatabaseConnections), Log: cfg.Log.Named("store"), Registers: cfg.Has(config.RoleEPP),
	})
	if err != nil {
		return nil, err
	}
	if err := n.openUseCases(); err != nil {
		n.store.Close()
		return nil, err
	}
	n.metrics.MustRegister(newStoreCollector(n.store, n.srs))
	return n, nil
}

// start starts the roles and returns when all of them serve. ctx bounds the
// starting alone.
func (n *node) start(ctx context.Context) (err error) {
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	n.stopAll = cancel
	defer func() {
		if err != nil {
			stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			n.stop(stopCtx) //nolint:errcheck // err says what went wrong
		}
	}()
	if n.house != nil {
		n.work.Go(func() error { n.house.run(run); return nil })
	}
	// The admin server comes first, so that a long start can be watched.
	if n.cfg.Admin.Listen != "" {
		if n.admin, err = startAdmin(n); err != nil {
			return err
		}
	}
	if n.cfg.Has(config.RoleJobs) {
		if err := n.startJobs(run); err != nil {
			return err
		}
	}
	if n.cfg.Has(config.RoleDNS) {
		if err := n.startDNS(ctx); err != nil {
			return err
		}
	}
	if n.cfg.Has(config.RoleHTTPS) {
		if err := n.startREST(ctx); err != nil {
			return err
		}
	}
	if n.cfg.Has(config.RoleEPP) {
		return n.startEPP(ctx)
	}
	return nil
}

func (n *node) startDNS(ctx context.Context) error {
	cfg := dnsout.Config{
		Source: n.store, Log: n.log.Named("dns"), Metrics: dnsout.NewMetrics(n.metrics), Keys: n.cfg.TSIG,
		Poll: n.cfg.DNS.PollInterval.Duration, MinStep: n.cfg.DNS.MinSerialInterval.Duration,
		TCP: dnsout.TCPLimits{
			Connections: n.cfg.DNS.MaxTCPConnections, PerAddress: n.cfg.DNS.MaxTCPConnectionsPerAddress,
			Idle: n.cfg.DNS.TCPIdleTimeout.Duration,
		},
	}
	for _, a := range n.cfg.DNS.Listen {
		addr, err := netip.ParseAddrPort(a)
		if err != nil {
			return fmt.Errorf("dns.listen: %w", err)
		}
		cfg.Addrs = append(cfg.Addrs, addr)
		if addr.Addr() == netip.IPv6Unspecified() {
			// "[::]" means every address, as it does for EPP; DNS sockets are of one
			// family each.
			cfg.Addrs = append(cfg.Addrs, netip.AddrPortFrom(netip.IPv4Unspecified(), addr.Port()))
		}
	}
	dns, err := dnsout.New(cfg)
	if err != nil {
		return err
	}
	n.dns = dns
	return dns.Start(ctx)
}

func (n *node) startEPP(ctx context.Context) error {
	l := n.cfg.EPP.Limits
	cfg := server.Config{
		Registry: n.srs, Whitelist: n.desk, TLS: n.cfg.TLS, ServerID: n.cfg.EPP.ServerID,
		Log: n.log.Named("epp"), Metrics: server.NewMetrics(n.metrics), Processors: n.processors, NoRepeats: !n.cfg.EPP.RepeatAnswers,
		PasswordWarning: n.cfg.EPP.Logins.PasswordWarning.Duration, CertificateWarning: n.cfg.EPP.Logins.CertificateWarning.Duration,
		WarnTLS12: n.cfg.EPP.Logins.WarnTLS12,
		Limits: server.Limits{
			FrameSize: l.MaxFrameBytes, HandshakeTimeout: l.HandshakeTimeout.Duration, LoginTimeout: l.LoginTimeout.Duration,
			IdleTimeout: l.IdleTimeout.Duration, FrameTimeout: l.FrameTimeout.Duration, CommandTimeout: l.CommandTimeout.Duration,
			WriteTimeout: l.WriteTimeout.Duration, MaxConnections: l.MaxConnections,
			ConnectionsPerAddress: l.MaxConnectionsPerAddress, SessionsPerRegistrar: l.MaxSessionsPerRegistrar,
			CommandsPerSecond: l.MaxCommandsPerSecond, LostCreatesPerMinute: l.MaxLostCreatesPerMinute,
			FailedLogins: l.MaxLoginFailures, FramesBeforeLogin: l.MaxFramesBeforeLogin, MalformedInARow: l.MaxMalformedInARow,
		},
	}
	if n.house != nil {
		cfg.Marks = n.house
	}
	if n.cfg.TLS == nil {
		cfg.CertFile, cfg.KeyFile = n.cfg.EPP.CertFile, n.cfg.EPP.KeyFile
	}
	if len(n.cfg.EPP.Objects) > 0 {
		cfg.Objects = n.cfg.EPP.Objects
	}
	if len(n.cfg.EPP.Extensions) > 0 {
		cfg.Extensions = n.cfg.EPP.Extensions
	}
	epp, err := server.New(cfg)
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	for _, addr := range n.cfg.EPP.Listen {
		ln, err := lc.Listen(ctx, "tcp", addr)
		if err != nil {
			return fmt.Errorf("epp: %w", err)
		}
		n.eppLns = append(n.eppLns, ln)
	}
	n.epp = epp
	for _, ln := range n.eppLns {
		n.work.Go(func() error {
			err := epp.Serve(ln)
			if !errors.Is(err, server.ErrServerClosed) {
				n.failed <- fmt.Errorf("epp on %v: %w", ln.Addr(), err)
			}
			return nil
		})
	}
	return nil
}

// ready says why the node cannot do its work, or nil.
func (n *node) ready(ctx context.Context) error {
	if err := n.store.Ping(ctx); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	if n.dns != nil && !n.dns.Ready() {
		return errors.New("dns: zones are being loaded")
	}
	return nil
}

// stop ends the roles in order: registrars first, so that nothing new is
// promised, then what carries promises out, then the store.
func (n *node) stop(ctx context.Context) error {
	var errs []error
	if n.epp != nil {
		if err := n.epp.Shutdown(ctx); err != nil {
			n.epp.Close() //nolint:errcheck // cut what did not end in time
		}
	}
	for _, ln := range n.eppLns {
		ln.Close() //nolint:errcheck // closed already when Serve ran
	}
	if n.rest != nil {
		errs = append(errs, n.rest.Shutdown(ctx))
	}
	for _, ln := range n.restLns {
		ln.Close() //nolint:errcheck // closed already when Serve ran
	}
	n.stopAll()
	if n.dns != nil {
		errs = append(errs, n.dns.Stop(ctx))
	}
	if n.admin != nil {
		errs = append(errs, n.admin.stop(ctx))
	}
	errs = append(errs, n.work.Wait())
	n.gate.Close()
	n.remote.Close()
	n.store.Close()
	return errors.Join(errs...)
}
