package server

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"time"

	"go.uber.org/zap"

	"cadastre/epp"
	"cadastre/registry/srs"
)

// session is one client's connection, from its acceptance to its end. Only its own
// goroutine touches it, but for transport.
type session struct {
	srv       *Server
	transport *transport
	conn      *tls.Conn
	peer      netip.Prefix // as admission counts it
	id        string       // for logs
	remote    string
	opened    time.Time

	answered time.Time // when the last answer was written; at first: the greeting

	cert          certificate
	loginDeadline time.Time

	// Counters of Limits' members of like names.
	failedLogins int
	framesUnauth int
	malformed    int

	// Set by the login. registrar is "" before it.
	registrar  string
	account    srs.Session
	share      *share // of what the registrar may do
	pass       pass   // for the lane
	losing     bool   // the last command was a create that lost
	iana       int    // the registrar's IANA number, 0 if it has none
	verifier   bool   // the account is a verifier's
	objects    []string
	extensions []string

	last       counted   // counters used last
	writeUntil time.Time // the deadline for writing that is set
}

func newSession(s *Server, conn net.Conn, peer netip.Prefix) *session {
	t := &transport{Conn: conn, frameTimeout: s.cfg.Limits.FrameTimeout}
	return &session{
		srv: s, transport: t, conn: tls.Server(t, s.tls), peer: peer,
		id: s.trids.next(), remote: conn.RemoteAddr().String(), opened: time.Now(),
	}
}

// Why a session ended, for the log and as a metrics label.
const (
	endHandshake   = "handshake"
	endByClient    = "client"
	endLogout      = "logout"
	endByServer    = "server" // an answer of 2500 to 2502
	endIdle        = "idle"
	endNoLogin     = "login_timeout"
	endSlowFrame   = "frame_timeout"
	endFrameLength = "frame_length"
	endWrite       = "write"
	endBroken      = "broken"
	endShutdown    = "shutdown"
)

// handshake makes the TLS connection and hands over to run. It has a goroutine of its
// own because verifying needs a deep stack, which an idle session should not keep.
func (s *session) handshake() {
	s.transport.Conn.SetDeadline(s.opened.Add(s.srv.cfg.Limits.HandshakeTimeout)) //nolint:errcheck // the handshake fails as well
	if s.transport.isStopped() {
		s.end(endShutdown)
		return
	}
	if err := s.conn.Handshake(); err != nil {
		s.srv.cfg.Metrics.handshakes.Inc()
		s.srv.cfg.Log.Debug("epp: handshake", s.field(), zap.String("remote", s.remote), zap.Error(err))
		s.end(endHandshake)
		return
	}
	s.transport.Conn.SetDeadline(time.Time{}) //nolint:errcheck // as above
	state := s.conn.ConnectionState()
	s.cert = certificateOf(state)
	s.srv.cfg.Metrics.connected.Inc()
	s.srv.cfg.Log.Debug("epp: session open", s.field(), zap.String("remote", s.remote),
		zap.String("tls", tls.VersionName(state.Version)), zap.String("cipher", tls.CipherSuiteName(state.CipherSuite)),
		zap.String("certificate", s.cert.fingerprint))
	go s.run()
}

// run greets the client and answers its frames, one after the other.
func (s *session) run() {
	s.answered = time.Now()
	s.loginDeadline = s.answered.Add(s.srv.cfg.Limits.LoginTimeout)
	reason := endWrite
	if s.write(s.srv.appendGreeting(nil)) == nil {
		for reason = ""; reason == ""; {
			reason = s.next()
		}
	}
	s.srv.cfg.Metrics.connected.Dec()
	s.srv.cfg.Metrics.closed.WithLabelValues(reason).Inc()
	s.end(reason)
}

// end gives back everything the session holds. It is called exactly once.
func (s *session) end(reason string) {
	registrar := s.registrar
	if registrar != "" {
		s.registrar = ""
		s.srv.admission.logout(registrar) // first, for the client may log in again at once
		s.srv.cfg.Metrics.loggedIn.Dec()
	}
	switch reason {
	case endLogout, endByServer, endFrameLength:
		s.conn.CloseWrite() //nolint:errcheck // the client may be gone
		s.transport.linger()
	case endWrite:
		s.transport.Conn.Close() // nothing more can be said
	}
	s.conn.Close() // sends close_notify: RFC 5734, Section 9
	level := zap.DebugLevel
	if registrar != "" {
		level = zap.InfoLevel
	}
	s.srv.cfg.Log.Log(level, "epp: session closed", s.field(), zap.String("registrar", registrar),
		zap.String("remote", s.remote), zap.String("reason", reason), zap.Duration("lasted", time.Since(s.opened)))
	s.srv.ended(s)
}

