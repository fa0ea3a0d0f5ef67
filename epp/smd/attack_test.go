package smd_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"cadastre/epp/smd"
)

// replaced replaces exactly one occurrence.
func replaced(t *testing.T, s, old, by string) string {
	t.Helper()
	if strings.Count(s, old) != 1 {
		t.Fatalf("%q is there %d times", old, strings.Count(s, old))
	}
	return strings.Replace(s, old, by, 1)
}

func refused(t *testing.T, v *smd.Verifier, name, input string, want error) {
	t.Helper()
	if m, err := v.Verify([]byte(input), now); !errors.Is(err, want) {
		t.Errorf("%s: %+v, %v; want %v", name, m, err, want)
	}
}

// Whatever is changed of a signed mark after it was signed, the signature does not hold or the
// text is refused before, even where its canonical form is still the one that was signed.
func TestChanged(t *testing.T) {
	xml := string(must(authority().Sign(exampleMark())))
	v := verifierOf(t, authority())
	const label = "<mark:label>testvalidate</mark:label>"
	for _, c := range []struct {
		name, old, by string
		want          error
	}{
		{"label", label, "<mark:label>victim</mark:label>", smd.ErrSignature},
		{"one label more", label, label + "<mark:label>victim</mark:label>", smd.ErrSignature},
		{"one label less", label, "", smd.ErrSignature},
		{"white space", label, label + " ", smd.ErrSignature},
		{"end", "<smd:notAfter>2027", "<smd:notAfter>2037", smd.ErrSignature},
		{"id of the mark", "<smd:id>0", "<smd:id>1", smd.ErrSignature},
		{"id of the element", `id="_signed-mark"`, `id="_other-mark"`, smd.ErrSignature},
		{"reference", `URI="#_signed-mark"`, `URI="#_other-mark"`, smd.ErrSignature},
		{"digest", "<ds:DigestValue>", "<ds:DigestValue>AAAA", smd.ErrSignature},
		{"value", "<ds:SignatureValue>", "<ds:SignatureValue>AAAA", smd.ErrSignature},
		{"value not base64", "<ds:SignatureValue>", "<ds:SignatureValue>*", smd.ErrSignature},
		{"key info", `<ds:X509Certificate>`, `<ds:X509Certificate> `, smd.ErrSignature},
		{"comment in a label", label, "<mark:label>test<!-- -->validate</mark:label>", smd.ErrMalformed},
		{"comment", label, label + "<!---->", smd.ErrMalformed},
		{"CDATA", label, "<mark:label><![CDATA[testvalidate]]></mark:label>", smd.ErrMalformed},
		{"processing instruction", label, label + "<?php x?>", smd.ErrMalformed},
		{"prefix not declared", label, "<other:label>testvalidate</other:label>", smd.ErrMalformed},
		{"attribute twice", `issuerID="65535"`, `issuerID="1" issuerID="65535"`, smd.ErrMalformed},
		{"qualified id", ` id="_signed-mark"`, ` xmlns:x="urn:x" x:id="_evil" id="_signed-mark"`, smd.ErrMalformed},
		{"qualified attribute", `<smd:issuerInfo `, `<smd:issuerInfo xmlns:x="urn:x" x:lang="en" `, smd.ErrMalformed},
		{"id twice", `<smd:issuerInfo `, `<smd:issuerInfo id="_signed-mark" `, smd.ErrMalformed},
		{"ID twice in other case", `<smd:issuerInfo `, `<smd:issuerInfo ID="_signed-mark" `, smd.ErrMalformed},
		{"entity", label, "<mark:label>&victim;</mark:label>", smd.ErrMalformed},
		{"two roots", rootClose, rootClose + "<a/>", smd.ErrMalformed},
		{"text after the root", rootClose, rootClose + "a", smd.ErrMalformed},
		{"not closed", rootClose, "", smd.ErrMalformed},
		{"NUL", label, label + "\x00", smd.ErrMalformed},
		{"not UTF-8", label, label + "\xff", smd.ErrMalformed},
		{"other namespace", "urn:ietf:params:xml:ns:signedMark-1.0", "urn:ietf:params:xml:ns:signedMark-1.1", smd.ErrMalformed},
		{"object", "</ds:KeyInfo>", "</ds:KeyInfo><ds:Object></ds:Object>", smd.ErrSignature},
		{"no key info", "ds:KeyInfo Id", "ds:Object Id", smd.ErrMalformed},
	} {
		if !strings.Contains(xml, c.old) {
			t.Fatalf("%s: %q is not there", c.name, c.old)
		}
		refused(t, v, c.name, strings.Replace(xml, c.old, c.by, 1), c.want)
	}
	for name, input := range map[string]string{
		"document type":      "<!DOCTYPE a [<!ENTITY victim \"x\">]>" + xml,
		"declared as UTF-16": `<?xml version="1.0" encoding="UTF-16"?>` + xml,
		"byte order mark":    "\ufeff" + xml, "base64 of nothing": "=", "empty": " ", "no XML": "dGVzdA==",
		"two in a file":         strings.Repeat("-----BEGIN ENCODED SMD-----\nPGEvPg==\n-----END ENCODED SMD-----\n", 2),
		"file not closed":       "-----BEGIN ENCODED SMD-----\nPGEvPg==\n",
		"deep":                  strings.Repeat("<a>", 17) + strings.Repeat("</a>", 17),
		"many elements":         "<a>" + strings.Repeat("<b/>", 2048) + "</a>",
		"many attributes":       "<a b='' c='' d='' e='' f='' g='' h='' i='' j='' k='' l='' m='' n='' o='' p='' q='' r=''/>",
		"large":                 "<a>" + strings.Repeat("x", smd.MaxSize) + "</a>",
		"large text":            strings.Repeat("A", 2*smd.MaxSize+1),
		"prefix undeclared":     `<a xmlns:x="urn:x"><b xmlns:x=""/></a>`,
		"reserved prefix":       `<a xmlns:xml="urn:x"/>`,
		"prefix declared twice": `<x:a xmlns:x="urn:x" xmlns:x="urn:y"/>`,
	} {
		refused(t, v, name, input, smd.ErrMalformed)
	}
}

