package gate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const peersDocument = `{"epp": {"addr": "127.0.0.1:7000", "ca": "tls/ca.pem", "server_name": "localhost"},
 "dns": {"addr": "127.0.0.1:5300"}, "whois": {"addr": "127.0.0.1:4300"},
 "https": {"url": "https://127.0.0.1:8443", "ca": "tls/ca.pem"}, "admin": {"url": "http://127.0.0.1:9180"},
 "registrars": [{"id": "registrar-a", "iana": 146, "password": "x", "cert": "tls/none.pem", "key": "tls/none.key"}],
 "verifiers": [{"id": "trips-board", "password": "secret-1", "cert": "tls/trips-board.pem", "key": "tls/trips-board.key", "token": "t"}],
 "operator": {"token": "open-sesame"},
 "zones": [{"name": "example", "kind": "target"}, {"name": "valid.zone", "kind": "whitelist"}, {"name": "preapproved.works", "kind": "whitelist"}],
 "tsig": [{"name": "xfr.sandbox.", "algorithm": "hmac-sha256", "secret": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}],
 "database": {"dsn": "postgres://"}}`

// peersIn writes a document with the files it names.
func peersIn(t *testing.T, document string) string {
	t.Helper()
	dir := t.TempDir()
	cert, key := pairPEM(t)
	write := func(name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "tls"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("tls/ca.pem", cert)
	write("tls/trips-board.pem", cert)
	write("tls/trips-board.key", key)
	write("sandbox.json", []byte(document))
	return filepath.Join(dir, "sandbox.json")
}

func TestReadPeers(t *testing.T) {
	got, err := ReadPeers(peersIn(t, peersDocument))
	if err != nil {
		t.Fatal(err)
	}
	if got.Admin != "http://127.0.0.1:9180" || got.Token != "open-sesame" || len(got.Whitelist) != 2 {
		t.Errorf("got %+v", got)
	}
	p := got.Whitelist["valid.zone"]
	if p == nil || p != got.Whitelist["preapproved.works"] {
		t.Fatalf("zones %v", got.Whitelist)
	}
	if p.DNS == nil || p.DNS.Addr != "127.0.0.1:5300" || p.DNS.KeyName != "xfr.sandbox." || p.DNS.Algorithm != "hmac-sha256" ||
		string(p.DNS.Secret) != "0123456789abcdef0123456789abcdef" {
		t.Errorf("DNS %+v", p.DNS)
	}
	v, ok := p.Verifiers["trips-board"]
	if p.EPP.Addr != "127.0.0.1:7000" || p.EPP.ServerName != "localhost" || !ok || v.Password != "secret-1" || v.Certificate.PrivateKey == nil {
		t.Errorf("EPP %+v %+v", p.EPP, p.Verifiers)
	}
	ways, err := newPeerWays(p)
	if err != nil {
		t.Fatal(err)
	}
	ways.close()
}

// TestReadPeersLess: what is absent is not used.
func TestReadPeersLess(t *testing.T) {
	for _, part := range []string{`"tsig": [`, `"dns": {`} {
		got, err := ReadPeers(peersIn(t, strings.Replace(peersDocument, part, `"x`+part[1:], 1)))
		if err != nil || got.Whitelist["valid.zone"].DNS != nil {
			t.Errorf("without %s: %v %+v", part, err, got.Whitelist["valid.zone"])
		}
	}
	got, err := ReadPeers(peersIn(t, strings.Replace(peersDocument, `"verifiers"`, `"x"`, 1)))
	if err != nil || len(got.Whitelist["valid.zone"].Verifiers) != 0 {
		t.Errorf("without verifiers: %v", err)
	}
}

// TestReadPeersCopy: a copy of the file without the certificates beside it is enough
// for DNS.
func TestReadPeersCopy(t *testing.T) {
	for _, gone := range []string{`tls/ca.pem", "server_name"`, `tls/trips-board.key"`} {
		got, err := ReadPeers(peersIn(t, strings.Replace(peersDocument, gone, "none/"+gone, 1)))
		if err != nil || got.Whitelist["valid.zone"].DNS == nil || len(got.Whitelist["valid.zone"].Verifiers) != 0 {
			t.Errorf("without %s: %v %+v", gone, err, got.Whitelist["valid.zone"])
		}
	}
}

func TestReadPeersRefuses(t *testing.T) {
	for _, tc := range []struct{ old, new, want string }{
		{`"whitelist"}`, `"target"}`, "no whitelist zone"},
		{`"valid.zone"`, `"valid_zone"`, "valid_zone"},
		{`"MDEy`, `"*DEy`, "base64"},
		{`tls/ca.pem", "server_name"`, `tls/trips-board.key", "server_name"`, "no certificate"},
		{`"tls/trips-board.key"`, `"tls/ca.pem"`, "trips-board"},
		{`{"epp"`, `["epp"`, "invalid"},
		{`"postgres://"`, `"` + strings.Repeat("x", maxPeersFile) + `"`, "more than"},
	} {
		_, err := ReadPeers(peersIn(t, strings.ReplaceAll(peersDocument, tc.old, tc.new)))
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %q", tc.new[:min(len(tc.new), 40)], err, tc.want)
		}
	}
	if _, err := ReadPeers(filepath.Join(t.TempDir(), "none.json")); err == nil {
		t.Error("a file that is not there was read")
	}
}

// FuzzPeers: whatever the document holds, it is refused or read, with the zones it
// names and no others.
func FuzzPeers(f *testing.F) {
	f.Add([]byte(peersDocument))
	f.Add([]byte(`{"zones": [{"name": "valid.zone", "kind": "whitelist"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parsePeers(data)
		if err != nil {
			return
		}
		peer, err := p.peer(t.TempDir())
		if err == nil && peer.DNS != nil && len(peer.DNS.Secret) == 0 {
			t.Error("a key without a secret")
		}
	})
}
