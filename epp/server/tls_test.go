package server

import (
	"bytes"
	"crypto/tls"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"cadastre/internal/netserve"
)

func TestTLSVersionsAndCiphers(t *testing.T) {
	h := start(t, nil)
	for _, test := range []struct {
		name   string
		change func(*tls.Config)
		ok     bool
	}{
		{"1.3", func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 }, true},
		{"1.2", func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, true},
		{"1.1", func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, false},
		{"1.0", func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 }, false},
	} {
		conf := clientTLS(alphaCert())
		test.change(conf)
		conn, err := tls.Dial("tcp", h.addr, conf)
		if (err == nil) != test.ok {
			t.Errorf("TLS %s: %v", test.name, err)
		}
		if err == nil {
			conn.Close()
		}
	}
	good := netserve.CipherSuites()
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if suite.SupportedVersions[0] == tls.VersionTLS13 || strings.Contains(suite.Name, "_RSA_WITH") && strings.Contains(suite.Name, "ECDHE_RSA") {
			continue // 1.3 has none to choose; the server's key here is ECDSA
		}
		conf := clientTLS(alphaCert())
		conf.MaxVersion, conf.CipherSuites = tls.VersionTLS12, []uint16{suite.ID}
		conn, err := tls.Dial("tcp", h.addr, conf)
		if want := bytes.Contains(idBytes(good...), idBytes(suite.ID)); (err == nil) != want {
			t.Errorf("%s: %v, want accepted: %v", suite.Name, err, want)
		}
		if err == nil {
			conn.Close()
		}
	}
}

// idBytes writes cipher suite ids with a separator, so that one can be looked for.
func idBytes(ids ...uint16) []byte {
	var b []byte
	for _, id := range ids {
		b = append(b, byte(id>>8), byte(id), ';')
	}
	return b
}

// Sessions are not resumed: each shows its certificate anew.
func TestNoResumption(t *testing.T) {
	h := start(t, nil)
	conf := clientTLS(alphaCert())
	conf.ClientSessionCache = tls.NewLRUClientSessionCache(8)
	for range 2 {
		c := h.dialTLS(conf)
		c.send(hello)
		if c.conn.ConnectionState().DidResume {
			t.Error("a session was resumed")
		}
		c.raw.Close()
	}
}

// Who speaks another protocol gets nothing and is counted.
func TestNoTLS(t *testing.T) {
	h := start(t, nil)
	conn, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	if _, err := conn.Write([]byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	h.eventually("the handshake is counted", func() bool { return testutil.ToFloat64(h.metrics.handshakes) == 1 })
}

func TestCertificateFiles(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := serverCert().write(t, dir)
	h := start(t, func(c *Config) { c.TLS, c.CertFile, c.KeyFile = nil, certFile, keyFile })
	h.alpha()

	os.Remove(certFile)
	if _, err := New(Config{Registry: newMemory(), ServerID: "Test", CertFile: certFile, KeyFile: keyFile}); err == nil {
		t.Error("New took a pair that is not there")
	}
}
