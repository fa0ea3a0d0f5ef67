package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// echoFlag makes this program the echo server.
const echoFlag = "echo-server"

// echoUnit is the size of the frames that are echoed, in octets with their header: about
// that of a check or of its answer.
const echoUnit = 700

// echoServer is the limit of domain:check: TLS 1.3 and nothing behind it.
type echoServer struct {
	process *process
	stdin   io.Closer
	addr    string
	tls     *tls.Config
}

type echoHello struct {
	Addr string `json:"addr"`
	Cert string `json:"cert"` // DER in base64
}

func startEcho() (*echoServer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-"+echoFlag)
	cmd.Stderr = os.Stderr
	// A pipe of our own: exec's is closed by Wait, which is under way already.
	out, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd.Stdout = in
	stdin, err := cmd.StdinPipe()
	if err != nil {
		in.Close()
		return nil, err
	}
	e := &echoServer{stdin: stdin}
	e.process, err = startProcess(cmd)
	in.Close()
	if err != nil {
		return nil, err
	}
	var hello echoHello
	if err := json.NewDecoder(out).Decode(&hello); err != nil {
		e.stop()
		return nil, fmt.Errorf("echo server: %w", err)
	}
	der, err := base64.StdEncoding.DecodeString(hello.Cert)
	if err != nil {
		e.stop()
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		e.stop()
		return nil, err
	}
	e.addr = hello.Addr
	e.tls = &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost", MinVersion: tls.VersionTLS13}
	e.tls.RootCAs.AddCert(cert)
	return e, nil
}

func (e *echoServer) stop() {
	e.stdin.Close()
	e.process.stop(syscall.SIGTERM, time.Second) //nolint:errcheck // it ends by itself, or is killed
}

func (e *echoServer) cpu() cpu { return cpuOf(e.process.pid, 0) }

// dial opens count connections with frames to send over them.
func (e *echoServer) load(ctx context.Context, count int) (l load, err error) {
	l.cpu = e.cpu
	for range count {
		c, err := dial(ctx, e.addr, e.tls)
		if err != nil {
			closeAll(l.conns)
			return l, err
		}
		l.conns, l.frames = append(l.conns, c), append(l.frames, echoFrame())
	}
	return l, nil
}

// echoFrame holds a result code in its middle, for the load generator to find.
func echoFrame() *prepared {
	text := string(resultCode) + `1000">`
	pad := strings.Repeat("x", (echoUnit-4-len(text))/2)
	body := pad + text + pad
	body += strings.Repeat("x", echoUnit-4-len(body))
	unit := binary.BigEndian.AppendUint32(nil, echoUnit)
	return &prepared{unit: append(unit, body...), want: "1000"}
}

// serveEcho is the echo server's process. It ends with its standard input.
func serveEcho(stdin io.Reader, stdout io.Writer) error {
	cert, err := echoCertificate()
	if err != nil {
		return err
	}
	ln, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS13, DynamicRecordSizingDisabled: true,
	})
	if err != nil {
		return err
	}
	defer ln.Close()
	hello := echoHello{ln.Addr().String(), base64.StdEncoding.EncodeToString(cert.Certificate[0])}
	if err := json.NewEncoder(stdout).Encode(hello); err != nil {
		return err
	}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go echo(c)
		}
	}()
	_, err = io.Copy(io.Discard, stdin)
	return err
}

// echo sends back each data unit in one write.
func echo(c net.Conn) {
	defer c.Close()
	buf := make([]byte, echoUnit)
	for {
		if _, err := io.ReadFull(c, buf); err != nil {
			return
		}
		if _, err := c.Write(buf); err != nil {
			return
		}
	}
}

func echoCertificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
