package server

import (
	"io"
	"net"
	"sync"
	"time"
)

// transport is a client's TCP connection below TLS. It keeps the read deadline: a client
// may be silent for long between two data units, but once the first octet of one has
// arrived, even in a TLS record that is not complete, the rest has to follow soon.
type transport struct {
	net.Conn
	frameTimeout time.Duration

	mu       sync.Mutex
	phase    phase
	stopped  bool
	deadline time.Time // the read deadline that is set
	begun    bool      // a data unit has, and the deadline is not yet its own
}

// deadlineSlack is how much later than it need be a deadline may be set, as a part of the
// time it gives: so it holds for many commands, and moving it is rare.
const deadlineSlack = 64

// phase is what a transport is used for. It decides what stop does.
type phase uint8

const (
	shaking phase = iota // TLS handshake
	waiting              // for a data unit
	reading              // a data unit
	working              // on a command, until its answer is written
)

// await begins to wait for a data unit, which has to begin before the deadline or slack
// later. It reports false if the session has been stopped.
func (t *transport) await(deadline time.Time, slack time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped {
		return false
	}
	t.phase = waiting
	if late := t.deadline.Sub(deadline); late < 0 || late > slack {
		t.deadline = deadline.Add(slack)
		t.Conn.SetReadDeadline(t.deadline) //nolint:errcheck // the next read fails as well
	}
	return true
}

// begin notes that a data unit has begun to arrive. Mostly all of it has: it gets its
// deadline when more has to be read, which is then done at once.
func (t *transport) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.phase == waiting && !t.stopped {
		t.phase, t.begun = reading, true
	}
}

// hurry sets the deadline of the data unit that is being read.
func (t *transport) hurry() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.begun && !t.stopped {
		t.deadline, t.begun = time.Now().Add(t.frameTimeout), false
		t.Conn.SetReadDeadline(t.deadline) //nolint:errcheck // as above
	}
}

// work begins the command that has been read. It reports false if the session has been
// stopped, so that no command begins after that.
func (t *transport) work() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped {
		return false
	}
	t.phase, t.begun = working, false
	return true
}

// stop ends the session: at once if it is not at work, else after the answer.
func (t *transport) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped = true
	if t.phase != working {
		t.Conn.SetReadDeadline(time.Unix(1, 0)) //nolint:errcheck // as above
	}
}

// isStopped reports whether stop was called.
func (t *transport) isStopped() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.stopped
}

// Read implements net.Conn for the TLS layer. The phase is written by the goroutine that
// reads, and stop does not change it, so looking at it first needs no lock.
func (t *transport) Read(p []byte) (int, error) {
	if t.phase == reading {
		t.hurry()
	}
	n, err := t.Conn.Read(p)
	if n > 0 && t.phase == waiting {
		t.begin()
	}
	return n, err
}

// Limits of what is read and thrown away before a connection is closed.
const (
	lingerOctets = 256 << 10
	lingerTime   = time.Second
)

// linger waits until the client has closed its side, for a moment. Closing a socket with
// unread data makes TCP throw away what is still on its way to the client: the answer
// that says why the connection ends.
func (t *transport) linger() {
	tcp, ok := t.Conn.(*net.TCPConn)
	if !ok || t.isStopped() || tcp.CloseWrite() != nil {
		return
	}
	t.mu.Lock()
	t.phase = shaking                                  // whatever arrives is not a data unit
	t.Conn.SetReadDeadline(time.Now().Add(lingerTime)) //nolint:errcheck // as above
	t.mu.Unlock()
	io.CopyN(io.Discard, tcp, lingerOctets) //nolint:errcheck // nobody is there to care
}
