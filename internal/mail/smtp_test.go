package mail

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"
)

// smtpServer is a mail server of RFC 5321 with STARTTLS and AUTH PLAIN that keeps what
// it takes.
type smtpServer struct {
	t     *testing.T
	addr  string
	tls   *tls.Config       // nil: no STARTTLS
	fail  map[string]string // answer instead of the usual one, by verb
	hold  string            // verb that is never answered
	roots *x509.CertPool

	mu    sync.Mutex
	taken []takenMail
	conns int
}

type takenMail struct {
	from, to, auth, data string
	tls                  bool
}

func newSMTPServer(t *testing.T, withTLS bool) *smtpServer {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &smtpServer{t: t, addr: ln.Addr().String(), fail: map[string]string{}}
	if withTLS {
		s.tls, s.roots = certificate(t)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer conn.Close()
				s.talk(conn)
			})
		}
	})
	t.Cleanup(func() {
		ln.Close()
		running.Wait() // every client has closed its connection
	})
	return s
}

func (s *smtpServer) talk(conn net.Conn) {
	s.mu.Lock()
	s.conns++
	s.mu.Unlock()
	in := bufio.NewReader(conn)
	say := func(line string) { io.WriteString(conn, line+"\r\n") }
	var m takenMail
	say("220 mail.test ESMTP")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, arg, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		if verb == s.hold {
			io.Copy(io.Discard, in) // until the client hangs up
			return
		}
		if answer := s.fail[verb]; answer != "" {
			say(answer)
			continue
		}
		switch verb {
		case "EHLO":
			say("250-mail.test greets you")
			if s.tls != nil && !m.tls {
				say("250-STARTTLS")
			}
			if m.tls {
				say("250-AUTH PLAIN LOGIN")
			}
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go on")
			secure := tls.Server(conn, s.tls)
			if secure.Handshake() != nil {
				return
			}
			conn, in = secure, bufio.NewReader(secure)
			m.tls = true
		case "AUTH":
			text, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(arg, "PLAIN "))
			m.auth = string(text)
			say("235 welcome")
		case "MAIL":
			m.from = arg
			say("250 ok")
		case "RCPT":
			m.to = arg
			say("250 ok")
		case "DATA":
			say("354 go on")
			data, err := textproto.NewReader(in).ReadDotBytes()
			if err != nil {
				return
			}
			m.data = string(data)
			if answer := s.fail["."]; answer != "" {
				say(answer)
				continue
			}
			s.mu.Lock()
			s.taken = append(s.taken, m)
			s.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// mails is what the server has taken.
func (s *smtpServer) mails() []takenMail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

// certificate makes one for 127.0.0.1 and the pool that trusts it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.test"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

var decided = Mail{
	ID: 7, Recipient: "alice@mail.example", Subject: "Pre-approval of münchen.management was approved",
	Body:     "Dear Alice,\n\n.the name münchen.management may be registered.\nFrom here on: 有效.zone\n",
	QueuedAt: time.Date(2027, 11, 21, 10, 30, 0, 0, time.UTC), Tries: 1,
}

func newTransport(t *testing.T, s *smtpServer, change func(*SMTPConfig)) *SMTP {
	t.Helper()
	cfg := SMTPConfig{Addr: s.addr, From: "registry@registry.example", TLS: TLSRequired, RootCAs: s.roots}
	if change != nil {
		change(&cfg)
	}
	tr, err := NewSMTP(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestSMTP(t *testing.T) {
	s := newSMTPServer(t, true)
	tr := newTransport(t, s, func(c *SMTPConfig) { c.Username, c.Password = "registry", "secret" })
	if err := tr.Send(context.Background(), decided); err != nil {
		t.Fatal(err)
	}
	if len(s.mails()) != 1 {
		t.Fatalf("%d mails arrived", len(s.mails()))
	}
	got := s.mails()[0]
	if !got.tls || got.auth != "\x00registry\x00secret" {
		t.Errorf("TLS %v, login %q", got.tls, got.auth)
	}
	if got.to != "TO:<alice@mail.example>" || !strings.HasPrefix(got.from, "FROM:<registry@registry.example>") {
		t.Errorf("envelope %s %s", got.from, got.to)
	}
	checkMessage(t, got.data)
}

// checkMessage reads a message as its receiver does and holds it against decided.
func checkMessage(t *testing.T, text string) {
	t.Helper()
	msg, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(wordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil || subject != decided.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	for name, want := range map[string]string{
		"From": "<registry@registry.example>", "To": "<alice@mail.example>", "Auto-Submitted": "auto-generated",
		"Message-ID": fmt.Sprintf("<7.%d@registry.example>", decided.QueuedAt.UnixMicro()), "Mime-Version": "1.0",
		"Content-Type": "text/plain; charset=UTF-8", "Date": "Sun, 21 Nov 2027 10:30:00 +0000", "User-Agent": "",
	} {
		if got := msg.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	body, err := io.ReadAll(quotedReader(msg.Body))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.ReplaceAll(string(body), "\r\n", "\n"); strings.TrimRight(got, "\n") != strings.TrimRight(decided.Body, "\n") {
		t.Errorf("body %q", got)
	}
}

func TestSMTPRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		server  func(*smtpServer)
		refused bool // for good
	}{
		"unknown recipient": {func(s *smtpServer) { s.fail["RCPT"] = "550 no such user" }, true},
		"full mailbox":      {func(s *smtpServer) { s.fail["RCPT"] = "452 mailbox full" }, false},
		"contents":          {func(s *smtpServer) { s.fail["."] = "554 looks like spam" }, true},
		"later":             {func(s *smtpServer) { s.fail["DATA"] = "451 come back" }, false},
		"sender":            {func(s *smtpServer) { s.fail["MAIL"] = "550 who are you" }, false},
		"login":             {func(s *smtpServer) { s.fail["AUTH"] = "535 wrong password" }, false},
		"busy":              {func(s *smtpServer) { s.fail["EHLO"] = "421 busy"; s.fail["HELO"] = "421 busy" }, false},
		"no STARTTLS":       {func(s *smtpServer) { s.tls = nil }, false},
		"other certificate": {func(s *smtpServer) { _, s.roots = certificate(s.t) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSMTPServer(t, true)
			test.server(s)
			tr := newTransport(t, s, func(c *SMTPConfig) { c.Username, c.Password = "registry", "secret" })
			err := tr.Send(context.Background(), decided)
			if err == nil || errors.Is(err, ErrRefused) != test.refused {
				t.Errorf("got %v, want refused for good %v", err, test.refused)
			}
			if len(s.mails()) != 0 {
				t.Error("a mail arrived")
			}
			if strings.Contains(fmt.Sprint(err), "secret") {
				t.Error("the password is shown")
			}
		})
	}
}

// TestSMTPFarewell: a mail that was taken is not sent again because QUIT fails.
func TestSMTPFarewell(t *testing.T) {
	s := newSMTPServer(t, true)
	s.fail["QUIT"] = "500 no"
	s.fail["RSET"] = "500 no"
	if err := newTransport(t, s, nil).Send(context.Background(), decided); err != nil || len(s.mails()) != 1 {
		t.Errorf("%d mails, %v", len(s.mails()), err)
	}
}

// TestSMTPHangs: a server that falls silent does not hold the sender when it must end,
// and no connection stays open.
func TestSMTPHangs(t *testing.T) {
	for _, verb := range []string{"EHLO", "MAIL", "QUIT"} {
		s := newSMTPServer(t, true)
		s.hold = verb
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- newTransport(t, s, nil).Send(ctx, decided) }()
		for {
			s.mu.Lock()
			connected := s.conns > 0
			s.mu.Unlock()
			if connected {
				break
			}
			time.Sleep(time.Millisecond)
		}
		cancel()
		select {
		case <-done:
		case <-time.After(sendTimeout / 2):
			t.Errorf("%s: the sender hangs", verb)
		}
	}
}

func TestSMTPClear(t *testing.T) {
	for _, test := range []struct {
		server bool
		kind   TLS
		want   bool
	}{{true, TLSOpportunistic, true}, {false, TLSOpportunistic, false}, {true, TLSNone, false}} {
		s := newSMTPServer(t, test.server)
		if err := newTransport(t, s, func(c *SMTPConfig) { c.TLS = test.kind }).Send(context.Background(), decided); err != nil {
			t.Fatal(err)
		}
		if got := s.mails()[0].tls; got != test.want {
			t.Errorf("%v with STARTTLS %v: TLS %v", test.kind, test.server, got)
		}
	}
}

func TestNewSMTP(t *testing.T) {
	for _, c := range []SMTPConfig{
		{Addr: "mail.example", From: "a@b.example", TLS: TLSRequired},
		{Addr: "mail.example:0", From: "a@b.example", TLS: TLSRequired},
		{Addr: ":25", From: "a@b.example", TLS: TLSRequired},
		{Addr: "mail.example:25", From: "A <a@b.example>", TLS: TLSRequired},
		{Addr: "mail.example:25", From: "a@b.example", TLS: "maybe"},
		{Addr: "mail.example:25", From: "a@b.example", TLS: TLSOpportunistic, Username: "u"},
	} {
		if _, err := NewSMTP(c); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
}
