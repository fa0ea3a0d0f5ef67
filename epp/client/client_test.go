package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"cadastre/epp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func check(names ...string) *epp.Command {
	return &epp.Command{Body: &epp.DomainCheck{Names: names}}
}

// echoCheck answers a check with the names it asked for.
func echoCheck(cmd *epp.Command) *epp.Response {
	body, ok := cmd.Body.(*epp.DomainCheck)
	if !ok {
		return epp.Success(nil)
	}
	data := &epp.DomainCheckData{}
	for _, n := range body.Names {
		data.Results = append(data.Results, epp.CheckResult{Name: n, Avail: true})
	}
	return epp.Success(data)
}

func TestLoginTakesTheServicesOfTheGreeting(t *testing.T) {
	var got *epp.Login
	c := dial(t, listen(t, answering(func(cmd *epp.Command) *epp.Response {
		if l, ok := cmd.Body.(*epp.Login); ok {
			got = l
		}
		return epp.Success(nil)
	})))
	if _, err := c.Login(t.Context(), Account{ID: "registrar-a", Password: "secret-1", NewPassword: "secret-2"}); err != nil {
		t.Fatal(err)
	}
	want := &epp.Login{
		ClID: "registrar-a", PW: "secret-1", NewPW: "secret-2", Version: "1.0", Lang: "en",
		ObjURIs: []string{epp.NSDomain, epp.NSHost}, ExtURIs: []string{epp.NSContactKind},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLoginTakesChosenServices(t *testing.T) {
	var got *epp.Login
	c := dial(t, listen(t, answering(func(cmd *epp.Command) *epp.Response {
		got = cmd.Body.(*epp.Login)
		return epp.Success(nil)
	})))
	account := Account{ID: "abc", Password: "secret-1", Lang: "de", Objects: []string{epp.NSHost}, Extensions: []string{}}
	if _, err := c.Login(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	if got.Lang != "de" || len(got.ObjURIs) != 1 || got.ObjURIs[0] != epp.NSHost || got.ExtURIs != nil {
		t.Errorf("login with %+v", got)
	}
}

func TestRefusedLoginGivesErrorAndReply(t *testing.T) {
	c := dial(t, listen(t, answering(func(*epp.Command) *epp.Response {
		return epp.Failure(epp.CodeAuthenticationClosing, epp.Value{
			Element: epp.Name{Space: epp.NSEPP, Local: "clID"}, Text: "registrar-a", Reason: "suspended",
		})
	})))
	reply, err := c.Login(t.Context(), Account{ID: "registrar-a", Password: "secret-1"})
	var refused *ResultError
	if !errors.As(err, &refused) || reply.Response.Code() != epp.CodeAuthenticationClosing {
		t.Fatalf("%v, reply %v", err, reply)
	}
	want := `2501 Authentication error; server closing connection: clID "registrar-a": suspended`
	if err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
	if _, err := c.Do(t.Context(), check("a.example")); !errors.Is(err, ErrClosed) {
		t.Errorf("after 2501: %v", err)
	}
}

func TestCommandsGetIdentifiersOfTheirOwn(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]bool{}
	c := dial(t, listen(t, answering(func(cmd *epp.Command) *epp.Response {
		mu.Lock()
		defer mu.Unlock()
		seen[cmd.ClTRID] = true
		return echoCheck(cmd)
	})))
	cmd := check("a.example")
	for range 3 {
		if _, err := c.Do(t.Context(), cmd); err != nil {
			t.Fatal(err)
		}
	}
	named := check("a.example")
	named.ClTRID = "MINE-1"
	if _, err := c.Do(t.Context(), named); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(seen) != 4 || !seen["MINE-1"] || seen[""] {
		t.Errorf("identifiers %v", seen)
	}
	if cmd.ClTRID != "" {
		t.Errorf("the caller's command was changed: %q", cmd.ClTRID)
	}
}

func TestParallelCommandsGetTheirOwnAnswers(t *testing.T) {
	c := dial(t, listen(t, answering(echoCheck)))
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 20 {
				name := fmt.Sprintf("n%d-%d.example", g, i)
				resp, err := c.Do(t.Context(), check(name))
				if err != nil {
					t.Error(err)
					return
				}
				if got := resp.ResData.(*epp.DomainCheckData).Results[0].Name; got != name {
					t.Errorf("asked for %s, got %s", name, got)
				}
			}
		})
	}
	wg.Wait()
}

