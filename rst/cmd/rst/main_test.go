package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestStatus: what cannot be run is status 2, a server that fails is status 1.
func TestStatus(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	closed := write("closed.json", `{"hostName": "localhost", "addresses": ["127.0.0.1:1"], "schema": "all.xsd", "clid01": {"id": "one"}, "clid02": {"id": "two"},
		"wrongCertificate": {"cert": "x", "key": "x"}, "tld": "zz--main-1234", "hostModel": "attributes", "registryDataModel": "minimum",
		"secDNSInterface": "dsData", "gluePolicy": "narrow", "registeredNames": ["a.zz--main-1234"]}`)
	for _, tt := range []struct {
		args []string
		want int
	}{
		{[]string{"-inputs", filepath.Join(dir, "none.json")}, 2},
		{[]string{"-inputs", write("bad.json", `{"tdl": ""}`)}, 2},
		{[]string{"-inputs", write("few.json", `{"tld": "example"}`)}, 2},
		{[]string{"-what"}, 2},
		{[]string{"-inputs", closed}, 1},
		{[]string{"-json", "-inputs", closed}, 1},
	} {
		if got := run(t.Context(), tt.args); got != tt.want {
			t.Errorf("%v: status %d, not %d", tt.args, got, tt.want)
		}
	}
}
