package interop

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	domainr "github.com/domainr/epp"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// needs gives the path of a program that the test works with. CI has them all.
func needs(t *testing.T, program, debianPackage string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		missing(t, program+" is missing (Debian package "+debianPackage+")")
	}
	return path
}

// missing skips a test, except in CI.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// TestEPPClients drives one sandbox with the EPP clients of other people.
func TestEPPClients(t *testing.T) {
	s := StartSandbox(t, Options{})
	t.Run("Net::EPP", func(t *testing.T) {
		perl := needs(t, "perl", "perl")
		if err := exec.Command(perl, "-MNet::EPP::Simple", "-e", "1").Run(); err != nil {
			missing(t, "Perl's Net::EPP is missing (Debian package libnet-epp-perl)")
		}
		out, err := exec.Command(perl, "netepp.pl", s.Dir).CombinedOutput()
		if err != nil || strings.Contains(string(out), "\nnot ok") || !strings.Contains(string(out), "\n1..") {
			t.Errorf("%v\n%s", err, out)
		}
	})
	t.Run("domainr", func(t *testing.T) { domainrCheck(t, s) })
}

// domainrCheck checks names with github.com/domainr/epp.
func domainrCheck(t *testing.T, s *Sandbox) {
	me := s.Account("registrar-a")
	ca, err := os.ReadFile(s.Path(s.Info.EPP.CA))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	pair, err := tls.LoadX509KeyPair(s.Path(me.Cert), s.Path(me.Key))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := tls.Dial("tcp", s.Info.EPP.Addr, &tls.Config{
		RootCAs: pool, ServerName: s.Info.EPP.ServerName, Certificates: []tls.Certificate{pair},
	})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := domainr.NewTimeoutConn(raw, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Login(me.ID, me.Password, ""); err != nil {
		t.Fatal(err)
	}
	resp, err := conn.CheckDomain("free.example", "taken.example")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, c := range resp.Checks {
		got[c.Domain] = c.Available
	}
	if len(got) != 2 || !got["free.example"] || got["taken.example"] {
		t.Errorf("checks %+v", resp.Checks)
	}
	if err := conn.Close(); err != nil {
		t.Errorf("logout: %v", err)
	}
}
