package smd

import (
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"time"
)

// minRSABits is the least size of a validator's RSA key (RFC 7848, section 5).
const minRSABits = 2048

// trusted returns the certificate that signed, after it has found a path from it to a trust
// anchor that is valid at the instant and holds no revoked certificate (RFC 9361, section 5.2.2,
// numbers 2 to 4). certs are those that the signature carries, the signer's first.
func (v *Verifier) trusted(certs [][]byte, at time.Time) (*x509.Certificate, error) {
	parsed := make([]*x509.Certificate, len(certs))
	between := x509.NewCertPool()
	for i, der := range certs {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, malformed("its certificate number %d: %v", i+1, err)
		}
		parsed[i] = cert
		if i > 0 {
			between.AddCert(cert)
		}
	}
	signer := parsed[0]
	if err := maySign(signer); err != nil {
		return nil, err
	}
	chains, err := signer.Verify(x509.VerifyOptions{
		Roots: v.roots, Intermediates: between, CurrentTime: at,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return nil, notTrusted("the certificate of %.100q: %v", signer.Subject, err)
	}
	var revoked error
	for _, chain := range chains {
		if revoked = v.revokedIn(chain); revoked == nil {
			return signer, nil
		}
	}
	return nil, revoked
}

// maySign refuses certificates that are no validator's.
func maySign(cert *x509.Certificate) error {
	if cert.IsCA {
		return notTrusted("the certificate of %.100q is an authority's, not a validator's", cert.Subject)
	}
	if cert.KeyUsage != 0 && cert.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		return notTrusted("the certificate of %.100q is not for signatures", cert.Subject)
	}
	if key, ok := cert.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < minRSABits {
		return notTrusted("the certificate of %.100q has an RSA key of %d bits, fewer than %d", cert.Subject, key.N.BitLen(), minRSABits)
	}
	return nil
}

// revokedIn looks every certificate of a path up in the lists of its issuer. One that is listed
// is revoked whatever day the list gives for it.
func (v *Verifier) revokedIn(chain []*x509.Certificate) error {
	for _, cert := range chain {
		for _, list := range v.crls {
			if list.covers(cert) && list.revoked[string(cert.SerialNumber.Bytes())] {
				return fmt.Errorf("%w: number %v of %.100q", ErrRevokedCertificate, cert.SerialNumber, cert.Issuer)
			}
		}
	}
	return nil
}
