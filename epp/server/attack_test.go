package server

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

// Frames that have broken XML parsers elsewhere are refused with 2001, before and after
// the login, and nothing of what they point at comes back.
func TestHostileXML(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("CANARY-IN-A-FILE"), 0o600); err != nil {
		t.Fatal(err)
	}
	outside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer outside.Close()
	contacted := make(chan struct{})
	go func() {
		if conn, err := outside.Accept(); err == nil {
			conn.Close()
			close(contacted)
		}
	}()
	const open = `<epp xmlns="urn:ietf:params:xml:ns:epp-1.0">`
	const body = `<command><logout/><clTRID>&xxe;</clTRID></command></epp>`
	var laughs strings.Builder
	laughs.WriteString(`<!DOCTYPE lolz [<!ENTITY lol0 "lol">`)
	for i := range 9 {
		laughs.WriteString(`<!ENTITY lol` + itoa(i+1) + ` "` + strings.Repeat("&lol"+itoa(i)+";", 10) + `">`)
	}
	frames := map[string]string{
		"file":            `<!DOCTYPE x [<!ENTITY xxe SYSTEM "file://` + secret + `">]>` + open + body,
		"url":             `<!DOCTYPE x [<!ENTITY xxe SYSTEM "http://` + outside.Addr().String() + `/">]>` + open + body,
		"external subset": `<!DOCTYPE x SYSTEM "http://` + outside.Addr().String() + `/x.dtd">` + open + body,
		"parameter":       `<!DOCTYPE x [<!ENTITY % p SYSTEM "http://` + outside.Addr().String() + `/">%p;]>` + open + body,
		"laughs":          laughs.String() + `]>` + open + strings.Replace(body, "xxe", "lol9", 1),
		"quadratic":       `<!DOCTYPE x [<!ENTITY xxe "` + strings.Repeat("A", 20_000) + `">]>` + open + `<command>` + strings.Repeat("&xxe;", 5000) + `</command></epp>`,
		"stylesheet":      `<?xml-stylesheet href="http://` + outside.Addr().String() + `/"?>` + open + `<hello/></epp>`,
		"depth":           open + strings.Repeat("<a>", 15_000) + "</epp>",
		"attributes":      `<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"` + strings.Repeat(` a="1"`, 5000) + `/>`,
		"UTF-16":          "\xff\xfe<\x00e\x00p\x00p\x00/\x00>\x00",
		"UTF-7":           `<?xml version="1.0" encoding="UTF-7"?>+ADw-epp+AD4-`,
		"NUL":             open + "<command>\x00</command></epp>",
		"not UTF-8":       open + "<command>\xc0\xaf</command></epp>",
	}
	for name, frame := range frames {
		t.Run(name, func(t *testing.T) {
			h := start(t, nil)
			for _, c := range []*client{h.dial(alphaCert()), h.alpha()} {
				answer := c.want(frame, 2001)
				if strings.Contains(answer, "CANARY") || strings.Contains(answer, "lollol") || strings.Contains(answer, "AAAA") {
					t.Errorf("the answer repeats what it should not: %.300s", answer)
				}
			}
		})
	}
	select {
	case <-contacted:
		t.Error("a frame made the server open a connection")
	default:
	}
}

// A document 100 000 elements deep is longer than a frame may be.
func TestDeepDocument(t *testing.T) {
	c := start(t, nil).alpha()
	deep := strings.Repeat("<a>", 100_000)
	header := []byte{0, byte((len(deep) + 4) >> 16), byte((len(deep) + 4) >> 8), byte(len(deep) + 4)}
	c.write(header)
	go c.conn.Write([]byte(deep)) // the server need not read it
	if got := codeIn(c.read()); got != 2001 {
		t.Errorf("answered %d, want 2001", got)
	}
}

// Idle sessions are cheap. What is measured is the server and the test's clients together,
// which is more than the server alone. Each bound is for one session.
func TestMemoryOfIdleSessions(t *testing.T) {
	const sessions = 300
	h := start(t, func(c *Config) { c.Limits.SessionsPerRegistrar, c.Limits.ConnectionsPerAddress = sessions, sessions })
	h.alpha() // whatever is made once
	before := memoryInUse()
	for range sessions - 1 {
		c := h.alpha()
		c.want(check("a.example", "b.example", "c.example"), 1000)
	}
	h.eventually("all are connected", func() bool { return testutil.ToFloat64(h.metrics.loggedIn) == sessions })
	time.Sleep(10 * time.Millisecond) // lets the last ones go back to reading
	each := (memoryInUse() - before) / (sessions - 1)
	t.Logf("%d octets for an idle session, heap and stack, client and server", each)
	if each > 50<<10 {
		t.Errorf("an idle session takes %d octets, want at most 50 KB", each)
	}
}

// memoryInUse is heap and stacks after garbage collection.
func memoryInUse() int {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return int(m.HeapInuse + m.StackInuse)
}

// An announced length costs the server nothing until the octets arrive.
func TestAnnouncedLengthTakesNoMemory(t *testing.T) {
	const sessions = 100
	h := start(t, nil)
	clients := make([]*client, sessions)
	for i := range clients {
		clients[i] = h.dial(nil)
	}
	before := memoryInUse()
	for _, c := range clients {
		c.write([]byte{0, 0, 0xff, 0xff, '<'})
	}
	h.eventually("all are read", func() bool {
		n := 0
		h.srv.mu.Lock()
		defer h.srv.mu.Unlock()
		for s := range h.srv.sessions {
			s.transport.mu.Lock()
			if s.transport.phase == reading {
				n++
			}
			s.transport.mu.Unlock()
		}
		return n == sessions
	})
	if each := (memoryInUse() - before) / sessions; each > 20<<10 {
		t.Errorf("an announced frame takes %d octets, want at most 20 KB", each)
	}
}
