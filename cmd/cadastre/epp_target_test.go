package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cadastre/epp"
)

// sandboxOf writes a sandbox.json that points at the peer, with paths relative to it.
func sandboxOf(t *testing.T, p *eppPeer) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "tls"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]string{"ca.pem": p.ca, "registrar-a.pem": p.cert, "registrar-a.key": p.key} {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, "tls", name), string(text))
	}
	account := func(id string) map[string]any {
		return map[string]any{"id": id, "password": "pw-of-" + id[:4], "cert": "tls/registrar-a.pem", "key": "tls/registrar-a.key"}
	}
	text, err := json.Marshal(map[string]any{
		"epp":        map[string]any{"addr": p.addr, "ca": "tls/ca.pem", "server_name": "localhost"},
		"registrars": []any{account("registrar-a")}, "verifiers": []any{account("trips-board")},
	})
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "sandbox.json"), string(text))
	return dir
}

func TestEppReadsTheSandbox(t *testing.T) {
	peer := newEppPeer(t)
	dir := sandboxOf(t, peer)
	for _, id := range []string{"registrar-a", "trips-board"} {
		got := runIn(t, "", "epp", "--dir", dir, "--as", id, "check", "a.example")
		login := peer.logins[len(peer.logins)-1]
		if got.status != 0 || login.ClID != id || login.PW != "pw-of-"+id[:4] {
			t.Errorf("%s: %+v, login %+v", id, got, login)
		}
	}
	got := runIn(t, "", "epp", "--dir", dir, "--as", "registrar-x", "check", "a.example")
	if got.status != 1 || !strings.Contains(got.stderr, "it has registrar-a, trips-board") {
		t.Errorf("unknown account: %+v", got)
	}
	got = runIn(t, "", "epp", "--dir", dir, "check", "a.example")
	if got.status != 1 || !strings.Contains(got.stderr, "Give --as") {
		t.Errorf("no account: %+v", got)
	}
	got = runIn(t, "", "epp", "--dir", t.TempDir(), "--as", "registrar-a", "check", "a.example")
	if got.status != 1 || !strings.Contains(got.stderr, "no sandbox is running") {
		t.Errorf("no sandbox: %+v", got)
	}
	writeFile(t, filepath.Join(dir, "sandbox.json"), "{")
	got = runIn(t, "", "epp", "--dir", dir, "--as", "registrar-a", "check", "a.example")
	if got.status != 1 || !strings.Contains(got.stderr, "sandbox.json") {
		t.Errorf("broken sandbox: %+v", got)
	}
}

func TestEppPasswords(t *testing.T) {
	peer := newEppPeer(t)
	dir := sandboxOf(t, peer)
	file := filepath.Join(t.TempDir(), "pw")
	writeFile(t, file, "of-file\r\nsecond line\n")
	empty := filepath.Join(t.TempDir(), "empty")
	writeFile(t, empty, "\n")
	server := []string{
		"epp", "--addr", peer.addr, "--server-name", "localhost", "--ca", peer.ca, "--cert", peer.cert, "--key", peer.key,
		"--user", "reg-1",
	}
	login := func(args ...string) (*epp.Login, outcome) {
		peer.logins = nil
		got := runIn(t, "", append(args, "login")...)
		if len(peer.logins) == 0 {
			return &epp.Login{}, got
		}
		return peer.logins[0], got
	}
	if l, got := login(server...); l.PW != "" || got.status != 1 || !strings.Contains(got.stderr, "no password for reg-1") {
		t.Errorf("none: %+v, %+v", l, got)
	}
	t.Setenv(passwordEnv, "of-env")
	if l, got := login(server...); l.PW != "of-env" || got.status != 0 {
		t.Errorf("environment: %+v, %+v", l, got)
	}
	if l, got := login("epp", "--dir", dir, "--as", "registrar-a"); l.PW != "pw-of-regi" || got.status != 0 {
		t.Errorf("sandbox above environment: %+v, %+v", l, got)
	}
	if l, got := login(append(server, "--password-file", file, "--new-password-file", file)...); l.PW != "of-file" || l.NewPW != "of-file" || got.status != 0 {
		t.Errorf("file: %+v, %+v", l, got)
	}
	if l, got := login(append(server, "--password", "of-flag", "--new-password", "of-new")...); l.PW != "of-flag" || l.NewPW != "of-new" || got.status != 0 {
		t.Errorf("flag: %+v, %+v", l, got)
	}
	if _, got := login(append(server, "--password-file", empty)...); got.status != 1 || !strings.Contains(got.stderr, "first line is empty") {
		t.Errorf("empty file: %+v", got)
	}
	_, got := login(append(server, "--password", "wrong-pw")...)
	if got.status != 2 || !strings.HasPrefix(got.stdout, "2200 Authentication error") {
		t.Errorf("refused: %+v", got)
	}
	got = runIn(t, "", append(server, "--password", "wrong-pw", "check", "a.example")...)
	if got.status != 2 || !strings.Contains(got.stderr, "login: 2200") || got.stdout != "" || len(peer.taken()) != 0 {
		t.Errorf("refused before a command: %+v", got)
	}
}

func TestEppConnectionErrors(t *testing.T) {
	peer := newEppPeer(t)
	other := newEppPeer(t)
	for name, args := range map[string][]string{
		"authority":   {"--addr", peer.addr, "--server-name", "localhost", "--ca", other.ca},
		"name":        {"--addr", peer.addr, "--server-name", "elsewhere.test", "--ca", peer.ca},
		"certificate": {"--addr", peer.addr, "--server-name", "localhost", "--ca", peer.ca},
		"files":       {"--addr", peer.addr, "--ca", filepath.Join(t.TempDir(), "none")},
	} {
		got := runIn(t, "", append(append([]string{"epp"}, args...), "hello")...)
		if got.status != 1 || !strings.HasPrefix(got.stderr, "cadastre: ") || got.stdout != "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
