package client

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"cadastre/epp"
)

// A server that keeps the rules cannot show what the client does about one that breaks
// them. The peer of these tests is a TLS listener with one function per connection.

// identity is a certificate authority with a certificate for the server and the client.
type identity struct {
	pool *x509.CertPool
	pair tls.Certificate
	pem  []byte // the certificate
	key  []byte
}

func newIdentity(t *testing.T) identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "peer"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	id := identity{
		pool: x509.NewCertPool(), pair: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		pem: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}),
	}
	id.pool.AddCert(cert)
	return id
}

// files writes the identity as PEM files.
func (id identity) files(t *testing.T) (cert, key string) {
	t.Helper()
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, text := range map[string][]byte{cert: id.pem, key: id.key} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// listen serves connections with f until the test ends, and gives a Config to reach it.
func listen(t *testing.T, f func(conn *tls.Conn)) Config {
	t.Helper()
	id := newIdentity(t)
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{id.pair}, ClientAuth: tls.RequestClientCert,
	})
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { serveOne(conn, f) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); serving.Wait() })
	return Config{Addr: l.Addr().String(), ServerName: "localhost", RootCAs: id.pool, Certificate: &id.pair}
}

func serveOne(conn net.Conn, f func(conn *tls.Conn)) {
	defer func() { _ = conn.Close() }()
	if conn.(*tls.Conn).HandshakeContext(context.Background()) == nil {
		f(conn.(*tls.Conn))
	}
}

func writeGreeting(conn *tls.Conn) {
	_ = epp.WriteFrame(conn, epp.EncodeGreeting(&epp.Greeting{
		ServerID: "peer", Date: time.Unix(1_700_000_000, 0), Versions: []string{"1.0"}, Langs: []string{"en"},
		ObjURIs: []string{epp.NSDomain, epp.NSHost}, ExtURIs: []string{epp.NSContactKind}, DCP: epp.DefaultDCP(),
	}))
}

// answering greets, then answers each command with what reply makes of it; nil ends.
func answering(reply func(cmd *epp.Command) *epp.Response) func(conn *tls.Conn) {
	return func(conn *tls.Conn) {
		writeGreeting(conn)
		for {
			frame, err := epp.ReadFrame(conn, DefaultMaxFrame)
			if err != nil {
				return
			}
			cmd, decodeErr := epp.DecodeCommand(frame)
			if decodeErr != nil {
				return
			}
			if _, hello := cmd.Body.(*epp.Hello); hello {
				writeGreeting(conn)
				continue
			}
			resp := reply(cmd)
			if resp == nil {
				return
			}
			if resp.ClTRID == "" {
				resp.ClTRID = cmd.ClTRID
			}
			resp.SvTRID = "peer-1"
			if epp.WriteFrame(conn, epp.EncodeResponse(resp)) != nil {
				return
			}
		}
	}
}

func dial(t *testing.T, cfg Config) *Conn {
	t.Helper()
	c, err := Dial(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}
