package e2e

import (
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// attackHalfHandshakes opens connections that never finish TLS. They are closed
// within the handshake's time of 10 seconds.
func attackHalfHandshakes(t *testing.T, box *sandbox) {
	const each = 100
	hello := clientHello(t)
	var wg sync.WaitGroup
	for name, octets := range map[string][]byte{
		"silent": nil, "half a ClientHello": hello[:len(hello)/2], "ClientHello and no more": hello,
		"HTTP": []byte("GET / HTTP/1.1\r\n\r\n"), "record of zeros": make([]byte, 5000),
	} {
		for range each {
			conn, err := net.DialTimeout("tcp", box.info.EPP.Addr, answerLimit)
			if err != nil {
				t.Fatal(err)
			}
			wg.Go(func() {
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(answerLimit))
				conn.Write(octets) //nolint:errcheck // the server may have hung up
				if took := drained(conn); took > 30*time.Second {
					t.Errorf("%s: still open after %v", name, took)
				}
			})
		}
	}
	wg.Wait()
}

// clientHello is the first flight of a TLS client.
func clientHello(t *testing.T) []byte {
	t.Helper()
	ours, theirs := net.Pipe()
	go tls.Client(ours, &tls.Config{ServerName: "localhost"}).Handshake() //nolint:errcheck // it is cut off
	defer ours.Close()
	buf := make([]byte, 1<<14)
	theirs.SetReadDeadline(time.Now().Add(answerLimit))
	n, err := theirs.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	return buf[:n]
}

// attackLogins tries passwords on many connections at once. Each gets 2200 twice
// and 2501 in the end; hashing them does not stop anybody's work.
func attackLogins(t *testing.T, box *sandbox) {
	var wg sync.WaitGroup
	faults := make(chan string, 100)
	for range 10 {
		conf := box.endpoint().tlsConfig(t, "registrar-b")
		wg.Go(func() {
			for range 3 {
				s, err := box.endpoint().tryConnect(t, conf)
				if err != nil {
					faults <- err.Error()
					return
				}
				for _, want := range []int{2200, 2200, 2501} {
					r, err := s.exchange([]byte(loginCommand("registrar-b", randomLabel(12))))
					if err != nil || int(r.Code()) != want {
						faults <- fmt.Sprintf("%v %v, want %d", r, err, want)
						break
					}
				}
				s.conn.Close()
			}
		})
	}
	wg.Wait()
	close(faults)
	for f := range faults {
		t.Error(f)
	}
}

// attackOldTLS asks for versions and suites that RFC 9325 forbids.
func attackOldTLS(t *testing.T, box *sandbox) {
	for name, change := range map[string]func(*tls.Config){
		"TLS 1.0":     func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 },
		"TLS 1.1":     func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 },
		"RSA keys":    suite(tls.TLS_RSA_WITH_AES_128_GCM_SHA256),
		"CBC":         suite(tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA),
		"RC4":         suite(tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA),
		"3DES":        suite(tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA),
		"good TLS1.2": suite(tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256),
	} {
		conf := box.endpoint().tlsConfig(t, "registrar-a")
		change(conf)
		s, err := box.endpoint().tryConnect(t, conf)
		if err == nil {
			s.conn.Close()
		}
		if wanted := strings.HasPrefix(name, "good"); wanted != (err == nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func suite(ids ...uint16) func(*tls.Config) {
	return func(c *tls.Config) {
		c.MinVersion, c.MaxVersion, c.CipherSuites = tls.VersionTLS12, tls.VersionTLS12, ids
	}
}

// attackIdle opens 5 000 connections with TLS that do nothing. Each costs the
// server less than 50 KB.
func attackIdle(t *testing.T, box *sandbox) {
	const many, perSession = 5000, 50 << 10
	before := box.memory(t)
	w := watchMemory(t, box)
	conf := box.endpoint().tlsConfig(t, "registrar-a")
	conf.ClientSessionCache = nil
	var (
		mu    sync.Mutex
		conns []net.Conn
		wg    sync.WaitGroup
	)
	began := time.Now()
	for range 16 {
		wg.Go(func() {
			for range many / 16 {
				s, err := box.endpoint().tryConnect(t, conf)
				if err != nil {
					t.Errorf("idle connection: %v", err)
					return
				}
				mu.Lock()
				conns = append(conns, s.conn)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	opened := time.Since(began)
	time.Sleep(time.Second)
	settled := box.memory(t)
	peak := w.stop()
	t.Logf("%d idle TLS connections in %v: %d KB resident before, %d KB after, %d KB at most: %.1f KB each",
		len(conns), opened.Round(time.Millisecond), before>>10, settled>>10, peak>>10, float64(settled-before)/1024/float64(len(conns)))
	if limit := before + 64<<20 + len(conns)*perSession; peak > limit {
		t.Errorf("resident memory reached %d MB, at most %d MB are allowed", peak>>20, limit>>20)
	}
	if limit := before + len(conns)*perSession; settled > limit {
		t.Errorf("%d idle connections take %d MB, at most %d MB are allowed", len(conns), (settled-before)>>20, (limit-before)>>20)
	}
	box.login(t, "registrar-b").do(t, domainCheck("taken.example")).want(t, 1000)
	for _, c := range conns {
		c.Close()
	}
}
