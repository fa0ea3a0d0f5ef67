package server

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"go.uber.org/zap"
)

// cipherSuites are those of TLS 1.2; TLS 1.3 has no others than good ones. They are the
// ones RFC 9325, Section 4.2 recommends, and the ChaCha20-Poly1305 ones of RFC 7905 for
// clients without AES instructions. TLS_RSA_WITH_AES_128_CBC_SHA, which RFC 5734,
// Section 9 names, is left out because RFC 9325, Section 4.2.1 says so.
func cipherSuites() []uint16 {
	return []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	}
}

// serverTLS makes the TLS configuration that connections use.
func serverTLS(c Config) (*tls.Config, error) {
	files := c.CertFile != "" || c.KeyFile != ""
	switch {
	case c.TLS != nil && files:
		return nil, errors.New("epp/server: Config.TLS and Config.CertFile exclude each other")
	case c.TLS != nil:
		if len(c.TLS.Certificates) == 0 && c.TLS.GetCertificate == nil {
			return nil, errors.New("epp/server: Config.TLS holds no certificate")
		}
		return hardened(c.TLS), nil
	case c.CertFile == "" || c.KeyFile == "":
		return nil, errors.New("epp/server: Config.TLS, or CertFile and KeyFile, are required")
	}
	pair := &keyPair{certFile: c.CertFile, keyFile: c.KeyFile, log: c.Log}
	if err := pair.load(time.Now()); err != nil {
		return nil, fmt.Errorf("epp/server: %w", err)
	}
	return hardened(&tls.Config{GetCertificate: pair.get}), nil
}

// hardened is a copy of base that obeys RFC 9325: TLS 1.2 and 1.3, forward secrecy and
// AEAD only. Sessions are not resumed: EPP sessions are few and long, and a resumed one
// would carry the certificate of an earlier handshake. A client certificate is asked for
// and its owner proves that he has the key, but which certificate is good for which
// account is decided at login.
func hardened(base *tls.Config) *tls.Config {
	t := base.Clone()
	t.MinVersion = max(t.MinVersion, tls.VersionTLS12)
	t.MaxVersion = 0
	t.CipherSuites = cipherSuites()
	t.ClientAuth = tls.RequestClientCert
	t.SessionTicketsDisabled = true
	t.DynamicRecordSizingDisabled = true // an answer is wanted whole
	t.NextProtos = nil
	return t
}

// certificate is what the server keeps of a client certificate: a few octets for a
// session that may be idle for hours.
type certificate struct {
	fingerprint         string // SHA-256 of the DER, lower-case hex; "" if there is none
	notBefore, notAfter time.Time
}

// certificateOf reads the certificate whose key the client proved to have.
func certificateOf(state tls.ConnectionState) certificate {
	if len(state.PeerCertificates) == 0 {
		return certificate{}
	}
	leaf := state.PeerCertificates[0]
	sum := sha256.Sum256(leaf.Raw)
	return certificate{
		fingerprint: hex.EncodeToString(sum[:]),
		notBefore:   leaf.NotBefore,
		notAfter:    leaf.NotAfter,
	}
}

// fault says why the certificate cannot be used, or "". now is wall time: certificates
// know nothing of the registry's business clock.
func (c certificate) fault(now time.Time) string {
	switch {
	case c.fingerprint == "":
		return "no client certificate was presented"
	case now.Before(c.notBefore):
		return "the client certificate is not valid yet"
	case now.After(c.notAfter):
		return "the client certificate has expired"
	}
	return ""
}

// reloadEvery is how often, at most, the files of a keyPair are looked at.
const reloadEvery = 10 * time.Second

// keyPair is a certificate in files that are read again when they change.
type keyPair struct {
	certFile, keyFile string
	log               *zap.Logger

	mu      sync.Mutex
	cert    *tls.Certificate
	stamp   [2]time.Time // modification times of what was tried last
	checked time.Time
}

// get is tls.Config.GetCertificate.
func (p *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if now.Sub(p.checked) >= reloadEvery {
		if err := p.load(now); err != nil {
			p.log.Error("the new server certificate is unusable, the old one stays", zap.Error(err))
		}
	}
	return p.cert, nil
}

// load reads the files if they have changed since the last try.
func (p *keyPair) load(now time.Time) error {
	p.checked = now
	var stamp [2]time.Time
	for i, name := range []string{p.certFile, p.keyFile} {
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		stamp[i] = info.ModTime()
	}
	if p.cert != nil && stamp == p.stamp {
		return nil
	}
	p.stamp = stamp
	cert, err := tls.LoadX509KeyPair(p.certFile, p.keyFile)
	if err != nil {
		return err
	}
	p.cert = &cert
	return nil
}
