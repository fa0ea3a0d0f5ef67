package rst

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startLimit ends tests whose server hangs.
const startLimit = 3 * time.Minute

// box is a sandbox, whose accounts and database are used, and two servers on its
// database, as an operator would configure them for ICANN's test: they announce
// registered extensions only.
type box struct {
	dir   string
	nodes []string // addresses of the two servers

	extensions    []string // that they announce
	clearinghouse Launch   // the test data
	info          struct {
		EPP        struct{ Addr, CA, ServerName string } `json:"epp"`
		Registrars []struct{ ID, Password, Cert, Key string }
		Database   struct{ DSN string }
	}
}

func newBox(t *testing.T) *box {
	t.Helper()
	b := &box{dir: t.TempDir()}
	offset := freeOffset(t)
	launch(t, "dev", "--dir", b.dir, "--port-offset", strconv.Itoa(offset))
	data, err := os.ReadFile(b.path("sandbox.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &b.info); err != nil {
		t.Fatal(err)
	}
	strange(t, b.path("strange"))
	return b
}

func (b *box) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(b.dir, name)
}

// serve starts the two servers.
func (b *box) serve(t *testing.T) {
	t.Helper()
	list := fmt.Sprintf("extensions = [%s]", `"`+strings.Join(b.extensions, `", "`)+`"`)
	for n := range 2 {
		offset := freeOffset(t)
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(7000+offset))
		text := fmt.Sprintf(`database_url = %q
roles = ["epp"]
roid_suffix = "ICANNRST"
[epp]
listen = ["%s"]
cert_file = "%s"
key_file = "%s"
server_id = "Cadastre"
%s
[tmch]
root_file = "%s"
crl_file = "%s"
dnl_file = "%s"
smdrl_file = "%s"
[admin]
listen = "127.0.0.1:%d"
`, b.info.Database.DSN, address, b.path("tls/server.pem"), b.path("tls/server.key"), list,
			b.path("clearinghouse/root.pem"), b.path("clearinghouse/crl.pem"), b.path("clearinghouse/dnl.csv"),
			b.path("clearinghouse/smdrl.csv"), 9180+offset)
		file := b.path(fmt.Sprintf("node%d.toml", n))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		launch(t, "serve", "--config", file)
		b.nodes = append(b.nodes, address)
	}
}

// client is an account of the sandbox.
func (b *box) client(n int) Client {
	r := b.info.Registrars[n]
	return Client{ID: r.ID, Password: r.Password, KeyPair: KeyPair{b.path(r.Cert), b.path(r.Key)}}
}

// launch starts the binary, waits until it is ready, and stops it after the test.
func launch(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready, done := make(chan bool, 1), make(chan struct{})
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if lines.Text() == "ready" {
				ready <- true
			}
		}
		cmd.Wait() //nolint:errcheck // what it said is shown
		close(done)
	}()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended
		select {
		case <-done:
		case <-time.After(20 * time.Second):
			cmd.Process.Kill() //nolint:errcheck // it may have ended
			<-done
		}
		if t.Failed() {
			lines := strings.Split(strings.TrimSpace(said.String()), "\n")
			t.Logf("%v said last:\n%s", args, strings.Join(lines[max(0, len(lines)-12):], "\n"))
		}
	})
	select {
	case <-ready:
	case <-done:
		t.Fatalf("%v ended: %s", args, said.String())
	case <-time.After(startLimit):
		t.Fatalf("%v is not ready after %v", args, startLimit)
	}
}

// cadastre runs another verb of the binary.
func cadastre(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
		t.Fatalf("cadastre %v: %v\n%s", args, err, out)
	}
}

// freeOffset finds a --port-offset at which all ports of a sandbox are free.
func freeOffset(t *testing.T) int {
	t.Helper()
	for range 2000 {
		offset := 6000 + mathrand.IntN(40000)
		free := true
		for _, port := range []int{7000, 5300, 8443, 9180} {
			ln, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port+offset)))
			if err != nil {
				free = false
				break
			}
			ln.Close()
		}
		if free {
			return offset
		}
	}
	t.Fatal("no free ports")
	return 0
}

// strange writes a certificate that belongs to nobody.
func strange(t *testing.T, file string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "nobody"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{".pem": {Type: "CERTIFICATE", Bytes: der}, ".key": {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file+name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
