package lookup_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cadastre/dnsout"
	"cadastre/dnsout/lookup"
)

func TestAnswers(t *testing.T) {
	addr := startServer(t)
	present := func(name string, texts ...string) lookup.Answer {
		return lookup.Answer{Name: name, Exists: true, Texts: texts, TTL: 60}
	}
	none := func(name string) lookup.Answer { return lookup.Answer{Name: name, TTL: 1} }
	for _, key := range []lookup.Key{
		{Name: "Target.registry.test", Algorithm: "hmac-sha256", Secret: secret},
		{Name: "k384.", Algorithm: "HMAC-SHA384", Secret: secret},
		{Name: "k512", Algorithm: "hmac-sha512.", Secret: secret},
	} {
		c := newClient(t, addr, func(cfg *lookup.Config) { cfg.Key = key })
		for range 2 { // the second time over kept sockets
			for _, want := range [][]lookup.Answer{
				{present(name, entry)},
				{present("UID_5439394.146.Miami.trips.VALID.zone.", entry)},
				{none(absent)},
				{none("miami.trips.valid.zone")}, // above an entry
				{none("valid.zone")},
				{present(name, entry), none(absent), present("other.valid.zone", "other"), present(name, entry)},
				{present("two.valid.zone", "one", "two; \"three\"\\")},
				{present("octets.valid.zone", octets())},
				{present("b\u00fccher.valid.zone", "utf-8")},
				{present("huge.valid.zone", strings.Repeat("h", 5000))},
				{none(absent), present("huge.valid.zone", strings.Repeat("h", 5000)), present(name, entry), present("huger.valid.zone", strings.Repeat("H", 9000))},
			} {
				var names []string
				for _, a := range want {
					names = append(names, a.Name)
				}
				got, err := c.TXT(t.Context(), names)
				if err != nil {
					t.Fatalf("%s: %v: %v", key.Algorithm, names, err)
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("%s: %v (-want +got)\n%s", key.Algorithm, names, d)
				}
			}
		}
	}
}

// TestRefusals: what the server says, signed, is an error at once and says so.
func TestRefusals(t *testing.T) {
	addr := startServer(t)
	c := newClient(t, addr, func(cfg *lookup.Config) { cfg.Key.Name = "unlisted" })
	if _, err := c.TXT(t.Context(), []string{name}); !errors.Is(err, lookup.ErrRefused) || !strings.Contains(err.Error(), "REFUSED") {
		t.Errorf("a key that is not on the zone's list: %v", err)
	}
	c = newClient(t, addr)
	if _, err := c.TXT(t.Context(), []string{name, "www.elsewhere.test"}); !errors.Is(err, lookup.ErrRefused) {
		t.Errorf("a zone that is not there: %v", err)
	}
}

