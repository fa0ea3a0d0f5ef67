package docs

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cadastre/internal/config"
)

// sources reads the Go files of the program, without tests.
func sources(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
				return nil // of a sandbox that runs meanwhile
			}
			return err
		}
		if d.IsDir() && slices.Contains([]string{".git", "var", "bin", "testdata"}, d.Name()) {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files[path] = string(text)
		}
		return nil
	})
	if err != nil || len(files) < 100 {
		t.Fatalf("%d source files: %v", len(files), err)
	}
	return files
}

// TestLogLines: the lines of the log that the manual explains are written somewhere.
func TestLogLines(t *testing.T) {
	all := sources(t)
	manual := readPage(t, "operations.md").text
	_, table, found := strings.Cut(manual, "| line | means |")
	if !found {
		t.Fatal("docs/operations.md has no table of log lines")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	lines := 0
	for row := range strings.Lines(table) {
		first, _, _ := strings.Cut(strings.TrimPrefix(row, "| "), " | ")
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(first, -1) {
			lines++
			quoted := `"` + m[1] + `"`
			written := false
			for _, text := range all {
				written = written || strings.Contains(text, quoted)
			}
			if !written {
				t.Errorf("no program writes the line %s", quoted)
			}
		}
	}
	if lines < 8 {
		t.Errorf("only %d log lines found in the manual", lines)
	}
}

// otherRFCs are cited for address blocks, not followed.
var otherRFCs = []string{"2544", "3849", "5737"}

// TestRFCs: an RFC that the program follows is in the table of coverage.
func TestRFCs(t *testing.T) {
	page := readPage(t, "rfc.md").text
	cited := regexp.MustCompile(`RFC ([0-9]{4})`)
	missing := map[string]string{}
	for path, text := range sources(t) {
		for _, m := range cited.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(page, "/rfc"+m[1]+")") && !slices.Contains(otherRFCs, m[1]) {
				missing[m[1]] = path
			}
		}
	}
	for rfc, path := range missing {
		t.Errorf("%s cites RFC %s, which docs/rfc.md does not list", path, rfc)
	}
	for row := range strings.Lines(page) {
		if strings.HasPrefix(row, "| [") && !regexp.MustCompile(`\| (yes|partial|no) \|`).MatchString(row) {
			t.Errorf("docs/rfc.md does not say how far: %s", row)
		}
	}
}

// TestUnit: the systemd unit says what the server needs, and systemd takes it.
func TestUnit(t *testing.T) {
	text, err := os.ReadFile("../deploy/cadastre.service")
	if err != nil {
		t.Fatal(err)
	}
	unit := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(line, "#") {
			unit[key] = value
		}
	}
	const binary, file = "/usr/local/bin/cadastre", "/etc/cadastre/cadastre.toml"
	for key, want := range map[string]string{
		"ExecStartPre": binary + " config check " + file, "ExecStart": binary + " serve --config " + file,
		"User": "cadastre", "StateDirectory": "cadastre",
		"KillMode": "mixed", // the server stops its database itself
	} {
		if unit[key] != want {
			t.Errorf("%s=%s, want %s", key, unit[key], want)
		}
	}
	patience, err := time.ParseDuration(unit["TimeoutStopSec"] + "s")
	if grace := config.Default().ShutdownGrace.Duration; err != nil || patience < grace+5*time.Second {
		t.Errorf("TimeoutStopSec=%s leaves too little beyond the %v that a stop may take", unit["TimeoutStopSec"], grace)
	}
	manual := readPage(t, "operations.md").text
	for _, path := range []string{"/usr/local/bin/", file, "/var/lib/cadastre", "/etc/systemd/system/"} {
		if !strings.Contains(manual, path) {
			t.Errorf("docs/operations.md does not mention %s", path)
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		return // not on every machine, and CI does without
	}
	local := filepath.Join(t.TempDir(), "cadastre.service")
	here := strings.NewReplacer(binary, program(t), "=cadastre\nGroup=cadastre", "=root\nGroup=root").Replace(string(text))
	if err := os.WriteFile(local, []byte(here), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(analyze, "verify", local).CombinedOutput(); err != nil || strings.Contains(string(out), local) {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}
