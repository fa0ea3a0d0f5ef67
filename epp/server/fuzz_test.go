package server

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"cadastre/epp"
)

// FuzzServer sends a frame before the login, after it, and behind the logout. The server
// has to answer each with a frame that a client can read, or close; never hang, never
// panic (start sees to that), and go on serving others.
//
// Run it with -fuzzminimizetime=10x: the coverage of a server varies from run to run, and
// the search for a smaller input with the same coverage would not end.
func FuzzServer(f *testing.F) {
	seeds, err := filepath.Glob("../../testdata/epp/commands/*.xml")
	if err != nil || len(seeds) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range seeds {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(""))
	f.Add([]byte(`<!DOCTYPE x [<!ENTITY a "b">]><epp/>`))
	h := start(f, func(c *Config) {
		c.Whitelist = newShelf()
		c.Limits.SessionsPerRegistrar, c.Limits.ConnectionsPerAddress = 1000, 1000
	})
	f.Fuzz(func(t *testing.T, frame []byte) {
		if len(frame)+4 > epp.MaxCommandFrame {
			t.Skip("longer than a frame may be")
		}
		h := &harness{t: t, srv: h.srv, reg: h.reg, addr: h.addr, metrics: h.metrics}
		unit := epp.AppendFrame(nil, frame)

		c := h.dial(alphaCert())
		c.write(unit)
		if wantAnswer(t, c).Closing() {
			return
		}
		c.send(login("registrar-a", alphaPassword)) // it may have logged in already
		c.write(unit)
		if !wantAnswer(t, c).Closing() {
			// The server need not read what follows a logout, but may not choke on it.
			c.write(append(epp.AppendFrame(nil, []byte(command(logoutBody))), unit...))
			if got := wantAnswer(t, c); got != 1500 {
				t.Fatalf("logout was answered %d", got)
			}
		}
		c.wantClosed()
		c.raw.Close()
		if n := testutil.ToFloat64(h.metrics.panics); n != 0 {
			t.Fatal("a command panicked")
		}
	})
}

// wantAnswer reads an answer and checks that a client can make sense of it. A greeting
// counts as 0.
func wantAnswer(t *testing.T, c *client) epp.Code {
	t.Helper()
	c.raw.SetDeadline(time.Now().Add(patience))
	answer, err := c.tryRead()
	if err != nil {
		if errors.Is(err, io.EOF) {
			t.Fatal("closed without an answer")
		}
		t.Fatal(err)
	}
	if strings.Contains(answer, "<greeting>") {
		if _, err := epp.DecodeGreeting([]byte(answer)); err != nil {
			t.Fatalf("a client cannot read the greeting: %v\n%s", err, answer)
		}
		return 0
	}
	resp, err := epp.DecodeResponse([]byte(answer))
	if err != nil {
		t.Fatalf("a client cannot read the answer: %v\n%s", err, answer)
	}
	return resp.Code()
}
