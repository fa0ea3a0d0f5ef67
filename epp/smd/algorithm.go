package smd

import (
	"crypto"
	"crypto/ecdsa"
	_ "crypto/sha256" // the digests that are accepted
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"math/big"

	dsig "github.com/russellhaering/goxmldsig"
)

// allowedMethod tells if a signature may be of this algorithm: RSA with SHA-256 (RFC 7848,
// section 5) or what is stronger. Algorithms with a shared key (HMAC) and SHA-1 are not.
func allowedMethod(uri string) bool {
	switch uri {
	case dsig.RSASHA256SignatureMethod, dsig.RSASHA384SignatureMethod, dsig.RSASHA512SignatureMethod:
		return true
	}
	return isECDSA(uri)
}

func isECDSA(uri string) bool {
	switch uri {
	case dsig.ECDSASHA256SignatureMethod, dsig.ECDSASHA384SignatureMethod, dsig.ECDSASHA512SignatureMethod:
		return true
	}
	return false
}

// digestOf returns the hash that a digest method names, 0 for those that are not accepted.
func digestOf(uri string) crypto.Hash {
	switch uri {
	case "http://www.w3.org/2001/04/xmlenc#sha256":
		return crypto.SHA256
	case "http://www.w3.org/2001/04/xmldsig-more#sha384":
		return crypto.SHA384
	case "http://www.w3.org/2001/04/xmlenc#sha512":
		return crypto.SHA512
	}
	return 0
}

// derSignature turns the signature value of XML signatures by ECDSA, which is r and s one after
// the other (XML Signature 1.1, section 6.4.3), into the DER that the verifier reads.
func derSignature(value []byte, cert *x509.Certificate) ([]byte, error) {
	key, ok := cert.PublicKey.(*ecdsa.PublicKey)
	if !ok {
		return nil, badSignature("the signature is by ECDSA, the key of the certificate is not")
	}
	size := (key.Curve.Params().BitSize + 7) / 8
	if len(value) != 2*size {
		return nil, badSignature("a signature by this key has %d octets, not %d", 2*size, len(value))
	}
	return asn1.Marshal(struct{ R, S *big.Int }{
		new(big.Int).SetBytes(value[:size]), new(big.Int).SetBytes(value[size:]),
	})
}
