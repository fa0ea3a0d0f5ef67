package smd

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// parseAnchors reads certificates in PEM; each has to be an authority's.
func parseAnchors(b []byte) ([]*x509.Certificate, error) {
	if len(b) > maxRoots {
		return nil, fmt.Errorf("the trust anchors have more than %d octets", maxRoots)
	}
	var anchors []*x509.Certificate
	for {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("among the trust anchors is a PEM block of type %q", block.Type)
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("trust anchor %d: %w", len(anchors)+1, err)
		}
		if !cert.IsCA {
			return nil, fmt.Errorf("trust anchor %d, %s, is not the certificate of an authority", len(anchors)+1, cert.Subject)
		}
		anchors = append(anchors, cert)
	}
	if len(anchors) == 0 {
		return nil, errors.New("there is no trust anchor in PEM")
	}
	return anchors, nil
}
