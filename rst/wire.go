package rst

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

// replyTime bounds the wait for a frame; it ends runs against servers that hang.
const replyTime = 30 * time.Second

// maxFrame bounds what is accepted of a server, in octets.
const maxFrame = 8 << 20

// wire is a connection that carries frames (RFC 5734, Section 4).
type wire struct{ conn *tls.Conn }

// dial connects, and completes the handshake.
func dial(ctx context.Context, address string, conf *tls.Config) (*wire, error) {
	ctx, cancel := context.WithTimeout(ctx, replyTime)
	defer cancel()
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnreachable, err)
	}
	conn := tls.Client(raw, conf)
	if err := conn.HandshakeContext(ctx); err != nil {
		raw.Close() //nolint:errcheck // the handshake's error is told
		return nil, err
	}
	return &wire{conn}, nil
}

// errUnreachable is a connection that TCP already refuses.
var errUnreachable = errors.New("not reachable")

func (w *wire) close() { w.conn.Close() } //nolint:errcheck // nothing is lost

func (w *wire) send(frame []byte) error {
	if err := w.conn.SetDeadline(time.Now().Add(replyTime)); err != nil {
		return err
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(len(frame)+4))
	_, err := w.conn.Write(append(head, frame...))
	return err
}

func (w *wire) receive() ([]byte, error) {
	if err := w.conn.SetDeadline(time.Now().Add(replyTime)); err != nil {
		return nil, err
	}
	var head [4]byte
	if _, err := io.ReadFull(w.conn, head[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size < 4 || size > maxFrame {
		return nil, fmt.Errorf("a frame of %d octets", size)
	}
	frame := make([]byte, size-4)
	_, err := io.ReadFull(w.conn, frame)
	return frame, err
}

// tlsConfig is the configuration of a client with a certificate, or none.
func (in *Inputs) tlsConfig(pair KeyPair) (*tls.Config, error) {
	conf := &tls.Config{ServerName: in.HostName, MinVersion: tls.VersionTLS12}
	if in.RootCAs != "" {
		pem, err := os.ReadFile(in.RootCAs)
		if err != nil {
			return nil, err
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate", in.RootCAs)
		}
	}
	if pair.Cert != "" {
		cert, err := tls.LoadX509KeyPair(pair.Cert, pair.Key)
		if err != nil {
			return nil, err
		}
		conf.Certificates = []tls.Certificate{cert}
	}
	return conf, nil
}
