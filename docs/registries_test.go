package docs

import (
	"encoding/json"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"

	"cadastre/interop"
)

// TestTwoSandboxes starts the two sandboxes of README.md, and types what follows.
func TestTwoSandboxes(t *testing.T) {
	t.Parallel()
	blocks := readPage(t, "../README.md").in(t, "Two registries", "sh")
	if len(blocks) != 2 {
		t.Fatalf("README.md has %d blocks about two registries", len(blocks))
	}
	b := newBench(t)
	var ports []string
	for line := range strings.Lines(blocks[0].text) {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] != "bin/cadastre" || words[1] != "dev" || words[len(words)-1] != "&" {
			t.Fatalf("%v: %q starts no sandbox", blocks[0], line)
		}
		dir := ""
		var args []string
		for i := 2; i < len(words)-1; i += 2 {
			switch words[i] {
			case "--dir":
				dir = words[i+1]
			case "--port-offset": // the harness has its own
			case "--whitelist":
				args = append(args, words[i], b.path(words[i+1]))
			default:
				args = append(args, words[i], words[i+1])
			}
		}
		s := interop.StartSandbox(t, interop.Options{Args: args})
		if err := os.Symlink(s.Dir, b.path(dir)); err != nil {
			t.Fatal(err)
		}
		_, port, err := net.SplitHostPort(s.Info.DNS.Addr)
		if err != nil {
			t.Fatal(err)
		}
		ports = append(ports, port)
	}
	b.replace = strings.NewReplacer("-p 6300", "-p "+ports[0])
	b.must(blocks[1].text)
}

// boards are the documents of the two-server test: how the target asks is all that differs.
const (
	boardByDNS = `{"id": "club-board", "overseer": "Club Board", "zone": "valid.zone", "scope": {"suffix": "club"},
 "forms": ["{registrant}.{registrar}.{domain}"], "verifiers": [{"type": "rules"}]}`
	password = "its-Passw0rd"
)

var boardByEPP = strings.Replace(boardByDNS, `{"id"`, `{"via": "epp", "id"`, 1)

// twoServers are the machines of the manual's two registries.
type twoServers struct {
	t                 *testing.T
	whitelist, target *operationsBench
}

// TestTwoServers builds two registries as the manual says, and has each ask the other.
func TestTwoServers(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the manual is for Linux")
	}
	t.Parallel()
	s := &twoServers{t, newOperationsBench(t, 16500), newOperationsBench(t, 18000)}
	for _, o := range []*operationsBench{s.whitelist, s.target} {
		o.write("new.txt", password+"\n", 0o600)
		o.write("wl.txt", password+"\n", 0o600)
		o.write("club.json", boardByDNS, 0o600)
		o.write("club-epp.json", boardByEPP, 0o600)
	}
	for _, name := range []string{"board", "wl"} {
		for _, ext := range []string{".pem", ".key"} {
			s.target.write(name+ext, read(t, s.whitelist.path(name+ext)), 0o600)
		}
	}
	s.files()
	s.start()
	s.story()
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// files puts the JSON files of the page in their places, with the addresses, certificates
// and passwords that are valid here.
func (s *twoServers) files() {
	s.t.Helper()
	blocks := readPage(s.t, "operations.md").in(s.t, "Two registries", "")
	if len(blocks) != 3 {
		s.t.Fatalf("the page shows %d files of two registries", len(blocks))
	}
	var targets []map[string]any
	decode(s.t, blocks[0], &targets)
	change(s.t, targets[0], map[string]any{
		"addr": "127.0.0.1:" + s.target.epp, "server_name": "127.0.0.1", "ca": read(s.t, s.target.path("etc/server.pem")),
		"cert": read(s.t, s.whitelist.path("wl.pem")), "key": read(s.t, s.whitelist.path("wl.key")), "password": password, "id": targets[0]["id"],
	})
	s.whitelist.write("etc/targets.json", encode(s.t, targets), 0o600)
	s.whitelist.write("etc/tsig.json", blocks[1].text, 0o600)

	var w map[string]any
	decode(s.t, blocks[2], &w)
	change(s.t, w["dns"], map[string]any{"addr": "127.0.0.1:" + s.whitelist.dns})
	change(s.t, w["epp"], map[string]any{"addr": "127.0.0.1:" + s.whitelist.epp, "server_name": "127.0.0.1"})
	s.target.write("etc/whitelist.json", encode(s.t, w), 0o600)
	s.target.write("etc/whitelist-ca.pem", read(s.t, s.whitelist.path("etc/server.pem")), 0o600)
	for _, name := range []string{"board.pem", "board.key"} {
		s.target.write("etc/"+name, read(s.t, s.whitelist.path(name)), 0o600)
	}
}

