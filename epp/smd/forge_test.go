package smd_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // to be refused
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"cadastre/epp/smd"
)

// A forger signs whatever it is told to, in any shape, with certificates of a PKI of its own.

const (
	exc          = "http://www.w3.org/2001/10/xml-exc-c14n#"
	envelopedAlg = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
	rsaSHA256    = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	sha256Alg    = "http://www.w3.org/2001/04/xmlenc#sha256"
	dsDecl       = ` xmlns:ds="http://www.w3.org/2000/09/xmldsig#"`
	rootClose    = "</smd:signedMark>"
)

// forged is a signature by default as it should be.
type forged struct {
	key        crypto.Signer
	certs      []*x509.Certificate
	c14n       string
	method     string
	hash       crypto.Hash // of the signature
	digest     string
	digestHash crypto.Hash
	uri        string
	transforms []string
	references int    // how many times the reference is there
	extra      string // in SignedInfo, after the references
}

func newForged(key crypto.Signer, certs ...*x509.Certificate) forged {
	return forged{
		key: key, certs: certs, c14n: exc, method: rsaSHA256, hash: crypto.SHA256,
		digest: sha256Alg, digestHash: crypto.SHA256, uri: "#_signed-mark",
		transforms: []string{envelopedAlg, exc}, references: 1,
	}
}

// sign returns start, the canonical signed mark up to its signature, with the signature.
func (f forged) sign(start string) string {
	sum := hashed(f.digestHash, start+rootClose)
	var transforms strings.Builder
	for _, t := range f.transforms {
		fmt.Fprintf(&transforms, `<ds:Transform Algorithm="%s"></ds:Transform>`, t)
	}
	reference := fmt.Sprintf(`<ds:Reference URI="%s"><ds:Transforms>%s</ds:Transforms><ds:DigestMethod Algorithm="%s"></ds:DigestMethod><ds:DigestValue>%s</ds:DigestValue></ds:Reference>`,
		f.uri, transforms.String(), f.digest, base64.StdEncoding.EncodeToString(sum))
	info := fmt.Sprintf(`<ds:SignedInfo%s><ds:CanonicalizationMethod Algorithm="%s"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="%s"></ds:SignatureMethod>%s%s</ds:SignedInfo>`,
		dsDecl, f.c14n, f.method, strings.Repeat(reference, f.references), f.extra)
	value := must(f.key.Sign(rand.Reader, hashed(f.hash, info), f.hash))
	var certs strings.Builder
	for _, c := range f.certs {
		fmt.Fprintf(&certs, "<ds:X509Certificate>%s</ds:X509Certificate>", base64.StdEncoding.EncodeToString(c.Raw))
	}
	return start + "<ds:Signature" + dsDecl + ">" + strings.Replace(info, dsDecl, "", 1) +
		"<ds:SignatureValue>" + base64.StdEncoding.EncodeToString(value) + "</ds:SignatureValue>" +
		"<ds:KeyInfo><ds:X509Data>" + certs.String() + "</ds:X509Data></ds:KeyInfo></ds:Signature>" + rootClose
}

func hashed(h crypto.Hash, s string) []byte {
	w := h.New()
	w.Write([]byte(s))
	return w.Sum(nil)
}

// honest is the signed mark of the example without its signature.
func honest() string {
	start, _, _ := strings.Cut(string(must(authority().Sign(exampleMark()))), "<ds:Signature")
	return start
}

type identity struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// pki is a root, an authority below it, and validators of both.
type pki struct{ root, between, direct, below identity }

var testPKI = sync.OnceValue(func() pki {
	rsaKey := func() crypto.Signer { return must(rsa.GenerateKey(rand.Reader, 2048)) }
	var p pki
	p.root = issued("Root", must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), nil, asCA)
	p.between = issued("Between", must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), &p.root, asCA)
	p.direct = issued("Direct", rsaKey(), &p.root, nil)
	p.below = issued("Below", rsaKey(), &p.between, nil)
	return p
})

func asCA(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign }

// issued returns a certificate by parent, or one signed with its own key if there is no parent.
func issued(name string, key crypto.Signer, parent *identity, change func(c *x509.Certificate)) identity {
	c := &x509.Certificate{
		SerialNumber: must(rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100))), Subject: pkix.Name{CommonName: name},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0), BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if change != nil {
		change(c)
	}
	by := identity{c, key}
	if parent != nil {
		by = *parent
	}
	der := must(x509.CreateCertificate(rand.Reader, c, by.cert, key.Public(), by.key))
	return identity{must(x509.ParseCertificate(der)), key}
}

func (i identity) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.cert.Raw})
}

func (i identity) crl(t *testing.T, revoked ...*x509.Certificate) []byte {
	t.Helper()
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: now, NextUpdate: now.AddDate(0, 0, 1)}
	for _, c := range revoked {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: c.SerialNumber, RevocationTime: now.Add(24 * time.Hour)})
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, i.cert, i.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func verifier(t *testing.T, roots []byte, crls ...[]byte) *smd.Verifier {
	t.Helper()
	v, err := smd.NewVerifier(smd.Config{Roots: roots, CRLs: crls})
	if err != nil {
		t.Fatal(err)
	}
	return v
}
