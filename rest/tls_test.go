package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestTLS(t *testing.T) {
	b := newBench(t, nil)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		conn, err := tls.Dial("tcp", b.addr, &tls.Config{RootCAs: b.pool, MinVersion: version, MaxVersion: version})
		if err != nil {
			t.Errorf("%s: %v", tls.VersionName(version), err)
			continue
		}
		conn.Close()
	}
	for name, conf := range map[string]*tls.Config{
		"TLS 1.1": {MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
		"CBC":     {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}},
		"RSA":     {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}},
	} {
		conf.RootCAs = b.pool
		if conn, err := tls.Dial("tcp", b.addr, conf); err == nil {
			t.Errorf("%s is taken", name)
			conn.Close()
		}
	}
	// Plain HTTP is not answered by the interface.
	resp, err := http.Get("http://" + b.addr + "/api/v1/openapi.json")
	if err == nil {
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("plain HTTP: %s", resp.Status)
		}
	}
	for testutil.ToFloat64(b.server.cfg.Metrics.handshakes) < 3 {
		time.Sleep(time.Millisecond) // counted after the client has its answer
	}
}

func TestNewRefuses(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := writePair(t, dir, 1)
	cert, _ := certificate(t, 1)
	good := &tls.Config{Certificates: []tls.Certificate{cert}}
	for name, c := range map[string]Config{
		"no certificate":    {},
		"empty TLS":         {TLS: &tls.Config{}},
		"both":              {TLS: good, CertFile: certFile, KeyFile: keyFile},
		"half a pair":       {CertFile: certFile},
		"missing file":      {CertFile: certFile, KeyFile: filepath.Join(dir, "none")},
		"negative time-out": {TLS: good, Limits: Limits{IdleTimeout: -1}},
		"negative limit":    {TLS: good, Limits: Limits{Connections: -1}},
	} {
		if _, err := New(c); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// TestShutdown: requests under way are answered, then everything is closed.
func TestShutdown(t *testing.T) {
	b := newBench(t, nil)
	entered, release := make(chan struct{}), make(chan struct{})
	b.desk.on(func(context.Context) error { close(entered); <-release; return nil })
	answered := make(chan answer, 1)
	go func() { answered <- b.call("POST", "/api/v1/applications", good) }()
	<-entered
	done := make(chan error, 1)
	go func() { done <- b.server.Shutdown(context.Background()) }()
	for { // until it no longer listens
		conn, err := net.Dial("tcp", b.addr)
		if err != nil {
			break
		}
		conn.Close()
	}
	close(release)
	if a := <-answered; a.status != 201 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestShutdownCuts: what does not end in time is cancelled.
func TestShutdownCuts(t *testing.T) {
	b := newBench(t, nil)
	entered, left := make(chan struct{}), make(chan struct{})
	b.desk.on(func(ctx context.Context) error { close(entered); <-ctx.Done(); close(left); return ctx.Err() })
	conn := b.dial()
	if _, err := conn.Write([]byte(head + "Content-Length: 71\r\n\r\n" + good + "            ")); err != nil {
		t.Fatal(err)
	}
	<-entered
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := b.server.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	<-left
}
