package rest

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"cadastre/registry"
)

// event is what is known of a request. Handlers fill it in; it is logged once, at the
// end. It belongs to the request's goroutine.
type event struct {
	transaction string
	account     string
	route       string
	application string
	reason      string // what the client was told
	fault       error  // what it was not told
	stack       []byte // of a panic
}

type eventKey struct{}

// eventOf returns the event of the request that ctx is of.
func eventOf(ctx context.Context) *event { return ctx.Value(eventKey{}).(*event) }

// actor is who asks.
func (ev *event) actor() registry.Actor {
	return registry.Actor{Registrar: ev.account, Verifier: true, Channel: "rest", SvTRID: ev.transaction}
}

// tell writes down what the client is told and completes it.
func (ev *event) tell(p *Problem) *Problem {
	p.Transaction = ev.transaction
	ev.reason = p.Detail
	return p
}

// fail is the problem that err means.
func (ev *event) fail(err error) error {
	p, fault := failure(err, ev.transaction)
	ev.fault = fault
	return ev.tell(p)
}

// log writes the request's line: no body, no token, no query.
func (s *Server) log(ev *event, rec *recorder, r *http.Request, took time.Duration) {
	s.cfg.Metrics.request(ev.route, rec.status, took)
	fields := []zap.Field{
		zap.String("account", ev.account), zap.String("method", method(r)), zap.String("route", ev.route),
		zap.Int("status", rec.status), zap.String("transaction", ev.transaction), zap.Float64("latency", took.Seconds()),
		zap.String("remote", r.RemoteAddr), zap.Int64("bytes_out", rec.written),
	}
	if ev.application != "" {
		fields = append(fields, zap.String("application", ev.application))
	}
	if ev.reason != "" {
		fields = append(fields, zap.String("reason", ev.reason))
	}
	if ev.stack != nil {
		fields = append(fields, zap.ByteString("stack", ev.stack))
	}
	if ev.fault == nil {
		s.cfg.Log.Info("http", fields...)
		return
	}
	s.cfg.Log.Error("http", append(fields, zap.NamedError("fault", ev.fault))...)
}

// method bounds what a client can put into the log.
func method(r *http.Request) string {
	if len(r.Method) > 10 {
		return "other"
	}
	return r.Method
}

// recorder remembers what was answered, and gives the client its time to read it.
type recorder struct {
	http.ResponseWriter
	timeout time.Duration
	status  int // 0 while nothing was answered
	written int64
}

// Unwrap lets http.ResponseController find the connection's own writer.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= 200 {
		rec.status = status
		http.NewResponseController(rec.ResponseWriter).SetWriteDeadline(time.Now().Add(rec.timeout)) //nolint:errcheck // the server's own deadline stays
	}
	rec.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (rec *recorder) Write(b []byte) (int, error) {
	if rec.status == 0 {
		rec.WriteHeader(http.StatusOK)
	}
	n, err := rec.ResponseWriter.Write(b)
	rec.written += int64(n)
	return n, err
}

// trids gives transaction ids: unique in this process by a counter, and among processes
// and restarts by a prefix of the time of the start and 40 random bits.
type trids struct {
	prefix string
	last   atomic.Uint64
}

func newTRIDs(start time.Time) *trids {
	var b [10]byte
	binary.BigEndian.PutUint64(b[:8], uint64(start.UnixMilli())<<24) // 40 bits: 34 years
	rand.Read(b[5:])                                                 //nolint:errcheck // never fails
	return &trids{prefix: base32.HexEncoding.EncodeToString(b[:]) + "-"}
}

func (t *trids) next() string {
	var buf [40]byte
	return string(strconv.AppendUint(append(buf[:0], t.prefix...), t.last.Add(1), 10))
}
