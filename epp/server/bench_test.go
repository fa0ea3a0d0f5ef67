package server

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"cadastre/epp"
)

// BenchmarkEcho is the limit that BenchmarkCheck is measured against: TLS 1.3 with a
// server that sends every frame back.
func BenchmarkEcho(b *testing.B) {
	conf := hardened(&tls.Config{Certificates: []tls.Certificate{serverCert().tls}})
	ln, err := tls.Listen("tcp", "127.0.0.1:0", conf)
	if err != nil {
		b.Fatal(err)
	}
	defer ln.Close()
	go func() {
		for {
			conn, err := ln.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			go func() {
				defer conn.Close()
				for {
					frame, err := epp.ReadFrame(conn, epp.MaxCommandFrame)
					if err != nil || epp.WriteFrame(conn, frame) != nil {
						return
					}
				}
			}()
		}
	}()
	exchange(b, ln.Addr().String(), "")
}

// BenchmarkCheck is a domain check of one name, without the database: TLS, decoding,
// dispatch, encoding, metrics and the log.
func BenchmarkCheck(b *testing.B) {
	h := start(b, func(c *Config) {
		c.Limits.SessionsPerRegistrar = 1000
		sink := zapcore.AddSync(io.Discard)
		c.Log = zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), sink, zap.InfoLevel))
	})
	exchange(b, h.addr, login("registrar-a", alphaPassword))
}

// exchange sends frames on parallel connections and reads the answers.
func exchange(b *testing.B, addr, first string) {
	frame := epp.AppendFrame(nil, []byte(check("a.example")))
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		conn, err := tls.Dial("tcp", addr, clientTLS(alphaCert()))
		if err != nil {
			b.Error(err)
			return
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(patience))
		buf := make([]byte, 4096)
		read := func() {
			if _, err := io.ReadFull(conn, buf[:4]); err != nil {
				b.Error(err)
				return
			}
			if _, err := io.ReadFull(conn, buf[:binary.BigEndian.Uint32(buf)-4]); err != nil {
				b.Error(err)
			}
		}
		if first != "" {
			read()
			conn.Write(epp.AppendFrame(nil, []byte(first)))
			read()
		}
		for pb.Next() {
			conn.Write(frame)
			read()
		}
	})
}
