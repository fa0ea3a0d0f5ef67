package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// resolver asks one DNS server over UDP (RFC 1035, section 4).
type resolver struct {
	conn net.Conn
	in   [4096]byte
}

func newResolver(ctx context.Context, addr string) (*resolver, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "udp", addr)
	if err != nil {
		return nil, err
	}
	return &resolver{conn: conn}, nil
}

func (r *resolver) close() { r.conn.Close() }

// query packs a question for a name's NS records.
func query(domain string) ([]byte, error) {
	name, err := dnsmessage.NewName(domain + ".")
	if err != nil {
		return nil, err
	}
	m := dnsmessage.Message{Questions: []dnsmessage.Question{{Name: name, Type: dnsmessage.TypeNS, Class: dnsmessage.ClassINET}}}
	return m.Pack()
}

// ask sends a packed question and gives the answer with its identifier, which is valid until the
// next call. Answers to earlier questions are passed over.
func (r *resolver) ask(q []byte, timeout time.Duration) ([]byte, error) {
	id := uint16(rand.Uint32())
	binary.BigEndian.PutUint16(q, id)
	r.conn.SetDeadline(time.Now().Add(timeout)) //nolint:errcheck // the exchange fails as well
	if _, err := r.conn.Write(q); err != nil {
		return nil, err
	}
	for {
		n, err := r.conn.Read(r.in[:])
		if err != nil {
			return nil, err
		}
		if n >= 12 && binary.BigEndian.Uint16(r.in[:]) == id {
			return r.in[:n], nil
		}
	}
}

// delegated reports whether an answer refers to the name servers of the domain.
func delegated(answer []byte, domain string) (bool, error) {
	var p dnsmessage.Parser
	h, err := p.Start(answer)
	if err != nil {
		return false, err
	}
	if h.RCode != dnsmessage.RCodeSuccess {
		return false, nil
	}
	if err := errors.Join(p.SkipAllQuestions(), p.SkipAllAnswers()); err != nil {
		return false, err
	}
	record, err := p.AuthorityHeader()
	if errors.Is(err, dnsmessage.ErrSectionDone) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return record.Type == dnsmessage.TypeNS && strings.EqualFold(record.Name.String(), domain+"."), nil
}

// await asks for a domain again and again until it is delegated.
func (r *resolver) await(ctx context.Context, domain string, timeout time.Duration) error {
	q, err := query(domain)
	if err != nil {
		return err
	}
	const lost, pause = 100 * time.Millisecond, 100 * time.Microsecond
	for end := time.Now().Add(timeout); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(pause) {
		answer, err := r.ask(q, lost)
		var refused net.Error
		if errors.As(err, &refused) || errors.Is(err, os.ErrDeadlineExceeded) {
			continue // not there yet, or a packet was lost
		}
		if err != nil {
			return err
		}
		if ok, err := delegated(answer, domain); err != nil {
			return err
		} else if ok {
			return nil
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return fmt.Errorf("%s is not in DNS after %v", domain, timeout)
}
