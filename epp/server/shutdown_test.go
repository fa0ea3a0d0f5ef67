package server

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"

	"cadastre/epp"
)

// block makes use cases wait until the returned function is called, or their context ends.
// entered receives once for each.
func (h *harness) block() (entered chan struct{}, release func()) {
	entered, released := make(chan struct{}, 100), make(chan struct{})
	h.reg.mu.Lock()
	defer h.reg.mu.Unlock()
	h.reg.hook = func(ctx context.Context, _ string) error {
		entered <- struct{}{}
		select {
		case <-released:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return entered, func() { close(released) }
}

func TestShutdown(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	h := start(t, nil)
	idle, half, working, early := h.alpha(), h.alpha(), h.alpha(), h.dial(nil)
	half.write([]byte{0, 0, 1, 0, '<'})
	shaking, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer shaking.Close()
	entered, release := h.block()
	frame := epp.AppendFrame(nil, []byte(check("a.example")))
	working.write(append(frame, frame...)) // the second one must not be begun
	<-entered

	done := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	go func() { done <- h.srv.Shutdown(ctx) }()

	// First phase: whoever waits is sent away at once, whoever works is not disturbed.
	idle.wantClosed()
	half.wantClosed()
	early.wantClosed()
	if _, err := net.Dial("tcp", h.addr); err == nil {
		t.Error("the server still accepts connections")
	}
	select {
	case err := <-done:
		t.Fatalf("Shutdown returned %v while a command ran", err)
	default:
	}
	release()
	if got := codeIn(working.read()); got != 1000 {
		t.Errorf("the command under way was answered %d, want 1000", got)
	}
	working.wantClosed()
	if err := <-done; err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if n := h.reg.called("CheckDomains"); n != 1 {
		t.Errorf("%d commands were begun, want 1", n)
	}
	if got := h.closedFor(endShutdown); got != 4 {
		t.Errorf("%v sessions were closed by the shutdown, want 4", got)
	}
	goleak.VerifyNone(t, ignore)
}

// Second phase: when the grace is over, commands are cancelled and say so.
func TestShutdownCancels(t *testing.T) {
	h := start(t, nil)
	c := h.alpha()
	entered, _ := h.block()
	c.write(epp.AppendFrame(nil, []byte(check("a.example"))))
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.srv.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown: %v, want the error of its context", err)
	}
	if got := codeIn(c.read()); got != 2500 {
		t.Errorf("the cancelled command was answered %d, want 2500", got)
	}
	c.wantClosed()
}

// A command that ignores its context, and a client that does not read, cannot hold the
// server: the connection is cut, and only the command itself is waited for.
func TestShutdownCutsConnections(t *testing.T) {
	h := start(t, nil)
	c := h.alpha()
	entered, released := make(chan struct{}), make(chan struct{})
	h.reg.mu.Lock()
	h.reg.hook = func(context.Context, string) error {
		close(entered)
		<-released
		return nil
	}
	h.reg.mu.Unlock()
	c.write(epp.AppendFrame(nil, []byte(check("a.example"))))
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	done := make(chan error, 1)
	go func() { done <- h.srv.Shutdown(ctx) }()
	if _, err := c.tryRead(); err == nil {
		t.Error("an answer arrived, want the connection cut")
	}
	close(released)
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown: %v", err)
	}
}

func TestServeAfterClose(t *testing.T) {
	h := start(t, nil)
	h.srv.Close()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.srv.Serve(ln); !errors.Is(err, ErrServerClosed) {
		t.Errorf("Serve: %v, want ErrServerClosed", err)
	}
	if _, err := net.DialTimeout("tcp", ln.Addr().String(), time.Second); err == nil {
		t.Error("Serve left the listener open")
	}
}

// flaky is a listener whose first Accept fails as when file descriptors run out.
type flaky struct {
	net.Listener
	failures int
}

func (f *flaky) Accept() (net.Conn, error) {
	if f.failures > 0 {
		f.failures--
		return nil, errors.New("accept: too many open files")
	}
	return f.Listener.Accept()
}

func TestAcceptErrorsPass(t *testing.T) {
	h := start(t, nil)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- h.srv.Serve(&flaky{ln, 3}) }()
	second := &harness{t: t, srv: h.srv, addr: ln.Addr().String()}
	second.dial(nil)
	h.srv.Close()
	if err := <-done; !errors.Is(err, ErrServerClosed) {
		t.Errorf("Serve: %v", err)
	}
}