// Signature wrapping: a valid signature of one element, and another element for the reader.
func TestWrapping(t *testing.T) {
	good := string(must(authority().Sign(exampleMark())))
	start, _ := strings.CutSuffix(good, rootClose)
	body, sig, _ := strings.Cut(start, "<ds:Signature")
	sig = "<ds:Signature" + sig
	evil := strings.ReplaceAll(body, "testvalidate", "victim")
	evilID := strings.Replace(evil, `id="_signed-mark"`, `id="_evil"`, 1)
	inner := body + rootClose // what the signature is of
	object := func(s string) string {
		return replaced(t, sig, "</ds:Signature>", "<ds:Object>"+s+"</ds:Object></ds:Signature>")
	}
	v := verifierOf(t, authority())
	for name, input := range map[string]string{
		"original in an object":              evilID + object(inner) + rootClose,
		"original in an object, same id":     evil + object(inner) + rootClose,
		"original before the signature":      evilID + inner + sig + rootClose,
		"original after the signature":       evilID + sig + inner + rootClose,
		"original in the mark":               replaced(t, evilID, "</mark:mark>", inner+"</mark:mark>") + sig + rootClose,
		"original, signature in it, inside":  evilID + good + rootClose,
		"original as the last of two":        evilID + sig + good + rootClose,
		"signature in the mark":              replaced(t, body, "</mark:mark>", sig+"</mark:mark>") + rootClose,
		"signature twice":                    body + sig + strings.NewReplacer("_signature", "_s2", "_key-info", "_k2").Replace(sig) + rootClose,
		"around another root":                `<a xmlns:smd="urn:ietf:params:xml:ns:signedMark-1.0">` + good + "</a>",
		"a second mark":                      body + `<mark:mark xmlns:mark="urn:ietf:params:xml:ns:mark-1.0"></mark:mark>` + sig + rootClose,
		"evil before the good":               evilID + rootClose + good,
		"evil with the good signature":       evil + sig + rootClose,
		"evil id, reference to the original": evilID + sig + rootClose,
		"no signature":                       inner,
	} {
		m, err := v.Verify([]byte(input), now)
		if !errors.Is(err, smd.ErrMalformed) && !errors.Is(err, smd.ErrSignature) {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
	if _, err := v.Verify([]byte(body+sig+rootClose), now); err != nil {
		t.Errorf("the pieces of the attacks do not make a good one: %v", err)
	}
}

// Signatures of the right key, but not of the one shape.
func TestShape(t *testing.T) {
	p := testPKI()
	v := verifier(t, p.root.pem())
	good := func() forged { return newForged(p.direct.key, p.direct.cert) }
	if _, err := v.Verify([]byte(good().sign(honest())), now); err != nil {
		t.Fatalf("the forger cannot sign: %v", err)
	}
	implied := good()
	implied.transforms = []string{envelopedAlg}
	if _, err := v.Verify([]byte(implied.sign(honest())), now); err != nil {
		t.Errorf("with the canonicalization of XML signatures that is implied: %v", err)
	}
	for name, change := range map[string]func(f *forged){
		"HMAC":                       func(f *forged) { f.method = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256" },
		"HMAC-SHA1":                  func(f *forged) { f.method = "http://www.w3.org/2000/09/xmldsig#hmac-sha1" },
		"RSA-SHA1":                   func(f *forged) { f.method, f.hash = "http://www.w3.org/2000/09/xmldsig#rsa-sha1", crypto.SHA1 },
		"other hash than is used":    func(f *forged) { f.method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" },
		"ECDSA by an RSA key":        func(f *forged) { f.method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" },
		"no method":                  func(f *forged) { f.method = "" },
		"digest SHA-1":               func(f *forged) { f.digest, f.digestHash = "http://www.w3.org/2000/09/xmldsig#sha1", crypto.SHA1 },
		"other digest than is used":  func(f *forged) { f.digest = "http://www.w3.org/2001/04/xmlenc#sha512" },
		"inclusive canonicalization": func(f *forged) { f.c14n = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" },
		"with comments":              func(f *forged) { f.c14n = exc + "WithComments" },
		"reference with comments":    func(f *forged) { f.transforms[1] = exc + "WithComments" },
		"no transforms":              func(f *forged) { f.transforms = nil },
		"not enveloped":              func(f *forged) { f.transforms = []string{exc} },
		"enveloped twice":            func(f *forged) { f.transforms = []string{envelopedAlg, envelopedAlg, exc} },
		"other order":                func(f *forged) { f.transforms = []string{exc, envelopedAlg} },
		"XPath": func(f *forged) {
			f.transforms = []string{envelopedAlg, "http://www.w3.org/TR/1999/REC-xpath-19991116"}
		},
		"XSLT":                 func(f *forged) { f.transforms = []string{envelopedAlg, "http://www.w3.org/TR/1999/REC-xslt-19991116"} },
		"empty reference":      func(f *forged) { f.uri = "" },
		"reference to nothing": func(f *forged) { f.uri = "#" },
		"reference to another": func(f *forged) { f.uri = "#_other" },
		"pointer":              func(f *forged) { f.uri = "#xpointer(id('_signed-mark'))" },
		"reference outside":    func(f *forged) { f.uri = "http://example.com/mark" },
		"the same twice":       func(f *forged) { f.references = 2 },
		"thrice":               func(f *forged) { f.references = 3 },
		"manifest":             func(f *forged) { f.extra = "<ds:Manifest></ds:Manifest>" },
		"no certificate":       func(f *forged) { f.certs = nil },
		"many certificates": func(f *forged) {
			f.certs = append(f.certs, f.certs[0], f.certs[0], f.certs[0], f.certs[0], f.certs[0], f.certs[0], f.certs[0], f.certs[0])
		},
		"key of another": func(f *forged) { f.key = p.below.key },
	} {
		f := good()
		change(&f)
		refused(t, v, name, f.sign(honest()), smd.ErrSignature)
	}
	none := good()
	none.references = 0
	refused(t, v, "no reference", none.sign(honest()), smd.ErrMalformed)
	refused(t, v, "not a certificate", replaced(t, good().sign(honest()), "<ds:X509Certificate>", "<ds:X509Certificate>AAAA"), smd.ErrMalformed)
}

// What is signed by the right key in the right way is still read with care.
func TestContents(t *testing.T) {
	p := testPKI()
	v := verifier(t, p.root.pem())
	f := newForged(p.direct.key, p.direct.cert)
	for _, c := range []struct{ name, old, by string }{
		{"id", "<smd:id>0000001751376056503931-65535", "<smd:id>one"},
		{"no issuer", ` issuerID="65535"`, ""},
		{"date without a zone", "<smd:notAfter>2027-03-01T12:00:00.000Z", "<smd:notAfter>2027-03-01T12:00:00.000"},
		{"no date", "<smd:notBefore>2026-02-01T12:00:00.000Z", "<smd:notBefore>"},
		{"label with a dot", "<mark:label>testvalidate", "<mark:label>test.validate"},
		{"empty label", "<mark:label>testvalidate", "<mark:label>"},
		{"label with a child", "<mark:label>testvalidate", "<mark:label>testvalidate<mark:x></mark:x>"},
		{"kind of mark", "<mark:trademark>", "<mark:patent>"},
	} {
		start := replaced(t, honest(), c.old, c.by)
		if c.name == "kind of mark" {
			start = replaced(t, start, "</mark:trademark>", "</mark:patent>")
		}
		refused(t, v, c.name, f.sign(start), smd.ErrMalformed)
	}
}

// Even one who may sign shall not hide elements of signatures where another parser may look.
func TestSecondSignature(t *testing.T) {
	p := testPKI()
	f := newForged(p.direct.key, p.direct.cert)
	for _, tag := range []string{"Signature", "Object", "SignedInfo"} {
		start := replaced(t, honest(), "<mark:class>", "<ds:"+tag+dsDecl+"></ds:"+tag+"><mark:class>")
		refused(t, verifier(t, p.root.pem()), tag, f.sign(start), smd.ErrSignature)
	}
}

func TestECDSAValue(t *testing.T) {
	p := testPKI()
	id := issued("Short", must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), &p.root, nil)
	f := newForged(id.key, id.cert)
	f.method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
	// The forger writes the value in DER, which XML signatures do not.
	refused(t, verifier(t, p.root.pem()), "DER", f.sign(honest()), smd.ErrSignature)
}
