package rest

import (
	"net"
	"net/netip"
	"sync"

	"cadastre/internal/netserve"
)

// Reasons for which a connection is refused, as a metrics label.
const (
	refusedTotal = "connections"
	refusedPeer  = "connections_per_address"
)

// admission counts connections by peer, over all listeners of the server.
type admission struct {
	limits  Limits
	metrics *Metrics

	mu    sync.Mutex
	total int
	peers map[netip.Prefix]int
}

// connect takes a place for a connection, or says why there is none.
func (a *admission) connect(peer netip.Prefix) (refused string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.total >= a.limits.Connections:
		return refusedTotal
	case a.peers[peer] >= a.limits.ConnectionsPerAddress:
		return refusedPeer
	}
	a.total++
	a.peers[peer]++
	a.metrics.open.Inc()
	return ""
}

// disconnect gives the place back.
func (a *admission) disconnect(peer netip.Prefix) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.total--
	if a.peers[peer]--; a.peers[peer] == 0 {
		delete(a.peers, peer)
	}
	a.metrics.open.Dec()
}

// limited is a listener whose connections are admitted, or closed at once.
type limited struct {
	net.Listener
	admission *admission
}

// Accept implements net.Listener.
func (l *limited) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		peer := peerOf(conn.RemoteAddr().String())
		refused := l.admission.connect(peer)
		if refused == "" {
			return &admitted{Conn: conn, leave: sync.OnceFunc(func() { l.admission.disconnect(peer) })}, nil
		}
		l.admission.metrics.refused.WithLabelValues(refused).Inc()
		conn.Close()
	}
}

// admitted is a connection that gives its place back when it is closed.
type admitted struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (c *admitted) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

// peerOf is the peer of a remote address. Peers without an IP address count as one.
func peerOf(remote string) netip.Prefix {
	addr, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	return netserve.Peer(addr.Addr())
}
