package dnsout

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"time"
)

const (
	// maxTCPQuery bounds the length prefix; a client that announces more is cut off.
	// No query this server answers is near it.
	maxTCPQuery = 4096
	// flushAt is how much is collected for a client that pipelines before it is
	// written (RFC 7766, Section 6.2.1.1).
	flushAt = 16 << 10
)

// tcpWorker answers the queries of one connection at a time.
type tcpWorker struct {
	r     responder
	tally *tally
	query []byte
	buf   []byte // one answer
	out   []byte // answers to be written, with their lengths
}

// handle answers one connection's queries in the order they come.
func (s *tcpServer) handle(c *tcpConn) {
	reason := "client"
	defer func() { s.leave(c, reason) }()
	in := bufio.NewReaderSize(c, 512)
	for {
		c.SetReadDeadline(time.Now().Add(s.idle(c)))
		if s.stopping() {
			reason = "shutdown"
			return
		}
		if _, err := in.Peek(1); err != nil {
			if errors.Is(err, io.EOF) {
				return
			}
			reason = "idle"
			return
		}
		w := s.workers.Get().(*tcpWorker)
		w.r.from = c.RemoteAddr()
		ok := s.answerBuffered(c, in, w)
		w.tally.flush(&w.r.seen)
		s.workers.Put(w)
		if !ok {
			reason = "fault"
			return
		}
	}
}

// answerBuffered answers the next query and those that have arrived whole with it,
// and writes the answers together.
func (s *tcpServer) answerBuffered(c *tcpConn, in *bufio.Reader, w *tcpWorker) bool {
	w.out = w.out[:0]
	for {
		c.SetReadDeadline(time.Now().Add(s.limits.Message))
		query, err := w.read(in)
		if err != nil {
			return false
		}
		answer, rcode := w.r.respond(w.buf, query, false)
		if answer == nil {
			w.tally.dropped++
			return false
		}
		w.tally.answers[rcode]++
		w.buf = answer[:0]
		w.out = binary.BigEndian.AppendUint16(w.out, uint16(len(answer)))
		w.out = append(w.out, answer...)
		more := wholeBuffered(in)
		if !more || len(w.out) >= flushAt {
			c.SetWriteDeadline(time.Now().Add(s.limits.Message))
			if _, err := c.Write(w.out); err != nil {
				return false
			}
			w.out = w.out[:0]
		}
		if !more || s.stopping() {
			return true
		}
	}
}

// wholeBuffered says whether the next message can be read without waiting.
func wholeBuffered(in *bufio.Reader) bool {
	if in.Buffered() < 2 {
		return false
	}
	length, _ := in.Peek(2)
	return in.Buffered() >= 2+int(binary.BigEndian.Uint16(length))
}

var errTCPLength = errors.New("length of a DNS message over TCP out of range")

// read reads one message into the worker's buffer (RFC 1035, Section 4.2.2).
func (w *tcpWorker) read(in *bufio.Reader) ([]byte, error) {
	if _, err := io.ReadFull(in, w.query[:2]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(w.query))
	if n < headerSize || n > maxTCPQuery {
		return nil, errTCPLength
	}
	_, err := io.ReadFull(in, w.query[:n])
	return w.query[:n], err
}