func (s *session) field() zap.Field { return zap.String("session", s.id) }

// buffers holds memory for frames and answers between uses, so that idle sessions have
// none.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}

// next reads one data unit and answers it. It gives the reason to end the session, or "".
func (s *session) next() (reason string) {
	if !s.transport.await(s.readDeadline()) {
		return endShutdown
	}
	size, err := epp.ReadHeader(frameReader{s}, s.srv.cfg.Limits.FrameSize)
	if errors.Is(err, epp.ErrFrameTooLarge) || errors.Is(err, epp.ErrFrameTooShort) {
		return s.refuseLength(err)
	}
	if err != nil {
		return s.readFailure(err)
	}
	in, out := buffers.Get().(*[]byte), buffers.Get().(*[]byte)
	defer buffers.Put(in)
	defer buffers.Put(out)
	frame, err := epp.ReadBody(frameReader{s}, size, *in)
	if err != nil {
		return s.readFailure(err)
	}
	*in = frame
	if !s.transport.work() {
		return endShutdown
	}
	return s.answer(frame, out)
}

// readDeadline is until when the next data unit has to begin, and how much later it may
// be: nothing before the login.
func (s *session) readDeadline() (deadline time.Time, slack time.Duration) {
	timeout := s.srv.cfg.Limits.IdleTimeout
	idle := s.answered.Add(timeout)
	if s.registrar == "" && s.loginDeadline.Before(idle) {
		return s.loginDeadline, 0
	}
	return idle, timeout / deadlineSlack
}

// frameReader reads what TLS has decrypted. A data unit may begin in a record that was
// read with the one before, which the transport cannot see.
type frameReader struct{ *session }

func (r frameReader) Read(p []byte) (int, error) {
	n, err := r.conn.Read(p)
	if n > 0 && r.transport.phase == waiting {
		r.transport.begin()
	}
	return n, err
}

// readFailure says why no data unit was read.
func (s *session) readFailure(err error) (reason string) {
	switch {
	case s.transport.isStopped():
		return endShutdown
	case errors.Is(err, os.ErrDeadlineExceeded) && s.transport.phase == reading:
		return endSlowFrame
	case errors.Is(err, os.ErrDeadlineExceeded) && s.registrar == "":
		return endNoLogin
	case errors.Is(err, os.ErrDeadlineExceeded):
		return endIdle
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return endByClient
	}
	s.srv.cfg.Log.Debug("epp: read", s.field(), zap.Error(err))
	return endBroken
}

// refuseLength answers a data unit of an impossible length, which is not read.
func (s *session) refuseLength(err error) (reason string) {
	c := &call{session: s, started: time.Now(), name: nameUnknown, svTRID: s.srv.trids.next(), bytesIn: frameHeader}
	why := "the length of the data unit is below that of its header (RFC 5734, Section 4)"
	if errors.Is(err, epp.ErrFrameTooLarge) {
		why = "the data unit is longer than " + strconv.Itoa(s.srv.cfg.Limits.FrameSize) + " octets"
	}
	out := buffers.Get().(*[]byte)
	defer buffers.Put(out)
	c.finish(&epp.Response{Results: []epp.Result{{Code: epp.CodeSyntaxError, Values: []epp.Value{{Reason: why}}}}}, out)
	return endFrameLength
}

// frameHeader is the length of a data unit's header in octets (RFC 5734, Section 4).
const frameHeader = 4

// write sends one data unit in a single write: one TLS record where it fits.
func (s *session) write(unit []byte) error {
	if now, timeout := time.Now(), s.srv.cfg.Limits.WriteTimeout; s.writeUntil.Sub(now) < timeout {
		s.writeUntil = now.Add(timeout + timeout/deadlineSlack)
		s.conn.SetWriteDeadline(s.writeUntil) //nolint:errcheck // the write fails as well
	}
	n, err := s.conn.Write(unit)
	s.srv.cfg.Metrics.sent.Add(float64(n))
	return err
}
