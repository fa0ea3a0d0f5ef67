package interop

import (
	"os"
	"os/exec"
	"strings"
	"testing"
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
		for _, script := range []string{"netepp.pl", "netepp_tour.pl"} { // the tour moves the clock
			out, err := exec.Command(perl, script, s.Dir).CombinedOutput()
			if err != nil || strings.Contains(string(out), "\nnot ok") || !strings.Contains(string(out), "\n1..") {
				t.Errorf("%s: %v\n%s", script, err, out)
			}
		}
	})
	t.Run("domainr", func(t *testing.T) { domainrTour(t, s) })
	if lines := s.LoggedErrors(); len(lines) > 0 {
		t.Errorf("%d errors logged, the first: %s", len(lines), lines[0])
	}
}
