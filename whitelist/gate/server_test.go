package gate_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"testing"
	"time"

	"cadastre/epp/server"
	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/whitelist/desk"
	"cadastre/whitelist/gate"
)

// identity is a self-signed certificate that serves as its own authority.
type identity struct {
	pair      tls.Certificate
	leaf      *x509.Certificate
	cert, key []byte // PEM
}

func newIdentity(t *testing.T) identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<60))
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "test"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return identity{
		pair: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, leaf: leaf,
		cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		key:  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}),
	}
}

// eppServer is the registry's EPP front end, which can be stopped and started again
// on the same address.
type eppServer struct {
	t    *testing.T
	id   identity
	addr string
	make func() *server.Server
	srv  *server.Server
	done chan error
}

// serveEPP starts an EPP server for the world's registry, the whitelist's included.
func (w *world) serveEPP() *eppServer {
	w.t.Helper()
	reg := w.SRS
	d, err := desk.New(desk.Config{Store: w.store, Clock: w.clock})
	w.must(err)
	s := &eppServer{t: w.t, id: newIdentity(w.t), addr: "127.0.0.1:0"}
	s.make = func() *server.Server {
		srv, err := server.New(server.Config{
			Registry: reg, Whitelist: d, ServerID: "Test registry", TLS: &tls.Config{Certificates: []tls.Certificate{s.id.pair}},
			Limits: server.Limits{SessionsPerRegistrar: 20},
		})
		w.must(err)
		return srv
	}
	s.start()
	w.t.Cleanup(s.stop)
	return s
}

func (s *eppServer) start() {
	s.t.Helper()
	s.srv, s.done = s.make(), make(chan error, 1)
	ln, err := net.Listen("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.addr = ln.Addr().String()
	srv, done := s.srv, s.done
	go func() { done <- srv.Serve(ln) }()
}

func (s *eppServer) stop() {
	if s.srv == nil {
		return
	}
	_ = s.srv.Close()
	if err := <-s.done; !errors.Is(err, server.ErrServerClosed) {
		s.t.Error(err)
	}
	s.srv = nil
}

func (s *eppServer) endpoint() gate.EPPServer {
	roots := x509.NewCertPool()
	roots.AddCert(s.id.leaf)
	return gate.EPPServer{Addr: s.addr, ServerName: "localhost", RootCAs: roots}
}

const accountPassword = "secret-pw-123"

// account gives an account a certificate of its own, and the account itself unless it
// is a registrar's of the world.
func (w *world) account(id string, kind registry.AccountKind) (gate.EPPAccount, identity) {
	w.t.Helper()
	_, err := w.store.Registrar(w.ctx, id)
	if registry.IsKind(err, registry.KindNotFound) {
		r := &registry.Registrar{ID: id, Name: id, Kind: kind, Currency: "USD"}
		err = w.AddRegistrar(w.ctx, op, r, accountPassword)
	} else if err == nil {
		err = w.SetPassword(w.ctx, op, id, accountPassword)
	}
	w.must(err)
	i := newIdentity(w.t)
	_, err = w.BindCertificate(w.ctx, op, id, i.leaf)
	w.must(err)
	return gate.EPPAccount{ID: id, Password: accountPassword, Certificate: i.pair}, i
}

// askByEPP makes the EPP server known to the gate for the verifiers of policies.
func (w *world) askByEPP(s *eppServer, verifiers ...string) {
	w.t.Helper()
	p := &gate.Peer{EPP: s.endpoint(), Verifiers: map[string]gate.EPPAccount{}}
	for _, id := range verifiers {
		p.Verifiers[id], _ = w.account(id, registry.VerifierAccount)
	}
	w.peers["valid.zone"], w.peers["preapproved.works"] = p, p
}

var _ srs.Preapproval = (*gate.Gate)(nil)
