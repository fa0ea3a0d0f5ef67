package netserve

import (
	"crypto/tls"
	"os"
	"sync"
	"time"

	"go.uber.org/zap"
)

// CipherSuites are those of TLS 1.2; TLS 1.3 has no others than good ones. They are the
// ones RFC 9325, Section 4.2 recommends, and the ChaCha20-Poly1305 ones of RFC 7905 for
// clients without AES instructions.
func CipherSuites() []uint16 {
	return []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	}
}

// reloadEvery is how often, at most, the files of a KeyPair are looked at.
const reloadEvery = 10 * time.Second

// KeyPair is a server's certificate in PEM files that are read again when they change;
// while the new pair is unusable, the old one stays.
type KeyPair struct {
	certFile, keyFile string
	log               *zap.Logger

	mu      sync.Mutex
	cert    *tls.Certificate
	stamp   [2]time.Time // modification times of what was tried last
	checked time.Time
}

// LoadKeyPair reads a certificate chain and its key.
func LoadKeyPair(certFile, keyFile string, log *zap.Logger) (*KeyPair, error) {
	p := &KeyPair{certFile: certFile, keyFile: keyFile, log: log}
	return p, p.load(time.Now())
}

// Get is a tls.Config.GetCertificate.
func (p *KeyPair) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
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
func (p *KeyPair) load(now time.Time) error {
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
