package server

import (
	"net"
	"net/netip"
	"sync"

	"cadastre/internal/netserve"
)

// admission counts connections by peer and sessions by registrar. What is taken is given
// back exactly once, when the connection ends. It counts this process alone.
type admission struct {
	limits Limits

	mu         sync.Mutex
	total      int
	peers      map[netip.Prefix]int
	registrars map[string]int
}

func newAdmission(l Limits) *admission {
	return &admission{limits: l, peers: map[netip.Prefix]int{}, registrars: map[string]int{}}
}

// Reasons for which a connection is refused, as a metrics label.
const (
	refusedTotal    = "connections"
	refusedPeer     = "connections_per_address"
	refusedShutdown = "shutdown"
)

// connect takes a place for a connection, or says why there is none.
func (a *admission) connect(peer netip.Prefix) (refused string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.total >= a.limits.MaxConnections:
		return refusedTotal
	case a.peers[peer] >= a.limits.ConnectionsPerAddress:
		return refusedPeer
	}
	a.total++
	a.peers[peer]++
	return ""
}

// disconnect gives the place back.
func (a *admission) disconnect(peer netip.Prefix) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.total--
	a.peers[peer]--
	if a.peers[peer] == 0 {
		delete(a.peers, peer)
	}
}

// login takes one of the registrar's sessions, or reports that all are taken.
func (a *admission) login(registrar string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.registrars[registrar] >= a.limits.SessionsPerRegistrar {
		return false
	}
	a.registrars[registrar]++
	return true
}

// logout gives the session back.
func (a *admission) logout(registrar string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.registrars[registrar]--
	if a.registrars[registrar] == 0 {
		delete(a.registrars, registrar)
	}
}

// peerOf is the peer of a remote address. Peers without an IP address count as one.
func peerOf(addr net.Addr) netip.Prefix {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return netip.Prefix{}
	}
	return netserve.Peer(tcp.AddrPort().Addr())
}
