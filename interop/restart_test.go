package interop

import (
	"errors"
	"io/fs"
	"os"
	"testing"
	"time"

	"cadastre/epp"
)

// stopsWithin is the product's promise about SIGTERM.
const stopsWithin = 5 * time.Second

// TestStopAndStart stops and kills a sandbox: it goes on where it was.
func TestStopAndStart(t *testing.T) {
	s := StartSandbox(t, Options{})
	info, err := os.Stat(s.InfoFile())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("sandbox.json: %v, %v", info.Mode(), err)
	}
	before := s.Info
	conn := s.Login("registrar-a") // an idle session does not keep it from stopping
	mustDo(t, conn, &epp.HostCreate{Name: "ns1.stop.test"})
	took := s.Stop()
	t.Logf("stopped in %v", took.Round(time.Millisecond))
	if took > stopsWithin {
		t.Errorf("stopping took %v, more than %v", took, stopsWithin)
	}
	if _, err := os.Stat(s.InfoFile()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("sandbox.json after the stop: %v", err)
	}
	begun := time.Now()
	s.Start()
	t.Logf("started again in %v", time.Since(begun).Round(time.Millisecond))
	if s.Account("registrar-a") != before.Registrars[0] {
		t.Errorf("the account changed: %+v", s.Account("registrar-a"))
	}
	conn = s.Login("registrar-a")
	mustDo(t, conn, &epp.HostInfo{Name: "ns1.stop.test"})
	mustDo(t, conn, &epp.HostCreate{Name: "ns2.stop.test"})
	s.Kill9()
	s.Start()
	conn = s.Login("registrar-a")
	mustDo(t, conn, &epp.HostInfo{Name: "ns2.stop.test"})
}
