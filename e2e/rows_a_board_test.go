package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// asked is what an outside verifier is sent (interfaces.md, section 5).
type asked struct {
	Application string      `json:"application"`
	Domain      string      `json:"domain"`
	Policy      string      `json:"policy"`
	Registrant  askedPerson `json:"registrant"`
	Registrar   askedPerson `json:"registrar"`
}

type askedPerson struct {
	ID         string      `json:"id"`
	Credential *credential `json:"credential"`
}

type credential struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// board is an outside verifier: an HTTPS server with a certificate of its own
// authority, which believes signed questions only (Standard Webhooks). A name that
// holds "deny" is denied, one that holds "later" has to wait, others are approved,
// unless decide says otherwise.
type board struct {
	addr, ca string // ca is PEM text
	secret   []byte
	conf     *tls.Config
	decide   func(q asked) (decision, reason string)

	mu       sync.Mutex
	server   *http.Server
	received []asked
	refused  []string
}

func newBoard(t *testing.T) *board {
	t.Helper()
	b := &board{secret: make([]byte, 32), decide: byName}
	rand.Read(b.secret) //nolint:errcheck // never fails
	b.conf, b.ca = ownAuthority(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.addr = ln.Addr().String()
	b.serve(ln)
	t.Cleanup(func() {
		b.stop()
		for _, why := range b.refused {
			t.Errorf("a question to the outside verifier: %s", why)
		}
	})
	return b
}

func byName(q asked) (string, string) {
	switch {
	case strings.Contains(q.Domain, "deny"):
		return "deny", "letters like this one are not wanted"
	case strings.Contains(q.Domain, "later"):
		return "pending", ""
	}
	return "approve", ""
}

func (b *board) serve(ln net.Listener) {
	s := &http.Server{Handler: b, TLSConfig: b.conf, ReadHeaderTimeout: answerLimit}
	b.mu.Lock()
	b.server = s
	b.mu.Unlock()
	go s.ServeTLS(ln, "", "") //nolint:errcheck // it ends with stop
}

// stop closes the server and all connections to it.
func (b *board) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.server.Close() //nolint:errcheck // it may be closed
}

// restart serves again where it did before.
func (b *board) restart(t *testing.T) {
	t.Helper()
	ln, err := net.Listen("tcp", b.addr)
	if err != nil {
		t.Fatal(err)
	}
	b.serve(ln)
}

// chain is a policy's chain of this verifier alone.
func (b *board) chain() []document {
	return []document{{
		"type": "http", "url": "https://" + b.addr + "/decide", "ca": b.ca,
		"secret": "whsec_" + base64.StdEncoding.EncodeToString(b.secret),
	}}
}

func (b *board) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	var q asked
	if err == nil {
		err = json.Unmarshal(body, &q)
	}
	id, at := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
	mac := hmac.New(sha256.New, b.secret)
	io.WriteString(mac, id+"."+at+"."+string(body)) //nolint:errcheck // never fails
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil || id == "" || r.Header.Get("webhook-signature") != want {
		b.refused = append(b.refused, "no JSON, or a wrong signature, of "+r.URL.Path)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	b.received = append(b.received, q)
	decision, reason := b.decide(q)
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(document{"decision": decision, "reason": reason}) //nolint:errcheck // the registry asks again
}

// about are the questions about a target name.
func (b *board) about(target string) (list []asked) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, q := range b.received {
		if q.Domain == target {
			list = append(list, q)
		}
	}
	return list
}

// question waits for the question about a target name.
func (b *board) question(t testing.TB, target string) asked {
	t.Helper()
	for began := time.Now(); time.Since(began) < answerLimit; time.Sleep(10 * time.Millisecond) {
		if list := b.about(target); len(list) > 0 {
			return list[0]
		}
	}
	t.Fatalf("the outside verifier was not asked about %s", target)
	return asked{}
}

// unasked demands that nobody asked about a target name.
func (b *board) unasked(t testing.TB, target string) {
	t.Helper()
	if list := b.about(target); len(list) > 0 {
		t.Errorf("the outside verifier was asked about %s", target)
	}
}

// ownAuthority makes an authority and a server certificate by it for 127.0.0.1.
func ownAuthority(t *testing.T) (conf *tls.Config, ca string) {
	t.Helper()
	issue := func(template, parent *x509.Certificate, signer *ecdsa.PrivateKey) ([]byte, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if signer == nil {
			signer = key
		}
		template.SerialNumber = big.NewInt(time.Now().UnixNano())
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
		if err != nil {
			t.Fatal(err)
		}
		return der, key
	}
	root := &x509.Certificate{
		Subject: pkix.Name{CommonName: "An overseer's authority"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	rootDER, rootKey := issue(root, root, nil)
	server := &x509.Certificate{
		Subject: pkix.Name{CommonName: "An overseer"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	parsed, err := x509.ParseCertificate(rootDER)
	if err != nil {
		t.Fatal(err)
	}
	serverDER, serverKey := issue(server, parsed, rootKey)
	conf = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{serverDER}, PrivateKey: serverKey}}}
	return conf, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: rootDER}))
}