// TestUnsignedErrors: an error the server cannot sign is not believed, but passed on
// when nothing better comes.
func TestUnsignedErrors(t *testing.T) {
	t.Parallel()
	addr := startServer(t)
	for want, edit := range map[string]func(*lookup.Key){
		"BADSIG": func(k *lookup.Key) { k.Secret = otherSecret },
		"BADKEY": func(k *lookup.Key) { k.Name = "nobody" },
	} {
		c := newClient(t, addr, within(time.Second), func(cfg *lookup.Config) { edit(&cfg.Key) })
		_, err := c.TXT(t.Context(), []string{name})
		if !errors.Is(err, lookup.ErrUntrusted) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestUnreachable(t *testing.T) {
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	gone, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	for what, addr := range map[string]string{
		"silence": silent.LocalAddr().String(), "nobody listens": gone.LocalAddr().String(), "no such host": "no-such-host.invalid:53",
	} {
		c := newClient(t, addr, within(200*time.Millisecond))
		if a, err := c.TXT(t.Context(), []string{name}); !errors.Is(err, lookup.ErrUnreachable) || a != nil {
			t.Errorf("%s: %v %v", what, a, err)
		}
	}
	// A server that begins to listen while it is asked is found.
	addr := gone.LocalAddr().String()
	c := newClient(t, addr, within(20*time.Second), func(cfg *lookup.Config) { cfg.Tries = 20 })
	failed := make(chan error, 1)
	go func() {
		_, err := c.TXT(t.Context(), []string{name})
		failed <- err
	}()
	startServer(t, listeningOn(addr))
	if err := <-failed; err != nil {
		t.Errorf("a server that starts late: %v", err)
	}
}

func TestContextEnds(t *testing.T) {
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	c := newClient(t, silent.LocalAddr().String(), within(time.Hour), func(cfg *lookup.Config) { cfg.Sockets = 1 })
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := c.TXT(ctx, []string{name})
		first <- err
	}()
	if _, _, err := silent.ReadFrom(make([]byte, 2048)); err != nil { // it is under way
		t.Fatal(err)
	}
	short, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer stop()
	if _, err := c.TXT(short, []string{name}); !errors.Is(err, lookup.ErrUnreachable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for a socket: %v", err)
	}
	cancel()
	if err := <-first; !errors.Is(err, lookup.ErrUnreachable) || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := c.TXT(ctx, []string{name}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
	go func() {
		_, err := c.TXT(t.Context(), []string{name})
		first <- err
	}()
	for range 1 {
		if _, _, err := silent.ReadFrom(make([]byte, 2048)); err != nil {
			t.Fatal(err)
		}
	}
	c.Close()
	if err := <-first; !errors.Is(err, lookup.ErrUnreachable) || !strings.Contains(err.Error(), "closed") {
		t.Errorf("closed: %v", err)
	}
	if _, err := c.TXT(t.Context(), []string{name}); !errors.Is(err, lookup.ErrUnreachable) {
		t.Errorf("closed before: %v", err)
	}
}

func TestBadArguments(t *testing.T) {
	good := lookup.Config{Addr: "127.0.0.1:53", Key: lookup.Key{Name: "k", Algorithm: "hmac-sha256", Secret: secret}}
	for what, edit := range map[string]func(*lookup.Config){
		"no address": func(c *lookup.Config) { c.Addr = "" }, "no port": func(c *lookup.Config) { c.Addr = "127.0.0.1" },
		"no key": func(c *lookup.Config) { c.Key = lookup.Key{} }, "short": func(c *lookup.Config) { c.Key.Secret = secret[:15] },
		"algorithm": func(c *lookup.Config) { c.Key.Algorithm = "hmac-md5" }, "root": func(c *lookup.Config) { c.Key.Name = "." },
	} {
		cfg := good
		edit(&cfg)
		if _, err := lookup.New(cfg); err == nil || strings.Contains(err.Error(), string(secret[:15])) {
			t.Errorf("%s: %v", what, err)
		}
	}
	c := newClient(t, good.Addr)
	for _, names := range [][]string{nil, make([]string, 33), {"a..b"}, {name, strings.Repeat("a", 64)}, {strings.Repeat("a.", 128)}} {
		if _, err := c.TXT(t.Context(), names); err == nil || errors.Is(err, lookup.ErrUnreachable) {
			t.Errorf("%.80q: %v", names, err)
		}
	}
}

// TestManyAtOnce: one client serves hundreds of goroutines, over UDP and TCP.
func TestManyAtOnce(t *testing.T) {
	c := newClient(t, startServer(t), func(cfg *lookup.Config) { cfg.Timeout = 30 * time.Second })
	var wg sync.WaitGroup
	for i := range 300 {
		wg.Go(func() {
			for j := range 10 {
				third := "other.valid.zone"
				if (i+j)%50 == 0 {
					third = "huge.valid.zone"
				}
				got, err := c.TXT(t.Context(), []string{name, absent, third})
				if err != nil {
					t.Error(err)
					return
				}
				if !got[0].Exists || got[1].Exists || !got[2].Exists || got[0].Texts[0] != entry || got[2].Texts[0][0] != third[0] {
					t.Errorf("%v", got)
				}
			}
		})
	}
	wg.Wait()
}

// TestStaleConnection: the server closes kept connections; that is no failure.
func TestStaleConnection(t *testing.T) {
	addr := startServer(t, func(c *dnsout.Config) { c.TCP.Idle = 50 * time.Millisecond })
	c := newClient(t, addr)
	for range 3 {
		if _, err := c.TXT(t.Context(), []string{"huge.valid.zone"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func BenchmarkLookup(b *testing.B) {
	c := newClient(b, startServer(b))
	for _, names := range [][]string{{name}, {name, absent}} {
		b.Run(fmt.Sprint(len(names), "names"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.TXT(b.Context(), names); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
