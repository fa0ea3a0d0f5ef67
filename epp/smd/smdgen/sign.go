package smdgen

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
)

const (
	dsNamespace = ` xmlns:ds="http://www.w3.org/2000/09/xmldsig#"`
	transform   = `<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform>`
	enveloped   = `<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>`
	closeMark   = "</smd:signedMark>"
)

// Sign returns the XML of a <smd:signedMark>, signed by the validator in the manner of the
// Trademark Clearinghouse: exclusive canonicalization, SHA-256, one reference to the element
// itself and one to the KeyInfo.
func (a *Authority) Sign(m Mark) ([]byte, error) {
	const id, keyID = "_signed-mark", "_key-info"
	start := m.start(id)
	keyInfo := `<ds:KeyInfo` + `%s` + ` Id="` + keyID + `"><ds:X509Data><ds:X509Certificate>` +
		base64.StdEncoding.EncodeToString(a.validator.Raw) +
		`</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`
	method, value, err := a.signed(func(method string) string {
		return signedInfo(method,
			reference(id, enveloped+transform, start+closeMark)+
				reference(keyID, transform, fmt.Sprintf(keyInfo, dsNamespace)))
	})
	if err != nil {
		return nil, err
	}
	return []byte(start + `<ds:Signature` + dsNamespace + ` Id="_signature">` +
		strings.Replace(method, dsNamespace, "", 1) +
		"<ds:SignatureValue>" + base64.StdEncoding.EncodeToString(value) + "</ds:SignatureValue>" +
		fmt.Sprintf(keyInfo, "") + "</ds:Signature>" + closeMark), nil
}

// signed returns the canonical SignedInfo, made for the algorithm of the validator's key, and
// the value of the signature over it.
func (a *Authority) signed(info func(method string) string) (string, []byte, error) {
	switch key := a.validatorKey.(type) {
	case *rsa.PrivateKey:
		canonical := info("rsa-sha256")
		sum := sha256.Sum256([]byte(canonical))
		value, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
		return canonical, value, err
	case *ecdsa.PrivateKey:
		canonical := info("ecdsa-sha256")
		sum := sha256.Sum256([]byte(canonical))
		der, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
		if err != nil {
			return "", nil, err
		}
		var rs struct{ R, S *big.Int }
		if _, err := asn1.Unmarshal(der, &rs); err != nil {
			return "", nil, err
		}
		// XML signatures have r and s one after the other (XML Signature 1.1, section 6.4.3).
		size := (key.Params().BitSize + 7) / 8
		value := make([]byte, 2*size)
		rs.R.FillBytes(value[:size])
		rs.S.FillBytes(value[size:])
		return canonical, value, nil
	}
	return "", nil, fmt.Errorf("a validator does not sign with %T", a.validatorKey)
}

func signedInfo(method, references string) string {
	return `<ds:SignedInfo` + dsNamespace + `>` +
		`<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>` +
		`<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#` + method + `"></ds:SignatureMethod>` +
		references + `</ds:SignedInfo>`
}

func reference(id, transforms, canonical string) string {
	sum := sha256.Sum256([]byte(canonical))
	return `<ds:Reference URI="#` + id + `"><ds:Transforms>` + transforms + `</ds:Transforms>` +
		`<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>` +
		`<ds:DigestValue>` + base64.StdEncoding.EncodeToString(sum[:]) + `</ds:DigestValue></ds:Reference>`
}

// Encode is the contents of <smd:encodedSignedMark> for the XML of a signed mark: base64 in
// lines of 64 (RFC 7848, section 2.4).
func Encode(xml []byte) string {
	text := base64.StdEncoding.EncodeToString(xml)
	var b strings.Builder
	for len(text) > 64 {
		b.WriteString(text[:64] + "\n")
		text = text[64:]
	}
	b.WriteString(text + "\n")
	return b.String()
}

// File is the SMD file of a signed mark (RFC 9361, section 6.4).
func File(m Mark, xml []byte) string {
	const format = "2006-01-02 15:04"
	return "Marks: " + m.Name + "\nsmdID: " + m.ID + "\nU-labels: " + strings.Join(m.Labels, ", ") +
		"\nnotBefore: " + m.NotBefore.UTC().Format(format) + "\nnotAfter: " + m.NotAfter.UTC().Format(format) +
		"\n-----BEGIN ENCODED SMD-----\n" + Encode(xml) + "-----END ENCODED SMD-----\n"
}
