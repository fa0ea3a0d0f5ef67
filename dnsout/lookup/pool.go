package lookup

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

const (
	// A UDP socket is used again, but not for long: its port would become known.
	usesUDP = 200
	idleUDP = 10 * time.Second
	// Servers close quiet connections after a few seconds (RFC 7766, Section 6.2.3).
	usesTCP = 1000
	idleTCP = 4 * time.Second
)

var errClosed = fmt.Errorf("%w: this client is closed", ErrUnreachable)

// pool keeps connections to one server between uses. A connection has one user at
// a time.
type pool struct {
	network, addr string
	size          int // of the largest message
	keep, uses    int
	idle          time.Duration

	mu     sync.Mutex
	free   []*conn        // the one used last comes first
	inUse  map[*conn]bool // for close
	closed bool
}

// conn is a connected UDP socket or a TCP connection.
type conn struct {
	net.Conn
	used  int
	freed time.Time
	buf   []byte // for one message
}

// get returns a connection: a kept one, unless fresh, or a new one. Its port is
// the system's random choice.
func (p *pool) get(ctx context.Context, fresh bool) (*conn, error) {
	for !fresh {
		c := p.kept()
		if c == nil {
			break
		}
		if c.used < p.uses && time.Since(c.freed) < p.idle {
			return c, nil
		}
		p.drop(c)
	}
	var d net.Dialer
	nc, err := d.DialContext(ctx, p.network, p.addr)
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: nc, buf: make([]byte, p.size)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		nc.Close()
		return nil, errClosed
	}
	if p.inUse == nil {
		p.inUse = map[*conn]bool{}
	}
	p.inUse[c] = true
	return c, nil
}

// kept takes a connection that is kept, nil when there is none.
func (p *pool) kept() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.free)
	if n == 0 {
		return nil
	}
	c := p.free[n-1]
	p.free = p.free[:n-1]
	p.inUse[c] = true
	return c
}

// put gives a connection back that did its work.
func (p *pool) put(c *conn) {
	c.used++
	c.freed = time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.inUse, c)
	if p.closed || len(p.free) >= p.keep {
		c.Close()
		return
	}
	p.free = append(p.free, c)
}

// drop closes a connection that is not to be used again.
func (p *pool) drop(c *conn) {
	p.mu.Lock()
	delete(p.inUse, c)
	p.mu.Unlock()
	c.Close()
}

// close closes everything, also what is in use.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, c := range p.free {
		c.Close()
	}
	for c := range p.inUse {
		c.Close()
	}
	p.free = nil
}
