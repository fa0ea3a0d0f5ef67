package server

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"

	"go.uber.org/zap"

	"cadastre/epp"
)

// ErrServerClosed is what Serve returns after Shutdown or Close.
var ErrServerClosed = errors.New("epp/server: closed")

// Server accepts EPP sessions. Its methods may be called from many goroutines.
type Server struct {
	cfg       Config
	tls       *tls.Config
	decoder   epp.Decoder
	trids     *trids
	admission *admission
	pace      *pace
	lane      *lane

	// base is the parent of every command's context; cancel ends the commands.
	base   context.Context
	cancel context.CancelFunc

	mu        sync.Mutex // guards what follows
	stopping  bool
	listeners map[net.Listener]struct{}
	sessions  map[*session]struct{}
	running   sync.WaitGroup // sessions; Add only under mu while not stopping
}

// New makes a server that does not listen yet.
func New(c Config) (*Server, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	conf, err := serverTLS(c)
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg:       c,
		tls:       conf,
		decoder:   epp.Decoder{Objects: c.Objects, Extensions: c.Extensions},
		trids:     newTRIDs(time.Now()),
		admission: newAdmission(c.Limits),
		pace:      newPace(c.Limits),
		lane:      newLane(c.Processors, c.Metrics),
		listeners: map[net.Listener]struct{}{},
		sessions:  map[*session]struct{}{},
	}
	s.base, s.cancel = context.WithCancel(context.Background())
	return s, nil
}

// Serve accepts TCP connections from ln until the server is closed, and then returns
// ErrServerClosed. TLS is the server's business, not the listener's. Serve closes ln.
func (s *Server) Serve(ln net.Listener) error {
	defer ln.Close()
	if !s.track(ln) {
		return ErrServerClosed
	}
	defer s.untrack(ln)
	for {
		conn, err := s.accept(ln)
		if err != nil {
			return err
		}
		s.start(conn)
	}
}

// Pauses after an error of Accept, such as a lack of file descriptors.
const (
	minAcceptPause = 5 * time.Millisecond
	maxAcceptPause = time.Second
)

// accept waits for a connection. Errors that pass are waited out.
func (s *Server) accept(ln net.Listener) (net.Conn, error) {
	for pause := minAcceptPause; ; pause = min(2*pause, maxAcceptPause) {
		conn, err := ln.Accept()
		switch {
		case err == nil:
			return conn, nil
		case s.isStopping():
			return nil, ErrServerClosed
		case errors.Is(err, net.ErrClosed):
			return nil, err
		}
		s.cfg.Log.Error("epp: accept", zap.Error(err), zap.Duration("pause", pause))
		select {
		case <-time.After(pause):
		case <-s.base.Done():
			return nil, ErrServerClosed
		}
	}
}

// start admits a connection and begins its session, or closes it.
func (s *Server) start(conn net.Conn) {
	peer := peerOf(conn.RemoteAddr())
	refused := s.admission.connect(peer)
	if refused == "" {
		sess := newSession(s, conn, peer)
		s.mu.Lock()
		if !s.stopping {
			s.sessions[sess] = struct{}{}
			s.running.Add(1)
			s.mu.Unlock()
			go sess.handshake()
			return
		}
		s.mu.Unlock()
		s.admission.disconnect(peer)
		refused = refusedShutdown
	}
	conn.Close()
	s.cfg.Metrics.refused.WithLabelValues(refused).Inc()
	s.cfg.Log.Debug("epp: connection refused", zap.Stringer("remote", conn.RemoteAddr()), zap.String("reason", refused))
}

// ended forgets a session; it is the last thing a session does.
func (s *Server) ended(sess *session) {
	s.admission.disconnect(sess.peer)
	s.mu.Lock()
	delete(s.sessions, sess)
	s.mu.Unlock()
	s.running.Done()
}

// Shutdown ends the server in two phases. At once it stops accepting, and closes every
// session that waits for a command; a session in a command answers it first. When ctx
// ends, what is left has its commands cancelled and a moment to say so; after that
// connections are cut, and Shutdown returns the context's error.
func (s *Server) Shutdown(ctx context.Context) error {
	for _, sess := range s.stop() {
		sess.transport.stop()
	}
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		s.cancel()
		return nil
	case <-ctx.Done():
	}
	s.cancel()
	select {
	case <-done:
	case <-time.After(lastWords):
		s.cut()
		<-done
	}
	return ctx.Err()
}

// lastWords is how long a cancelled command has for its answer before its connection is
// cut.
const lastWords = time.Second

// Close stops accepting, cancels all commands and cuts all connections. It returns when
// every session has ended.
func (s *Server) Close() error {
	for _, sess := range s.stop() {
		sess.transport.stop()
	}
	s.cancel()
	s.cut()
	s.running.Wait()
	return nil
}

// stop closes the listeners and lets no session begin; it gives those there are.
func (s *Server) stop() []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopping = true
	for ln := range s.listeners {
		ln.Close()
	}
	list := make([]*session, 0, len(s.sessions))
	for sess := range s.sessions {
		list = append(list, sess)
	}
	return list
}

// cut closes the connections under all sessions.
func (s *Server) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sess := range s.sessions {
		sess.transport.Conn.Close()
	}
}

func (s *Server) isStopping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

func (s *Server) track(ln net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.listeners[ln] = struct{}{}
	return true
}

func (s *Server) untrack(ln net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, ln)
}
