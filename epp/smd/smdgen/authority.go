package smdgen

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// How long what an authority issues is valid, in years.
const (
	rootYears      = 30
	validatorYears = 20
)

// Authority is a certificate authority with one validator, who signs marks in its name. It is
// not safe for use by several goroutines while Revoke or Renew runs.
type Authority struct {
	root         *x509.Certificate
	rootKey      crypto.Signer
	validator    *x509.Certificate
	validatorKey crypto.Signer
	revoked      []x509.RevocationListEntry
}

// NewAuthority makes an authority whose certificates are valid from a day before now on.
func NewAuthority(now time.Time) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{Organization: []string{"Cadastre sandbox"}, CommonName: "Test Trademark Clearinghouse CA"},
		NotBefore:             now.AddDate(0, 0, -1).UTC().Truncate(time.Second),
		NotAfter:              now.AddDate(rootYears, 0, 0).UTC().Truncate(time.Second),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	root, err := issue(template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	a := &Authority{root: root, rootKey: key}
	return a, a.Renew(now)
}

// Renew gives the validator a new RSA key and certificate. Marks that the old ones signed stay
// valid; to end that, Revoke the old certificate.
func (a *Authority) Renew(now time.Time) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	return a.RenewWith(key, now)
}

// RenewWith is Renew with a key of the caller's, RSA or ECDSA.
func (a *Authority) RenewWith(key crypto.Signer, now time.Time) error {
	serial, err := newSerial()
	if err != nil {
		return err
	}
	cert, err := issue(&x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{Organization: []string{"Cadastre sandbox"}, CommonName: "Test Trademark Validator"},
		NotBefore:             now.AddDate(0, 0, -1).UTC().Truncate(time.Second),
		NotAfter:              now.AddDate(validatorYears, 0, 0).UTC().Truncate(time.Second),
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature,
	}, a.root, key.Public(), a.rootKey)
	if err != nil {
		return err
	}
	a.validator, a.validatorKey = cert, key
	return nil
}

// Validator is the certificate that signs marks now.
func (a *Authority) Validator() *x509.Certificate { return a.validator }

// RootPEM is the trust anchor, as a registry configures it.
func (a *Authority) RootPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: pemCertificate, Bytes: a.root.Raw})
}

// Revoke puts a certificate of this authority's on its list.
func (a *Authority) Revoke(cert *x509.Certificate, at time.Time) {
	a.revoked = append(a.revoked, x509.RevocationListEntry{
		SerialNumber: cert.SerialNumber, RevocationTime: at.UTC().Truncate(time.Second),
	})
}

// CRL is the list of revoked certificates as of now, in PEM. It is to be replaced at next.
func (a *Authority) CRL(now, next time.Time) ([]byte, error) {
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number:                    big.NewInt(now.Unix()),
		ThisUpdate:                now.UTC().Truncate(time.Second),
		NextUpdate:                next.UTC().Truncate(time.Second),
		RevokedCertificateEntries: a.revoked,
	}, a.root, a.rootKey)
	if err != nil {
		return nil, fmt.Errorf("list of revoked certificates: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemCRL, Bytes: der}), nil
}

func issue(template, parent *x509.Certificate, key any, by crypto.Signer) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key, by)
	if err != nil {
		return nil, fmt.Errorf("certificate of %s: %w", template.Subject, err)
	}
	return x509.ParseCertificate(der)
}

func newSerial() (*big.Int, error) {
	return rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
}
