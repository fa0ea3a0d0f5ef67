package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cadastre/epp"
)

// eppPeer is another registry's server, as far as the client can tell: it records what it
// is asked and answers what the test says. Against this product's own server the client is
// tested in package interop.
type eppPeer struct {
	addr, ca, cert, key string // PEM files
	answer              func(cmd *epp.Command) *epp.Response
	raw                 func(cmd *epp.Command) []byte // instead of answer, if it gives a frame
	hellos              chan struct{}                 // one for each hello, as far as it takes them

	mu       sync.Mutex
	commands []*epp.Command // without logins and logouts
	logins   []*epp.Login
}

func newEppPeer(t *testing.T) *eppPeer {
	t.Helper()
	p := &eppPeer{answer: func(*epp.Command) *epp.Response { return epp.Success(nil) }}
	pair := p.makeFiles(t)
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAnyClientCert})
	if err != nil {
		t.Fatal(err)
	}
	p.addr = l.Addr().String()
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); serving.Wait() })
	return p
}

// makeFiles writes one certificate that serves as authority, server and client.
func (p *eppPeer) makeFiles(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "peer"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	p.ca, p.cert, p.key = filepath.Join(dir, "ca.pem"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	writeFile(t, p.ca, string(certPEM))
	writeFile(t, p.cert, string(certPEM))
	writeFile(t, p.key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func (p *eppPeer) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	greeting := epp.EncodeGreeting(&epp.Greeting{
		ServerID: "peer", Date: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Versions: []string{"1.0"}, Langs: []string{"en"},
		ObjURIs: []string{epp.NSDomain, epp.NSHost, epp.NSContact}, ExtURIs: []string{epp.NSContactKind, epp.NSPreapproval}, DCP: epp.DefaultDCP(),
	})
	if epp.WriteFrame(conn, greeting) != nil {
		return
	}
	for {
		frame, err := epp.ReadFrame(conn, 1<<20)
		if err != nil {
			return
		}
		answer := greeting
		cmd, refused := epp.DecodeCommand(frame)
		switch {
		case refused != nil:
			resp := refused.Response()
			resp.SvTRID = "peer-0"
			answer = epp.EncodeResponse(resp)
		case cmd.Name() != epp.VerbHello:
			answer = p.handle(cmd)
		default:
			select {
			case p.hellos <- struct{}{}:
			default:
			}
		}
		if epp.WriteFrame(conn, answer) != nil || refused == nil && cmd.Name() == epp.VerbLogout {
			return
		}
	}
}

func (p *eppPeer) handle(cmd *epp.Command) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	resp := epp.Success(nil)
	switch body := cmd.Body.(type) {
	case *epp.Logout:
		resp.Results[0].Code = epp.CodeOKEndingSession
	case *epp.Login:
		p.logins = append(p.logins, body)
		if body.PW == "wrong-pw" {
			resp = epp.Failure(epp.CodeAuthenticationError)
		}
	default:
		p.commands = append(p.commands, cmd)
		if p.raw != nil {
			if frame := p.raw(cmd); frame != nil {
				return frame
			}
		}
		resp = p.answer(cmd)
	}
	resp.ClTRID, resp.SvTRID = cmd.ClTRID, "peer-1"
	return epp.EncodeResponse(resp)
}

// taken gives what was asked so far and forgets it.
func (p *eppPeer) taken() []*epp.Command {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.commands
	p.commands = nil
	return list
}

// epp runs the epp verb against the peer, with a password in a file.
func (p *eppPeer) epp(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	pw := filepath.Join(t.TempDir(), "pw")
	writeFile(t, pw, "secret-1\n")
	all := append([]string{
		"epp", "--addr", p.addr, "--server-name", "localhost", "--ca", p.ca, "--cert", p.cert, "--key", p.key,
		"--user", "reg-1", "--password-file", pw,
	}, args...)
	return runIn(t, stdin, all...)
}

// outcome is what a run left.
type outcome struct {
	stdout, stderr string
	status         int
}

func runIn(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	status := 0
	if err := run(ctx, args, strings.NewReader(stdin), &stdout, &stderr); err != nil {
		status = report(&stderr, err)
	}
	return outcome{stdout.String(), stderr.String(), status}
}

func writeFile(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestReport(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status int
		text   string
	}{
		{errors.New("no"), 1, "cadastre: no\n"},
		{&exitError{status: 3, err: errors.New("no")}, 3, "cadastre: no\n"},
		{&exitError{status: 2}, 2, ""},
		{fmt.Errorf("login: %w", &exitError{status: 2, err: errors.New("no")}), 2, "cadastre: login: no\n"},
	} {
		var b strings.Builder
		if got := report(&b, tt.err); got != tt.status || b.String() != tt.text {
			t.Errorf("%v: status %d %q, want %d %q", tt.err, got, b.String(), tt.status, tt.text)
		}
	}
}
