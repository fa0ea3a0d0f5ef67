package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"

	"cadastre/epp"
)

// TestRestart stops a sandbox with sessions open and starts it again: it stops in
// time, and goes on where it was.
func TestRestart(t *testing.T) {
	t.Parallel()
	box := newSandbox(t)
	s := box.login(t, "registrar-a")
	s.do(t, goodContact("al-holder").create()).want(t, 1000)
	s.do(t, hostCreate("ns1.dns.icann")).want(t, 1000)
	s.do(t, newDomain{name: "kept.example", registrant: "al-holder", hosts: []string{"ns1.dns.icann"}}.create()).want(t, 1000)
	box.set(t, time.Date(2031, 5, 1, 0, 0, 0, 0, time.UTC))
	infos := box.infos(t, s)
	before, certificates := box.info, box.files(t, "tls")
	box.eventually(t, "kept.example", "kept.example. NS ns1.dns.icann.")

	// Everything that could hold up a stop: idle sessions, logged in or not, a
	// connection in its handshake, one in the middle of a frame, DNS over TCP.
	for range 10 {
		box.login(t, "registrar-b")
		box.connect(t, "")
	}
	half := box.login(t, "registrar-b")
	half.conn.Write([]byte{0, 0, 1, 0, '<', 'e', 'p', 'p'}) //nolint:errcheck // the stop is what matters
	for _, addr := range []string{before.EPP.Addr, before.DNS.Addr} {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	box.stop(t)
	s.closed(t)
	half.closed(t)

	box.start(t)
	if diff := cmp.Diff(before.Registrars, box.info.Registrars); diff != "" {
		t.Errorf("other accounts after the restart:\n%s", diff)
	}
	if diff := cmp.Diff(certificates, box.files(t, "tls")); diff != "" {
		t.Errorf("other certificates after the restart:\n%s", diff)
	}
	if now := box.clock(t); now.Before(time.Date(2031, 5, 1, 0, 0, 0, 0, time.UTC)) || now.After(time.Date(2031, 5, 1, 1, 0, 0, 0, time.UTC)) {
		t.Errorf("the business clock says %v after the restart", now)
	}
	if diff := cmp.Diff(infos, box.infos(t, box.login(t, "registrar-a"))); diff != "" {
		t.Errorf("other objects after the restart:\n%s", diff)
	}
	box.eventually(t, "kept.example", "kept.example. NS ns1.dns.icann.")
	box.eventually(t, "taken.example", // the cast's, as interfaces.md has it
		"taken.example. NS ns1.taken.example.", "taken.example. NS ns2.taken.example.",
		"ns1.taken.example. A 208.77.190.193", "ns1.taken.example. AAAA 2602:800:900e:1257::1",
		"ns2.taken.example. A 208.77.190.194", "ns2.taken.example. AAAA 2602:800:900e:1257::2")
	box.checkWorld(t)
	box.stop(t)
}

// infos asks for objects of the sandbox.
func (s *sandbox) infos(t *testing.T, sess *session) []epp.ResData {
	t.Helper()
	var out []epp.ResData
	for _, frame := range []string{domainInfo("kept.example"), domainInfo("taken.example"), contactInfo("al-holder"), hostInfo("ns1.dns.icann")} {
		out = append(out, sess.do(t, frame).want(t, 1000).ResData)
	}
	return out
}

// files reads the files of a directory in the sandbox's.
func (s *sandbox) files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	names, err := filepath.Glob(s.path(filepath.Join(dir, "*")))
	if err != nil || len(names) < 8 {
		t.Fatalf("%d files in %s: %v", len(names), dir, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(name)] = string(text)
		if info, _ := os.Stat(name); strings.HasSuffix(name, ".key") && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be read by others: %v", name, info.Mode())
		}
	}
	return out
}

// TestSandboxFile checks what interfaces.md promises of sandbox.json.
func TestSandboxFile(t *testing.T) {
	t.Parallel()
	box := &sandbox{dir: directory(t)}
	box.start(t)
	info, err := os.Stat(box.path("sandbox.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("sandbox.json: %v, mode %v", err, info.Mode())
	}
	text, err := os.ReadFile(box.path("sandbox.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"epp", "dns", "admin", "registrars", "verifiers", "operator", "zones", "tsig", "database"} {
		if all[key] == nil {
			t.Errorf("sandbox.json has no %q", key)
		}
	}
	if want := "127.0.0.1:" + strconv.Itoa(7000+box.offset); box.info.EPP.Addr != want {
		t.Errorf("EPP at %s, want %s", box.info.EPP.Addr, want)
	}
	zones := ""
	for _, z := range box.info.Zones {
		zones += z.Name + " "
		a := box.dns(t, z.Name, dnsmessage.TypeSOA)
		if !a.authoritative || len(a.answers) != 1 {
			t.Errorf("DNS of the zone %s: %+v", z.Name, *a)
		}
	}
	for _, name := range []string{"example", "extension", "trips", "domains", "management", "community"} {
		if !strings.Contains(zones, name+" ") {
			t.Errorf("no zone %s in %s", name, zones)
		}
	}
	for i, r := range box.info.Registrars {
		if want := "registrar-" + string(rune('a'+i)); r.ID != want || r.IANA != 146+i {
			t.Errorf("registrar %d is %s with the number %d", i, r.ID, r.IANA)
		}
	}
	if a := box.dns(t, "www.example.com", dnsmessage.TypeA); a.rcode != dnsmessage.RCodeRefused {
		t.Errorf("a zone that is not ours: %v", a.rcode)
	}
	// Killed, it leaves sandbox.json behind; the next start replaces it, and stops clean.
	box.server.kill()
	box.start(t)
	box.stop(t)
}

// TestSecondServer starts a server on a directory, or ports, that are in use: it is
// refused with one line, and the first goes on.
func TestSecondServer(t *testing.T) {
	t.Parallel()
	box := newSandbox(t)
	s := box.login(t, "registrar-a")
	other := freeOffset(t)
	for name, args := range map[string][]string{
		"directory": {"dev", "--dir", box.dir, "--port-offset", strconv.Itoa(other)},
		"ports":     {"dev", "--dir", directory(t), "--port-offset", strconv.Itoa(box.offset)},
	} {
		p := start(t, args...)
		select {
		case <-p.done:
		case <-time.After(startLimit):
			t.Fatalf("%s: the second server runs", name)
		}
		if p.err == nil {
			t.Errorf("%s: exit status 0", name)
		}
		if text := p.logText(); strings.Count(text, "\n") != 0 || text == "" {
			t.Errorf("%s: not one line:\n%s", name, text)
		} else {
			t.Log(text)
		}
		s.do(t, domainCheck("taken.example")).want(t, 1000)
	}
	if _, err := os.Stat(box.path("sandbox.json")); err != nil {
		t.Errorf("the second server took the first one's file: %v", err)
	}
	if got := box.clock(t); got.IsZero() {
		t.Error("no clock")
	}
	box.stop(t)
	if left := leftovers(t, box.dir); left != "" {
		t.Errorf("processes left behind: %s", left)
	}
}

// leftovers finds processes that still have the directory in their command line.
func leftovers(t *testing.T, dir string) string {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, path := range lines {
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) || err != nil {
			continue
		}
		if bytes.Contains(text, []byte(dir)) {
			out = append(out, strings.ReplaceAll(string(text), "\x00", " "))
		}
	}
	return strings.Join(out, "; ")
}
