package netserve

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap"
)

// writePair writes a certificate with a serial number, and its key, into a directory.
func writePair(t *testing.T, dir string, serial int64) (der []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	if der, err = x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key); err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return der
}

func TestKeyPairFiles(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writePair(t, dir, 1)
	pair := &KeyPair{certFile: certFile, keyFile: keyFile, log: zap.NewNop()}
	now := time.Now()
	if err := pair.load(now); err != nil {
		t.Fatal(err)
	}
	first := pair.cert

	// A new pair is taken up, once the files are looked at again.
	renewed := writePair(t, dir, 2)
	touch(t, now.Add(time.Minute), certFile, keyFile)
	if cert, _ := pair.Get(nil); cert != first {
		t.Error("the files were read again too soon")
	}
	pair.checked = now.Add(-time.Hour)
	if cert, _ := pair.Get(nil); !bytes.Equal(cert.Certificate[0], renewed) {
		t.Error("the new certificate was not taken up")
	}

	// Half a pair, or none, leaves the old one.
	if err := os.WriteFile(keyFile, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	touch(t, now.Add(2*time.Minute), certFile, keyFile)
	pair.checked = now.Add(-time.Hour)
	if cert, err := pair.Get(nil); err != nil || !bytes.Equal(cert.Certificate[0], renewed) {
		t.Errorf("an unusable pair displaced the old one: %v", err)
	}
	os.Remove(certFile)
	pair.checked = now.Add(-time.Hour)
	if cert, err := pair.Get(nil); err != nil || cert == nil {
		t.Errorf("missing files displaced the old pair: %v", err)
	}
}

func touch(t *testing.T, to time.Time, files ...string) {
	t.Helper()
	for _, f := range files {
		if err := os.Chtimes(f, to, to); err != nil {
			t.Fatal(err)
		}
	}
}

// TestReload: a new certificate is used without a restart, a broken one is not.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writePair(t, dir, 7)
	pair := &KeyPair{certFile: certFile, keyFile: keyFile, log: zap.NewNop()}
	serial := func() int64 {
		t.Helper()
		pair.checked = time.Time{} // 10 seconds later
		cert, err := pair.Get(nil)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(cert.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		return leaf.SerialNumber.Int64()
	}
	if err := pair.load(time.Now()); err != nil {
		t.Fatal(err)
	}
	if got := serial(); got != 7 {
		t.Errorf("serial %d", got)
	}
	writePair(t, dir, 8)
	touch(t, time.Now().Add(time.Hour), certFile, keyFile)
	if got := serial(); got != 8 {
		t.Errorf("serial %d after the change", got)
	}
	if err := os.WriteFile(keyFile, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := serial(); got != 8 {
		t.Errorf("serial %d after a broken change", got)
	}
}
