package smdgen

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"
)

const (
	pemCertificate = "CERTIFICATE"
	pemKey         = "PRIVATE KEY"
	pemCRL         = "X509 CRL"
)

// Save returns all of the authority in PEM, keys included: the root's certificate and key, the
// validator's, and the list of revoked certificates as of now. Load reads it.
func (a *Authority) Save(now time.Time) ([]byte, error) {
	var out []byte
	for _, part := range []struct {
		cert *x509.Certificate
		key  crypto.Signer
	}{{a.root, a.rootKey}, {a.validator, a.validatorKey}} {
		key, err := x509.MarshalPKCS8PrivateKey(part.key)
		if err != nil {
			return nil, err
		}
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: pemCertificate, Bytes: part.cert.Raw})...)
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: pemKey, Bytes: key})...)
	}
	list, err := a.CRL(now, now.AddDate(0, 0, 7))
	return append(out, list...), err
}

// Load reads what Save wrote.
func Load(b []byte) (*Authority, error) {
	a := &Authority{}
	for _, want := range []string{pemCertificate, pemKey, pemCertificate, pemKey, pemCRL} {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil || block.Type != want {
			return nil, fmt.Errorf("a test authority is five blocks of PEM; %q is missing or not in its place", want)
		}
		if err := a.load(block); err != nil {
			return nil, fmt.Errorf("test authority: %w", err)
		}
	}
	return a, nil
}

func (a *Authority) load(block *pem.Block) error {
	switch block.Type {
	case pemCertificate:
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return err
		}
		if a.root == nil {
			a.root = cert
		} else {
			a.validator = cert
		}
	case pemKey:
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return err
		}
		signer, ok := key.(crypto.Signer)
		if !ok {
			return errors.New("a key cannot sign")
		}
		if a.rootKey == nil {
			a.rootKey = signer
		} else {
			a.validatorKey = signer
		}
	case pemCRL:
		list, err := x509.ParseRevocationList(block.Bytes)
		if err != nil {
			return err
		}
		a.revoked = list.RevokedCertificateEntries
	}
	return nil
}
