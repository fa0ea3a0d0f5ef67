package smd

import (
	"encoding/base64"
	"regexp"
	"slices"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// The namespaces of a signed mark (RFC 7848, section 4; XML Signature).
const (
	nsSignedMark = "urn:ietf:params:xml:ns:signedMark-1.0"
	nsMark       = "urn:ietf:params:xml:ns:mark-1.0"
	nsSignature  = dsig.Namespace
)

const (
	excC14N   = "http://www.w3.org/2001/10/xml-exc-c14n#"
	enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
)

// maxCertificates bounds the path that one signature may carry.
const maxCertificates = 8

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9._-]*$`)

// signature is what an exactly shaped XML signature holds.
type signature struct {
	method       string // algorithm of the signature
	value        []byte // decoded SignatureValue
	valueEl      *etree.Element
	keyInfo      *etree.Element
	keyReference *reference // of the KeyInfo element, nil if it is not signed
	certificates [][]byte   // DER; the first is the signer's
}

type reference struct {
	digestMethod string
	digest       []byte
}

// shape checks that root is a <smd:signedMark> that ends in the only signature of the document,
// and that this signature leaves nothing to choose: one reference, to root itself, with the
// enveloped-signature transform and exclusive canonicalization (RFC 7848, section 2.3), allowed
// algorithms, and the certificates. A second reference may cover the KeyInfo, as those of the
// Trademark Clearinghouse do. This is what keeps signature-wrapping attacks out.
func shape(root *etree.Element) (*signature, error) {
	if !is(root, nsSignedMark, "signedMark") {
		return nil, malformed("the root element is not <signedMark> of %s", nsSignedMark)
	}
	id, ok := attribute(root, "id")
	if !ok || !identifier.MatchString(id) {
		return nil, malformed("<signedMark> has no usable id")
	}
	if err := sequence(root, nsSignedMark, "id", "issuerInfo", "notBefore", "notAfter"); err != nil {
		return nil, err
	}
	children := root.ChildElements()
	if len(children) != 6 || !is(children[4], nsMark, "mark") || !is(children[5], nsSignature, dsig.SignatureTag) {
		return nil, malformed("<signedMark> has to hold id, issuerInfo, notBefore, notAfter, mark and Signature, and nothing else")
	}
	for _, other := range children[:5] {
		if holdsSignature(other) {
			return nil, badSignature("elements of XML signatures are elsewhere than at the end of <signedMark>")
		}
	}
	return signatureShape(children[5], id)
}

func signatureShape(el *etree.Element, id string) (*signature, error) {
	parts := el.ChildElements()
	if len(parts) != 3 {
		return nil, badSignature("<Signature> has to hold SignedInfo, SignatureValue and KeyInfo, and nothing else")
	}
	if err := sequence(el, nsSignature, dsig.SignedInfoTag, dsig.SignatureValueTag, dsig.KeyInfoTag); err != nil {
		return nil, err
	}
	sig := &signature{valueEl: parts[1], keyInfo: parts[2]}
	var err error
	if sig.value, err = decoded(parts[1]); err != nil {
		return nil, err
	}
	if sig.certificates, err = certificates(sig.keyInfo); err != nil {
		return nil, err
	}
	return sig, sig.signedInfo(parts[0], id)
}

func (sig *signature) signedInfo(el *etree.Element, id string) error {
	if err := sequence(el, nsSignature, dsig.CanonicalizationMethodTag, dsig.SignatureMethodTag, dsig.ReferenceTag); err != nil {
		return err
	}
	parts := el.ChildElements()
	if alg, err := algorithm(parts[0]); err != nil || alg != excC14N {
		return badSignature("the canonicalization method has to be %s", excC14N)
	}
	var err error
	if sig.method, err = algorithm(parts[1]); err != nil {
		return err
	}
	if !allowedMethod(sig.method) {
		return badSignature("the signature method %.80q is not accepted", sig.method)
	}
	if _, err := referenceTo(parts[2], "#"+id, [][]string{{enveloped, excC14N}, {enveloped}}); err != nil {
		return err
	}
	switch len(parts) {
	case 3:
		return nil
	case 4:
		keyID, _ := attribute(sig.keyInfo, "Id")
		if !is(parts[3], nsSignature, dsig.ReferenceTag) || keyID == "" {
			break
		}
		sig.keyReference, err = referenceTo(parts[3], "#"+keyID, [][]string{{excC14N}})
		return err
	}
	return badSignature("a signature may cover the signed mark itself and its own KeyInfo, and nothing else")
}

// referenceTo checks that el refers to uri with one of the lists of transforms.
func referenceTo(el *etree.Element, uri string, transforms [][]string) (*reference, error) {
	if got, _ := attribute(el, dsig.URIAttr); got != uri {
		return nil, badSignature("a reference is to %.80q where it has to be to %q", got, uri)
	}
	parts := el.ChildElements()
	if len(parts) != 3 {
		return nil, badSignature("<Reference> has to hold Transforms, DigestMethod and DigestValue")
	}
	if err := sequence(el, nsSignature, dsig.TransformsTag, dsig.DigestMethodTag, dsig.DigestValueTag); err != nil {
		return nil, err
	}
	var got []string
	for _, t := range parts[0].ChildElements() {
		alg, err := algorithm(t)
		if err != nil || !is(t, nsSignature, dsig.TransformTag) {
			return nil, badSignature("<Transforms> holds something else than plain transforms")
		}
		got = append(got, alg)
	}
	if !anyEqual(transforms, got) {
		return nil, badSignature("the transforms of the reference to %q are not accepted", uri)
	}
	method, err := algorithm(parts[1])
	if err != nil || digestOf(method) == 0 {
		return nil, badSignature("the digest method %.80q is not accepted", method)
	}
	digest, err := decoded(parts[2])
	if err != nil {
		return nil, err
	}
	return &reference{digestMethod: method, digest: digest}, nil
}

// certificates returns the certificates of the one X509Data in KeyInfo.
func certificates(keyInfo *etree.Element) ([][]byte, error) {
	parts := keyInfo.ChildElements()
	if len(parts) != 1 || !is(parts[0], nsSignature, dsig.X509DataTag) {
		return nil, badSignature("<KeyInfo> has to hold one X509Data, and nothing else")
	}
	var all [][]byte
	for _, el := range parts[0].ChildElements() {
		if !is(el, nsSignature, dsig.X509CertificateTag) {
			return nil, badSignature("<X509Data> has to hold X509Certificate, and nothing else")
		}
		der, err := decoded(el)
		if err != nil {
			return nil, err
		}
		all = append(all, der)
	}
	if len(all) == 0 || len(all) > maxCertificates {
		return nil, badSignature("it carries %d certificates; one to %d are accepted", len(all), maxCertificates)
	}
	return all, nil
}

// sequence checks that the first children of el are the tags of namespace ns, in this order.
func sequence(el *etree.Element, ns string, tags ...string) error {
	children := el.ChildElements()
	for i, tag := range tags {
		if i >= len(children) || !is(children[i], ns, tag) {
			return malformed("<%.40s> does not have <%s> in place %d", el.Tag, tag, i+1)
		}
	}
	return nil
}

// algorithm returns the Algorithm of an element that has no parameters.
func algorithm(el *etree.Element) (string, error) {
	alg, ok := attribute(el, dsig.AlgorithmAttr)
	if !ok || len(el.ChildElements()) > 0 {
		return "", badSignature("<%.40s> has no algorithm, or one with parameters", el.Tag)
	}
	return alg, nil
}

// decoded returns the base64 contents of an element without children.
func decoded(el *etree.Element) ([]byte, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(stripSpace(el.Text()))
	if err != nil || len(b) == 0 || len(el.ChildElements()) > 0 {
		return nil, badSignature("<%.40s> is not base64", el.Tag)
	}
	return b, nil
}

func is(el *etree.Element, ns, tag string) bool {
	return el.Tag == tag && el.NamespaceURI() == ns
}

// attribute returns an unqualified attribute; the scanner lets no others through.
func attribute(el *etree.Element, key string) (string, bool) {
	for _, a := range el.Attr {
		if a.Space == "" && a.Key == key {
			return a.Value, true
		}
	}
	return "", false
}

func holdsSignature(el *etree.Element) bool {
	if el.NamespaceURI() == nsSignature {
		return true
	}
	for _, child := range el.ChildElements() {
		if holdsSignature(child) {
			return true
		}
	}
	return false
}

func anyEqual(lists [][]string, got []string) bool {
	for _, want := range lists {
		if slices.Equal(want, got) {
			return true
		}
	}
	return false
}