func TestHelloAndLogout(t *testing.T) {
	c := dial(t, listen(t, answering(func(cmd *epp.Command) *epp.Response {
		if _, ok := cmd.Body.(*epp.Logout); ok {
			return &epp.Response{Results: []epp.Result{{Code: epp.CodeOKEndingSession}}}
		}
		return echoCheck(cmd)
	})))
	frame, err := c.Hello(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if g, err := epp.DecodeGreeting(frame); err != nil || g.ServerID != "peer" {
		t.Errorf("hello: %+v, %v", g, err)
	}
	resp, err := c.Logout(t.Context())
	if err != nil || resp.Code() != epp.CodeOKEndingSession {
		t.Errorf("logout: %+v, %v", resp, err)
	}
	if _, err := c.Hello(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("after logout: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
}

func TestHelloAndEmptyCommandsAreNotForDo(t *testing.T) {
	c := dial(t, listen(t, answering(echoCheck)))
	for _, cmd := range []*epp.Command{{Body: &epp.Hello{}}, {}} {
		if _, err := c.Do(t.Context(), cmd); err == nil {
			t.Errorf("%T accepted", cmd.Body)
		}
	}
	if _, err := c.Do(t.Context(), check("a.example")); err != nil {
		t.Errorf("the connection suffered: %v", err)
	}
}

// TestBrokenPeers are servers that break the protocol: the exchange fails with the reason,
// and the connection is of no more use.
func TestBrokenPeers(t *testing.T) {
	tests := []struct {
		name  string
		serve func(conn *tls.Conn)
		want  error
		text  string
	}{
		{
			"closes", func(conn *tls.Conn) { readOne(conn) }, io.EOF, "closed the connection",
		},
		{
			"two gigabytes announced", func(conn *tls.Conn) {
				readOne(conn)
				_, _ = conn.Write(binary.BigEndian.AppendUint32(nil, 1<<31))
				readOne(conn)
			}, epp.ErrFrameTooLarge, "",
		},
		{
			"length below the header", func(conn *tls.Conn) {
				readOne(conn)
				_, _ = conn.Write([]byte{0, 0, 0, 3})
				readOne(conn)
			}, epp.ErrFrameTooShort, "",
		},
		{
			"cut off", func(conn *tls.Conn) {
				readOne(conn)
				_, _ = conn.Write([]byte{0, 0, 1, 0, '<'})
			}, io.ErrUnexpectedEOF, "",
		},
		{
			"silent", func(conn *tls.Conn) { readOne(conn); readOne(conn) }, context.DeadlineExceeded, "",
		},
		{
			"answers another command", func(conn *tls.Conn) {
				readOne(conn)
				resp := epp.Success(nil)
				resp.ClTRID, resp.SvTRID = "OTHER-1", "peer-1"
				_ = epp.WriteFrame(conn, epp.EncodeResponse(resp))
				readOne(conn)
			}, nil, `answer to "OTHER-1"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := listen(t, func(conn *tls.Conn) { writeGreeting(conn); tt.serve(conn) })
			c := dial(t, cfg)
			c.timeout = 200 * time.Millisecond // only the silent peer runs into it
			_, err := c.Do(t.Context(), check("a.example"))
			if err == nil || (tt.want != nil && !errors.Is(err, tt.want)) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("got %v, want %v %q", err, tt.want, tt.text)
			}
			if _, err := c.Do(t.Context(), check("a.example")); !errors.Is(err, ErrClosed) {
				t.Errorf("second command: %v, want ErrClosed", err)
			}
		})
	}
}

func readOne(conn *tls.Conn) { _, _ = epp.ReadFrame(conn, DefaultMaxFrame) }

func TestAnswerThatIsNoResponseKeepsTheRhythm(t *testing.T) {
	first := true
	c := dial(t, listen(t, func(conn *tls.Conn) {
		writeGreeting(conn)
		for {
			frame, err := epp.ReadFrame(conn, DefaultMaxFrame)
			if err != nil {
				return
			}
			if first {
				first = false
				_ = epp.WriteFrame(conn, []byte("<!DOCTYPE x><x/>"))
				continue
			}
			cmd, _ := epp.DecodeCommand(frame)
			resp := echoCheck(cmd)
			resp.ClTRID, resp.SvTRID = cmd.ClTRID, "peer-1"
			_ = epp.WriteFrame(conn, epp.EncodeResponse(resp))
		}
	}))
	if _, err := c.Do(t.Context(), check("a.example")); err == nil || !strings.Contains(err.Error(), "domain:check") {
		t.Errorf("got %v", err)
	}
	if _, err := c.Do(t.Context(), check("a.example")); err != nil {
		t.Errorf("second command: %v", err)
	}
}

func TestCancelledContextEndsTheExchange(t *testing.T) {
	arrived := make(chan struct{})
	c := dial(t, listen(t, func(conn *tls.Conn) {
		writeGreeting(conn)
		readOne(conn)
		close(arrived)
		readOne(conn)
	}))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	if _, err := c.Do(ctx, check("a.example")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestCloseEndsTheExchange(t *testing.T) {
	arrived := make(chan struct{})
	c := dial(t, listen(t, func(conn *tls.Conn) {
		writeGreeting(conn)
		readOne(conn)
		close(arrived)
		readOne(conn)
	}))
	go func() { <-arrived; _ = c.Close() }()
	if _, err := c.Do(t.Context(), check("a.example")); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestWaitingForATurnHonoursTheContext(t *testing.T) {
	arrived := make(chan struct{})
	c := dial(t, listen(t, func(conn *tls.Conn) {
		writeGreeting(conn)
		readOne(conn)
		close(arrived)
		readOne(conn)
	}))
	first := make(chan error)
	go func() {
		_, err := c.Do(t.Context(), check("a.example"))
		first <- err
	}()
	<-arrived
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Do(ctx, check("b.example")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	_ = c.Close()
	<-first
}

func TestDialRefusesStrangers(t *testing.T) {
	cfg := listen(t, answering(echoCheck))
	stranger := cfg
	stranger.RootCAs = newIdentity(t).pool
	misnamed := cfg
	misnamed.ServerName = "epp.nic.example"
	for _, tt := range []struct {
		cfg  Config
		text string
	}{
		{stranger, "unknown authority"},
		{misnamed, "not epp.nic.example"},
		{Config{Addr: "localhost"}, "missing port"},
		{Config{Addr: ":700"}, "names no host"},
	} {
		if _, err := Dial(t.Context(), tt.cfg); err == nil || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("got %v, want %q", err, tt.text)
		}
	}
}

func TestConfigReadsFiles(t *testing.T) {
	peer := make(chan []byte, 1)
	cfg := listen(t, func(conn *tls.Conn) {
		if certs := conn.ConnectionState().PeerCertificates; len(certs) > 0 {
			peer <- certs[0].Raw
		}
		answering(echoCheck)(conn)
	})
	client := newIdentity(t)
	cert, key := client.files(t)
	if err := cfg.LoadCertificate(cert, key); err != nil {
		t.Fatal(err)
	}
	if err := cfg.LoadRootCAs(key); err == nil || !strings.Contains(err.Error(), "no certificate") {
		t.Errorf("a key as an authority: %v", err)
	}
	c := dial(t, cfg)
	if _, err := c.Do(t.Context(), check("a.example")); err != nil {
		t.Fatal(err)
	}
	if got := <-peer; !bytes.Equal(got, client.pair.Certificate[0]) {
		t.Error("the server saw another certificate")
	}
	if err := cfg.LoadRootCAs(cert); err != nil {
		t.Error(err)
	}
	var unknown x509.UnknownAuthorityError
	if _, err := Dial(t.Context(), cfg); !errors.As(err, &unknown) {
		t.Errorf("the authority of the file was not used: %v", err)
	}
}
