package smd

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
)

// Verify checks a signed mark, given in any form that Open takes, at an instant, and returns
// what it says. Errors wrap one of ErrMalformed, ErrSignature, ErrNotTrusted,
// ErrRevokedCertificate, ErrNotYetValid and ErrExpired.
func (v *Verifier) Verify(input []byte, at time.Time) (*SignedMark, error) {
	raw, err := Open(input)
	if err != nil {
		return nil, err
	}
	element, err := scan(raw)
	if err != nil {
		return nil, err
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(element); err != nil {
		return nil, malformed("not well-formed XML: %v", err)
	}
	sig, err := shape(doc.Root())
	if err != nil {
		return nil, err
	}
	signer, err := v.trusted(sig.certificates, at)
	if err != nil {
		return nil, err
	}
	signed, err := sig.verify(doc.Root(), signer)
	if err != nil {
		return nil, err
	}
	mark, err := readSignedMark(signed)
	if err != nil {
		return nil, err
	}
	if err := mark.validAt(at); err != nil {
		return nil, err
	}
	mark.Bytes = bytes.Clone(element)
	return mark, nil
}

// verify checks the signature with the key of cert and returns the element as the signature
// covers it: parsed anew from the octets that were digested.
func (sig *signature) verify(root *etree.Element, cert *x509.Certificate) (*etree.Element, error) {
	if err := sig.verifyKeyInfo(); err != nil {
		return nil, err
	}
	value := sig.value
	if isECDSA(sig.method) {
		var err error
		if value, err = derSignature(value, cert); err != nil {
			return nil, err
		}
	}
	// White space and the form of the value are free, but not to the library.
	sig.valueEl.SetText(base64.StdEncoding.EncodeToString(value))
	ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{cert}})
	ctx.IdAttribute = "id"
	// The path and the dates of the certificate have been checked: the library shall not again,
	// by another clock.
	ctx.Clock = dsig.NewFakeClockAt(cert.NotBefore)
	signed, err := ctx.Validate(root)
	if err != nil {
		return nil, badSignature("%v", err)
	}
	return signed, nil
}

// verifyKeyInfo checks the reference to the KeyInfo, if there is one: the library looks at the
// reference to the root element alone.
func (sig *signature) verifyKeyInfo() error {
	if sig.keyReference == nil {
		return nil
	}
	ctx, err := etreeutils.NSBuildParentContext(sig.keyInfo)
	if err != nil {
		return malformed("%v", err)
	}
	detached, err := etreeutils.NSDetatch(ctx, sig.keyInfo)
	if err != nil {
		return malformed("%v", err)
	}
	canonical, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("").Canonicalize(detached)
	if err != nil {
		return malformed("%v", err)
	}
	hash := digestOf(sig.keyReference.digestMethod).New()
	hash.Write(canonical)
	if !bytes.Equal(hash.Sum(nil), sig.keyReference.digest) {
		return badSignature("the digest of KeyInfo does not fit it")
	}
	return nil
}

// Config is what a Verifier trusts.
type Config struct {
	// Roots are the trust anchors, certificates in PEM, one or more.
	Roots []byte
	// CRLs are lists of revoked certificates in DER or PEM, each signed by one of the anchors.
	// With none, no certificate is taken for revoked.
	CRLs [][]byte
}

// Verifier verifies signed marks. It never changes, so any number of goroutines may use one; new
// anchors or lists make a new one.
type Verifier struct {
	roots *x509.CertPool
	crls  []*CRL
}

// maxRoots is the most that the trust anchors may have, in octets.
const maxRoots = 1 << 20

// NewVerifier returns a Verifier, or an error that says what in cfg cannot be used.
func NewVerifier(cfg Config) (*Verifier, error) {
	anchors, err := parseAnchors(cfg.Roots)
	if err != nil {
		return nil, err
	}
	v := &Verifier{roots: x509.NewCertPool()}
	for _, anchor := range anchors {
		v.roots.AddCert(anchor)
	}
	for i, b := range cfg.CRLs {
		list, err := ParseCRL(b)
		if err != nil {
			return nil, err
		}
		if !list.signedBy(anchors) {
			return nil, fmt.Errorf("list %d of revoked certificates, of %s, is not signed by a trust anchor", i+1, list.list.Issuer)
		}
		v.crls = append(v.crls, list)
	}
	return v, nil
}

// CRLs returns the lists in use, for those who watch their age.
func (v *Verifier) CRLs() []*CRL { return append([]*CRL(nil), v.crls...) }
