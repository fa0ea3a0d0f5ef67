package client

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

// Limits and waits where Config leaves them zero.
const (
	// DefaultMaxFrame bounds a server's frame, header included: far above any answer of
	// the mappings, and small enough that a hostile server cannot fill the memory.
	DefaultMaxFrame = 1 << 20
	// DefaultTimeout bounds the wait for one answer, and for connection, handshake and
	// greeting together.
	DefaultTimeout = 30 * time.Second
)

// Config says how to reach a server.
type Config struct {
	Addr        string           // host:port; RFC 5734 assigned port 700
	ServerName  string           // expected in the server's certificate; "" means the host of Addr
	RootCAs     *x509.CertPool   // authorities the server's certificate may come from; nil means the system's
	Certificate *tls.Certificate // the client's own; nil if there is none
	Timeout     time.Duration    // for each exchange, beside the context's deadline; 0 means DefaultTimeout
	MaxFrame    int              // octets, header included; 0 means DefaultMaxFrame
}

// LoadRootCAs replaces RootCAs by the certificates of a PEM file.
func (c *Config) LoadRootCAs(file string) error {
	pem, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return fmt.Errorf("%s: no certificate in it", file)
	}
	c.RootCAs = pool
	return nil
}

// LoadCertificate replaces Certificate by a pair of PEM files.
func (c *Config) LoadCertificate(certFile, keyFile string) error {
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return fmt.Errorf("client certificate: %w", err)
	}
	c.Certificate = &pair
	return nil
}

func (c *Config) tlsConfig() (*tls.Config, error) {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return nil, fmt.Errorf("epp client: %w", err)
	}
	name := c.ServerName
	if name == "" {
		name = host
	}
	if name == "" {
		return nil, errors.New("epp client: the address names no host")
	}
	t := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: name, RootCAs: c.RootCAs}
	if c.Certificate != nil {
		t.Certificates = []tls.Certificate{*c.Certificate}
	}
	return t, nil
}
