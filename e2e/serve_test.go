package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"

	"cadastre/epp"
)

// node is a `cadastre serve` with its configuration.
type node struct {
	config string
	server *process
	epp    endpoint
	dns    string
}

// newNode writes a configuration on free ports. store is the line that says where
// the database is; dir has the server's certificate in tls/server.
func newNode(t *testing.T, dir, store string) *node {
	t.Helper()
	offset := freeOffset(t)
	n := &node{config: filepath.Join(t.TempDir(), "cadastre.toml"), dns: fmt.Sprintf("127.0.0.1:%d", 5300+offset)}
	n.epp = endpoint{addr: fmt.Sprintf("127.0.0.1:%d", 7000+offset), dir: dir}
	text := fmt.Sprintf(`%s
roles = ["epp", "dns", "jobs"]
roid_suffix = "ICANNRST"
shutdown_grace = "2s"
[epp]
listen = ["%s"]
cert_file = "%s/tls/server.pem"
key_file = "%s/tls/server.key"
server_id = "node"
[dns]
listen = ["%s"]
[admin]
listen = "127.0.0.1:%d"
`, store, n.epp.addr, dir, dir, n.dns, 9180+offset)
	if err := os.WriteFile(n.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return n
}

func (n *node) start(t *testing.T) {
	t.Helper()
	n.server = start(t, "serve", "--config", n.config)
	if err := n.server.waitReady(); err != nil {
		t.Fatal(err)
	}
}

// eventually is sandbox.eventually for a node.
func (n *node) eventually(t *testing.T, name string, want ...string) {
	t.Helper()
	box := &sandbox{}
	box.info.DNS.Addr = n.dns
	box.eventually(t, name, want...)
}

// TestTwoNodes runs two servers on the database of a sandbox, which is a third:
// what one does the others see, by EPP at once and in DNS soon; when one dies the
// others go on, and a client that lost an answer gets it from any of them.
func TestTwoNodes(t *testing.T) {
	t.Parallel()
	box := newSandbox(t)
	line := newDatabaseLine(t, box.info.Database.DSN)
	one := newNode(t, box.dir, fmt.Sprintf("database_url = %q", line.dsn))
	two := newNode(t, box.dir, fmt.Sprintf("database_url = %q", box.info.Database.DSN))
	for _, n := range []*node{one, two} {
		n.epp.registrar = box.endpoint().registrar
		n.start(t)
	}
	first, second, third := one.epp.login(t, "registrar-a"), two.epp.login(t, "registrar-a"), box.login(t, "registrar-a")
	first.do(t, goodContact("al-holder").create()).want(t, 1000)
	second.do(t, hostCreate("ns1.dns.icann")).want(t, 1000)

	everywhere := func(name string, want ...string) {
		t.Helper()
		for _, n := range []*node{one, two} {
			n.eventually(t, name, want...)
		}
		box.eventually(t, name, want...)
	}
	for i, s := range []*session{first, second, third} {
		name := fmt.Sprintf("from%d.example", i)
		s.do(t, newDomain{name: name, registrant: "al-holder", hosts: []string{"ns1.dns.icann"}}.create()).want(t, 1000)
		// epp-17: the same data on every service port, at once.
		var infos []epp.ResData
		for _, asked := range []*session{first, second, third} {
			infos = append(infos, asked.do(t, domainInfo(name)).want(t, 1000).ResData)
		}
		if diff := cmp.Diff(infos[0], infos[1]) + cmp.Diff(infos[0], infos[2]); diff != "" {
			t.Errorf("the nodes differ about %s:\n%s", name, diff)
		}
		everywhere(name, name+". NS ns1.dns.icann.")
	}
	second.do(t, domainDelete("from0.example")).want(t, 1000)
	first.do(t, domainInfo("from0.example")).want(t, 2303)
	everywhere("from0.example")
	sameSerial(t, box, one, two)

	one.server.kill()
	second.do(t, newDomain{name: "after.example", registrant: "al-holder", hosts: []string{"ns1.dns.icann"}}.create()).want(t, 1000)
	two.eventually(t, "after.example", "after.example. NS ns1.dns.icann.")
	box.eventually(t, "after.example", "after.example. NS ns1.dns.icann.")
	one.start(t)
	one.eventually(t, "after.example", "after.example. NS ns1.dns.icann.")
	one.eventually(t, "from0.example")
	newLostAnswers(t, box, line, one, two).run(t)
	pollsOfTwo(t, box, one, two)
	for _, n := range []*node{one, two} {
		if took := n.server.terminate(t); took > 5*time.Second || n.server.err != nil {
			t.Errorf("a node stops after %v with %v\n%s", took, n.server.err, n.server.logText())
		}
	}
	box.checkWorld(t)
}

// sameSerial waits until all servers show the same serial of a zone.
func sameSerial(t *testing.T, box *sandbox, nodes ...*node) {
	t.Helper()
	deadline := time.Now().Add(10 * publishLimit)
	for {
		serials := map[uint32]bool{}
		for _, addr := range []string{box.info.DNS.Addr, nodes[0].dns, nodes[1].dns} {
			serials[serial(t, addr, "example")] = true
		}
		if len(serials) == 1 {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("the servers have the serials %v", serials)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// serial asks for a zone's serial.
func serial(t *testing.T, server, zone string) uint32 {
	t.Helper()
	a, err := ask(server, zone, dnsmessage.TypeSOA, false)
	if err != nil || a.serial == 0 {
		t.Fatalf("SOA of %s: %v", zone, err)
	}
	return a.serial
}

// TestServeFromNothing goes the operator's way: configuration, schema, server, a
// zone, a registrar; then the registrar registers, and DNS shows it; its logins follow.
// The database is the server's own.
func TestServeFromNothing(t *testing.T) {
	t.Parallel()
	dir := directory(t)
	writeCertificate(t, dir, "server")
	writeCertificate(t, dir, "acme")
	pem, err := os.ReadFile(filepath.Join(dir, "tls", "server.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "tls", "ca.pem"), pem, 0o600); err != nil {
		t.Fatal(err)
	}
	n := newNode(t, dir, fmt.Sprintf("data_dir = %q", filepath.Join(dir, "data")))
	cadastre(t, "config", "check", n.config)

	p := start(t, "serve", "--config", n.config) // not migrated yet
	select {
	case <-p.done:
	case <-time.After(startLimit):
		t.Fatal("it serves a database without a schema")
	}
	if p.err == nil || !strings.Contains(p.logText(), "migrate") {
		t.Errorf("it does not say what to do: %v %s", p.err, p.logText())
	}
	cadastre(t, "migrate", "--config", n.config)
	n.start(t)
	cadastre(t, "zone", "add", "shop", "--config", n.config, "--ns", "ns1.nic.shop=192.0.2.1", "--ns", "ns2.nic.shop=192.0.2.2")
	var added struct{ Password string }
	out := cadastre(t, "registrar", "add", "acme", "--config", n.config, "--name", "Acme Domains", "--json",
		"--cert", filepath.Join(dir, "tls", "acme.pem"), "--credit-limit", "500.00")
	if err := json.Unmarshal([]byte(out), &added); err != nil || added.Password == "" {
		t.Fatalf("registrar add: %v %s", err, out)
	}
	n.epp.registrar = func(string) (string, string, string) { return added.Password, "tls/acme.pem", "tls/acme.key" }
	s := n.epp.login(t, "acme")
	s.do(t, goodContact("al-holder").create()).want(t, 1000)
	s.do(t, newDomain{name: "first.shop", registrant: "al-holder"}.create()).want(t, 1000)
	s.do(t, hostCreate("ns1.first.shop", v4("208.77.190.220"))).want(t, 1000)
	s.do(t, domainUpdate("first.shop", delegation("ns1.first.shop"), "", "")).want(t, 1000)
	n.eventually(t, "first.shop", "first.shop. NS ns1.first.shop.", "ns1.first.shop. A 208.77.190.220")

	// The credit pays for 49 more years; then it is used up, and nothing is written.
	for i := range 4 {
		s.do(t, newDomain{name: fmt.Sprintf("long%d.shop", i), registrant: "al-holder", period: years(10)}.create()).want(t, 1000)
	}
	s.do(t, newDomain{name: "too-much.shop", registrant: "al-holder", period: years(10)}.create()).want(t, 2104)
	s.do(t, domainInfo("too-much.shop")).want(t, 2303)
	s.do(t, newDomain{name: "last.shop", registrant: "al-holder", period: years(9)}.create()).want(t, 1000)

	// A suspended registrar's sessions end within a second.
	cadastre(t, "registrar", "suspend", "acme", "--config", n.config, "--reason", "not paid")
	time.Sleep(1100 * time.Millisecond)
	s.do(t, domainCheck("a.shop")).want(t, 2501)
	s.closed(t)
	cadastre(t, "registrar", "resume", "acme", "--config", n.config)
	newLoginStory(t, n, added.Password).run()
	if took := n.server.terminate(t); took > 5*time.Second || n.server.err != nil {
		t.Errorf("it stops after %v with %v\n%s", took, n.server.err, n.server.logText())
	}
	if left := leftovers(t, dir); left != "" {
		t.Errorf("processes left behind: %s", left)
	}
}
