package dnsout

import (
	"container/list"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"go.uber.org/zap"
)

// TCPLimits bounds what clients can hold open. Zero values take the defaults.
type TCPLimits struct {
	// Connections is how many may be open in all (default 1000), and PerAddress how
	// many from one client address (default 200). When one more comes, the one of
	// them that has been quiet the longest is closed for it.
	Connections int
	PerAddress  int
	// Idle is how long a connection may wait between queries (default 10 s; RFC
	// 7766, Section 6.2.3, wants a few seconds). It falls to a fifth while more than
	// half of Connections are open.
	Idle time.Duration
	// Message is how long one query may take to arrive after its first octet, and
	// answers to be taken by the client (default 5 s).
	Message time.Duration
}

func (l *TCPLimits) defaults() {
	if l.Connections <= 0 {
		l.Connections = 1000
	}
	if l.PerAddress <= 0 {
		l.PerAddress = 200
	}
	if l.Idle <= 0 {
		l.Idle = 10 * time.Second
	}
	if l.Message <= 0 {
		l.Message = 5 * time.Second
	}
}

// tcpServer answers on the connections of any number of listeners.
type tcpServer struct {
	zones   *zones
	keys    tsigKeys
	limits  TCPLimits
	metrics *Metrics
	log     *zap.Logger
	workers sync.Pool // *tcpWorker: what a connection needs only while it is answered

	mu     sync.Mutex
	open   *list.List // *tcpConn, the quietest first
	perIP  map[netip.Addr]int
	closed bool
	wg     sync.WaitGroup
}

type tcpConn struct {
	net.Conn
	addr netip.Addr
	at   *list.Element
}

func newTCPServer(z *zones, cfg *Config) *tcpServer {
	s := &tcpServer{
		zones: z, limits: cfg.TCP, metrics: cfg.Metrics, log: cfg.Log,
		open: list.New(), perIP: map[netip.Addr]int{},
	}
	s.workers.New = func() any {
		return &tcpWorker{r: responder{zones: z, keys: s.keys}, tally: s.metrics.tally("tcp"), query: make([]byte, maxTCPQuery)}
	}
	return s
}

// serve accepts until the listener is closed.
func (s *tcpServer) serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			// Out of descriptors, most likely: others must close first.
			s.log.Warn("accepting a TCP connection failed", zap.Error(err))
			time.Sleep(50 * time.Millisecond)
			continue
		}
		c := &tcpConn{Conn: conn}
		if a, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
			c.addr = a.AddrPort().Addr().Unmap()
		}
		if !s.enter(c) {
			conn.Close()
			return
		}
		go s.handle(c)
	}
}

// enter counts a connection in, closing another where there are too many.
func (s *tcpServer) enter(c *tcpConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	if s.perIP[c.addr] >= s.limits.PerAddress {
		s.evict(func(o *tcpConn) bool { return o.addr == c.addr })
	} else if s.open.Len() >= s.limits.Connections {
		s.evict(func(*tcpConn) bool { return true })
	}
	c.at = s.open.PushBack(c)
	s.perIP[c.addr]++
	s.wg.Add(1)
	s.metrics.tcpConnections.Inc()
	return true
}

// evict closes the quietest connection that match accepts. Its goroutine finds out
// by itself; here it counts as gone already.
func (s *tcpServer) evict(match func(*tcpConn) bool) {
	for e := s.open.Front(); e != nil; e = e.Next() {
		if c := e.Value.(*tcpConn); match(c) {
			s.forget(c)
			s.metrics.tcpClosed.WithLabelValues("evicted").Inc()
			c.Close()
			return
		}
	}
}

// forget takes a connection off the books; s.mu is held.
func (s *tcpServer) forget(c *tcpConn) {
	if c.at == nil {
		return
	}
	s.open.Remove(c.at)
	c.at = nil
	if s.perIP[c.addr]--; s.perIP[c.addr] == 0 {
		delete(s.perIP, c.addr)
	}
	s.metrics.tcpConnections.Dec()
}

func (s *tcpServer) leave(c *tcpConn, reason string) {
	c.Close()
	s.mu.Lock()
	if c.at != nil {
		s.forget(c)
		s.metrics.tcpClosed.WithLabelValues(reason).Inc()
	}
	s.mu.Unlock()
	s.wg.Done()
}

// idle marks a connection as the least quiet one and returns how long it may wait
// for its next query.
func (s *tcpServer) idle(c *tcpConn) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.at != nil {
		s.open.MoveToBack(c.at)
	}
	if s.open.Len() > s.limits.Connections/2 {
		return s.limits.Idle / 5
	}
	return s.limits.Idle
}

func (s *tcpServer) stopping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// stop lets every connection finish the query it is answering and closes it; done
// is closed when all are gone. Idle ones close at once.
func (s *tcpServer) stop() (done <-chan struct{}) {
	s.mu.Lock()
	s.closed = true
	for e := s.open.Front(); e != nil; e = e.Next() {
		e.Value.(*tcpConn).SetReadDeadline(time.Now())
	}
	s.mu.Unlock()
	gone := make(chan struct{})
	go func() {
		s.wg.Wait()
		close(gone)
	}()
	return gone
}

// closeAll cuts what stop has not ended.
func (s *tcpServer) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for e := s.open.Front(); e != nil; e = e.Next() {
		e.Value.(*tcpConn).Close()
	}
}
