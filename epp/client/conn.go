package client

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"cadastre/epp"
)

// ErrClosed is what a connection answers after Close, after a failed exchange, and after
// the server announced that it would close.
var ErrClosed = errors.New("epp client: connection closed")

// Conn is a connection to an EPP server. Its methods may be called from several
// goroutines; their commands follow each other. An exchange that fails half-way (timeout,
// cancelled context, broken frame) leaves the stream without its rhythm, so it closes the
// connection for good.
type Conn struct {
	tls      *tls.Conn
	timeout  time.Duration
	maxFrame int
	greeting []byte // as received

	turn   chan struct{} // holds one token while no exchange is under way
	dead   error         // owner of the token only: why no exchange is possible
	prefix string        // of client transaction identifiers, random per connection
	last   atomic.Uint64 // number of the last client transaction identifier
	closed atomic.Bool   // Close was called
}

// Dial connects, shakes hands and reads the greeting. It does not log in. A certificate
// that a TLS 1.3 server refuses shows up here as an error of reading the greeting.
func Dial(ctx context.Context, cfg Config) (*Conn, error) {
	tlsConfig, err := cfg.tlsConfig()
	if err != nil {
		return nil, err
	}
	c := &Conn{timeout: cfg.Timeout, maxFrame: cfg.MaxFrame, turn: make(chan struct{}, 1), prefix: newPrefix()}
	if c.timeout <= 0 {
		c.timeout = DefaultTimeout
	}
	if c.maxFrame <= 0 {
		c.maxFrame = DefaultMaxFrame
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("epp client: %w", err)
	}
	c.tls = tls.Client(raw, tlsConfig)
	if err := c.tls.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		return nil, fmt.Errorf("epp client: handshake with %s: %w", cfg.Addr, err)
	}
	c.greeting, err = c.exchange(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("greeting: %w", err)
	}
	c.turn <- struct{}{}
	return c, nil
}

// Greeting is the frame with which the server opened the connection.
func (c *Conn) Greeting() []byte { return c.greeting }

// ConnectionState tells what the TLS handshake agreed on.
func (c *Conn) ConnectionState() tls.ConnectionState { return c.tls.ConnectionState() }

// Raw sends an XML instance as it is and gives the XML instance that answers. It looks
// into neither, so it also serves to send what a server ought to refuse; whoever sends a
// logout this way finds the connection closed at the next exchange. Errors are those of
// the transport, of the context, and ErrClosed.
func (c *Conn) Raw(ctx context.Context, instance []byte) ([]byte, error) {
	release, err := c.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	return c.exchange(ctx, instance)
}

// acquire waits for the turn to talk.
func (c *Conn) acquire(ctx context.Context) (release func(), err error) {
	select {
	case <-c.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if c.dead != nil {
		err = c.dead
		c.turn <- struct{}{}
		return nil, err
	}
	return func() { c.turn <- struct{}{} }, nil
}

// exchange writes an instance, unless it is nil, and reads one. The caller has the turn.
func (c *Conn) exchange(ctx context.Context, instance []byte) (answer []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	// Nothing but this ends a read that waits, so that there is one cause of timeouts and
	// cancellation is noticed at once.
	stop := context.AfterFunc(ctx, func() { _ = c.tls.SetDeadline(time.Unix(1, 0)) })
	defer func() {
		if !stop() && err == nil {
			// The deadline is set although the answer came in time: too late to trust.
			err = ctx.Err()
		}
		if err != nil {
			c.die(ErrClosed)
		}
	}()
	if instance != nil {
		if err := epp.WriteFrame(c.tls, instance); err != nil {
			return nil, fmt.Errorf("epp client: %w", c.cause(ctx, err))
		}
	}
	answer, err = epp.ReadFrame(c.tls, c.maxFrame)
	if err != nil {
		return nil, fmt.Errorf("epp client: %w", c.cause(ctx, err))
	}
	return answer, nil
}

// die ends the connection; further exchanges give err. The caller has the turn.
func (c *Conn) die(err error) {
	c.dead = err
	_ = c.tls.Close()
}

// cause prefers the reason to its symptom: the context's to the deadline error that it
// provoked, and Close to the end of stream with which the server answers it.
func (c *Conn) cause(ctx context.Context, err error) error {
	switch {
	case c.closed.Load():
		return ErrClosed
	case errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, net.ErrClosed):
		return ErrClosed
	case errors.Is(err, io.EOF):
		return fmt.Errorf("the server closed the connection: %w", err)
	}
	return err
}

// Close closes the connection at once, without logout, and ends an exchange that is under
// way. It may be called more than once.
func (c *Conn) Close() error {
	c.closed.Store(true)
	err := c.tls.Close()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func newPrefix() string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails, see its documentation
	return "C-" + hex.EncodeToString(b[:])
}
