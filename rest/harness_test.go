package rest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"cadastre/registry"
	"cadastre/whitelist/desk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	goodToken = "good-token"
	account   = "manual-board"
)

// script is a desk whose answers a test writes; the real one is in desk_test.go.
type script struct {
	mu   sync.Mutex
	do   func(ctx context.Context) error // before every operation
	seen []any                           // what the operations were given
}

func (d *script) begin(ctx context.Context, given ...any) error {
	d.mu.Lock()
	d.seen = append(d.seen, given...)
	do := d.do
	d.mu.Unlock()
	if do == nil {
		return nil
	}
	return do(ctx)
}

func (d *script) on(do func(context.Context) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.do, d.seen = do, nil
}

func (d *script) AccountOfToken(_ context.Context, token string) (string, error) {
	if token != goodToken {
		return "", registry.Errorf(registry.KindAuthentication, "token", token, "no such token")
	}
	return account, nil
}

var heldApplication = desk.Application{
	ID: "42", Policy: account, Target: "acme.management", Registrant: "UID1", Status: desk.StatusPending,
	Created: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
}

func (d *script) Announce(ctx context.Context, a registry.Actor, policy string, r desk.ApplyRequest) (*desk.Application, error) {
	if err := d.begin(ctx, a, policy, r); err != nil {
		return nil, err
	}
	app := heldApplication
	return &app, nil
}

func (d *script) Decide(ctx context.Context, a registry.Actor, id string, dec desk.Decision) (*desk.Application, error) {
	if err := d.begin(ctx, a, id, dec); err != nil {
		return nil, err
	}
	app := heldApplication
	return &app, nil
}

func (d *script) Applications(ctx context.Context, a registry.Actor, f desk.ApplicationFilter) ([]*desk.Application, error) {
	return nil, d.begin(ctx, a, f)
}

func (d *script) ShowApplication(ctx context.Context, a registry.Actor, id string) (*desk.Application, error) {
	if err := d.begin(ctx, a, id); err != nil {
		return nil, err
	}
	app := heldApplication
	return &app, nil
}

// bench is a running server, with a client that trusts it.
type bench struct {
	t      *testing.T
	server *Server
	desk   *script
	addr   string
	pool   *x509.CertPool
	client *http.Client
	logs   *observer.ObservedLogs
	reg    *prometheus.Registry
}

func newBench(t *testing.T, change func(*Config)) *bench {
	t.Helper()
	b := &bench{t: t, desk: &script{}, reg: prometheus.NewRegistry(), pool: x509.NewCertPool()}
	core, logs := observer.New(zap.DebugLevel)
	b.logs = logs
	cert, der := certificate(t, 1)
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	b.pool.AddCert(leaf)
	cfg := Config{
		Desk: b.desk, TLS: &tls.Config{Certificates: []tls.Certificate{cert}}, Log: zap.New(core), Metrics: NewMetrics(b.reg),
	}
	if change != nil {
		change(&cfg)
	}
	if b.server, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	b.serve()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: b.pool}, ForceAttemptHTTP2: true}
	b.client = &http.Client{Transport: transport}
	t.Cleanup(transport.CloseIdleConnections)
	return b
}

func (b *bench) serve() {
	b.t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.t.Fatal(err)
	}
	b.addr = ln.Addr().String()
	done := make(chan error, 1)
	go func() { done <- b.server.Serve(ln) }()
	b.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		b.server.Shutdown(ctx) //nolint:errcheck // some tests leave connections open
		if err := <-done; !errors.Is(err, ErrServerClosed) {
			b.t.Errorf("Serve: %v", err)
		}
	})
}

// certificate makes one for 127.0.0.1 and localhost.
func certificate(t *testing.T, serial int64) (tls.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "rest.test"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, der
}

// writePair writes a fresh certificate and its key into files.
func writePair(t *testing.T, dir string, serial int64) (certFile, keyFile string) {
	t.Helper()
	cert, der := certificate(t, serial)
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: key},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

// answer is what came back.
type answer struct {
	status  int
	header  http.Header
	body    string
	problem Problem // when it is one
}

// call makes a request with the good token, or with the Authorization header given.
func (b *bench) call(method, path, body string, auth ...string) answer {
	b.t.Helper()
	req, err := http.NewRequest(method, "https://"+b.addr+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if auth == nil {
		auth = []string{"Bearer " + goodToken}
	}
	for _, a := range auth {
		if a != "" {
			req.Header.Add("Authorization", a)
		}
	}
	return b.do(req)
}

func (b *bench) do(req *http.Request) answer {
	b.t.Helper()
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.read(resp)
}

func (b *bench) read(resp *http.Response) answer {
	b.t.Helper()
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	a := answer{status: resp.StatusCode, header: resp.Header, body: string(text)}
	if resp.StatusCode >= 400 {
		if ct := resp.Header.Get("Content-Type"); ct != problemType {
			b.t.Errorf("%d has the type %q: %s", resp.StatusCode, ct, text)
		}
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&a.problem); err != nil {
			b.t.Errorf("%d is no problem: %v: %s", resp.StatusCode, err, text)
		}
		if a.problem.Status != resp.StatusCode || a.problem.Transaction == "" || a.problem.Transaction != resp.Header.Get("Transaction-Id") {
			b.t.Errorf("%d: %+v", resp.StatusCode, a.problem)
		}
	}
	return a
}

// line returns the last log line of a request.
func (b *bench) line() observer.LoggedEntry {
	b.t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for {
		if all := b.logs.FilterMessage("http").All(); len(all) > 0 {
			return all[len(all)-1]
		}
		if time.Now().After(deadline) {
			b.t.Fatal("no log line")
		}
		time.Sleep(time.Millisecond) // it is written after the answer
	}
}
