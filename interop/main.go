package interop

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// binaryEnv names the program under test. Main sets it; where it is set already, nothing
// is built.
const binaryEnv = "CADASTRE_BINARY"

// Main builds the program, runs the tests and gives their exit status, for use in TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(interop.Main(m)) }
func Main(m *testing.M) int {
	if os.Getenv(binaryEnv) != "" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "cadastre-bin-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary := filepath.Join(dir, "cadastre")
	build := exec.Command(goTool(), "build", "-buildvcs=false", "-o", binary, "cadastre/cmd/cadastre")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "go build:", err)
		return 1
	}
	if err := os.Setenv(binaryEnv, binary); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// goTool is the go command of the toolchain that runs the tests.
func goTool() string {
	tool := filepath.Join(os.Getenv("GOROOT"), "bin", "go")
	if _, err := os.Stat(tool); err == nil {
		return tool
	}
	return "go"
}

// binary is the program that Main built.
func binary(t testing.TB) string {
	t.Helper()
	path := os.Getenv(binaryEnv)
	if path == "" {
		t.Fatal("interop: TestMain must call interop.Main, or " + binaryEnv + " name the program")
	}
	return path
}
