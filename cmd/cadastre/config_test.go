package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfigVerbs(t *testing.T) {
	verb := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(context.Background(), append([]string{"config"}, args...), nil, &out, &bytes.Buffer{})
		return out.String(), err
	}
	example, err := verb("example")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cadastre.toml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	// The example holds every key; what is required has to be filled in.
	write(example)
	if out, err := verb("check", path); err == nil || out != "" || !strings.Contains(err.Error(), "roid_suffix is required") {
		t.Errorf("%q, %v", out, err)
	}
	for key, value := range map[string]string{
		"data_dir": "/var/lib/cadastre", "roid_suffix": "EXAMPLE", "cert_file": "epp.pem", "key_file": "epp.key", "server_id": "epp.nic.example",
	} {
		if !strings.Contains(example, "\n"+key+` = ""`) {
			t.Fatalf("the example lacks %s", key)
		}
		example = strings.Replace(example, "\n"+key+` = ""`, "\n"+key+` = "`+value+`"`, 1)
	}
	write(example)
	if out, err := verb("check", path); err != nil || out != path+": in order; roles epp, dns, jobs\n" {
		t.Errorf("%q, %v", out, err)
	}
	if out, err := verb("check", path, "--json"); err != nil || !strings.Contains(out, `"ok":true`) || !strings.Contains(out, `"roles":["epp","dns","jobs"]`) {
		t.Errorf("%q, %v", out, err)
	}
	write(example + "\nunknown = 1\n")
	if _, err := verb("check", path); err == nil || !strings.Contains(err.Error(), "unknown key") {
		t.Errorf("%v", err)
	}
	if _, err := verb("check", filepath.Join(t.TempDir(), "none.toml")); err == nil {
		t.Error("a missing file is in order")
	}
}
