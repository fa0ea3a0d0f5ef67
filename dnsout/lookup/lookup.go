package lookup

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/miekg/dns"
)

const (
	headerSize = 12
	sizeUDP    = 1232 // what fits an unfragmented IPv6 packet of the minimum MTU
	bufferUDP  = 4096 // a larger packet is cut, and then malformed
	maxMessage = 65535
	// afterError is how long reading rests after a failure that is not the end.
	afterError = 5 * time.Millisecond
)

// lookup is one call of TXT.
type lookup struct {
	c         *Client
	caller    context.Context
	ctx       context.Context // ends with the caller's, or when the time is out
	questions []question
	answers   []Answer

	dropped error // why the last message that was dropped was
	broken  error // the last failure of the network
}

// question is one name that is asked for.
type question struct {
	name  string // fully qualified, as the library writes it
	at    int    // index of its answer
	state state
	sent  []sent
}

type state uint8

const (
	open     state = iota // no answer yet
	large                 // to be asked over TCP
	answered              //
)

// sent is one message by which a question was asked.
type sent struct {
	id  uint16
	mac string // in hexadecimal
}

// run asks over UDP, and over TCP what is too large for that.
func (l *lookup) run() error {
	if err := l.overUDP(); err != nil {
		return err
	}
	if !l.any(large) {
		return nil
	}
	for i := range l.questions {
		q := &l.questions[i]
		q.sent = nil // what comes late over UDP answers nothing now
		if q.state == large {
			q.state = open
		}
	}
	return l.overTCP()
}

func (l *lookup) any(s state) bool {
	for i := range l.questions {
		if l.questions[i].state == s {
			return true
		}
	}
	return false
}

// overUDP asks all questions until each has an answer or is known to need TCP.
func (l *lookup) overUDP() error {
	c, err := l.c.udp.get(l.ctx, false)
	if err != nil {
		l.broken = err
		return l.failure()
	}
	release := l.hold(&l.c.udp, c)
	for try := 1; l.any(open); try++ {
		if err = l.send(c); err != nil {
			break
		}
		wait := l.c.cfg.Timeout
		if try < l.c.cfg.Tries {
			wait /= time.Duration(l.c.cfg.Tries + 3)
		}
		if err = l.receive(c, time.Now().Add(wait)); err != nil {
			break
		}
		if l.any(open) && (try == l.c.cfg.Tries || l.ctx.Err() != nil) {
			err = l.failure()
			break
		}
	}
	// A socket that somebody else has sent to is not used again.
	release(err == nil && l.dropped == nil)
	return err
}

// hold lets the end of ctx end reading from c. The returned function gives c back,
// to be used again when it is good for that.
func (l *lookup) hold(p *pool, c *conn) (release func(good bool)) {
	stop := context.AfterFunc(l.ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	return func(good bool) {
		if stop() && good {
			p.put(c)
		} else {
			p.drop(c)
		}
	}
}

// send sends every open question in a packet of its own.
func (l *lookup) send(c *conn) error {
	for i := range l.questions {
		q := &l.questions[i]
		if q.state != open {
			continue
		}
		packed, err := l.pack(q)
		if err != nil {
			return err
		}
		_, err = c.Write(packed)
		if errors.Is(err, syscall.ECONNREFUSED) {
			// That was about an earlier packet; this one has not been sent.
			_, err = c.Write(packed)
		}
		if err != nil {
			l.broken = err
		}
	}
	return nil
}

// pack signs a question once more, with an id that no other message has.
func (l *lookup) pack(q *question) ([]byte, error) {
	var m dns.Msg
	for m.Id = randomID(); l.find(m.Id) != nil; {
		m.Id = randomID()
	}
	m.Question = []dns.Question{{Name: q.name, Qtype: dns.TypeTXT, Qclass: dns.ClassINET}}
	m.SetEdns0(sizeUDP, false)
	packed, mac, err := l.c.key.sign(&m)
	if err != nil {
		return nil, fmt.Errorf("lookup: question for %.300q: %w", q.name, err)
	}
	q.sent = append(q.sent, sent{m.Id, mac})
	return packed, nil
}

func randomID() uint16 {
	var b [2]byte
	rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint16(b[:])
}

// find returns the question that was asked with an id.
func (l *lookup) find(id uint16) *question {
	for i := range l.questions {
		for _, s := range l.questions[i].sent {
			if s.id == id {
				return &l.questions[i]
			}
		}
	}
	return nil
}

// receive reads packets until no question is open or the time has come. Only what
// ends the lookup is an error.
func (l *lookup) receive(c *conn, until time.Time) error {
	_ = c.SetReadDeadline(until)
	for l.any(open) {
		if l.ctx.Err() != nil {
			return l.failure()
		}
		n, err := c.Read(c.buf)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil // for another try, or for ctx
		case errors.Is(err, net.ErrClosed):
			return errClosed
		case err != nil:
			// Anybody can cause that, by ICMP; the answer may still come.
			l.broken = err
			if !l.rest(until) {
				return nil
			}
			continue
		}
		if err := l.take(c.buf[:n], false); err != nil {
			return err
		}
	}
	return nil
}

// rest waits a little and says whether there is time left.
func (l *lookup) rest(until time.Time) bool {
	timer := time.NewTimer(min(afterError, time.Until(until)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return time.Now().Before(until)
	case <-l.ctx.Done():
		return false
	}
}

// failure is the error of a lookup whose time is out, or whose caller's has ended.
func (l *lookup) failure() error {
	var err error
	switch {
	case l.dropped != nil:
		err = fmt.Errorf("%w: %w", ErrUntrusted, l.dropped)
	case l.broken != nil:
		err = fmt.Errorf("%w: %w", ErrUnreachable, plain(l.broken))
	default:
		err = fmt.Errorf("%w: no answer within %v", ErrUnreachable, l.c.cfg.Timeout)
	}
	if ended := l.caller.Err(); ended != nil {
		err = fmt.Errorf("%w: %w", err, ended)
	}
	return err
}

// plain is a failure of the network without the addresses of both sides.
func plain(err error) error {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}
