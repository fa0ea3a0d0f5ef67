package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var (
	update      = flag.Bool("update", false, "write the golden exchanges anew")
	crashRounds = flag.Int("crash.rounds", 5, "how often the crash test kills the server or its database")
	givenBinary = flag.String("e2e.binary", "", "test this binary instead of building one")
)

// The whole run shares one binary, and one place where every server frame is put
// down for the schemas. TestMain sets both before any test begins.
var (
	program string
	seen    = newFrameBook()
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(runAll(m))
}

func runAll(m *testing.M) int {
	dir, err := os.MkdirTemp("", "cadastre-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = *givenBinary
	if program == "" {
		program = filepath.Join(dir, "cadastre")
		if out, err := exec.Command("go", "build", "-o", program, "../cmd/cadastre").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "building the binary: %v\n%s", err, out)
			return 1
		}
	}
	status := m.Run()
	if err := seen.validate(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = max(status, 1)
	}
	return status
}
