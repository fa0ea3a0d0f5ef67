package smd_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"testing"
	"time"

	"cadastre/epp/smd"
	"cadastre/epp/smd/smdgen"
)

func TestPath(t *testing.T) {
	p := testPKI()
	small := must(rsa.GenerateKey(rand.Reader, 1024))
	stranger := issued("Root", must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), nil, asCA)
	key := p.direct.key
	for _, c := range []struct {
		name  string
		chain []identity
		want  error
	}{
		{"below the root", []identity{p.direct}, nil},
		{"below the root, which is carried too", []identity{p.direct, p.root}, nil},
		{"by an authority between", []identity{p.below, p.between}, nil},
		{"with others of no use", []identity{p.below, stranger, p.between, p.direct}, nil},
		{"the authority between is missing", []identity{p.below}, smd.ErrNotTrusted},
		{"signed by itself", []identity{issued("Direct", key, nil, nil)}, smd.ErrNotTrusted},
		{"another root of the same name", []identity{issued("Direct", key, &stranger, nil), stranger}, smd.ErrNotTrusted},
		{"by a validator", []identity{issued("Below", key, &p.direct, nil), p.direct}, smd.ErrNotTrusted},
		{"an authority signs", []identity{issued("Authority", key, &p.root, func(c *x509.Certificate) { c.IsCA = true })}, smd.ErrNotTrusted},
		{"expired", []identity{issued("Old", key, &p.root, func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Second) })}, smd.ErrNotTrusted},
		{"not yet valid", []identity{issued("Young", key, &p.root, func(c *x509.Certificate) { c.NotBefore = now.Add(time.Second) })}, smd.ErrNotTrusted},
		{"not for signatures", []identity{issued("Other", key, &p.root, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })}, smd.ErrNotTrusted},
		{"small key", []identity{issued("Small", small, &p.root, nil)}, smd.ErrNotTrusted},
	} {
		f := newForged(c.chain[0].key)
		for _, id := range c.chain {
			f.certs = append(f.certs, id.cert)
		}
		if _, err := verifier(t, p.root.pem()).Verify([]byte(f.sign(honest())), now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestRevoked(t *testing.T) {
	p := testPKI()
	direct := newForged(p.direct.key, p.direct.cert).sign(honest())
	below := newForged(p.below.key, p.below.cert, p.between.cert).sign(honest())
	for _, c := range []struct {
		name          string
		revoked       []*x509.Certificate
		direct, below error
	}{
		{"none", nil, nil, nil},
		{"validator", []*x509.Certificate{p.direct.cert}, smd.ErrRevokedCertificate, nil},
		{"authority between", []*x509.Certificate{p.between.cert}, nil, smd.ErrRevokedCertificate},
		// The number of another issuer's certificate says nothing.
		{"number of another issuer", []*x509.Certificate{p.below.cert}, nil, nil},
	} {
		v := verifier(t, p.root.pem(), p.root.crl(t, c.revoked...))
		if _, err := v.Verify([]byte(direct), now); !errors.Is(err, c.direct) {
			t.Errorf("%s: %v, want %v", c.name, err, c.direct)
		}
		if _, err := v.Verify([]byte(below), now); !errors.Is(err, c.below) {
			t.Errorf("%s, below: %v, want %v", c.name, err, c.below)
		}
	}
}

func TestConfig(t *testing.T) {
	p := testPKI()
	list := p.root.crl(t)
	v := verifier(t, append(p.root.pem(), authority().RootPEM()...), list, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: list}))
	if got := v.CRLs(); len(got) != 2 || got[0].Len() != 0 || !got[1].NextUpdate.Equal(now.AddDate(0, 0, 1)) {
		t.Errorf("lists: %v", got)
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")})
	for name, cfg := range map[string]smd.Config{
		"no anchor":               {},
		"no PEM":                  {Roots: p.root.cert.Raw},
		"a key among the anchors": {Roots: append(p.root.pem(), key...)},
		"a validator as anchor":   {Roots: p.direct.pem()},
		"broken certificate":      {Roots: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})},
		"large anchors":           {Roots: bytes.Repeat(p.root.pem(), 4000)},
		"list of a stranger":      {Roots: p.root.pem(), CRLs: [][]byte{must(authority().CRL(now, now.AddDate(0, 0, 7)))}},
		"list of an anchor's name": {Roots: p.root.pem(), CRLs: [][]byte{
			issued("Root", must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), nil, asCA).crl(t),
		}},
		"list by one between":  {Roots: p.root.pem(), CRLs: [][]byte{p.between.crl(t)}},
		"changed list":         {Roots: p.root.pem(), CRLs: [][]byte{append(bytes.Clone(list[:len(list)-1]), list[len(list)-1]^1)}},
		"no list":              {Roots: p.root.pem(), CRLs: [][]byte{nil}},
		"list of another type": {Roots: p.root.pem(), CRLs: [][]byte{key}},
	} {
		if _, err := smd.NewVerifier(cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A test authority keeps its keys and its list through Save and Load, and goes on after a
// revocation with a new validator.
func TestAuthority(t *testing.T) {
	a := must(smdgen.Load(must(authority().Save(now))))
	before := must(a.Sign(exampleMark()))
	if _, err := verifierOf(t, authority()).Verify(before, now); err != nil {
		t.Errorf("signed by a loaded authority: %v", err)
	}
	a.Revoke(a.Validator(), now)
	if err := a.Renew(now); err != nil {
		t.Fatal(err)
	}
	a = must(smdgen.Load(must(a.Save(now))))
	v := verifierOf(t, a)
	if _, err := v.Verify(before, now); !errors.Is(err, smd.ErrRevokedCertificate) {
		t.Errorf("by the revoked validator: %v", err)
	}
	if _, err := v.Verify(must(a.Sign(exampleMark())), now); err != nil {
		t.Errorf("by the new validator: %v", err)
	}
	for name, text := range map[string]string{"empty": "", "anchor only": string(a.RootPEM())} {
		if _, err := smdgen.Load([]byte(text)); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

// Lists of revoked certificates are fetched without encryption: they are anybody's.
func FuzzParseCRL(f *testing.F) {
	pemList, err := authority().CRL(now, now.AddDate(0, 0, 7))
	if err != nil {
		f.Fatal(err)
	}
	block, _ := pem.Decode(pemList)
	f.Add(pemList)
	f.Add(block.Bytes)
	anchors := testPKI().root.pem()
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := smd.ParseCRL(b)
		if (list == nil) == (err == nil) {
			t.Fatalf("%v, %v", list, err)
		}
		if _, err := smd.NewVerifier(smd.Config{Roots: anchors, CRLs: [][]byte{b}}); err == nil {
			t.Error("a list that the anchor did not sign is trusted")
		}
	})
}
