// Package docs holds the documents and, here, their tests: what a page tells a reader to
// type is typed, what it shows is compared with the program, what it names must exist.
//
// Before a fenced block, a comment says what the tests do with it:
//
//	<!-- not run: REASON -->   a sh block that is left alone
//	<!-- at: SERVER -->        a sh block for one of two servers, which TestTwoServers runs
//	<!-- file: PATH -->        a toml block that the next commands find there
//	<!-- greeting -->          an xml block: what the server sends first
//	<!-- not sent: REASON -->  a command that is only decoded
//	<!-- answered: CODE -->    a command that is sent in a session of registrar-a
//	<!-- the answer -->        what came back for the command before
//
// In sh blocks, a comment that begins with a result code says how a line ends.
package docs

import (
	"os"
	"testing"

	"cadastre/interop"
)

func TestMain(m *testing.M) { os.Exit(interop.Main(m)) }

// program is the binary under test, which interop.Main has built.
func program(t testing.TB) string {
	t.Helper()
	path := os.Getenv("CADASTRE_BINARY")
	if path == "" {
		t.Fatal("there is no program to test")
	}
	return path
}
