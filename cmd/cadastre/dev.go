package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"cadastre/dnsout"
	"cadastre/internal/clock"
	"cadastre/internal/clock/clockhttp"
	"cadastre/internal/config"
	"cadastre/internal/mail"
	"cadastre/whitelist/gate"
)

// devOptions are the flags of `cadastre dev`.
type devOptions struct {
	dir, databaseURL, startTime, logLevel, logFormat string
	only, whitelist                                  string
	portOffset, sessions                             int
}

// The sandbox's ports, before --port-offset.
const (
	devEPPPort   = 7000
	devDNSPort   = 5300
	devHTTPSPort = 8443
	devAdminPort = 9180
)

func newDevCmd(a *app) *cobra.Command {
	var o devOptions
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Run a whole registry on this machine, with demo data",
		Long: "Runs a sandbox on loopback: EPP on port 7000, DNS on 5300, HTTPS on 8443, metrics on 9180, a PostgreSQL\n" +
			"of its own, zones, registrars with certificates, verifiers, and demo objects. State is kept in the\n" +
			"directory; a second start goes on where the first stopped. When everything serves, DIR/sandbox.json says\n" +
			"where it all is, and the line \"ready\" is printed.\n\n" +
			"It is a target registry and a whitelist registry in one. --only runs one of them: the whitelist registry\n" +
			"alone, or the target registry alone, which then asks the one that --whitelist names, over the network.",
		Example: "  cadastre dev\n  cadastre epp --dir var/dev --as registrar-a check miami.example\n" +
			"  cadastre dev clock --dir var/dev advance 400d\n" +
			"  cadastre dev --dir var/wl --only whitelist\n" +
			"  cadastre dev --dir var/tgt --only target --whitelist var/wl/sandbox.json --port-offset 1000",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return dev(cmd.Context(), a, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.dir, "dir", "var/dev", "`directory` for state, certificates and sandbox.json")
	f.IntVar(&o.portOffset, "port-offset", 0, "`number` added to every port")
	f.IntVar(&o.sessions, "sessions", 20, "`number` of EPP sessions that each registrar may have")
	f.StringVar(&o.databaseURL, "database-url", "", "`URL` of a PostgreSQL database to use instead of starting one")
	f.StringVar(&o.startTime, "start-time", "", "business `time` to start at (RFC 3339)")
	f.StringVar(&o.only, "only", "", "run one registry alone: `whitelist` or target")
	f.StringVar(&o.whitelist, "whitelist", "", "sandbox.json `file` of the whitelist registry that a target registry asks")
	f.StringVar(&o.logLevel, "log-level", "info", "least important `level` written to standard error")
	f.StringVar(&o.logFormat, "log-format", "console", "`format` of the log: console, or json as serve writes it")
	cmd.AddCommand(newDevClockCmd(a))
	return cmd
}

