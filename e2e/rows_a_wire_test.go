package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"
)

// wire is what two registries said to each other, as a packet capture would show
// it: the target registry reaches the whitelist registry through relays.
type wire struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write puts down what went by.
func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

// holds says whether some text went by in clear.
func (w *wire) holds(text string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Contains(w.text.Bytes(), []byte(text))
}

// recordedRegistries are twoRegistries with the wire between them recorded.
func recordedRegistries(t *testing.T, at string) (*registries, *wire) {
	t.Helper()
	w := &wire{}
	wl := newSandbox(t, "--start-time", at, "--only", "whitelist")
	text, err := os.ReadFile(wl.path("sandbox.json"))
	if err != nil {
		t.Fatal(err)
	}
	var info map[string]any
	if err := json.Unmarshal(text, &info); err != nil {
		t.Fatal(err)
	}
	info["epp"].(map[string]any)["addr"] = w.relayStream(t, "127.0.0.1:0", wl.info.EPP.Addr)
	packets := w.relayPackets(t, wl.info.DNS.Addr)
	w.relayStream(t, packets, wl.info.DNS.Addr)
	info["dns"].(map[string]any)["addr"] = packets
	if text, err = json.Marshal(info); err != nil {
		t.Fatal(err)
	}
	// Beside the original: the paths in it are relative.
	if err := os.WriteFile(wl.path("relayed.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	r := &registries{wl, newSandbox(t, "--start-time", at, "--only", "target", "--whitelist", wl.path("relayed.json"))}
	r.acquainted(t)
	return r, w
}

// relayStream passes TCP connections on and returns where it listens.
func (w *wire) relayStream(t *testing.T, at, to string) string {
	t.Helper()
	ln, err := net.Listen("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			near, err := ln.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				near.Close()
				continue
			}
			for _, pair := range [][2]net.Conn{{near, far}, {far, near}} {
				go func() {
					io.Copy(io.MultiWriter(pair[1], w), pair[0]) //nolint:errcheck // an end closed it
					pair[0].Close()
					pair[1].Close()
				}()
			}
		}
	}()
	return ln.Addr().String()
}

// relayPackets passes UDP packets on, each by a socket of its own, and returns
// where it listens.
func (w *wire) relayPackets(t *testing.T, to string) string {
	t.Helper()
	near, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close() })
	go func() {
		buf := make([]byte, 65535)
		for {
			n, from, err := near.ReadFrom(buf)
			if err != nil {
				return
			}
			question := bytes.Clone(buf[:n])
			go w.passPacket(near, from, to, question)
		}
	}()
	return near.LocalAddr().String()
}

func (w *wire) passPacket(near net.PacketConn, from net.Addr, to string, question []byte) {
	far, err := net.Dial("udp", to)
	if err != nil {
		return
	}
	defer far.Close()
	w.Write(question)                                    //nolint:errcheck // never fails
	far.Write(question)                                  //nolint:errcheck // then no answer comes
	far.SetReadDeadline(time.Now().Add(5 * time.Second)) //nolint:errcheck // a UDP socket takes it
	answer := make([]byte, 65535)
	n, err := far.Read(answer)
	if err != nil {
		return
	}
	w.Write(answer[:n])            //nolint:errcheck // never fails
	near.WriteTo(answer[:n], from) //nolint:errcheck // whoever asked may be gone
}
