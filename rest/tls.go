package rest

import (
	"crypto/tls"
	"errors"
	"fmt"

	"cadastre/internal/netserve"
)

// serverTLS makes the TLS configuration that connections use.
func serverTLS(c Config) (*tls.Config, error) {
	if c.TLS != nil {
		if len(c.TLS.Certificates) == 0 && c.TLS.GetCertificate == nil {
			return nil, errors.New("rest: Config.TLS holds no certificate")
		}
		return hardened(c.TLS), nil
	}
	pair, err := netserve.LoadKeyPair(c.CertFile, c.KeyFile, c.Log)
	if err != nil {
		return nil, fmt.Errorf("rest: %w", err)
	}
	return hardened(&tls.Config{GetCertificate: pair.Get}), nil
}

// hardened is a copy of base that obeys RFC 9325: TLS 1.2 and 1.3, forward secrecy and
// AEAD only (Section 4.2). Client certificates are not asked for: accounts show tokens.
func hardened(base *tls.Config) *tls.Config {
	t := base.Clone()
	t.MinVersion = max(t.MinVersion, tls.VersionTLS12)
	t.MaxVersion = 0
	t.CipherSuites = netserve.CipherSuites()
	t.ClientAuth = tls.NoClientCert
	t.NextProtos = []string{"h2", "http/1.1"}
	return t
}
