package gate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"cadastre/epp"
	"cadastre/epp/client"
)

// EPPServer is where an EPP server is reached (RFC 5734).
type EPPServer struct {
	Addr       string         // host:port
	ServerName string         // expected in its certificate; "" means the host of Addr
	RootCAs    *x509.CertPool // authorities its certificate may come from
}

// EPPAccount is what a session logs in with (RFC 5730, Section 2.9.1.1).
type EPPAccount struct {
	ID, Password string
	Certificate  tls.Certificate
}

const (
	// sessionsAtOnce is how many sessions one account has with a registry at most:
	// registries count them.
	sessionsAtOnce = 4
	// idleLife is when a session is rather opened anew than used: servers end idle
	// sessions, and to learn it from a failure costs time.
	idleLife = 4 * time.Minute
)

// sessions keeps EPP sessions of one account open and uses them in turn. It is safe
// for concurrent use.
type sessions struct {
	server  EPPServer
	account EPPAccount
	slots   chan struct{} // one token for each session in use

	mu     sync.Mutex
	idle   []idleSession
	closed bool
}

type idleSession struct {
	conn *client.Conn
	used time.Time
}

func newSessions(server EPPServer, account EPPAccount, atOnce int) *sessions {
	return &sessions{server: server, account: account, slots: make(chan struct{}, atOnce)}
}

// errClosed ends questions of a gate that was closed.
var errClosed = errors.New("gate: closed")

// do sends a command that may be sent twice, over an open session or a new one, and
// gives the response whatever its code.
func (s *sessions) do(ctx context.Context, cmd *epp.Command) (*epp.Response, error) {
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.slots }()
	for {
		conn, err := s.take()
		if err != nil {
			return nil, err
		}
		fresh := conn == nil
		if fresh {
			if conn, err = s.open(ctx); err != nil {
				return nil, err
			}
		}
		resp, err := conn.Do(ctx, cmd)
		if err == nil && !resp.Code().Closing() {
			s.give(conn)
			return resp, nil
		}
		_ = conn.Close()
		if err == nil {
			err = client.Failure(resp)
		}
		// The server may have ended a session that was idle: the others of its age too.
		if fresh || ctx.Err() != nil {
			return nil, err
		}
	}
}

// open connects and logs in.
func (s *sessions) open(ctx context.Context) (*client.Conn, error) {
	conn, err := client.Dial(ctx, client.Config{
		Addr: s.server.Addr, ServerName: s.server.ServerName, RootCAs: s.server.RootCAs,
		Certificate: &s.account.Certificate, Timeout: patience,
	})
	if err != nil {
		return nil, err
	}
	if _, err := conn.Login(ctx, client.Account{ID: s.account.ID, Password: s.account.Password}); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("login of %s: %w", s.account.ID, err)
	}
	return conn, nil
}

// take gives an idle session, nil when there is none.
func (s *sessions) take() (*client.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed
	}
	for len(s.idle) > 0 {
		last := s.idle[len(s.idle)-1]
		s.idle = s.idle[:len(s.idle)-1]
		if time.Since(last.used) < idleLife {
			return last.conn, nil
		}
		_ = last.conn.Close()
	}
	return nil, nil
}

func (s *sessions) give(conn *client.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = conn.Close()
		return
	}
	s.idle = append(s.idle, idleSession{conn, time.Now()})
}

// close ends the sessions; those in use end with their command.
func (s *sessions) close() {
	s.mu.Lock()
	idle := slices.Clone(s.idle)
	s.idle, s.closed = nil, true
	s.mu.Unlock()
	for _, i := range idle {
		_ = i.conn.Close()
	}
}

// failure says why a registry could not be asked by EPP, for the client.
func (s *sessions) failure(what string, err error) string {
	var refused *client.ResultError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("%s at %s did not answer within %s", what, s.server.Addr, patience)
	case errors.As(err, &refused):
		return fmt.Sprintf("%s at %s refused with %s", what, s.server.Addr, refused.Response.Code())
	default:
		return fmt.Sprintf("%s at %s could not be reached", what, s.server.Addr)
	}
}
