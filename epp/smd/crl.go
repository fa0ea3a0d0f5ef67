package smd

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// maxCRL is the most that a list of revoked certificates may have, in octets.
const maxCRL = 4 << 20

// CRL is a list of revoked certificates (RFC 5280, section 5; RFC 9361, section 5.2.3.2).
type CRL struct {
	ThisUpdate time.Time
	NextUpdate time.Time // zero if the list does not say
	Number     *big.Int  // nil if the list does not say

	list    *x509.RevocationList
	revoked map[string]bool // serial numbers, as octets
}

// ParseCRL reads a list in DER or PEM. Whether a trust anchor signed it is checked by
// NewVerifier.
func ParseCRL(b []byte) (*CRL, error) {
	if len(b) > maxCRL {
		return nil, fmt.Errorf("the list of revoked certificates has more than %d octets", maxCRL)
	}
	if bytes.Contains(b, []byte("-----BEGIN ")) {
		block, rest := pem.Decode(b)
		if block == nil || block.Type != "X509 CRL" || len(bytes.TrimSpace(rest)) > 0 {
			return nil, fmt.Errorf("the list of revoked certificates is not one PEM block %q", "X509 CRL")
		}
		b = block.Bytes
	}
	list, err := x509.ParseRevocationList(b)
	if err != nil {
		return nil, fmt.Errorf("the list of revoked certificates: %w", err)
	}
	for _, ext := range list.Extensions {
		if ext.Critical && !ext.Id.Equal(issuingPoint()) {
			return nil, fmt.Errorf("the list of revoked certificates has the critical extension %v, which we do not know", ext.Id)
		}
	}
	crl := &CRL{
		ThisUpdate: list.ThisUpdate, NextUpdate: list.NextUpdate, Number: list.Number, list: list,
		revoked: make(map[string]bool, len(list.RevokedCertificateEntries)),
	}
	for _, entry := range list.RevokedCertificateEntries {
		for _, ext := range entry.Extensions {
			if ext.Critical {
				return nil, fmt.Errorf("entry %v of the list of revoked certificates has the critical extension %v, which we do not know", entry.SerialNumber, ext.Id)
			}
		}
		crl.revoked[string(entry.SerialNumber.Bytes())] = true
	}
	return crl, nil
}

// Len is the number of revoked certificates.
func (c *CRL) Len() int { return len(c.revoked) }

// covers tells if cert is one of those that the list speaks of: those of its own issuer.
func (c *CRL) covers(cert *x509.Certificate) bool {
	return bytes.Equal(c.list.RawIssuer, cert.RawIssuer)
}

// signedBy tells if one of the anchors signed the list.
func (c *CRL) signedBy(anchors []*x509.Certificate) bool {
	for _, anchor := range anchors {
		if bytes.Equal(c.list.RawIssuer, anchor.RawSubject) && c.list.CheckSignatureFrom(anchor) == nil {
			return true
		}
	}
	return false
}

// issuingPoint is the one critical extension of lists that is let be: it may say that the list
// has a part of the certificates only (RFC 5280, section 5.2.5), which revokes no less.
func issuingPoint() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{2, 5, 29, 28} }