func dev(ctx context.Context, a *app, o devOptions) (err error) {
	run, err := o.runs()
	if err != nil {
		return err
	}
	if o.whitelist != "" { // before anything is made
		if _, err := gate.ReadPeers(o.whitelist); err != nil {
			return err
		}
	}
	cfg, err := devConfig(o)
	if err != nil {
		return err
	}
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	release, err := lockDir(dir)
	if err != nil {
		return err
	}
	defer release()
	// What a killed sandbox left there says nothing of this one.
	if err := os.Remove(filepath.Join(dir, sandboxFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	log, flush, err := newLogger(a.stderr, cfg.Log.Level, cfg.Log.Format)
	if err != nil {
		return err
	}
	defer flush()
	if err := portsFree(cfg); err != nil {
		return err
	}
	db, err := openDatabase(ctx, o.databaseURL, dir, log.Named("postgres"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopDatabase(db)) }()
	if err := db.migrate(ctx); err != nil {
		return err
	}
	clk, err := openDevClock(dir, o.startTime)
	if err != nil {
		return err
	}
	c, err := loadCast(dir, run)
	if err != nil {
		return err
	}
	if cfg.TMCH, err = devClearinghouse(dir, clk.Now()); err != nil {
		return err
	}
	return runSandbox(ctx, a, sandbox{dir: dir, cfg: cfg, db: db, clock: clk, cast: c, whitelist: o.whitelist, log: log})
}

// sandbox is a prepared sandbox, about to run.
type sandbox struct {
	dir   string
	cfg   config.Config
	db    *database
	clock *clock.Offset
	cast  *cast
	log   *zap.Logger

	whitelist string     // the whitelist registry's sandbox.json, for a target registry
	peers     gate.Peers // what it says
}

// nodeConfig is the sandbox as a node: with its keys, and with itself or the other
// registry to be asked for pre-approvals over the network.
func (s *sandbox) nodeConfig() (nc nodeConfig, err error) {
	nc = nodeConfig{
		Config: s.cfg, DSN: s.db.DSN, Clock: s.clock, Log: s.log,
		TLS: &tls.Config{Certificates: []tls.Certificate{s.cast.server}},
	}
	key, err := tsigKey(s.cast.TSIG.Name, s.cast.TSIG.Algorithm, s.cast.TSIG.Secret)
	if err != nil {
		return nc, err
	}
	nc.TSIG = []dnsout.Key{key}
	if s.whitelist != "" {
		if s.peers, err = gate.ReadPeers(s.whitelist); err != nil {
			return nc, err
		}
		nc.Peers = s.peers.Whitelist
	} else if nc.Peer, err = s.itself(key.Secret); err != nil {
		return nc, err
	}
	nc.Transport, err = mail.NewDirectory(filepath.Join(s.dir, "mail"), "registry@cadastre.example")
	return nc, err
}

// itself is the sandbox as a whitelist registry that is asked over the network, for
// policies that demand it.
func (s *sandbox) itself(secret []byte) (*gate.Peer, error) {
	p := &gate.Peer{
		DNS:       &gate.DNSServer{Addr: s.cfg.DNS.Listen[0], KeyName: s.cast.TSIG.Name, Algorithm: s.cast.TSIG.Algorithm, Secret: secret},
		EPP:       gate.EPPServer{Addr: s.cfg.EPP.Listen[0], ServerName: "localhost", RootCAs: x509.NewCertPool()},
		Verifiers: map[string]gate.EPPAccount{},
	}
	p.EPP.RootCAs.AddCert(s.cast.ca.cert)
	for _, v := range s.cast.Verifiers {
		pair, err := tls.LoadX509KeyPair(filepath.Join(s.dir, "tls", v.ID+".pem"), filepath.Join(s.dir, "tls", v.ID+".key"))
		if err != nil {
			return nil, err
		}
		p.Verifiers[v.ID] = gate.EPPAccount{ID: v.ID, Password: v.Password, Certificate: pair}
	}
	return p, nil
}

// runs checks which registry is asked for.
func (o devOptions) runs() (only, error) {
	switch run := only(o.only); {
	case run != combined && run != onlyWhitelist && run != onlyTarget:
		return "", fmt.Errorf("--only %s: whitelist or target", o.only)
	case run == onlyTarget && o.whitelist == "":
		return "", errors.New("--only target needs --whitelist FILE: the sandbox.json of the whitelist registry to ask")
	case run != onlyTarget && o.whitelist != "":
		return "", errors.New("--whitelist FILE goes with --only target: other sandboxes have a whitelist registry of their own")
	default:
		return run, nil
	}
}

// devGrace leaves time for the database within the five seconds that a stop may
// take.
const devGrace = 2 * time.Second

func runSandbox(ctx context.Context, a *app, s sandbox) error {
	nc, err := s.nodeConfig()
	if err != nil {
		return err
	}
	n, err := openNode(ctx, nc)
	if err != nil {
		return err
	}
	if err := s.cast.seed(ctx, n); err != nil {
		n.store.Close()
		return fmt.Errorf("demo data: %w", err)
	}
	if err := n.start(ctx); err != nil {
		return err
	}
	n.admin.mux.Handle("POST "+clockhttp.Path, clockHandler(n, s))
	n.admin.mux.Handle("POST /sandbox/targets", targetsHandler(n, s))
	if s.peers.Admin != "" {
		announce, err := newAnnouncer(n, s)
		if err != nil {
			return err
		}
		run, stop := context.WithCancel(ctx)
		defer stop()
		go announce.run(run)
	}
	if err := writeSandboxFile(ctx, n, s); err != nil {
		return err
	}
	defer os.Remove(filepath.Join(s.dir, sandboxFile)) //nolint:errcheck // it may be gone
	fmt.Fprintln(a.stdout, "ready")
	return runUntilDone(ctx, n, s.db, devGrace)
}

// devConfig is the sandbox's configuration: wide limits, everything on loopback.
func devConfig(o devOptions) (config.Config, error) {
	if o.portOffset < 0 || o.portOffset > 65535-devAdminPort {
		return config.Config{}, fmt.Errorf("--port-offset %d: between 0 and %d", o.portOffset, 65535-devAdminPort)
	}
	at := func(port int) string { return fmt.Sprintf("127.0.0.1:%d", port+o.portOffset) }
	cfg := config.Default()
	cfg.ROIDSuffix = "ICANNRST"
	if o.logFormat != "console" && o.logFormat != "json" {
		return config.Config{}, fmt.Errorf("--log-format %q: console or json", o.logFormat)
	}
	cfg.Log = config.Log{Level: o.logLevel, Format: o.logFormat}
	cfg.EPP.Listen = []string{at(devEPPPort)}
	cfg.EPP.ServerID = "Cadastre sandbox"
	if o.sessions < 1 || o.sessions > cfg.EPP.Limits.MaxConnections {
		return config.Config{}, fmt.Errorf("--sessions %d: between 1 and %d", o.sessions, cfg.EPP.Limits.MaxConnections)
	}
	cfg.EPP.Limits.MaxSessionsPerRegistrar = o.sessions
	cfg.EPP.Limits.MaxCommandsPerSecond, cfg.EPP.Limits.MaxLostCreatesPerMinute = 0, 0
	cfg.EPP.Limits.MaxConnectionsPerAddress = cfg.EPP.Limits.MaxConnections // everybody comes from loopback
	cfg.DNS.Listen = []string{at(devDNSPort)}
	cfg.DNS.MaxTCPConnectionsPerAddress = cfg.DNS.MaxTCPConnections
	cfg.Roles = append(cfg.Roles, config.RoleHTTPS)
	cfg.HTTPS.Listen = []string{at(devHTTPSPort)}
	cfg.HTTPS.Limits.MaxConnectionsPerAddress = cfg.HTTPS.Limits.MaxConnections
	// Whoever tries things out on this machine is not to be slowed down.
	const unlimited = 1_000_000
	cfg.HTTPS.Limits.MaxRequestsPerSecond, cfg.HTTPS.Limits.MaxRequestBurst = unlimited, unlimited
	cfg.HTTPS.Limits.MaxTokenFailuresPerMinute = unlimited
	cfg.Admin.Listen = at(devAdminPort)
	return cfg, nil
}

// portsFree names a port that is taken before anything is started.
func portsFree(cfg config.Config) error {
	for _, addr := range []string{cfg.EPP.Listen[0], cfg.DNS.Listen[0], cfg.HTTPS.Listen[0], cfg.Admin.Listen} {
		ln, err := net.Listen("tcp", addr)
		if err != nil {
			return fmt.Errorf("%w (is another sandbox running? --port-offset N moves every port)", err)
		}
		ln.Close() //nolint:errcheck // only tried
	}
	return nil
}
