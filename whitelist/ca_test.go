package whitelist

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"cadastre/registry"
)

// TestVerifierCA takes certificates for an outside verifier's authority and nothing else.
func TestVerifierCA(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Unix(1<<32, 0)}
	der, err := x509.CreateCertificate(nil, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	block := func(typ string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: typ, Bytes: der}))
	}
	doc := func(ca string) string {
		quoted, err := json.Marshal(ca)
		if err != nil {
			t.Fatal(err)
		}
		return with("verifiers", `[{"type":"http","url":"https://a.example","secret":"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw","ca":`+string(quoted)+`}]`)
	}
	one := block("CERTIFICATE", der)
	for _, ca := range []string{one, one + one, one + "\n", "A name before it\n" + one} {
		if got := parse(t, doc(ca)).Verifiers[0].CA; got != ca {
			t.Errorf("%q", got)
		}
	}
	for _, ca := range []string{" ", one + "x", block("PRIVATE KEY", der), block("CERTIFICATE", der[1:]), one + block("PRIVATE KEY", []byte("x"))} {
		refused(t, doc(ca), "verifiers[0].ca", registry.KindValue)
	}
}
