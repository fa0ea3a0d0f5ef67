package server

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"cadastre/internal/netserve"
)

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
	pair, err := netserve.LoadKeyPair(c.CertFile, c.KeyFile, c.Log)
	if err != nil {
		return nil, fmt.Errorf("epp/server: %w", err)
	}
	return hardened(&tls.Config{GetCertificate: pair.Get}), nil
}

// hardened is a copy of base that obeys RFC 9325: TLS 1.2 and 1.3, forward secrecy and
// AEAD only. Sessions are not resumed: EPP sessions are few and long, and a resumed one
// would carry the certificate of an earlier handshake. A client certificate is asked for
// and its owner proves that he has the key, but which certificate is good for which
// account is decided at login. TLS_RSA_WITH_AES_128_CBC_SHA, which RFC 5734, Section 9
// names, is left out because RFC 9325, Section 4.2.1 says so.
func hardened(base *tls.Config) *tls.Config {
	t := base.Clone()
	t.MinVersion = max(t.MinVersion, tls.VersionTLS12)
	t.MaxVersion = 0
	t.CipherSuites = netserve.CipherSuites()
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
