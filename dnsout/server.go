package dnsout

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// Config is what a Server needs. Zero values take the defaults.
type Config struct {
	// Source is the store. Required.
	Source Source
	// Addrs are the addresses to answer on, each over UDP and TCP. Port 0 picks one
	// port for both. Required.
	Addrs []netip.AddrPort
	// Log and Metrics default to none.
	Log     *zap.Logger
	Metrics *Metrics

	// Keys are the TSIG keys by which queries may be signed (RFC 8945).
	Keys []Key

	TCP TCPLimits
	// UDPSockets is how many sockets share each address (default one for each of Go's
	// processors on Linux, else one).
	UDPSockets int

	// Poll is how often the store is asked for changes that other processes made
	// (default 100 ms); changes of this process wake the publisher at once.
	Poll time.Duration
	// MinStep is the least time between two looks at the store, and so between two
	// serial steps of a busy zone (default 20 ms). A change after a quiet time does
	// not wait for it.
	MinStep time.Duration
	// BatchNames is the most names in one serial step (default 10 000).
	BatchNames int
	// KeepShare is the share of a zone's names a rebuild from a snapshot must bring
	// back (default 0.5); less, and the old data stays with an alarm. Negative: no
	// check.
	KeepShare float64
	// KeepFloor is the number of names below which a zone is not checked so
	// (default 100).
	KeepFloor int
}

func (c *Config) defaults() error {
	if c.Source == nil || len(c.Addrs) == 0 {
		return errors.New("dnsout: a source and an address are required")
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	c.TCP.defaults()
	if c.UDPSockets <= 0 {
		c.UDPSockets = udpSockets()
	}
	if c.Poll <= 0 {
		c.Poll = 100 * time.Millisecond
	}
	if c.MinStep <= 0 {
		c.MinStep = 20 * time.Millisecond
	}
	if c.BatchNames <= 0 {
		c.BatchNames = 10_000
	}
	if c.KeepShare == 0 {
		c.KeepShare = 0.5
	}
	if c.KeepFloor <= 0 {
		c.KeepFloor = 100
	}
	return nil
}

// Server answers for all zones of a Source and keeps them current.
type Server struct {
	cfg       Config
	zones     *zones
	keys      tsigKeys
	publisher *publisher
	tcp       *tcpServer

	serving atomic.Bool
	addrs   atomic.Pointer[[]netip.AddrPort]

	life      sync.Mutex // held while starting or stopping
	started   bool
	stopped   bool
	listeners []net.Listener
	sockets   []*udpSocket
	wg        sync.WaitGroup
}

// New makes a server that does nothing until Start.
func New(cfg Config) (*Server, error) {
	if err := cfg.defaults(); err != nil {
		return nil, err
	}
	keys, err := newTSIGKeys(cfg.Keys)
	if err != nil {
		return nil, fmt.Errorf("dnsout: %w", err)
	}
	s := &Server{cfg: cfg, zones: newZones(), keys: keys}
	s.publisher = newPublisher(&s.cfg, s.zones)
	s.tcp = newTCPServer(s.zones, &s.cfg)
	s.tcp.keys = keys
	return s, nil
}

// Start binds the addresses, loads every zone, and returns when queries are being
// answered. A store that cannot be read is tried again until ctx is done; ctx
// bounds only the start. On error nothing is left running.
func (s *Server) Start(ctx context.Context) error {
	s.life.Lock()
	defer s.life.Unlock()
	if s.started {
		return errors.New("dnsout: started before")
	}
	s.started = true
	if err := s.listen(ctx); err != nil {
		s.closeSockets()
		return err
	}
	if err := s.publisher.start(ctx); err != nil {
		s.publisher.stop()
		s.closeSockets()
		return err
	}
	for _, l := range s.listeners {
		s.wg.Go(func() { s.tcp.serve(l) })
	}
	for _, u := range s.sockets {
		s.wg.Go(u.serve)
	}
	s.serving.Store(true)
	s.cfg.Log.Info("answering DNS", zap.Stringers("addresses", s.Addrs()), zap.Int("zones", len(s.zones.set.Load().byName)))
	return nil
}

// listen binds everything before the zones are loaded, so that a taken address
// stops the start at once.
func (s *Server) listen(ctx context.Context) error {
	var bound []netip.AddrPort
	for _, addr := range s.cfg.Addrs {
		b, err := s.listenOn(ctx, addr)
		if err != nil {
			return fmt.Errorf("dnsout: %w", err)
		}
		bound = append(bound, b)
	}
	s.addrs.Store(&bound)
	return nil
}

// listenOn binds TCP first: UDP sockets that share a port would not notice
// another server of the same user on it.
func (s *Server) listenOn(ctx context.Context, addr netip.AddrPort) (bound netip.AddrPort, err error) {
	const triesForOnePort = 10
	network := "tcp4"
	if addr.Addr().Is6() {
		network = "tcp6"
	}
	var lc net.ListenConfig
	for try := 1; ; try++ {
		l, err := lc.Listen(ctx, network, addr.String())
		if err != nil {
			return bound, err
		}
		bound = netip.AddrPortFrom(addr.Addr(), l.Addr().(*net.TCPAddr).AddrPort().Port())
		sockets, err := listenUDP(ctx, bound, s.cfg.UDPSockets)
		if err == nil {
			s.listeners = append(s.listeners, l)
			for _, u := range sockets {
				u.r.zones, u.r.keys = s.zones, s.keys
				u.tally, u.log = s.cfg.Metrics.tally("udp"), s.cfg.Log
				s.sockets = append(s.sockets, u)
			}
			return bound, nil
		}
		l.Close()
		if addr.Port() != 0 || try == triesForOnePort {
			return bound, err
		}
	}
}

// closeSockets undoes listen.
func (s *Server) closeSockets() {
	for _, l := range s.listeners {
		l.Close()
	}
	for _, u := range s.sockets {
		u.conn.Close()
	}
}

// Addrs are the bound addresses, in the order of Config.Addrs; none before Start
// has bound them.
func (s *Server) Addrs() []netip.AddrPort {
	if addrs := s.addrs.Load(); addrs != nil {
		return append([]netip.AddrPort(nil), *addrs...)
	}
	return nil
}

// Addr is the first bound address as host:port, or "".
func (s *Server) Addr() string {
	if addrs := s.Addrs(); len(addrs) > 0 {
		return addrs[0].String()
	}
	return ""
}

// Ready says whether every zone known at the start has been loaded and queries
// are being answered.
func (s *Server) Ready() bool { return s.serving.Load() }

// WaitPublished returns when every name that was dirty at the time of the call has
// been published and is visible in this server's answers. It fails when ctx ends
// first or when a zone is held back.
func (s *Server) WaitPublished(ctx context.Context) error {
	return s.publisher.waitPublished(ctx)
}

// Stop ends listening, lets queries in hand be answered, and returns when nothing
// runs any more. When ctx ends, open connections are cut.
func (s *Server) Stop(ctx context.Context) error {
	s.life.Lock()
	defer s.life.Unlock()
	if !s.started || s.stopped {
		return nil
	}
	s.stopped = true
	s.serving.Store(false)
	for _, l := range s.listeners {
		l.Close()
	}
	for _, u := range s.sockets {
		u.stop()
	}
	s.publisher.stop()
	gone := s.tcp.stop()
	var err error
	select {
	case <-gone:
	case <-ctx.Done():
		err = ctx.Err()
		s.tcp.closeAll()
		<-gone
	}
	s.wg.Wait()
	s.closeSockets()
	return err
}