func decode(t *testing.T, b block, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(b.text), to); err != nil {
		t.Fatalf("%v: %v", b, err)
	}
}

func encode(t *testing.T, from any) string {
	t.Helper()
	text, err := json.Marshal(from)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// change gives members that are there other values.
func change(t *testing.T, object any, values map[string]any) {
	t.Helper()
	members, ok := object.(map[string]any)
	if !ok {
		t.Fatalf("%v is no object", object)
	}
	for name, value := range values {
		if _, there := members[name]; !there {
			t.Fatalf("the page's file has no %s in %v", name, members)
		}
		members[name] = value
	}
}

// start configures and starts both, and types what the page says for each.
func (s *twoServers) start() {
	s.t.Helper()
	for _, blk := range readPage(s.t, "operations.md").in(s.t, "Two registries", "toml") {
		_, path := blk.named()
		o := s.whitelist
		if strings.Contains(blk.text, "whitelist_file") {
			o = s.target
		}
		o.write(o.relative(path), o.local(blk.text), 0o600)
		o.write("etc/cadastre.toml", o.local(blk.text), 0o600)
		o.must("cadastre migrate --config etc/cadastre.toml\nsystemctl start")
	}
	typed := map[string]bool{}
	for _, blk := range readPage(s.t, "operations.md").in(s.t, "Two registries", "sh") {
		name, at := blk.named()
		o := map[string]*operationsBench{"whitelist": s.whitelist, "target": s.target}[at]
		if name != "at" || o == nil {
			s.t.Fatalf("%v is for neither server", blk)
		}
		o.must(blk.text)
		typed[at] = true
	}
	if len(typed) != 2 {
		s.t.Fatalf("the page has commands for %v only", typed)
	}
}

// acme begins the scripts of a registrar.
const acme = `epp="cadastre epp --addr 127.0.0.1:$EPP --ca etc/server.pem --cert acme.pem --key acme.key --user acme --password-file new.txt"
`

// story has each registry ask the other, in every way, and one of them fail.
func (s *twoServers) story() {
	s.t.Helper()
	s.target.must(acme + `
tries=0 # a zone takes names a second after it was added
until $epp check mybank.club | grep -q yes; do tries=$((tries + 1)); [ $tries -lt 100 ]; sleep 0.1; done
$epp create contact acme-1 --name A --city Miami --cc US --email a@mail.example`)
	apply := func(name string) {
		s.t.Helper()
		s.whitelist.must(acme + "expect 1000 $epp create " + name + " --apply --registrant-id UID1\n" +
			"dig @127.0.0.1 -p 53 uid1.9999." + name + ".valid.zone TXT +norecurse")
	}
	create := func(code, name string) {
		s.t.Helper()
		s.target.must(acme + "expect " + code + " $epp create " + name + " --registrant acme-1 --registrant-id UID1")
	}
	apply("mybank.club")
	create("2308", "miami.club")
	create("1000", "mybank.club")
	s.whitelist.must(acme + "expect 2302 $epp create mybank.club --apply --registrant-id UID1")

	s.target.must("cadastre policy add club-epp.json --config etc/cadastre.toml\ncadastre policy grant club-board --config etc/cadastre.toml")
	apply("river.club")
	create("2308", "miami.club")
	create("1000", "river.club")

	s.target.must("systemctl stop")
	s.whitelist.must(acme + "expect 1001 $epp create miami.club --apply --registrant-id UID1\n" +
		"cadastre whitelist list --config etc/cadastre.toml | grep 'waits for the target registry'")
	s.target.must("systemctl start")
	s.whitelist.must("dig @127.0.0.1 -p 53 uid1.9999.miami.club.valid.zone TXT +norecurse")

	s.whitelist.must("systemctl stop")
	create("2400", "miami.club")
}
