package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"go.uber.org/zap"
)

// ErrServerClosed is what Serve returns after Shutdown or Close.
var ErrServerClosed = http.ErrServerClosed

// Server answers HTTPS requests. Its methods may be called from many goroutines, but
// Handle only before Serve.
type Server struct {
	cfg       Config
	mux       *http.ServeMux
	http      *http.Server
	trids     *trids
	admission *admission
	accounts  *rates[string]
	failures  *rates[netip.Prefix] // wrong tokens

	base   context.Context // parent of every request's context
	cancel context.CancelFunc
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
	l := c.Limits
	s := &Server{
		cfg:       c,
		mux:       http.NewServeMux(),
		trids:     newTRIDs(time.Now()),
		admission: &admission{limits: l, metrics: c.Metrics, peers: map[netip.Prefix]int{}},
		accounts:  newRates[string](float64(l.RequestsPerSecond), l.RequestBurst, c.Now),
		failures:  newRates[netip.Prefix](float64(l.TokenFailuresPerMinute)/60, l.TokenFailuresPerMinute, c.Now),
	}
	s.base, s.cancel = context.WithCancel(context.Background())
	s.http = s.newHTTP(conf)
	if c.Desk != nil {
		if err := s.mountAPI(); err != nil {
			s.cancel()
			return nil, err
		}
	}
	return s, nil
}

// Sizes that no client in use comes near.
const (
	maxHeader  = 16 << 10 // octets of a request's header
	maxStreams = 32       // requests at a time on one HTTP/2 connection
)

func (s *Server) newHTTP(conf *tls.Config) *http.Server {
	l := s.cfg.Limits
	return &http.Server{
		Handler: http.HandlerFunc(s.serve), TLSConfig: conf, MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: l.HeaderTimeout, ReadTimeout: max(l.ReadTimeout, l.HeaderTimeout), IdleTimeout: l.IdleTimeout,
		// The recorder allows WriteTimeout from the first octet of the answer on; this is
		// for what never gets there.
		WriteTimeout: l.ReadTimeout + l.RequestTimeout + l.WriteTimeout,
		HTTP2:        &http.HTTP2Config{MaxConcurrentStreams: maxStreams},
		ErrorLog:     log.New(complaints{s.cfg.Log, s.cfg.Metrics}, "", 0),
		BaseContext:  func(net.Listener) context.Context { return s.base },
	}
}

// Handle mounts a handler, such as that of RDAP, at a pattern of http.ServeMux. It gets
// the server's limits, headers, log line and metrics, with the pattern as the route; who
// asks is its own business, and so is a Cache-Control other than no-store. It panics
// when the pattern is taken.
func (s *Server) Handle(pattern string, h http.Handler) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, int64(s.cfg.Limits.BodySize))
		h.ServeHTTP(w, r)
	})
}

// Serve accepts TCP connections from ln until the server is closed, and then returns
// ErrServerClosed. TLS is the server's business, not the listener's. Serve closes ln.
func (s *Server) Serve(ln net.Listener) error {
	return s.http.ServeTLS(&limited{ln, s.admission}, "", "")
}

// Shutdown stops accepting, closes idle connections and waits for requests under way.
// When ctx ends, what is left is cancelled and its connections cut, and Shutdown returns
// the context's error.
func (s *Server) Shutdown(ctx context.Context) error {
	defer s.cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		s.cancel()
		err = errors.Join(err, s.http.Close())
	}
	return err
}

// formType is what curl -d says of any body. Nothing here reads forms, and tokens are no
// cookies that a browser would send along, so the body is taken for the JSON it is.
const formType = "application/x-www-form-urlencoded"

// serve answers one request: what is common to all routes.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	ev := &event{transaction: s.trids.next(), route: noRoute}
	rec := &recorder{ResponseWriter: w, timeout: s.cfg.Limits.WriteTimeout}
	ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), eventKey{}, ev), s.cfg.Limits.RequestTimeout)
	defer cancel()
	r = r.WithContext(ctx)
	defer func() { s.finish(ev, rec, r, start, recover()) }()

	if r.ContentLength == 0 {
		allowLongWork(w)
	}
	if r.Header.Get("Content-Type") == formType {
		r.Header.Set("Content-Type", "application/json")
	}
	setHeaders(w.Header(), r)
	w.Header().Set("Transaction-Id", ev.transaction)
	handler, pattern := s.mux.Handler(r)
	if pattern == "" {
		ev.tell(unrouted(handler, r)).write(rec)
		return
	}
	ev.route = pattern
	s.mux.ServeHTTP(rec, r)
	if rec.status == 0 {
		rec.WriteHeader(http.StatusOK)
	}
}

// finish writes down what became of a request, a panic too.
func (s *Server) finish(ev *event, rec *recorder, r *http.Request, start time.Time, panicked any) {
	if panicked != nil && panicked != http.ErrAbortHandler {
		s.cfg.Metrics.panics.Inc()
		ev.fault, ev.stack = fmt.Errorf("panic: %v", panicked), debug.Stack()
		if rec.status == 0 {
			p, _ := failure(ev.fault, ev.transaction)
			ev.tell(p).write(rec)
			panicked = nil
		}
	}
	s.log(ev, rec, r, time.Since(start))
	if panicked != nil {
		panic(http.ErrAbortHandler) // half an answer is out: cut the connection
	}
}

// allowLongWork lifts the deadline for reading a request that has been read. Passing it
// would end the request's context.
func allowLongWork(w http.ResponseWriter) {
	http.NewResponseController(w).SetReadDeadline(time.Time{}) //nolint:errcheck // the deadline stays
}

// setHeaders sets what every answer has. There is no CORS: no browser script of another
// origin has business here.
func setHeaders(h http.Header, r *http.Request) {
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	if host != "localhost" { // a browser would apply it to all that listens there
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// unrouted is the answer where no route fits: 404, or 405 with the methods that do.
func unrouted(handler http.Handler, r *http.Request) *Problem {
	answer := &headerOnly{header: http.Header{}, status: http.StatusNotFound}
	handler.ServeHTTP(answer, r)
	if answer.status == http.StatusMethodNotAllowed {
		allow := answer.header.Get("Allow")
		return newProblem(answer.status, "Only "+allow+" can be done here.").with("Allow", allow)
	}
	return newProblem(http.StatusNotFound, "There is nothing here.")
}

// headerOnly takes an answer of which the body is not wanted.
type headerOnly struct {
	header http.Header
	status int
}

func (h *headerOnly) Header() http.Header         { return h.header }
func (h *headerOnly) WriteHeader(status int)      { h.status = status }
func (h *headerOnly) Write(b []byte) (int, error) { return len(b), nil }

// complaints takes the lines of http.Server's own log. Those about handshakes are made
// by strangers at will.
type complaints struct {
	log     *zap.Logger
	metrics *Metrics
}

// Write implements io.Writer.
func (c complaints) Write(line []byte) (int, error) {
	text := strings.TrimSpace(string(line))
	if strings.HasPrefix(text, "http: TLS handshake error") {
		c.metrics.handshakes.Inc()
		c.log.Debug(text)
	} else {
		c.log.Warn(text)
	}
	return len(line), nil
}
