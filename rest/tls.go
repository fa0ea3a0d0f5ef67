package rest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"go.uber.org/zap"
)

// serverTLS makes the TLS configuration that connections use.
func serverTLS(c Config) (*tls.Config, error) {
	if c.TLS != nil {
		if len(c.TLS.Certificates) == 0 && c.TLS.GetCertificate == nil {
			return nil, errors.New("rest: Config.TLS holds no certificate")
		}
		return hardened(c.TLS), nil
	}
	pair := &keyPair{certFile: c.CertFile, keyFile: c.KeyFile, log: c.Log}
	if err := pair.load(time.Now()); err != nil {
		return nil, fmt.Errorf("rest: %w", err)
	}
	return hardened(&tls.Config{GetCertificate: pair.get}), nil
}

// hardened is a copy of base that obeys RFC 9325: TLS 1.2 and 1.3, forward secrecy and
// AEAD only (Section 4.2). Client certificates are not asked for: accounts show tokens.
func hardened(base *tls.Config) *tls.Config {
	t := base.Clone()
	t.MinVersion = max(t.MinVersion, tls.VersionTLS12)
	t.MaxVersion = 0
	t.CipherSuites = []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	}
	t.ClientAuth = tls.NoClientCert
	t.NextProtos = []string{"h2", "http/1.1"}
	return t
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
