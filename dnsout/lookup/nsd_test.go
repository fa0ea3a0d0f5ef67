package lookup_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"cadastre/dnsout"
	"cadastre/dnsout/lookup"
)

// TestAsksNSD asks another maker's server, which signs in its own way, for the same
// zone.
func TestAsksNSD(t *testing.T) {
	path, err := exec.LookPath("nsd")
	if err != nil {
		if path, err = exec.LookPath("/usr/sbin/nsd"); err != nil {
			t.Skipf("needs nsd (Debian: nsd): %v", err)
		}
	}
	addr := startNSD(t, path)
	c := newClient(t, addr, within(20*time.Second))
	names := []string{name, absent, "146.miami.trips.valid.zone", "octets.valid.zone", "huge.valid.zone", "two.valid.zone"}
	ours := newClient(t, startServer(t))
	for range 2 {
		got, err := c.TXT(t.Context(), names)
		if err != nil {
			t.Fatal(err)
		}
		want, err := ours.TXT(t.Context(), names)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("(-ours +nsd)\n%s", d)
		}
	}
	c = newClient(t, addr, within(time.Second), func(cfg *lookup.Config) { cfg.Key.Secret = otherSecret })
	if _, err := c.TXT(t.Context(), names); !errors.Is(err, lookup.ErrUntrusted) || !strings.Contains(err.Error(), "BADSIG") {
		t.Errorf("a wrong secret: %v", err)
	}
}

// startNSD runs NSD with the zone and the key. Another program can take the port
// between its choice and its use, hence the tries.
func startNSD(t *testing.T, path string) string {
	t.Helper()
	var zone bytes.Buffer
	if err := dnsout.Export(t.Context(), validZone(), 1, &zone); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		l.Close()
		dir := t.TempDir()
		conf := fmt.Sprintf(`server:
  ip-address: 127.0.0.1@%d
  server-count: 1
  username: ""
  chroot: ""
  zonesdir: %[2]q
  database: ""
  zonelistfile: "%[2]s/list"
  xfrdfile: "%[2]s/xfrd"
  pidfile: ""
  logfile: "%[2]s/log"
  minimal-responses: yes
  rrl-ratelimit: 0
remote-control:
  control-enable: no
key:
  name: %[3]q
  algorithm: hmac-sha256
  secret: %[4]q
zone:
  name: valid.zone
  zonefile: "%[2]s/zone"
`, port, dir, keyName, base64.StdEncoding.EncodeToString(secret))
		for file, content := range map[string][]byte{"nsd.conf": []byte(conf), "zone": zone.Bytes()} {
			if err := os.WriteFile(filepath.Join(dir, file), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command(path, "-d", "-c", filepath.Join(dir, "nsd.conf"))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			_ = cmd.Wait()
			close(ended)
		}()
		t.Cleanup(func() {
			_ = cmd.Process.Signal(os.Interrupt)
			<-ended
		})
		addr := fmt.Sprintf("127.0.0.1:%d", port)
		if answersSoon(addr, ended) {
			return addr
		}
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		t.Logf("nsd does not answer\n%s", log)
	}
	t.Fatal("nsd does not answer")
	return ""
}

func answersSoon(addr string, ended <-chan struct{}) bool {
	q := new(dns.Msg)
	q.SetQuestion("valid.zone.", dns.TypeSOA)
	for range 400 {
		m, _, err := (&dns.Client{Timeout: 100 * time.Millisecond}).Exchange(q, addr)
		if err == nil && m.Rcode == dns.RcodeSuccess {
			return true
		}
		select {
		case <-ended:
			return false
		case <-time.After(25 * time.Millisecond):
		}
	}
	return false
}
