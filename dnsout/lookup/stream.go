package lookup

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"time"
)

// redials is how often a lookup asks over TCP: a kept connection may be stale.
const redials = 2

// overTCP asks the open questions over a kept connection, and over a new one if
// that fails.
func (l *lookup) overTCP() error {
	for try := 1; ; try++ {
		err := l.stream(try)
		if err != nil || !l.any(open) {
			return err
		}
		if try == redials || l.ctx.Err() != nil {
			return l.failure()
		}
	}
}

// stream asks over one connection. Only what ends the lookup is an error.
func (l *lookup) stream(try int) (err error) {
	c, err := l.c.tcp.get(l.ctx, try > 1)
	if err != nil {
		l.broken = err
		return nil
	}
	release := l.hold(&l.c.tcp, c)
	before := l.dropped
	defer func() { release(err == nil && !l.any(open) && l.dropped == before) }()
	until, _ := l.ctx.Deadline()
	if try < redials {
		until = time.Now().Add(time.Until(until) / 2)
	}
	_ = c.SetDeadline(until)
	var out []byte
	for i := range l.questions {
		q := &l.questions[i]
		if q.state != open {
			continue
		}
		packed, err := l.pack(q)
		if err != nil {
			return err
		}
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(packed))), packed...)
	}
	if l.ctx.Err() != nil {
		return l.failure()
	}
	if _, err := c.Write(out); err != nil {
		return l.cut(err)
	}
	for l.any(open) {
		msg, err := readMessage(c)
		if err != nil {
			return l.cut(err)
		}
		if err := l.take(msg, true); err != nil {
			return err
		}
	}
	return nil
}

// cut notes why a connection failed.
func (l *lookup) cut(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return errClosed
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		l.broken = err
	}
	return nil
}

// readMessage reads one message of the stream (RFC 1035, Section 4.2.2).
func readMessage(c *conn) ([]byte, error) {
	if _, err := io.ReadFull(c, c.buf[:2]); err != nil {
		return nil, err
	}
	msg := c.buf[:binary.BigEndian.Uint16(c.buf)]
	_, err := io.ReadFull(c, msg)
	return msg, err
}
