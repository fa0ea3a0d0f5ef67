package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cadastre/internal/config"
)

// TestConfigurations loads every toml block of the documents.
func TestConfigurations(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "database.url"), []byte("postgres://cadastre:secret@db.example/cadastre\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, p := range pages(t) {
		for _, b := range p.blocks {
			if b.lang != "toml" {
				continue
			}
			found++
			file := filepath.Join(dir, "cadastre.toml")
			text := strings.ReplaceAll(b.text, "/etc/cadastre/", dir+"/")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := config.Load(file); err != nil {
				t.Errorf("%v: %v", b, err)
			}
		}
	}
	if found == 0 {
		t.Error("no configuration found in the documents")
	}
}

var (
	exampleKey     = regexp.MustCompile(`^([a-z_]+) = `)
	exampleSection = regexp.MustCompile(`^\[([a-z_.]+)\]$`)
	namedKey       = regexp.MustCompile("`\\[?((?:(?:epp|dns|https|mail|log|admin)\\.|(?:data|database|shutdown|roid|max)_)[a-z_.]+)\\]?`")
)

// exampleKeys gives the keys and sections that `cadastre config example` explains.
func exampleKeys(t *testing.T) map[string]bool {
	t.Helper()
	out, err := exec.Command(program(t), "config", "example").Output()
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	section, before := "", ""
	for _, line := range strings.Split(string(out), "\n") {
		name := ""
		if m := exampleSection.FindStringSubmatch(line); m != nil {
			section = m[1] + "."
			name = m[1]
		} else if m := exampleKey.FindStringSubmatch(line); m != nil {
			name = section + m[1]
		}
		if name != "" {
			keys[name] = true
			if !strings.HasPrefix(before, "# ") {
				t.Errorf("config example does not explain %s", name)
			}
		}
		before = line
	}
	if len(keys) < 30 {
		t.Fatalf("config example has %d keys only", len(keys))
	}
	return keys
}

// TestConfigKeys: a key that a document names exists.
func TestConfigKeys(t *testing.T) {
	keys := exampleKeys(t)
	named := 0
	for _, p := range pages(t) {
		for _, m := range namedKey.FindAllStringSubmatch(p.text, -1) {
			key := m[1]
			named++
			if !keys[key] && !keys["epp.limits."+key] {
				t.Errorf("%s names the key %s, which does not exist", p.path, key)
			}
		}
	}
	if named < 5 {
		t.Errorf("the documents name %d keys only", named)
	}
}
