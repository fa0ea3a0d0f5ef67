package docs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// systemctl starts and stops the server as the unit does. Its standard error goes to a log.
const systemctl = `#!/bin/sh
cd %[1]q || exit 1
case $1 in
enable | start)
	: >serve.out
	bin/cadastre serve --config etc/cadastre.toml >serve.out 2>>serve.log &
	pid=$!
	echo $pid >serve.pid
	until grep -qx ready serve.out; do
		kill -0 $pid 2>/dev/null || { tail -3 serve.log; exit 1; }
		sleep 0.05
	done ;;
stop)
	[ -e serve.pid ] || exit 0
	pid=$(cat serve.pid)
	kill $pid 2>/dev/null
	while kill -0 $pid 2>/dev/null; do sleep 0.05; done
	rm serve.pid ;;
*) exit 1 ;;
esac
`

// TestOperations follows the manual from an empty machine on: configuration, zones,
// registrars, domains, backup, and both ways of restoring.
func TestOperations(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the manual is for Linux: chown --reference, sockets below /var/lib")
	}
	t.Parallel()
	b := newOperationsBench(t, 15000)
	p := readPage(t, "operations.md")
	for _, blk := range p.blocks {
		if blk.lang == "sh" {
			b.must(map[string]string{"Domains": registrarsWork, "Applications": registrarsApply}[blk.section])
		}
		switch name, file := blk.named(); {
		case name == "file":
			b.write(b.relative(file), b.local(blk.text), 0o600)
		case blk.lang == "sh":
			b.run(blk)
		}
		if strings.HasPrefix(blk.text, "systemctl stop cadastre\nmv ") {
			b.must(restored)
		}
	}
}

// What the page takes for granted, and what must be there after a restore. The name comes
// from the first life of the registry, before both.
const (
	registrarsWork = `
epp="cadastre epp --addr 127.0.0.1:$EPP --ca etc/server.pem --cert acme.pem --key acme.key --user acme --password-file new.txt"
$epp create contact acme-1 --name A --city Miami --cc US --email a@mail.example
$epp create host ns1.dns.test
tries=0 # a zone takes names a second after it was added
until $epp check first.shop | grep -q yes; do tries=$((tries + 1)); [ $tries -lt 100 ]; sleep 0.1; done
$epp create domain first.shop --registrant acme-1 --ns ns1.dns.test
`
	registrarsApply = `
epp="cadastre epp --addr 127.0.0.1:$EPP --ca etc/server.pem --cert acme.pem --key acme.key --user acme --password-file new.txt"
expect 1001 $epp create mybank.club --apply --registrant-id UID5439394
expect 2306 $epp create other.shop --apply --registrant-id UID5439394
`
	restored = `
cadastre policy list --config etc/cadastre.toml | grep 'club-board.*granted'
cadastre whitelist list --status approved --config etc/cadastre.toml | grep mybank.club
dig @127.0.0.1 -p 53 uid5439394.9999.mybank.club.approved.shop TXT +norecurse | grep 'v=wl1'
cadastre domain history first.shop --config etc/cadastre.toml --diff | grep 'create by acme'
cadastre zone list --config etc/cadastre.toml | grep club
dig @127.0.0.1 -p 53 first.shop NS +norecurse
epp="cadastre epp --addr 127.0.0.1:$EPP --ca etc/server.pem --cert acme.pem --key acme.key --user acme --password-file new.txt"
$epp check another.shop
`
)

// operationsBench is a bench with the server's directories.
type operationsBench struct {
	*bench
	epp, dns, admin string // ports
}

// newOperationsBench takes its ports from the 1500 from one on.
func newOperationsBench(t *testing.T, from int) *operationsBench {
	t.Helper()
	o := &operationsBench{epp: freePort(t, from), dns: freePort(t, from+500), admin: freePort(t, from+1000)}
	b := newBench(t)
	o.bench = b
	b.replace = strings.NewReplacer(
		"/etc/cadastre/", b.path("etc")+"/", "/var/lib/cadastre", b.path("lib"),
		"-p 53 ", "-p "+o.dns+" ", ":9180", ":"+o.admin, "$EPP", o.epp,
	)
	for _, d := range []string{"etc", "lib", "backup"} {
		if err := os.Mkdir(b.path(d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	b.script("systemctl", fmt.Sprintf(systemctl, b.dir))
	for _, name := range []string{"etc/server", "acme", "acme-2027", "board", "wl"} {
		o.certificate(name)
	}
	b.write("new.txt", "Str0ng-Passw0rd\n", 0o600)
	t.Cleanup(func() {
		if out, err := b.shell("systemctl stop"); err != nil {
			t.Errorf("stopping the server: %v\n%s", err, out)
		}
		if log, err := os.ReadFile(b.path("serve.log")); err == nil && t.Failed() {
			t.Logf("%s", log[max(0, len(log)-4000):])
		}
	})
	return o
}

func (o *operationsBench) must(script string) {
	o.t.Helper()
	if out, err := o.shell(script); err != nil {
		o.t.Fatalf("%s\n%v\n%s", script, err, out)
	}
}

// relative is a path of the page as one below the bench.
func (o *operationsBench) relative(path string) string {
	rel, err := filepath.Rel(o.dir, o.replace.Replace(path))
	if err != nil {
		o.t.Fatal(err)
	}
	return rel
}

// local is a configuration of the page with ports and paths that are free here.
func (o *operationsBench) local(text string) string {
	var out strings.Builder
	section := ""
	for line := range strings.Lines(o.replace.Replace(text)) {
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[]\n")
		}
		if port := map[string]string{"epp": o.epp, "dns": o.dns}[section]; port != "" && strings.HasPrefix(line, "listen") {
			line = fmt.Sprintf("listen = [\"127.0.0.1:%s\"]\n", port)
		}
		out.WriteString(line)
	}
	return out.String() + fmt.Sprintf("\n[admin]\nlisten = \"127.0.0.1:%s\"\n", o.admin)
}

// certificate makes a self-signed certificate and its key.
func (o *operationsBench) certificate(name string) {
	o.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		o.t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: filepath.Base(name)},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		o.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		o.t.Fatal(err)
	}
	o.write(name+".pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), 0o644)
	o.write(name+".key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})), 0o600)
}
