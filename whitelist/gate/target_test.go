package gate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// pairPEM makes a self-signed certificate and its key.
func pairPEM(t testing.TB) (cert, key []byte) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
}

func someTarget(t testing.TB) Target {
	t.Helper()
	cert, key := pairPEM(t)
	return Target{
		Zones: []string{"trips", "seattle.community"}, Addr: "127.0.0.1:7000", ServerName: "localhost", CA: string(cert),
		ID: "registrar-a", Password: "secret-123", Cert: string(cert), Key: string(key),
	}
}

func TestDecodeTarget(t *testing.T) {
	want := someTarget(t)
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeTarget(append(data, '\n'))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, bad := range []string{
		"", "{}", "null", "[]", string(data) + "{}", strings.Replace(string(data), `{`, `{"token": "x", `, 1),
		string(data) + strings.Repeat(" ", MaxAnnouncement),
	} {
		if _, err := DecodeTarget([]byte(bad)); err == nil {
			t.Errorf("accepted: %.100s", bad)
		}
	}
	for name, change := range map[string]func(*Target){
		"no zones":       func(t *Target) { t.Zones = nil },
		"many zones":     func(t *Target) { t.Zones = make([]string, maxTargetZones+1) },
		"a capital":      func(t *Target) { t.Zones = []string{"Trips"} },
		"a dot":          func(t *Target) { t.Zones = []string{"trips."} },
		"no port":        func(t *Target) { t.Addr = "127.0.0.1" },
		"no host":        func(t *Target) { t.Addr = ":7000" },
		"a large port":   func(t *Target) { t.Addr = "127.0.0.1:70000" },
		"port 0":         func(t *Target) { t.Addr = "127.0.0.1:0" },
		"no CA":          func(t *Target) { t.CA = "x" },
		"no account":     func(t *Target) { t.ID = "" },
		"no password":    func(t *Target) { t.Password = "" },
		"another's key":  func(x *Target) { _, k := pairPEM(t); x.Key = string(k) },
		"a long name":    func(t *Target) { t.ServerName = strings.Repeat("x", 254) },
		"a long address": func(t *Target) { t.Addr = strings.Repeat("x", 300) + ":700" },
	} {
		x := want
		change(&x)
		data, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DecodeTarget(data); err == nil {
			t.Errorf("accepted with %s", name)
		} else if strings.Contains(err.Error(), "secret-123") || strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("%s: the error holds a secret: %v", name, err)
		}
		if NewRemoteTargets(nil).Announce(x) == nil {
			t.Errorf("announced with %s", name)
		}
	}
}

// FuzzDecodeTarget: what is accepted can be asked, and says the same when it is
// written again.
func FuzzDecodeTarget(f *testing.F) {
	data, err := json.Marshal(someTarget(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"zones": ["trips"]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := DecodeTarget(data)
		if err != nil {
			return
		}
		r := NewRemoteTargets(nil)
		defer r.Close()
		if err := r.Announce(x); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		y, err := DecodeTarget(again)
		if err != nil || !cmp.Equal(x, y) {
			t.Errorf("%v\n%s", err, again)
		}
	})
}
