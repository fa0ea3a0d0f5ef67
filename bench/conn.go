package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"slices"
	"time"

	"cadastre/epp"
)

// conn is a TLS connection that exchanges data units (RFC 5734, section 4). It does as
// little as it can, for it shares the machine with what it measures.
type conn struct {
	tls *tls.Conn
	buf []byte
}

const (
	maxAnswer       = 64 << 10
	exchangeTimeout = 30 * time.Second
)

func dial(ctx context.Context, addr string, cfg *tls.Config) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, exchangeTimeout)
	defer cancel()
	d := tls.Dialer{Config: cfg, NetDialer: &net.Dialer{}}
	c, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &conn{tls: c.(*tls.Conn)}, nil
}

// exchange sends a data unit and gives the XML instance of the answer, which is valid
// until the next call.
func (c *conn) exchange(unit []byte) ([]byte, error) {
	if _, err := c.tls.Write(unit); err != nil {
		return nil, err
	}
	return c.receive()
}

// receive reads one data unit. There is never more than one on its way.
func (c *conn) receive() ([]byte, error) {
	if c.buf == nil {
		c.buf = make([]byte, 4096)
	}
	have := 0
	for {
		n, err := c.tls.Read(c.buf[have:])
		if err != nil {
			return nil, err
		}
		have += n
		if have < 4 {
			continue
		}
		size := int(binary.BigEndian.Uint32(c.buf))
		switch {
		case size < 4 || size > maxAnswer:
			return nil, fmt.Errorf("a data unit of %d octets", size)
		case have == size:
			return c.buf[4:size], nil
		case size > len(c.buf):
			c.buf = append(c.buf[:have], make([]byte, size-have)...)
		}
	}
}

func (c *conn) close() { c.tls.Close() }

// closeAll closes connections whose end nobody waits for.
func closeAll(conns []*conn) {
	for _, c := range conns {
		c.close()
	}
}

var resultCode = []byte(`<result code="`)

// code reads the result code of a response, and nothing else of it.
func code(answer []byte) string {
	_, after, found := bytes.Cut(answer, resultCode)
	if !found || len(after) < 4 {
		return ""
	}
	return string(after[:4])
}

// do exchanges a command while nothing is being measured.
func (c *conn) do(body epp.Body, want ...string) error {
	_, err := c.command(&epp.Command{Body: body}, want...)
	return err
}

// command is do for a command with extensions; it gives the code of the answer.
func (c *conn) command(cmd *epp.Command, want ...string) (string, error) {
	cmd.ClTRID = "bench-setup"
	answer, err := c.exchange(epp.AppendFrame(nil, epp.EncodeCommand(cmd)))
	if err != nil {
		return "", err
	}
	got := code(answer)
	if slices.Contains(want, got) {
		return got, nil
	}
	return got, fmt.Errorf("%s %s was answered with %s", cmd.Body.Verb(), cmd.Body.Object(), answer)
}

// tlsConfig is a registrar's, or that of somebody without a certificate for nil.
func (s *sandbox) tlsConfig(r *registrar) (*tls.Config, error) {
	pem, err := os.ReadFile(s.path(s.info.EPP.CA))
	if err != nil {
		return nil, err
	}
	cfg := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: s.info.EPP.ServerName, MinVersion: tls.VersionTLS13}
	if !cfg.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s: no certificate in it", s.info.EPP.CA)
	}
	if r != nil {
		pair, err := tls.LoadX509KeyPair(s.path(r.Cert), s.path(r.Key))
		if err != nil {
			return nil, err
		}
		cfg.Certificates = []tls.Certificate{pair}
	}
	return cfg, nil
}

// registrarOf spreads sessions over the registrars.
func (s *sandbox) registrarOf(session int) *registrar {
	return &s.info.Registrars[session%len(s.info.Registrars)]
}

// login opens count sessions, spread over the registrars.
func (s *sandbox) login(ctx context.Context, count int) (conns []*conn, err error) {
	for i := range count {
		c, err := s.loginAs(ctx, s.registrarOf(i))
		if err != nil {
			closeAll(conns)
			return nil, fmt.Errorf("session %d: %w", i+1, err)
		}
		conns = append(conns, c)
	}
	return conns, nil
}

func (s *sandbox) loginAs(ctx context.Context, r *registrar) (*conn, error) {
	cfg, err := s.tlsConfig(r)
	if err != nil {
		return nil, err
	}
	c, extensions, err := s.loginOver(ctx, r, cfg)
	if err == nil {
		s.extensions = extensions
	}
	return c, err
}

// loginOver is loginAs with a given configuration of TLS. It gives the extensions announced,
// all of which are chosen.
func (s *sandbox) loginOver(ctx context.Context, r *registrar, cfg *tls.Config) (c *conn, extensions []string, err error) {
	if c, err = dial(ctx, s.info.EPP.Addr, cfg); err != nil {
		return nil, nil, err
	}
	greeting, err := c.receive()
	if err == nil {
		extensions, err = announced(greeting)
	}
	if err == nil {
		err = c.do(&epp.Login{
			ClID: r.ID, PW: r.Password, Version: "1.0", Lang: "en",
			ObjURIs: []string{epp.NSDomain, epp.NSHost, epp.NSContact}, ExtURIs: extensions,
		}, "1000")
	}
	if err != nil {
		c.close()
		return nil, nil, err
	}
	return c, extensions, nil
}
