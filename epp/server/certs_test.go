package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// credential is a certificate with its key.
type credential struct {
	tls  tls.Certificate
	leaf *x509.Certificate
}

// newCredential makes a self-signed certificate that is valid from and to hours from now.
func newCredential(name string, from, to time.Duration) *credential {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(from), NotAfter: now.Add(to),
		KeyUsage: x509.KeyUsageDigitalSignature, IsCA: true, BasicConstraintsValid: true,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return &credential{tls: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, leaf: leaf}
}

func (c *credential) fingerprint() string {
	sum := sha256.Sum256(c.leaf.Raw)
	return hex.EncodeToString(sum[:])
}

// write stores the pair as PEM files.
func (c *credential) write(t testing.TB, dir string) (certFile, keyFile string) {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(c.tls.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: c.leaf.Raw}, keyFile: {Type: "PRIVATE KEY", Bytes: key},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

// Certificates of the cast. Making one takes a while, so all tests share them.
var (
	serverCert  = sync.OnceValue(func() *credential { return newCredential("epp server", -time.Hour, time.Hour) })
	alphaCert   = sync.OnceValue(func() *credential { return newCredential("registrar-a", -time.Hour, time.Hour) })
	betaCert    = sync.OnceValue(func() *credential { return newCredential("registrar-b", -time.Hour, time.Hour) })
	boardCert   = sync.OnceValue(func() *credential { return newCredential("trips-board", -time.Hour, time.Hour) })
	expiredCert = sync.OnceValue(func() *credential { return newCredential("expired", -2*time.Hour, -time.Hour) })
	futureCert  = sync.OnceValue(func() *credential { return newCredential("future", time.Hour, 2*time.Hour) })
)
